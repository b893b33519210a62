"""How many spaces are free in the next two hours: what followed the most similar moments.

A lot's present quarter-hour is compared with the same time of day (a quarter-hour more or
less) on all days it remembers, by its recent course and by the kind of day. The changes that
followed those moments, weighted by their likeness, give the forecast (weighted median) and
its interval (weighted 10 % and 90 % quantiles). An analog forecast after Lorenz, "Atmospheric
predictability as revealed by naturally occurring analogues", J. Atmos. Sci. 26, 1969. Nothing
is trained: the memory is the model, so that a new day counts as soon as it is over.

Constants were chosen on the fourth fifth of the Málaga car parks; `benchmarks/parking` scores
the last fifth.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dalgu.services.parking.entities import ForecastStep

Array = NDArray[np.float64]

STEP_S = 900
SLOTS_PER_DAY = 96
HORIZONS_MIN = (15, 30, 60, 120)
HORIZONS = tuple(minutes * 60 // STEP_S for minutes in HORIZONS_MIN)

LAGS = np.array([0, 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 72, 95])  # the compared course, in steps
LAG_WEIGHT = 0.8 ** np.arange(len(LAGS))
LAG_WEIGHT /= LAG_WEIGHT.sum()
SHIFTS = np.array([-1, 0, 1])  # neighbouring quarter-hours are moments of the same kind
WIDTH = 0.045  # of the likeness, as a share of capacity
OTHER_WEEKDAY = 0.006  # squared distance added when the weekday differs …
WEEKEND_OR_NOT = 0.010  # … and when one of the two days is at a weekend
HALF_LIFE_DAYS = 120.0  # habits change; an older moment counts less
MIN_COURSE = 0.3  # share of the compared course that both moments must hold
MIN_MOMENTS = 21  # a week of them; with fewer, likeness tells little
QUANTILES = (0.5, 0.1, 0.9)  # middle, low, high
MONDAY_1970 = 3  # 1 January 1970 was a Thursday
SATURDAY = 5


class Method(StrEnum):
    """How a forecast was made: the best that the history allows."""

    SIMILAR_MOMENTS = "similarMoments"
    PROFILE_CHANGE = "lastValueProfileChange"  # the mean change of past days at this time
    LAST_VALUE = "lastValue"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The free share of each lot after each horizon; arrays are shape (horizons, lots), 0–1.

    `method` says for each lot how it was made; a lot without a present value has NaN.
    """

    middle: Array
    low: Array
    high: Array
    method: tuple[Method, ...]


