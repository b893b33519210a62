"""Blank files and exports: a blank is read by the importer, an export can be imported again."""

import io

import openpyxl
import pytest

from dalgu.governance.blanks import NOTES_SHEET, template
from dalgu.governance.errors import ReportFormUnknown
from dalgu.governance.exporting import export_register
from dalgu.governance.headers import Matcher
from dalgu.governance.register import register, registers
from dalgu.governance.sheets import read_table

ALL = list(registers().values())
ORDINANCES = """조례 번호,조례명,조례명(영문),주제,시행일,출처
5021,스마트도시 조례,Smart city,스마트도시 조성·운영,2018-02-20,자치법규정보시스템
5022,=위험한 이름,Danger,빅데이터,2019-02-20,
"""


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_blank_names_every_column_and_holds_no_row(one, form):
    table = read_table("blank", template(one, form), Matcher(one))
    assert set(table.matched.places) == {column.name for column in one.columns}
    assert table.matched.ignored == ()
    assert table.rows == []


def test_a_blank_workbook_explains_each_column_and_lists_the_codes():
    staff = register("staff")
    book = openpyxl.load_workbook(io.BytesIO(template(staff)))
    notes = "\n".join(
        str(cell.value) for row in book[NOTES_SHEET].iter_rows() for cell in row if cell.value
    )
    assert all(column.en in notes and column.ko in notes for column in staff.columns)
    assert "스마트도시 (smartCity)" in notes
    rules = book.worksheets[0].data_validations.dataValidation
    assert '"스마트도시,데이터,정보통신,기타"' in {rule.formula1 for rule in rules}


def test_a_blank_in_another_form_is_refused():
    with pytest.raises(ReportFormUnknown, match="xlsx, csv"):
        template(register("staff"), "ods")


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_an_export_can_be_imported_again_and_changes_nothing(town, form):
    town.fill("ordinances", ORDINANCES.replace("=위험", "위험"))
    town.fill("departments", "부서코드,부서명,연계 대상\nict,정보통신,예\n")
    town.fill("staff", "사번,직군,FTE,소속,임용일\n홍길동,데이터,1,ict,2020-01-01\n")
    town.fill("fab-labs", "팹랩,회차,운영일,참여 인원\n가 나,1:2,2026-01-02,3\n")
    for name in ("ordinances", "departments", "staff", "fab-labs"):
        body = town.run(export_register(town.hub, register(name), form))
        report = town.fill(name, body)
        assert (report.rejected, report.stored) == (0, 0), (name, report)
        assert report.unchanged == report.rows > 0


def test_an_export_shows_pseudonyms_and_no_formulas(town):
    town.fill("ordinances", ORDINANCES.replace("=위험", "@위험"))
    body = town.run(export_register(town.hub, register("ordinances"), "csv")).decode("utf-8-sig")
    assert "'@위험한 이름" in body
    town.fill(
        "participation", "참여자,참여 유형,참여 시각,참여 경로\nhong,제안,2026-05-20 10:00,온라인\n"
    )
    body = town.run(export_register(town.hub, register("participation"), "csv")).decode()
    assert "hong" not in body
    assert "pn1-" in body


def test_an_export_in_another_form_is_refused(town):
    with pytest.raises(ReportFormUnknown):
        town.run(export_register(town.hub, register("staff"), "pdf"))
