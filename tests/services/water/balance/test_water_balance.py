"""A balance worked out by hand, and what holds for every balance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.balance.infrastructure import (
    Infrastructure,
    leakage_index,
    unavoidable_m3d,
)
from dalgu.services.water.balance.water_balance import Supplied, assumptions, water_balance

# A district of 1,200 connections in a month of 30 days:
#   system input 24,000; billed metered 18,600; billed unmetered 150; unbilled metered 250
#   unbilled unmetered  0.25 % of 24,000              =    60
#   authorised          18,600 + 150 + 250 + 60       = 19,060
#   losses              24,000 - 19,060               =  4,940
#   unauthorised        0.25 % of 18,750              =     46.875
#   under-registration  2 % of (18,600 + 250)         =    377
#   data handling       0.25 % of 18,750              =     46.875
#   apparent            46.875 + 377 + 46.875         =    470.75
#   real                4,940 - 470.75                =  4,469.25
#   non-revenue         24,000 - 18,750               =  5,250
#   revenue water ratio 18,750 / 24,000               =  0.78125
DISTRICT = Supplied(24_000, 18_600, 150, 250)
#   UARL (18 * 21.5 + 0.8 * 1,200 + 25 * 6) L * 38 m  = (387 + 960 + 150) * 38 = 56,886 L a day
#   ILI  4,469.25 / 30 / 56.886                       =  148.975 / 56.886 = 2.61883...
BUILT = Infrastructure(mains_m=21_500, connections=1_200, mean_pressure_m=38, private_m=6_000)

volumes = st.floats(0, 1e7)


def test_a_balance_worked_out_by_hand():
    balance = water_balance(DISTRICT)
    assert balance.unbilled_unmetered.m3 == pytest.approx(60)
    assert balance.authorised.m3 == pytest.approx(19_060)
    assert balance.losses.m3 == pytest.approx(4_940)
    assert balance.unauthorised.m3 == pytest.approx(46.875)
    assert balance.under_registration.m3 == pytest.approx(377)
    assert balance.data_handling.m3 == pytest.approx(46.875)
    assert balance.apparent_losses.m3 == pytest.approx(470.75)
    assert balance.real_losses.m3 == pytest.approx(4_469.25)
    assert balance.non_revenue.m3 == pytest.approx(5_250)
    assert balance.revenue_water_ratio == 0.78125


def test_its_limits_worked_out_by_hand():
    # inlet 2 % of 24,000 = 480; unbilled unmetered 50 % of 60 = 30; thefts and data 46.875
    # each; meters 50 % of 377 = 188.5. Losses: sqrt(480^2 + 30^2) = 480.937
    balance = water_balance(DISTRICT)
    assert balance.losses.limit_m3 == pytest.approx(480.9366, abs=1e-3)
    # Real: the root of 480.937², twice 46.875² and 188.5², which is 520.798
    assert balance.real_losses.limit_m3 == pytest.approx(520.798, abs=1e-2)


def test_the_leakage_index_worked_out_by_hand():
    assert unavoidable_m3d(BUILT) == pytest.approx(56.886)
    index = leakage_index(4_469.25 / 30, BUILT)
    assert index.index == pytest.approx(2.61883, abs=1e-5)
    assert index.is_indication


def test_a_district_whose_network_is_unknown_has_no_index():
    assert leakage_index(10.0, None).index is None


def test_nothing_entered_gives_no_ratio_and_no_error():
    assert str(water_balance(Supplied(0, 0)).revenue_water_ratio) == "nan"


def test_every_assumption_names_its_source():
    assert all(one.source and one.ko and one.en for one in assumptions().values())


@given(volumes, volumes, volumes, volumes)
def test_what_enters_is_authorised_or_lost(entered, billed, unmetered, unbilled):
    balance = water_balance(Supplied(entered, billed, unmetered, unbilled))
    parts = balance.authorised.m3 + balance.apparent_losses.m3 + balance.real_losses.m3
    assert parts == pytest.approx(entered, abs=1e-6 * max(1.0, entered, billed, unmetered))
