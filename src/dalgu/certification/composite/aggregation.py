"""Brings indicators together into groups, level by level, up to the index.

Every mean works on arrays whose last two axes are units and children, with weights whose last
axis is children, so that one call serves a dataset as well as thousands of draws of weights.

References
----------
OECD/JRC, *Handbook on Constructing Composite Indicators*, 2008, 7; Copeland's rule of pairwise
majorities after Munda & Nardo, JRC EUR 21834, 2005.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from dalgu.certification.composite.dataset import Dataset, Table
from dalgu.certification.composite.errors import (
    GroupWeightsZero,
    LevelsUnequal,
    ParameterInvalid,
    ValueMissing,
    ValueNotPositive,
)
from dalgu.certification.composite.structure import Array, Structure

STEP = "aggregate"
TIE = 1e-12  # of the weights: how near to each other two sides of a comparison are a draw


class _Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name"):
    pass


class Arithmetic(_Method, frozen=True, tag="arithmetic"):
    """The weighted mean: a weakness is made up for by a strength."""


class Geometric(_Method, frozen=True, tag="geometric"):
    """The weighted geometric mean; values must be positive."""


class Harmonic(_Method, frozen=True, tag="harmonic"):
    """The weighted harmonic mean; values must be positive."""


class Generalised(_Method, frozen=True, tag="generalised"):
    """The weighted power mean of exponent `p`, not zero; values must be positive."""

    p: float


class Copeland(_Method, frozen=True, tag="copeland"):
    """Won less lost comparisons with all other units, by weighted majority of the children."""


Method = Arithmetic | Geometric | Harmonic | Generalised | Copeland


@dataclass(frozen=True, slots=True)
class Rules:
    """How each level is made: one method and one least share a level, bottom up.

    `min_share` is the share of a group's children that must have a value for the group to have
    one; None refuses missing values.
    """

    methods: tuple[Method, ...]
    min_share: tuple[float | None, ...]

    @classmethod
    def of(
        cls, structure: Structure, methods: Sequence[Method], min_share: Sequence[float] = ()
    ) -> "Rules":
        """Return the rules of a structure; one entry serves all levels.

        Raises
        ------
        LevelsUnequal, ParameterInvalid
            When the number of entries fits no level, or a share is outside 0 to 1.
        """
        steps = structure.levels - 1
        for field, given in (("methods", len(methods)), ("min_share", len(min_share) or 1)):
            if given not in (1, steps):
                raise LevelsUnequal(STEP, field, given, steps)
        for share in min_share:
            if not 0 <= share <= 1:
                raise ParameterInvalid(STEP, "min_share", share, "from 0 to 1")
        for method in methods:
            if isinstance(method, Generalised) and method.p == 0:
                raise ParameterInvalid(STEP, "p", 0, "other than zero (use geometric)")
        shares: tuple[float | None, ...] = tuple(min_share) or (None,)
        return cls(
            tuple(methods) * (steps if len(methods) == 1 else 1),
            shares * (steps if len(shares) == 1 else 1),
        )


def aggregate(dataset: Dataset, rules: Rules, weights: Sequence[Array]) -> Table:
    """Aggregate a dataset up to its index.

    `weights` are one array a level from the indicators up, without the top: shape (elements,).
    Columns of the result are all indicators and groups, level by level; a group without a value
    is NaN.

    Raises
    ------
    GroupWeightsZero, ValueMissing, ValueNotPositive
        When a group has no weight, or a method meets a value it is not defined for.
    """
    levels = aggregate_values(dataset, rules, weights, dataset.table.values)
    table = dataset.table
    codes = dataset.structure.all_codes()
    return Table(table.units, codes, np.concatenate(levels, axis=1), table.periods)


def aggregate_values(
    dataset: Dataset, rules: Rules, weights: Sequence[Array], values: Array
) -> list[Array]:
    """Aggregate values of shape (..., units, indicators) with weights of shape (..., elements).

    Returns one array a level from the indicators up, each of shape (..., units, elements).
    """
    levels = [values]
    for below in range(1, dataset.structure.levels):
        method, share = rules.methods[below - 1], rules.min_share[below - 1]
        codes = dataset.structure.codes(below)
        made = []
        for group in dataset.structure.groups(below + 1):
            inside = levels[-1][..., group.children]
            weight = weights[below - 1][..., group.children]
            if not (weight.sum(axis=-1) > 0).all():
                raise GroupWeightsZero(group.code)
            names = [codes[place] for place in group.children]
            made.append(_group(inside, weight, method, share, (dataset.table, names)))
        levels.append(np.stack(made, axis=-1))
    return levels


def _group(
    x: Array, weight: Array, method: Method, share: float | None, place: tuple[Table, list[str]]
) -> Array:
    """Return one group, shape (..., units)."""
    held = np.isfinite(x)
    if not held.all():
        if share is None or isinstance(method, Copeland):
            raise _missing(~held, place)
        x = np.where((held.mean(axis=-1) >= share)[..., None], x, np.nan)
    match method:
        case Arithmetic():
            return weighted_mean(x, weight)
        case Geometric():
            return np.exp(weighted_mean(np.log(_positive(x, place)), weight))
        case Harmonic():
            return 1 / weighted_mean(1 / _positive(x, place), weight)
        case Generalised(p):
            return _power_mean(_positive(x, place), weight, p)
        case Copeland():
            return copeland(x, weight)


def weighted_mean(x: Array, weight: Array) -> Array:
    """Return the weighted mean along the last axis; NaN values count nowhere.

    >>> weighted_mean(np.array([[1.0, 4.0], [2.0, np.nan]]), np.array([1.0, 2.0]))
    array([3., 2.])
    """
    held = np.isfinite(x)
    column = weight[..., None]
    if held.all():
        mean: Array = (x @ column)[..., 0] / weight.sum(axis=-1)[..., None]
        return mean
    total = (held.astype(np.float64) @ column)[..., 0]
    summed = (np.where(held, x, 0.0) @ column)[..., 0]
    result: Array = np.where(total > 0, summed, np.nan) / np.where(total > 0, total, 1.0)
    return result


def _power_mean(x: Array, weight: Array, p: float) -> Array:
    """Return the power mean, of shares of the outermost value so that no power overflows."""
    outermost: Array = np.fmax.reduce(x, axis=-1) if p > 0 else np.fmin.reduce(x, axis=-1)
    shares: Array = weighted_mean((x / outermost[..., None]) ** p, weight) ** (1 / p)
    mean: Array = shares * outermost
    return mean


def copeland(x: Array, weight: Array) -> Array:
    """Return won less lost pairwise comparisons of each unit, shape (..., units)."""
    wins = np.sign(x[..., :, None, :] - x[..., None, :, :])
    lead = (wins @ weight[..., None, :, None])[..., 0] / weight.sum(axis=-1)[..., None, None]
    result: Array = np.where(np.abs(lead) <= TIE, 0.0, np.sign(lead)).sum(axis=-1)
    return result


def _positive(x: Array, place: tuple[Table, list[str]]) -> Array:
    table, names = place
    for *_, row, child in np.argwhere(x <= 0):
        low = float(np.min(x[..., row, child]))
        raise ValueNotPositive(STEP, table.units[row], names[child], low)
    return x


def _missing(gaps: Array, place: tuple[Table, list[str]]) -> ValueMissing:
    table, names = place
    *_, row, child = np.argwhere(gaps)[0]
    return ValueMissing(STEP, table.units[row], names[child])
