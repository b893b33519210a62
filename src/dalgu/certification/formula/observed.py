"""How well subjects were observed over a period: four measures, vectorised over subjects.

Each observation stands for an interval: of time, of full hours, of local days. Intervals that
touch are one, so that what is kept of a year of readings is as many intervals as there were gaps.
Instants are int64 microseconds since 1970 UTC; all is exact until the last division.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US
LARGEST = 2**62  # of a line on which subjects are laid one after the other
KOREA_OFFSET_US = 9 * HOUR_US  # Korea Standard Time; no daylight saving since 1988

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Intervals(NamedTuple):
    """Half-open intervals [first, last) of subjects, by their positions; all shape (m,).

    Their unit is that of the measure: microseconds, hours or local days since 1970.
    """

    subject: Ints
    first: Ints
    last: Ints


@dataclass(frozen=True, slots=True)
class Period:
    """The time a measure speaks of: [since, until)."""

    since_us: int
    until_us: int

    @property
    def hours(self) -> int:
        """Full hours h with since < h <= until."""
        return self.until_us // HOUR_US - self.since_us // HOUR_US

    def bounds(self, measure: str) -> tuple[int, int]:
        """Return the period in the unit of a measure."""
        if measure == "any":
            return 0, 1
        if measure == "hours":  # sampled at each full hour h with since < h <= until
            return self.since_us // HOUR_US + 1, self.until_us // HOUR_US + 1
        if measure == "days":
            return self._days()
        return self.since_us, self.until_us

    def _days(self) -> tuple[int, int]:
        """Return the whole local days; those it touches where it holds no whole day at all."""
        since, until = self.since_us + KOREA_OFFSET_US, self.until_us + KOREA_OFFSET_US
        first, last = -(-since // DAY_US), until // DAY_US
        return (first, last) if last > first else (since // DAY_US, -(-until // DAY_US))


def spans(measure: str, at_us: Ints, max_age_us: Ints) -> tuple[Ints, Ints]:
    """Return the interval that each observation stands for, in the unit of the measure.

    `any`: one that all share. `days`: its local day. `hours`: the full hours that find it no
    older than `max_age_us`. `time`: from its instant until it is that old.

    >>> [one.tolist() for one in spans("hours", np.array([60 * SECOND_US]), 2 * HOUR_US)]
    [[1], [3]]
    """
    if measure == "any":
        return np.zeros_like(at_us), np.ones_like(at_us)
    if measure == "days":
        day = (at_us + KOREA_OFFSET_US) // DAY_US
        return day, day + 1
    if measure == "hours":
        return -(-at_us // HOUR_US), (at_us + max_age_us) // HOUR_US + 1
    return at_us, at_us + max_age_us


def joined(measure: str, at_us: Ints, start: Ints, max_age_us: Ints) -> tuple[Ints, Ints, Ints]:
    """Join the intervals of neighbouring observations that touch.

    Parameters
    ----------
    measure
        `days`, `hours` or `time`.
    at_us
        Shape (n,), in r runs, each in order.
    start
        Shape (r + 1,): run i is [start[i], start[i + 1]), none is empty.
    max_age_us
        Shape (r,), of each run.

    Returns
    -------
    run, first, last
        Of each joined interval: the run it belongs to, and its ends in the unit of the measure.
    """
    if not len(at_us):
        return at_us, at_us, at_us
    begins = _may_begin(measure, at_us, start, max_age_us)
    place = np.flatnonzero(begins)
    run = np.searchsorted(start, place, side="right") - 1
    before = np.append(place[1:], len(at_us)) - 1
    first, _ = spans(measure, at_us[place], max_age_us[run])
    _, last = spans(measure, at_us[before], max_age_us[run])
    apart = np.ones(len(place), bool)
    apart[1:] = (run[1:] != run[:-1]) | (first[1:] > last[:-1])
    kept = np.flatnonzero(apart)
    return run[kept], first[kept], last[np.append(kept[1:], len(place)) - 1]


def _may_begin(measure: str, at_us: Ints, start: Ints, max_age_us: Ints) -> NDArray[np.bool_]:
    """Return which observations may begin an interval: nothing ends before one is too old."""
    begins: NDArray[np.bool_] = np.empty(len(at_us), bool)
    if measure == "days":
        day = (at_us + KOREA_OFFSET_US) // DAY_US
        np.not_equal(day[1:], day[:-1], out=begins[1:])
    else:
        is_one = bool(np.all(max_age_us == max_age_us[0]))
        limit_us = max_age_us[0] if is_one else np.repeat(max_age_us, np.diff(start))[1:]
        np.greater(at_us[1:] - at_us[:-1], limit_us, out=begins[1:])
    begins[start[:-1]] = True
    return begins


def union(intervals: Intervals) -> Intervals:
    """Return what the intervals of each subject cover together, disjoint and in order."""
    if not len(intervals.first):
        return intervals
    low = int(intervals.first.min())
    span = int(intervals.last.max()) - low + 1
    most = max(1, int(LARGEST // span) - 1)  # subjects whose stretches one number line holds
    blocks = intervals.subject // most
    if blocks[0] == blocks[-1] and (blocks == blocks[0]).all():
        return _union(intervals, low, span)
    parts = [
        _union(Intervals(*(one[blocks == block] for one in intervals)), low, span)
        for block in np.unique(blocks)
    ]
    return Intervals(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _union(intervals: Intervals, low: int, span: int) -> Intervals:
    """Lay all subjects one after the other on one line, and join what touches on it."""
    origin = int(intervals.subject.min())
    shift = (intervals.subject - origin) * span
    first, last = intervals.first - low + shift, intervals.last - low + shift
    if np.any(first[1:] < first[:-1]):
        order = np.argsort(first, kind="stable")
        first, last = first[order], last[order]
    reach = np.maximum.accumulate(last)
    begins = np.ones(len(first), bool)
    begins[1:] = (first[1:] > reach[:-1]) | (first[1:] // span != first[:-1] // span)
    place = np.flatnonzero(begins)
    ends = reach[np.append(place[1:], len(first)) - 1]
    subject = first[place] // span
    kept = ends > first[place]
    back = subject * span - low
    return Intervals(*(one[kept] for one in (subject + origin, first[place] - back, ends - back)))


def shares(measure: str, n: int, intervals: Intervals, period: Period) -> Floats:
    """Return the share 0 to 1 of a period that each of n subjects was observed; shape (n,)."""
    low, high = period.bounds(measure)
    if high <= low:
        return np.zeros(n)
    subject, first, last = union(intervals)
    covered = np.minimum(last, high) - np.maximum(first, low)
    whole = np.bincount(subject, weights=np.maximum(covered, 0), minlength=n)  # exact below 2**53
    share: Floats = whole / (high - low)
    return share
