"""From flags to alerts for people: worded as suspicion, with their figures.

One alert for each subject and kind, whose id follows from both, so that a second run finds its
own alert. A person's acknowledgement stays; the alert closes when the meter shows otherwise,
and never from a lack of reads.
"""

from collections.abc import Mapping
from datetime import datetime

from dalgu.hub.types import Alert
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.flags.flag import Findings, Flag, Kind
from dalgu.services.water.flags.words import NAMES, describe

CATEGORY = "water"
CARE_CATEGORY = "care"
OPEN_STATES = ("open", "acknowledged")
PREFIX_PARTS = 3  # of an id: urn, ngsi-ld, the type


def alerts(findings: Findings, held: Mapping[EntityId, Alert], now: datetime) -> list[Alert]:
    """Return the alerts to write: raised, refreshed with new figures, or closed.

    Parameters
    ----------
    findings, now
        What the rules found, and the instant at which that is written down.
    held
        The alerts of the hub that these rules raised, by their id, closed ones too.
    """
    raised = {alert_id(flag.subject.id, flag.kind): flag for flag in findings.flags}
    written = [_raise(key, flag, held.get(key), now) for key, flag in raised.items()]
    closed = [
        _close(alert, now)
        for key, alert in held.items()
        if key not in raised and alert.status in OPEN_STATES and _is_cleared(alert, findings)
    ]
    return [alert for alert in written if alert is not None] + closed


def alert_id(subject: EntityId, kind: Kind) -> EntityId:
    """Return the id of the one alert of a subject and a kind.

    >>> alert_id(EntityId("urn:ngsi-ld:WaterMeter:gachang:0001"), Kind.NO_USE)
    'urn:ngsi-ld:Alert:water:noUse:gachang:0001'
    """
    local = subject.split(":", PREFIX_PARTS)[PREFIX_PARTS]
    return entity_id("Alert", CATEGORY, kind.value, local)


def _raise(key: EntityId, flag: Flag, held: Alert | None, now: datetime) -> Alert | None:
    is_open = held is not None and held.status in OPEN_STATES
    is_care = flag.kind is Kind.CARE_NO_USE
    if held is not None and is_open and held.data == dict(flag.figures):
        return None
    return Alert(
        id=key,
        observed_at=flag.at,
        name=NAMES[flag.kind],
        description=describe(flag.kind, flag.figures),
        category=CARE_CATEGORY if is_care else CATEGORY,
        sub_category=flag.kind.value,
        severity=flag.severity,
        alert_source=flag.subject.id,
        location=None if is_care else flag.subject.location,  # a home is nobody's business
        origin=flag.subject.origin,
        date_issued=held.date_issued if held is not None and is_open else iso(now),
        status=held.status if held is not None and is_open else "open",
        data=dict(flag.figures),
    )


def _close(alert: Alert, now: datetime) -> Alert:
    return Alert(id=alert.id, observed_at=now, status="closed", valid_to=iso(now))


def _is_cleared(alert: Alert, findings: Findings) -> bool:
    if alert.sub_category not in list(Kind):
        return False
    return alert.alert_source in findings.cleared.get(Kind(str(alert.sub_category)), set())
