"""What holds for every controller, whatever it sees."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.traffic.signals.crossings import busy, district, quiet, with_queue

from dalgu.services.traffic.signals.choice import CHANGING, MAX_RED, MIN_GREEN, min_green_s
from dalgu.services.traffic.signals.explain import reasons
from dalgu.services.traffic.signals.registry import CONTROLLERS

EVERY = pytest.mark.parametrize("name", list(CONTROLLERS))
CHOOSING = pytest.mark.parametrize("name", ["actuated", "max-pressure", "horizon", "learned"])
SEEDS = st.integers(0, 10_000)


@EVERY
@given(seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_every_signal_gets_a_stage_of_its_own(name, seed):
    layout = district(5)
    decision = CONTROLLERS[name]().decide(layout, busy(layout, np.random.default_rng(seed)))
    assert (layout.stage_signal[decision.stage] == np.arange(5)).all()


@CHOOSING
@given(seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_changes_and_minimum_greens_are_respected(name, seed):
    layout = district(5)
    seen = busy(layout, np.random.default_rng(seed))
    decision = CONTROLLERS[name]().decide(layout, seen)
    held = (seen.changing_s > 0) | (seen.stage_age_s < min_green_s(layout, seen.stage))
    assert (decision.stage[held] == seen.stage[held]).all()
    assert set(decision.ruled[held]) <= {CHANGING, MIN_GREEN}


@EVERY
@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_a_decision_is_the_same_when_replayed(name, seed):
    layout = district(3)
    seen = busy(layout, np.random.default_rng(seed))
    first, again = (CONTROLLERS[name]().decide(layout, seen) for _ in range(2))
    assert (first.stage == again.stage).all()
    np.testing.assert_array_equal(first.score, again.score)
    for term, values in first.terms.items():
        np.testing.assert_array_equal(values, again.terms[term])


@CHOOSING
def test_who_has_waited_at_red_too_long_is_served(name):
    layout = district()
    seen = with_queue(layout, 4, 1.0)
    crowd = seen.queue_veh.copy()
    crowd[0] = 20.0
    red_s = seen.red_s.copy()
    red_s[2] = 121.0
    decision = CONTROLLERS[name]().decide(layout, replace(seen, queue_veh=crowd, red_s=red_s))
    assert decision.stage[0] == 2
    assert decision.ruled[0] == MAX_RED


@CHOOSING
@pytest.mark.parametrize(("lane", "stage"), [(1, 0), (2, 1), (5, 2), (7, 3)])
def test_the_only_queue_is_served(name, lane, stage):
    layout = district()
    assert CONTROLLERS[name]().decide(layout, with_queue(layout, lane, 6.0)).stage[0] == stage


@CHOOSING
def test_nobody_anywhere_changes_nothing(name):
    layout = district(3)
    seen = quiet(layout)
    assert (CONTROLLERS[name]().decide(layout, seen).stage == seen.stage).all()


@CHOOSING
def test_signals_do_not_depend_on_how_many_there_are(name):
    many, one = district(4), district(1)
    rng = np.random.default_rng(5)
    seen = replace(busy(many, rng), healthy=np.ones(32, bool))
    third = replace(
        seen,
        stage=seen.stage[2:3] - 8,
        stage_age_s=seen.stage_age_s[2:3],
        changing_s=seen.changing_s[2:3],
        queue_veh=seen.queue_veh[16:24],
        arriving_veh=seen.arriving_veh[16:24],
        waiting_s=seen.waiting_s[16:24],
        exit_room_veh=seen.exit_room_veh[16:24],
        red_s=seen.red_s[8:12],
        called_s=seen.called_s[8:12],
        healthy=seen.healthy[16:24],
        predicted_veh_h=seen.predicted_veh_h[16:24],
    )
    controller = CONTROLLERS[name]()
    assert controller.decide(many, seen).stage[2] - 8 == controller.decide(one, third).stage[0]


@EVERY
def test_reasons_are_told_in_both_languages(name):
    layout = district(2)
    seen = busy(layout, np.random.default_rng(3))
    decision = CONTROLLERS[name]().decide(layout, seen)
    for signal in range(2):
        told = reasons(layout, seen, decision, signal)
        assert len(told) >= 2
        assert all(text.ko and text.en and "{" not in text.ko + text.en for text in told)
