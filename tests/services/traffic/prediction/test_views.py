import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.traffic.network.model import Link, Network
from dalgu.services.traffic.prediction import views
from dalgu.services.traffic.prediction.entities import (
    MODEL_ID,
    TrafficForecast,
    TrafficForecastModel,
    forecast_id,
)
from dalgu.store.sqlite import Store

NOON = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
ENDS = ("", "Low", "High", "Lowest", "Highest")


@pytest.fixture
def runner():
    with asyncio.Runner() as one:
        yield one


@pytest.fixture
def hub(tmp_path, runner):
    store = Store.open(tmp_path / "city.db")
    yield LocalHub(store, ManualClock(NOON))
    runner.run(store.close())


def a_forecast(link, speed):
    spread = dict(zip(ENDS, (0, -5, 5, -9, 9), strict=True))
    horizons = [
        {"minutes": minutes, **{f"speed{end}": speed + by for end, by in spread.items()}}
        for minutes in (15, 30, 45, 60)
    ]
    return TrafficForecast(id=forecast_id(link), observed_at=NOON, horizons=horizons)


def test_an_empty_city_shows_nothing_and_breaks_nothing(hub, runner):
    assert runner.run(views.read_model(hub)) is None
    assert runner.run(views.read_forecasts(hub)) == {}
    assert views.slow_links({}, None) == []
    assert runner.run(views.travel_time_index(hub)) is None
    assert [line["points"] for line in runner.run(views.error_lines(hub))] == [[], [], []]


def test_a_link_is_drawn_from_what_it_measured_to_what_is_expected(hub, runner):
    flow = entity_id("TrafficFlowObserved", "link-a")
    runner.run(
        hub.upsert(
            TrafficFlowObserved(
                id=flow, observed_at=NOON - timedelta(minutes=5 * back), average_speed=40.0 + back
            )
            for back in reversed(range(6))
        )
    )
    runner.run(hub.upsert([a_forecast("a", 30.0)]))
    forecasts = runner.run(views.read_forecasts(hub))
    [picture] = runner.run(views.pictures(hub, "a", forecasts["a"]))
    assert picture.quantity == "speed"
    assert picture.fan.measured.count("L") == 5
    assert picture.rows[0] == {
        "minutes": 15, "middle": 30.0, "low": 25.0, "high": 35.0, "lowest": 21.0, "highest": 39.0,
    }  # fmt: skip


def test_the_slowest_for_their_road_come_first():
    roads = (Link("a", "n", "m", 100.0, 1, 60.0), Link("b", "m", "n", 100.0, 1, 30.0))
    network = Network("two", (), roads, (), (), ())
    forecasts = {"a": a_forecast("a", 25.0), "b": a_forecast("b", 20.0), "c": a_forecast("c", 1.0)}
    assert [one.link for one in views.slow_links(forecasts, network)] == ["a", "b"]


def test_errors_are_told_with_their_skill_and_day_by_day(hub, runner):
    def a_day(at, mae):
        row = {"quantity": "speed", "minutes": 30, "count": 9, "mae": mae, "lastValue": 4.0}
        return TrafficForecastModel(id=MODEL_ID, observed_at=at, errors=[row])

    for days, mae in ((2, 3.0), (1, 2.0)):
        runner.run(hub.upsert([a_day(NOON - timedelta(days=days), mae)]))
    [row] = views.told_errors(runner.run(views.read_model(hub)))
    assert row["lastValueSkill"] == pytest.approx(0.5)
    assert row["unit"] == "km/h"
    assert "weeklyProfileSkill" not in row
    ours = runner.run(views.error_lines(hub))[0]
    assert [point["value"] for point in ours["points"]] == [3.0, 2.0]


def test_the_index_is_that_of_the_register(hub, runner):
    def a_road(name, length, peak, free):
        numbers = {"length": length, "peakTravelTime": peak, "freeFlowTravelTime": free}
        known = {key: {"type": "Property", "value": one} for key, one in numbers.items()}
        return {"id": entity_id("RoadLink", name), "type": "RoadLink", **known}

    runner.run(hub.upsert([a_road("a", 100.0, 30.0, 10.0), a_road("b", 300.0, 20.0, 20.0)]))
    index = runner.run(views.travel_time_index(hub))
    assert index.links == 2
    assert index.value == pytest.approx((100 * 30 + 300 * 20) / (100 * 10 + 300 * 20))
