"""A history made fit to learn from: spikes limited, gaps filled, weekly habits set aside.

What is normal for an hour is the running median of its neighbours: of the days of the same
class (working or free), and of the same weekday. A flush every Monday at midnight is a habit,
not a spike: it is taken out before learning, and put back into the forecast.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.forecast.days import HOURS, SATURDAY

Array = NDArray[np.float64]

CLASS_NEIGHBOURS = 8  # days of the class on either side
WEEKDAY_NEIGHBOURS = 3  # weeks on either side
SPIKE_DEVIATIONS = 4.5  # robust standard deviations beyond which an hour is limited
HABIT_DEVIATIONS = 5.0  # what a weekday adds to its class is a habit beyond this
HABIT_WEEKS = 3
KNOWN_HOURS = 10  # a day with fewer is not filled but left out
SIGMA = 1.4826  # median absolute deviation to standard deviation, normal distribution
SHARE_OF_MEDIAN = 0.7  # no hour is held to be much calmer than the others


@dataclass(frozen=True, slots=True)
class Repaired:
    """A history without gaps, spikes and habits.

    `flow` is shape (days, 24); where `is_usable`, shape (days,), is false its day is NaN or a
    guess and must not be learned from. `habit` is shape (7, 24): what each kind of day adds.
    `limited` is the history as it came but for its spikes, shape (days, 24).
    """

    flow: Array
    is_usable: NDArray[np.bool_]
    habit: Array
    limited: Array


def repair(flow: Array, kind: NDArray[np.int64]) -> Repaired:
    """Return the history to learn from.

    `flow` is shape (days, 24), NaN where it has gaps; `kind` is shape (days,).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # medians of nothing are NaN, as meant
        of_class, of_weekday = _normal(flow, kind)
        spread = _spread(flow - of_class)
        limit = SPIKE_DEVIATIONS * spread
        limited = np.clip(
            flow, np.fmin(of_class, of_weekday) - limit, np.fmax(of_class, of_weekday) + limit
        )
        limited[np.isnan(flow)] = np.nan
        filled, is_usable = _fill(limited, of_class)
        more = np.nan_to_num(of_weekday - of_class)
    habit = np.where(more > HABIT_DEVIATIONS * spread, more, 0.0)
    return Repaired(filled - habit, is_usable, _next_habit(habit, kind), limited)


def _normal(flow: Array, kind: NDArray[np.int64]) -> tuple[Array, Array]:
    """Return the running medians over the days of the class and of the weekday."""
    of_class, of_weekday = np.full_like(flow, np.nan), np.full_like(flow, np.nan)
    is_free = kind >= SATURDAY
    for days in (np.flatnonzero(is_free), np.flatnonzero(~is_free)):
        of_class[days] = _running_median(flow[days], CLASS_NEIGHBOURS)
    for weekday in range(7):
        days = np.flatnonzero(kind == weekday)
        of_weekday[days] = _running_median(flow[days], WEEKDAY_NEIGHBOURS)
    return of_class, of_weekday


def _running_median(rows: Array, neighbours: int) -> Array:
    """Return the median of each row and its neighbours by column, NaN where all are gaps."""
    padded = np.pad(rows, ((neighbours, neighbours), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * neighbours + 1, axis=0)
    ordered = np.sort(windows, axis=-1)  # gaps come last; far quicker than `nanmedian`
    known = np.isfinite(ordered).sum(axis=-1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(known - 1, 0) // 2, axis=-1)
    high = np.take_along_axis(ordered, np.minimum(known // 2, 2 * neighbours), axis=-1)
    return np.asarray((low + high)[..., 0] / 2)


def _spread(residual: Array) -> Array:
    centred = np.abs(residual - np.nanmedian(residual, axis=0))
    spread = np.nan_to_num(SIGMA * np.nanmedian(centred, axis=0))
    return np.asarray(np.maximum(spread, SHARE_OF_MEDIAN * np.median(spread)))


def _fill(flow: Array, normal: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Fill a day's gaps by what is normal, moved by as much as the rest of the day is off it."""
    enough = np.isfinite(flow).sum(axis=1) >= KNOWN_HOURS
    off = np.where(enough, np.nanmedian(flow - normal, axis=1), 0.0)
    filled = np.where(np.isnan(flow), normal + off[:, None], flow)
    return filled, enough & np.isfinite(filled).all(axis=1)


def _next_habit(habit: Array, kind: NDArray[np.int64]) -> Array:
    rows = np.zeros((7, HOURS))
    for weekday in range(7):
        held = habit[kind == weekday][-HABIT_WEEKS:]
        if len(held):
            rows[weekday] = np.median(held, axis=0)
    return rows
