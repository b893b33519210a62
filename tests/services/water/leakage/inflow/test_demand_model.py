import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.water.leakage.inflow.district import demand_of, expected_of

from dalgu.services.water.leakage.inflow.demand_model import (
    known_median,
    learned_demand,
    split_days,
)


@given(factor=st.floats(0.2, 3.0), leak=st.floats(0.0, 50.0))
def test_a_day_of_scaled_demand_and_a_leak_comes_apart_exactly(factor, leak):
    expected = expected_of(3)
    day = split_days(factor * expected + leak, expected)
    assert day.slope == pytest.approx(np.full((1, 3), factor), rel=1e-9)
    mean = day.mean * day.unit_m3h[:, None]
    assert mean - factor * day.expected * day.unit_m3h[:, None] == pytest.approx(
        np.full((1, 3), leak), abs=1e-9
    )


def test_the_slope_is_that_of_least_squares():
    expected, inflow = expected_of(5), demand_of(5)
    fitted = [np.polyfit(expected[0, d], inflow[0, d], 1)[0] for d in range(5)]
    assert split_days(inflow, expected).slope[0] == pytest.approx(fitted)


def test_a_day_with_gaps_is_taken_apart_by_what_is_known():
    expected = expected_of(2)
    inflow = 1.3 * expected + 7.0
    inflow[0, 0, 3:9] = np.nan
    inflow[0, 1, :20] = np.nan
    day = split_days(inflow, expected)
    assert day.slope[0] == pytest.approx([1.3, np.nan], nan_ok=True)
    assert np.isnan(day.mean[0, 1])


def test_a_flat_expectation_has_no_slope():
    day = split_days(demand_of(2), np.full((1, 2, 24), 60.0))
    assert np.isnan(day.slope).all()
    assert np.isfinite(day.mean).all()


def test_the_week_is_learned_from_the_weeks_before():
    expected = expected_of(30)
    learned = learned_demand(expected)
    assert np.isnan(learned[0, :14]).all()
    assert learned[0, 14:] == pytest.approx(expected[0, 14:], rel=1e-6)


def test_leakage_is_not_learned_as_demand():
    inflow = demand_of(60)
    leaking = inflow.copy()
    leaking[:, 30:] += 20.0
    level = learned_demand(leaking)[0, 50:].mean()
    assert level == pytest.approx(learned_demand(inflow)[0, 50:].mean(), rel=0.02)


@given(st.lists(st.floats(-9, 9) | st.just(float("nan")), min_size=1, max_size=9))
def test_the_median_is_that_of_the_known(values):
    known = [value for value in values if value == value]
    expected = statistics.median(known or [float("nan")])
    assert known_median(np.array([values]), axis=1)[0] == pytest.approx(expected, nan_ok=True)
