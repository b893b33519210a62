"""The power is cut while clients write: what was acknowledged is there, whole, afterwards.

The campaign is `benchmarks/reliability/power_cuts.py`, which also says how; here are short runs
of it. The unsafe settings must fail the same check, or the check is worth nothing.
"""

import pytest
from benchmarks.reliability.power_cuts import damage_of, run_cuts

from dalgu.store.sqlite import Durability


def test_no_acknowledged_write_is_lost_by_a_power_cut(tmp_path):
    totals = run_cuts(tmp_path, 40)

    assert damage_of(totals) == {}
    assert totals["acknowledged"] > 400
    assert totals["cut off"] > 100


@pytest.mark.parametrize("durability", [Durability.NORMAL, Durability.OFF])
def test_the_unsafe_settings_fail_the_same_check(tmp_path, durability):
    totals = run_cuts(tmp_path, 8, durability, seed=2)

    assert damage_of(totals) != {}


@pytest.mark.slow
def test_eighty_power_cuts_lose_nothing(tmp_path):
    totals = run_cuts(tmp_path, 80, seed=1_000)

    assert damage_of(totals) == {}
    assert totals["acknowledged"] > 900
