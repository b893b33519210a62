"""The discovery team's room: its rounds and its problems, folded from the book."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial

from dalgu.access.actor import Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.kernel.terms import Owed
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.citizens.ballots.ballots import Ballots
from dalgu.services.citizens.clocks.clocks import Clocks
from dalgu.services.citizens.discovery import fold
from dalgu.services.citizens.discovery.deeds import DiscoveryDeed
from dalgu.services.citizens.discovery.gates import RULES, following
from dalgu.services.citizens.discovery.problems import Problems
from dalgu.services.citizens.discovery.refusals import (
    CompletionNotExisting,
    ProblemNotExisting,
    RoundNotExisting,
)
from dalgu.services.citizens.discovery.rounds import Rounds
from dalgu.services.citizens.discovery.state import Completion, Problem, Round, State
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.people.people import People

ROOM = "discovery"
LONGEST = 2_000  # letters of one part of a sheet


class Discovery:
    """Rounds, problems and certificates of completion."""

    def __init__(
        self,
        ground: Ground,
        people: People,
        moderation: Moderation,
        clocks: Clocks,
        ballots: Ballots,
    ) -> None:
        self.ground, self.people, self.ballots = ground, people, ballots
        self._moderation = moderation
        self.state = State()
        self.rounds = Rounds(self)
        self.problems = Problems(self)
        ground.book.open_room(ROOM, DiscoveryDeed, partial(fold.take, self.state))
        clocks.watch(self.owed)

    @property
    def today(self) -> date:
        """The city's local day."""
        return self.ground.today

    def round(self, number: int) -> Round:
        """Return a round; raise `RoundNotExisting`."""
        if number not in self.state.rounds:
            raise RoundNotExisting(number)
        return self.state.rounds[number]

    def problem(self, number: int) -> Problem:
        """Return a problem; raise `ProblemNotExisting`."""
        if number not in self.state.problems:
            raise ProblemNotExisting(number)
        return self.state.problems[number]

    def completion(self, code: str) -> Completion:
        """Return a certificate of completion; raise `CompletionNotExisting`."""
        if code not in self.state.completions:
            raise CompletionNotExisting(code)
        return self.state.completions[code]

    def screened(self, actor: Actor, text: str, *, most: int = LONGEST) -> str:
        """Return a text as it may stand."""
        return self._moderation.screen(actor, text, most=most, may_repeat=True)

    async def write(
        self, actor: Actor, decide: Callable[[datetime], Sequence[Noted]]
    ) -> list[Entry]:
        """Let a part of the room decide what to write."""
        return await self.ground.book.write(actor, ROOM, decide)

    def owed(self) -> Iterator[Owed]:
        """Yield what deciders owe to problems."""
        for problem in self.state.problems.values():
            for term in problem.terms.values():
                if term.is_open:
                    yield Owed(
                        problem.subject,
                        problem.title,
                        f"/problems/{problem.number}",
                        self.decider(problem),
                        term,
                    )

    def decider(self, problem: Problem) -> str:
        """Return who decides the next gate of a problem, in words."""
        owner = problem.plan.owner if problem.plan is not None else ""
        gate = following(problem.gate)
        return owner or (DECIDERS[RULES[gate].decider] if gate is not None else "")


DECIDERS = {
    "team": "발굴단 모임",
    "office": "스마트시티 담당 부서",
    "citizens": "시민",
    "body": "심의 위원회",
}
DECIDER_TITLES = {
    "team": Text("발굴단 모임", "The team"),
    "office": Text("담당 부서", "The office in charge"),
    "citizens": Text("시민", "The citizens"),
    "body": Text("심의 위원회", "A committee"),
}
