"""Draws in outliers until an indicator is fit for means and correlations.

First the outermost points are winsorised one after the other, on the side that the skewness
shows, until |skewness| or kurtosis is within its limit. If that takes more points than
allowed, the original values are transformed instead.

References
----------
OECD/JRC, *Handbook on Constructing Composite Indicators*, 2008, 5; Becker et al., "COINr: An R
package for developing composite indicators", JOSS 7(78), 2022.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import numpy as np

from dalgu.certification.composite.dataset import Dataset, Mask
from dalgu.certification.composite.errors import ParameterInvalid, RangeZero, TooFewValues
from dalgu.certification.composite.structure import Array

STEP = "treat"
MIN_VALUES = 4  # of which kurtosis can be estimated without bias
LOG_SHIFT = 0.01  # of the range: keeps the smallest value off the logarithm's pole


class First(StrEnum):
    """What is tried first."""

    WINSORISE = "winsorise"
    NONE = "none"


class Fallback(StrEnum):
    """What is done to the original values where the first treatment does not reach."""

    LOG_CT = "log_CT"  # log(x - min + 1 % of the range)
    LOG_CT_PLUS = "log_CT_plus"  # the same, mirrored where the skewness is negative
    BOX_COX = "box-cox"  # of the shifted values, lambda of greatest likelihood
    NONE = "none"


class Treatment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one indicator is treated: at most `max_points` are winsorised."""

    first: First = First.WINSORISE
    max_points: int = 5
    fallback: Fallback = Fallback.LOG_CT
    max_skew: float = 2.0
    max_kurtosis: float = 3.5


class Treat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag=STEP):
    """How all indicators are treated; `indicators` gives single ones their own treatment."""

    method: Treatment = Treatment()
    indicators: Mapping[str, Treatment] = {}


@dataclass(frozen=True, slots=True)
class Treated:
    """What happened to one indicator; `points` were winsorised, `transform` is `none` or a name.

    `passes` tells whether skewness or kurtosis is within its limit in the end.
    """

    code: str
    points: int
    transform: Fallback
    skew_before: float
    kurtosis_before: float
    skew: float
    kurtosis: float
    passes: bool


def treat(dataset: Dataset, spec: Treat) -> tuple[Dataset, tuple[Treated, ...]]:
    """Treat the indicators; missing values stay missing and count nowhere.

    Raises
    ------
    IndicatorUnknown, ParameterInvalid
        When the step speaks of what the data does not hold, or of impossible limits.
    TooFewValues, RangeZero
        When an indicator has fewer than four values, or all are the same.
    """
    dataset.check_indicators(STEP, spec.indicators)
    before = dataset.table.values
    after, points, transforms = treat_columns(before, dataset.table.codes, spec)
    reports = []
    for place, code in enumerate(dataset.table.codes):
        one = spec.indicators.get(code, spec.method)
        limits = (one.max_skew, one.max_kurtosis)
        pair = np.stack([before[:, place], after[:, place]], axis=1)
        skew, kurtosis = skewness(pair), excess_kurtosis(pair)
        fit = bool(_is_fit(pair, *limits)[1])
        reports.append(
            Treated(
                code,
                int(points[place]),
                transforms[place],
                float(skew[0]),
                float(kurtosis[0]),
                float(skew[1]),
                float(kurtosis[1]),
                fit,
            )
        )
    return dataset.with_values(after), tuple(reports)


def treat_columns(
    values: Array, codes: tuple[str, ...], spec: Treat
) -> tuple[Array, Array, list[Fallback]]:
    """Treat columns, shape (rows, columns); `codes` repeat where columns outnumber them.

    Returns the values, the number of winsorised points of each column, and the transform of
    each of the first `len(codes)` columns.
    """
    result = values.copy()
    points = np.zeros(values.shape[1])
    transforms = [Fallback.NONE] * values.shape[1]
    by_spec: dict[Treatment, list[int]] = {}
    for place in range(values.shape[1]):
        one = spec.indicators.get(codes[place % len(codes)], spec.method)
        by_spec.setdefault(one, []).append(place)
    for one, places in by_spec.items():
        _check(one)
        if one.first is First.NONE and one.fallback is Fallback.NONE:
            continue
        columns = values[:, places]
        _check_columns(columns, [codes[place % len(codes)] for place in places])
        treated, moved, still = _winsorised(columns, one)
        for at in np.flatnonzero(still) if one.fallback is not Fallback.NONE else ():
            treated[:, at] = _transformed(columns[:, at], one.fallback)
            moved[at] = 0
            transforms[places[at]] = one.fallback
        result[:, places] = treated
        points[places] = moved
    return result, points, transforms


