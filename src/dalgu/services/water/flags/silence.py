"""No use: a tap that was used every day and now rests for days.

For somebody who lives alone it may be a sign; for a water works a blocked or bypassed meter.
A meter that is not *read* is not silent in this sense: nothing is concluded from no data.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.hourly import REGISTER_STEP_M3

Array = NDArray[np.float64]

REST_H = 72  # three days; a weekend away stays unremarked
BEFORE_H = 14 * 24  # the two weeks before the rest
MIN_KNOWN = 0.9  # of the resting hours: a gap could hide use
DAY_H = 24
USED_DAYS = 0.5  # of the days before had use: the tap was lived with


@dataclass(frozen=True, slots=True)
class NoUse:
    """One answer for each meter, arrays of shape (meters,).

    `resting_h` is how long no use has been seen up to the newest known hour, `last_hour`;
    `before_m3d` the mean daily use of the two weeks before the rest, NaN where not known.
    """

    is_known: NDArray[np.bool_]
    is_silent: NDArray[np.bool_]
    resting_h: NDArray[np.int64]
    before_m3d: Array
    last_hour: NDArray[np.int64]


def no_use(consumption_m3: Array, *, rest_h: int = REST_H) -> NoUse:
    """Find the meters that rest after they were used.

    Parameters
    ----------
    consumption_m3
        Shape (meters, hours), hourly consumption, NaN where unknown, oldest first.
    rest_h
        Hours without use from which on a meter counts as silent.

    Examples
    --------
    >>> lived_in = np.r_[np.full(240, 0.01), np.zeros(96)]
    >>> no_use(np.stack([lived_in, np.zeros(336)])).is_silent
    array([ True, False])

    """
    known = np.isfinite(consumption_m3)
    used = known & (consumption_m3 >= REGISTER_STEP_M3 / 2)
    last = _last(known)
    last_used = _last(used)
    resting_h = last - last_used
    start = last_used + 1  # of the rest
    known_h = _count(known, start, last + 1)
    before_from = np.maximum(start - BEFORE_H, 0)
    before_m3 = _sum(np.where(known, consumption_m3, 0.0), before_from, start)
    before_h = _count(known, before_from, start)
    has_rested = (resting_h >= rest_h) & (known_h >= MIN_KNOWN * resting_h)
    lived_in = (last_used >= 0) & _used_days(used, start)
    return NoUse(
        is_known=(last >= rest_h - 1) & (known_h >= MIN_KNOWN * np.maximum(resting_h, 1)),
        is_silent=has_rested & lived_in,
        resting_h=resting_h,
        before_m3d=np.where(before_h > 0, before_m3 / np.maximum(before_h, 1) * DAY_H, np.nan),
        last_hour=last,
    )


def _last(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Position of the last true flag of each row, -1 where there is none."""
    if flags.shape[1] == 0:
        return np.full(len(flags), -1)
    from_end = np.argmax(flags[:, ::-1], axis=1)
    return np.where(flags.any(axis=1), flags.shape[1] - 1 - from_end, -1)


def _sum(values: Array, start: NDArray[np.int64], stop: NDArray[np.int64]) -> Array:
    """Sum of each row's [start, stop)."""
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    rows = np.arange(len(values))
    part: Array = sums[rows, stop] - sums[rows, start]
    return part


def _count(
    flags: NDArray[np.bool_], start: NDArray[np.int64], stop: NDArray[np.int64]
) -> NDArray[np.int64]:
    return np.rint(_sum(flags.astype(np.float64), start, stop)).astype(np.int64)


def _used_days(used: NDArray[np.bool_], start: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether at least half of the days before the rest, at most 14, had use."""
    days = BEFORE_H // DAY_H
    held = np.minimum(start // DAY_H, days)
    with_use = np.zeros(len(used), dtype=np.int64)
    for day in range(days):
        stop = np.maximum(start - day * DAY_H, 0)
        begin = np.maximum(stop - DAY_H, 0)
        with_use += (day < held) & (_count(used, begin, stop) > 0)
    return (held > 0) & (with_use >= USED_DAYS * held)
