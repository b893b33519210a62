"""Reads an official indicator table, CSV or XLSX, through a declared mapping of its headers.

Here a table becomes rows of text by our field names, with the number that each row has in the
file. What the rows mean for a framework is told in `official`.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated

import msgspec

from dalgu.certification.framework.errors import (
    TableColumnAbsent,
    TableMappingInvalid,
    TableTooLarge,
    TableUnreadable,
)
from dalgu.kernel.text import Text
from dalgu.kernel.toml import read_toml

MOST_BYTES = 10_000_000
MOST_ROWS = 5_000
ENCODINGS = ("utf-8-sig", "cp949")  # what Korean offices save CSV in

COLUMNS: dict[str, Text] = {
    "code": Text("지표코드", "code"),
    "item": Text("평가항목", "item"),
    "name_ko": Text("지표명", "name (Korean)"),
    "name_en": Text("지표명(영문)", "name (English)"),
    "kind": Text("구분", "kind"),
    "points": Text("배점", "points"),
    "zero_at": Text("0점 기준", "value for no points"),
    "full_at": Text("만점 기준", "value for all points"),
    "unit": Text("단위", "unit"),
    "unit_en": Text("단위(영문)", "unit (English)"),
    "description_ko": Text("정의", "definition"),
    "description_en": Text("정의(영문)", "definition (English)"),
    "formula": Text("산식", "formula"),
    "base": Text("기준 지표", "indicator of the base framework"),
}
"""Our fields, and the headers they are known by. Points and goalposts may be given per city type,
as `points.large`."""

REQUIRED = ("code", "item", "name_ko", "points")
PER_TYPE = ("points", "zero_at", "full_at")


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the headers and words of a table are to be read."""

    columns: dict[str, str] = {}  # our field -> the table's header
    words: dict[str, str] = {}  # a word in a cell -> ours: 정량 -> quantitative
    sheet: str = ""  # of an XLSX; the first where empty
    header_row: Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)] = 1
    encoding: str = ""  # of a CSV; tried out where empty


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file, from 1, and its cells that are not empty, by our fields."""

    number: int
    cells: dict[str, str]


def read_mapping(file: Path) -> Mapping:
    """Read a mapping from a TOML file; raise `TableMappingInvalid`."""
    try:
        return msgspec.convert(read_toml(file.read_text("utf-8")), Mapping)
    except (OSError, UnicodeDecodeError, msgspec.ValidationError, TOMLDecodeError) as broken:
        raise TableMappingInvalid(file.name, str(broken).rstrip(".")) from None


def read_table(file: Path, mapping: Mapping) -> list[Row]:
    """Read the rows of a table; rows without any cell are passed over.

    Raises
    ------
    TableUnreadable, TableTooLarge
        When the file is no table, or larger than any framework.
    TableColumnAbsent
        When a required field has no column.
    """
    cells = _sheet(file, mapping)
    header = [text.strip() for text in next(islice(cells, mapping.header_row - 1, None), [])]
    fields = _fields(file.name, header, mapping)
    rows: list[Row] = []
    for number, line in enumerate(cells, start=mapping.header_row + 1):
        found = {
            field: line[place].strip()
            for field, place in fields.items()
            if place < len(line) and line[place].strip()
        }
        if found:
            rows.append(Row(number, found))
        if len(rows) > MOST_ROWS:
            raise TableTooLarge(file.name, len(rows), MOST_ROWS, "rows")
    return rows


def write_template(file: Path) -> None:
    """Write a blank table, CSV or XLSX by the file's ending, that `read_table` understands.

    A workbook has a second sheet that says what each column holds; a CSV begins with a byte order
    mark, which spreadsheets need to see that it is UTF-8.
    """
    header = [label.ko for label in COLUMNS.values()]
    if file.suffix.lower() != ".xlsx":
        line = io.StringIO(newline="")
        csv.writer(line).writerow(header)
        file.write_text(line.getvalue(), "utf-8-sig", newline="")
        return
    from openpyxl import Workbook  # type: ignore[import-untyped]  # ships no types

    book = Workbook()
    sheet = book.active
    sheet.title = "지표"
    sheet.append(header)
    sheet.freeze_panes = "A2"
    notes = book.create_sheet("설명")
    notes.append(["열 (header)", "field", "English", "필수 (required)"])
    for field, label in COLUMNS.items():
        notes.append([label.ko, field, label.en, "O" if field in REQUIRED else ""])
    book.save(file)


def _fields(file: str, header: Sequence[str], mapping: Mapping) -> dict[str, int]:
    """Return the place of each of our fields in the header."""
    places = {text.casefold(): place for place, text in reversed(list(enumerate(header))) if text}
    found = _known(places) | _mapped(file, header, places, mapping)
    stems = {field.partition(".")[0] for field in found}
    for field in REQUIRED:
        if field not in stems:
            raise TableColumnAbsent(file, field, tuple(header))
    return found


def _known(places: dict[str, int]) -> dict[str, int]:
    """Return the fields whose headers are our own: a field, its label, or `points.large`."""
    found: dict[str, int] = {}
    for field, label in COLUMNS.items():
        names = (name.casefold() for name in (field, label.ko, label.en))
        place = next((places[name] for name in names if name in places), None)
        if place is not None:
            found[field] = place
    return found | {
        text: place for text, place in places.items() if text.partition(".")[0] in PER_TYPE
    }


def _mapped(
    file: str, header: Sequence[str], places: dict[str, int], mapping: Mapping
) -> dict[str, int]:
    for field, name in mapping.columns.items():
        if field.partition(".")[0] not in COLUMNS:
            raise TableMappingInvalid(file, f"'{field}' is no field of ours")
        if name.casefold() not in places:
            raise TableColumnAbsent(file, field, tuple(header))
    return {field: places[name.casefold()] for field, name in mapping.columns.items()}


def _sheet(file: Path, mapping: Mapping) -> Iterator[list[str]]:
    try:
        size = file.stat().st_size
        body = file.read_bytes() if size <= MOST_BYTES else b""
    except OSError as unread:
        raise TableUnreadable(file.name, unread.strerror or str(unread)) from None
    if size > MOST_BYTES:
        raise TableTooLarge(file.name, size, MOST_BYTES, "bytes")
    if body[:2] == b"PK":
        return _of_workbook(file.name, body, mapping.sheet)
    return _of_csv(file.name, body, mapping.encoding)


def _of_csv(name: str, body: bytes, encoding: str) -> Iterator[list[str]]:
    for one in (encoding,) if encoding else ENCODINGS:
        try:
            text = body.decode(one)
        except (ValueError, LookupError):  # of the bytes, or of the encoding's name
            continue
        if "\0" in text:
            break
        return iter(_csv_rows(name, text))
    raise TableUnreadable(name, f"it is no text in {encoding or ' or '.join(ENCODINGS)}")


def _csv_rows(name: str, text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as broken:
        raise TableUnreadable(name, str(broken)) from None


def _of_workbook(name: str, body: bytes, sheet: str) -> Iterator[list[str]]:
    _refuse_bomb(name, body)
    try:
        rows = list(_rows_of_sheet(name, body, sheet))
    except TableUnreadable:
        raise
    except Exception as broken:  # a broken file breaks the library in any of its lines
        raise TableUnreadable(name, f"it is no workbook ({broken})") from None
    return iter(rows)


def _rows_of_sheet(name: str, body: bytes, sheet: str) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    titles = [one.title for one in book.worksheets]
    if not titles or (sheet and sheet not in titles):
        raise TableUnreadable(name, f"it has no sheet '{sheet}' but {', '.join(titles) or 'none'}")
    found = book.worksheets[titles.index(sheet) if sheet else 0]
    for row in _values(found.iter_rows(values_only=True)):
        yield [_text(cell) for cell in row]


def _values(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    yield from islice(rows, MOST_ROWS * 2)  # blank rows at the end of a sheet count for nothing


def _refuse_bomb(name: str, body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as broken:
        raise TableUnreadable(name, str(broken)) from None
    if size > 10 * MOST_BYTES:
        raise TableTooLarge(name, size, 10 * MOST_BYTES, "bytes when unpacked")


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
