import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dalgu.services.parking.forecast import (
    HORIZONS,
    Method,
    bridge_short_gaps,
    horizons,
    outlook,
    quarter_hours,
)

MONDAY = 4 * 96  # 5 January 1970
BAR_PCT = (1.39, 2.26, 3.71, 5.97)


def daily_wave(days):
    return 0.5 + 0.4 * np.sin(2 * np.pi * np.arange(days * 96) / 96)


def test_a_lot_that_repeats_itself_is_forecast_as_it_repeats():
    wave = daily_wave(15)
    seen = outlook(wave[: 14 * 96 + 41, None], MONDAY)
    expected = [wave[14 * 96 + 40 + step] for step in HORIZONS]
    np.testing.assert_allclose(seen.middle[:, 0], expected, atol=0.01)
    assert seen.method == (Method.SIMILAR_MOMENTS,)


def test_two_days_of_memory_give_the_change_of_the_day_before():
    wave = daily_wave(3)
    seen = outlook(wave[: 96 + 41, None], MONDAY)
    assert seen.method == (Method.PROFILE_CHANGE,)
    np.testing.assert_allclose(
        seen.middle[:, 0], [wave[96 + 40 + step] for step in HORIZONS], atol=1e-9
    )


def test_the_first_day_repeats_the_present_and_owns_that_all_may_happen():
    seen = outlook(np.full((10, 1), 0.3), MONDAY)
    assert seen.method == (Method.LAST_VALUE,)
    assert (seen.middle == 0.3).all()
    assert (seen.low == 0.0).all()
    assert (seen.high == 1.0).all()


def test_each_lot_gets_the_method_its_own_memory_allows():
    long, new = daily_wave(14), daily_wave(14)
    new[:-10] = np.nan
    seen = outlook(np.stack([long, new], axis=1), MONDAY)
    assert seen.method == (Method.SIMILAR_MOMENTS, Method.LAST_VALUE)


def test_a_weekday_is_compared_with_weekdays():
    quiet, busy = np.full(96, 0.9), 0.9 - 0.8 * (np.arange(96) >= 36)
    weeks = np.concatenate([*([busy] * 5), quiet, quiet] * 3)
    monday_morning = np.r_[weeks, busy[:35]][:, None]
    saturday_morning = np.r_[weeks, *([busy] * 5), quiet[:35]][:, None]
    assert outlook(monday_morning, MONDAY).middle[1, 0] < 0.2
    assert outlook(saturday_morning, MONDAY).middle[1, 0] > 0.8


@given(
    hnp.arrays(np.float64, (96 * 3 + 7, 2), elements=st.floats(0, 1) | st.just(np.nan)),
    st.integers(0, 10**6),
)
def test_any_memory_gives_ordered_shares_between_empty_and_full(memory, first_slot):
    memory[-1] = 0.5
    seen = outlook(memory, first_slot)
    assert (seen.low <= seen.middle + 1e-12).all()
    assert (seen.middle <= seen.high + 1e-12).all()
    assert (seen.low >= 0).all()
    assert (seen.high <= 1).all()


def test_the_attribute_counts_whole_spaces_and_names_the_method():
    steps = horizons(outlook(np.full((10, 1), 0.5), MONDAY), 0, 81)
    assert [step["minutes"] for step in steps] == [15, 30, 60, 120]
    assert steps[0] == {"minutes": 15, "free": 40, "low": 0, "high": 81, "method": "lastValue"}


def test_of_two_counts_the_nearer_to_the_quarter_hour_is_kept():
    grid = quarter_hours(np.array([500.0, 890.0, 1000.0]), np.array([1.0, 2.0, 3.0]), 0, 3)
    np.testing.assert_array_equal(grid, [np.nan, 2.0, np.nan])


def test_a_gap_of_an_hour_is_bridged_and_a_longer_one_left():
    grid = np.array([0, np.nan, np.nan, np.nan, 4, np.nan, np.nan, np.nan, np.nan, 9.0])[:, None]
    bridged = bridge_short_gaps(grid).ravel()
    np.testing.assert_array_equal(bridged[:5], [0, 1, 2, 3, 4])
    assert np.isnan(bridged[5:9]).all()


@pytest.mark.slow
def test_the_car_parks_of_malaga_are_forecast_within_the_bar():
    """Every seventh quarter-hour of the last fifth, so that all times of day are among them."""
    if "DALGU_TEST_DATA" not in os.environ:
        pytest.skip("set DALGU_TEST_DATA; counts are Málaga's open data, see benchmarks/parking")
    import duckdb

    path = Path(os.environ["DALGU_TEST_DATA"]) / "parking-malaga/malaga_parking_15min.parquet"
    table = duckdb.sql(f"select * replace (epoch(ts) as ts) from '{path}' order by ts").fetchnumpy()
    at_s = np.asarray(table.pop("ts"), float)
    first, last = int(np.rint(at_s[0] / 900)), int(np.rint(at_s[-1] / 900))
    lots = [
        quarter_hours(at_s, np.asarray(v, float), first, last - first + 1) for v in table.values()
    ]
    counts = np.stack(lots, axis=1)
    train = int(len(counts) * 0.8)
    free = bridge_short_gaps(counts) / np.nanmax(counts[:train], axis=0)
    rows = np.arange(train, len(free) - HORIZONS[-1], 7)
    middle = np.stack([outlook(free[: row + 1], first).middle for row in rows])
    for index, step in enumerate(HORIZONS):
        error_pct = 100 * np.nanmean(np.abs(middle[:, index] - free[rows + step]))
        assert error_pct <= BAR_PCT[index]
