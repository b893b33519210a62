"""Roundtables of a town: one whose hall is open, one that has reported."""

from typing import Any

from tests.services.citizens.roundtables.conftest import QUOTAS, WITNESS, a_plan, people

from dalgu.access.actor import CONSOLE
from dalgu.services.citizens.roundtables.hall import OpinionDraft
from dalgu.services.citizens.roundtables.plan import StepKind
from dalgu.services.citizens.roundtables.voting import box_id, sheet_id

SAID = ("지하철역에서 가까워야 합니다", "세금이 적게 들어야 합니다", "나무를 베지 않아야 합니다")


class Hall:
    """A roundtable of the town whose hall is open."""

    def __init__(self, town):
        self.town = town
        self.rooms = town.platform.opened["citizens"].rooms
        self.room = self.rooms.roundtables
        self.number = town.run(self.opened())

    async def opened(self):
        room = self.room
        number = await room.planning.plan(CONSOLE, a_plan(self.town.clock.now()))
        await room.planning.open_call(CONSOLE, number, room.ledger.today)
        await room.applying.enrol(CONSOLE, number, people(48), "paper")
        await room.planning.close_call(CONSOLE, number)
        await room.selection.set_quotas(CONSOLE, number, QUOTAS, 12)
        await room.selection.commit(CONSOLE, number)
        await room.selection.draw(CONSOLE, number, WITNESS)
        await room.selection.seat(CONSOLE, number)
        await room.hall.begin(CONSOLE, number)
        return number

    @property
    def one(self):
        return self.room.ledger.get(self.number)

    def step(self, kind):
        at = [step.kind for step in self.one.plan.agenda].index(kind)
        self.town.run(self.room.hall.take_step(CONSOLE, self.number, at))
        self.town.run(self.room.voting.follow_agenda(CONSOLE, self.number))

    def path(self, kind, holder, language="ko"):
        code = self.room.codes.of(self.one, holder)
        return f"/{language}/roundtables/{self.number}/{kind}/{code}"

    def speak(self) -> None:
        """Let a table say something, and sort some of it."""
        now = self.town.clock.now()
        drafts = [OpinionDraft(f"k{n}", text, now) for n, text in enumerate(SAID)]
        self.town.run(self.room.hall.say(CONSOLE, self.number, 1, drafts))
        self.town.run(self.room.themes.make(CONSOLE, self.number, "오가기 쉬운 곳", ["k0", "k1"]))

    def vote(self, box: str, marks: dict[str, int]) -> None:
        """Cast the same ballot from every seat."""
        for seat in self.one.members:
            self.town.run(self.room.voting.cast(self.number, seat, box, marks))


def made_halls(town: Any) -> dict[str, str]:
    """Open one hall and bring another to its report; return what addresses name of them."""
    past, live = Hall(town), Hall(town)
    for hall in (past, live):
        hall.speak()
        hall.step(StepKind.BALLOT_BEFORE)
        hall.vote(box_id(hall.number, "q1", "before"), {"o1": 1})
        hall.step(StepKind.BALLOT_AFTER)
    past.vote(box_id(past.number, "q1", "after"), {"o2": 1})
    past.step(StepKind.SCORING)
    past.vote(sheet_id(past.number), {"p1.c1": 7, "p1.c2": 8, "p2.c1": 6, "p2.c2": 9})
    past.step(StepKind.CLOSING)
    following = past.room.following
    town.run(following.report(CONSOLE, past.number, ["막힘없는 길을 함께 설계한다"]))
    item = {
        "title": "막힘없는 길",
        "text": "지하철역까지 이어 주십시오",
        "department": "교통정책과",
    }
    town.run(following.follow(CONSOLE, past.number, **item))
    return {
        "roundtable": str(live.number),
        "past_roundtable": str(past.number),
        "seat_code": live.room.codes.of(live.one, live.one.members[0]),
        "table_code": live.room.codes.of(live.one, "table:1"),
    }
