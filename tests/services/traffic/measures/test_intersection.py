import math
import re

import numpy as np
import pytest
from tests.services.traffic.measures.streets import CROSS, LEFT, MAIN, WALK, network

from dalgu.services.traffic.measures.intersection import intersection_of
from dalgu.services.traffic.measures.pictograms import HALF, pictograms
from dalgu.services.traffic.measures.plan_picture import VEHICLE_M, plan_picture, queue_path
from dalgu.services.traffic.measures.standing import LaneCounts, standing_of
from dalgu.services.traffic.network.model import Turn

STREETS = network()
HERE = intersection_of(STREETS, STREETS.signals[1])


def counts(**given):
    size = len(HERE.lanes)
    filled = {
        "flow_veh_h": np.full(size, 300.0),
        "green_share": np.full(size, 0.4),
        "queue_veh": np.zeros(size),
        "waiting_s": np.zeros(size),
        "on_green": np.full(size, np.nan),
    }
    return LaneCounts(**(filled | given))


def test_arms_stand_where_their_roads_come_from_with_ways_in_and_out():
    assert [arm.compass for arm in HERE.arms] == ["e", "n", "w", "s"]
    assert [(arm.enters.start, arm.leaves.end) for arm in HERE.arms] == [
        (name, name) for name in ("s2", "n1", "s0", "b1")
    ]
    assert [len(arm.lanes) for arm in HERE.arms] == [3, 2, 3, 2]
    assert [arm.crossing is not None for arm in HERE.arms] == [False, False, True, False]


def test_lanes_of_the_same_groups_are_one_lane_group_and_a_pocket_is_its_own():
    groups = [
        (one.arm, one.groups, [lane.number for lane in one.lanes]) for one in HERE.lane_groups
    ]
    assert groups == [
        (0, (MAIN,), [1, 2]),
        (0, (LEFT,), [3]),
        (1, (CROSS,), [4, 5]),
        (2, (MAIN,), [6, 7]),
        (2, (LEFT,), [8]),
        (3, (CROSS,), [9, 10]),
    ]
    assert [lane.is_pocket for lane in HERE.lanes].count(True) == 2
    assert HERE.is_walk(WALK)
    assert not HERE.is_walk(MAIN)


def test_vehicles_come_in_on_the_right_hand_side():
    picture = plan_picture(HERE)
    # from the west: eastbound, so below the road's middle, where y is positive in SVG
    west = [lane for lane in picture.lanes if lane.number in (6, 7, 8)]
    assert all(lane.head[1] > 0 > lane.head[0] for lane in west)
    kerb, pocket = west[0], west[2]
    assert kerb.head[1] > pocket.head[1] > 0
    assert math.dist(*kerb.axis) > math.dist(*pocket.axis)


def test_ways_lead_from_their_lane_into_the_right_half_of_the_exit():
    picture = plan_picture(HERE)
    through = next(one for one in picture.paths if one.movement == "s0-s1_1-through")
    end = [float(number) for number in through.d.rsplit(" ", 2)[-2:]]
    assert end[0] > 0
    assert end[1] > 0  # eastward on the south half
    assert all(abs(number) <= picture.reach_m for number in end)


def test_a_queue_is_as_long_as_its_vehicles_until_the_drawing_ends():
    lane = plan_picture(HERE).lanes[0]
    start, end = (
        [float(number) for number in part.split()] for part in queue_path(lane, 3.0)[1:].split("L")
    )
    assert math.dist(start, end) == pytest.approx(3 * VEHICLE_M, abs=0.2)
    assert queue_path(lane, 1_000.0) == lane.queue


def test_every_stage_has_a_pictogram_of_what_is_green_in_it():
    main, left, cross = pictograms(HERE)
    assert main.walks == "" != cross.walks
    assert main.go.count("C") == 2  # east to west and back
    assert left.go.count("C") == 4
    assert main.give_way.count("C") == 2  # right turns that give way
    numbers = [float(n) for n in re.sub("[MLC]", " ", main.go).split()]
    assert max(map(abs, numbers)) <= HALF


def test_standing_is_by_the_manual_and_the_worst_lane_group_shows():
    flow = np.full(len(HERE.lanes), 300.0)
    flow[2] = 1_000.0  # the left turn from the east
    made = standing_of(HERE, counts(flow_veh_h=flow), cycle_s=80.0)
    main, left = made.groups[0], made.groups[1]
    # 0.4 of 80 s shown, 3 s of amber used, 4 s lost: 31 s of 80
    assert main.capacity_veh_h == pytest.approx(3_400 * 31 / 80)
    assert main.degree_of_saturation == pytest.approx(600 / (3_400 * 31 / 80))
    assert left.degree_of_saturation > 1
    assert made.worst_saturation == left.degree_of_saturation
    assert left.level in ("F", "FF", "FFF")
    assert made.arm_delay_s[0] > made.arm_delay_s[1]
    assert main.room_veh == pytest.approx(400 / 7)
    assert made.of_lane(2) is main
    assert made.of_lane(99) is None


def test_the_critical_saturation_is_of_the_whole_cycle():
    made = standing_of(HERE, counts(), cycle_s=80.0)
    # main 600/3400 in stages 0 and 1, left 300/1700 in stage 1, cross 600/3400 in stage 2
    least = 300 / 1_700 + 600 / 3_400
    assert made.critical_saturation == pytest.approx(least * 80 / (80 - 12))


def test_what_was_not_served_or_met_nobody_is_not_judged():
    share = np.full(len(HERE.lanes), 0.4)
    share[:2] = 0.0
    flow = np.full(len(HERE.lanes), 300.0)
    flow[3:5] = 0.0
    made = standing_of(HERE, counts(green_share=share, flow_veh_h=flow), cycle_s=80.0)
    assert made.groups[0].delay_s is None
    assert made.groups[2].degree_of_saturation is None
    assert made.groups[3].delay_s is not None
    empty = standing_of(HERE, counts(flow_veh_h=np.zeros(10)), cycle_s=80.0)
    assert (empty.delay_s, empty.level, empty.critical_saturation) == (None, "", None)


def test_free_right_turns_have_no_groups():
    assert all(Turn.RIGHT in lane.turns for lane in HERE.lanes if lane.number in (1, 4, 6, 9))
