"""What all parts of the room stand on: the roundtables as they are, and the book they are from."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.kernel.terms import TermRule, Unit
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.citizens.roundtables.deeds import RoundtableDeed
from dalgu.services.citizens.roundtables.fold import subject_of, take
from dalgu.services.citizens.roundtables.plan import Stage
from dalgu.services.citizens.roundtables.refusals import (
    RoundtableNotExisting,
    RoundtableStageOther,
)
from dalgu.services.citizens.roundtables.state import Roundtable

ROOM = "roundtables"
PLAN_RULE, ITEM_RULE = "roundtable.plan", "roundtable.item"
CHAIN = (
    Text("담당 과장", "Head of division"),
    Text("담당 국장", "Director"),
    Text("시민원탁회의 운영위원회", "Steering committee of the roundtable"),
)
RULES = {
    PLAN_RULE: TermRule(
        id=PLAN_RULE,
        title=Text("결론에 대한 실행계획", "Plan for the conclusions"),
        basis=Text(
            "원탁회의 운영 기준: 결론을 넘겨받은 날부터 1개월",
            "Rules of the roundtable: one month from the hand-over of the conclusions",
        ),
        length=1,
        unit=Unit.MONTHS,
        extension=1,
        chain=CHAIN,
    ),
    ITEM_RULE: TermRule(
        id=ITEM_RULE,
        title=Text("후속 과제 조치계획", "What is done about a follow-up item"),
        basis=Text(
            "원탁회의 운영 기준: 과제를 넘겨받은 날부터 1개월",
            "Rules of the roundtable: one month from the hand-over of the item",
        ),
        length=1,
        unit=Unit.MONTHS,
        extension=1,
        chain=CHAIN,
    ),
}

Decide = Callable[[Roundtable, datetime], Sequence[msgspec.Struct]]


class Ledger:
    """All roundtables; whoever waits for a change of one is woken here."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.known: dict[int, Roundtable] = {}
        self._moved: dict[int, asyncio.Event] = {}
        self._changes: dict[int, int] = {}
        ground.book.open_room(ROOM, RoundtableDeed, self._take)

    def get(self, number: int) -> Roundtable:
        """Return one roundtable; raise `RoundtableNotExisting`."""
        if number not in self.known:
            raise RoundtableNotExisting(number)
        return self.known[number]

    @property
    def today(self) -> date:
        """The city's local day."""
        return self.ground.today

    async def write(
        self, actor: Actor, number: int, decide: Decide, *, part: str = ""
    ) -> list[Entry]:
        """Let a step decide about a roundtable from how it stands; return once it is on disk."""
        self.get(number)
        subject = subject_of(number, part)

        def noted(at: datetime) -> list[Noted]:
            return [Noted(subject, deed) for deed in decide(self.known[number], at)]

        return await self.ground.book.write(actor, ROOM, noted)

    async def move(
        self, actor: Actor, number: int, deed: msgspec.Struct, *stages: Stage
    ) -> list[Entry]:
        """Write one deed that takes a roundtable at one of some stages."""

        def decide(one: Roundtable, at: datetime) -> list[msgspec.Struct]:
            must_be(one, *stages)
            return [deed]

        return await self.write(actor, number, decide)

    def wake(self, number: int) -> None:
        """Tell those who wait that a roundtable has changed, or its turnout."""
        self._changes[number] = self.changes(number) + 1
        moved = self._moved.pop(number, None)
        if moved is not None:
            moved.set()

    def changes(self, number: int) -> int:
        """Return how often a roundtable has changed since the start."""
        return self._changes.get(number, 0)

    async def wait(self, number: int, after: int) -> None:
        """Return as soon as a roundtable has changed more than so often."""
        while self.changes(number) <= after:
            await self._moved.setdefault(number, asyncio.Event()).wait()

    def _take(self, entry: Entry) -> None:
        number = take(self.known, RULES, entry)
        self.wake(number)


def must_be(one: Roundtable, *stages: Stage) -> None:
    """Return when a roundtable is at one of some stages; raise `RoundtableStageOther`."""
    if one.stage not in stages:
        raise RoundtableStageOther(one.number, one.stage, ", ".join(stages))
