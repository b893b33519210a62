"""The power is cut under rounds, registers and assessments: what was told of is there, whole.

The campaign is `benchmarks/reliability/certification_cuts.py`, which also says how; here are short
runs of it. A setting that loses, and files that are not synced, must fail the same check.
"""

import numpy as np
import pytest
from benchmarks.reliability.certification_cuts import LIVES, run_cuts
from benchmarks.reliability.disk import Disk
from benchmarks.reliability.files import Files
from benchmarks.reliability.power_cuts import damage_of

from dalgu.store import durable
from dalgu.store.sqlite import Durability

ACKNOWLEDGED = {"round": 100, "register": 500, "assessment": 30}


@pytest.mark.parametrize("what", LIVES)
def test_no_power_cut_leaves_anything_half_done(tmp_path, what):
    totals = run_cuts(tmp_path, what, 18, seed=3)

    assert damage_of(totals) == {}
    assert totals["acknowledged"] > ACKNOWLEDGED[what]
    assert totals["played to the end"] > 0


@pytest.mark.parametrize("what", LIVES)
def test_an_unsafe_setting_fails_the_same_check(tmp_path, what):
    assert damage_of(run_cuts(tmp_path, what, 10, Durability.OFF, seed=2)) != {}


@pytest.mark.parametrize("what", ["round", "assessment"])
def test_files_that_are_not_synced_fail_the_same_check(tmp_path, what, monkeypatch):
    monkeypatch.setattr(durable, "sync", lambda path: None)
    assert damage_of(run_cuts(tmp_path, what, 10, seed=2)) != {}


def test_a_file_of_which_nothing_was_synced_may_be_lost_torn_or_whole(tmp_path):
    found = set()
    rng = np.random.default_rng(1)
    for _ in range(60):
        files = Files(Disk(rng), (tmp_path,))
        files.settle()
        (tmp_path / "a").write_bytes(b"x" * 4_096)
        files.lose()
        left = (tmp_path / "a").read_bytes() if (tmp_path / "a").exists() else None
        (tmp_path / "a").unlink(missing_ok=True)
        found.add(left if left is None else left.count(b"x") % 4_096 == 0)
    assert found == {None, True, False}


@pytest.mark.slow
@pytest.mark.parametrize("what", LIVES)
def test_fifteen_power_cuts_leave_nothing_half_done(tmp_path, what):
    assert damage_of(run_cuts(tmp_path, what, 15, seed=500)) == {}
