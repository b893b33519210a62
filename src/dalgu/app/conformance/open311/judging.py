"""What a check is, and what it can say of a server."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dalgu.app.conformance.open311.server import Server


class Level(StrEnum):
    """How much weight a check has."""

    MUST = "must"  # the specification asks for it: the command ends with 1 where it fails
    SHOULD = "should"  # it recommends it
    EXTENSION = "extension"  # servers agree on it beyond the specification


class Outcome(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"  # the server has nothing that it could be tried on


@dataclass(frozen=True, slots=True)
class Skip:
    """Why a check could not be tried."""

    reason: str


Verdict = str | Skip | None  # what is wrong, why it was not tried, or nothing


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a server must, or should, do."""

    id: str
    section: str  # of the specification
    text: str
    judge: "Callable[[Server], Verdict]"
    level: Level = Level.MUST
    files: bool = False  # it files requests: only where that is allowed


@dataclass(frozen=True, slots=True)
class Result:
    """A check with what came of it."""

    check: Check
    outcome: Outcome
    detail: str = ""


def first_wrong(some: Iterable[str]) -> Verdict:
    """Return the first of some complaints, nothing where there is none."""
    return next(iter(some), None)


def unless(condition: bool, complaint: str) -> Verdict:
    """Return a complaint unless a condition holds."""
    return None if condition else complaint
