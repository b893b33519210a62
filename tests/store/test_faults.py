"""The disk fills up or fails under a whole hub: refusals name the mend, and nothing is lost.

The campaign is `benchmarks/reliability/faults.py`; here is a short run of it.
"""

from benchmarks.reliability.faults import KINDS, run_faults
from benchmarks.reliability.power_cuts import damage_of


def test_a_failing_disk_is_named_outlived_and_loses_nothing(tmp_path):
    totals = run_faults(tmp_path, 3 * len(KINDS))

    assert damage_of(totals) == {}
    assert totals["refused"] > 5
    assert totals["acknowledged"] > 200
    wrong = ("bare failures", "without a mend", "refused after the cause was gone")
    assert {kind: totals[kind] for kind in wrong} == dict.fromkeys(wrong, 0)
