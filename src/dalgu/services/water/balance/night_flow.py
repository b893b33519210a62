"""Minimum night flow: what enters an area while it sleeps, and how much of it is nobody's use.

Farley & Trow, *Losses in Water Distribution Networks*, IWA Publishing, 2003, chapter 6: at
night inflow is leakage plus a little legitimate use; leakage of the day follows from that of
the night by the night-day factor, as pressure is higher at night.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DAY_H = 24
NIGHT = (2, 5)  # local hours [2, 5): a rolling hour of rest in most districts
LEAST_NIGHT_HOURS = 2  # of the window; with one hour a single draw decides


@dataclass(frozen=True, slots=True)
class NightFlow:
    """Of each day, shape (days,): NaN where the night is not known.

    `minimum_m3h` is the least inflow of the night; `metered_m3h` what meters counted in that
    same hour; `excess_m3h` the difference: leakage before the meters, and use nobody meters.
    """

    minimum_m3h: Array
    metered_m3h: Array
    excess_m3h: Array


def night_flow(inflow_m3h: Array, metered_m3h: Array) -> NightFlow:
    """Return the minimum night flow of each day and what was metered in its hour.

    Parameters
    ----------
    inflow_m3h, metered_m3h
        Shape (days, 24), by local hour of the day, NaN where unknown.

    Examples
    --------
    >>> inflow = np.full((1, 24), 9.0)
    >>> inflow[0, 3], metered = 4.0, np.full((1, 24), 1.5)
    >>> float(night_flow(inflow, metered).excess_m3h[0])
    2.5

    """
    window = inflow_m3h[:, NIGHT[0] : NIGHT[1]]
    is_known = np.isfinite(window).sum(axis=1) >= LEAST_NIGHT_HOURS
    hour = NIGHT[0] + np.argmin(np.where(np.isfinite(window), window, np.inf), axis=1)
    day = np.arange(len(inflow_m3h))
    least = np.where(is_known, inflow_m3h[day, hour], np.nan)
    metered = np.where(is_known, metered_m3h[day, hour], np.nan)
    return NightFlow(least, metered, least - metered)
