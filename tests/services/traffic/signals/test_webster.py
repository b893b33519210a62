"""Webster's formula, and plans that follow from it."""

from dataclasses import replace

import numpy as np
import pytest
from tests.services.traffic.signals.crossings import district, quiet

from dalgu.services.traffic.signals.webster import START_UP_S, Limits, Webster, plans, retime

WIDE = Limits(10.0, 500.0)


def flows(*of_lanes: float) -> np.ndarray:
    return np.array(of_lanes, float)


def test_the_cycle_is_websters():
    layout = district(change_s=3.0)
    given = flows(360, 180, 180, 0, 540, 90, 180, 90)  # flow ratios 0.2, 0.1, 0.3, 0.1
    retimed = retime(layout, given, WIDE)
    lost_s = 4 * (3.0 + START_UP_S)
    assert retimed.flow_ratio[0] == pytest.approx(0.7, abs=0.01)
    assert retimed.cycle_s[0] == pytest.approx((1.5 * lost_s + 5.0) / (1.0 - 0.7), rel=0.03)


def test_greens_are_shared_out_as_flow_ratios():
    layout = district()
    retimed = retime(layout, flows(360, 180, 180, 0, 540, 90, 180, 90), WIDE)
    share = retimed.green_s / retimed.green_s.sum()
    np.testing.assert_allclose(share, np.array([2, 1, 3, 1]) / 7.0, atol=0.01)
    np.testing.assert_allclose(retimed.saturation, retimed.saturation[0], rtol=0.03)


def test_minimum_greens_and_limits_are_kept():
    layout = district()
    retimed = retime(layout, flows(900, 0, 5, 0, 700, 0, 0, 0), Limits(40.0, 90.0))
    assert (retimed.green_s >= 5.0 - 1e-9).all()
    assert retimed.cycle_s[0] <= 90.0 + 1e-9


def test_over_capacity_the_longest_cycle_is_taken():
    retimed = retime(district(), np.full(8, 900.0), Limits(40.0, 120.0))
    assert retimed.flow_ratio[0] > 1.0
    assert retimed.cycle_s[0] == pytest.approx(120.0)


def test_plans_have_the_layouts_steps():
    layout = district(2)
    made = plans(layout, retime(layout, np.full(16, 200.0)).green_s, "evening")
    assert [step.stage for step in made[1].steps] == [0, 1, 2, 3]
    assert made[1].name == "evening"
    assert all(step.green_s == round(step.green_s) for step in made[1].steps)


def test_without_a_forecast_the_plan_runs_as_it_is():
    layout = district()
    seen = quiet(layout, at_s=31.0)
    assert Webster().decide(layout, seen).stage[0] == 1
    forecast = replace(seen, predicted_veh_h=flows(800, 800, 10, 10, 10, 10, 10, 10))
    assert Webster().decide(layout, forecast).stage[0] == 0
