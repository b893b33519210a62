import numpy as np
import pytest
from tests.services.water.leakage.inflow.district import demand_of, expected_of

from dalgu.services.water.leakage.inflow.assessment import assess_inflow
from dalgu.services.water.leakage.inflow.bursts import LIMIT_SDS, is_leaking_now
from dalgu.services.water.leakage.inflow.history import WEEK_KNOWN, InflowHistory


def within_day(inflow):
    found = assess_inflow(InflowHistory(inflow, expected_of(inflow.shape[1]), WEEK_KNOWN))
    return found.within_day


def test_a_burst_shows_within_hours():
    inflow = demand_of(40)
    inflow[0, 30, 10:] += 20.0
    score = within_day(inflow)[0, 30]
    first = int(np.argmax(score > LIMIT_SDS))
    assert 11 <= first <= 17


def test_a_repair_shows_as_a_negative_sum():
    inflow = demand_of(40) + 20.0
    inflow[0, 30, 12:] -= 20.0
    assert within_day(inflow)[0, 30].min() < -LIMIT_SDS


def test_one_wrong_number_is_no_burst():
    inflow = demand_of(40)
    inflow[0, 30, 12] *= 50
    assert within_day(inflow)[0, 30].max() < LIMIT_SDS


def test_quiet_days_are_quiet():
    score = within_day(demand_of(120))
    assert np.sum(np.any(abs(score) > LIMIT_SDS, axis=2)) <= 1


def test_later_steps_change_no_step_before_them():
    inflow = demand_of(40)
    other = inflow.copy()
    other[0, 30, 12:] = 500.0
    one, two = within_day(inflow)[0], within_day(other)[0]
    assert one[:30] == pytest.approx(two[:30], abs=0)
    assert one[30, :12] == pytest.approx(two[30, :12], abs=0)


def test_a_district_leaks_from_the_step_of_the_burst_on():
    sums = np.array([[[0.0, 19.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, -19.0], [0.0, 0.0, 0.0]]])
    now = is_leaking_now(np.array([[True, True, False, False]]), sums)
    assert now.astype(int).tolist() == [[[0, 1, 1], [1, 1, 1], [1, 1, 0], [0, 0, 0]]]
