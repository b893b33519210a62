"""Intervals of a controller's timeline, and the few ways events make them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.events import ControllerEvents, Flags, Ints
from dalgu.services.traffic.measures.grouping import AsOf, as_of

_TIME_BITS: Final = 42  # 139 years of milliseconds
OPEN: Final = -1  # an interval whose end no event tells


@dataclass(frozen=True, slots=True)
class Intervals:
    """Something that lasted on a device; arrays of shape (n,).

    `code` and `parameter` are of the event that began it; `end_ms` is OPEN where none ended
    it; `valid` says that begin and end were both seen and belong together.
    """

    start_ms: Ints
    end_ms: Ints
    device: Ints
    code: Ints
    parameter: Ints
    valid: Flags

    def only(self, where: Flags | Ints) -> "Intervals":
        """Return the intervals a mask or positions choose."""
        return Intervals(
            self.start_ms[where],
            self.end_ms[where],
            self.device[where],
            self.code[where],
            self.parameter[where],
            self.valid[where],
        )

    @property
    def lasting_ms(self) -> Ints:
        """Length of each; meaningless where open."""
        return self.end_ms - self.start_ms


def joined_intervals(parts: Sequence[Intervals]) -> Intervals:
    """Return the intervals of all parts in one."""
    names = ("start_ms", "end_ms", "device", "code", "parameter", "valid")
    return Intervals(*(np.concatenate([getattr(one, name) for one in parts]) for name in names))


@dataclass(frozen=True, slots=True)
class Row:
    """Events of one kind in order, with what follows each; arrays of shape (n,)."""

    events: ControllerEvents
    at_ms: Ints
    followed: Flags  # by another of the same device (and parameter)
    next_ms: Ints
    next_code: Ints
    next_parameter: Ints


def in_row(events: ControllerEvents, *, by_parameter: bool = True, high_first: bool = False) -> Row:
    """Order events by device, parameter and time, ties by code.

    Not by parameter, ties of one code are ordered by parameter, the highest first if told.
    """
    at_ms = events.at_ms
    tie = -events.parameter if high_first else events.parameter
    owner = (events.parameter,) if by_parameter else ()
    order = np.lexsort((tie, events.code, at_ms, *owner, events.device))
    events, at_ms = events.only(order), at_ms[order]
    same = np.diff(events.device) == 0
    if by_parameter:
        same &= np.diff(events.parameter) == 0
    followed = np.append(same, False)[: len(events)]
    return Row(
        events,
        at_ms,
        followed,
        np.where(followed, np.roll(at_ms, -1), OPEN),
        np.where(followed, np.roll(events.code, -1), OPEN),
        np.where(followed, np.roll(events.parameter, -1), OPEN),
    )


def paired(
    events: ControllerEvents, begin: int, end: int, *, longest_ms: int | None = None
) -> Intervals:
    """Pair begins with ends of the same device and parameter.

    Two begins, or two ends, in a row make an interval that is not valid; longer than
    `longest_ms` is not valid, either.
    """
    row = in_row(events.of(begin, end))
    begins = row.events.code == begin
    closed = row.next_code == end
    valid = begins & closed
    if longest_ms is not None:
        valid &= row.next_ms - row.at_ms <= longest_ms
    return _intervals(row, valid).only(begins | closed)


def toggled(events: ControllerEvents, code: int) -> Intervals:
    """Pair parameter 1 with the 0 that follows, for one code of a device."""
    row = in_row(events.of(code), by_parameter=False)
    begins = row.events.parameter == 1
    closed = row.followed & (row.next_parameter == 0)
    kept = begins | ((row.events.parameter == 0) & closed)
    return _intervals(row, begins & closed).only(kept)


def instants(events: ControllerEvents, code: int, *, shown_ms: int) -> Intervals:
    """Give events without length one that can be seen."""
    found = events.of(code)
    at_ms = found.at_ms
    valid = np.ones(len(found), dtype=bool)
    return Intervals(at_ms, at_ms + shown_ms, found.device, found.code, found.parameter, valid)


def until_next(row: Row, valid: Flags) -> Intervals:
    """Let each event of a row last until the next."""
    return _intervals(row, valid)


def _intervals(row: Row, valid: Flags) -> Intervals:
    events = row.events
    return Intervals(row.at_ms, row.next_ms, events.device, events.code, events.parameter, valid)


@dataclass(frozen=True, slots=True)
class Windows:
    """Stretches of devices' time; `latest_end_ms` is of all that started so far."""

    latest_end_ms: Ints
    _as_of: AsOf

    def touch(self, device: Ints, start_ms: Ints, end_ms: Ints) -> Flags:
        """Say which intervals overlap any window of their device."""
        before = self._as_of.latest(device, end_ms - 1)
        if not len(self.latest_end_ms):
            return np.zeros(len(device), dtype=bool)
        touched: Flags = (before >= 0) & (self.latest_end_ms[before] > start_ms)
        return touched


def windows(device: Ints, start_ms: Ints, end_ms: Ints) -> Windows:
    """Order stretches so that overlaps are found by one search each."""
    order = np.lexsort((start_ms, device))
    device, start_ms, end_ms = device[order], start_ms[order], end_ms[order]
    rank = np.cumsum(np.append(False, np.diff(device) != 0))[: len(device)]
    low = int(end_ms.min()) if len(end_ms) else 0
    lifted = np.maximum.accumulate((rank << np.int64(_TIME_BITS)) | (end_ms - low))
    latest = (lifted & ((1 << _TIME_BITS) - 1)) + low
    return Windows(latest, as_of(device, start_ms))
