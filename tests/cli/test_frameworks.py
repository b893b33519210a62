"""`dalgu certify framework`: what it shows, and what it leaves unwritten."""

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from dalgu.certification.framework.loading import load
from dalgu.certification.framework.shelf import Shelf
from dalgu.cli import app

HEADER = "번호,항목,이름,종류,점수\n"
MAPPING = """\
[columns]
code = "번호"
item = "항목"
name_ko = "이름"
kind = "종류"
points = "점수"

[words]
"수치" = "quantitative"
"""
GOOD = f"{load('kr-scc-2021').indicators[0].code},I1,공식 이름,수치,30\n"


@pytest.fixture
def dalgu(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "map.toml").write_text(MAPPING, "utf-8")

    def run(*words):
        return CliRunner().invoke(app, ["certify", "framework", *words])

    return run


@pytest.fixture
def take_in(dalgu, tmp_path):
    def run(rows, *more):
        (tmp_path / "table.csv").write_bytes((HEADER + rows).encode("cp949"))
        options = ("--base", "kr-scc-2021", "--name", "kr-scc-2026", "--year", "2026")
        return dalgu("import", "table.csv", *options, "--map", "map.toml", "--data", "city", *more)

    return run


def test_the_shipped_frameworks_are_listed(dalgu):
    answer = dalgu("list", "--data", "city")
    assert answer.exit_code == 0
    assert "kr-scc-2021           63 indicators" in answer.stdout
    assert "u4ssc                 91 indicators" in answer.stdout


def test_an_official_table_is_taken_in_and_shown_with_its_marks(take_in, dalgu):
    assert take_in(GOOD).exit_code == 0
    shown = dalgu("show", "kr-scc-2026", "--data", "city", "--lang", "ko").stdout
    assert "공식 이름" in shown
    assert "[official but " in shown
    assert "formula" in shown


def test_rejected_rows_are_named_and_nothing_is_written(take_in, tmp_path):
    answer = take_in(GOOD + "X1,Q9,이상,수치,5\n")
    assert answer.exit_code == 1
    assert "row 3, column item: 'Q9' is no item" in answer.stderr
    assert Shelf.of_city(tmp_path / "city").own() == ()


def test_partial_takes_in_the_rest(take_in, tmp_path):
    answer = take_in(GOOD + "X1,Q9,이상,수치,5\n", "--partial")
    assert answer.exit_code == 0
    found = Shelf.of_city(tmp_path / "city").framework("kr-scc-2026")
    assert found.official_status == "attested"


def test_a_blank_table_is_written(dalgu, tmp_path):
    assert dalgu("template", "blank.xlsx").exit_code == 0
    assert load_workbook(tmp_path / "blank.xlsx").sheetnames == ["지표", "설명"]


def test_the_statistics_to_declare_are_printed_or_written(dalgu, tmp_path):
    printed = dalgu("statistics", "u4ssc", "--data", "city").stdout
    assert printed.startswith("statistic,reference_date,value,unit")
    assert dalgu("statistics", "u4ssc", "--out", "rows.csv", "--data", "city").exit_code == 0
    assert "roads.majorLength" in (tmp_path / "rows.csv").read_text("utf-8-sig")
