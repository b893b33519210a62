"""Reads a dataset from two CSV files in COINr's column form: values, and what they mean.

Metadata: `Level, iCode, iName, Direction, Weight, Unit, Target, Denominator, Parent, Type`,
where Type is Indicator, Aggregate, Group or Denominator; `goalpost_lower, goalpost_upper` may
follow. Data: `uCode`, optionally `uName` and `Time`, then a column for each code of the
metadata that is no aggregate. An empty cell or `NA` is a missing value.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

import numpy as np

from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import DataFileInvalid, MetadataInvalid
from dalgu.certification.composite.structure import Array, Element, Structure

ABSENT = frozenset({"", "NA"})
TYPES = ("Indicator", "Aggregate", "Group", "Denominator")
REQUIRED = ("iCode", "Type", "Level", "Direction", "Weight", "Parent")
LABELS = ("uCode", "uName", "Time")
Fault = Callable[[str, int, str, str], Exception]


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a CSV file by its columns, and how to speak of its faults."""

    file: str
    line: int
    cells: Mapping[str, str]
    fault: Fault

    def text(self, column: str) -> str:
        """Return a cell, empty where it is absent."""
        cell = self.cells.get(column, "").strip()
        return "" if cell in ABSENT else cell

    def number(self, column: str) -> float | None:
        """Return a cell as a finite number, or that there is none."""
        cell = self.text(column)
        if not cell:
            return None
        try:
            value = float(cell)
        except ValueError:
            raise self.refusal(column, f"'{cell}' is no number") from None
        if not isfinite(value):
            raise self.refusal(column, f"'{cell}' is no finite number")
        return value

    def required(self, column: str) -> float:
        """Return a cell as a number that must be there."""
        value = self.number(column)
        if value is None:
            raise self.refusal(column, "a number is required")
        return value

    def whole(self, column: str) -> int:
        """Return a cell as a whole number that must be there."""
        value = self.required(column)
        if value != int(value):
            raise self.refusal(column, f"{value:g} must be a whole number")
        return int(value)

    def refusal(self, column: str, reason: str) -> Exception:
        """Return the error that a cell of this row deserves."""
        return self.fault(self.file, self.line, column, reason)


def read_dataset(data_csv: Path, meta_csv: Path) -> Dataset:
    """Return the dataset of two CSV files.

    Raises
    ------
    DataFileInvalid, MetadataInvalid
        The sentence names file, row (the header is row 1), column and reason.
    """
    structure, others = read_metadata(meta_csv)
    rows = _rows(data_csv, DataFileInvalid)
    _check_columns(rows[0], structure, others)
    units = tuple(row.text("uCode") for row in rows)
    for row, unit in zip(rows, units, strict=True):
        if not unit:
            raise row.refusal("uCode", "a code is required")
    has_periods = "Time" in rows[0].cells
    periods = tuple(row.required("Time") for row in rows) if has_periods else ()
    _check_unique(rows, units, periods)
    dataset = Dataset.of(
        units,
        _numbers(rows, structure.codes(1)),
        structure,
        periods=periods,
        groupings={
            code: tuple(row.text(code) for row in rows)
            for code, kind in others.items()
            if kind == "Group"
        },
        denominators={
            code: _numbers(rows, (code,))[:, 0]
            for code, kind in others.items()
            if kind == "Denominator"
        },
        source=data_csv.name,
    )
    return replace(dataset, names=tuple(row.text("uName") for row in rows))


def read_metadata(meta_csv: Path) -> tuple[Structure, dict[str, str]]:
    """Return the tree of a metadata file, and the types of the codes that are outside of it."""
    rows = _rows(meta_csv, MetadataInvalid)
    for column in REQUIRED:
        if column not in rows[0].cells:
            raise MetadataInvalid(meta_csv.name, 1, column, "the column is required")
    kinds = [row.text("Type") for row in rows]
    for row, kind in zip(rows, kinds, strict=True):
        if kind not in TYPES:
            raise row.refusal("Type", f"type '{kind}' must be one of {', '.join(TYPES)}")
    inside = [row for row, kind in zip(rows, kinds, strict=True) if kind in TYPES[:2]]
    others: dict[str, str] = {}
    for row, kind in zip(rows, kinds, strict=True):
        if kind in TYPES[2:]:
            code = row.text("iCode")
            if not code or code in others:
                raise row.refusal("iCode", f"code '{code}' must be there, and once")
            others[code] = kind
    elements = [_element(row) for row in inside]
    _check_types(inside, elements, others)
    lines = [row.line for row in inside]
    return Structure.of(elements, source=meta_csv.name, rows=lines), others


