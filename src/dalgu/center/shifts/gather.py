"""Gathers the hand-over sheet from every room of the center and from the hub."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from dalgu.access.actor import Actor
from dalgu.center.documents import label_of, observed, value
from dalgu.center.incidents.state import Incident
from dalgu.center.layers import is_heard
from dalgu.center.rooms import Rooms
from dalgu.center.shifts.log import to_pass_on
from dalgu.center.shifts.sheet import Pending, Sheet, by_urgency


async def gather(rooms: Rooms, shift: str, actor: Actor) -> Sheet:
    """Return the sheet of a shift as of now, with what the actor may see."""
    now = rooms.ground.clock.now()
    seen = [one for one in rooms.incidents.open_ones() if rooms.shifts.may_see(actor, one.number)]
    lines = rooms.shifts.log.record(shift).written()
    return Sheet(
        shift=shift,
        made_at=now,
        open=tuple(by_urgency([one for one in seen if one.shelved_until is None])),
        shelved=tuple(by_urgency([one for one in seen if one.shelved_until is not None])),
        overdue=tuple(late for one in seen for late in overdue(rooms, one, now)),
        warnings=(),
        grants=(),
        stale=tuple(await silent_sources(rooms, now)),
        passed_on=to_pass_on(
            line for line in lines if rooms.shifts.may_see(actor, line.said.incident)
        ),
    )


def overdue(rooms: Rooms, incident: Incident, now: datetime) -> list[Pending]:
    """Return the steps of an incident's checklist and its tasks that are past their time."""
    work, version = incident.work, rooms.incidents.procedures.of(incident)
    found = []
    if version is not None and work.since is not None and incident.shelved_until is None:
        for step in version.steps:
            if step.limit_s is None or step.key in work.checks:
                continue
            due = work.since + timedelta(seconds=step.limit_s)
            if due < now:
                found.append(_pending(incident, step.ko, step.en, due))
    for task in work.tasks.values():
        if task.done_at is None and task.due is not None and task.due < now:
            found.append(_pending(incident, task.text, task.text, task.due))
    return found


def _pending(incident: Incident, ko: str, en: str, at: datetime) -> Pending:
    return Pending(str(incident.number), ko, en, at, incident.district)


async def silent_sources(rooms: Rooms, now: datetime) -> list[Pending]:
    """Return the kinds of devices of which some are silent: how many of how many, since when."""
    every: Counter[str] = Counter()
    silent: dict[str, list[datetime | None]] = defaultdict(list)
    async for device in rooms.ground.hub.every("Device"):
        if value(device, "inService") is False:
            continue
        kind = str(value(device, "category") or "device")
        every[kind] += 1
        if not is_heard(device, now):
            silent[kind].append(observed(device, "deviceState"))
    return [_silent(kind, found, every[kind]) for kind, found in sorted(silent.items())]


def _silent(kind: str, heard: list[datetime | None], of: int) -> Pending:
    known = [at for at in heard if at is not None]
    ko, en = label_of(kind, "ko"), label_of(kind, "en")
    return Pending(
        kind, f"{ko} {len(heard)}/{of}대", f"{en}: {len(heard)} of {of}", max(known, default=None)
    )
