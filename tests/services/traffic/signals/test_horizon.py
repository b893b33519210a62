"""The stage that serves most for the time it takes."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.traffic.signals.crossings import busy, district, quiet, with_queue

from dalgu.services.traffic.signals.explain import reasons
from dalgu.services.traffic.signals.horizon import Horizon, stuck_lanes


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_the_parts_add_up_to_the_score(seed):
    layout = district(4)
    decision = Horizon().decide(layout, busy(layout, np.random.default_rng(seed)))
    parts = [decision.terms[name] for name in ("queue", "arriving", "waiting", "kept")]
    np.testing.assert_allclose(sum(parts), decision.score)


def test_the_score_of_one_queue_is_what_it_serves_by_the_time_spent():
    layout = district()
    controller = Horizon(wait_per_s=0.0, start_up_s=1.0)
    decision = controller.decide(layout, with_queue(layout, 4, 4.0))
    # 3 s of change, 1 s of start-up, then 0.5 veh/s: 4 vehicles by the end of second 12
    assert decision.score[2] == pytest.approx(4.0 / 12.0)
    assert decision.terms["served_veh"][2] == pytest.approx(4.0)
    assert decision.terms["change_s"][2] == 3.0


def test_a_running_stage_is_held_for_who_is_about_to_come():
    layout = district()
    seen = with_queue(layout, 4, 2.0)
    arriving = np.zeros_like(seen.arriving_veh)
    arriving[0:2, 0:3] = 1.0
    platoon = replace(seen, arriving_veh=arriving)
    assert Horizon().decide(layout, seen).stage[0] == 2
    assert Horizon().decide(layout, platoon).stage[0] == 0


def test_a_queue_without_room_behind_the_crossing_is_not_served():
    layout = district()
    seen = with_queue(layout, 4, 10.0)
    queue, room = seen.queue_veh.copy(), seen.exit_room_veh.copy()
    queue[6], room[4] = 2.0, 0.0
    full = replace(seen, queue_veh=queue, exit_room_veh=room)
    assert Horizon().decide(layout, replace(full, exit_room_veh=seen.exit_room_veh)).stage[0] == 2
    assert Horizon().decide(layout, full).stage[0] == 3


def test_a_lane_that_stands_at_green_counts_for_nothing():
    layout = district()
    seen = with_queue(layout, 0, 8.0)
    stood = replace(seen, waiting_s=np.where(seen.queue_veh > 0, 60.0, 0.0))
    assert stuck_lanes(layout, stood)[0]
    decision = Horizon().decide(layout, stood)
    assert decision.terms["served_veh"][0] == 0.0
    assert decision.terms["blocked_veh"][0] == 8.0


def test_who_waits_longer_counts_more():
    layout = district()
    seen = with_queue(layout, 4, 3.0)
    queue, waiting = seen.queue_veh.copy(), seen.waiting_s.copy()
    queue[6], waiting[6] = 3.0, 60.0
    red_s = np.where(seen.red_s > 0, 70.0, 0.0)
    waits = replace(seen, queue_veh=queue, waiting_s=waiting, red_s=red_s)
    decision = Horizon().decide(layout, waits)
    assert decision.stage[0] == 3
    assert decision.terms["queue"][3] == pytest.approx(decision.terms["queue"][2])


def test_vehicles_keep_their_green_while_pedestrians_clear():
    layout = district(change_s=20.0)
    keep = np.full(layout.change_s.shape, 16.0)
    seen = with_queue(layout, 0, 8.0)
    plain = Horizon().decide(layout, seen)
    kept = Horizon().decide(replace(layout, keep_s=keep), seen)
    assert plain.terms["kept"][2] == 0.0
    assert kept.terms["kept"][2] > 0.0


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_dead_detectors_change_few_decisions(share):
    layout = district(200)
    rng = np.random.default_rng(11)
    seen = replace(busy(layout, rng), healthy=np.ones(1_600, bool))
    forecast = 3_600.0 * (seen.queue_veh + seen.arriving_veh.sum(axis=1)) / 60.0
    seen = replace(seen, predicted_veh_h=forecast)
    dead = rng.random(1_600) < share
    blind = replace(
        seen,
        healthy=~dead,
        queue_veh=np.where(dead, 0.0, seen.queue_veh),
        arriving_veh=np.where(dead[:, None], 0.0, seen.arriving_veh),
    )
    same = Horizon().decide(layout, seen).stage == Horizon().decide(layout, blind).stage
    assert same.mean() > 1.0 - 3.0 * share
    unaware = replace(blind, healthy=np.ones(1_600, bool))
    assert np.mean(same) >= np.mean(
        Horizon().decide(layout, seen).stage == Horizon().decide(layout, unaware).stage
    )


def test_a_lying_detector_is_told():
    layout = district()
    seen = quiet(layout, healthy=np.arange(8) != 4)
    told = reasons(layout, seen, Horizon().decide(layout, seen), 0)
    assert "x0_4" in told[-1].en


def test_1024_signals_take_well_under_half_a_second_and_cost_is_flat():
    taken = {}
    for n in (128, 1_024):
        layout = district(n)
        seen = busy(layout, np.random.default_rng(2))
        times = []
        for _ in range(5):
            started = time.process_time()
            Horizon().decide(layout, seen)
            times.append(time.process_time() - started)
        taken[n] = min(times)
    assert taken[1_024] < 0.5
    assert taken[1_024] / 1_024 < 3.0 * taken[128] / 128
