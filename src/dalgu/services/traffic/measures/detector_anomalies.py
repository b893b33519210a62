"""Counts that no week of the detector's own past explains: silent faults, found over weeks.

A count is taken apart into a rolling median, what is usual at its time of day and at its time of
week; what is left is judged against the detector's own past, then against its neighbours at the
same moment: a holiday empties all of them, a broken loop one.
"""

import bisect
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.measures.events import Flags, Floats, Ints
from dalgu.services.traffic.measures.grouping import Groups, grouped

Singles = NDArray[np.float32]  # as the peer keeps them: medians are rounded to 32 bits

_DAY_S: Final = 86_400
_EPSILON: Final = 1e-8


@dataclass(frozen=True, slots=True)
class Decomposing:
    """How counts are taken apart. Windows reach back from each count, the count included."""

    bin_s: int = 900
    window_days: int = 7
    drop_days: int = 7  # at the begin, for whose counts there is no past
    least_in_window: int = 96 * 5
    least_at_time_of_day: int = 7
    utc_offset_s: int = 0


@dataclass(frozen=True, slots=True)
class Judging:
    """When a count is an anomaly.

    `by_geh` weighs differences by size (GEH); otherwise standard deviations count. Negative
    ones weigh more with `stretch_low`: counts end at 0. `by_mad` compares with the neighbours'
    median absolute deviation, otherwise with their standard deviation; it sees counts that are
    too low, with `either_way` also those that are too high.
    """

    detector_threshold: float = 3.5
    group_threshold: float = 3.5
    by_geh: bool = False
    by_mad: bool = False
    stretch_low: bool = False
    either_way: bool = False


@dataclass(frozen=True, slots=True)
class Decomposed:
    """Counts that could be judged; arrays of shape (n,), `row` points into what was given."""

    row: Ints
    expected: Singles
    residual: Singles


def decomposed(
    detector: Ints, at_s: Ints, count: Ints, how: Decomposing | None = None
) -> Decomposed:
    """Say what was to be expected of each count, and how far it was from it.

    Parameters
    ----------
    detector
        Shape (n,), one number for each detector.
    at_s
        Begin of the bin, seconds since 1970 UTC.
    count
        Vehicles in the bin; bins in which nothing came must be told as 0.
    how
        Windows and least numbers.

    """
    how = how or Decomposing()
    rows = grouped(detector, at_s)
    order = rows.order
    median, in_window = _rolling(detector[order], at_s[order], count[order], how)
    begin = (int(at_s.min()) if len(at_s) else 0) + how.drop_days * _DAY_S
    late = np.flatnonzero(at_s[order] >= begin)
    kept, median, in_window = order[late], median[late], in_window[late]
    local_s = at_s[kept] + how.utc_offset_s
    tick = local_s % _DAY_S // how.bin_s
    weekday = local_s // _DAY_S % 7
    apart = count[kept].astype(np.float32) - median
    by_day = grouped(detector[kept], tick)
    usual = _medians(by_day, apart)
    by_week = grouped(detector[kept], weekday, tick)
    weekly = _medians(by_week, apart - usual)
    expected = np.maximum(median + usual + weekly, np.float32(0.0))
    known = in_window >= how.least_in_window
    known &= _spread(by_day, by_day.count) >= how.least_at_time_of_day
    return Decomposed(kept[known], expected[known], (apart - usual - weekly)[known])


def anomalies(made: Decomposed, told: "Told", how: Judging | None = None) -> Flags:
    """Say which of the judged counts no past explains, shape as `made`.

    References
    ----------
    GEH: Design Manual for Roads and Bridges, volume 12a, UK Highways Agency, 1996.

    """
    how = how or Judging()
    count = told.count[made.row].astype(np.float64)
    expected, residual = made.expected.astype(np.float64), made.residual.astype(np.float64)
    if how.by_geh:
        difference = expected - count
        geh = np.sqrt(2 * difference**2 / (expected + count + _EPSILON))
        residual = np.sign(difference) * geh
    if how.stretch_low:
        low = (2 - np.log(count / (expected + _EPSILON) + 0.1)) / 2
        residual = residual * np.maximum(low, 1.0)
    if how.by_geh:
        found = np.abs(residual) > how.detector_threshold
    else:
        found = _scores(grouped(told.detector[made.row]), residual) > how.detector_threshold
    if told.group is None:
        return found
    beside = grouped(told.group[made.row], told.at_s[made.row])
    if how.by_mad:
        middle = _spread(beside, _group_medians(beside, np.abs(residual)))
        apart = np.abs(residual) if how.either_way else residual
        scores = apart / np.abs(2 * middle + _EPSILON)
    else:
        scores = _scores(beside, residual)
    return found & (scores > how.group_threshold)


@dataclass(frozen=True, slots=True)
class Told:
    """What was counted; arrays of shape (n,). `group` is what neighbours share, if known."""

    detector: Ints
    at_s: Ints
    count: Ints
    group: Ints | None = None


def _rolling(detector: Ints, at_s: Ints, count: Ints, how: Decomposing) -> tuple[Singles, Ints]:
    """Median and number of each detector's counts over the window that ends with each one."""
    median, number = np.empty(len(count), np.float32), np.empty(len(count), np.int64)
    owner, when, values = detector.tolist(), at_s.tolist(), count.tolist()
    span_s, first, held = how.window_days * _DAY_S, 0, list[int]()
    for row, value in enumerate(values):
        if row and owner[row] != owner[row - 1]:
            first, held = row, []
        bisect.insort(held, value)
        while when[first] < when[row] - span_s:
            del held[bisect.bisect_left(held, values[first])]
            first += 1
        size = len(held)
        median[row] = (held[(size - 1) // 2] + held[size // 2]) / 2
        number[row] = size
    return median, number


def _medians(rows: Groups, values: Singles) -> Singles:
    """Median of each value's group, at each value."""
    return _spread(rows, _group_medians(rows, values.astype(np.float64))).astype(np.float32)


def _group_medians(rows: Groups, values: Floats) -> Floats:
    rank = np.repeat(np.arange(len(rows.count)), rows.count)
    inner = np.lexsort((values[rows.order], rank))
    ordered = values[rows.order][inner]
    low = rows.starts + (rows.count - 1) // 2
    high = rows.starts + rows.count // 2
    middle: Floats = (ordered[low] + ordered[high]) / 2
    return middle


def _spread(rows: Groups, values: Floats | Ints) -> Floats:
    """Give every row the value of its group."""
    spread = np.empty(len(rows.order))
    spread[rows.order] = np.repeat(values, rows.count)
    return spread


def _scores(rows: Groups, values: Floats) -> Floats:
    """Distance from the group's mean in its sample standard deviations; 0 in a group of one."""
    mean = _spread(rows, rows.means(values))
    squares = rows.sums((values - mean) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = _spread(rows, np.sqrt(squares / (rows.count - 1)))
    return np.nan_to_num(np.abs((values - mean) / (deviation + _EPSILON)))
