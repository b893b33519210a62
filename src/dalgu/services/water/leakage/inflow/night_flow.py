"""Minimum night flow: the series, its quiet baseline, and the classical rule with a threshold."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WINDOW_DAYS = 10  # Vrachimis et al., LeakDB, WDSA / CCWI 2018, section 4
BASELINE_DAYS = 28  # four weeks hold each weekday four times
BASELINE_SHARE = 0.2  # a low quantile: leaks raise night flow, nothing but a fault lowers it


def minimum_night_flow(inflow_m3h: Array, *, first: int = 0, last: int | None = None) -> Array:
    """Lowest inflow of each day between two steps, m³/h, NaN where none is known.

    Parameters
    ----------
    inflow_m3h
        Shape (..., days, steps of a day).
    first, last
        The steps that count as night, the last excluded; all of them by default.

    Examples
    --------
    >>> minimum_night_flow(np.array([[9.0, 4.0, 3.5, 8.0], [np.nan] * 4]))
    array([3.5, nan])

    References
    ----------
    Farley & Trow, *Losses in Water Distribution Networks*, IWA Publishing, 2003.

    """
    night = inflow_m3h[..., first:last]
    lowest = np.min(np.where(np.isnan(night), np.inf, night), axis=-1)
    result: Array = np.where(np.isfinite(lowest), lowest, np.nan)
    return result


def night_flow_baseline(night_flow_m3h: Array) -> Array:
    """Night flow without leaks as the days before show it, m³/h, NaN on the first day.

    A low quantile of the four weeks before each day: a leak must last three weeks and more
    until the baseline takes it for demand. Shape (..., days) in and out.

    Examples
    --------
    >>> night_flow_baseline(np.array([4.0, 4.0, 4.0, 9.0, 9.0]))
    array([nan,  4.,  4.,  4.,  4.])

    """
    baseline = np.full(night_flow_m3h.shape, np.nan)
    for day in range(1, night_flow_m3h.shape[-1]):
        past = night_flow_m3h[..., max(0, day - BASELINE_DAYS) : day]
        some = np.any(np.isfinite(past), axis=-1)
        filled = np.where(some[..., None], past, 0.0)
        quantile = np.nanquantile(filled, BASELINE_SHARE, axis=-1)
        baseline[..., day] = np.where(some, quantile, np.nan)
    return baseline


def exceeds_night_flow(
    night_flow_m3h: Array, *, share: float, window_days: int = WINDOW_DAYS
) -> NDArray[np.bool_]:
    """Days whose night flow exceeds the lowest of the last quiet days by a share.

    The published baseline: a day is suspected when it lies above the minimum of the window by
    more than `share` of it; suspected days do not enter the window. Unknown days are not
    suspected and do not enter either.

    Parameters
    ----------
    night_flow_m3h
        Shape (days,), one district.
    share
        Of the lowest quiet night, by which a night must exceed it.
    window_days
        How many quiet days are remembered.

    Examples
    --------
    >>> exceeds_night_flow(np.array([4.0, 4.1, 5.0, 5.0, 4.2]), share=0.2, window_days=2)
    array([False, False,  True,  True, False])

    References
    ----------
    Vrachimis et al., *LeakDB*, WDSA / CCWI 2018, section 4.

    """
    quiet = deque(night_flow_m3h[:window_days][np.isfinite(night_flow_m3h[:window_days])])
    suspected = np.zeros(night_flow_m3h.shape, dtype=np.bool_)
    for day in range(window_days, len(night_flow_m3h)):
        flow = float(night_flow_m3h[day])
        if quiet and flow > min(quiet) * (1 + share):
            suspected[day] = True
        elif np.isfinite(flow):
            quiet.append(flow)
            if len(quiet) > window_days:
                quiet.popleft()
    return suspected
