import os
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from benchmarks.water.leakage.battledim_score import (
    START,
    Report,
    Truth,
    official_truths,
    read_reports,
    score,
)
from tests.services.water.leakage.town import town_inp

from dalgu.services.water.leakage.model import read_network

NETWORK = read_network(town_inp())
DAY = timedelta(days=1)


def a_truth(pipe, *, first=0, last=364, flow_m3h=12.0):
    flow = np.zeros(365 * 288)
    flow[first * 288 : last * 288] = flow_m3h
    return Truth(pipe, START + first * DAY, START + last * DAY, flow)


def test_a_leak_found_late_and_off_the_mark_by_hand():
    result = score(NETWORK, [a_truth("h00")], [Report("h10", START + 64 * DAY)])
    # 300 days x 24 h x 12 m3/h, and one step of 5 min, at 0.80 euro; 120 m off of 300 at 500 euro
    assert result.euro == pytest.approx((300 * 24 * 12 + 1) * 0.80 - 500 * 120 / 300)
    assert (len(result.credits), len(result.false)) == (1, 0)


def test_the_same_leak_twice_counts_once_and_a_stranger_costs():
    at = START + 10 * DAY
    reports = [Report("h00", at), Report("h00", at + DAY), Report("b1", at)]
    result = score(NETWORK, [a_truth("h00")], reports)
    assert [report.pipe for report in result.false] == ["b1"]
    assert len(result.repeated) == 1


def test_a_report_before_the_leak_or_after_its_repair_is_false():
    truth = a_truth("h00", first=100, last=120)
    early, late = Report("h00", START + 99 * DAY), Report("h00", START + 121 * DAY)
    assert score(NETWORK, [truth], [early, late]).euro == -1_000


def test_result_files_are_read_with_comments():
    [report] = read_reports("# linkID, startTime\np257, 2019-01-01 00:05\n\n")
    assert report == Report("p257", datetime(2019, 1, 1, 0, 5))  # noqa: DTZ001


def data() -> Path:
    if "DALGU_TEST_DATA" not in os.environ:
        pytest.skip("set DALGU_TEST_DATA; the leaks are those of KIOS-Research/BattLeDIM")
    return Path(os.environ["DALGU_TEST_DATA"]) / "water-battledim"


def test_the_perfect_team_is_worth_all_that_can_be_saved():
    truths = official_truths(data())
    reports = read_reports((data() / "PERFECT_TEAM.txt").read_text())
    town = _town_of([truth.pipe for truth in truths])
    result = score(town, truths, reports)
    # 523,153.82 is what the official scorer gives PERFECT_TEAM
    assert (round(result.euro, 2), len(result.credits), len(result.false)) == (523_153.82, 23, 0)


def _town_of(pipes):
    """A long street of the named pipes, far apart: no leak is near another's report."""
    junctions = [f" n{i} 0 0" for i in range(2 * len(pipes))]
    lines = [f" {name} n{2 * i} n{2 * i + 1} 10 100 100" for i, name in enumerate(pipes)]
    lines += [f" w{i} n{2 * i + 1} n{2 * i + 2} 5000 100 100" for i in range(len(pipes) - 1)]
    text = ["[JUNCTIONS]", *junctions, "[RESERVOIRS]", " R 9", "[PIPES]", *lines]
    return read_network("\n".join([*text, " r R n0 5000 100 100", "[END]"]).encode())
