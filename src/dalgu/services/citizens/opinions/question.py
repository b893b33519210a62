"""A question as it stands: its statements, its votes, and where its groups are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from dalgu.services.citizens.groups.votes import AGREE, DISAGREE, PASS, Vote
from dalgu.services.citizens.opinions.deeds import Grouped, TakenOut

VALUES: Mapping[str, int] = {"agree": AGREE, "pass": PASS, "disagree": DISAGREE}


class Standing(StrEnum):
    """How a statement stands."""

    WAITING = "waiting"
    OPEN = "open"
    OUT = "out"


@dataclass(slots=True)
class Statement:
    """One statement; `author` is an account, empty where who asked wrote it."""

    number: int
    text: str
    at: datetime
    author: str
    is_seed: bool
    standing: Standing
    out: TakenOut | None = None


@dataclass(slots=True)
class Question:
    """One question; `log` holds every vote in the order it was given."""

    number: int
    title: str
    about: str
    about_of: str
    asked_at: datetime
    asked_by: str
    closes_on: date | None
    statements: dict[int, Statement] = field(default_factory=dict)
    log: list[Vote] = field(default_factory=list)
    voted: dict[str, dict[int, int]] = field(default_factory=dict)  # by voice
    cuts: list[Grouped] = field(default_factory=list)
    closed_at: datetime | None = None
    summary: str = ""

    @property
    def subject(self) -> str:
        """What the book calls it."""
        return f"opinion:{self.number}"

    @property
    def participants(self) -> int:
        """How many people have voted."""
        return len(self.voted)

    @property
    def open(self) -> list[Statement]:
        """Statements that are voted on."""
        return [one for one in self.statements.values() if one.standing is Standing.OPEN]

    @property
    def waiting(self) -> list[Statement]:
        """Statements that somebody must look at."""
        return [one for one in self.statements.values() if one.standing is Standing.WAITING]

    @property
    def out(self) -> frozenset[str]:
        """Names of the columns of statements that were taken out."""
        some = self.statements.values()
        return frozenset(str(one.number) for one in some if one.standing is Standing.OUT)

    @property
    def pending(self) -> bool:
        """Whether groups are behind the votes or behind moderation."""
        if not self.log:
            return False
        if not self.cuts:
            return True
        last = self.cuts[-1]
        return last.votes < len(self.log) or frozenset(map(str, last.out)) != self.voted_out()

    def voted_out(self) -> frozenset[str]:
        """Statements that were taken out after somebody had voted on them."""
        known = {vote.statement for vote in self.log}
        return self.out & known

    def is_over(self, today: date) -> bool:
        """Whether no vote counts any more."""
        return self.closed_at is not None or (self.closes_on is not None and today > self.closes_on)

    def votes_of(self, voice: str) -> Mapping[int, int]:
        """Return what a voice said, by statement."""
        return self.voted.get(voice, {})

    def take_vote(self, voice: str, statement: int, value: int) -> None:
        """Add a vote."""
        self.voted.setdefault(voice, {})[statement] = value
        self.log.append(Vote(voice, str(statement), value))


def subject_of(question: Question, statement: Statement) -> str:
    """Return what the moderation calls a statement."""
    return f"{question.subject}:statement:{statement.number}"


def said_already(question: Question, text: str) -> int | None:
    """Return the number of an open or waiting statement with the same words."""
    wanted = _bare(text)
    some: Iterable[Statement] = question.statements.values()
    return next(
        (one.number for one in some
         if one.standing is not Standing.OUT and _bare(one.text) == wanted),
        None,
    )  # fmt: skip


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
