"""Expected inflow by the hour of the week, and each day taken apart against it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WEEK_DAYS = 7
LEARNING_DAYS = 14  # each weekday twice before anything is judged
MEMORY_WEEKS = 52  # a leak enters the expected week only when it lasts for half of them
LOWEST_SHARE = 1e-3  # of a day's mean: an expectation is never nothing
ENOUGH_OF_A_DAY = 0.5  # share of a day's steps that must be known to take it apart


@dataclass(frozen=True, slots=True)
class DaySplit:
    """Each day's inflow against its expectation, shape (districts, days), NaN where unknown.

    `mean` is the mean inflow and `expected` the mean expectation of the known steps, both as
    shares of `unit_m3h`, shape (districts,), the district's mean expectation at the start.
    `slope` is how strongly inflow follows the daily wave: demand scales it, leakage does not.
    """

    mean: Array
    expected: Array
    slope: Array
    unit_m3h: Array


def split_days(inflow_m3h: Array, expected_m3h: Array) -> DaySplit:
    """Least squares of each day's inflow on its expected demand.

    Parameters
    ----------
    inflow_m3h, expected_m3h
        Shape (districts, days, steps of a day), NaN where unknown.

    Examples
    --------
    >>> wave = np.array([[[1.0, 2.0, 3.0, 2.0]]])
    >>> day = split_days(1.5 * wave + 4.0, wave)
    >>> float(day.slope[0, 0]), float(day.mean[0, 0] * day.unit_m3h[0])
    (1.5, 7.0)

    """
    known = np.isfinite(inflow_m3h) & np.isfinite(expected_m3h)
    count = known.sum(axis=2)
    enough = count >= ENOUGH_OF_A_DAY * inflow_m3h.shape[2]
    count = np.where(enough, count, 1)
    flow = np.where(known, inflow_m3h, 0.0)
    wave = np.where(known, expected_m3h, 0.0)
    flow_mean, wave_mean = flow.sum(axis=2) / count, wave.sum(axis=2) / count
    swing = np.where(known, wave - wave_mean[..., None], 0.0)
    spread = np.sum(swing**2, axis=2)
    flat = ~enough | (spread <= 1e-9 * wave_mean**2 * count)
    slope = np.sum(swing * flow, axis=2) / np.where(flat, 1.0, spread)
    unit = first_known(np.where(enough & (wave_mean > 0), wave_mean, np.nan))
    return DaySplit(
        np.where(enough, flow_mean / unit[:, None], np.nan),
        np.where(enough, wave_mean / unit[:, None], np.nan),
        np.where(flat, np.nan, slope),
        unit,
    )


def first_known(series: Array) -> Array:
    """Take the first known value of each row, NaN in a row that has none; shape (rows,).

    Examples
    --------
    >>> first_known(np.array([[np.nan, 2.0, 3.0]]))
    array([2.])

    """
    known = np.isfinite(series)
    at = known.argmax(axis=1)
    result: Array = series[np.arange(len(series)), at]
    return result


def learned_demand(inflow_m3h: Array) -> Array:
    """Demand expected of each step by the weeks before it, m³/h; NaN in the first fortnight.

    The median of the same weekday over the last year, each divided by its day's mean, on
    the level of the first fortnight: the level stays, so that leakage is not learned as demand.

    Parameters
    ----------
    inflow_m3h
        Shape (districts, days, steps of a day), NaN where unknown.

    """
    expected = np.full(inflow_m3h.shape, np.nan)
    if inflow_m3h.shape[1] <= LEARNING_DAYS:
        return expected
    means = _day_means(inflow_m3h)
    level = known_median(means[:, :LEARNING_DAYS], axis=1)
    shape = inflow_m3h / np.maximum(means, 1e-9)
    for day in range(LEARNING_DAYS, inflow_m3h.shape[1]):
        past = shape[:, day - WEEK_DAYS :: -WEEK_DAYS][:, :MEMORY_WEEKS]
        expected[:, day] = np.maximum(known_median(past, axis=1), LOWEST_SHARE) * level
    return expected


def _day_means(inflow_m3h: Array) -> Array:
    """Shape (districts, days, 1), NaN where too little of the day is known."""
    known = np.isfinite(inflow_m3h)
    count = known.sum(axis=2, keepdims=True)
    total = np.where(known, inflow_m3h, 0.0).sum(axis=2, keepdims=True)
    enough = count >= ENOUGH_OF_A_DAY * inflow_m3h.shape[2]
    result: Array = np.where(enough, total / np.maximum(count, 1), np.nan)
    return result


def known_median(values: Array, *, axis: int) -> Array:
    """Median of what is known along an axis, NaN where nothing is.

    Examples
    --------
    >>> known_median(np.array([[3.0, np.nan, 1.0], [np.nan, np.nan, np.nan]]), axis=1)
    array([ 2., nan])

    """
    ordered = np.sort(values, axis=axis)  # NaN last
    known = np.sum(np.isfinite(values), axis=axis, keepdims=True)
    lower, upper = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, values.shape[axis] - 1)
    middle = np.take_along_axis(ordered, lower, axis) + np.take_along_axis(ordered, upper, axis)
    result: Array = np.squeeze(np.where(known > 0, middle / 2, np.nan), axis=axis)
    return result
