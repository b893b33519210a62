import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.traffic.pedestrians.conflicts import (
    Trajectory,
    crossing_encounter,
    crossing_time_to_collision_s,
    deceleration_to_avoid_mps2,
    time_to_collision_s,
)

AT = np.arange(0.0, 40.0, 0.2)


def northward(speed: float, start: float, length: float = 4.0) -> Trajectory:
    return Trajectory(AT, np.zeros(len(AT)), start + speed * AT, length, 1.8)


def eastward(speed: float, start: float) -> Trajectory:
    return Trajectory(AT, start + speed * AT, np.zeros(len(AT)), 0.4, 0.5)


@given(st.floats(3, 15), st.floats(0.6, 2.0), st.floats(2, 15), st.floats(2, 15))
def test_post_encroachment_has_its_closed_form(car_mps, walk_mps, car_in, walk_in):
    """Right angles, constant speeds: each holds the other's width, plus its own length."""
    car = northward(car_mps, -0.25 - car_mps * car_in)
    walker = eastward(walk_mps, -0.9 - walk_mps * walk_in)
    met = crossing_encounter(walker, car)
    car_out = car_in + (0.5 + 4.0) / car_mps
    walk_out = walk_in + (1.8 + 0.4) / walk_mps
    expected = max(car_in - walk_out, walk_in - car_out)
    assert met.post_encroachment_s == pytest.approx(expected, abs=1e-6)
    assert met.closest_at_s == pytest.approx(max(car_in, walk_in), abs=1e-6)


@given(st.floats(0.3, 1.4), st.floats(0, 6.28))
def test_turning_the_plane_changes_nothing(skew, turn):
    car, walker = northward(8.0, -80.0), eastward(1.3, -9.0)
    cosine, sine = np.cos(turn), np.sin(turn)

    def turned(one: Trajectory) -> Trajectory:
        x, y = one.x_m + skew * one.y_m, one.y_m
        return Trajectory(
            one.at_s, cosine * x - sine * y, sine * x + cosine * y, one.length_m, one.width_m
        )

    def still(one: Trajectory) -> Trajectory:
        return Trajectory(one.at_s, one.x_m + skew * one.y_m, one.y_m, one.length_m, one.width_m)

    one = crossing_encounter(still(walker), still(car))
    other = crossing_encounter(turned(walker), turned(car))
    assert other.post_encroachment_s == pytest.approx(one.post_encroachment_s, abs=1e-6)


def test_the_order_of_the_two_does_not_matter():
    car, walker = northward(8.0, -80.0), eastward(1.3, -9.0)
    one, other = crossing_encounter(car, walker), crossing_encounter(walker, car)
    assert one.post_encroachment_s == pytest.approx(other.post_encroachment_s)


def test_a_car_that_waits_for_the_walker_is_later():
    y = np.minimum(-60 + 8 * AT, -3.0)
    gone = AT > 14
    y = np.where(gone, -3.0 + 4.0 * (AT - 14), y)
    car = Trajectory(AT, np.zeros(len(AT)), y, 4.0, 1.8)
    met = crossing_encounter(eastward(1.3, -13.0), car)
    assert met.first.leave_s < met.second.enter_s


def test_paths_that_do_not_cross_have_no_encounter():
    assert crossing_encounter(northward(8.0, -80.0), eastward(1.0, 3.0)) is None


def test_followers_have_no_crossing_encounter():
    one = Trajectory(AT, AT.copy(), np.zeros(len(AT)), 4.0, 1.8)
    other = Trajectory(AT, AT.copy() - 10, 0.001 * AT - 0.01, 4.0, 1.8)
    assert crossing_encounter(one, other) is None


def test_time_to_collision_and_braking_have_their_closed_forms():
    gap, closing = np.array([20.0, 20.0, 5.0]), np.array([4.0, -1.0, 10.0])
    assert time_to_collision_s(gap, closing).tolist() == [5.0, np.inf, 0.5]
    assert deceleration_to_avoid_mps2(gap, closing).tolist() == [0.4, 0.0, 10.0]


@given(st.floats(1, 60), st.floats(0.5, 20))
def test_the_braking_that_avoids_stops_exactly_at_the_bumper(gap, closing):
    braking = deceleration_to_avoid_mps2(np.array([gap]), np.array([closing]))[0]
    stopping_s = closing / braking
    assert closing * stopping_s - braking * stopping_s**2 / 2 == pytest.approx(gap)


def test_crossing_paths_collide_only_if_both_hold_the_area():
    enter = (np.array([2.0, 2.0]), np.array([3.0, 3.0]))
    leave = (np.array([4.0, 2.5]), np.array([5.0, 5.0]))
    assert crossing_time_to_collision_s(enter, leave).tolist() == [3.0, np.inf]
