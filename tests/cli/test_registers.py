"""`dalgu registers` at the machine: what it fills, shows, exports and refuses."""

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from dalgu.cli import app
from dalgu.governance.errors import RegisterFileUnfit, RegisterUnknown, ReportFormUnknown
from dalgu.governance.register import registers

FILE = "조례 번호,조례명,주제,시행일\n1,가,빅데이터,2020-01-01\n2,나,빅데이타,2020-01-01\n"


@pytest.fixture
def dalgu(tmp_path, monkeypatch):
    """Run a command in an empty folder that holds one file of ordinances."""
    monkeypatch.chdir(tmp_path)
    Path("ordinances.csv").write_bytes(FILE.encode("cp949"))

    def run(*words):
        return CliRunner().invoke(app, ["registers", *words])

    return run


def test_a_register_is_filled_listed_and_exported(dalgu):
    told = dalgu("import", "ordinances", "ordinances.csv")
    assert told.exit_code == 0, told.output
    assert "빅데이타" in told.output
    assert "it must be one of" in told.output
    listed = dalgu("list").output
    line = next(line for line in listed.splitlines() if " ordinances " in line)
    assert line.split()[:2] == ["1", "today"]
    assert "K63-20" in line
    assert "45 of them empty" in listed
    assert dalgu("export", "ordinances", "--to", "out.json").exit_code == 0
    assert json.loads(Path("out.json").read_text())[0]["topic"] == "bigData"


def test_a_strict_import_with_a_rejected_row_fails_and_stores_nothing(dalgu):
    told = dalgu("import", "ordinances", "ordinances.csv", "--strict")
    assert told.exit_code == 1
    assert "nothing was stored" in told.output
    assert "46 of them empty" in dalgu("list").output


@pytest.mark.parametrize("name", ["report.csv", "report.json"])
def test_the_report_names_every_rejected_row(dalgu, name):
    dalgu("import", "ordinances", "ordinances.csv", "--dry-run", "--report", name)
    assert "빅데이타" in Path(name).read_text("utf-8-sig")


def test_more_rejections_than_a_screen_holds_are_all_in_a_report(dalgu):
    rows = "".join(f"{n},가,없음,2020-01-01\n" for n in range(150))
    Path("many.csv").write_text(FILE.partition("\n")[0] + "\n" + rows, "utf-8")
    told = dalgu("import", "ordinances", "many.csv", "--dry-run")
    assert "50 more" in told.output
    assert len(Path("many.csv.report.csv").read_text("utf-8-sig").splitlines()) == 151


def test_an_own_mapping_is_taken(dalgu):
    Path("own.csv").write_text("법규,제목,분야,언제\n1,가,빅데이터,2020-01-01\n", "utf-8")
    own = '[columns]\n"법규"="ordinance_number"\n"제목"="name"\n"언제"="since"\n'
    Path("own.toml").write_text(own, "utf-8")
    told = dalgu("import", "ordinances", "own.csv", "--map", "own.toml")
    assert told.exit_code == 0, told.output


def test_blank_files_are_written_for_one_or_for_all(dalgu):
    dalgu("template", "staff")
    assert openpyxl.load_workbook("staff.xlsx").sheetnames == ["인력 대장", "설명 Notes"]
    dalgu("template", "--all", "blanks", "--format", "csv")
    assert {file.stem for file in Path("blanks").iterdir()} == set(registers())
    assert dalgu("template").exit_code == 2


def test_a_register_is_explained(dalgu):
    told = dalgu("show", "staff").output
    assert "* job_family" in told
    assert "스마트도시 (smartCity)" in told
    assert "pseudonym" in told


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("show", "laws"), RegisterUnknown),
        (("import", "laws", "ordinances.csv"), RegisterUnknown),
        (("import", "ordinances", "x.pdf"), RegisterFileUnfit),
        (("import", "ordinances", "ordinances.csv", "--report", "x.doc"), ReportFormUnknown),
    ],
)
def test_what_cannot_be_done_is_told(dalgu, words, error):
    Path("x.pdf").write_bytes(b"%PDF-1.7")
    assert isinstance(dalgu(*words).exception, error)
