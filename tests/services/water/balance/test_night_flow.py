import numpy as np
import pytest

from dalgu.services.water.balance.night_flow import night_flow


def days(*nights):
    """Days of 9 m³/h with these flows in the hours from two to five."""
    inflow = np.full((len(nights), 24), 9.0)
    for day, night in enumerate(nights):
        inflow[day, 2:5] = night
    return inflow


def test_the_least_hour_of_the_night_counts_with_what_was_metered_in_it():
    metered = np.tile(np.arange(24) / 10, (1, 1))
    found = night_flow(days((4.0, 3.5, 3.8)), metered)
    assert found.minimum_m3h[0] == 3.5
    assert found.metered_m3h[0] == pytest.approx(0.3)
    assert found.excess_m3h[0] == pytest.approx(3.2)


def test_a_low_hour_of_the_day_is_no_night():
    inflow = days((4.0, 4.0, 4.0))
    inflow[0, 14] = 0.5
    assert night_flow(inflow, np.zeros((1, 24))).minimum_m3h[0] == 4.0


def test_a_night_with_one_known_hour_is_not_known():
    found = night_flow(days((np.nan, 4.0, np.nan), (np.nan, 4.0, 5.0)), np.zeros((2, 24)))
    assert np.isnan(found.minimum_m3h[0])
    assert found.minimum_m3h[1] == 4.0


def test_no_days_give_no_nights():
    assert night_flow(np.empty((0, 24)), np.empty((0, 24))).excess_m3h.shape == (0,)
