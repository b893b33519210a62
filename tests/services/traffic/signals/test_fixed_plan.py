"""The plan by the clock."""

import numpy as np
import pytest
from tests.services.traffic.signals.crossings import district, quiet

from dalgu.services.traffic.signals.fixed import Fixed, plan_lengths_s


@pytest.mark.parametrize(
    ("at_s", "stage"), [(0.0, 0), (29.9, 0), (30.0, 1), (40.9, 1), (41.0, 2), (64.0, 3), (75.0, 0)]
)
def test_a_step_begins_with_the_change_into_it(at_s, stage):
    layout = district()
    assert Fixed().decide(layout, quiet(layout, at_s=at_s)).stage[0] == stage


def test_the_cycle_repeats():
    layout = district()
    cycle_s = plan_lengths_s(layout).sum()
    assert cycle_s == 66.0 + 4 * 3.0
    first = [Fixed().decide(layout, quiet(layout, at_s=float(s))).stage[0] for s in range(78)]
    later = [Fixed().decide(layout, quiet(layout, at_s=s + cycle_s)).stage[0] for s in range(78)]
    assert first == later
    assert np.bincount(first).tolist() == [33, 11, 23, 11]
