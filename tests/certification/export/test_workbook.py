"""The workbook, read back as its readers will."""

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook
from tests.certification.export.dossiers import DIGEST, QUERY, a_dossier

from dalgu.certification.export.workbook import workbook


@pytest.fixture(scope="module")
def korean():
    return load_workbook(io.BytesIO(workbook(a_dossier(), "ko")))


@pytest.fixture(scope="module")
def english():
    return load_workbook(io.BytesIO(workbook(a_dossier(), "en")))


def rows_of(sheet):
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_sheets_and_headers_are_in_the_language_asked_for(korean, english):
    assert korean.sheetnames == ["요약", "지표", "변수", "검증 질문", "증빙 목록"]
    assert english.sheetnames == ["Summary", "Indicators", "Variables", "Questions", "Evidence"]
    assert korean["지표"]["A1"].value == "지표코드"
    assert english["Indicators"]["A1"].value == "Code"


def test_every_indicator_has_a_row_with_numbers_as_numbers(english):
    rows = rows_of(english["Indicators"])
    dossier = a_dossier()
    assert [one["Code"] for one in rows] == [one.indicator.code for one in dossier.entries]
    first, *_ = rows
    assert (first["Value"], first["Numerator"], first["Denominator"]) == (85.25, 17, 20)
    assert (first["Points"], first["Maximum"], first["Coverage"]) == (18.75, 25, 0.75)
    assert first["Mark"] == "reconstructed"
    assert first["Evidence digest"] == DIGEST


def test_a_value_that_does_not_exist_is_an_empty_cell_and_no_zero(korean):
    second = next(one for one in rows_of(korean["지표"]) if one["상태"] == "값 없음")
    assert (second["값"], second["득점"], second["설명"]) == (None, 0, "값이 없다")


def test_a_reviewed_level_is_shown_beside_those_that_wait(korean):
    rows = [one for one in rows_of(korean["지표"]) if one["구분"] == "정성"]
    assert [one["값"] for one in rows if one["상태"] == "심사"] == [3]
    assert {one["상태"] for one in rows} == {"심사", "심사 대기"}


def test_variables_show_the_query_and_the_rows_behind_them(english):
    rows = rows_of(english["Variables"])
    assert {(one["Value"], one["Rows"], one["Query"]) for one in rows} == {(17, 20, QUERY)}


def test_a_title_that_begins_with_an_equals_sign_is_no_formula(korean):
    [row] = rows_of(korean["증빙 목록"])
    assert row["제목"] == "=조례 제1234호"
    assert korean["증빙 목록"]["A2"].data_type == "s"
    assert row["일자"] == datetime(2025, 3, 2)  # noqa: DTZ001 - a workbook knows no zones


def test_headers_stay_in_sight_and_columns_are_wide_enough(korean):
    for sheet in korean.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet["A1"].font.bold
        assert sheet.column_dimensions["B"].width >= 10


def test_the_summary_names_framework_grade_and_total(english):
    found = {row[0]: row[1:] for row in english["Summary"].iter_rows(values_only=True)}
    assert found["Grade"][0] == "Grade 3"
    assert found["Version"][0] == "kr-scc-2021"
    assert found["total"][1:3] == (48.75, 95)


def test_a_verifiers_questions_are_told_with_the_numbers(korean):
    [row] = rows_of(korean["검증 질문"])
    assert (row["판정"], row["정도"], row["규칙"]) == ("확인 필요", "오류", "a <= b")
    assert row["견준 값"] == "a = 2, b = ?"
