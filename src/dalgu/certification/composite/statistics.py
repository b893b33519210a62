"""What each indicator looks like before anything is done to it, and what to look at."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dalgu.certification.composite.dataset import Table
from dalgu.certification.composite.errors import TooFewValues
from dalgu.certification.composite.structure import Array
from dalgu.certification.composite.treatment import excess_kurtosis, skewness


class Notice(StrEnum):
    """What about an indicator deserves a look."""

    FEW_VALUES = "few-values"
    MANY_ZEROS = "many-zeros"
    FEW_DIFFERENT = "few-different"
    OUTLIERS = "outliers"


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on something is noticed; shares are of the units."""

    max_skew: float = 2.0
    max_kurtosis: float = 3.5
    min_share: float = 0.65
    min_nonzero: float = 0.5
    min_different: float = 0.5


@dataclass(frozen=True, slots=True)
class Statistics:
    """One indicator: its values, their spread and shape, and what is noticed.

    `skew` and `kurtosis` are NaN with fewer than four values or none that differ; `same` is how
    many units share the most frequent value.
    """

    code: str
    values: int
    nonzero: int
    different: int
    same: int
    low: float
    high: float
    mean: float
    median: float
    sd: float
    skew: float
    kurtosis: float
    notices: tuple[Notice, ...]


def describe(table: Table, limits: Limits = Limits()) -> tuple[Statistics, ...]:
    """Describe each column.

    Raises
    ------
    TooFewValues
        When a column has no value at all.
    """
    return tuple(_describe(code, table.column(code), limits) for code in table.codes)


def _describe(code: str, column: Array, limits: Limits) -> Statistics:
    x = column[np.isfinite(column)]
    if not x.size:
        raise TooFewValues("statistics", code, 0, 1)
    different, counts = np.unique(x, return_counts=True)
    skew, kurtosis = float(skewness(x[:, None])[0]), float(excess_kurtosis(x[:, None])[0])
    nonzero, units = int((x != 0).sum()), len(column)
    noticed = {
        Notice.FEW_VALUES: len(x) / units < limits.min_share,
        Notice.MANY_ZEROS: nonzero / units < limits.min_nonzero,
        Notice.FEW_DIFFERENT: len(different) / units < limits.min_different,
        Notice.OUTLIERS: abs(skew) > limits.max_skew and kurtosis > limits.max_kurtosis,
    }
    return Statistics(
        code,
        len(x),
        nonzero,
        len(different),
        int(counts.max()),
        float(x.min()),
        float(x.max()),
        float(x.mean()),
        float(np.median(x)),
        float(x.std(ddof=1)) if len(x) > 1 else 0.0,
        skew,
        kurtosis,
        tuple(notice for notice, is_so in noticed.items() if is_so),
    )
