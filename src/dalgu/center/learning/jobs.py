"""The certification's live figures: emergencies and linked systems, from what the center did."""

from collections.abc import Iterable
from datetime import datetime

from dalgu.center.documents import value
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Outcome, Priority
from dalgu.center.learning.reading import read_alerts, read_cases
from dalgu.center.rooms import Rooms
from dalgu.governance.entities.services import EmergencyResponse
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.schedule import every
from dalgu.kernel.text import Text
from dalgu.service import Job

EMERGENCIES = ("fire", "medical", "crime")  # what K63-45 counts
NOT_CALLED = (Outcome.FALSE_ALARM, Outcome.MERGED)


def jobs(rooms: Rooms) -> tuple[Job, ...]:
    """Return the jobs of what is learned, over the rooms of one center."""

    async def emergencies(hub: Hub, clock: Clock) -> None:
        await record_emergencies(hub, rooms.incidents.all.values())

    async def systems(hub: Hub, clock: Clock) -> None:
        await record_systems(hub, rooms.incidents.all.values())

    return (
        Job(
            "center.emergencies",
            Text("긴급출동 시각 기록", "Record emergencies for the certification"),
            every(hours=1),
            emergencies,
        ),
        Job(
            "center.linked_systems",
            Text("연계 시스템 수신 기록", "Record which systems spoke through the center"),
            every(hours=1),
            systems,
        ),
    )


async def record_emergencies(hub: Hub, incidents: Iterable[Incident]) -> int:
    """Give the hub each real emergency of the first priority that was reached; return how many.

    Called at is when its first alert says it began, arrived at when somebody wrote the arrival
    down. Drills, false alarms and merged ones are no emergencies. Twice is once.
    """
    reached = [one for one in incidents if _is_emergency(one)]
    cases = await read_cases(hub, reached)
    found = [
        EmergencyResponse(
            id=entity_id("EmergencyResponse", f"incident-{one.number}"),
            kind=one.category,
            priority=1,
            called_at=iso(min(case.happened_at or case.raised_at, case.raised_at)),
            arrived_at=iso(one.arrived_at),
            origin=one.origin,
            source=f"incident {one.number}",
        )
        for one, case in zip(reached, cases, strict=True)
        if one.arrived_at is not None
    ]
    if found:
        await hub.upsert(found)
    return len(found)


async def record_systems(hub: Hub, incidents: Iterable[Incident]) -> int:
    """Write on each linked system when its newest alert came; return how many moved on.

    A system speaks through the center when an alert of its category became part of a real
    incident: the category is the last part of the system's code in the register (`…-water`).
    """
    heard = await _heard(hub, incidents)
    moved = []
    async for system in hub.every("LinkedSystem", q="isLinked==true"):
        at = heard.get(_category(system))
        known = value(system, "lastEventAt")
        if at is not None and (not isinstance(known, str) or datetime.fromisoformat(known) < at):
            moved.append((EntityId(system["id"]), at))
    for system_id, at in moved:
        change: Document = {
            "id": system_id,
            "type": "LinkedSystem",
            "lastEventAt": {"type": "Property", "value": iso(at)},
        }
        await hub.merge(change)
    return len(moved)


def _is_emergency(one: Incident) -> bool:
    is_real = not one.is_drill and one.outcome not in NOT_CALLED
    is_first = one.priority is Priority.P1 and one.category in EMERGENCIES
    return is_real and is_first and one.arrived_at is not None


async def _heard(hub: Hub, incidents: Iterable[Incident]) -> dict[str, datetime]:
    """Return when the newest alert of each category came, among those of real incidents."""
    newest = [list(one.alerts)[-1] for one in incidents if one.alerts and not one.is_drill]
    found: dict[str, datetime] = {}
    for alert in await read_alerts(hub, newest):
        category, at = value(alert, "category"), value(alert, "dateIssued")
        if isinstance(category, str) and isinstance(at, str):
            issued = datetime.fromisoformat(at)
            found[category] = max(found.get(category, issued), issued)
    return found


def _category(system: Document) -> str:
    return str(system["id"]).rpartition(":")[2].rpartition("-")[2]