def _winsorised(columns: Array, spec: Treatment) -> tuple[Array, Array, Mask]:
    """Return winsorised columns, the points moved in each, and which are still unfit."""
    x = columns.copy()
    touched = np.zeros(x.shape, dtype=np.bool_)
    unfit: Mask = ~_is_fit(x, spec.max_skew, spec.max_kurtosis)
    active = np.flatnonzero(unfit) if spec.first is First.WINSORISE else np.array([], np.int64)
    while active.size:
        at = x[:, active]
        side = np.where(skewness(at) >= 0, 1.0, -1.0)
        outward = np.where(np.isnan(at), -np.inf, at * side)
        outermost = outward == outward.max(axis=0)
        next_in = np.where(outermost, -np.inf, outward).max(axis=0)
        innermost = np.where(np.isnan(at), np.inf, at * side).min(axis=0)
        moved = touched[:, active] | outermost
        may = (next_in > innermost) & (moved.sum(axis=0) <= spec.max_points)  # it still varies
        active, outermost, at = active[may], outermost[:, may], at[:, may]
        at = np.where(outermost, (next_in * side)[may], at)
        x[:, active], touched[:, active] = at, moved[:, may]
        fit = _is_fit(at, spec.max_skew, spec.max_kurtosis)
        unfit[active[fit]] = False
        active = active[~fit]
    return x, touched.sum(axis=0).astype(np.float64), unfit


def _transformed(x: Array, fallback: Fallback) -> Array:
    low, high = np.nanmin(x), np.nanmax(x)
    shift = LOG_SHIFT * (high - low)
    if fallback is Fallback.LOG_CT_PLUS and skewness(x[:, None])[0] < 0:
        mirrored: Array = -np.log(high + shift - x)
        return mirrored
    shifted = x - low + shift
    if fallback is not Fallback.BOX_COX:
        logged: Array = np.log(shifted)
        return logged
    from scipy import stats  # type: ignore[import-untyped]  # ships no types

    held = np.isfinite(x)
    result = np.full_like(x, np.nan)
    result[held] = stats.boxcox(shifted[held])[0]
    return result


def skewness(x: Array) -> Array:
    """Return the bias-corrected skewness G1 of each column; NaN counts nowhere.

    >>> skewness(np.array([[1.0], [2.0], [3.0], [np.nan], [10.0]])).round(4)
    array([1.7636])
    """
    n, m2, m3, _ = _moments(x)
    g1: Array = np.sqrt(n * (n - 1)) / (n - 2) * m3 / m2**1.5
    return g1


def excess_kurtosis(x: Array) -> Array:
    """Return the bias-corrected excess kurtosis G2 of each column; NaN counts nowhere."""
    n, m2, _, m4 = _moments(x)
    g2: Array = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6)
    return g2


def _moments(x: Array) -> tuple[Array, Array, Array, Array]:
    """Return counts and central moments 2, 3, 4, in ranges; NaN where a column does not vary."""
    held = np.isfinite(x)
    n = held.sum(axis=0).astype(np.float64)
    low = np.where(held, x, np.inf).min(axis=0)
    span = np.where(held, x, -np.inf).max(axis=0) - low
    varies = (n >= MIN_VALUES) & (span > 0)
    n, span = np.where(varies, n, np.nan), np.where(varies, span, np.nan)
    share = np.where(held, (x - low) / span, 0.0)  # of the range: no power overflows
    off = np.where(held, share - share.sum(axis=0) / n, 0.0)
    square = off * off
    m2 = square.sum(axis=0) / n
    return n, m2, (square * off).sum(axis=0) / n, (square * square).sum(axis=0) / n


def _is_fit(x: Array, max_skew: float, max_kurtosis: float) -> Mask:
    """Tell which columns are within either limit; one that does not vary is."""
    skew, kurtosis = skewness(x), excess_kurtosis(x)
    fit: Mask = np.isnan(skew) | (np.abs(skew) <= max_skew) | (kurtosis <= max_kurtosis)
    return fit


def _check(spec: Treatment) -> None:
    if spec.max_points < 0:
        raise ParameterInvalid(STEP, "max_points", spec.max_points, "zero or more")
    if not spec.max_skew > 0:
        raise ParameterInvalid(STEP, "max_skew", spec.max_skew, "above zero")


def _check_columns(columns: Array, codes: list[str]) -> None:
    counts = np.isfinite(columns).sum(axis=0)
    for place in np.flatnonzero(counts < MIN_VALUES):
        raise TooFewValues(STEP, codes[place], int(counts[place]), MIN_VALUES)
    flat = np.nanmax(columns, axis=0) == np.nanmin(columns, axis=0)
    for place in np.flatnonzero(flat):
        raise RangeZero(STEP, codes[place])
