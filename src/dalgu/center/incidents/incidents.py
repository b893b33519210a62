"""The room of all incidents: decides from what is known, writes the book, tells the hub."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from dalgu.access.actor import SYSTEM, Actor, Kind
from dalgu.access.logbook import Entry, Noted
from dalgu.center.ground import Ground
from dalgu.center.incidents import procedures, rules
from dalgu.center.incidents.deeds import IncidentDeed, Joined, Merged, Raised
from dalgu.center.incidents.fold import fold
from dalgu.center.incidents.refusals import IncidentNotExisting, MergeImpossible
from dalgu.center.incidents.resources import Board, seeded
from dalgu.center.incidents.state import Incident, incident_id
from dalgu.center.incidents.sync import Mirror
from dalgu.center.incidents.timers import Timers, due_deeds, next_due
from dalgu.center.incidents.words import Readiness
from dalgu.center.incidents.work import ProcedureChosen, ResourceMoved

ROOM = "incidents"
BOUND = {Readiness.REQUESTED, Readiness.ON_THE_WAY, Readiness.ON_SITE}
Make = Callable[[Incident, datetime], Sequence[IncidentDeed]]


class Incidents:
    """All incidents of the city."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.all: dict[int, Incident] = {}
        self.by_alert: dict[str, int] = {}
        self.procedures = procedures.load()
        self.board = Board(seeded(ground.city))
        self.timers = Timers()
        ground.logbook.open_room(ROOM, IncidentDeed, self._take)

    async def run(self) -> None:
        """Wake what is due by the clock, and mirror incidents to the hub, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch())
            group.create_task(Mirror(self._ground, self.all, self.by_alert, ROOM).run())

    def get(self, number: int) -> Incident:
        """Return one incident; raise `IncidentNotExisting`."""
        try:
            return self.all[number]
        except KeyError:
            raise IncidentNotExisting(number) from None

    def living(self, number: int) -> Incident:
        """Return the incident as which one goes on: itself, unless it was merged."""
        incident = self.get(number)
        while incident.merged_into is not None:
            incident = self.get(incident.merged_into)
        return incident

    def open_ones(self) -> list[Incident]:
        """Return all that are not closed, oldest first."""
        return [one for one in self.all.values() if one.is_open]

    async def raise_incident(
        self, deed: Raised, alerts: Joined | None = None, actor: Actor = SYSTEM
    ) -> Incident:
        """Begin an incident, with its first alerts; return it once it is on disk.

        The procedure that fits it now is pinned to it: later versions are for later incidents.
        """
        fitting = self.procedures.fitting(deed.category, deed.sub_category)
        pinned = ProcedureChosen(fitting.name, fitting.newest.version)

        def decide(at: datetime) -> Sequence[Noted]:
            subject = incident_id(len(self.all) + 1)
            first = [Noted(subject, deed), Noted(subject, pinned)]
            return first if alerts is None else [*first, Noted(subject, alerts)]

        entries = await self._ground.logbook.write(actor, ROOM, decide)
        return self.get(number_of(entries[0].subject))

    async def note(self, number: int, deeds: Iterable[IncidentDeed], actor: Actor) -> Incident:
        """Write deeds about one incident; return it once they are on disk.

        Raises `IncidentNotExisting`, `StepNotPossible` or what else `rules.check` refuses.
        """
        given = list(deeds)
        return await self.act(number, lambda incident, at: given, actor)

    async def act(self, number: int, make: Make, actor: Actor) -> Incident:
        """Write what `make` returns from the incident as it stands; nothing where it is refused."""
        self.get(number)

        def decide(at: datetime) -> Sequence[Noted]:
            incident = self.all[number]
            deeds = make(incident, at)
            self._check(incident, deeds, at, by_person=actor.kind is not Kind.SYSTEM)
            return [Noted(incident.id, deed) for deed in deeds]

        await self._ground.logbook.write(actor, ROOM, decide)
        return self.get(number)

    async def merge(self, number: int, into: int, actor: Actor) -> Incident:
        """Let one incident go on as another, which gets its alerts; return the other.

        Raises `MergeImpossible`, as for a closed one, itself, or a drill with a real one.
        """
        self.get(number), self.get(into)

        def decide(at: datetime) -> Sequence[Noted]:
            one, other = self.all[number], self.all[into]
            if one is other or not (one.is_open and other.is_open) or one.drill != other.drill:
                raise MergeImpossible(number, into)
            moved = Joined(tuple(one.alerts), tuple(one.things))
            free = [Noted(one.id, deed) for deed in releases(one)]
            return [Noted(one.id, Merged(into)), *free, Noted(other.id, moved)]

        await self._ground.logbook.write(actor, ROOM, decide)
        return self.get(into)

    def _check(
        self, incident: Incident, deeds: Iterable[IncidentDeed], at: datetime, *, by_person: bool
    ) -> None:
        case = rules.Case(incident, at, by_person, self.procedures, self.board)
        status = incident.status
        for deed in deeds:
            status = rules.check(case, status, deed)

    async def _watch(self) -> None:
        while True:
            await self.wake(*self.timers.due(self._ground.clock.now()))
            await self.timers.wait(self._ground.clock)

    async def wake(self, *numbers: int) -> None:
        """Write what has come due for incidents, all at once: escalations, the end of shelving."""

        def decide(at: datetime) -> Sequence[Noted]:
            return [
                Noted(incident.id, deed)
                for incident in map(self.get, numbers)
                for deed in self._come_due(incident, at)
            ]

        if numbers:
            await self._ground.logbook.write(SYSTEM, ROOM, decide)

    def _come_due(self, incident: Incident, at: datetime) -> Sequence[IncidentDeed]:
        deeds = due_deeds(incident, self.procedures.of(incident), at)
        if not deeds:
            self._arm(incident)
        return deeds

    def _take(self, entry: Entry) -> None:
        number = number_of(entry.subject)
        incident = self.all[number] = fold(self.all.get(number), number, entry)
        if isinstance(entry.deed, Joined):
            self.by_alert |= dict.fromkeys(entry.deed.alerts, number)
            return
        if isinstance(entry.deed, ResourceMoved):
            self.board.move(entry.deed, number)
        self._arm(incident)

    def _arm(self, incident: Incident) -> None:
        self.timers.arm(incident.number, next_due(incident, self.procedures.of(incident)))


def releases(incident: Incident) -> list[ResourceMoved]:
    """Return what sends everything home that is still bound to an incident."""
    bound = incident.work.resources.items()
    return [ResourceMoved(one, Readiness.RELEASED) for one, now in bound if now in BOUND]


def number_of(subject: str) -> int:
    """Return the number in an incident's id."""
    return int(subject.rpartition(":")[2])
