"""What anybody would guess: the last value, and the usual one at this time of day or week."""

import numpy as np

from dalgu.services.traffic.prediction.history import STEPS_PER_DAY, Array, History, Steps

DAYS_PER_WEEK = 7


def last_values(history: History, ends: Steps) -> Array:
    """Return the last known value of each link up to each step, NaN where there is none.

    Shape (moments, quantities, links); `ends` are the last steps that are seen.

    >>> history = History(0, None, np.array([[50.0, np.nan], [np.nan, np.nan]]))
    >>> last_values(history, np.array([1])).tolist()
    [[[50.0, nan]]]
    """
    values = history.values
    steps = np.arange(history.steps)[:, None]
    newest = np.maximum.accumulate(np.where(np.isfinite(values), steps, 0), axis=1)
    found = np.take_along_axis(values, newest[:, ends], axis=1)
    by_moment: Array = found.transpose(1, 0, 2)
    return by_moment


def weekly_profile(history: History) -> Array:
    """Return the mean of each step of the week, shape (quantities, 7 * 288, links).

    A step of the week that was never seen takes the mean of its time of day; with one week
    of history that is what most of it does when the week before is the only one.
    """
    values = history.values
    week_step = _week_step(history.first_step + np.arange(history.steps))
    known = np.isfinite(values)
    total = np.zeros((len(values), DAYS_PER_WEEK * STEPS_PER_DAY, values.shape[2]))
    count = np.zeros_like(total)
    for row in range(len(values)):
        np.add.at(total[row], week_step, np.where(known[row], values[row], 0.0))
        np.add.at(count[row], week_step, known[row])
    days = (len(values), DAYS_PER_WEEK, STEPS_PER_DAY, -1)
    daily = total.reshape(days).sum(axis=1), count.reshape(days).sum(axis=1)
    with np.errstate(invalid="ignore"):
        of_day = np.tile(daily[0] / daily[1], (1, DAYS_PER_WEEK, 1))
        profile: Array = np.where(count > 0, total / count, of_day).astype(np.float32)
    return profile


def profile_at(profile: Array, step: Steps) -> Array:
    """Return the profile's values at steps since 1970, shape (quantities, steps, links)."""
    found: Array = profile[:, _week_step(step)]
    return found


def _week_step(step: Steps) -> Steps:
    return step % (DAYS_PER_WEEK * STEPS_PER_DAY)
