"""Bursts within the day: Page's cumulative sum on what a day's inflow leaves unexplained.

The day's forecast is what was believed at the end of the day before; a large burst so shows
within hours, when the day's own assessment is still to come.

References
----------
Page, *Continuous Inspection Schemes*, Biometrika 41, 1954.

"""

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.leakage.inflow.changes import Course
from dalgu.services.water.leakage.inflow.demand_model import known_median

Array = NDArray[np.float64]

SLACK_SDS = 1.0  # half of the smallest burst worth waking someone for, in deviations of a step
LIMIT_SDS = (
    18.0  # two false alarms a year on generated years with lingering noise (`genuine_flows`)
)
MEMORY_DAYS = 28  # of the spread of steps
FEWEST_DAYS = 7  # before any step is judged
STEP_BOUND_SDS = 4.0  # one wrong number alone is no burst


def burst_steps(inflow_m3h: Array, expected_m3h: Array, course: Course, unit_m3h: Array) -> Array:
    """Cumulative sum of each step in deviations: above 18 a burst, below -18 a repair.

    Parameters
    ----------
    inflow_m3h, expected_m3h
        Shape (districts, days, steps of a day), NaN where unknown.
    course, unit_m3h
        Belief at the end of each day; the forecast of a day uses the day before alone.

    """
    left = unexplained(inflow_m3h, expected_m3h, course, unit_m3h)
    score = np.zeros(left.shape)
    for day in range(FEWEST_DAYS, left.shape[1]):
        spread = _spread(left[:, max(0, day - MEMORY_DAYS) : day])
        known = np.isfinite(left[:, day]) & (spread > 0)[:, None]
        deviations = np.where(known, left[:, day], 0.0) / np.where(spread > 0, spread, 1.0)[:, None]
        score[:, day] = _page(np.clip(deviations, -STEP_BOUND_SDS, STEP_BOUND_SDS))
    return score


def is_leaking_now(is_leaking: NDArray[np.bool_], within_day: Array) -> NDArray[np.bool_]:
    """Whether a district leaks at each step, by what is known at that step alone.

    Yesterday's belief holds until water breaks out or stops within the day.

    Parameters
    ----------
    is_leaking
        Shape (districts, days), as known at the end of each day.
    within_day
        Shape (districts, days, steps): the sums of `burst_steps`.

    Examples
    --------
    >>> is_leaking_now(np.array([[False, True]]), np.array([[[0.0, 19.0, 9.0], [0.0, 0.0, -20.0]]]))
    array([[[False,  True,  True],
            [False, False, False]]])

    """
    yesterday = np.zeros(is_leaking.shape, dtype=np.bool_)
    yesterday[:, 1:] = is_leaking[:, :-1]
    broke_out = np.logical_or.accumulate(within_day > LIMIT_SDS, axis=2)
    stopped = np.logical_or.accumulate(within_day < -LIMIT_SDS, axis=2)
    result: NDArray[np.bool_] = (yesterday[..., None] | broke_out) & ~stopped
    return result


def unexplained(inflow_m3h: Array, expected_m3h: Array, course: Course, unit_m3h: Array) -> Array:
    """Inflow less yesterday's belief of today, m³/h, NaN on the first day and where unknown."""
    left = np.full(inflow_m3h.shape, np.nan)
    demand = course.factor[:, :-1, None] * expected_m3h[:, 1:]
    left[:, 1:] = (
        inflow_m3h[:, 1:] - demand - (course.leakage[:, :-1] * unit_m3h[:, None])[..., None]
    )
    return left


def _spread(left: Array) -> Array:
    """Robust deviation of the steps of some days, shape (districts,), 0 where none is known."""
    median = np.nan_to_num(known_median(abs(left.reshape(len(left), -1)), axis=1))
    result: Array = median / 0.6745  # the median of a normal's magnitude, in deviations
    return result


def _page(deviations: Array) -> Array:
    """Upward sum where it leads, downward sum as a negative; starts anew each day."""
    up, down = np.zeros(len(deviations)), np.zeros(len(deviations))
    score = np.empty(deviations.shape)
    for step in range(deviations.shape[1]):
        up = np.maximum(0.0, up + deviations[:, step] - SLACK_SDS)
        down = np.maximum(0.0, down - deviations[:, step] - SLACK_SDS)
        score[:, step] = np.where(up >= down, up, -down)
    return score
