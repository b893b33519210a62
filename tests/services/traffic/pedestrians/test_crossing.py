import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.traffic.network.model import Zone
from dalgu.services.traffic.pedestrians.crossing import (
    DESIGN_MPS,
    ExtensionBounds,
    TurnDuty,
    demand_per_hour,
    extension_s,
    green_needed_s,
    right_turn_duty,
    stopped_before_line,
    time_to_clear_s,
)

seconds = st.floats(0, 60)
zones = st.sampled_from(Zone)


def test_greens_are_those_that_cities_publish():
    # Hankyung, 3 July 2020: 1.0 m/s to 0.8 m/s makes greens 20 to 25 % longer.
    walk = green_needed_s(20, Zone.SILVER) - green_needed_s(0, Zone.SILVER)
    usual = green_needed_s(20, Zone.NONE) - green_needed_s(0, Zone.NONE)
    assert walk / usual == pytest.approx(1.25)


@given(st.lists(seconds, max_size=5), seconds, st.floats(0, 10), st.floats(0, 10))
def test_an_extension_never_passes_its_bounds(clear, left, given_s, most):
    found = extension_s(np.array(clear), left, given_s, ExtensionBounds(most))
    assert 0 <= found <= max(most - given_s, 0)


@given(st.lists(seconds, min_size=1, max_size=5), seconds)
def test_an_extension_within_bounds_lets_everybody_arrive(clear, left):
    found = extension_s(np.array(clear), left, 0.0, ExtensionBounds(cycle_max_s=1000))
    assert left + found >= max(clear) or found == 0.0
    if found == 0.0:
        assert max(clear) + 1.0 <= left


@given(st.floats(0, 30), st.floats(0, 30), st.floats(0, 3), zones)
def test_the_farther_the_longer(near, far, pace, zone):
    low, high = sorted((near, far))
    one, other = time_to_clear_s(np.array([low, high]), np.array([pace, pace]), zone)
    assert one <= other


@given(st.floats(1, 30), zones)
def test_nobody_is_taken_to_be_faster_than_the_design(to_go, zone):
    [clear] = time_to_clear_s(np.array([to_go]), np.array([3.0]), zone)
    assert clear == pytest.approx(to_go / DESIGN_MPS[zone])


def test_who_faces_red_stops_whoever_walks():
    assert right_turn_duty(facing_red=True, somebody_crossing=False) is TurnDuty.STOP
    assert right_turn_duty(facing_red=True, somebody_crossing=True) is TurnDuty.STOP
    assert right_turn_duty(facing_red=False, somebody_crossing=True) is TurnDuty.YIELD
    assert right_turn_duty(facing_red=False, somebody_crossing=False) is TurnDuty.SLOW


def test_an_arrow_is_waited_for_while_red_and_lets_nobody_be_run_over_while_green():
    def duty(red, somebody):
        return right_turn_duty(facing_red=red, somebody_crossing=somebody, has_arrow=True)

    assert duty(True, False) is duty(True, True) is TurnDuty.WAIT
    assert duty(False, True) is TurnDuty.YIELD
    assert duty(False, False) is TurnDuty.SLOW


def test_rolling_over_the_line_is_no_stop():
    line = np.array([12.0, 8.0, 5.0, 2.0, -1.0])
    assert not stopped_before_line(line, np.array([8.0, 6.0, 3.0, 2.5, 3.0]))
    assert stopped_before_line(line, np.array([8.0, 6.0, 3.0, 0.1, 3.0]))
    assert not stopped_before_line(line, np.array([0.0, 6.0, 3.0, 2.5, 3.0]))


def test_demand_counts_the_window_only():
    begun = np.array([0.0, 100.0, 899.0, 901.0])
    assert demand_per_hour(begun, 900.0) == 8.0
