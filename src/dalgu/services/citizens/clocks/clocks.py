"""The clocks room: gathers the terms of all rooms, reminds, and goes up the chain."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

import msgspec

from dalgu.access.actor import SYSTEM
from dalgu.access.logbook import Entry, Noted
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.terms import Owed, overdue
from dalgu.service import Ground
from dalgu.services.citizens.clocks.deeds import ClockDeed, Escalated, Reminded
from dalgu.services.citizens.clocks.entities import AnswerTerm, term_entity

ROOM = "clocks"

# Of one term: the subject, its rule, the day on which it began.
Key = tuple[str, str, date]


class Clocks:
    """All terms, of whatever room."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._sources: list[Callable[[], Iterable[Owed]]] = []
        self._reminded: dict[Key, set[float]] = defaultdict(set)
        self._escalated: dict[Key, int] = defaultdict(int)
        self._drawn: dict[str, AnswerTerm] = {}
        self.told: list[Entry] = []  # reminders and steps up, oldest first
        ground.book.open_room(ROOM, ClockDeed, self._take)

    def watch(self, owed: Callable[[], Iterable[Owed]]) -> None:
        """Let a room tell what it owes."""
        self._sources.append(owed)

    def owed(self) -> list[Owed]:
        """Return all terms of all rooms."""
        return [one for source in self._sources for one in source()]

    def overdue(self) -> list[Owed]:
        """Return what is overdue today, the longest first."""
        return overdue(self.owed(), self.today)

    @property
    def today(self) -> date:
        """The city's local day."""
        return self._ground.today

    def step_of(self, owed: Owed) -> int:
        """Return how far up its chain a breach was told; 0 where nobody was."""
        return self._escalated.get(_key(owed), 0)

    async def strike(self) -> int:
        """Remind and go up the chain where it is time, each once; return how many deeds."""
        every = self.owed()

        def decide(at: datetime) -> list[Noted]:
            today = local(at).date()
            return [Noted(one.subject, deed) for one in every for deed in self._due(one, today)]

        return len(await self._ground.book.write(SYSTEM, ROOM, decide))

    async def run(self, hub: Hub, clock: Clock) -> None:
        """Do what is due, and let the hub know every term as it stands: a job."""
        await self.strike()
        today = self.today
        entities = [term_entity(one, today, self.step_of(one)) for one in self.owed()]
        changed = [one for one in entities if self._drawn.get(one.id) != one]
        if changed:
            await hub.upsert(changed)
        self._drawn = {one.id: one for one in entities}

    def _due(self, owed: Owed, today: date) -> Iterator[msgspec.Struct]:
        term, key = owed.term, _key(owed)
        for share in term.reminders(today):
            if share not in self._reminded[key]:
                yield Reminded(term.rule.id, term.started, owed.department, share, term.due)
        for step in range(self._escalated[key] + 1, term.steps_up(today) + 1):
            to = term.rule.chain[step - 1]
            over = term.days_over(today)
            yield Escalated(term.rule.id, term.started, owed.department, step, to.ko, to.en, over)

    def _take(self, entry: Entry) -> None:
        deed: ClockDeed = entry.deed
        key = (entry.subject, deed.rule, deed.started)
        self.told.append(entry)
        match deed:
            case Reminded():
                self._reminded[key].add(deed.share)
            case Escalated():
                self._escalated[key] = max(self._escalated[key], deed.step)


def _key(owed: Owed) -> Key:
    return owed.subject, owed.term.rule.id, owed.term.started
