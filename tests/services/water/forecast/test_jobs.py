"""Eight weeks of a synthetic district through the hub: the forecast issued, and its page part."""

import asyncio
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import LOCAL, ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.water.entities import DistrictMeteredArea
from dalgu.services.water.forecast.days import kinds
from dalgu.services.water.forecast.entities import DemandForecast, forecast_id
from dalgu.services.water.forecast.jobs import JOBS
from dalgu.services.water.forecast.pages import district_forecast
from dalgu.services.water.forecast.words import STATUSES, Status

MIDNIGHT = datetime(2026, 3, 23, tzinfo=LOCAL)
DAYS = 56
INFLOW, METERED, YOUNG, SILENT, NEW = (
    entity_id("DistrictMeteredArea", name) for name in ("inflow", "metered", "young", "silent", "x")
)
[JOB] = JOBS


def hours(days):
    """Return a district's hours, m³: a day's wave, less of it on free days, and noise."""
    first = MIDNIGHT.date() - timedelta(days=days)
    free = kinds(first + timedelta(days=day) for day in range(days)) >= 5
    wave = 30 + 12 * np.sin((np.arange(24) - 8) / 24 * 2 * np.pi)
    noise = np.random.default_rng(3).normal(0, 1, (days, 24))
    return np.where(free[:, None], 0.8, 1.0) * wave + noise


def observed(area, attribute, values):
    start = MIDNIGHT - timedelta(days=len(values))
    for hour, value in enumerate(values.ravel().tolist()):
        at = start + timedelta(hours=hour + 1)
        if np.isfinite(value):
            yield DistrictMeteredArea(id=area, observed_at=at, **{attribute: round(value, 3)})


async def city(folder):
    """Return the forecasts, the page parts and the number of issues held, after two runs."""
    clock = ManualClock(MIDNIGHT + timedelta(hours=5, minutes=40))
    hub = LocalHub.open(folder / "city.db", clock)
    silent = hours(DAYS)
    silent[8:] = np.nan
    for area, attribute, values in (
        (INFLOW, "inflow", hours(DAYS)),
        (INFLOW, "consumption", hours(DAYS) * 0.8),
        (METERED, "consumption", hours(DAYS)),
        (YOUNG, "inflow", hours(20)),
        (SILENT, "inflow", silent),
    ):
        await hub.upsert(observed(area, attribute, values))
    await hub.upsert([DistrictMeteredArea(id=NEW, connections=3)])
    await JOB.run(hub, clock)
    await JOB.run(hub, clock)
    areas = (INFLOW, METERED, YOUNG, SILENT, NEW)
    found = {
        area: DemandForecast.from_document(await hub.retrieve(forecast_id(area))) for area in areas
    }
    parts = {area: await district_forecast(hub, clock, area) for area in areas}
    issues = len(await hub.history(forecast_id(INFLOW), "hours", last=10))
    await clock.advance(timedelta(days=1))
    await JOB.run(hub, clock)
    later = DemandForecast.from_document(await hub.retrieve(forecast_id(INFLOW)))
    await hub.close()
    return found, parts, issues, later


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return asyncio.run(city(tmp_path_factory.mktemp("city")))


def test_a_district_gets_a_week_of_hours_near_what_it_uses(result):
    forecast = result[0][INFLOW]
    assert (forecast.status, forecast.quantity_of, forecast.horizon) == ("issued", "inflow", 168.0)
    assert forecast.hours[0]["at"] == "2026-03-22T16:00:00Z"  # one o'clock in Seoul
    assert all(hour["low"] <= hour["value"] <= hour["high"] for hour in forecast.hours)
    noon = [hour["value"] for hour in forecast.hours[13::24]]
    assert np.array(noon[:5]) == pytest.approx(41.6, abs=1.5)
    assert np.array(noon[5:]) == pytest.approx(33.3, abs=1.5)


def test_its_error_stands_beside_the_naive_ones(result):
    forecast = result[0][INFLOW]
    assert forecast.error < forecast.error_mean_of_weeks < forecast.error_last_week
    assert forecast.origins >= 10


def test_where_no_inflow_is_metered_the_use_is_forecast(result):
    assert result[0][METERED].quantity_of == "consumption"
    assert result[1][METERED]["of"].en == "Consumption (no inflow is metered)"


def test_a_district_without_a_forecast_says_why(result):
    found, parts, _, _ = result
    assert found[YOUNG].status == found[NEW].status == Status.HISTORY_SHORT
    assert found[SILENT].status == Status.HOURS_MISSING
    assert parts[YOUNG]["why_not"] == STATUSES[Status.HISTORY_SHORT]
    assert parts[SILENT]["lines"] == []


def test_a_second_run_of_the_night_adds_nothing(result):
    assert result[2] == 1


def test_the_next_night_forecasts_from_the_next_day_with_the_settings_of_the_first(result):
    found, _, _, later = result
    assert later.starts_at == "2026-03-23T15:00:00Z"
    assert later.settings == found[INFLOW].settings
    assert later.trained_at == found[INFLOW].trained_at


def test_the_page_draws_three_days_measured_and_seven_ahead(result):
    part = result[1][INFLOW]
    assert [line["name"].en for line in part["lines"]] == ["Measured", "Forecast", "Low", "High"]
    assert {len(line["points"]) for line in part["lines"]} == {3 * 24 + 1 + 168}
    assert next(row["name"].en for row in part["errors"]) == "This forecast"
    assert date.fromisoformat(part["issued"][:10]) == date(2026, 3, 22)
