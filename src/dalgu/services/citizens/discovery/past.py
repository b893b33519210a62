"""Puts the first three rounds on record, as published, by the same deeds as any other round."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.services.citizens.discovery.deeds import (
    Observed,
    Passed,
    RoundCalled,
    RoundCounted,
    Stopped,
)
from dalgu.services.citizens.discovery.gates import ORDER, Gate, StopReason, reached
from dalgu.services.citizens.discovery.refusals import RoundNotReady

if TYPE_CHECKING:
    from dalgu.services.citizens.discovery.discovery import Discovery

FILE = Path(__file__).parent / "past.toml"
UNNAMED_KO, UNNAMED_EN = "제목이 공개되지 않은 문제", "A problem whose title is not published"


class _Words(msgspec.Struct, frozen=True):
    ko: str = ""
    en: str = ""


class PastProblem(msgspec.Struct, frozen=True):
    """One problem of a past round, as published."""

    title: _Words
    reached: Gate = Gate.DEFINED
    place: str = ""
    source: str = ""
    doubt: _Words = _Words()


class PastRound(msgspec.Struct, frozen=True):
    """One past round, as published."""

    number: int
    title: _Words
    began: int
    certified: int
    source: str
    problems: tuple[PastProblem, ...]
    call_until: date | None = None
    kickoff_on: date | None = None
    ends_on: date | None = None


class Past(msgspec.Struct, frozen=True):
    """The file; `more` counts the problems that no source names."""

    rounds: tuple[PastRound, ...]
    more: dict[str, int]


def read(file: Path = FILE) -> Past:
    """Return what the file holds; raises `msgspec.ValidationError` where it does not hold."""
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), Past)


async def load(room: "Discovery", actor: Actor, past: Past | None = None) -> int:
    """Put past rounds on record, once, before the first other round; return how many problems."""
    told = read() if past is None else past

    def decide(at: datetime) -> Sequence[Noted]:
        if room.state.rounds:
            raise RoundNotReady(
                min(room.state.rounds), "load", "there are rounds in the book already"
            )
        return list(_noted(told))

    entries = await room.write(actor, decide)
    return sum(isinstance(entry.deed, Observed) for entry in entries)


def _noted(past: Past) -> Iterator[Noted]:
    numbers = count(1)
    for one in past.rounds:
        subject = f"round:{one.number}"
        yield Noted(subject, _called(one))
        yield Noted(subject, RoundCounted(one.number, one.began, one.certified, one.source))
        unnamed = (
            PastProblem(_Words(f"{UNNAMED_KO} {at}", f"{UNNAMED_EN} ({at})"))
            for at in range(1, past.more.get(str(one.number), 0) + 1)
        )
        for problem in (*one.problems, *unnamed):
            yield from _problem(next(numbers), one, problem)


def _called(one: PastRound) -> RoundCalled:
    return RoundCalled(
        one.number, one.title.ko, one.title.en, None, one.call_until, one.kickoff_on,
        one.ends_on, 0, one.source,
    )  # fmt: skip


def _problem(number: int, of: PastRound, one: PastProblem) -> Iterator[Noted]:
    subject, source = f"problem:{number}", one.source or of.source
    yield Noted(
        subject,
        Observed(
            number, of.number, 0, one.title.ko, one.title.en, one.place,
            source=source, doubt_ko=one.doubt.ko, doubt_en=one.doubt.en,
        ),
    )  # fmt: skip
    for gate in ORDER[1:]:
        if reached(one.reached, gate):
            yield Noted(subject, Passed(number, gate, 0, "", "", None, source))
    if not reached(one.reached, Gate.PLANNED):
        yield Noted(subject, Stopped(number, StopReason.NOT_PUBLISHED, "", "", None, source))
