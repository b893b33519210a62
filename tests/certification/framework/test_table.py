"""Official tables as offices save them: Korean CSV and XLSX, with headers of their own."""

from contextlib import suppress

import pytest
from openpyxl import Workbook, load_workbook

from dalgu.certification.framework.errors import (
    TableColumnAbsent,
    TableMappingInvalid,
    TableTooLarge,
    TableUnreadable,
)
from dalgu.certification.framework.table import (
    COLUMNS,
    Mapping,
    Row,
    read_mapping,
    read_table,
    write_template,
)

HEADER = "지표코드,평가항목,지표명,구분,배점"


def a_file(tmp_path, text, encoding="utf-8", name="table.csv"):
    file = tmp_path / name
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_csv_reads_in_the_encodings_of_korean_offices(tmp_path, encoding):
    file = a_file(
        tmp_path, f"{HEADER}\nK1,I1,전문인력,정량,25\n\n,,,,\nK2,I1,교육,정량,\n", encoding
    )
    assert read_table(file, Mapping()) == [
        Row(2, {"code": "K1", "item": "I1", "name_ko": "전문인력", "kind": "정량", "points": "25"}),
        Row(5, {"code": "K2", "item": "I1", "name_ko": "교육", "kind": "정량"}),
    ]


def test_a_workbook_reads_by_sheet_and_header_row_and_mapping(tmp_path):
    book = Workbook()
    book.active.title = "표지"
    sheet = book.create_sheet("지표")
    sheet.append(["2026년 스마트도시 인증 지표"])
    sheet.append(["번호", "항목", "이름", "점수(대도시)", "점수(중소도시)"])
    sheet.append(["K1", "I1", "전문인력", 25.0, 20.5])
    book.save(tmp_path / "table.xlsx")
    mapping = Mapping(
        columns={
            "code": "번호",
            "item": "항목",
            "name_ko": "이름",
            "points.large": "점수(대도시)",
            "points.small": "점수(중소도시)",
        },
        sheet="지표",
        header_row=2,
    )
    [row] = read_table(tmp_path / "table.xlsx", mapping)
    assert row == Row(
        3,
        {
            "code": "K1",
            "item": "I1",
            "name_ko": "전문인력",
            "points.large": "25",
            "points.small": "20.5",
        },
    )


@pytest.mark.parametrize("name", ["blank.csv", "blank.xlsx"])
def test_the_blank_table_is_one_that_can_be_read(tmp_path, name):
    write_template(tmp_path / name)
    assert read_table(tmp_path / name, Mapping()) == []


def test_the_blank_workbook_says_what_each_column_holds(tmp_path):
    write_template(tmp_path / "blank.xlsx")
    notes = load_workbook(tmp_path / "blank.xlsx")["설명"]
    fields = [row[1] for row in notes.iter_rows(min_row=2, values_only=True)]
    assert fields == list(COLUMNS)


def test_a_required_column_that_is_absent_is_named(tmp_path):
    with pytest.raises(TableColumnAbsent, match=r"'points'.*지표코드"):
        read_table(a_file(tmp_path, "지표코드,평가항목,지표명\n"), Mapping())
    with pytest.raises(TableColumnAbsent, match="'base'"):
        read_table(a_file(tmp_path, HEADER + "\n"), Mapping(columns={"base": "기준"}))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"PK\x03\x04broken", "table.xlsx"),
        (b"\xff\xfe\x00\x01", "table.csv"),
        (b"code,item\0,name_ko,points\n", "table.csv"),
        (b'"code', "table.csv"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path, body, name):
    (tmp_path / name).write_bytes(body)
    with pytest.raises(TableUnreadable):
        read_table(tmp_path / name, Mapping())


def test_a_workbook_with_any_byte_changed_is_read_or_refused(tmp_path):
    write_template(tmp_path / "table.xlsx")
    body = (tmp_path / "table.xlsx").read_bytes()
    for place in range(0, len(body), len(body) // 300):
        spoiled = body[:place] + bytes([body[place] ^ 0x35]) + body[place + 1 :]
        (tmp_path / "table.xlsx").write_bytes(spoiled)
        with suppress(TableUnreadable, TableTooLarge, TableColumnAbsent):
            read_table(tmp_path / "table.xlsx", Mapping())


@pytest.mark.parametrize("encoding", ["no-such", "a\0b", "hex"])
def test_an_encoding_that_is_none_is_refused(tmp_path, encoding):
    with pytest.raises(TableUnreadable):
        read_table(a_file(tmp_path, HEADER + "\n"), Mapping(encoding=encoding))


@pytest.mark.parametrize(
    "mapping",
    ["header_row = 0", "header_row = -1", "header_row = " + "9" * 5_000, "words = " + "[" * 5_000],
)
def test_a_mapping_of_no_use_is_refused(tmp_path, mapping):
    with pytest.raises(TableMappingInvalid):
        read_mapping(a_file(tmp_path, mapping))


def test_a_file_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(TableUnreadable, match="No such file"):
        read_table(tmp_path / "none.csv", Mapping())


def test_a_table_of_too_many_rows_is_refused(tmp_path):
    with pytest.raises(TableTooLarge, match="rows"):
        read_table(a_file(tmp_path, HEADER + "\n" + "a,b,c,d,1\n" * 5_001), Mapping())


def test_a_sheet_that_does_not_exist_is_named_with_those_that_do(tmp_path):
    Workbook().save(tmp_path / "table.xlsx")
    with pytest.raises(TableUnreadable, match="'지표' but Sheet"):
        read_table(tmp_path / "table.xlsx", Mapping(sheet="지표"))


def test_a_mapping_is_read_and_held_to_its_form(tmp_path):
    good = a_file(tmp_path, '[columns]\ncode = "번호"\n[words]\n"양적" = "quantitative"\n')
    assert read_mapping(good).columns == {"code": "번호"}
    with pytest.raises(TableMappingInvalid, match="unknown field"):
        read_mapping(a_file(tmp_path, 'colums = "x"\n', name="bad.toml"))
    with pytest.raises(TableMappingInvalid, match="no field of ours"):
        read_table(a_file(tmp_path, HEADER + "\n"), Mapping(columns={"colour": "구분"}))
