"""Forty days of a town through the hub: loggers and inflow in, one leak case out."""

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.services.water.leakage.town import GAUGES, measured, town_inp

from dalgu.access.actor import SYSTEM
from dalgu.hub.hub import Columns
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import LOCAL, ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.service import Asked
from dalgu.services.water.entities import DistrictMeteredArea
from dalgu.services.water.leakage.entities import LeakCase, PressureLogger, WaterNetwork
from dalgu.services.water.leakage.jobs import JOBS, hourly_means
from dalgu.services.water.leakage.loading import load_network, what_if_closed
from dalgu.services.water.leakage.pages import leak_desk, take_step
from dalgu.services.water.leakage.status import LeakStepInvalid

START = datetime(2026, 3, 2, tzinfo=LOCAL).astimezone(UTC)
DAYS = 34
AREA = entity_id("DistrictMeteredArea", "grid")


def told():
    """The loggers' heads and the area's inflow of each hour, told at its end."""
    series = measured([("j32", 5.0, 22, 99)], DAYS)
    for column, node in enumerate(GAUGES):
        logger = entity_id("PressureLogger", node)
        yield PressureLogger(id=logger, node=node, dma=AREA)
        for hour, head in enumerate(series.head_m[:, column].tolist(), start=1):
            yield PressureLogger(id=logger, head=head, observed_at=START + timedelta(hours=hour))
    for hour, inflow in enumerate(series.inflow_m3h.tolist(), start=1):
        at = START + timedelta(hours=hour)
        yield DistrictMeteredArea(id=AREA, inflow=inflow, observed_at=at)


async def lived(folder):
    clock = ManualClock(START + timedelta(hours=1))
    hub = LocalHub.open(folder / "city.db", clock)
    found = {"empty": await leak_desk(hub, clock, Asked())}
    network = await load_network(hub, clock, town_inp(), "grid", AREA)
    await hub.upsert(told())
    await clock.advance(timedelta(days=DAYS))
    [job] = JOBS
    await job.run(hub, clock)
    found["first"] = [document async for document in hub.every("LeakCase")]
    await job.run(hub, clock)
    found["second"] = [document async for document in hub.every("LeakCase")]
    found["network"] = WaterNetwork.from_document(await hub.retrieve(network.id))
    found["again"] = await load_network(hub, clock, town_inp(), "grid")
    found["desk"] = await leak_desk(hub, clock, Asked(query={"pipe": "b1"}))
    found["unknown"] = await leak_desk(hub, clock, Asked(query={"pipe": "<b>"}))
    found["closure"] = await what_if_closed(hub, "b1")
    await step(hub, clock, found)
    await job.run(hub, clock)
    found["dismissed"] = [LeakCase.from_document(d) async for d in hub.every("LeakCase")]
    await hub.close()
    return found


async def step(hub, clock, found):
    case = found["second"][0]["id"]
    with pytest.raises(LeakStepInvalid):
        await take_step(hub, clock, SYSTEM, Asked(path={"case": case}, sent={"status": "fixed"}))
    await take_step(hub, clock, SYSTEM, Asked(path={"case": case}, sent={"status": "dismissed"}))


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return asyncio.run(lived(tmp_path_factory.mktemp("city")))


def test_one_case_names_the_street_and_what_it_costs(result):
    [case] = [LeakCase.from_document(document) for document in result["first"]]
    assert case.status == "suspected"
    assert case.flow == pytest.approx(5.0, rel=0.3)
    assert case.priority == 1
    assert case.saved > 0
    assert case.cost > 600_000
    assert sum(one["probability"] for one in case.pipes) == pytest.approx(1, abs=0.06)
    assert len(case.pipes[0]["line"]) >= 2
    assert case.location is None  # the town is drawn in metres, not in degrees


def test_the_job_run_twice_changes_nothing(result):
    plain = [{k: v for k, v in d.items() if k != "modifiedAt"} for d in result["second"]]
    assert len(plain) == 1
    assert plain[0]["pipes"] == result["first"][0]["pipes"]


def test_the_network_tells_how_well_it_fits(result):
    network = result["network"]
    assert network.pipe_count == 34
    assert network.fit_after < network.fit_before
    assert network.calibrated_at is not None


def test_loading_the_same_file_again_goes_on_watching(result):
    assert result["again"].watched_since == result["network"].watched_since
    assert result["again"].digest == result["network"].digest
    assert result["again"].dma == AREA


def test_the_desk_draws_the_likely_pipes(result):
    desk = result["desk"]
    assert len(desk["cases"]) == 1
    assert desk["sketch"].likely
    assert desk["closure"]["valves"] == ["gate"]
    assert desk["closure"]["dry_count"] == 3
    assert "does not exist" in result["unknown"]["closure"]["refused"]
    assert result["closure"].lost_m3h == pytest.approx(
        2 * 2.0 * (1 - 0.5 * np.cos(np.pi * 2 / 3)), abs=0.01
    )


def test_an_empty_city_is_told_how_to_begin(result):
    assert result["empty"]["networks"] == []
    assert "dalgu water network load" in result["empty"]["command"]


def test_what_a_person_dismissed_stays_dismissed(result):
    assert [case.status for case in result["dismissed"]] == ["dismissed"]


def test_hours_are_the_means_of_what_was_told_in_them():
    since = datetime(2026, 1, 1, tzinfo=UTC)
    at_s = since.timestamp() + np.array([900.0, 3_600.0, 3_601.0, 90_000.0])
    columns = Columns(["a"], np.zeros(4, np.int64), at_s, np.array([1.0, 3.0, 7.0, 9.0]), at_s)
    hours = hourly_means(columns, ["a", "b"], since, 3)
    np.testing.assert_array_equal(hours[:, 0], [2.0, 7.0, np.nan])
    assert np.isnan(hours[:, 1]).all()
