"""Continuous flow: water that runs in every hour of a day, as a leak behind the meter does.

The rule is that of Neptune's E-CODER registers, which flag 96 of 96 quarter-hours with use;
on hourly reads it is 24 of 24. A household rests at some hour, a dripping valve never does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.hourly import REGISTER_STEP_M3

Array = NDArray[np.float64]

DAY_H = 24


@dataclass(frozen=True, slots=True)
class ContinuousFlow:
    """One answer for each meter, arrays of shape (meters,).

    `is_known` where a whole day of hours is known; `is_continuous` where all of them have
    use; `running_h` for how many hours up to the newest known one; `least_m3h` the least
    hourly use of that day; `last_hour` the position of its last hour, -1 where not known.
    """

    is_known: NDArray[np.bool_]
    is_continuous: NDArray[np.bool_]
    running_h: NDArray[np.int64]
    least_m3h: Array
    last_hour: NDArray[np.int64]


def continuous_flow(consumption_m3: Array) -> ContinuousFlow:
    """Judge each meter by the 24 hours up to its newest known hour.

    Parameters
    ----------
    consumption_m3
        Shape (meters, hours), hourly consumption, NaN where unknown, oldest first.

    Examples
    --------
    >>> drip, house = np.full(48, 0.01), np.tile(np.r_[np.zeros(6), np.full(18, 0.02)], 2)
    >>> continuous_flow(np.stack([drip, house])).running_h
    array([48, 18])

    """
    meters, hours = consumption_m3.shape
    if hours == 0:
        return _nothing(meters)
    known = np.isfinite(consumption_m3)
    last = np.where(known.any(axis=1), hours - 1 - np.argmax(known[:, ::-1], axis=1), -1)
    in_use = known & (consumption_m3 >= REGISTER_STEP_M3 / 2)
    day = last[:, None] - np.arange(DAY_H)
    at = (np.arange(meters)[:, None], np.maximum(day, 0))
    is_known = np.all((day >= 0) & known[at], axis=1)
    is_continuous = is_known & np.all(in_use[at], axis=1)
    least = np.where(is_known[:, None], consumption_m3[at], np.nan)
    return ContinuousFlow(
        is_known=is_known,
        is_continuous=is_continuous,
        running_h=_run_up_to(in_use, last),
        least_m3h=np.min(least, axis=1, initial=np.inf),
        last_hour=np.where(is_known, last, -1),
    )


def _nothing(meters: int) -> ContinuousFlow:
    no, none = np.zeros(meters, dtype=np.bool_), np.full(meters, np.nan)
    return ContinuousFlow(no, no, np.zeros(meters, np.int64), none, np.full(meters, -1))


def _run_up_to(flags: NDArray[np.bool_], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """Length of the run of true flags that ends at `last` of each row; 0 where it is false."""
    column = np.arange(flags.shape[1])
    last_false = np.maximum.accumulate(np.where(flags, -1, column), axis=1)
    run: NDArray[np.int64] = last - last_false[np.arange(len(flags)), np.maximum(last, 0)]
    return np.where(last >= 0, run, 0)
