"""How values change over the periods of a panel."""

from dataclasses import dataclass

import numpy as np

from dalgu.certification.composite.dataset import Table
from dalgu.certification.composite.errors import PanelRequired, TooFewValues, ValueNotPositive
from dalgu.certification.composite.structure import Array

STEP = "trend"


@dataclass(frozen=True, slots=True, eq=False)
class Trends:
    """Change of each unit in each column; arrays have shape (units, codes).

    `slope` is that of the least-squares line, in the column's unit per unit of time; NaN where
    a unit has fewer than two values. `values` counts them.
    """

    units: tuple[str, ...]
    codes: tuple[str, ...]
    slope: Array
    values: Array


def growth_rate(values: Array, times: Array, *, unit: str = "", code: str = "") -> float:
    """Return the compound growth rate per unit of time from the first value to the last.

    Raises
    ------
    TooFewValues, ValueNotPositive
        When there are fewer than two values, or the first or the last is zero or less.

    Examples
    --------
    >>> round(growth_rate(np.array([100.0, np.nan, 121.0]), np.array([2020.0, 2021.0, 2022.0])), 9)
    0.1
    """
    held = np.isfinite(values)
    if held.sum() < 2:
        raise TooFewValues(STEP, code, int(held.sum()), 2)
    order = np.argsort(times[held], kind="stable")
    y, t = values[held][order], times[held][order]
    for end in (y[0], y[-1]):
        if end <= 0:
            raise ValueNotPositive(STEP, unit, code, float(end))
    return float((y[-1] / y[0]) ** (1 / (t[-1] - t[0])) - 1)


def growth_rates(table: Table, code: str) -> dict[str, float]:
    """Return the compound growth rate of a column for each unit with two values or more."""
    return {
        unit: growth_rate(values, times, unit=unit, code=code)
        for unit, values, times in _series(table, code)
        if np.isfinite(values).sum() >= 2
    }


def trends(table: Table) -> Trends:
    """Fit a line to each unit's values in each column.

    Raises
    ------
    PanelRequired
        When the table is of one period.
    """
    units = tuple(dict.fromkeys(table.units))
    shape = (len(units), len(table.codes))
    slope, count = np.full(shape, np.nan), np.zeros(shape)
    for column, code in enumerate(table.codes):
        for row, (_, values, times) in enumerate(_series(table, code)):
            held = np.isfinite(values)
            count[row, column] = held.sum()
            if held.sum() >= 2:
                slope[row, column] = (
                    np.polynomial.Polynomial.fit(times[held], values[held], 1).convert().coef[1]
                )
    return Trends(units, table.codes, slope, count)


def _series(table: Table, code: str) -> list[tuple[str, Array, Array]]:
    """Return the values and times of each unit, in order of first appearance."""
    if not table.is_panel():
        raise PanelRequired(STEP)
    column, times = table.column(code), np.array(table.periods)
    rows: dict[str, list[int]] = {}
    for row, unit in enumerate(table.units):
        rows.setdefault(unit, []).append(row)
    return [(unit, column[at], times[at]) for unit, at in rows.items()]
