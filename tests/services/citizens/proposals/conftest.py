"""Short cuts of the proposals' tests: a space that few voices move."""

import msgspec
import pytest

from dalgu.kernel.clock import local
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.configuring import set_space
from dalgu.services.citizens.proposals.proposals import Draft
from dalgu.services.citizens.proposals.sweeping import sweep
from dalgu.services.citizens.proposals.words import Decision


class Talk:
    """The room in a town, with thresholds of 3, 5 and 8 in place of 50, 100 and 1,000."""

    def __init__(self, town):
        self.town = town
        for id, least in (("talk", (3, 5, 8)), ("petition", (4,))):
            space = self.room.space(id)
            tiers = tuple(
                msgspec.structs.replace(tier, at=at)
                for tier, at in zip(space.tiers, least, strict=True)
            )
            self.set_space(msgspec.structs.replace(space, tiers=tiers))

    @property
    def room(self):
        return self.town.rooms.proposals

    @property
    def staff(self):
        return self.town.rooms.handling

    @property
    def today(self):
        return local(self.town.clock.now()).date()

    def set_space(self, space):
        self.town.run(set_space(self.room, self.town.chief, space))

    def propose(self, title="밤길 가로등을 더 밝게", actor=None, **more):
        actor = actor or self.town.citizen(Level.RESIDENT)
        draft = Draft(title=title, text=more.pop("text", "골목이 어둡습니다."), **more)
        return self.town.run(self.room.begin(actor, draft))

    def support(self, number, *actors):
        for actor in actors:
            self.town.run(self.room.support(actor, number))
        return self.room.get(number)

    def citizens(self, count, level=Level.EMAIL):
        return [self.town.citizen(level) for _ in range(count)]

    def reached(self, **more):
        """Return the number of a proposal at its threshold."""
        number = self.propose(**more)
        self.support(number, *self.citizens(3))
        return number

    def routed(self, **more):
        number = self.reached(**more)
        self.do("route", number, "safety")
        return number

    def answered(self, decision=Decision.ACCEPT, **more):
        number = self.routed(**more)
        self.do("answer", number, self.answer(decision))
        return number

    def answer(self, decision=Decision.ACCEPT, **more):
        told = {"law": "도로교통법", "next_on": self.today} | more
        return d.Answered(decision, "safety", "현장을 살폈습니다.", **told)

    def do(self, step, *args):
        return self.town.run(getattr(self.staff, step)(self.town.staff, *args))

    def sweep(self):
        return self.town.run(sweep(self.room))

    def wait(self, **duration):
        self.town.wait(**duration)
        return self.sweep()


@pytest.fixture
def talk(town):
    return Talk(town)
