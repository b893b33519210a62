"""Intervals that hold what they promise: split conformal, on the errors of past origins.

The errors are those of forecasts made as if on past days, by settings learned before them
where the history is long enough. Lei et al., *Distribution-Free Predictive Inference for
Regression*, J. Am. Stat. Assoc. 113, 2018; one-sided on either side, as errors are skewed.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

COVERAGE = 0.8
HOURS_BESIDE = 1  # an hour learns from its neighbours of the day too
DAYS_BESIDE = 1  # and a day ahead from those beside it; the first day stands alone
ENOUGH = 20  # errors; with fewer an hour learns from all leads


def conformal_offsets(errors: Array, coverage: float = COVERAGE) -> tuple[Array, Array]:
    """Return what to add to a forecast for its low and its high, each shape (7, 24).

    `errors` is shape (origins, 7, 24), measured less forecast, NaN where nothing was measured.

    >>> low, high = conformal_offsets(np.tile([[[-1.0]], [[1.0]]], (20, 7, 24)))
    >>> float(low[0, 0]), float(high[6, 23])
    (-1.0, 1.0)
    """
    _, leads, hours = errors.shape
    low, high = np.zeros((leads, hours)), np.zeros((leads, hours))
    for lead in range(leads):
        for hour in range(hours):
            pool = _pool(errors, lead, hour)
            low[lead, hour] = min(0.0, -_upper(-pool, coverage))
            high[lead, hour] = max(0.0, _upper(pool, coverage))
    return low, high


def _pool(errors: Array, lead: int, hour: int) -> Array:
    hours = [(hour + step) % errors.shape[2] for step in range(-HOURS_BESIDE, HOURS_BESIDE + 1)]
    first = 0 if lead == 0 else max(1, lead - DAYS_BESIDE)
    last = 0 if lead == 0 else min(errors.shape[1] - 1, lead + DAYS_BESIDE)
    pool = errors[:, first : last + 1][:, :, hours].ravel()
    pool = pool[np.isfinite(pool)]
    if len(pool) < ENOUGH:
        pool = errors[np.isfinite(errors)]
    return pool


def _upper(scores: Array, coverage: float) -> float:
    """Return the score that a new one stays below with half of what is not covered to spare."""
    if not len(scores):
        return 0.0
    rank = int(np.ceil((len(scores) + 1) * (1 + coverage) / 2))
    return float(np.sort(scores)[min(rank, len(scores)) - 1])
