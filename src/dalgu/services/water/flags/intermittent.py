"""Intermittent flow: a tap that runs in most hours of most nights, but not without a rest.

Neptune's E-CODER flags 50 to 95 of 96 quarter-hours with use. On hours a family at home comes
near that by living, so the rule looks where nobody lives: in the hours of the night, and only
when it happens night after night (our adaptation).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.hourly import REGISTER_STEP_M3

Array = NDArray[np.float64]

DAY_H = 24
NIGHT = (1, 5)  # local hours [1, 5)
NIGHT_HOURS_USED = 3  # of the four
NIGHTS = 7
NIGHTS_USED = 6  # of the seven: a visitor or a sick child is no leak


@dataclass(frozen=True, slots=True)
class IntermittentFlow:
    """One answer for each meter, arrays of shape (meters,).

    `nights` is in how many of the last seven nights most hours had use; `night_m3h` the mean
    use of these hours.
    """

    is_known: NDArray[np.bool_]
    is_intermittent: NDArray[np.bool_]
    nights: NDArray[np.int64]
    night_m3h: Array


def intermittent_flow(consumption_m3: Array, first_hour: int) -> IntermittentFlow:
    """Judge each meter by the last seven nights.

    Parameters
    ----------
    consumption_m3
        Shape (meters, hours), hourly consumption, NaN where unknown, oldest first.
    first_hour
        Local hour of the day in which the first hour starts, 0-23.

    Examples
    --------
    >>> toilet = np.tile(np.r_[0, 0.004, 0.004, 0, 0.004, np.full(19, 0.01)], 7)
    >>> intermittent_flow(np.stack([toilet, np.zeros(168)]), 0).is_intermittent
    array([ True, False])

    """
    nights = _nights(consumption_m3, first_hour)
    known = np.isfinite(nights)
    used = known & (nights >= REGISTER_STEP_M3 / 2)
    is_night_known = known.all(axis=2)
    with_use = is_night_known & (used.sum(axis=2) >= NIGHT_HOURS_USED)
    count = with_use.sum(axis=1)
    is_known = is_night_known.sum(axis=1) >= NIGHTS_USED
    total = np.where(used, nights, 0.0).sum(axis=(1, 2))
    hours = np.maximum(used.sum(axis=(1, 2)), 1)
    return IntermittentFlow(is_known, is_known & (count >= NIGHTS_USED), count, total / hours)


def _nights(consumption_m3: Array, first_hour: int) -> Array:
    """Return the hours of the last nights, shape (meters, at most NIGHTS, hours of the night)."""
    meters, hours = consumption_m3.shape
    skip = -first_hour % DAY_H
    days = max(hours - skip, 0) // DAY_H
    whole = consumption_m3[:, skip : skip + days * DAY_H].reshape(meters, days, DAY_H)
    return whole[:, -NIGHTS:, NIGHT[0] : NIGHT[1]]
