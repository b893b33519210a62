"""Gathers the hand-over sheet from every room of the center and from the hub."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from dalgu.access.actor import Actor
from dalgu.center.cameras.grants import Standing
from dalgu.center.cameras.purposes import title_of_receiver
from dalgu.center.documents import label_of, observed, value
from dalgu.center.incidents.incidents import number_of
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
        warnings=tuple(in_force(rooms)),
        grants=tuple(granted(rooms, actor, now)),
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
    late = [t for t in work.tasks.values() if t.done_at is None and t.due and t.due < now]
    return found + [_pending(incident, task.text, task.text, task.due) for task in late]


def _pending(incident: Incident, ko: str, en: str, at: datetime | None) -> Pending:
    return Pending(str(incident.number), ko, en, at, incident.district)


def in_force(rooms: Rooms) -> list[Pending]:
    """Return the public warnings in force, each until when."""
    active = [one for one in rooms.warnings.known.warnings.values() if one.is_active]
    return [
        Pending(str(one.number), one.content.ko.headline, one.content.en.headline, one.expires_at)
        for one in active
    ]


def granted(rooms: Rooms, actor: Actor, now: datetime) -> list[Pending]:
    """Return the grants of images that are open, each with who got it and until when."""
    found = []
    for one in rooms.cameras.grants.all.values():
        incident = rooms.incidents.all.get(number_of(one.incident))
        is_seen = incident is None or rooms.shifts.may_see(actor, incident.number)
        if one.standing is Standing.OPEN and one.until > now and is_seen:
            who, n = title_of_receiver(one.receiver), len(one.cameras)
            ko, en = f"{who.ko} · 카메라 {n}대", f"{who.en} · {n} cameras"
            district = None if incident is None else incident.district
            found.append(Pending(one.id, ko, en, one.until, district))
    return found


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
