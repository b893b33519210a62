"""Travel times of links as the travel-time index has them (K63-41): peak, and free flow.

Peak is the mean on working days from 07 to 09 and 18 to 20 h; free flow is that at the
85th-percentile speed of all observed steps (FHWA, *Urban Congestion Report*: travel-time index
is the ratio of the two). A standing queue of five minutes counts as LEAST_SPEED_KMH.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.prediction.history import (
    STEP_MIN,
    Array,
    History,
    is_day_off,
    step_of_day,
)

PEAKS_H = ((7, 9), (18, 20))
FREE_FLOW_QUANTILE = 0.85
LEAST_SPEED_KMH = 2.0
LEAST_PEAK_STEPS = 24  # two hours of observed peaks; a single jam is no index
STEPS_PER_HOUR = 60 // STEP_MIN
KMH_PER_MPS = 3.6


@dataclass(frozen=True, slots=True)
class TravelTimes:
    """Of each link in seconds, shape (links,); NaN where too little was observed."""

    peak_s: Array
    free_flow_s: Array


def travel_times(history: History, length_m: NDArray[np.float64]) -> TravelTimes:
    """Return how long links take in the peaks and in free flow; `length_m` is shape (links,).

    >>> import numpy as np
    >>> speed = np.full((1, 288), 50.0)
    >>> speed[0, 7 * 12 : 9 * 12] = 25.0
    >>> found = travel_times(History(0, None, speed), np.array([500.0]))
    >>> found.free_flow_s.tolist(), found.peak_s.tolist()  # the evening is free
    ([36.0], [54.0])
    """
    speed = history.speed_kmh
    if speed is None:
        nothing = np.full(history.links, np.nan)
        return TravelTimes(nothing, nothing)
    step = history.first_step + np.arange(history.steps)
    peak = _is_peak(step_of_day(step) // STEPS_PER_HOUR) & ~is_day_off(step, history.days_off)
    taken_s = length_m[:, None] / (np.maximum(speed, LEAST_SPEED_KMH) / KMH_PER_MPS)
    known = np.isfinite(taken_s) & peak
    enough = known.sum(axis=1) >= LEAST_PEAK_STEPS
    peak_s = np.where(known, taken_s, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    free = np.full(len(speed), np.nan)
    for row in np.flatnonzero(enough):
        heard = speed[row][np.isfinite(speed[row])]
        free[row] = max(float(np.quantile(heard, FREE_FLOW_QUANTILE)), LEAST_SPEED_KMH)
    return TravelTimes(np.where(enough, peak_s, np.nan), length_m / (free / KMH_PER_MPS))


def index(times: TravelTimes, length_m: NDArray[np.float64]) -> float | None:
    """Return the ratio of peak to free flow, links weighted by length; `None` where unknown."""
    known = np.isfinite(times.peak_s) & np.isfinite(times.free_flow_s)
    if not known.any():
        return None
    weight = length_m[known]
    return float((weight @ times.peak_s[known]) / (weight @ times.free_flow_s[known]))


def _is_peak(hour: NDArray[np.int64]) -> NDArray[np.bool_]:
    within = [(hour >= first) & (hour < until) for first, until in PEAKS_H]
    found: NDArray[np.bool_] = np.logical_or.reduce(within)
    return found
