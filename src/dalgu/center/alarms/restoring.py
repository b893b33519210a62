"""From an incident of the book to the group that goes on after a restart."""

from collections.abc import Sequence

from dalgu.center.alarms.group import Group
from dalgu.center.alarms.rules import Rule
from dalgu.center.alarms.signals import Signal
from dalgu.center.incidents.state import Incident


def group_of(incident: Incident, rule: Rule, signals: Sequence[Signal]) -> Group:
    """Return the group of an open incident; its alerts are held by whoever adopts it."""
    began_s = incident.raised_at.timestamp()
    first = signals[0].kind if signals else f"{incident.category}/{incident.sub_category}"
    standing = [one for one in signals if not one.is_ended]
    return Group(
        rule=rule,
        scope=incident.cause,
        kind=first,
        began_s=min((one.at_s for one in signals), default=began_s),
        last_s=max((one.at_s for one in signals), default=began_s),
        number=incident.number,
        severity=max((one.severity for one in signals), default=0),
        quiet_s=None if standing or not signals else began_s,
    )
