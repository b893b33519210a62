"""The volume of leakage told apart from demand, m³ per day, with its uncertainty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.leakage.inflow.changes import Course

Array = NDArray[np.float64]

HOURS_A_DAY = 24.0
# Beliefs are honest in spread only as far as demand follows its model: on generated years the
# errors are this much wider than the stories say (`benchmarks/water/leakage/genuine_flows.py`).
SPREAD_WIDENING = 1.4
NOTABLE_SHARE = 0.003  # of expected demand: below, a leak of two centimetres is not told from noise
SURE_SDS = 0.5  # leakage must lie so many spreads above nothing to be called leaking


@dataclass(frozen=True, slots=True)
class Leakage:
    """Shape (districts, days): mean and standard deviation in m³ per day, and whether it leaks."""

    volume_m3d: Array
    sd_m3d: Array
    is_leaking: NDArray[np.bool_]


def leakage_volume(course: Course, unit_m3h: Array, judged: NDArray[np.bool_]) -> Leakage:
    """Volume leaked on each day as believed at its end.

    Parameters
    ----------
    course
        Leakage as a share of the unit, shape (districts, days).
    unit_m3h
        Shape (districts,): mean expected demand.
    judged
        Shape (districts, days): whether anything was known up to the day; NaN where not.

    """
    to_m3d = unit_m3h[:, None] * HOURS_A_DAY
    sd = course.leakage_sd * SPREAD_WIDENING
    is_leaking = (course.leakage > NOTABLE_SHARE) & (course.leakage > SURE_SDS * sd)
    volume = np.where(judged, np.maximum(course.leakage, 0.0) * to_m3d, np.nan)
    return Leakage(volume, np.where(judged, sd * to_m3d, np.nan), is_leaking & judged)
