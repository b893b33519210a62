import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.traffic.network.model import Lane, Link, Movement, Network, Turn
from dalgu.services.traffic.prediction import training
from dalgu.services.traffic.prediction.entities import MODEL_ID
from dalgu.services.traffic.prediction.forecasts import Forecasts
from dalgu.services.traffic.prediction.keeping import kept
from dalgu.services.traffic.prediction.observed import end_of, last_ended, read_history
from dalgu.store.sqlite import Store

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # Tuesday, 00:00 in Daegu
LINKS = ("a", "b", "c")
DAYS = 2


def a_network():
    links = tuple(Link(one, one, one + "'", 400.0, 1) for one in LINKS)
    lanes = tuple(Lane(f"{one}_0", one, 0, 400.0) for one in LINKS)
    turns = tuple(
        Movement(f"{one}{other}", f"{one}_0", other, Turn.THROUGH) for one, other in pairwise(LINKS)
    )
    return Network("three links", (), links, lanes, turns, ())


class City:
    """A hub with what links did, and the little of `control` that the forecast knows."""

    def __init__(self, store, clock, folder):
        self.clock, self.hub = clock, LocalHub(store, clock)
        layout = SimpleNamespace(lanes=("a_0", "c_0"))
        self.control = SimpleNamespace(
            ground=SimpleNamespace(clock=clock, folder=folder),
            live=SimpleNamespace(forecast=lambda: None),
            network=a_network,
            compiled=lambda: SimpleNamespace(network=a_network(), layout=layout),
        )
        self.room = Forecasts(self.control)

    async def observe(self, first, until, *, silent=()):
        """Tell the hub what links did in steps since START."""
        for step in range(first, until):
            hour = step / 12 % 24
            rush = np.exp(-((hour - 8) ** 2)) + np.exp(-((hour - 18.5) ** 2))
            await self.hub.upsert(
                TrafficFlowObserved(
                    id=entity_id("TrafficFlowObserved", f"link-{link}"),
                    observed_at=START + timedelta(minutes=5 * (step + 1)),
                    intensity=float(200 + 600 * rush + 10 * row),
                    average_speed=float(50 - 25 * rush + np.sin(step) + row),
                )
                for row, link in enumerate(LINKS)
                if link not in silent
            )

    async def model(self):
        return await self.hub.retrieve(MODEL_ID)


@pytest.fixture
def runner():
    with asyncio.Runner() as one:
        yield one


@pytest.fixture
def city(tmp_path, runner, monkeypatch):
    for name, value in (("MOST_UPDATES", 60), ("CHECK_EVERY", 20), ("BATCH", 64), ("JUDGED", 200)):
        monkeypatch.setattr(training, name, value)
    store = Store.open(tmp_path / "city.db")
    yield City(store, ManualClock(START + timedelta(days=DAYS)), tmp_path)
    runner.run(store.close())


def test_steps_and_instants_belong_together():
    step = last_ended(START + timedelta(minutes=7))
    assert end_of(step) == START + timedelta(minutes=5)
    assert last_ended(end_of(step)) == step


def test_what_links_did_is_read_onto_the_grid(city, runner):
    runner.run(city.observe(0, 12, silent=("b",)))
    until = last_ended(START + timedelta(hours=1))
    history = runner.run(read_history(city.hub, a_network(), until, 24))
    assert history.names == ("a", "c")
    assert np.isnan(history.speed_kmh[:, :12]).all()
    assert history.flow_veh_h[1, 12:] == pytest.approx(220, abs=1)
    assert history.edges.tolist() == [[0, 1]]  # past b, which nobody observes
    assert history.last_step == until


def test_a_city_that_observes_nothing_is_left_as_it_is(city, runner):
    runner.run(city.room.train(city.hub, city.clock))
    runner.run(city.room.forecast(city.hub, city.clock))
    runner.run(city.room.tell_travel_times(city.hub, city.clock))
    assert runner.run(city.hub.types()) == {}
    assert city.room.lane_inflow() is None


def test_a_short_history_says_how_much_is_missing(city, runner):
    runner.run(city.observe(0, 30))
    runner.run(city.room.train(city.hub, city.clock))
    told = runner.run(city.model())
    assert told["status"]["value"] == "history-short"
    assert told["days"]["value"] < told["daysNeeded"]["value"]


def test_a_file_that_is_no_model_is_as_good_as_none(tmp_path):
    file = tmp_path / "forecast.npz"
    assert kept(file) is None
    file.write_bytes(b"PK broken")
    assert kept(file) is None


@pytest.mark.slow
def test_two_days_make_forecasts_errors_and_travel_times(city, runner):
    runner.run(city.observe(0, DAYS * 288))
    runner.run(city.room.train(city.hub, city.clock))
    told = runner.run(city.model())
    assert told["status"]["value"] == "trained"
    assert told["links"]["value"] == 3
    assert "errors" not in told  # nothing was forecast before

    runner.run(city.room.forecast(city.hub, city.clock))
    forecast = runner.run(city.hub.retrieve(entity_id("TrafficForecast", "b")))
    horizons = forecast["horizons"]["value"]
    assert [row["minutes"] for row in horizons] == [15, 30, 45, 60]
    for row in horizons:
        for name in ("flow", "speed"):
            assert 0 <= row[f"{name}Lowest"] <= row[f"{name}Low"] <= row[name]
            assert row[name] <= row[f"{name}High"] <= row[f"{name}Highest"]
        assert 30 < row["speedLow"] < row["speedHigh"] < 70  # the weeks before are silent
    inflow = city.control.live.forecast()
    assert inflow.shape == (2,)
    assert (inflow > 0).all()

    runner.run(city.room.tell_travel_times(city.hub, city.clock))
    road = runner.run(city.hub.retrieve(entity_id("RoadLink", "a")))
    assert road["peakTravelTime"]["value"] > road["freeFlowTravelTime"]["value"]
    assert road["referenceDate"]["value"] == "2026-03-05"

    again = Forecasts(city.control)  # after a restart the kept model is found
    runner.run(city.clock.advance(timedelta(hours=2)))
    runner.run(city.observe(DAYS * 288, DAYS * 288 + 24, silent=("c",)))
    runner.run(again.forecast(city.hub, city.clock))
    assert again.newest.at == city.clock.now()
    runner.run(again.train(city.hub, city.clock))
    assert runner.run(city.hub.history(entity_id("TrafficForecast", "b"), "horizons")) == []
    assert runner.run(city.hub.count("TrafficForecast")) == 3
    rows = runner.run(city.model())["errors"]["value"]
    assert {(row["quantity"], row["minutes"]) for row in rows} >= {("flow", 15), ("speed", 60)}
    # Those from the end of training to an hour ago came true; link c is silent.
    assert {row["count"] for row in rows} == {2 * 13}
