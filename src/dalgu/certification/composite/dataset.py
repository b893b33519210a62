"""The values that a chain works on: units in rows, coded columns, NaN where there is no value."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dalgu.certification.composite.errors import (
    DataFileInvalid,
    GroupingUnknown,
    IndicatorUnknown,
    UnitUnknown,
)
from dalgu.certification.composite.structure import Array, Indices, Structure

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Values of units in coded columns.

    `values` has shape (rows, codes); a missing value is NaN. `periods` has one entry a row
    where the rows are a panel, and is empty elsewhere.
    """

    units: tuple[str, ...]
    codes: tuple[str, ...]
    values: Array
    periods: tuple[float, ...] = ()

    def column(self, code: str) -> Array:
        """Return one column, shape (rows,); raise `IndicatorUnknown`."""
        if code not in self.codes:
            raise IndicatorUnknown("table", code)
        return self.values[:, self.codes.index(code)]

    def columns(self, codes: Iterable[str]) -> "Table":
        """Return the table of some columns, in the order asked."""
        chosen = tuple(codes)
        stacked = [self.column(code) for code in chosen]
        values = np.stack(stacked, axis=1) if stacked else np.empty((len(self.units), 0))
        return replace(self, codes=chosen, values=values)

    def row_of(self, unit: str, period: float | None = None, *, step: str = "table") -> int:
        """Return the place of a unit's only row; raise `UnitUnknown` where none or several fit."""
        found = [
            row
            for row, code in enumerate(self.units)
            if code == unit and (period is None or self.periods[row] == period)
        ]
        if len(found) != 1:
            raise UnitUnknown(step, unit)
        return found[0]

    def label(self, row: int) -> str:
        """Return how to call a row: its unit, in a panel with the period."""
        return f"{self.units[row]} {self.periods[row]:g}" if self.is_panel() else self.units[row]

    def take(self, rows: Indices) -> "Table":
        """Return the table of some rows."""
        return Table(
            tuple(self.units[row] for row in rows),
            self.codes,
            self.values[rows],
            tuple(self.periods[row] for row in rows) if self.periods else (),
        )

    def blocks(self, labels: Sequence[Hashable] | None = None) -> list[Indices]:
        """Return the rows of each period, or of each period and label, in order of appearance."""
        keys: dict[Hashable, list[int]] = {}
        for row in range(len(self.units)):
            period = self.periods[row] if self.periods else None
            label = None if labels is None else labels[row]
            keys.setdefault((period, label), []).append(row)
        return [np.array(rows) for rows in keys.values()]

    def is_panel(self) -> bool:
        """Whether the rows speak of more than one period."""
        return len(set(self.periods)) > 1


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Indicators of units with the tree they belong to.

    The columns of `table` are the indicators of `structure` in its order. `groupings` labels
    each row, `denominators` holds the columns that indicators are divided by.
    """

    table: Table
    structure: Structure
    groupings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    denominators: Table | None = None
    names: tuple[str, ...] = ()

    @classmethod
    def of(  # noqa: PLR0913  # options describe the rows
        cls,
        units: Sequence[str],
        values: ArrayLike,
        structure: Structure,
        *,
        periods: Sequence[float] = (),
        groupings: Mapping[str, Sequence[str]] | None = None,
        denominators: Mapping[str, ArrayLike] | None = None,
        source: str = "arrays",
    ) -> "Dataset":
        """Return a dataset of arrays.

        `values` has shape (units, indicators), columns in the structure's order, NaN where
        missing; `denominators` are one array a column, shape (units,); `source` is what an
        error calls the data.

        Raises
        ------
        DataFileInvalid
            When shapes differ, a row stands twice, or a value is infinite.
        """
        units, periods = tuple(units), tuple(periods)
        codes = structure.codes(1)
        own = np.array(values, dtype=np.float64)
        if own.shape != (len(units), len(codes)):
            reason = f"values have shape {own.shape}, units and indicators {len(units)} and "
            raise DataFileInvalid(source, 1, codes[0], f"{reason}{len(codes)}")
        _check_rows(units, periods, source)
        for row, column in np.argwhere(np.isinf(own)):
            raise DataFileInvalid(source, int(row) + 1, codes[column], "the value is infinite")
        own.flags.writeable = False
        below = None
        if denominators:
            stacked = np.stack([np.asarray(one, np.float64) for one in denominators.values()], 1)
            below = Table(units, tuple(denominators), stacked, periods)
        labels = {name: tuple(column) for name, column in (groupings or {}).items()}
        return cls(Table(units, codes, own, periods), structure, labels, below)

    def with_values(self, values: Array) -> "Dataset":
        """Return the dataset with other values of the same shape."""
        kept = np.array(values, dtype=np.float64)
        kept.flags.writeable = False
        return replace(self, table=replace(self.table, values=kept))

    def take(self, rows: Indices) -> "Dataset":
        """Return the dataset of some rows."""
        return replace(
            self,
            table=self.table.take(rows),
            groupings={
                name: tuple(labels[row] for row in rows) for name, labels in self.groupings.items()
            },
            denominators=None if self.denominators is None else self.denominators.take(rows),
            names=tuple(self.names[row] for row in rows) if self.names else (),
        )

    def grouping(self, name: str, *, step: str) -> tuple[str, ...]:
        """Return the label of each row in a grouping; raise `GroupingUnknown`."""
        if name not in self.groupings:
            raise GroupingUnknown(step, name, tuple(self.groupings))
        return self.groupings[name]

    def check_indicators(self, step: str, codes: Iterable[str]) -> None:
        """Raise `IndicatorUnknown` where a step speaks of what is no indicator here."""
        for code in codes:
            if code not in self.table.codes:
                raise IndicatorUnknown(step, code)


def _check_rows(units: Sequence[str], periods: Sequence[float], source: str) -> None:
    if periods and len(periods) != len(units):
        raise DataFileInvalid(source, 1, "Time", "there must be one period a row")
    seen: set[tuple[str, float | None]] = set()
    for row, unit in enumerate(units):
        key = (unit, periods[row] if periods else None)
        if key in seen:
            at = f" in {key[1]:g}" if key[1] is not None else ""
            raise DataFileInvalid(source, row + 1, "uCode", f"unit '{unit}' stands twice{at}")
        seen.add(key)
