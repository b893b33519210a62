"""What a right-turning vehicle owed, whether it stopped, and when it is about not to."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.traffic.pedestrians.crossing import TurnDuty
from dalgu.services.traffic.pedestrians.turning import (
    Turned,
    TurnTrack,
    judge_turn,
    will_not_stop,
)

ROLLS = ((12.0, 6.0), (8.0, 5.0), (4.0, 4.0), (1.0, 4.0), (-1.0, 4.0))
STOPS = ((12.0, 6.0), (5.0, 3.0), (1.0, 0.0), (1.0, 0.0), (-1.0, 2.0))


def a_track(way, *, red=False, somebody=False, has_arrow=False):
    to_line, speed = (np.array(column) for column in zip(*way, strict=True))
    return TurnTrack(to_line, speed, np.full(len(way), red), np.full(len(way), somebody), has_arrow)


@pytest.mark.parametrize(
    ("red", "somebody", "has_arrow", "duty"),
    [
        (False, False, False, TurnDuty.SLOW),
        (False, True, False, TurnDuty.YIELD),
        (True, False, False, TurnDuty.STOP),
        (True, True, False, TurnDuty.STOP),
        (True, False, True, TurnDuty.WAIT),
        (False, True, True, TurnDuty.YIELD),
    ],
)
def test_who_rolls_over_the_line_breaks_what_it_owes(red, somebody, has_arrow, duty):
    turned = judge_turn(a_track(ROLLS, red=red, somebody=somebody, has_arrow=has_arrow))
    assert turned == Turned(duty, has_stopped=False)
    assert turned.is_kept is (None if duty is TurnDuty.SLOW else False)


def test_who_stopped_at_red_and_for_somebody_kept_it():
    assert judge_turn(a_track(STOPS, red=True)) == Turned(TurnDuty.STOP, has_stopped=True)
    assert judge_turn(a_track(STOPS, somebody=True)) == Turned(TurnDuty.YIELD, has_stopped=True)


def test_who_stopped_owed_what_made_it_stop_though_the_light_has_changed():
    red = np.array([True, True, True, False, False])
    assert judge_turn(replace(a_track(STOPS), facing_red=red)).duty is TurnDuty.STOP
    waited = judge_turn(replace(a_track(STOPS, has_arrow=True), facing_red=red))
    assert waited == Turned(TurnDuty.WAIT, has_stopped=True)


def test_a_red_that_ends_before_the_line_owes_no_stop():
    red = np.array([True, True, True, False, False])
    assert judge_turn(replace(a_track(ROLLS), facing_red=red)).duty is TurnDuty.SLOW


def test_who_stops_and_then_passes_a_red_arrow_has_broken_it():
    assert judge_turn(a_track(STOPS, red=True, has_arrow=True)).is_kept is False


def test_who_has_not_passed_the_line_is_not_judged():
    assert judge_turn(a_track(ROLLS[:-1], red=True)) is None


steps = st.lists(st.floats(0.1, 4.0), min_size=3, max_size=20)


@given(steps, st.data())
def test_a_vehicle_that_stops_at_the_line_is_never_told_to_have_broken_its_duty(steps, data):
    """Whatever lights and people change meanwhile, unless it then passes a red arrow."""
    count = len(steps)
    to_line = np.append(np.cumsum(steps)[::-1], -0.5)
    speed = np.array(data.draw(st.lists(st.floats(0, 9), min_size=count + 1, max_size=count + 1)))
    flags = st.lists(st.booleans(), min_size=count + 1, max_size=count + 1)
    red, somebody = np.array(data.draw(flags)), np.array(data.draw(flags))
    has_arrow = data.draw(st.booleans())
    speed[data.draw(st.sampled_from(np.flatnonzero(to_line[:-1] < 6.0).tolist()))] = 0.2
    red[-2] &= not has_arrow
    assert judge_turn(TurnTrack(to_line, speed, red, somebody, has_arrow)).is_kept is not False


def test_somebody_crosses_and_the_vehicle_can_hardly_stop_any_more():
    found = will_not_stop(a_track(ROLLS[:3], red=True, somebody=True))  # 4 m at 4 m/s: 2 m/s²
    assert found is None
    found = will_not_stop(a_track(ROLLS[:4], red=True, somebody=True))  # 1 m: 8 m/s²
    assert (found.duty, found.line_in_s, found.braking_mps2) == (TurnDuty.STOP, 0.25, 8.0)
    assert found.is_emergency


@pytest.mark.parametrize("red", [True, False])
def test_nobody_crosses_nobody_is_cautioned(red):
    assert will_not_stop(a_track(ROLLS[:4], red=red)) is None


def test_who_has_stopped_or_passed_is_not_cautioned():
    assert will_not_stop(a_track((*STOPS[:4], (0.2, 2.0)), red=True, somebody=True)) is None
    assert will_not_stop(a_track(ROLLS, red=True, somebody=True)) is None


def test_who_starts_under_a_red_arrow_is():
    track = a_track((*STOPS[:4], (0.2, 2.0)), red=True, somebody=True, has_arrow=True)
    assert will_not_stop(track).duty is TurnDuty.WAIT


@given(st.floats(3, 9), st.floats(0.5, 3.0))
def test_who_brakes_as_drivers_do_is_never_cautioned(speed, braking):
    at_s = np.arange(0.0, speed / braking, 0.1)
    now = speed - braking * at_s
    track = TurnTrack(
        now**2 / (2 * braking), now, np.full(len(at_s), True), np.full(len(at_s), True)
    )
    for seen in range(1, len(at_s) + 1):
        part = replace(
            track,
            to_line_m=track.to_line_m[:seen], speed_mps=track.speed_mps[:seen],
            facing_red=track.facing_red[:seen], somebody_crossing=track.somebody_crossing[:seen],
        )  # fmt: skip
        assert will_not_stop(part) is None
