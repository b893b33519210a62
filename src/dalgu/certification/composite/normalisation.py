"""Brings indicators to one scale on which more is better.

Every method works on arrays whose second last axis is the units, so that one call serves a
dataset as well as thousands of draws of it.

References
----------
OECD/JRC, *Handbook on Constructing Composite Indicators*, 2008, 6.
"""

from collections.abc import Mapping

import msgspec
import numpy as np

from dalgu.certification.composite.dataset import Dataset, Table
from dalgu.certification.composite.errors import (
    ParameterInvalid,
    ParameterRequired,
    RangeZero,
    TooFewValues,
    ValueMissing,
    ValueNotPositive,
)
from dalgu.certification.composite.structure import Array, Element

STEP = "normalise"


class _Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name"):
    pass


class MinMax(_Method, frozen=True, tag="minmax"):
    """Linear between the worst unit (`low`) and the best (`high`)."""

    low: float = 0.0
    high: float = 100.0


class Scaled(_Method, frozen=True, tag="scaled"):
    """Linear between two values of the indicator's unit, times `factor`; not clamped."""

    lower: float
    upper: float
    factor: float = 100.0


class ZScore(_Method, frozen=True, tag="z-score"):
    """Standard deviations (n - 1) from the mean, scaled to `mean` and `sd`."""

    mean: float = 0.0
    sd: float = 1.0


class Rank(_Method, frozen=True, tag="rank"):
    """Places from 1 (worst); tied units share the lowest."""


class Borda(_Method, frozen=True, tag="borda"):
    """How many units are worse."""


class PercentileRank(_Method, frozen=True, tag="percentile-rank"):
    """The share, 0 to 1, of the other units that are worse."""


class DistanceToMax(_Method, frozen=True, tag="distance-to-max"):
    """One less the distance to the best unit, as a share of the range."""


class DistanceToReference(_Method, frozen=True, tag="distance-to-reference"):
    """One at a reference unit, zero at the worst; `cap` keeps what is better at one."""

    unit: str
    period: float | None = None
    cap: bool = False


class DistanceToTarget(_Method, frozen=True, tag="distance-to-target"):
    """One at the target, zero at the worst; the target is the metadata's unless stated."""

    target: float | None = None
    cap: bool = False


class FractionOfMax(_Method, frozen=True, tag="fraction-of-max"):
    """The share of the best unit's value; the best must be positive."""


class Goalposts(_Method, frozen=True, tag="goalposts"):
    """Linear between goalposts in the indicator's unit, from `low` to `high`.

    The lower goalpost earns `low` where more is better, and `high` where less is. Goalposts are
    the metadata's unless stated. `clamp` keeps values beyond the posts at the ends.
    """

    lower: float | None = None
    upper: float | None = None
    low: float = 0.0
    high: float = 100.0
    clamp: bool = True


class Untouched(_Method, frozen=True, tag="none"):
    """Only turned so that more is better."""


Method = (
    MinMax
    | Scaled
    | ZScore
    | Rank
    | Borda
    | PercentileRank
    | DistanceToMax
    | DistanceToReference
    | DistanceToTarget
    | FractionOfMax
    | Goalposts
    | Untouched
)


class Normalise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag=STEP):
    """How all indicators are normalised; `indicators` gives single ones another method."""

    method: Method = MinMax()
    indicators: Mapping[str, Method] = {}


def normalise(dataset: Dataset, spec: Normalise) -> Dataset:
    """Normalise the indicators; missing values stay missing.

    Raises
    ------
    IndicatorUnknown, UnitUnknown
        When the step speaks of what the data does not hold.
    RangeZero, TooFewValues, ValueNotPositive, ValueMissing
        When an indicator has no scale for its method.
    ParameterRequired, ParameterInvalid
        When a target or goalpost is not stated, or the bounds are no range.
    """
    return dataset.with_values(normalise_values(dataset, spec, dataset.table.values))


def normalise_values(dataset: Dataset, spec: Normalise, values: Array) -> Array:
    """Normalise values of shape (..., units, indicators) of a dataset."""
    dataset.check_indicators(STEP, spec.indicators)
    result = np.empty_like(values)
    for place, code in enumerate(dataset.table.codes):
        method = spec.indicators.get(code, spec.method)
        element = dataset.structure.element(code)
        result[..., place] = _normalised(values[..., place], method, element, dataset.table)
    return result


