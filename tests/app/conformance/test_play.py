"""A run serves hubs of ours to robot, hears how far it is, and says what it lacks."""

import msgspec
import pytest

from dalgu.app.conformance import play
from dalgu.app.conformance.documented import documented
from dalgu.app.conformance.scores import Score
from dalgu.app.conformance.suite import State, Suite, SuiteInvalid
from dalgu.kernel.errors import PartNotInstalled


def test_one_hub_is_served_and_the_result_is_written(folder, robot, tmp_path):
    moments = []
    plan = play.Plan(Suite(folder), robot=robot)
    result = play.run(
        plan, report=tmp_path / "table.md", shown=lambda now: moments.append((now.done, now.total))
    )
    assert (result.passed, result.total, result.other) == (1, 2, ("2 Many",))
    assert moments == [(0, 2), (1, 2), (2, 2)]
    assert "| Types | 1 | 2 |" in (tmp_path / "table.md").read_text()
    summary = msgspec.json.decode((tmp_path / "table.json").read_bytes())
    assert summary["failed_otherwise"] == ["2 Many"]
    assert summary["folders"] == {"Types": [1, 2]}


def test_cases_between_brokers_have_five_hubs_that_serve(folder, robot, tmp_path):
    plan = play.Plan(Suite(folder, is_between_brokers=True), robot=robot)
    assert play.run(plan, report=tmp_path / "table.md").passed == 2


def test_robot_without_a_record_is_told(folder, tmp_path):
    plan = play.Plan(Suite(folder), robot=tmp_path / "fails")
    plan.robot.write_text("#!/bin/sh\necho no such library\n")
    plan.robot.chmod(0o755)
    with pytest.raises(play.NothingPlayed, match=r"table\.log"):
        play.run(plan, report=tmp_path / "table.md")
    assert "no such library" in (tmp_path / "table.log").read_text()


def test_a_part_that_the_suite_lacks_is_refused(folder, robot, tmp_path):
    plan = play.Plan(Suite(folder), ("Consumption",), robot=robot)
    with pytest.raises(SuiteInvalid):
        play.run(plan, report=tmp_path / "table.md")


def test_without_robot_the_command_that_brings_it_is_named(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(PartNotInstalled, match="pip install robotframework"):
        play.run(play.Plan(Suite(folder)), report=tmp_path / "table.md")


def test_only_failures_that_are_not_documented_count_against_us():
    [known] = [one for one in documented(State.CORRECTED) if one.startswith("008_01_01 ")]
    scores = {"Provision": Score(3, [known, "001_01 Create"])}
    result = play.judged(State.CORRECTED, scores, began="2026-01-01T00:00:00Z", took_s=1.0)
    assert (result.known, result.other) == ((known,), ("001_01 Create",))
