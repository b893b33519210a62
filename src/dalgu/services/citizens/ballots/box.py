"""A ballot box: what is asked, which marks a ballot may carry, and how ballots are counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots.refusals import BallotInvalid, BoxInvalid

Kind = Literal["choice", "approval", "scores"]
Marks = Mapping[str, int]

MOST_OPTIONS = 1_000
LONGEST_ID = 120  # of a box and of an option
PRINTABLE = "letters, digits and -_.:/"
_SIGNS = frozenset("-_.:/")


@dataclass(frozen=True, slots=True)
class Box:
    """What is voted on.

    `choice` takes one to `most` options marked 1, `approval` the same where `most` is usually
    larger, `scores` a whole number within `scale` for each option that the voter scores.
    """

    id: str
    title: Text
    kind: Kind
    options: tuple[str, ...]
    most: int = 1
    scale: tuple[int, int] = (0, 1)
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter takes along.

    `code` finds the ballot in the published file, `digest` is what stands there of it,
    `signature` is the city's promise that it will; `seq` says how many ballots lay in the box
    with this one and is kept nowhere.
    """

    code: str
    seq: int
    digest: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one option got: how many ballots mark it, and the sum of their marks."""

    ballots: int
    sum: int


def check_box(box: Box) -> Box:
    """Return a box that can be voted on; raise `BoxInvalid` with the part that cannot be."""
    whole = {
        "id": _is_plain(box.id),
        "options": 0 < len(set(box.options)) == len(box.options) <= MOST_OPTIONS
        and all(_is_plain(option) for option in box.options),
        "most": 1 <= box.most <= len(box.options) or box.kind == "scores",
        "scale": box.scale[0] < box.scale[1],
        "kind": box.kind in ("choice", "approval", "scores"),
    }
    for part, holds in whole.items():
        if not holds:
            raise BoxInvalid(box.id[:LONGEST_ID], part)
    return box


def check_marks(box: Box, marks: Marks) -> dict[str, int]:
    """Return marks in the order of the options; raise `BallotInvalid` with what is wrong.

    >>> box = Box("b", Text("", ""), "approval", ("a", "b", "c"), most=2)
    >>> check_marks(box, {"c": 1, "a": 1})
    {'a': 1, 'c': 1}
    """
    unknown = [option for option in marks if option not in box.options]
    if unknown:
        raise BallotInvalid(box.id, f"option '{unknown[0][:40]}' does not exist")
    if not marks:
        raise BallotInvalid(box.id, "nothing is marked")
    if any(type(mark) is not int for mark in marks.values()):
        raise BallotInvalid(box.id, "a mark must be a whole number")
    least, largest = box.scale if box.kind == "scores" else (1, 1)
    if any(not least <= mark <= largest for mark in marks.values()):
        raise BallotInvalid(box.id, f"a mark must be from {least} to {largest}")
    if box.kind != "scores" and len(marks) > box.most:
        raise BallotInvalid(box.id, f"{len(marks)} options are marked; at most {box.most} may be")
    return {option: marks[option] for option in box.options if option in marks}


def tally(options: Iterable[str], ballots: Iterable[Marks]) -> dict[str, Counted]:
    """Return what each option got.

    >>> tally(("a", "b"), [{"a": 2}, {"a": 3, "b": 1}])["a"]
    Counted(ballots=2, sum=5)
    """
    many, sums = dict.fromkeys(options, 0), dict.fromkeys(options, 0)
    for marks in ballots:
        for option, mark in marks.items():
            many[option] += 1
            sums[option] += mark
    return {option: Counted(many[option], sums[option]) for option in many}


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= LONGEST_ID and all(sign.isalnum() or sign in _SIGNS for sign in text)
