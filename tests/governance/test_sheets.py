"""Files as they come: encodings, spreadsheets, JSON, and those that are refused with the reason."""

import io
import json
import zipfile
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.governance import sheets, workbook
from dalgu.governance.errors import (
    FormulaInFile,
    HeaderLacksColumns,
    RegisterFileTooLarge,
    RegisterFileUnfit,
)
from dalgu.governance.headers import Matcher
from dalgu.governance.register import register
from dalgu.governance.sheets import read_table

HEADER = ["조례 번호", "조례명", "주제", "시행일"]
ROW = ["5021", "조례", "빅데이터", "2020-01-01"]
CSV = f"{','.join(HEADER)}\n{','.join(ROW)}\n"


def at(*parts):
    """A moment as a spreadsheet has it: without a zone."""
    return datetime(*parts)  # noqa: DTZ001


def read(body, *, name="ordinances", sheet=""):
    return read_table("file", body, Matcher(register(name)), sheet=sheet)


def cells(table, row=0):
    found = table.rows[row].cells
    return {name: found[place.index] for name, place in table.matched.places.items()}


def a_workbook(*rows, title="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def zipped(**members):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return body.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_of_an_office_is_read(encoding, delimiter):
    table = read(CSV.replace(",", delimiter).encode(encoding))
    assert cells(table)["topic"] == "빅데이터"


def test_titles_above_the_header_are_passed_over_and_rows_keep_their_numbers():
    table = read(f"조례 현황,,,\n,,,\n{CSV}\n\n{','.join(ROW)}\n".encode())
    assert [row.number for row in table.rows] == [4, 7]


def test_a_quoted_cell_may_hold_lines_and_delimiters():
    table = read(CSV.replace("조례,", '"가, 나\n다",').encode())
    assert cells(table)["name"] == "가, 나\n다"


def test_a_row_with_more_cells_than_the_header_has_a_problem():
    assert read((CSV + ",".join([*ROW, "더"])).encode()).rows[1].problem is not None


def test_dates_of_a_workbook_are_dates():
    body = a_workbook(
        HEADER, ["5021", "조례", "빅데이터", at(2020, 1, 1)], [*ROW[:3], date(2020, 1, 2)]
    )
    table = read(body)
    assert cells(table)["since"] == at(2020, 1, 1)
    assert cells(table, 1)["since"] == at(2020, 1, 2)


def test_a_share_of_a_workbook_keeps_its_per_cent():
    book = openpyxl.Workbook()
    book.active.append(["접속장치 번호", "장소 번호", "가동률", "측정일"])
    book.active.append(["AP-1", "W-1", 0.992, date(2026, 10, 31)])
    book.active["C2"].number_format = "0.0%"
    body = io.BytesIO()
    book.save(body)
    assert cells(read(body.getvalue(), name="access-points"))["up_share"] == "99.2%"


def test_the_first_sheet_that_fits_is_read_or_the_named_one():
    book = openpyxl.Workbook()
    book.active.append(["표지"])
    for title, number in (("현황", "1"), ("예전", "2")):
        sheet = book.create_sheet(title)
        sheet.append(HEADER)
        sheet.append([number, *ROW[1:]])
    body = io.BytesIO()
    book.save(body)
    assert cells(read(body.getvalue()))["ordinance_number"] == "1"
    assert cells(read(body.getvalue(), sheet="예전"))["ordinance_number"] == "2"
    with pytest.raises(RegisterFileUnfit, match="sheet"):
        read(body.getvalue(), sheet="없음")


def test_a_formula_is_refused_with_its_cell():
    with pytest.raises(FormulaInFile, match="D2"):
        read(a_workbook(HEADER, [*ROW[:3], "=TODAY()"]))
    with pytest.raises(FormulaInFile, match="B2"):
        read(CSV.replace("조례,", '=HYPERLINK("x"),').encode())


def test_an_error_value_of_a_workbook_is_a_problem_of_its_row():
    [row] = read(a_workbook(HEADER, [*ROW[:3], "#REF!"])).rows
    assert "D2" in row.problem.en


def test_objects_and_key_values_are_read():
    plain = [{"ordinance_number": "1", "조례명": "가", "topic": "bigData", "since": "2020-01-01"}]
    assert cells(read(json.dumps(plain).encode()))["name"] == "가"
    entity = {
        "id": "urn:ngsi-ld:Ordinance:5021",
        "type": "Ordinance",
        "name": {"languageMap": {"ko": "가", "en": "a"}},
        "topic": "bigData",
        "since": {"type": "Property", "value": "2020-01-01"},
    }
    read_back = cells(read(json.dumps(entity).encode()))
    assert read_back["ordinance_number"] == "5021"
    assert read_back["since"] == "2020-01-01"
    [row] = read(json.dumps(entity | {"type": "Plan"}).encode()).rows
    assert "Plan" in row.problem.en


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0rest", "old binary"),
        (b"\x00\x01\x02", "no text"),
        (b"\xff\xfe\xff", "no text"),
        (b"[1, 2]", "no JSON"),
        (b'{"a": ', "no JSON"),
        (b"PK\x03\x04broken", "broken"),
        (zipped(hello="x"), "without a workbook"),
        (zipped(xl__workbook_xml="x", **{"xl__workbook.xml": "<!DOCTYPE a>"}), "entities"),
        (zipped(**{"xl__workbook.xml": "<a/>"}), "broken"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(body, told):
    with pytest.raises(RegisterFileUnfit, match=told):
        read(body)


def test_a_file_without_a_header_is_refused():
    with pytest.raises(HeaderLacksColumns):
        read("가,나\n1,2\n".encode())


def test_too_many_rows_bytes_and_columns_are_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    rows = (",".join(ROW) + "\n") * 4
    with pytest.raises(RegisterFileTooLarge, match="rows"):
        read((CSV.partition("\n")[0] + "\n" + rows).encode())
    with pytest.raises(RegisterFileTooLarge, match="rows"):
        read(json.dumps([{"a": 1}] * 4).encode())
    with pytest.raises(RegisterFileTooLarge, match="columns"):
        read((CSV + ",".join(["x"] * 201)).encode())
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(RegisterFileTooLarge, match="bytes"):
        read(CSV.encode())


def test_an_archive_that_unpacks_to_far_too_much_is_refused_unopened(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", 100_000)
    bomb = zipped(**{"xl__workbook.xml": "<a/>", "xl__worksheets__sheet1.xml": "0" * 5_000_000})
    assert len(bomb) < 10_000
    with pytest.raises(RegisterFileTooLarge, match="unpacked"):
        read(bomb)


VALID = a_workbook(HEADER, *([ROW] * 20))


@settings(max_examples=60, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=8))
def test_a_damaged_workbook_is_read_or_refused_and_never_a_crash(changes):
    body = bytearray(VALID)
    for place, byte in changes:
        body[place] = byte
    with suppress(RegisterFileUnfit, RegisterFileTooLarge, FormulaInFile, HeaderLacksColumns):
        read(bytes(body))


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body):
    with suppress(RegisterFileUnfit, RegisterFileTooLarge, FormulaInFile, HeaderLacksColumns):
        read(body)


def test_a_sheet_that_was_formatted_to_its_end_ends_where_its_rows_do():
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(ROW)
    book.active.cell(30_000, 1).number_format = "@"
    body = io.BytesIO()
    book.save(body)
    assert len(read(body.getvalue()).rows) == 1
