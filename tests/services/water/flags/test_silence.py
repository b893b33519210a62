import numpy as np
import pytest

from dalgu.services.water.flags.silence import no_use

DAY = np.r_[np.zeros(8), np.full(16, 0.02)]


def days(lived, rested):
    return np.r_[np.tile(DAY, lived), np.zeros(24 * rested)][None]


def test_three_days_without_use_after_two_weeks_of_use_are_silent():
    rest = no_use(days(14, 3))
    assert rest.is_silent[0]
    assert rest.resting_h[0] == 72
    assert rest.before_m3d[0] == pytest.approx(16 * 0.02)


def test_a_weekend_away_is_not():
    assert not no_use(days(14, 2)).is_silent[0]


def test_a_house_that_stood_empty_before_is_not():
    assert not no_use(np.zeros((1, 480))).is_silent[0]


def test_a_house_used_once_in_two_weeks_is_not():
    rarely = np.r_[np.tile(DAY, 1), np.zeros(24 * 10), DAY, np.zeros(24 * 4)][None]
    assert not no_use(rarely).is_silent[0]


def test_no_reads_are_not_silence():
    unread = days(14, 3)
    unread[0, -60:] = np.nan
    assert not no_use(unread).is_silent[0]


def test_a_rest_with_many_gaps_is_not_believed():
    gaps = days(14, 4)
    gaps[0, -90:-5] = np.nan
    assert not no_use(gaps).is_silent[0]


def test_no_meters_and_no_hours_are_no_trouble():
    assert no_use(np.zeros((0, 100))).is_silent.shape == (0,)
    assert not no_use(np.zeros((2, 0))).is_silent.any()