def _normalised(x: Array, method: Method, one: Element, table: Table) -> Array:  # noqa: C901, PLR0912  # one line a method
    """Return one indicator on its new scale; shape (..., units)."""
    if not np.isfinite(x).any(axis=-1).all():
        raise TooFewValues(STEP, one.code, 0, 1)
    y = x * one.direction
    match method:
        case MinMax(low, high):
            return _between(low, high) * _unit_range(y, one) + low
        case Scaled(lower, upper, factor):
            return _along(x, (lower, upper), one) * factor
        case ZScore(mean, sd):
            return _z_score(y, one) * _positive("sd", sd) + mean
        case Rank():
            return rank_up(y)
        case Borda():
            return rank_up(y) - 1
        case PercentileRank():
            return _percentile(y, one)
        case DistanceToMax():
            return _unit_range(y, one)
        case DistanceToReference():
            row = table.row_of(method.unit, method.period, step=STEP)
            return _to(y, _reference(y[..., row], method.unit, one), one, is_capped=method.cap)
        case DistanceToTarget():
            return _to(y, _target(y, method, one), one, is_capped=method.cap)
        case FractionOfMax():
            return _fraction(y, one, table)
        case Goalposts():
            share = _along(x, _posts(method, one), one)
            share = np.clip(share, 0, 1) if method.clamp else share
            return share * _between(method.low, method.high) + method.low
        case Untouched():
            return y


def rank_up(y: Array) -> Array:
    """Return places from 1 for the lowest along the last axis; ties share the lowest place."""
    from scipy import stats  # type: ignore[import-untyped]  # ships no types

    held = np.isfinite(y)
    places = stats.rankdata(np.where(held, y, np.inf), method="min", axis=-1).astype(np.float64)
    return np.where(held, places, np.nan)


def _unit_range(y: Array, one: Element) -> Array:
    low = np.nanmin(y, axis=-1, keepdims=True)
    span = np.nanmax(y, axis=-1, keepdims=True) - low
    if not (span > 0).all():
        raise RangeZero(STEP, one.code)
    share: Array = (y - low) / span
    return share


def _z_score(y: Array, one: Element) -> Array:
    _unit_range(y, one)
    spread = np.nanstd(y, axis=-1, ddof=1, keepdims=True)
    score: Array = (y - np.nanmean(y, axis=-1, keepdims=True)) / spread
    return score


def _percentile(y: Array, one: Element) -> Array:
    count = np.isfinite(y).sum(axis=-1, keepdims=True)
    if (count < 2).any():
        raise TooFewValues(STEP, one.code, int(count.min()), 2)
    share: Array = (rank_up(y) - 1) / (count - 1)
    return share


def _fraction(y: Array, one: Element, table: Table) -> Array:
    best = np.nanmax(y, axis=-1, keepdims=True)
    if not (best > 0).all():
        unit = table.units[int(np.nanargmax(y.reshape(-1, y.shape[-1])[0]))]
        raise ValueNotPositive(STEP, unit, one.code, float(best.min()))
    share: Array = y / best
    return share


def _to(y: Array, goal: Array, one: Element, *, is_capped: bool) -> Array:
    """Return the way from the worst unit to a goal that each unit has gone."""
    worst = np.nanmin(y, axis=-1, keepdims=True)
    if not (goal > worst).all():
        raise RangeZero(STEP, one.code)
    way: Array = (y - worst) / (goal - worst)
    return np.minimum(way, 1.0) if is_capped else way


def _reference(y: Array, unit: str, one: Element) -> Array:
    if np.isnan(y).any():
        raise ValueMissing(STEP, unit, one.code)
    return y[..., None]


def _target(y: Array, method: DistanceToTarget, one: Element) -> Array:
    stated = one.target if method.target is None else method.target
    if stated is None:
        raise ParameterRequired(STEP, one.code, "target")
    worst = float(np.nanmin(y)) * one.direction
    if not stated * one.direction > worst * one.direction:
        raise ParameterInvalid(
            STEP, f"target of {one.code}", stated, f"better than the worst unit's {worst:g}"
        )
    return np.array([stated * one.direction])


def _posts(method: Goalposts, one: Element) -> tuple[float, float]:
    lower, upper = method.lower, method.upper
    if lower is None and upper is None and one.goalposts is not None:
        return one.goalposts
    if lower is None:
        raise ParameterRequired(STEP, one.code, "goalpost_lower")
    if upper is None:
        raise ParameterRequired(STEP, one.code, "goalpost_upper")
    return lower, upper


def _along(x: Array, ends: tuple[float, float], one: Element) -> Array:
    """Return the share of the way between two values; turned where less is better."""
    lower, upper = ends
    if not lower < upper:
        raise ParameterInvalid(STEP, f"upper of {one.code}", upper, f"above lower, {lower:g}")
    share: Array = (x - lower) / (upper - lower)
    return share if one.direction == 1 else 1 - share


def _between(low: float, high: float) -> float:
    if not low < high:
        raise ParameterInvalid(STEP, "high", high, f"above low, {low:g}")
    return high - low


def _positive(field: str, value: float) -> float:
    if not value > 0:
        raise ParameterInvalid(STEP, field, value, "above zero")
    return value
