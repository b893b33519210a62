"""A week of demand: what a forecast keeps to, whatever the district."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.services.water.forecast.days import Days, Weather, kinds
from dalgu.services.water.forecast.demand import (
    FEWEST_DAYS,
    HistoryInvalid,
    HistoryTooShort,
    forecast_demand,
    train_demand,
)
from dalgu.services.water.forecast.errors import mean_absolute_error
from dalgu.services.water.forecast.naive import last_week
from dalgu.services.water.forecast.settings_codec import decode, encode

MONDAY = date(2026, 8, 31)
DAYS = 63  # ends before Monday 2 November, no holiday in the week after
HOUR = np.arange(24)


def a_week():
    """Two peaks on working days, one late on free days, in m³/h."""
    working = 20 + 12 * np.exp(-(((HOUR - 7) / 2) ** 2)) + 9 * np.exp(-(((HOUR - 20) / 3) ** 2))
    free = 20 + 14 * np.exp(-(((HOUR - 10) / 3) ** 2))
    return np.stack([working] * 5 + [free] * 2)


def some_days(count=DAYS):
    return Days(kinds(MONDAY + timedelta(days=day) for day in range(count + 7)))


def a_district(seed=1, days=DAYS):
    """Return a district whose level wanders, with noise, shape (days, 24)."""
    random = np.random.default_rng(seed)
    level = np.cumsum(random.normal(0, 0.3, days))
    noise = random.normal(0, 1.0, (days, 24))
    return a_week()[some_days(days).kind[:days]] + level[:, None] + noise


@pytest.fixture(scope="module")
def trained():
    return train_demand(a_district(), some_days())


def test_a_series_that_repeats_each_week_is_forecast_exactly():
    days = Days(np.arange(49) % 7)
    forecast = forecast_demand(np.tile(a_week(), (6, 1)), days)
    assert forecast.median == pytest.approx(a_week(), rel=1e-6)
    assert forecast.high - forecast.low == pytest.approx(0.0, abs=1e-6)


def test_a_wandering_district_is_forecast_better_than_naively(trained):
    whole = a_district(days=DAYS + 7)
    record = forecast_demand(whole[:DAYS], some_days(), trained).record
    assert record.ours < 0.9 * record.last_week
    assert record.ours < record.mean_of_weeks


def test_gaps_and_dead_days_are_tolerated(trained):
    flow = a_district()
    gappy = flow.copy()
    gappy[np.random.default_rng(2).random(flow.shape) < 0.1] = np.nan
    gappy[20:24] = np.nan
    gappy[-1, 12:] = np.nan
    forecast = forecast_demand(gappy, some_days(), trained)
    whole = forecast_demand(flow, some_days(), trained)
    assert np.isfinite(forecast.median).all()
    assert mean_absolute_error(forecast.median, whole.median) < 1.0


def test_one_wild_reading_moves_little(trained):
    flow = a_district()
    wild = flow.copy()
    wild[-3, 5] = 100_000.0
    calm = forecast_demand(flow, some_days(), trained).median
    assert np.abs(forecast_demand(wild, some_days(), trained).median - calm).max() < 10.0


@settings(max_examples=2, deadline=None)
@given(factor=st.floats(0.01, 1_000))
def test_the_unit_of_the_flow_does_not_matter(trained, factor):
    once = forecast_demand(a_district(), some_days(), trained)
    scaled = forecast_demand(a_district() * factor, some_days(), trained)
    assert scaled.median == pytest.approx(once.median * factor, rel=1e-6)
    assert scaled.high == pytest.approx(once.high * factor, rel=1e-6)


def test_the_weekly_flush_is_expected_in_its_hour(trained):
    flow = a_district()
    flow[::7, 0] += 40.0  # every Monday at midnight
    forecast = forecast_demand(flow, some_days(), trained)
    assert forecast.median[0, 0] - a_week()[0, 0] > 25.0
    assert forecast.median[1:, 0].max() - a_week()[0, 0] < 10.0


def test_a_holiday_is_forecast_as_a_sunday():
    # Children's Day, Tuesday 5 May 2026.
    first = date(2026, 5, 4) - timedelta(days=DAYS)
    days = Days(kinds(first + timedelta(days=day) for day in range(DAYS + 7)))
    random = np.random.default_rng(4)
    flow = a_week()[days.kind[:DAYS]] + random.normal(0, 0.5, (DAYS, 24))
    median = forecast_demand(flow, days).median
    assert np.abs(median[1] - a_week()[6]).mean() < np.abs(median[1] - a_week()[1]).mean() / 2


def test_weather_that_moves_demand_is_learned():
    random = np.random.default_rng(5)
    heat = 25 + random.normal(0, 5, DAYS + 7)
    weather = Weather(heat, np.zeros(DAYS + 7), np.full(DAYS + 7, 0.6))
    days = Days(some_days().kind, weather)
    whole = a_week()[days.kind] + 0.6 * (heat - 25)[:, None]
    whole += random.normal(0, 0.3, whole.shape)
    told = forecast_demand(whole[:DAYS], days).median
    untold = forecast_demand(whole[:DAYS], some_days()).median
    assert mean_absolute_error(told, whole[DAYS:]) < 0.7 * mean_absolute_error(untold, whole[DAYS:])


def test_kept_settings_forecast_the_same(trained):
    again = decode(encode(trained))
    once = forecast_demand(a_district(), some_days(), trained).median
    assert forecast_demand(a_district(), some_days(), again).median == pytest.approx(once, rel=1e-4)
    assert decode(b'{"model": "another"}') is None


def test_the_interval_holds_what_it_promises(trained):
    held = []
    for seed in range(3, 7):
        whole = a_district(seed, DAYS + 7)
        forecast = forecast_demand(whole[:DAYS], some_days(), trained)
        held.append((forecast.low <= whole[DAYS:]) & (whole[DAYS:] <= forecast.high))
    assert 0.7 < np.mean(held) < 0.92


def test_nothing_after_the_origin_is_read():
    # The naive week is the last one held; the rest of the history is cut, never looked past.
    whole = a_district(days=DAYS + 7)
    changed = whole.copy()
    changed[DAYS:] *= 10
    days = some_days()
    ours, theirs = (forecast_demand(flow[:DAYS], days).median for flow in (whole, changed))
    assert np.array_equal(ours, theirs)


def test_past_errors_are_those_of_forecasts_that_knew_no_more(trained):
    # A forecast made as if seven days ago is the one that the record judges.
    flow = a_district()
    past = flow.copy()
    past[-7:] += 50.0
    cut = forecast_demand(flow[:-7], some_days(DAYS - 7), trained)
    again = forecast_demand(past[:-7], some_days(DAYS - 7), trained)
    assert np.array_equal(cut.median, again.median)
    assert forecast_demand(past, some_days(), trained).record.last_week > cut.record.last_week


@pytest.mark.parametrize("days", [0, 1, FEWEST_DAYS - 1])
def test_under_three_weeks_give_no_forecast(days):
    with pytest.raises(HistoryTooShort, match="needs 21"):
        forecast_demand(a_district()[:days], some_days(days))


def test_three_weeks_give_one():
    forecast = forecast_demand(a_district()[:FEWEST_DAYS], some_days(FEWEST_DAYS))
    assert np.isfinite(forecast.median).all()
    assert (forecast.low <= forecast.median).all()
    assert (forecast.median <= forecast.high).all()


def test_a_long_silence_gives_no_forecast():
    flow = a_district()
    flow[10:] = np.nan
    with pytest.raises(HistoryTooShort):
        forecast_demand(flow, some_days())


@pytest.mark.parametrize(
    ("flow", "days"),
    [
        (np.ones(100), 100),
        (np.ones((30, 23)), 30),
        (np.full((30, 24), np.inf), 30),
        (np.ones((30, 24)), 29),
    ],
)
def test_what_is_no_history_is_refused_by_name(flow, days):
    with pytest.raises(HistoryInvalid):
        forecast_demand(flow, some_days(days))


def test_a_constant_and_an_empty_district_are_forecast():
    for level in (0.0, 5.0):
        forecast = forecast_demand(np.full((DAYS, 24), level), some_days())
        assert forecast.median == pytest.approx(np.full((7, 24), level), abs=1e-6)


def test_the_naive_week_is_the_last_one():
    assert np.array_equal(last_week(a_district()), a_district()[-7:])