def outlook(free: Array, first_slot: int) -> Outlook:
    """Forecast all lots from the last row of their common quarter-hour grid.

    Parameters
    ----------
    free
        Shape (n, lots), free spaces as a share of capacity, NaN where unknown; the last row
        is the present.
    first_slot
        Number of the first row: quarter-hours since 1970-01-01T00:00 local time.

    Examples
    --------
    >>> emptying = np.tile(np.linspace(0, 1, 96, endpoint=False), 10)[:, None]
    >>> round(float(outlook(emptying[:900], 0).middle[2, 0] - emptying[899, 0]), 3)
    0.042

    """
    now = len(free) - 1
    moments = _moments(now)
    weight = _likeness(free, first_slot, moments)
    change = free[moments[:, None] + np.array(HORIZONS)] - free[moments][:, None]
    known = np.isfinite(change) & (weight > 0)[:, None]
    count = known.sum(axis=0)
    quantiles = _weighted_quantiles(
        np.where(known, change, 0.0), np.where(known, weight[:, None], 0.0)
    )
    steady = free[now - (now // SLOTS_PER_DAY) * SLOTS_PER_DAY :: SLOTS_PER_DAY]
    return _choose(free[now], quantiles, _profile_change(free, now, len(steady) - 1), count)


def _moments(now: int) -> NDArray[np.int64]:
    """Rows at this time of day on earlier days, whose next two hours are past too."""
    days = np.arange(1, now // SLOTS_PER_DAY + 1)
    rows: NDArray[np.int64] = (now - days[:, None] * SLOTS_PER_DAY + SHIFTS).ravel()
    return rows[(rows >= 0) & (rows + HORIZONS[-1] <= now)]


def _likeness(free: Array, first_slot: int, moments: NDArray[np.int64]) -> Array:
    """Weight of each moment for each lot, shape (moments, lots); 0 where it cannot be told."""
    now = len(free) - 1
    course = _course(free, moments)
    difference = course - _course(free, np.array([now]))
    known = np.isfinite(difference)
    held = np.einsum("mkl,k->ml", known, LAG_WEIGHT)
    squared = np.einsum("mkl,k->ml", np.where(known, difference, 0.0) ** 2, LAG_WEIGHT)
    distance = squared / np.maximum(held, MIN_COURSE)
    age_days = (now - moments) / SLOTS_PER_DAY
    other_kind = _other_kind_of_day(first_slot + moments, first_slot + now)
    exponent = (distance + other_kind[:, None]) / (2 * WIDTH**2)
    exponent += (age_days * np.log(2) / HALF_LIFE_DAYS)[:, None]
    likeness: Array = np.where(held > MIN_COURSE, np.exp(-exponent), 0.0)
    return likeness


def _course(free: Array, rows: NDArray[np.int64]) -> Array:
    """Return the course before each row, shape (rows, lags, lots); NaN before the memory."""
    at = rows[:, None] - LAGS
    return np.where((at >= 0)[..., None], free[np.maximum(at, 0)], np.nan)


def _other_kind_of_day(slots: NDArray[np.int64], now: int) -> Array:
    weekday = (slots // SLOTS_PER_DAY + MONDAY_1970) % 7
    today = (now // SLOTS_PER_DAY + MONDAY_1970) % 7
    extra: Array = OTHER_WEEKDAY * (weekday != today) + WEEKEND_OR_NOT * (
        (weekday >= SATURDAY) != (today >= SATURDAY)
    )
    return extra


def _weighted_quantiles(change: Array, weight: Array) -> Array:
    """Quantiles over the first axis, shape (quantiles, horizons, lots)."""
    if len(change) == 0:
        return np.full((len(QUANTILES), *change.shape[1:]), np.nan)
    order = np.argsort(change, axis=0)
    value = np.take_along_axis(change, order, axis=0)
    passed = np.cumsum(np.take_along_axis(weight, order, axis=0), axis=0)
    found = []
    for quantile in QUANTILES:
        at = np.argmax(passed >= quantile * passed[-1], axis=0)
        found.append(np.take_along_axis(value, at[None], axis=0)[0])
    return np.stack(found)


def _profile_change(free: Array, now: int, days: int) -> Array:
    """Mean change of the past days from this time of day on, shape (horizons, lots)."""
    rows = now - SLOTS_PER_DAY * np.arange(1, days + 1)
    change = free[rows[:, None] + np.array(HORIZONS)] - free[rows][:, None]
    known = np.isfinite(change)
    count = known.sum(axis=0)
    total = np.where(known, change, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _choose(present: Array, similar: Array, profile: Array, count: NDArray[np.int64]) -> Outlook:
    """Take the best method each lot's history allows; an unknown spread is the whole lot."""
    enough = (count >= MIN_MOMENTS).all(axis=0)
    has_profile = np.isfinite(profile).all(axis=0)
    middle = np.where(enough, similar[0], np.where(has_profile, profile, 0.0))
    low = np.where(count >= MIN_MOMENTS, similar[1], -1.0)
    high = np.where(count >= MIN_MOMENTS, similar[2], 1.0)
    most = np.maximum(1.0, present)  # a lot may hold more than its register says
    methods = tuple(_method(*pair) for pair in np.stack([enough, has_profile], axis=1).tolist())
    return Outlook(
        middle=np.clip(present + middle, 0.0, most),
        low=np.clip(present + np.minimum(low, middle), 0.0, most),
        high=np.clip(present + np.maximum(high, middle), 0.0, most),
        method=methods,
    )


def _method(enough: bool, has_profile: bool) -> Method:
    if enough:
        return Method.SIMILAR_MOMENTS
    return Method.PROFILE_CHANGE if has_profile else Method.LAST_VALUE


def quarter_hours(
    at_s: Array, value: Array, first_slot: int, slots: int, *, offset_s: int = 0
) -> Array:
    """Lay irregular observations on the grid: the nearest of each quarter-hour, else NaN.

    Parameters
    ----------
    at_s, value
        Shape (n,), seconds since 1970 UTC, oldest first, and what was observed.
    first_slot, slots
        Number of the first quarter-hour since 1970 in local time, and how many follow.
    offset_s
        Of local time from UTC.

    Examples
    --------
    >>> quarter_hours(np.array([0.0, 880.0, 2700.0]), np.array([5.0, 6.0, 8.0]), 0, 4)
    array([ 5.,  6., nan,  8.])

    """
    local_s = at_s + offset_s
    slot = np.rint(local_s / STEP_S).astype(np.int64) - first_slot
    inside = (slot >= 0) & (slot < slots)
    slot, away_s = slot[inside], np.abs(local_s - (slot + first_slot) * STEP_S)[inside]
    # The nearest is written last and stays; of equally near ones the newest.
    order = np.lexsort((np.arange(len(slot)), -away_s))
    grid = np.full(slots, np.nan)
    grid[slot[order]] = value[inside][order]
    return grid


def bridge_short_gaps(grid: Array, *, longest: int = 3) -> Array:
    """Return the grid, shape (n, lots), with gaps of up to `longest` rows interpolated.

    >>> bridge_short_gaps(np.array([[1.0], [np.nan], [3.0]])).ravel()
    array([1., 2., 3.])
    """
    bridged = grid.copy()
    for lot in range(grid.shape[1]):
        known = np.flatnonzero(np.isfinite(grid[:, lot]))
        if len(known) == 0:
            continue
        rows = np.arange(known[0], known[-1] + 1)
        before = np.maximum.accumulate(np.where(np.isfinite(grid[rows, lot]), rows, 0))
        after = known[np.searchsorted(known, rows)]
        short = after - before - 1 <= longest
        line = np.interp(rows, known, grid[known, lot])
        bridged[rows[short], lot] = line[short]
    return bridged


def in_spaces(share: float, capacity: int) -> int:
    """Return a share of a lot as whole spaces."""
    return round(share * capacity)


def horizons(choice: Outlook, lot: int, capacity: int) -> list[ForecastStep]:
    """Return one lot's outlook as the entity attribute `forecast`, in spaces."""

    def spaces(part: Array, row: int) -> int:
        return in_spaces(float(part[row, lot]), capacity)

    return [
        ForecastStep(
            minutes=minutes,
            free=spaces(choice.middle, row),
            low=spaces(choice.low, row),
            high=spaces(choice.high, row),
            method=choice.method[lot].value,
        )
        for row, minutes in enumerate(HORIZONS_MIN)
    ]
