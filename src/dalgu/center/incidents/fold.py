"""How each deed changes what is known of an incident."""

from collections.abc import Callable
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.center.incidents.deeds import (
    Arrived,
    Assigned,
    Changed,
    Closed,
    Joined,
    Merged,
    PartTaken,
    Raised,
    Reopened,
    Seen,
    Shelved,
    TakenInHand,
    Unshelved,
)
from dalgu.center.incidents.state import Incident, Step
from dalgu.center.incidents.words import Outcome, Status
from dalgu.center.incidents.work_fold import fold_work
from dalgu.kernel.text import Text


def fold(before: Incident | None, number: int, entry: Entry) -> Incident:
    """Return the incident after an entry; the first entry of each is `Raised`."""
    if before is None:
        return _raised(number, entry)
    change = CHANGES.get(type(entry.deed))
    if change is None:
        fold_work(before.work, entry)
    else:
        change(before, entry)
    before.changed, before.changed_at = entry.seq, entry.at
    return before


def _raised(number: int, entry: Entry) -> Incident:
    deed: Raised = entry.deed
    return Incident(
        number=number,
        title=Text(deed.title_ko, deed.title_en),
        category=deed.category,
        sub_category=deed.sub_category,
        priority=deed.priority,
        raised_at=entry.at,
        rule=deed.rule,
        lon=deed.lon,
        lat=deed.lat,
        district=deed.district,
        dong=deed.dong,
        cause=deed.cause,
        origin=deed.origin,
        drill=deed.drill,
        is_drill=deed.drill is not None,
        steps=[Step(Status.RAISED, entry.at, entry.actor)],
        changed=entry.seq,
        changed_at=entry.at,
    )


def _step(incident: Incident, status: Status, entry: Entry) -> None:
    incident.status = status
    incident.steps.append(Step(status, entry.at, entry.actor))


def _joined(incident: Incident, entry: Entry) -> None:
    deed: Joined = entry.deed
    incident.alerts |= dict.fromkeys(deed.alerts)
    incident.things |= dict.fromkeys(deed.things)


def _seen(incident: Incident, entry: Entry) -> None:
    _step(incident, Status.SEEN, entry)


def _assigned(incident: Incident, entry: Entry) -> None:
    incident.assignee = entry.deed.to
    _step(incident, Status.ASSIGNED, entry)


def _in_hand(incident: Incident, entry: Entry) -> None:
    incident.assignee = incident.assignee or entry.actor
    _step(incident, Status.IN_HAND, entry)


def _closed(incident: Incident, entry: Entry) -> None:
    incident.outcome, incident.closed_at = entry.deed.outcome, entry.at
    _step(incident, Status.CLOSED, entry)


def _reopened(incident: Incident, entry: Entry) -> None:
    incident.outcome = incident.closed_at = incident.merged_into = None
    _step(incident, Status.SEEN, entry)


def _shelved(incident: Incident, entry: Entry) -> None:
    incident.shelved_until, incident.shelved_for = entry.deed.until, entry.deed.reason


def _unshelved(incident: Incident, entry: Entry) -> None:
    incident.shelved_until, incident.shelved_for = None, ""
    incident.waits_since = entry.at


def _merged(incident: Incident, entry: Entry) -> None:
    incident.merged_into, incident.outcome = entry.deed.into, Outcome.MERGED
    incident.closed_at = entry.at
    _step(incident, Status.CLOSED, entry)


def _changed(incident: Incident, entry: Entry) -> None:
    deed: Changed = entry.deed
    incident.title = Text(deed.title_ko or incident.title.ko, deed.title_en or incident.title.en)
    if deed.priority is not None and deed.priority != incident.priority:
        incident.priority, incident.waits_since = deed.priority, entry.at
    incident.cause = deed.cause or incident.cause
    if deed.lon is not None and deed.lat is not None:
        incident.lon, incident.lat = deed.lon, deed.lat
        incident.district = deed.district or incident.district
        incident.dong = deed.dong or incident.dong


def _part(incident: Incident, entry: Entry) -> None:
    incident.parts[entry.deed.who] = entry.deed.part


def _arrived(incident: Incident, entry: Entry) -> None:
    incident.arrived_at = entry.deed.at


CHANGES: dict[type, Callable[[Incident, Entry], Any]] = {
    Joined: _joined,
    Seen: _seen,
    Assigned: _assigned,
    TakenInHand: _in_hand,
    Closed: _closed,
    Reopened: _reopened,
    Shelved: _shelved,
    Unshelved: _unshelved,
    Merged: _merged,
    Changed: _changed,
    PartTaken: _part,
    Arrived: _arrived,
}
