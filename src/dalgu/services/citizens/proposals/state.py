"""A proposal as it stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from dalgu.kernel.terms import Term
from dalgu.services.citizens.proposals.deeds import (
    Answered,
    Evidence,
    Place,
    Planned,
    ResultRecorded,
)
from dalgu.services.citizens.proposals.stages import BESIDE
from dalgu.services.citizens.proposals.words import Act, Kind, Side, Stage, Topic


@dataclass(frozen=True, slots=True)
class Support:
    """One voice; `via` is the merged proposal that it came over from."""

    account: str
    at: datetime
    via: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A supporter of a merged proposal who has not said whether their support goes on here."""

    account: str
    via: int
    until: date


@dataclass(slots=True)
class Comment:
    """What somebody wrote to it."""

    number: int
    side: Side
    text: str
    author: str
    at: datetime
    parent: int | None = None
    supports: dict[str, str] = field(default_factory=dict)  # voice to account


@dataclass(frozen=True, slots=True)
class Event:
    """One line of its history: what everybody sees of it but supports and comments."""

    at: datetime
    actor: str
    deed: msgspec.Struct


@dataclass(slots=True)
class Proposal:
    """A proposal, a petition or a question of the city."""

    number: int
    space: str
    kind: Kind
    title: str
    text: str
    topic: Topic
    language: str
    at: datetime
    authors: list[str]
    place: Place | None
    stage: Stage
    similar: tuple[int, ...] = ()
    follows: str = ""
    closes_at: datetime | None = None  # of a question, or when it has matured
    department: str = ""
    supports: dict[str, Support] = field(default_factory=dict)  # by voice
    waiting: dict[str, Waiting] = field(default_factory=dict)  # by voice
    comments: dict[int, Comment] = field(default_factory=dict)
    reached: dict[Act, datetime] = field(default_factory=dict)
    fulfilled: dict[Act, str] = field(default_factory=dict)  # what a tier promised, its record
    terms: dict[str, Term] = field(default_factory=dict)
    answers: list[Answered] = field(default_factory=list)
    answered_on: date | None = None
    plan: Planned | None = None
    implemented: str = ""
    evidence: Evidence | None = None
    is_granted: bool | None = None  # the debate that a petition asks for
    result: ResultRecorded | None = None
    supplement: tuple[str, date] | None = None  # what is asked for, until and with a day
    is_appealed: bool = False
    merged_into: int | None = None
    took_in: list[int] = field(default_factory=list)
    request: str = ""
    history: list[Event] = field(default_factory=list)

    @property
    def subject(self) -> str:
        """What the book calls it."""
        return subject_of(self.number)

    @property
    def answer(self) -> Answered | None:
        """The newest answer."""
        return self.answers[-1] if self.answers else None

    @property
    def standing(self) -> Stage:
        """Where it is on the line of its kind."""
        return BESIDE.get(self.stage, self.stage)

    def running(self) -> Iterable[Term]:
        """Yield what is still owed."""
        return (term for term in self.terms.values() if term.is_open)

    def sides(self) -> dict[Side, list[Comment]]:
        """Return the comments that answer none, by side, the most supported first."""
        found: dict[Side, list[Comment]] = {side: [] for side in Side}
        for one in self.comments.values():
            if one.parent is None:
                found[one.side].append(one)
        for some in found.values():
            some.sort(key=lambda one: (-len(one.supports), one.number))
        return found

    def answers_to(self, comment: int) -> list[Comment]:
        """Return the comments that answer one, oldest first."""
        return [one for one in self.comments.values() if one.parent == comment]


def subject_of(number: int) -> str:
    """Return what the book calls a proposal.

    >>> subject_of(12)
    'proposal:12'
    """
    return f"proposal:{number}"


def comment_subject(number: int, comment: int) -> str:
    """Return what the moderation calls a comment.

    >>> comment_subject(12, 3)
    'proposal:12:comment:3'
    """
    return f"proposal:{number}:comment:{comment}"
