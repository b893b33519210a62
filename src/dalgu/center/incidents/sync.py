"""Mirrors incidents to the hub, and what became of them to the alerts they hold."""

from collections.abc import Iterable, Mapping, Sequence

from dalgu.access.following import Follower
from dalgu.access.logbook import Entry
from dalgu.center.ground import Ground
from dalgu.center.incidents import entities
from dalgu.center.incidents.deeds import (
    Assigned,
    Closed,
    Joined,
    Reopened,
    Seen,
    TakenInHand,
)
from dalgu.center.incidents.state import Incident, Step
from dalgu.center.incidents.words import Status
from dalgu.hub.hub import Query
from dalgu.hub.types import Alert
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId

COLLECTION, KEY = "center", "incidents-mirrored"  # the record of how far the mirror has come
BATCH = 500
TURNING = (Seen, Assigned, TakenInHand, Closed, Reopened)  # alerts follow these


class Mirror(Follower):
    """Follows the book from where it was: after a restart nothing is left out."""

    def __init__(
        self, ground: Ground, incidents: Mapping[int, Incident], by_alert: Mapping[str, int],
        room: str,
    ) -> None:  # fmt: skip
        self._ground = ground
        self._incidents = incidents
        self._by_alert = by_alert
        self._room = room
        place = (COLLECTION, KEY)
        super().__init__(ground.store, ground.logbook, place, self._mirrored)

    async def _mirrored(self, found: Sequence[Entry]) -> None:
        await self._write(entry for entry in found if entry.room == self._room)

    async def _write(self, entries: Iterable[Entry]) -> None:
        numbers: dict[int, None] = {}
        alerts: dict[str, Incident] = {}
        for entry in entries:
            number = int(entry.subject.rpartition(":")[2])
            incident = self._incidents[number]
            if incident.is_drill:
                continue
            numbers[number] = None
            alerts |= dict.fromkeys(self._following(entry, incident), incident)
        if numbers:
            await self._ground.hub.upsert([entity(self._incidents[one]) for one in numbers])
        await self._turn(alerts)

    def _following(self, entry: Entry, incident: Incident) -> list[str]:
        """Return the alerts that an entry may turn: those that came, or all after a step."""
        if isinstance(entry.deed, Joined):
            touched: Iterable[str] = entry.deed.alerts
        else:
            touched = incident.alerts if isinstance(entry.deed, TURNING) else ()
        return [alert for alert in touched if self._by_alert.get(alert) == incident.number]

    async def _turn(self, alerts: Mapping[str, Incident]) -> None:
        ids = [EntityId(alert) for alert, one in alerts.items() if one.status is not Status.RAISED]
        for start in range(0, len(ids), BATCH):
            some = tuple(ids[start : start + BATCH])
            page = await self._ground.hub.query(Query(types=("Alert",), ids=some, limit=BATCH))
            known = (Alert.from_document(document) for document in page.entities)
            turned = [
                new for old in known if (new := followed(old, alerts[old.id])) is not None
            ]  # fmt: skip
            if turned:
                await self._ground.hub.upsert(turned)


def followed(alert: Alert, incident: Incident) -> Alert | None:
    """Return what changes of an alert as its incident has come so far, `None` where nothing does.

    An alert that its own service closed, as its cause is gone, stays closed.
    """
    status = alert.status or "open"
    if incident.status is Status.CLOSED:
        last = incident.steps[-1]
        if status == "closed":
            return None
        return Alert(
            id=alert.id, status="closed", closed_by=last.actor, closed_at=iso(last.at)
        )  # fmt: skip
    reopened = status == "closed" and alert.closed_by is not None and alert.valid_to is None
    if status != "open" and not (reopened and _was_closed(incident)):
        return None
    seen = _first_seen(incident)
    return Alert(
        id=alert.id, status="acknowledged", acknowledged_by=seen.actor, acknowledged_at=iso(seen.at)
    )


def _was_closed(incident: Incident) -> bool:
    return any(step.status is Status.CLOSED for step in incident.steps)


def _first_seen(incident: Incident) -> Step:
    return next(step for step in incident.steps if step.status is not Status.RAISED)


def entity(incident: Incident) -> entities.Incident:
    """Return what the hub knows of an incident."""
    at = {step.status: iso(step.at) for step in reversed(incident.steps)}
    has_place = incident.lon is not None and incident.lat is not None
    return entities.Incident(
        id=incident.id,
        name=incident.title,
        category=incident.category,
        sub_category=incident.sub_category,
        priority=str(incident.priority),
        status=str(incident.status),
        alert_count=len(incident.alerts),
        thing_count=len(incident.things),
        cause=None if incident.cause is None else EntityId(incident.cause),
        district=incident.district,
        raised_at=iso(incident.raised_at),
        seen_at=at.get(Status.SEEN),
        assigned_at=at.get(Status.ASSIGNED),
        in_hand_at=at.get(Status.IN_HAND),
        arrived_at=None if incident.arrived_at is None else iso(incident.arrived_at),
        closed_at=None if incident.closed_at is None else iso(incident.closed_at),
        outcome=None if incident.outcome is None else str(incident.outcome),
        is_drill=False,
        origin=incident.origin,
        observed_at=incident.changed_at,
        location={"type": "Point", "coordinates": [incident.lon, incident.lat]}
        if has_place
        else None,
    )
