import numpy as np
import pytest

from dalgu.services.traffic.prediction.history import STEPS_PER_DAY, History
from dalgu.services.traffic.prediction.travel_time import index, travel_times

WEEK = 7 * STEPS_PER_DAY


def speeds(peak, free, *, days=7):
    day = np.full(STEPS_PER_DAY, float(free))
    for first, until in ((7, 9), (18, 20)):
        day[first * 12 : until * 12] = peak
    return np.tile(day, days)


def test_the_index_is_that_of_free_speed_over_peak_speed():
    history = History(0, None, np.stack([speeds(20, 60), speeds(30, 30)]))
    length = np.array([1_000.0, 1_000.0])
    times = travel_times(history, length)
    assert times.peak_s == pytest.approx([180.0, 120.0])
    assert times.free_flow_s == pytest.approx([60.0, 120.0])
    assert index(times, length) == pytest.approx(300 / 180)


def test_days_off_have_no_peak():
    saturday = 2 * STEPS_PER_DAY
    speed = np.full((1, WEEK), 50.0)
    speed[0, saturday : saturday + STEPS_PER_DAY] = 5.0
    assert travel_times(History(0, None, speed), np.array([500.0])).peak_s == pytest.approx([36.0])


def test_a_link_hardly_observed_has_no_travel_time():
    speed = np.full((2, WEEK), np.nan)
    speed[0] = 40.0
    speed[1, 7 * 12 : 8 * 12] = 40.0  # one hour of peak
    times = travel_times(History(0, None, speed), np.array([100.0, 100.0]))
    assert np.isnan(times.peak_s[1])
    assert np.isnan(times.free_flow_s[1])
    assert index(times, np.array([100.0, 100.0])) == pytest.approx(1.0)
    assert index(travel_times(History(0, speed, None), np.ones(2)), np.ones(2)) is None


def test_standing_traffic_takes_long_but_not_for_ever():
    times = travel_times(History(0, None, np.zeros((1, WEEK))), np.array([100.0]))
    assert times.peak_s == pytest.approx([180.0])
