"""`dalgu center`: what its commands print, write and refuse, over a real folder."""

import json

import pytest
from tests.center.learning.conftest import a_town
from typer.testing import CliRunner

from dalgu.cli import app
from dalgu.kernel.errors import DalguError
from dalgu.store.sqlite import Store

RUN = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("center") / "city"
    with a_town(path) as town:
        town.handled()
        town.handled(drill="drill:1")
    return path


def dalgu(folder, *words):
    return RUN.invoke(app, ["center", *words, "--data", str(folder)])


def test_a_book_that_holds_says_so_with_its_newest_digest(folder):
    told = dalgu(folder, "verify")
    assert told.exit_code == 0
    assert "The book holds: 28 entries, newest SHA-256 " in told.stdout


def test_the_first_broken_entry_is_named_even_where_no_room_could_read_it(folder):
    store = Store.open(folder / "city.db")
    at = ("SELECT body FROM ledger WHERE ledger='center' AND seq=9",)
    [(body,)] = store._connection.execute(*at)
    write = "UPDATE ledger SET body=? WHERE ledger='center' AND seq=9"
    store._connection.execute(write, (body[:70] + b"!" + body[71:],))
    told = dalgu(folder, "verify")
    store._connection.execute(write, (body,))
    assert told.exit_code == 1
    assert "Entry 9 does not hold" in told.stderr


def test_an_incident_is_printed_and_its_report_written(folder, tmp_path):
    told = dalgu(folder, "timeline", "1", "--lang", "en")
    assert "Raised: Fire in a market (P1)" in told.stdout
    paper = tmp_path / "report.pdf"
    assert dalgu(folder, "report", "2", "--out", str(paper)).exit_code == 0
    assert paper.read_bytes().startswith(b"%PDF")
    missing = dalgu(folder, "report", "77", "--out", str(paper))
    assert isinstance(missing.exception, DalguError)


def test_times_count_drills_apart(folder):
    real, drills = dalgu(folder, "times"), dalgu(folder, "times", "--drills")
    assert "all        Acknowledge  p50 40 s  p90 40 s  n 1  within 100 %" in real.stdout
    assert "P1" in drills.stdout


def test_a_file_that_is_no_timeline_is_refused(folder, tmp_path):
    file = tmp_path / "t.json"
    file.write_text(json.dumps({"form": "x"}))
    told = RUN.invoke(app, ["center", "check", str(file)])
    assert told.exception.slug == "timeline-unreadable"
