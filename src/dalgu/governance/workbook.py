"""Reads a workbook: values only, bounded, without formulas, dates as dates."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from dalgu.governance.errors import (
    FormulaInFile,
    HeaderLacksColumns,
    RegisterFileTooLarge,
    RegisterFileUnfit,
    Unfit,
)
from dalgu.governance.headers import Matcher
from dalgu.governance.sheets import Row, Table, add_row, below_header, column_letters
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet  # type: ignore[import-untyped]  # it has no stubs

MAX_UNPACKED_BYTES = 400_000_000
MAX_BLANK_ROWS = 5_000  # in a row; a sheet that was formatted to its end has a million
MAX_SHEETS = 50
HEAD_BYTES = 2_048
Line = tuple[int, list[JSON]]


def read_workbook(name: str, body: bytes, matcher: Matcher, *, sheet: str = "") -> Table:
    """Return the rows of one sheet: the named one, or the first whose header fits.

    Raises
    ------
    RegisterFileUnfit, RegisterFileTooLarge, FormulaInFile
        When it is no workbook, unpacks to too much, or holds a formula.
    HeaderLacksColumns
        When no sheet names every required column.
    """
    try:
        _check_archive(name, body)
        import openpyxl  # type: ignore[import-untyped]  # slow to load, and it has no stubs

        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, keep_links=False)
        with closing(book):
            return _first_fitting(name, _sheets(name, book, sheet), matcher)
    except DalguError:
        raise
    except Exception as error:  # a broken file breaks the libraries in any of their lines
        raise RegisterFileUnfit(name, Unfit.BROKEN_WORKBOOK, str(error)) from None


def _check_archive(name: str, body: bytes) -> None:
    """Refuse what is no workbook, or would unpack to far more than it should."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            raise RegisterFileTooLarge(name, "unpacked bytes", MAX_UNPACKED_BYTES)
        if "xl/workbook.xml" not in archive.namelist():
            raise RegisterFileUnfit(name, Unfit.NO_WORKBOOK)
        for member in members:
            with archive.open(member) as stream:
                if b"<!DOCTYPE" in stream.read(HEAD_BYTES):
                    raise RegisterFileUnfit(name, Unfit.ENTITIES)


def _sheets(name: str, book: Any, wanted: str) -> "list[ReadOnlyWorksheet]":
    found = [one for one in book.worksheets if not wanted or one.title == wanted]
    if not found:
        raise RegisterFileUnfit(name, Unfit.NO_SHEET, wanted)
    return found[:MAX_SHEETS]


def _first_fitting(name: str, sheets: "list[ReadOnlyWorksheet]", matcher: Matcher) -> Table:
    refusals: list[HeaderLacksColumns] = []
    for sheet in sheets:
        lines = _lines(name, sheet)
        try:
            found = below_header(_as_headers(lines), matcher)
        except HeaderLacksColumns as refusal:
            refusals.append(refusal)
            continue
        rows: list[Row] = []
        for number, cells in lines:
            add_row(name, rows, _row(number, cells), found.width)
        return Table(found.matched, rows)
    raise refusals[0]


def _as_headers(lines: Iterator[Line]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in lines:
        yield number, ["" if cell is None else str(cell) for cell in cells]


def _row(number: int, cells: list[JSON]) -> Row:
    broken = next((n for n, cell in enumerate(cells) if isinstance(cell, _CellError)), None)
    if broken is None:
        return Row(number, cells)
    place = f"{column_letters(broken)}{number}"
    problem = Text(f"{place} 셀이 오류값입니다", f"cell {place} holds an error")
    return Row(number, [None if isinstance(c, _CellError) else c for c in cells], problem)


class _CellError:
    """Stands for #REF!, #N/A and their like."""


def _lines(name: str, sheet: "ReadOnlyWorksheet") -> Iterator[Line]:
    sheet.reset_dimensions()  # some programs write a wrong one
    blank = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_value(name, cell) for cell in row]
        blank = 0 if any(cell is not None and cell != "" for cell in cells) else blank + 1
        if blank > MAX_BLANK_ROWS:
            return
        yield number, cells


def _value(name: str, cell: Any) -> JSON:
    value = cell.value
    if value is None:
        return None
    kind = cell.data_type
    if kind == "f":
        raise FormulaInFile(name, cell.coordinate)
    if kind == "e":
        return _CellError()
    if kind == "n" and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return f"{value * 100:.10g}%"
    return value
