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


def joined(new_run: NDArray[np.bool_], first: Ints, last: Ints) -> tuple[Ints, Ints, Ints]:
    """Join intervals that touch; they lie in runs, each sorted by `first` with `last` rising.

    Returns
    -------
    place, first, last
        Of each joined interval: where it begins in what was given, and its ends.
    """
    if not len(first):
        return first, first, last
    begins = new_run.copy()
    begins[0] = True
    begins[1:] |= first[1:] > last[:-1]
    place = np.flatnonzero(begins)
    return place, first[place], last[np.append(place[1:], len(first)) - 1]


def union(intervals: Intervals) -> Intervals:
    """Return what the intervals of each subject cover together, disjoint and in order.

    Found by counting, along each subject, how many intervals are open.
    """
    subject, first, last = (one[intervals.last > intervals.first] for one in intervals)
    whose = np.concatenate([subject, subject])
    at = np.concatenate([first, last])
    step = np.concatenate([np.ones(len(first), np.int64), -np.ones(len(last), np.int64)])
    order = np.lexsort((-step, at, whose))  # what begins where another ends goes on
    open_after = np.cumsum(step[order])
    begins = (open_after == 1) & (step[order] == 1)
    ends = open_after == 0
    return Intervals(whose[order][begins], at[order][begins], at[order][ends])


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
