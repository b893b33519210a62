"""Measures of a week's forecast, those of the Battle of Water Demand Forecasting.

Alvisi et al., *Battle of Water Demand Forecasting*, J. Water Resour. Plann. Manage. 151 (10),
2025: mean error of the first day, largest error of the first day, mean error of the other six.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeekError:
    """Absolute errors in the unit of the flow; `None` where nothing was measured."""

    first_day: float | None  # PI1
    first_day_largest: float | None  # PI2
    later_days: float | None  # PI3


def week_error(forecast: Array, measured: Array) -> WeekError:
    """Return the three errors of one week; both are shape (7, 24), gaps are left out.

    >>> error = week_error(np.ones((7, 24)), np.zeros((7, 24)))
    >>> error.first_day, error.first_day_largest, error.later_days
    (1.0, 1.0, 1.0)
    """
    off = np.abs(forecast - measured)
    first, later = off[0][np.isfinite(off[0])], off[1:][np.isfinite(off[1:])]
    return WeekError(
        first_day=float(first.mean()) if first.size else None,
        first_day_largest=float(first.max()) if first.size else None,
        later_days=float(later.mean()) if later.size else None,
    )


def mean_absolute_error(forecast: Array, measured: Array) -> float | None:
    """Return the mean absolute error where both are known, `None` where that is nowhere.

    >>> mean_absolute_error(np.array([1.0, 2.0]), np.array([2.0, np.nan]))
    1.0
    """
    off = np.abs(forecast - measured)
    known = off[np.isfinite(off)]
    return float(known.mean()) if known.size else None
