"""Two weeks at four car parks: guidance reports in, free spaces and a forecast out."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dalgu.devices.intake import Intake
from dalgu.devices.registry import Registry, device_entity
from dalgu.hub.local import LocalHub
from dalgu.hub.types import Device
from dalgu.kernel.clock import LOCAL, ManualClock, iso
from dalgu.kernel.ids import entity_id
from dalgu.service import Asked
from dalgu.services.parking import wire
from dalgu.services.parking.forecast import HORIZONS_MIN
from dalgu.services.parking.pages import lots_page
from dalgu.services.parking.service import SERVICE

START = datetime(2026, 3, 2, tzinfo=LOCAL).astimezone(UTC)  # a Monday
DAYS = 14
SITE = "dongin"
LOTS = {"b1": 120, "b2": 80, "roof": 200, "yard": 45}
EVERY = timedelta(minutes=15)
SEED = 20260302


def occupied_share(at: datetime, noise: np.random.Generator) -> float:
    """A market's day: full at noon and six, empty at night, quieter at weekends."""
    local = at.astimezone(LOCAL)
    hour = local.hour + local.minute / 60
    peaks = np.exp(-(((hour - 12.5) / 2.5) ** 2)) + 0.8 * np.exp(-(((hour - 18) / 2) ** 2))
    weekday = 0.85 if local.weekday() < 5 else 0.4
    return float(np.clip(0.1 + weekday * peaks + noise.normal(0, 0.01), 0, 1))


def reports(until: datetime):
    """The guidance server's reports, each with the truth it was made from."""
    noise = np.random.default_rng(SEED)
    at = START
    while at <= until:
        free = {
            lot: total - round(total * occupied_share(at, noise)) for lot, total in LOTS.items()
        }
        lots = [wire.encode_guidance(lot, free[lot], total) for lot, total in LOTS.items()]
        yield json.dumps({"site": SITE, "at": iso(at), "lots": lots}).encode(), at, free
        at += EVERY


async def open_city(folder):
    clock = ManualClock(START)
    hub = LocalHub.open(folder / "city.db", clock)
    registry = Registry(hub)
    await registry.register(
        Device(
            id=device_entity(f"parking:{SITE}/{lot}"),
            profile="parking-guidance",
            controlled_asset=entity_id("OffStreetParking", SITE, lot),
        )
        for lot in LOTS
    )
    return clock, hub, Intake(hub, registry, SERVICE.decoders, clock)


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The page on a Monday morning after two weeks, and what really came two hours later."""

    async def story():
        clock, hub, intake = await open_city(tmp_path_factory.mktemp("city"))
        try:
            morning = START + timedelta(days=DAYS, hours=10)
            told = list(reports(morning))
            await clock.advance(morning - START)
            await intake.accept_many(
                [("parking", body, at) for body, at, _ in told], transport="http"
            )
            for job in SERVICE.jobs:
                await job.run(hub, clock)
            page = await lots_page(hub, clock, Asked())
            truth = {at: free for _, at, free in reports(morning + timedelta(hours=2))}
            [lot] = [lot for lot in page["lots"] if lot["total"] == LOTS["b1"]]
            history = await hub.history(
                entity_id("OffStreetParking", SITE, "b1"), "availableSpotNumber", last=1
            )
            message = await hub.message(history[0][1])
            return page, truth, morning, lot, message
        finally:
            await hub.close()

    return asyncio.run(story())


def test_free_spaces_now_are_those_the_server_told(day):
    page, truth, morning, lot, _ = day
    assert page["free"] == sum(truth[morning].values())
    assert page["informed"] == len(LOTS)
    assert (lot["free"], lot["is_stale"]) == (truth[morning]["b1"], False)


def test_the_forecast_sees_the_noon_rush_coming(day):
    _, truth, morning, lot, _ = day
    assert [step["minutes"] for step in lot["forecast"]] == list(HORIZONS_MIN)
    assert {step["method"] for step in lot["forecast"]} == {"similarMoments"}
    noon = lot["forecast"][-1]
    came = truth[morning + timedelta(hours=2)]["b1"]
    assert abs(noon["free"] - came) <= 0.06 * LOTS["b1"]
    assert abs(noon["free"] - came) < abs(lot["free"] - came) / 5
    assert noon["low"] <= came + 3
    assert came - 3 <= noon["high"]


def test_the_number_leads_back_to_the_servers_report(day):
    _, truth, morning, _, message = day
    report = json.loads(message.body)
    assert report["at"] == iso(morning)
    assert {one["lot"]: one["free"] for one in report["lots"]} == truth[morning]


def test_a_silent_server_gets_no_forecast_and_is_shown_as_old(tmp_path):
    async def story():
        clock, hub, intake = await open_city(tmp_path)
        try:
            told = list(reports(START + timedelta(days=1)))
            await clock.advance(timedelta(days=1, hours=2))
            await intake.accept_many(
                [("parking", body, at) for body, at, _ in told], transport="http"
            )
            for job in SERVICE.jobs:
                await job.run(hub, clock)
            return await lots_page(hub, clock, Asked())
        finally:
            await hub.close()

    page = asyncio.run(story())
    assert all(lot["is_stale"] and lot["forecast"] == [] for lot in page["lots"])
    assert page["informed"] == 0
