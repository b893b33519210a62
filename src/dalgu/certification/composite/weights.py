"""Weights of indicators and groups: declared, equal, from components, or fitted to influence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import numpy as np

from dalgu.certification.composite.aggregation import Rules, aggregate, aggregate_values
from dalgu.certification.composite.components import principal_components
from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import (
    GroupWeightsZero,
    IndicatorUnknown,
    ParameterInvalid,
    WeightInvalid,
    WeightsNotReached,
)
from dalgu.certification.composite.structure import Array, Structure

STEP = "weigh"
FLOOR = 1e-6  # a fitted weight stays above zero
STEEPEST = 1e-14  # where the fit stops, in squared shares

Weights = tuple[Array, ...]  # one array a level from the indicators up, without the top


class _Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name"):
    pass


class Declared(_Method, frozen=True, tag="declared"):
    """The weights of the metadata."""


class Equal(_Method, frozen=True, tag="equal"):
    """The same weight for all elements of a group."""


class Given(_Method, frozen=True, tag="given"):
    """The weights named here; those of the metadata for all others."""

    weights: Mapping[str, float]


class Lean(StrEnum):
    """What of the first component becomes the weight."""

    LOADINGS = "loadings"
    SQUARED = "squared"  # the share of the component that an indicator explains


class FromComponents(_Method, frozen=True, tag="components"):
    """From the first principal component of each group of a level; refuses negative loadings."""

    level: int = 1
    lean: Lean = Lean.LOADINGS


class Optimised(_Method, frozen=True, tag="optimised"):
    """Fitted until the elements of a level move the index in the desired proportions.

    Influence is the Pearson correlation with the index, as a share of their sum. An empty
    `target` asks for equal influence; `tolerance` is the largest gap allowed in a share.
    """

    level: int
    target: Mapping[str, float] = {}
    tolerance: float = 0.001


Method = Declared | Equal | Given | FromComponents | Optimised


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """Desired and obtained shares of influence of the elements of a level."""

    codes: tuple[str, ...]
    desired: Array
    obtained: Array

    @property
    def gap(self) -> float:
        """The largest difference between a desired share and the obtained one."""
        return float(np.abs(self.desired - self.obtained).max())


def weigh(dataset: Dataset, rules: Rules, method: Method) -> Weights:
    """Return the weights of all levels below the top for a normalised dataset.

    Raises
    ------
    WeightInvalid, GroupWeightsZero, IndicatorUnknown, ParameterInvalid
        When a weight is negative, a group has none, or a code or level does not exist.
    WeightsNotReached
        When no weights give the desired influence.
    """
    structure = dataset.structure
    declared = declared_weights(structure)
    match method:
        case Declared():
            found = declared
        case Equal():
            found = tuple(np.ones_like(one) for one in declared)
        case Given():
            found = _given(structure, method.weights)
        case FromComponents():
            found = _from_components(dataset, rules, method)
        case Optimised():
            found, reached = optimise(dataset, rules, method)
            if not reached.gap <= method.tolerance:
                raise WeightsNotReached(method.level, reached.gap, method.tolerance)
    _check(structure, found)
    return found


def declared_weights(structure: Structure) -> Weights:
    """Return the weights of the metadata."""
    return tuple(structure.weights(level) for level in range(1, structure.levels))


def effective_weights(structure: Structure, weights: Sequence[Array]) -> dict[str, float]:
    """Return the share of the index that each element carries by its weights down the tree.

    In each level they sum to 1.
    """
    _check(structure, weights)
    share = {structure.top: 1.0}
    for level in range(structure.levels, 1, -1):
        below = structure.codes(level - 1)
        for group in structure.groups(level):
            inside = weights[level - 2][group.children]
            for place, weight in zip(group.children, inside, strict=True):
                share[below[place]] = share[group.code] * float(weight / inside.sum())
    return share


def optimise(dataset: Dataset, rules: Rules, spec: Optimised) -> tuple[Weights, Influence]:
    """Return the weights of least squared gap to the desired influence, and what they reach."""
    from scipy import optimize  # type: ignore[import-untyped]  # ships no types

    structure, level = dataset.structure, spec.level
    _check_level(structure, level)
    codes = structure.codes(level)
    desired = _desired(codes, spec.target)
    weights = list(declared_weights(structure))

    def influence(w: Array) -> Array:
        trial = [*weights[: level - 1], w, *weights[level:]]
        made = aggregate_values(dataset, rules, trial, dataset.table.values)
        both = np.column_stack([made[level - 1], made[-1]])
        moved = np.atleast_2d(np.corrcoef(both, rowvar=False))[-1, :-1]
        shares: Array = moved / moved.sum()
        return shares

    def gap(w: Array) -> float:
        return float(((influence(w) - desired) ** 2).sum())

    fit = optimize.minimize(
        gap,
        np.full(len(codes), 1 / len(codes)),
        method="SLSQP",
        bounds=[(FLOOR, 1.0)] * len(codes),
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1}],
        options={"ftol": STEEPEST, "maxiter": 500},
    )
    weights[level - 1] = fit.x
    return tuple(weights), Influence(codes, desired, influence(fit.x))


def _desired(codes: tuple[str, ...], target: Mapping[str, float]) -> Array:
    for code, share in target.items():
        if code not in codes:
            raise IndicatorUnknown(STEP, code)
        if not share > 0:
            raise ParameterInvalid(STEP, f"target.{code}", share, "above zero")
    if target and len(target) != len(codes):
        raise IndicatorUnknown(STEP, f"target of {next(c for c in codes if c not in target)}")
    shares = np.array([target.get(code, 1.0) for code in codes])
    whole: Array = shares / shares.sum()
    return whole


def _given(structure: Structure, stated: Mapping[str, float]) -> Weights:
    for code in stated:
        if structure.element(code, step=STEP).level == structure.levels:
            raise IndicatorUnknown(STEP, code)  # the index itself has no weight
    return tuple(
        np.array([stated.get(one.code, one.weight) for one in structure.at(level)], np.float64)
        for level in range(1, structure.levels)
    )


def _from_components(dataset: Dataset, rules: Rules, spec: FromComponents) -> Weights:
    structure, level = dataset.structure, spec.level
    _check_level(structure, level)
    weights = list(declared_weights(structure))
    table = aggregate(dataset, rules, weights)
    codes = structure.codes(level)
    fitted = weights[level - 1].copy()
    for group in structure.groups(level + 1):
        inside = [codes[place] for place in group.children]
        if len(inside) == 1:
            continue
        loadings = principal_components(table, inside).loadings[:, 0]
        if spec.lean is Lean.SQUARED:
            loadings = loadings**2
        for place, loading in zip(group.children, loadings, strict=True):
            if loading < 0:
                raise WeightInvalid(codes[place], float(loading))
            fitted[place] = loading / loadings.sum()
    weights[level - 1] = fitted
    return tuple(weights)


def _check_level(structure: Structure, level: int) -> None:
    if not 1 <= level < structure.levels:
        raise ParameterInvalid(STEP, "level", level, f"from 1 to {structure.levels - 1}")


def _check(structure: Structure, weights: Sequence[Array]) -> None:
    for level, found in enumerate(weights, start=1):
        for code, weight in zip(structure.codes(level), found, strict=True):
            if not (np.isfinite(weight) and weight >= 0):
                raise WeightInvalid(code, float(weight))
        for group in structure.groups(level + 1):
            if not found[group.children].sum() > 0:
                raise GroupWeightsZero(group.code)
