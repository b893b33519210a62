"""What a meter may have used in hours it was not read: like days' profile, to the litre.

The register between two reads is interpolated not by the clock but by expected use: of what was
used between them, each hour gets the share that like hours of the meter's last four weeks had.
The hours of a gap so add up to the register difference exactly, none is negative, and a
register that stood still gives noughts. Only what lay before the gap is looked at: an estimate
does not change because days pass.

California VEE rev. 2.0, A 4 (estimation by like days' average, scaled to the register); reading
the share off a cumulated profile, the weights and the exponent are ours, fixed on half of the
meters of DAIAD (`benchmarks/water/validation/daiad.py`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HOURS = 24
DAYS_OF_WEEK = 7
LIKE_DAYS = 28  # how far back like days are looked for
SAME_WEEKDAY = 3.0  # weights of like days: of the same day of the week,
SAME_KIND = 1.0  # both workdays or both of a weekend,
OTHER_KIND = 0.5  # and of the other kind
PRIOR = 1.0  # how many like hours the meter's mean hour counts as
SHARPNESS = 1.3  # exponent of shares: above 1 they gather in the likely hours
LEAST_SHARE = 1e-6  # of an hour that was never used: the gap's litres must go somewhere


@dataclass(frozen=True, slots=True)
class Past:
    """The hours that were read, for likening: shape (n, before + hours), litres, -1 unknown.

    Column `before` is the window's first hour; `weekday` is the day of the week of column 0,
    0 on Monday. A day begins at each multiple of 24.
    """

    use_l: NDArray[np.int32]
    before: int
    weekday: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """Stretches between two reads that an hour's end lies in: shape (g,) each.

    `row` is the meter; `start_h` and `end_h` the instants of the two reads in hours since the
    window's start; `count_l` the litres at the first, `used_l` until the second.
    """

    row: Ints
    start_h: Floats
    end_h: Floats
    count_l: Ints
    used_l: Ints


def expected_use(past: Past, row: Ints, hour: Ints, until: Ints) -> Floats:
    """Return what each of some hours is expected to use by like hours before, litres.

    Parameters
    ----------
    past, row, hour
        The hours, each of one meter, counted from the window's start; all shape (k,).
    until
        Shape (k,): only hours before this one are looked at, at most `LIKE_DAYS` back.

    Returns
    -------
    Shape (k,); NaN where nothing of the meter is known in that time.

    """
    like = np.zeros(len(row))
    weight = np.zeros(len(row))
    for back in range(1, LIKE_DAYS + DAYS_OF_WEEK + 1):
        kind = _likeness(past, hour, back)
        use_l, known = _seen(past, row, hour - HOURS * back, until)
        like += np.where(known, use_l * kind, 0.0)
        weight += np.where(known, kind, 0.0)
    mean = _mean_hour(past, row, until)
    return (like + PRIOR * mean) / (weight + PRIOR)


def _likeness(past: Past, hour: Ints, back: int) -> Floats:
    day = (hour + past.before) // HOURS + past.weekday
    if back % DAYS_OF_WEEK == 0:
        return np.full(len(hour), SAME_WEEKDAY)
    is_rest = day % DAYS_OF_WEEK >= 5
    was_rest = (day - back) % DAYS_OF_WEEK >= 5
    return np.where(is_rest == was_rest, SAME_KIND, OTHER_KIND)


def _seen(
    past: Past, row: Ints, hour: Ints, until: Ints
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    column = hour + past.before
    inside = (column >= 0) & (hour < until) & (hour >= until - LIKE_DAYS * HOURS)
    inside &= column < past.use_l.shape[1]
    use_l = past.use_l[row, np.where(inside, column, 0)]
    return use_l, inside & (use_l >= 0)


def _mean_hour(past: Past, row: Ints, until: Ints) -> Floats:
    """Return the meter's mean hour in the four weeks before, NaN where none is known."""
    means = np.full(len(row), np.nan)
    for end in np.unique(until).tolist():
        here = np.flatnonzero(until == end)
        rows, place = np.unique(row[here], return_inverse=True)
        last = max(end + past.before, 0)
        seen = past.use_l[rows, max(last - LIKE_DAYS * HOURS, 0) : last]
        known = seen >= 0
        count = known.sum(axis=1)
        mean = np.where(known, seen, 0).sum(axis=1) / np.maximum(count, 1)
        means[here] = np.where(count > 0, mean, np.nan)[place]
    return means


def spread(past: Past, gaps: Gaps) -> tuple[Ints, Ints, Ints]:
    """Return the register at each full hour inside the gaps: rows, hours' ends, litres.

    Rows and ends (counted from the window's start, 0 is the start itself) are shape (k,); the
    litres rise from `count_l` to at most `count_l + used_l` and are whole.
    """
    first = np.floor(gaps.start_h).astype(np.int64)
    last = np.ceil(gaps.end_h).astype(np.int64)
    gap = np.repeat(np.arange(len(first)), last - first)
    starts = np.cumsum(last - first) - (last - first)
    hour = np.arange(len(gap)) - starts[gap] + first[gap]
    share = expected_use(past, gaps.row[gap], hour, first[gap])
    share = np.where(np.isnan(share), 1.0, share) ** SHARPNESS + LEAST_SHARE
    share *= np.minimum(gaps.end_h[gap], hour + 1) - np.maximum(gaps.start_h[gap], hour)
    total = np.cumsum(share)
    before = np.where(starts > 0, total[np.maximum(starts - 1, 0)], 0.0)
    whole = total[starts + (last - first) - 1] - before
    part = (total - before[gap]) / whole[gap]
    count_l = gaps.count_l[gap] + np.rint(gaps.used_l[gap] * np.clip(part, 0, 1)).astype(np.int64)
    inside = hour + 1 < gaps.end_h[gap]
    return gaps.row[gap][inside], hour[inside] + 1, count_l[inside]


def by_expectation(past: Past, row: Ints, hour: Ints, until: Ints) -> Ints:
    """Return whole litres for hours that no register bounds, -1 where nothing is expected.

    The hours are clustered by meter, oldest first; their rounded sums follow the expected ones.
    """
    expected = expected_use(past, row, hour, until)
    total = np.cumsum(np.nan_to_num(expected))
    whole = np.diff(np.floor(total + 0.5), prepend=0.0)
    return np.where(np.isnan(expected), -1, whole).astype(np.int64)
