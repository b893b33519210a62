"""Rows brought together by whole-number keys and by time bins, without a loop over rows."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.devices.signals.codes import EventCode
from dalgu.services.traffic.measures.events import (
    MS,
    ControllerEvents,
    DetectorAssignments,
    Floats,
    Ints,
)


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows by equal keys, keys ascending; `keys` are arrays of shape (groups,)."""

    keys: tuple[Ints, ...]
    order: Ints  # rows, group after group
    starts: Ints  # where each group starts in `order`
    count: Ints

    def sums(self, values: Ints | Floats) -> Floats:
        """Return the sum of a value over each group, shape (groups,)."""
        return self._reduced(np.add, np.asarray(values, dtype=np.float64))

    def means(self, values: Ints | Floats) -> Floats:
        """Return the mean of a value over each group, shape (groups,)."""
        return self.sums(values) / np.maximum(self.count, 1)

    def highest(self, values: Ints | Floats) -> Floats:
        """Return the highest value of each group, shape (groups,)."""
        return self._reduced(np.maximum, np.asarray(values, dtype=np.float64))

    def last(self, values: Ints) -> Ints:
        """Return the value of each group's last row, shape (groups,)."""
        newest: Ints = values[self.order[self.starts + self.count - 1]]
        return newest

    def _reduced(self, ufunc: np.ufunc, values: Floats) -> Floats:
        if not len(self.starts):
            return np.empty(0)
        reduced: Floats = ufunc.reduceat(values[self.order], self.starts)
        return reduced


def grouped(*columns: Ints) -> Groups:
    """Bring rows with equal keys together, stably; columns of shape (n,), first key slowest.

    Examples
    --------
    >>> grouped(np.array([2, 1, 2])).count
    array([1, 2])

    """
    order = np.lexsort(columns[::-1])
    rows = len(order)
    new = np.zeros(rows, dtype=bool)
    new[:1] = True
    for column in columns:
        new[1:] |= np.diff(column[order]) != 0
    starts = np.flatnonzero(new)
    count = np.diff(np.append(starts, rows))
    return Groups(tuple(column[order][starts] for column in columns), order, starts, count)


def bin_of(at_ms: Ints, bin_ms: int) -> Ints:
    """Return the start of the bin each instant falls in; bins are counted from 1970 UTC."""
    return at_ms // bin_ms * bin_ms


def split_at_bins(start_ms: Ints, end_ms: Ints, bin_ms: int) -> tuple[Ints, Ints, Ints]:
    """Cut intervals at the borders of bins; returns (interval, bin start, milliseconds in it).

    Examples
    --------
    >>> [part.tolist() for part in split_at_bins(np.array([5]), np.array([25]), 10)]
    [[0, 0, 0], [0, 10, 20], [5, 10, 5]]

    """
    long = np.flatnonzero(end_ms > start_ms)
    first = start_ms[long] // bin_ms
    which, within = _repeated((end_ms[long] - 1) // bin_ms - first + 1)
    interval = long[which]
    bins = (first[which] + within) * bin_ms
    lasting = np.minimum(end_ms[interval], bins + bin_ms) - np.maximum(start_ms[interval], bins)
    return interval, bins, lasting


_TIME_BITS: Final = 42  # 139 years of milliseconds


@dataclass(frozen=True, slots=True)
class AsOf:
    """Rows of owners in time, to be asked which was the last at an instant."""

    _owners: Ints
    _key: Ints
    _row: Ints
    _from_ms: int

    def latest(self, owner: Ints, at_ms: Ints) -> Ints:
        """Return the row last at or before each instant of its owner, -1 where there is none."""
        if not len(self._owners):
            return np.full(len(owner), -1)
        rank = np.minimum(np.searchsorted(self._owners, owner), len(self._owners) - 1)
        since = np.maximum(at_ms - self._from_ms + 1, 0)
        found = np.searchsorted(self._key, (rank << np.int64(_TIME_BITS)) | since, "right") - 1
        at = np.maximum(found, 0)
        known = (found >= 0) & (self._owners[rank] == owner)
        known &= self._key[at] >> np.int64(_TIME_BITS) == rank
        return np.where(known, self._row[at], -1)


def as_of(owner: Ints, at_ms: Ints) -> AsOf:
    """Order rows by owner and time; of equal ones the last given counts as the later."""
    owners, rank = np.unique(owner, return_inverse=True)
    from_ms = int(at_ms.min()) if len(at_ms) else 0
    key = (rank.astype(np.int64) << np.int64(_TIME_BITS)) | (at_ms - from_ms + 1)
    order = np.argsort(key, kind="stable")
    return AsOf(owners, key[order], order, from_ms)


def pair_key(device: Ints, number: Ints) -> Ints:
    """Return one number for a device and a phase or channel of it."""
    return (device << np.int64(32)) | number


def every_match(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return (left, right) positions of every pair of equal keys, in the order of the left."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, side="left")
    times = np.searchsorted(right[order], left, side="right") - first
    which, within = _repeated(times)
    return which, order[first[which] + within]


def _repeated(times: Ints) -> tuple[Ints, Ints]:
    """Each position as often as told, and the how-manieth of its kind each is."""
    which = np.repeat(np.arange(len(times)), times)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)


def actuations_of(events: ControllerEvents, assignments: DetectorAssignments) -> tuple[Ints, Ints]:
    """Return (event, assignment) positions of every pair of the same device and channel.

    A channel that stands for two phases brings each of its events twice.
    """
    wanted = pair_key(assignments.device, assignments.detector)
    return every_match(pair_key(events.device, events.parameter), wanted)


@dataclass(frozen=True, slots=True)
class Passages:
    """Vehicles at detectors that stand for phases; arrays of shape (n,)."""

    at_ms: Ints  # when they came, the detector's latency taken off
    device: Ints
    phase: Ints
    channel: Ints


def passages(
    events: ControllerEvents, assignments: DetectorAssignments, latency_s: float
) -> Passages:
    """Return who turned the assigned detectors on, for each phase that they stand for."""
    on = events.of(EventCode.DETECTOR_ON)
    event, assigned = actuations_of(on, assignments)
    return Passages(
        on.at_ms[event] - round(latency_s * MS),
        on.device[event],
        assignments.phase[assigned],
        on.parameter[event],
    )
