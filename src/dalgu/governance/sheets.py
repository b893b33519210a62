"""The rows of a file, whatever it is: CSV as Korean offices export it, XLSX, JSON.

A file is read whole before anything is stored, so that one which is refused leaves nothing.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from dalgu.governance.errors import (
    FormulaInFile,
    HeaderLacksColumns,
    RegisterFileTooLarge,
    RegisterFileUnfit,
    Unfit,
)
from dalgu.governance.headers import Matched, Matcher
from dalgu.hub.model import JSON
from dalgu.kernel.text import Text

MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
HEADER_WITHIN = 20  # rows; office exports have titles above their header
DELIMITERS = (",", "\t", ";", "|")
_OLE, _PDF, _ZIP = b"\xd0\xcf\x11\xe0", b"%PDF", b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number in the file; `problem` says why its cells cannot be trusted."""

    number: int
    cells: Sequence[JSON]
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A header that names every required column, and the rows below it."""

    matched: Matched
    rows: list[Row]


def read_table(name: str, body: bytes, matcher: Matcher, *, sheet: str = "") -> Table:
    """Return the rows of a file for the columns of a register.

    Raises
    ------
    RegisterFileUnfit, RegisterFileTooLarge, FormulaInFile
        When the file is no table, is too large, or holds formulas.
    HeaderLacksColumns
        When none of its first rows names every required column.
    """
    if len(body) > MAX_BYTES:
        raise RegisterFileTooLarge(name, "bytes", MAX_BYTES)
    if not body.strip():
        raise RegisterFileUnfit(name, Unfit.EMPTY)
    if body.startswith(_OLE):
        raise RegisterFileUnfit(name, Unfit.OLD_OFFICE)
    if body.startswith(_PDF):
        raise RegisterFileUnfit(name, Unfit.PDF)
    if body.startswith(_ZIP):
        from dalgu.governance.workbook import read_workbook

        return read_workbook(name, body, matcher, sheet=sheet)
    text = _decoded(name, body)
    if text.lstrip()[:1] in ("[", "{"):
        return _from_json(name, text, matcher)
    return _from_csv(name, text, matcher)


def _decoded(name: str, body: bytes) -> str:
    """Return a text in UTF-8, in the UTF-16 of a spreadsheet's export, or in CP949."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp949"]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RegisterFileUnfit(name, Unfit.NO_TEXT)


# ---- CSV


def _from_csv(name: str, text: str, matcher: Matcher) -> Table:
    delimiter = max(DELIMITERS, key=lambda sign: _likeness(name, text, matcher, sign))
    lines = _numbered(name, text, delimiter)
    found = below_header(lines, matcher)
    rows: list[Row] = []
    for number, cells in lines:
        add_row(name, rows, Row(number, cells), found.width)
        for place, cell in enumerate(cells):
            if cell[:1] == "=" and len(cell) > 1:
                raise FormulaInFile(name, f"{column_letters(place)}{number}")
    return Table(found.matched, rows)


def _likeness(name: str, text: str, matcher: Matcher, delimiter: str) -> int:
    head = islice(_numbered(name, text, delimiter), HEADER_WITHIN)
    return max((len(matcher.match(cells).places) for _, cells in head), default=0)


def _numbered(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RegisterFileUnfit(name, Unfit.NO_CSV, f"line {number}: {error}") from None
        yield number, cells


# ---- what CSV and workbooks share


@dataclass(frozen=True, slots=True)
class Header:
    """The header that was found, and how many cells it has."""

    matched: Matched
    width: int


def below_header(lines: Iterator[tuple[int, list[str]]], matcher: Matcher) -> Header:
    """Pass over the rows above the header and the header itself; return what it names."""
    refusal: HeaderLacksColumns | None = None
    most = -1
    for _, cells in islice(lines, HEADER_WITHIN):
        try:
            return Header(matcher.require(cells), len(cells))
        except HeaderLacksColumns as error:
            named = len(matcher.match(cells).places)
            if named > most:  # the row most like a header is the one to speak of
                refusal, most = error, named
    raise refusal or HeaderLacksColumns(matcher.register.name, ("-",), ())


def add_row(name: str, rows: list[Row], row: Row, width: int) -> None:
    """Add a row unless it is blank; one with cells beyond the header has a problem."""
    if all(cell is None or cell == "" for cell in row.cells):
        return
    if len(rows) == MAX_ROWS:
        raise RegisterFileTooLarge(name, "rows", MAX_ROWS)
    if len(row.cells) > MAX_COLUMNS:
        raise RegisterFileTooLarge(name, "columns", MAX_COLUMNS)
    beyond = any(cell is not None and cell != "" for cell in row.cells[width:])
    if beyond and row.problem is None:
        problem = Text(
            f"머리글의 열 수({width})보다 셀이 많습니다",
            f"it has more cells than the header ({width})",
        )
        row = Row(row.number, row.cells, problem)
    rows.append(row)


def column_letters(place: int) -> str:
    """Return a column as spreadsheets name it.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# ---- JSON


def _from_json(name: str, text: str, matcher: Matcher) -> Table:
    try:
        found = msgspec.json.decode(text.encode(), type=list[dict[str, JSON]] | dict[str, JSON])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise RegisterFileUnfit(name, Unfit.NO_JSON, str(error)) from None
    objects = [found] if isinstance(found, dict) else found
    if len(objects) > MAX_ROWS:
        raise RegisterFileTooLarge(name, "rows", MAX_ROWS)
    plain = [_flat(one, matcher) for one in objects]
    headers = list(dict.fromkeys(key for one in plain for key in one))
    if len(headers) > MAX_COLUMNS:
        raise RegisterFileTooLarge(name, "columns", MAX_COLUMNS)
    rows = [
        Row(number, [one.get(header) for header in headers], _foreign(whole, matcher))
        for number, (one, whole) in enumerate(zip(plain, objects, strict=True), 1)
    ]
    return Table(matcher.require(headers), rows)


_MEMBERS: tuple[str, ...] = ("value", "object", "languageMap")
_NOT_COLUMNS = frozenset(("id", "type", "@context", "createdAt", "modifiedAt", "scope"))


def _flat(one: dict[str, JSON], matcher: Matcher) -> dict[str, JSON]:
    """Return an object's members as cells; an NGSI-LD id gives the parts of the key."""
    is_entity = isinstance(one.get("id"), str) and isinstance(one.get("type"), str)
    cells: dict[str, JSON] = dict(matcher.register.key_of(one["id"])) if is_entity else {}
    for key, value in one.items():
        if is_entity and key in _NOT_COLUMNS:
            continue
        cells[key] = _unwrapped(value)
    return cells


def _unwrapped(value: JSON) -> JSON:
    if isinstance(value, dict):
        for member in _MEMBERS:
            if member in value:
                return value[member]
    return value


def _foreign(whole: dict[str, JSON], matcher: Matcher) -> Text | None:
    kind, own = whole.get("type"), matcher.register.entity.type
    if not isinstance(whole.get("id"), str) or not isinstance(kind, str) or kind == own:
        return None
    return Text(f"타입이 {own}이(가) 아니라 {kind}입니다", f"its type is {kind}, not {own}")
