"""What the tables of a network hold: their columns as data, and cells as values and back."""

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from dalgu.kernel.text import Text
from dalgu.kernel.toml import read_toml
from dalgu.services.traffic.network.refusals import TableInvalid

LIST: Final = re.compile(r"((?:[^;\\]|\\.)*)(;|$)", re.DOTALL)
ENCODINGS: Final = ("utf-8-sig", "cp949")  # what spreadsheets in Korea write
MOST_CELL: Final = 1_000_000
MOST_WHOLE: Final = 1_000_000_000


class Column(msgspec.Struct, frozen=True):
    """One column: its kind, and what an empty cell means; `None` asks for a value."""

    name: str
    kind: str
    en: str
    ko: str
    default: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def about(self) -> Text:
        """Return what it holds."""
        return Text(self.ko, self.en)


class Table(msgspec.Struct, frozen=True):
    """One table; those that are needed must be there."""

    en: str
    ko: str
    columns: tuple[Column, ...]
    is_needed: bool = False

    @property
    def about(self) -> Text:
        """Return what it holds."""
        return Text(self.ko, self.en)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, as values; `line` counts from 1, the header."""

    file: str
    line: int
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def refuse(self, column: str, reason: str) -> TableInvalid:
        """Return the refusal of one of its cells."""
        return TableInvalid(self.file, self.line, column, reason)


@cache
def tables() -> dict[str, Table]:
    """Return the tables of the format, in their order."""
    text = files("dalgu.services.traffic.network").joinpath("tables.toml").read_text("utf-8")
    return msgspec.convert(read_toml(text), dict[str, Table])


def read_rows(name: str, body: bytes) -> list[Row]:
    """Return the rows of a table; raise `TableInvalid` with line and column.

    Columns that the format does not know are left alone; empty lines are passed over.
    """
    file = f"{name}.txt"
    reader = csv.reader(io.StringIO(_decoded(file, body), newline=""), strict=True)
    rows = _lines(file, reader)
    header = [cell.strip() for cell in next(rows, (1, []))[1]]
    columns = tables()[name].columns
    for column in columns:
        if header.count(column.name) > 1:
            raise TableInvalid(file, 1, column.name, "the column is there twice")
        if column.default is None and column.name not in header:
            raise TableInvalid(file, 1, column.name, "the column is missing")
    return [
        Row(file, line, {c.name: _cell(file, line, c, header, cells) for c in columns})
        for line, cells in rows
        if any(cells)
    ]


def write_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as a table; reading it gives the same values."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")  # both are quoted inside cells
    columns = tables()[name].columns
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([_written(column, row[column.name]) for column in columns])
    return out.getvalue().encode()


def _decoded(file: str, body: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableInvalid(file, 1, "", "it is neither UTF-8 nor CP949; save it as UTF-8")


def _lines(file: str, reader: Any) -> Iterator[tuple[int, list[str]]]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            raise TableInvalid(file, line, "", f"it is no CSV ({broken})") from None
        yield line, cells


def _cell(file: str, line: int, column: Column, header: list[str], cells: list[str]) -> Any:
    at = header.index(column.name) if column.name in header else len(cells)
    cell = cells[at] if at < len(cells) else ""
    if not cell:
        if column.default is None:
            raise TableInvalid(file, line, column.name, "a value is required")
        cell = column.default
    try:
        return READ[column.kind](cell, column)
    except ValueError as odd:
        raise TableInvalid(file, line, column.name, str(odd)) from None


def _text(cell: str, column: Column) -> str:
    if len(cell) > MOST_CELL:
        reason = f"the cell has more than {MOST_CELL} signs"
        raise ValueError(reason)
    return cell


def _real(cell: str, column: Column) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        reason = f"'{cell[:40]}' is no number"
        raise ValueError(reason)
    return value


def _whole(cell: str, column: Column) -> int:
    value = _real(cell, column)
    if value != int(value) or abs(value) > MOST_WHOLE:
        reason = f"'{cell[:40]}' is no whole number"
        raise ValueError(reason)
    return int(value)


def _yes(cell: str, column: Column) -> bool:
    if cell.strip() not in ("0", "1"):
        reason = f"'{cell[:40]}' must be 1 or 0"
        raise ValueError(reason)
    return cell.strip() == "1"


def _choice(cell: str, column: Column) -> str:
    if cell.strip() not in column.choices:
        reason = f"'{cell[:40]}' must be one of {', '.join(column.choices)}"
        raise ValueError(reason)
    return cell.strip()


def _ids(cell: str, column: Column) -> tuple[str, ...]:
    found: list[str] = []
    if not cell:
        return ()
    for part in LIST.finditer(cell):
        found.append(re.sub(r"\\(.)", r"\1", part.group(1), flags=re.DOTALL))
        if part.group(2) == "":
            break
    return tuple(found)


def _wholes(cell: str, column: Column) -> tuple[int, ...]:
    return tuple(_whole(part, column) for part in cell.split(";") if part.strip())


def _line(cell: str, column: Column) -> tuple[tuple[float, float], ...]:
    points = [part.split() for part in cell.split(";") if part.strip()]
    if any(len(point) != 2 for point in points):
        reason = f"'{cell[:40]}' must be lon lat;lon lat"
        raise ValueError(reason)
    return tuple((_real(x, column), _real(y, column)) for x, y in points)


READ: Final[Mapping[str, Callable[[str, Column], Any]]] = {
    "id": _text,
    "text": _text,
    "real": _real,
    "whole": _whole,
    "yes": _yes,
    "choice": _choice,
    "ids": _ids,
    "wholes": _wholes,
    "line": _line,
}


def _written(column: Column, value: Any) -> str:
    if column.kind == "yes":
        return "1" if value else "0"
    if column.kind == "ids":
        return ";".join(re.sub(r"([;\\])", r"\\\1", one) for one in value)
    if column.kind == "wholes":
        return ";".join(str(one) for one in value)
    if column.kind == "line":
        return ";".join(f"{x!r} {y!r}" for x, y in value)
    return repr(float(value)) if column.kind == "real" else str(value)