def _element(row: _Row) -> Element:
    lower, upper = row.number("goalpost_lower"), row.number("goalpost_upper")
    if (lower is None) != (upper is None):
        raise row.refusal("goalpost_lower", "a lower and an upper goalpost are required, or none")
    return Element(
        code=row.text("iCode"),
        level=row.whole("Level"),
        parent=row.text("Parent"),
        name=row.text("iName"),
        weight=row.required("Weight"),
        direction=row.whole("Direction"),
        unit=row.text("Unit"),
        denominator=row.text("Denominator"),
        target=row.number("Target"),
        goalposts=None if lower is None or upper is None else (lower, upper),
    )


def _check_types(rows: list[_Row], elements: list[Element], others: dict[str, str]) -> None:
    for row, one in zip(rows, elements, strict=True):
        if (row.text("Type") == "Indicator") != (one.level == 1):
            raise row.refusal("Level", f"'{one.code}' must be an indicator exactly at level 1")
        if one.code in others:
            raise row.refusal("iCode", f"code '{one.code}' stands twice")
        if one.denominator and others.get(one.denominator) != "Denominator":
            reason = f"denominator '{one.denominator}' of '{one.code}' does not exist"
            raise row.refusal("Denominator", reason)


def _check_columns(first: _Row, structure: Structure, others: dict[str, str]) -> None:
    described = (*structure.codes(1), *others)
    for column in ("uCode", *described):
        if column not in first.cells:
            raise DataFileInvalid(first.file, 1, column, "the column is required")
    for column in first.cells:
        if column not in described and column not in LABELS:
            raise DataFileInvalid(first.file, 1, column, "the metadata does not describe it")


def _check_unique(rows: list[_Row], units: tuple[str, ...], periods: tuple[float, ...]) -> None:
    seen: dict[tuple[str, float | None], int] = {}
    for place, (row, unit) in enumerate(zip(rows, units, strict=True)):
        key = (unit, periods[place] if periods else None)
        if key in seen:
            raise row.refusal("uCode", f"unit '{unit}' stands in row {seen[key]} already")
        seen[key] = row.line


def _numbers(rows: list[_Row], codes: tuple[str, ...]) -> Array:
    def cell(row: _Row, code: str) -> float:
        value = row.number(code)
        return np.nan if value is None else value

    return np.array([[cell(row, code) for code in codes] for row in rows], dtype=np.float64)


def _rows(file: Path, fault: Fault) -> list[_Row]:
    """Return the rows below the header; a wrong number of cells is refused."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as broken:
        reason = f"the file cannot be read as UTF-8 text: {type(broken).__name__}"
        raise fault(file.name, 1, REQUIRED[0], reason) from None
    lines = csv.reader(io.StringIO(text, newline=""))
    header = next(lines, [])
    for column in header:
        if header.count(column) > 1:
            raise fault(file.name, 1, column, "the column stands twice")
    try:
        numbered = [(lines.line_num, cells) for cells in lines if cells]
    except csv.Error as broken:
        raise fault(file.name, lines.line_num, ", ".join(header[:1]), str(broken)) from None
    rows: list[_Row] = []
    for line, cells in numbered:
        if len(cells) != len(header):
            reason = f"the row has {len(cells)} cells, the header {len(header)}"
            raise fault(file.name, line, header[0], reason)
        rows.append(_Row(file.name, line, dict(zip(header, cells, strict=True)), fault))
    if not rows:
        raise fault(file.name, 1, ", ".join(header[:1]), "there is no row below the header")
    return rows
