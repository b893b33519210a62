"""A round of participatory budgeting and its projects, as they stand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from dalgu.kernel.terms import Terms
from dalgu.kernel.text import Text
from dalgu.services.citizens.budgets.deeds import Counted


class Rule(StrEnum):
    """By which rule a round is decided."""

    EQUAL = "equal"
    GREEDY = "greedy"

    @property
    def words(self) -> Text:
        """What people call it."""
        return RULES[self]


RULES = {
    Rule.EQUAL: Text("균등 몫 방식", "Equal shares"),
    Rule.GREEDY: Text("다득표순", "Most votes first"),
}


class Stage(StrEnum):
    """How far a round has come."""

    IDEAS = "ideas"
    CHECK = "check"  # no more ideas: departments finish their checks
    VOTE = "vote"
    CLOSED = "closed"  # no more ballots, not yet counted
    COUNTED = "counted"


class Work(StrEnum):
    """How far a funded project has come."""

    FUNDED = "funded"
    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    STOPPED = "stopped"

    @property
    def words(self) -> Text:
        """What people call it."""
        return WORKS[self]


WORKS = {
    Work.FUNDED: Text("선정됨", "Funded"),
    Work.PLANNED: Text("계획 확정", "Planned"),
    Work.UNDER_WAY: Text("진행 중", "Under way"),
    Work.DONE: Text("완료", "Done"),
    Work.STOPPED: Text("중단", "Stopped"),
}
STEPS = {
    Work.FUNDED: (Work.PLANNED, Work.STOPPED),
    Work.PLANNED: (Work.UNDER_WAY, Work.STOPPED),
    Work.UNDER_WAY: (Work.DONE, Work.STOPPED),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a project's work."""

    work: Work
    on: datetime
    note: str
    evidence: str


@dataclass(slots=True)
class Idea:
    """A project of a round; costs are in won."""

    round: int
    number: int
    title: str
    text: str
    asked: int
    district: str
    author: str
    at: datetime
    cost: int = 0  # as the department checked it
    is_feasible: bool | None = None  # `None` until somebody checked it
    reason: str = ""
    department: str = ""
    checked_at: datetime | None = None
    foreign_id: str = ""  # of the file it was read from
    steps: list[Step] = field(default_factory=list)
    terms: Terms = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What its entries stand under."""
        return f"budget:{self.round}:project:{self.number}"

    @property
    def option(self) -> str:
        """Its id on the ballot and in the file."""
        return self.foreign_id or f"p{self.number}"

    @property
    def work(self) -> Work | None:
        """How far it has come once it is funded."""
        return self.steps[-1].work if self.steps else None


@dataclass(slots=True)
class Round:
    """One round; money is in won."""

    number: int
    title: Text
    about: str
    amount: int
    rule: Rule
    step: int
    most: int
    least_age: int
    ideas_until: date
    called_at: datetime
    announced_at: datetime
    why: str = ""  # the rule was changed
    closes_at: datetime | None = None
    on_ballot: tuple[int, ...] = ()
    counted: Counted | None = None
    counted_at: datetime | None = None
    is_imported: bool = False
    official: tuple[int, ...] = ()
    ideas: dict[int, Idea] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What its entries stand under."""
        return f"budget:{self.number}"

    @property
    def box(self) -> str:
        """The id of its ballot box."""
        return f"budget-{self.number}"

    def stage(self, now: datetime, today: date) -> Stage:
        """Return how far it has come."""
        if self.counted is not None:
            return Stage.COUNTED
        if self.closes_at is None:
            return Stage.IDEAS if today <= self.ideas_until else Stage.CHECK
        return Stage.VOTE if now < self.closes_at else Stage.CLOSED

    @property
    def ballot(self) -> list[Idea]:
        """The projects on the ballot."""
        return [self.ideas[one] for one in self.on_ballot]

    @property
    def unchecked(self) -> list[Idea]:
        """The projects that wait for a department."""
        return [one for one in self.ideas.values() if one.is_feasible is None]

    @property
    def winners(self) -> tuple[int, ...]:
        """The projects funded, in the order of the rule that was announced."""
        if self.counted is None:
            return ()
        return self.counted.equal if self.rule is Rule.EQUAL else self.counted.greedy

    def funded(self) -> Iterator[Idea]:
        """Yield the funded projects."""
        return (self.ideas[one] for one in self.winners)
