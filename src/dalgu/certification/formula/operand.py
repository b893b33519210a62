"""What a name of a formula stands for: one value or a column, as number, text, flag or instant.

A value may be read in several ways (an ISO 8601 text is an instant, too); the signs of a formula
pick the one they need. Instants are int64 microseconds since 1970 UTC, each as the span from its
first to its last moment: a plain date is the whole day in the city's local time.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.clock import LOCAL

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

NO_WORD = -1
DATE_LENGTH = len("2026-01-01")
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Words:
    """Texts, each once, and which of them stands in each row (`NO_WORD`: none)."""

    code: Ints
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """First and last microsecond of each instant; `is_there` tells which rows name one."""

    first_us: Ints
    last_us: Ints
    is_there: Bools


@dataclass(frozen=True, slots=True)
class Operand:
    """Values of n rows, or one value of shape (); what a row is not, it is not there as.

    `number` is NaN where a row is no number; `flag` says 1, 0, or -1 where a row is no flag.
    """

    number: Floats | None = None
    words: Words | None = None
    flag: NDArray[np.int8] | None = None
    instant: Span | None = None  # of values that are instants by their nature
    is_divided_by_zero: bool = False

    def as_number(self) -> float | None:
        """Return the one finite number this is; `None` where it is none."""
        if self.number is None or not np.isfinite(self.number):
            return None
        return float(self.number)

    def truth(self) -> Bools:
        """Return where it is the flag true."""
        return np.bool_(False) if self.flag is None else self.flag == 1  # type: ignore[return-value]

    def numbers(self) -> Floats:
        """Return it as numbers, NaN where it is none."""
        return np.float64(np.nan) if self.number is None else self.number  # type: ignore[return-value]

    def span(self) -> Span | None:
        """Return it as instants; `None` where no row is one."""
        if self.instant is not None or self.words is None:
            return self.instant
        return _span_of(self.words)

    def is_there(self) -> Bools:
        """Return where there is any value."""
        there: Bools = np.bool_(self.instant is not None)  # type: ignore[assignment]
        if self.number is not None:
            there = there | ~np.isnan(self.number)
        if self.words is not None:
            there = there | (self.words.code != NO_WORD)
        if self.flag is not None:
            there = there | (self.flag >= 0)
        return there


def of_number(value: float) -> Operand:
    """Return one number."""
    return Operand(number=np.float64(value))  # type: ignore[arg-type]


def of_text(value: str) -> Operand:
    """Return one text."""
    return Operand(words=Words(np.int64(0), (value,)))  # type: ignore[arg-type]


def of_truths(values: Bools) -> Operand:
    """Return flags that are all there."""
    return Operand(flag=values.astype(np.int8))


def of_instant(at: datetime) -> Operand:
    """Return one instant."""
    us = np.int64(micros(at))
    return Operand(instant=Span(us, us, np.bool_(True)))  # type: ignore[arg-type]


def micros(at: datetime) -> int:
    """Return the microseconds since 1970 UTC of an aware instant."""
    return (at - EPOCH) // MICROSECOND


def span_of_text(text: str) -> tuple[int, int] | None:
    """Return first and last microsecond of an ISO 8601 date or instant; `None` for other texts.

    >>> first, last = span_of_text("2026-03-01")
    >>> last - first + 1 == 24 * 3600 * 1_000_000
    True
    """
    try:
        if len(text) == DATE_LENGTH:
            day = date.fromisoformat(text)
            start = datetime(day.year, day.month, day.day, tzinfo=LOCAL)
            return micros(start), micros(start + timedelta(days=1)) - 1
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=LOCAL)
    return micros(at), micros(at)


def _span_of(words: Words) -> Span | None:
    table = _table(words.texts)
    if table is None:
        return None
    first, last, known = table
    return Span(first[words.code], last[words.code], known[words.code])


@lru_cache(maxsize=256)
def _table(texts: tuple[str, ...]) -> tuple[Ints, Ints, Bools] | None:
    """Return the spans of words as arrays; their last place, -1, stands for no word."""
    found = [span_of_text(text) for text in texts]
    if not any(found):
        return None
    spans = [*(one or (0, 0) for one in found), (0, 0)]
    return (
        np.array([first for first, _ in spans], np.int64),
        np.array([last for _, last in spans], np.int64),
        np.array([*(one is not None for one in found), False]),
    )
