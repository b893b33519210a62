"""Control delay and queues beside closed forms, a published example and a queue counted out."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from dalgu.services.traffic.measures.critical import (
    critical_degree_of_saturation,
    critical_flow_ratio,
)
from dalgu.services.traffic.measures.lane_groups import (
    LaneGroupInvalid,
    actuated_k,
    back_of_queue,
    control_delay,
    effective_green,
    lane_groups,
    upstream_filtering,
)
from dalgu.services.traffic.measures.level_of_service import (
    HCM,
    KHCM,
    delay_over,
    levels_of_service,
)


def one(flow, saturation=1_800.0, green=30.0, cycle=60.0, lanes=1.0):
    columns = (np.array([float(value)]) for value in (flow, saturation, green, cycle))
    return lane_groups(*columns, lanes=np.array([lanes]))


def test_capacity_is_saturation_flow_times_the_green_ratio():
    group = one(600)
    assert group.capacity_veh_h.tolist() == [900.0]
    assert group.degree_of_saturation.tolist() == [600 / 900]


def test_uniform_delay_is_that_of_a_published_example():
    # GATE civil engineering 2020 (arrivals 20/min, service 50/min, red 30 s, cycle 60 s): 12.5 s
    assert control_delay(one(1_200, saturation=3_000)).uniform_s.tolist() == pytest.approx([12.5])


def test_delay_over_capacity_is_that_of_a_published_example():
    # Roess, Prassas & McShane, Traffic Engineering, 4th ed.: v 800, c 775, g/C 0.40, C 90 s,
    # T 0.25 h, fixed plan, isolated; from the manual's equations by hand
    group = one(800, saturation=775 / 0.4, green=36, cycle=90)
    delay = control_delay(group)
    x = 800 / 775
    second = 225 * ((x - 1) + ((x - 1) ** 2 + 4 * x / (775 * 0.25)) ** 0.5)
    assert delay.uniform_s[0] == pytest.approx(27.0)
    assert delay.incremental_s[0] == pytest.approx(second)
    assert 40 < delay.incremental_s[0] < 42


def counted_out(flow, capacity, begin, period_h, steps=200_000):
    """Vehicle-hours that a fluid queue waits, and its end, without any formula."""
    step, queue, waited = period_h / steps, begin, 0.0
    for _ in range(steps):
        queue = max(queue + (flow - capacity) * step, 0.0)
        waited += queue * step
    return waited, queue


@pytest.mark.parametrize("flow", [600, 880, 1_100])
def test_initial_queue_delay_is_what_a_counted_queue_adds(flow):
    group = dataclasses.replace(one(flow), initial_veh=np.array([12.0]))
    with_queue, end = counted_out(flow, 900.0, 12.0, 0.25)
    without, end_without = counted_out(flow, 900.0, 0.0, 0.25)
    # what is left at the end goes at capacity; who was there before is not among the arrivals
    later = (end**2 - end_without**2) / (2 * 900)
    added_h = with_queue - without + later - 12.0**2 / (2 * 900)
    expected_s = added_h * 3_600 / (flow * 0.25)
    assert control_delay(group).initial_queue_s[0] == pytest.approx(expected_s, rel=1e-3)


def test_oversaturated_delay_nears_the_deterministic_queue():
    long = control_delay(one(1_800), period_h=100.0).incremental_s[0]
    assert long == pytest.approx(1_800 * 100.0 * (2.0 - 1), rel=1e-3)


def test_random_arrivals_need_no_platoon_correction_and_good_platoons_lose_less():
    base = one(600)
    uniform = 0.5 * 60 * 0.5**2 / (1 - 600 / 900 * 0.5)
    assert control_delay(base).uniform_s[0] == pytest.approx(uniform)
    good = dataclasses.replace(base, on_green=np.array([0.8]))
    bad = dataclasses.replace(base, on_green=np.array([0.2]))
    assert control_delay(good).uniform_s[0] < uniform < control_delay(bad).uniform_s[0]
    all_on_green = dataclasses.replace(base, on_green=np.array([1.0]))
    assert control_delay(all_on_green).uniform_s[0] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_uniform_delay_is_the_area_of_the_queue_polygon(share):
    """Arrivals at one rate in red and another on green, counted out in steps of 1 ms."""
    flow, saturation, green, cycle = 600.0, 1_800.0, 30.0, 60.0
    per_cycle = flow * cycle / 3_600
    step, queue, area, most = 0.001, 0.0, 0.0, 0.0
    stopped, arrived = None, 0.0
    for n in range(int(cycle / step)):
        red = n * step < cycle - green
        rate = per_cycle * (1 - share) / (cycle - green) if red else per_cycle * share / green
        arrived += rate * step
        queue = max(queue + rate * step - (0.0 if red else saturation / 3_600 * step), 0.0)
        most, area = max(most, queue), area + queue * step
        if not red and queue == 0.0 and stopped is None:
            stopped = arrived
    group = dataclasses.replace(one(flow), on_green=np.array([share]))
    assert control_delay(group).uniform_s[0] == pytest.approx(area / per_cycle, rel=1e-3)
    only_uniform = back_of_queue(group, k=0.0)
    second = control_delay(group, k=0.0).incremental_s[0]
    assert second == pytest.approx(0.0, abs=1e-9)
    assert only_uniform.mean_veh[0] == pytest.approx(stopped, rel=1e-3)


@given(floats(1, 3_000), floats(5, 55), floats(0, 1))
def test_delay_and_queue_grow_with_flow(flow, green, share):
    def made(value):
        return dataclasses.replace(one(value, green=green), on_green=np.array([share]))

    less, more = made(flow), made(flow * 1.1)
    assert control_delay(less).total_s[0] <= control_delay(more).total_s[0] + 1e-9
    assert back_of_queue(less).mean_veh[0] <= back_of_queue(more).mean_veh[0] + 1e-9
    queue = back_of_queue(less)
    assert 0 <= queue.mean_veh[0] <= queue.percentile_95_veh[0] <= 1.8 * queue.mean_veh[0] + 1e-9


@given(floats(0, 2))
def test_factors_stay_within_what_the_manual_gives(saturation):
    x = np.array([saturation])
    assert 0.04 <= actuated_k(x, 2.0)[0] <= 0.5
    assert 0.09 <= upstream_filtering(x)[0] <= 1.0


def test_effective_green_is_what_is_shown_less_four_seconds_and_the_clearance():
    times = (np.array([value]) for value in (30.0, 3.0, 2.0, 4.0))
    assert effective_green(*times).tolist() == [31.0]


def test_a_green_longer_than_its_cycle_is_refused():
    with pytest.raises(LaneGroupInvalid, match="must not pass the cycle"):
        one(600, green=61)


def test_levels_go_by_delay_and_a_lane_group_over_capacity_is_f():
    delay = np.array([10.0, 10.1, 80.0, 80.1])
    assert [HCM.names[n] for n in levels_of_service(delay, HCM)] == ["A", "B", "E", "F"]
    over = levels_of_service(np.array([10.0]), HCM, degree_of_saturation=np.array([1.01]))
    assert HCM.names[over[0]] == "F"
    korean = levels_of_service(np.array([30.0, 220.0, 220.1, 400.0]))
    assert [KHCM.names[n] for n in korean] == ["B", "F", "FF", "FFF"]
    # the examples of R package KHCMinR, LOS_si(44) and LOS_si(157)
    assert [KHCM.names[n] for n in levels_of_service(np.array([44.0, 157.0]))] == ["C", "F"]


def test_the_delay_of_an_approach_is_weighted_by_flow():
    made = delay_over(
        np.array([10.0, 40.0, 5.0]), np.array([300.0, 100.0, 0.0]), np.array([0, 0, 1]), 2
    )
    assert made[0] == 17.5
    assert np.isnan(made[1])


def test_the_critical_path_is_the_sum_of_the_highest_of_each_stage():
    ratio = np.array([0.3, 0.2, 0.25, 0.1])
    stages = np.array([[True, True, False, False], [False, False, True, True]])
    assert critical_flow_ratio(ratio, stages) == pytest.approx(0.55)
    assert critical_degree_of_saturation(0.55, 90.0, 9.0) == pytest.approx(0.55 * 90 / 81)


def test_a_lane_group_green_in_two_stages_is_served_by_both():
    ratio = np.array([0.5, 0.2, 0.2])
    stages = np.array([[True, True, False], [True, False, True]])
    assert critical_flow_ratio(ratio, stages) == pytest.approx(0.5)
    with pytest.raises(LaneGroupInvalid):
        critical_flow_ratio(ratio, np.array([[True, True, False]]))
