"""A day of messages, planned as arrays and put into bytes only when somebody takes them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400
HOUR_S = 3_600
LOCAL_OFFSET_S = 9 * HOUR_S  # Asia/Seoul, without summer time since 1988

Body = tuple[str, bytes]  # format and body
Timed = tuple[str, bytes, datetime]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one kind of device says on one local day.

    `at_s` is shape (n,), int64 seconds since 1970 UTC, all within the day, in any order;
    `encode` gives the body of the i-th message.
    """

    at_s: NDArray[np.int64]
    encode: Callable[[int], Body]


class Speaker(Protocol):
    """One kind of device: it can tell any day without having told the days before."""

    def plan(self, day: int) -> Plan:
        """Return what is said on a local day, counted from 1970-01-01."""
        ...


def day_of(at_s: float) -> int:
    """Return the local day of an instant.

    >>> day_of(0), day_of(15 * 3600)
    (0, 1)
    """
    return int((at_s + LOCAL_OFFSET_S) // DAY_S)


def start_s(day: int) -> int:
    """Return the instant at which a local day begins, seconds since 1970 UTC."""
    return day * DAY_S - LOCAL_OFFSET_S


def weekday(day: int) -> int:
    """Return the day of the week, Monday 0.

    >>> weekday(0)  # 1970-01-01 was a Thursday
    3
    """
    return (day + 3) % 7


def instant(at_s: int) -> datetime:
    """Return seconds since 1970 as an aware instant."""
    return datetime.fromtimestamp(at_s, UTC)


def stamp(at_s: int) -> str:
    """Return seconds since 1970 as devices write them.

    >>> stamp(1_700_000_000)
    '2023-11-14T22:13:20Z'
    """
    return instant(at_s).strftime("%Y-%m-%dT%H:%M:%SZ")


class Day:
    """All messages of one local day in the order of their instants."""

    def __init__(self, day: int, speakers: Sequence[Speaker]) -> None:
        self._plans = [speaker.plan(day) for speaker in speakers]
        at_s = np.concatenate([plan.at_s for plan in self._plans])
        # Ties stay in the order of the speakers and of their own rows: the same bytes always.
        order = np.argsort(at_s, kind="stable")
        self._speaker = np.repeat(
            np.arange(len(self._plans)), [len(plan.at_s) for plan in self._plans]
        )[order]
        self._row = np.concatenate([np.arange(len(plan.at_s)) for plan in self._plans])[order]
        self._at_s = at_s[order]

    def between(self, since_s: float, until_s: float) -> Iterator[Timed]:
        """Yield the messages of [since, until)."""
        first, last = np.searchsorted(self._at_s, [since_s, until_s], side="left")
        for position in range(first, last):
            plan = self._plans[self._speaker[position]]
            format, body = plan.encode(int(self._row[position]))
            yield format, body, instant(int(self._at_s[position]))

    def next_after(self, at_s: float) -> int | None:
        """Return the instant of the first message at or after an instant, if the day has one."""
        position = int(np.searchsorted(self._at_s, at_s, side="left"))
        return None if position == len(self._at_s) else int(self._at_s[position])
