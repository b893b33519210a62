import numpy as np

from dalgu.services.water.flags.continuous import continuous_flow


def test_water_in_every_hour_of_a_day_is_continuous():
    flow = continuous_flow(np.full((1, 24), 0.004))
    assert flow.is_continuous.all()
    assert flow.least_m3h[0] == 0.004


def test_one_hour_of_rest_is_enough_to_be_trusted():
    used = np.full((24, 24), 0.1)
    np.fill_diagonal(used, 0.0)
    assert not continuous_flow(used).is_continuous.any()


def test_a_day_with_a_gap_is_not_judged():
    used = np.full((1, 48), 0.1)
    used[0, 40] = np.nan
    flow = continuous_flow(used)
    assert not flow.is_known.any()
    assert not flow.is_continuous.any()


def test_the_newest_known_hours_count_when_the_last_are_still_to_come():
    used = np.full((1, 48), 0.1)
    used[0, 30:] = np.nan
    flow = continuous_flow(used)
    assert flow.is_continuous[0]
    assert (flow.last_hour[0], flow.running_h[0]) == (29, 30)


def test_no_meters_and_no_hours_are_no_trouble():
    assert continuous_flow(np.zeros((0, 24))).is_continuous.shape == (0,)
    assert not continuous_flow(np.zeros((2, 0))).is_known.any()
