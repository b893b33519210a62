"""Gives a value to units that have none, and remembers which."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import numpy as np

from dalgu.certification.composite.dataset import Dataset, Mask
from dalgu.certification.composite.errors import (
    PanelRequired,
    ParameterInvalid,
    TooFewValues,
    ValueMissing,
)
from dalgu.certification.composite.structure import Array, Indices

STEP = "impute"


class Imputation(StrEnum):
    """What stands in for a missing value."""

    MEAN = "mean"
    MEDIAN = "median"
    GROUP_MEAN = "group-mean"
    GROUP_MEDIAN = "group-median"
    LATEST = "latest"  # the unit's own last value of an earlier period
    NONE = "none"


GROUPED = (Imputation.GROUP_MEAN, Imputation.GROUP_MEDIAN)
MEANS = (Imputation.MEAN, Imputation.GROUP_MEAN)


class Impute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag=STEP):
    """How missing values are filled.

    `group` names the grouping of units that the group methods use. `max_age` bounds how many
    units of `Time` a latest value may be old; what is older stays missing. `indicators` gives
    single indicators another method.
    """

    method: Imputation = Imputation.MEAN
    group: str = ""
    max_age: float | None = None
    indicators: Mapping[str, Imputation] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """The filled dataset; `cells` marks what was filled, shape (rows, indicators)."""

    dataset: Dataset
    cells: Mask


def impute(dataset: Dataset, spec: Impute) -> Imputed:
    """Fill missing values inside each period.

    Raises
    ------
    IndicatorUnknown, GroupingUnknown, PanelRequired, ParameterInvalid
        When the step speaks of what the data does not hold.
    ValueMissing
        When a unit that needs a group has none.
    TooFewValues
        When a group or an indicator has no value at all to take a mean of.
    """
    dataset.check_indicators(STEP, spec.indicators)
    if spec.max_age is not None and not spec.max_age > 0:
        raise ParameterInvalid(STEP, "max_age", spec.max_age, "above zero")
    before = dataset.table.values
    values = before.copy()
    for place, code in enumerate(dataset.table.codes):
        method = spec.indicators.get(code, spec.method)
        gaps = np.isnan(values[:, place])
        if method is Imputation.NONE or not gaps.any():
            continue
        if method is Imputation.LATEST:
            values[:, place] = _latest(dataset, values[:, place], spec.max_age)
        else:
            values[:, place] = _typical(dataset, code, method, spec.group)
    return Imputed(dataset.with_values(values), np.isnan(before) & np.isfinite(values))


def _typical(dataset: Dataset, code: str, method: Imputation, group: str) -> Array:
    """Return a column with means or medians of its blocks in its gaps."""
    column = dataset.table.column(code).copy()
    labels = dataset.grouping(group, step=STEP) if method in GROUPED else None
    for rows in dataset.table.blocks(labels):
        inside = column[rows]
        gaps = np.isnan(inside)
        if not gaps.any():
            continue
        where = code
        if labels is not None:
            label = labels[rows[0]]
            if not label:
                raise ValueMissing(STEP, dataset.table.units[rows[gaps.argmax()]], group)
            where = f"{code} in {group} {label}"
        if gaps.all():
            raise TooFewValues(STEP, where, 0, 1)
        held = inside[~gaps]
        column[rows[gaps]] = held.mean() if method in MEANS else np.median(held)
    return column


def _latest(dataset: Dataset, column: Array, max_age: float | None) -> Array:
    """Return a column where each gap has its unit's last value of an earlier period."""
    table = dataset.table
    if not table.is_panel():
        raise PanelRequired(STEP)
    filled = column.copy()
    rows_of: dict[str, list[int]] = {}
    for row in np.argsort(table.periods, kind="stable"):
        rows_of.setdefault(table.units[row], []).append(int(row))
    for rows in rows_of.values():
        _carry(filled, np.array(rows), np.array(table.periods), max_age)
    return filled


def _carry(column: Array, rows: Indices, periods: Array, max_age: float | None) -> None:
    """Carry values forward in place along the rows of one unit, oldest first."""
    last: tuple[float, float] | None = None
    for row in rows:
        if np.isfinite(column[row]):
            last = (float(periods[row]), float(column[row]))
        elif last is not None and (max_age is None or periods[row] - last[0] <= max_age):
            column[row] = last[1]
