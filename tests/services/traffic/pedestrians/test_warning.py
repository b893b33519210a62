"""One crossing over a northbound street with a turn into it, and what is to be said there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.traffic.pedestrians.habits import (
    Counted,
    Habits,
    learn_habits,
    vehicle_cells,
    walker_cells,
)
from dalgu.services.traffic.pedestrians.lamps import episodes
from dalgu.services.traffic.pedestrians.layout import (
    CrossingLayout,
    Crossings,
    Zones,
    join_samples,
    sample_path,
)
from dalgu.services.traffic.pedestrians.matching import Tracks, match_vehicles, match_walkers
from dalgu.services.traffic.pedestrians.warning import Lights, Rule, cautions

NORTH, EAST, WEST = np.pi / 2, 0.0, np.pi


def the_layout() -> CrossingLayout:
    """A crossing from (-4, 0) to (4, 0); cars drive north through (2, 0)."""
    straight = sample_path(np.array([[2.0, -60.0], [2.0, 10.0]]), 60.0, 0)
    return CrossingLayout(
        Crossings(np.array([[[-4.0, 0.0], [4.0, 0.0]]]), np.array([4.0])),
        Zones(np.array([0]), np.array([6.0]), np.array([1.0]), np.array([14.0]), np.array([0.0])),
        join_samples([straight]),
    )


LAYOUT = the_layout()
NOBODY = np.zeros(0)


def cars(*placed: tuple[float, float, float]) -> Tracks:
    x, y, speed = (np.array(column, float) for column in zip(*placed, strict=True))
    return Tracks(x, y, speed, np.full(len(x), NORTH), np.full(len(x), 4.5))


def walkers(*placed: tuple[float, float, float, float]) -> Tracks:
    x, y, speed, heading = (np.array(column, float) for column in zip(*placed, strict=True))
    return Tracks(x, y, speed, heading, np.full(len(x), 0.3))


def sure() -> Habits:
    empty = Counted(np.zeros(0, np.int64), np.zeros(0, np.int64), NOBODY)
    shape = learn_habits(LAYOUT, empty, empty)
    return Habits(np.ones_like(shape.comes), np.ones_like(shape.crosses))


NO_SIGNAL = Lights(np.zeros(1), np.zeros(1), np.array([False]))
WALK = Lights(np.zeros(1), np.zeros(1), np.array([True]))


def warned(vehicles: Tracks, people: Tracks, lights=NO_SIGNAL, rule=Rule(), habits=None) -> int:  # noqa: B008
    given = cautions(LAYOUT, habits or sure(), (vehicles, people), lights, rule)
    return len(given.vehicle)


def test_a_car_and_a_walker_who_reach_the_same_place_are_cautioned():
    assert warned(cars((2.0, -30.0, 10.0)), walkers((-1.5, 0.0, 1.3, EAST))) == 1


def test_a_walker_who_has_passed_the_lane_is_not():
    assert warned(cars((2.0, -30.0, 10.0)), walkers((3.9, 0.0, 1.3, EAST))) == 0


def test_a_car_that_has_passed_is_not():
    assert warned(cars((2.0, 9.0, 10.0)), walkers((-1.5, 0.0, 1.3, EAST))) == 0


def test_somebody_who_walks_along_the_street_is_not():
    habits = sure()
    on_foot = match_walkers(LAYOUT.crossings, walkers((-5.0, 0.0, 1.3, NORTH)))
    cells = walker_cells(LAYOUT, walkers((-5.0, 0.0, 1.3, NORTH)), on_foot)
    habits.crosses[0, :, cells] = 0.05
    people = walkers((-5.0, 0.0, 1.3, NORTH))
    assert warned(cars((2.0, -30.0, 10.0)), people, habits=habits) == 0


def test_a_walker_who_waits_at_the_kerb_is_cautioned_as_the_car_comes_near():
    people = walkers((4.2, 0.0, 0.0, WEST))
    assert warned(cars((2.0, -40.0, 12.0)), people) == 1


def test_a_red_for_cars_silences_what_would_be_cautioned():
    stop = replace(WALK, go_in_s=np.array([20.0]))
    people = walkers((-1.5, 0.0, 1.3, EAST))
    assert warned(cars((2.0, -30.0, 10.0)), people, WALK) == 1
    assert warned(cars((2.0, -30.0, 10.0)), people, stop) == 0


def test_a_walker_whose_red_lasts_is_not_expected_on_the_road():
    wait = replace(WALK, walk_in_s=np.array([40.0]))
    people = walkers((4.2, 0.0, 0.0, WEST))
    assert warned(cars((2.0, -20.0, 12.0)), people, wait) == 0


@given(st.floats(-55, -5), st.floats(1, 15), st.floats(-6, 6), st.floats(0, 2))
def test_a_wider_rule_never_says_less(y, speed, x, pace):
    vehicles, people = cars((2.0, y, speed)), walkers((x, 0.0, pace, EAST))
    narrow = warned(vehicles, people, rule=Rule(post_encroachment_s=1.5, ahead_s=4.0))
    assert narrow <= warned(vehicles, people)


def test_nobody_about_is_nothing_to_say():
    nobody = Tracks(NOBODY, NOBODY, NOBODY, NOBODY, NOBODY)
    assert warned(nobody, nobody) == 0
    assert warned(cars((2.0, -30.0, 10.0)), nobody) == 0


def test_a_vehicle_is_matched_to_the_metres_it_has_left():
    found = match_vehicles(LAYOUT, cars((2.4, -23.4, 8.0)))
    assert found.zone.tolist() == [0]
    assert found.to_go_m[0] == pytest.approx(23.4, abs=0.01)


def test_oncoming_vehicles_are_not_on_the_path():
    turned = replace(cars((2.0, -20.0, 8.0)), heading_rad=np.array([-NORTH]))
    assert len(match_vehicles(LAYOUT, turned).zone) == 0


def test_habits_are_the_share_that_came_once_many_were_seen():
    vehicles = cars((2.0, -12.0, 8.0))
    approaching = match_vehicles(LAYOUT, vehicles)
    [cell] = vehicle_cells(LAYOUT, vehicles, approaching)
    came = np.array([1.0] * 300 + [0.0] * 700)
    seen = Counted(np.zeros(1000, np.int64), np.full(1000, cell), came)
    empty = Counted(np.zeros(0, np.int64), np.zeros(0, np.int64), NOBODY)
    habits = learn_habits(LAYOUT, seen, empty)
    [share] = habits.share_coming(LAYOUT, vehicles, approaching)
    assert share == pytest.approx(0.3, abs=0.01)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 100)), max_size=30))
def test_episodes_cover_every_moment_and_none_touch(moments):
    keys = np.array([key for key, _ in moments], np.int64)
    at_s = np.array([at for _, at in moments])
    found = episodes(keys, at_s, hold_s=4.0)
    for key, at in moments:
        own = found.key == key
        assert np.any((found.begin_s[own] <= at) & (at <= found.end_s[own]))
    for key in set(keys.tolist()):
        own = np.sort(found.begin_s[found.key == key])
        ends = np.sort(found.end_s[found.key == key])
        assert np.all(own[1:] - ends[:-1] > 4.0)
