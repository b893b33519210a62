"""`dalgu certify cases | timeline | do | log`: the process, seen from the machine."""

import json

import pytest
from tests.certification.office.rounds import CASE, a_house
from typer.testing import CliRunner

from dalgu.cli import app

PROGRAMME = {
    "programme": "scc",
    "kind": "pilot",
    "object_type": "city",
    "title_ko": "시범인증",
    "title_en": "Pilot",
}


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    """A folder with a case that is being drafted."""
    folder = tmp_path_factory.mktemp("city")
    with a_house(folder) as house:
        house.until_draft()
    return folder


def dalgu(folder, *words):
    return CliRunner().invoke(app, ["certify", *words, "--data", str(folder)])


def test_cases_are_listed_with_their_stage_and_next_deadline(drafted):
    told = dalgu(drafted, "cases", "--lang", "en").output
    assert CASE in told
    assert "Draft" in told
    assert "2026-06-30  Handing the application in" in told


def test_a_timeline_shows_who_did_what_with_its_seal(drafted):
    [line] = dalgu(drafted, "timeline", CASE, "--lang", "en").output.splitlines()
    assert "Application begun  mayor" in line
    assert len(line.split()[-1]) == 64
    unknown = dalgu(drafted, "timeline", "none")
    assert unknown.exit_code != 0


def test_the_console_sets_programmes_up(tmp_path, drafted):
    file = tmp_path / "parts.json"
    file.write_text(json.dumps(PROGRAMME | {"programme": "pilot"}))
    done = dalgu(drafted, "do", "define_programme", "--json", str(file))
    assert '"event":"programme_defined"' in done.output
    again = dalgu(drafted, "do", "define_programme", "--json", str(file))
    assert again.exit_code != 0


def test_the_log_is_verified_and_its_head_shown(drafted):
    assert "are as they were sealed" in dalgu(drafted, "log", "verify").output
    seq, digest = dalgu(drafted, "log", "head").output.split()
    assert int(seq) > 10
    assert len(digest) == 64


def test_a_city_writes_the_file_that_a_certifier_elsewhere_takes_in(tmp_path, drafted):
    file = tmp_path / "submission.json"
    told = dalgu(drafted, "submission", str(file), "--reference", "2025-12-31")
    assert told.exit_code == 0, told.output
    written = json.loads(file.read_text())
    assert (written["format"], len(written["measurements"])) == ("dalgu-submission-1", 43)
