import numpy as np

from dalgu.services.water.flags.intermittent import intermittent_flow

DAY = np.r_[np.zeros(6), np.full(18, 0.01)]
RUNNING_NIGHT = np.r_[0, 0.004, 0.004, 0.004, 0, 0, np.full(18, 0.01)]


def judged(*days, first_hour=0):
    return intermittent_flow(np.concatenate(days)[None], first_hour)


def test_six_running_nights_of_seven_are_intermittent_flow():
    found = judged(*([RUNNING_NIGHT] * 6), DAY)
    assert found.is_intermittent[0]
    assert found.nights[0] == 6
    assert found.night_m3h[0] == np.float64(0.004)


def test_five_running_nights_are_a_visit():
    assert not judged(*([RUNNING_NIGHT] * 5), DAY, DAY).is_intermittent[0]


def test_the_nights_are_found_whatever_hour_the_window_starts():
    week = np.concatenate([RUNNING_NIGHT] * 8)
    assert intermittent_flow(week[10:][None], 10).nights[0] == 7


def test_unknown_nights_judge_nothing():
    unknown = RUNNING_NIGHT.copy()
    unknown[2] = np.nan
    found = judged(*([RUNNING_NIGHT] * 5), unknown, unknown)
    assert not found.is_known[0]
    assert not found.is_intermittent[0]


def test_less_than_a_day_judges_nothing():
    assert not judged(DAY[:10]).is_known[0]
