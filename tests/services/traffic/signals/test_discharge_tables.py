"""How stages discharge lanes, reckoned and learned."""

from dataclasses import replace

import numpy as np
import pytest
from tests.services.traffic.signals.crossings import district, quiet, with_queue

from dalgu.services.traffic.signals.discharge import lanes_of, released, served
from dalgu.services.traffic.signals.saturation import learned_rates, nothing_yet, observe


def shared(layout):
    """Let lane 0 also turn left with stage 1, by a quarter of its vehicles."""
    return replace(
        layout,
        movement_lane=np.append(layout.movement_lane, 0),
        movement_group=np.append(layout.movement_group, 1),
        movement_share=np.append(np.where(layout.movement_lane == 0, 0.75, 1.0), 0.25),
        movement_permissive=np.append(layout.movement_permissive, False),
        movement_next=np.append(layout.movement_next, -1),
        movement_travel_s=np.append(layout.movement_travel_s, 0.0),
    )


def test_a_lane_of_one_turn_discharges_at_its_saturation_flow():
    lanes = lanes_of(district())
    assert lanes.rate_veh_s[0].tolist() == [0.5, 0.5, 0, 0, 0, 0, 0, 0]
    assert (lanes.run_veh[0, :2] >= 60).all()


def test_a_shared_lane_runs_until_somebody_stands_at_red():
    lanes = lanes_of(shared(district()))
    assert lanes.run_veh[0, 0] == pytest.approx(3.0)  # 0.75 / 0.25
    assert lanes.run_veh[1, 0] == pytest.approx(1.0 / 3.0)


def test_giving_way_is_slower():
    layout = district()
    gives_way = replace(layout, movement_permissive=layout.movement_lane == 2)
    assert lanes_of(gives_way).rate_veh_s[1, 2] == pytest.approx(0.5 / 2.5)


def test_who_stood_through_green_is_released_by_the_stage_that_lets_it():
    layout = shared(district())
    tried = np.zeros(9, bool)
    tried[0] = True  # lane 0 stood through its through green: it wants to turn left
    chance = released(layout, tried)
    assert chance[1, 0] == pytest.approx(1.0)
    assert chance[0, 0] == 0.0
    assert chance[2, 0] == 0.0


def test_who_gave_way_in_vain_is_released_where_it_need_not():
    layout = district()
    yields = np.zeros_like(layout.stage_group)
    yields[0, 1] = True
    both = layout.stage_group.copy()
    both[0, 1] = True  # left turns give way in stage 0, and go freely in stage 1
    chance = released(replace(layout, stage_group=both, stage_yields=yields), np.arange(8) == 2)
    assert chance[0, 2] == 0.0
    assert chance[1, 2] == pytest.approx(1.0)


def test_moving_vehicles_leave_no_sooner_than_they_come():
    layout = district()
    arriving = np.zeros((8, 15))
    arriving[0, 5] = 1.0
    gone = served(lanes_of(layout), quiet(layout, arriving_veh=arriving), np.zeros((4, 8)))
    assert gone[0, 0, 4] == 0.0
    assert gone[0, 0, 5] == 1.0


def test_discharge_is_learned_from_what_passes():
    layout = district()
    before = with_queue(layout, 0, 8.0)
    sums, passed = nothing_yet(layout), np.zeros(8)
    passed[0] = 0.8  # 0.2 veh/s
    for _ in range(200):
        after = replace(before, at_s=before.at_s + 4.0, stage_age_s=before.stage_age_s + 4.0)
        sums = observe(layout, sums, before, after, passed)
        before = after
    rates = learned_rates(layout, sums)
    assert rates[0, 0] == pytest.approx(0.2, abs=0.02)
    assert rates[0, 1] == 0.5
    assert rates[1, 0] == 0.0


def test_nothing_is_learned_while_a_signal_changes():
    layout = district()
    before = with_queue(layout, 0, 8.0, changing_s=np.array([2.0]), stage_age_s=np.zeros(1))
    after = replace(before, at_s=4.0, changing_s=np.zeros(1), stage_age_s=np.array([2.0]))
    assert not observe(layout, nothing_yet(layout), before, after, np.ones(8)).open_s.any()
