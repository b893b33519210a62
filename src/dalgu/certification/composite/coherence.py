"""Whether indicators belong together: correlations, what they warn of, Cronbach's alpha."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dalgu.certification.composite.components import Missing, complete_rows
from dalgu.certification.composite.dataset import Dataset, Mask, Table
from dalgu.certification.composite.errors import ParameterInvalid, RangeZero, TooFewValues
from dalgu.certification.composite.structure import Array, Structure

STEP = "correlate"
MIN_PAIRS = 3
STRONG = 0.9  # two indicators of one group say the same
WEAK = 0.3  # two indicators of one group have little in common
WITH_DENOMINATOR = 0.6  # an indicator may still measure size


class Kind(StrEnum):
    """Which coefficient of correlation."""

    PEARSON = "pearson"
    SPEARMAN = "spearman"
    KENDALL = "kendall"


class Warn(StrEnum):
    """What a correlation warns of."""

    STRONG = "strong"
    WEAK = "weak"
    NEGATIVE = "negative"
    SIZE = "size"


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """Coefficients of row codes with column codes, and the units behind each.

    `values`, `p` and `pairs` have shape (rows, columns); `p` is the two-sided p-value.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Array
    p: Array
    pairs: Array

    def value(self, row: str, column: str) -> float:
        """Return one coefficient."""
        return float(self.values[self.rows.index(row), self.columns.index(column)])


@dataclass(frozen=True, slots=True)
class Flag:
    """Two codes whose correlation deserves a look; `group` is what they share."""

    group: str
    first: str
    second: str
    correlation: float
    warns: Warn


def correlations(
    table: Table,
    rows: Iterable[str],
    columns: Iterable[str],
    *,
    kind: Kind = Kind.PEARSON,
) -> Correlations:
    """Correlate columns of a table, pair by pair over the units that have both values.

    Raises
    ------
    IndicatorUnknown, TooFewValues, RangeZero
        When a code is no column, a pair has fewer than three units, or a column does not vary.
    """
    left, right = table.columns(rows), table.columns(columns)
    shape = (len(left.codes), len(right.codes))
    values, p, pairs = np.empty(shape), np.empty(shape), np.empty(shape)
    for i, first in enumerate(left.codes):
        for j, second in enumerate(right.codes):
            x, y = left.values[:, i], right.values[:, j]
            both = np.isfinite(x) & np.isfinite(y)
            values[i, j], p[i, j] = _correlation(x[both], y[both], kind, (first, second))
            pairs[i, j] = both.sum()
    return Correlations(left.codes, right.codes, values, p, pairs)


def between_levels(
    table: Table, structure: Structure, lower: int, upper: int, *, kind: Kind = Kind.PEARSON
) -> Correlations:
    """Correlate the elements of one level with those of another, in an aggregated table."""
    return correlations(table, structure.codes(lower), structure.codes(upper), kind=kind)


def with_denominators(dataset: Dataset, *, kind: Kind = Kind.PEARSON) -> Correlations:
    """Correlate indicators with the denominators of their dataset."""
    below = dataset.denominators
    columns = () if below is None else below.codes
    sides = [dataset.table.values, *([] if below is None else [below.values])]
    joined = Table(
        dataset.table.units,
        (*dataset.table.codes, *(f"/{code}" for code in columns)),
        np.concatenate(sides, axis=1),
    )
    found = correlations(joined, dataset.table.codes, joined.codes[len(sides[0][0]) :], kind=kind)
    return Correlations(found.rows, columns, found.values, found.p, found.pairs)


def flags(
    table: Table,
    structure: Structure,
    level: int = 1,
    *,
    strong: float = STRONG,
    weak: float = WEAK,
) -> tuple[Flag, ...]:
    """Return the pairs of one group that are strongly, weakly or negatively correlated.

    `table` holds values on which more is better, as after normalisation.
    """
    if not weak < strong:
        raise ParameterInvalid(STEP, "strong", strong, f"above weak, {weak:g}")
    found: list[Flag] = []
    codes = structure.codes(level)
    for group in structure.groups(level + 1) if level < structure.levels else ():
        inside = [codes[place] for place in group.children]
        matrix = correlations(table, inside, inside).values
        for i, first in enumerate(inside):
            for j in range(i + 1, len(inside)):
                value = float(matrix[i, j])
                if (warns := _warning(value, strong, weak)) is not None:
                    found.append(Flag(group.code, first, inside[j], value, warns))
    return tuple(found)


def size_flags(dataset: Dataset, *, limit: float = WITH_DENOMINATOR) -> tuple[Flag, ...]:
    """Return the indicators that go along with a denominator: they may still measure size."""
    found = with_denominators(dataset)
    strong: Mask = np.abs(found.values) > limit
    return tuple(
        Flag(
            found.columns[j], found.rows[i], found.columns[j], float(found.values[i, j]), Warn.SIZE
        )
        for i, j in np.argwhere(strong)
    )


def cronbach_alpha(
    table: Table, codes: Iterable[str], *, missing: Missing = Missing.REFUSE
) -> float:
    """Return Cronbach's alpha of some columns, as they are (standardise or normalise before).

    References
    ----------
    Cronbach, "Coefficient alpha and the internal structure of tests", Psychometrika 16, 1951.
    """
    chosen = table.columns(codes)
    k = len(chosen.codes)
    if k < 2:
        raise TooFewValues("alpha", ", ".join(chosen.codes), k, 2)
    if missing is Missing.PAIRWISE:
        covariance = _pairwise_covariance(chosen)
    else:
        covariance = np.cov(complete_rows(chosen, "alpha", missing).values, rowvar=False)
    total = covariance.sum()
    return float(k / (k - 1) * (1 - np.trace(covariance) / total))


def _warning(value: float, strong: float, weak: float) -> Warn | None:
    if value < 0:
        return Warn.NEGATIVE
    if value >= strong:
        return Warn.STRONG
    return Warn.WEAK if value < weak else None


def _correlation(x: Array, y: Array, kind: Kind, names: tuple[str, str]) -> tuple[float, float]:
    from scipy import stats  # type: ignore[import-untyped]  # ships no types

    if len(x) < MIN_PAIRS:
        raise TooFewValues(STEP, " and ".join(names), len(x), MIN_PAIRS)
    for one, name in ((x, names[0]), (y, names[1])):
        if one.max() == one.min():
            raise RangeZero(STEP, name)
    if names[0] == names[1]:
        return 1.0, 0.0
    test = {
        Kind.PEARSON: stats.pearsonr,
        Kind.SPEARMAN: stats.spearmanr,
        Kind.KENDALL: stats.kendalltau,
    }[kind]
    result = test(x, y)
    return float(result.statistic), float(result.pvalue)


def _pairwise_covariance(table: Table) -> Array:
    k = len(table.codes)
    covariance = np.empty((k, k))
    for i in range(k):
        for j in range(k):
            pair = table.columns((table.codes[i], table.codes[j]))
            x = complete_rows(pair, "alpha", Missing.LISTWISE).values
            covariance[i, j] = np.cov(x, rowvar=False)[0, 1]
    return covariance
