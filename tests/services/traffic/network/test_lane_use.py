import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.traffic.network.lane_use import lane_uses
from dalgu.services.traffic.network.model import Turn

L, T, R = Turn.LEFT, Turn.THROUGH, Turn.RIGHT
FLOWS = st.dictionaries(st.sampled_from([L, T, R]), st.floats(0, 3_000), min_size=1)


@given(FLOWS, st.integers(1, 4), st.integers(0, 2))
def test_every_turn_has_a_lane_and_all_vehicles_find_one(flows, lanes, pockets):
    uses = lane_uses(flows, lanes, pockets)
    assert set().union(*(use.turns for use in uses)) == set(flows)
    assert sum(use.share for use in uses) == pytest.approx(1.0)
    total = sum(max(q, 1e-3) for q in flows.values())
    for turn, flow in flows.items():
        carried = sum(use.share * use.turns.get(turn, 0.0) for use in uses)
        assert carried == pytest.approx(max(flow, 1e-3) / total, abs=1e-6)
    for use in uses:
        assert sum(use.turns.values()) == pytest.approx(1.0)


def test_right_turns_use_the_kerb_lane_and_left_turns_the_pocket():
    uses = lane_uses({L: 100.0, T: 600.0, R: 200.0}, 3, 1)
    assert [sorted(use.turns) for use in uses] == [[R, T], [T], [T], [L]]
    assert uses[0].share == pytest.approx(uses[1].share)
    assert [use.is_pocket for use in uses] == [False, False, False, True]


def test_a_kerb_lane_full_of_right_turns_carries_nothing_else():
    uses = lane_uses({T: 100.0, R: 900.0}, 2, 0)
    assert list(uses[0].turns) == [R]
    assert list(uses[1].turns) == [T]


def test_a_road_that_ends_at_another_splits_into_left_and_right():
    uses = lane_uses({L: 300.0, R: 100.0}, 2, 1)
    assert [list(use.turns) for use in uses] == [[R], [L]]
    assert len(lane_uses({L: 300.0, R: 100.0}, 1, 1)) == 1
