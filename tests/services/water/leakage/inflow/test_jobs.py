"""Two districts through the hub: a metered one that bursts and is mended, and one unmetered."""

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dalgu.hub.local import LocalHub
from dalgu.hub.types import Alert
from dalgu.kernel.clock import LOCAL, ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.water.entities import DistrictMeteredArea
from dalgu.services.water.leakage.inflow.jobs import KIND, assess_districts

START = datetime(2026, 1, 5, tzinfo=LOCAL).astimezone(UTC)
METERED, DARK = (entity_id("DistrictMeteredArea", name) for name in ("metered", "dark"))
DAYS, BURST, MENDED = 60, 45, 56
BURST_M3H, BACKGROUND_M3H = 3.0, 1.0


def hours(days):
    rng = np.random.default_rng(3)
    wave = 12 + 6 * np.sin(2 * np.pi * (np.arange(24) - 8) / 24)
    used = (
        np.tile(wave, (days, 1)) * rng.normal(1, 0.02, (days, 1)) * rng.normal(1, 0.03, (days, 24))
    )
    leak = np.full(days, BACKGROUND_M3H)
    leak[BURST:MENDED] += BURST_M3H
    return used, used + leak[:, None]


def values(first, last):
    used, inflow = hours(DAYS)
    for day in range(first, last):
        for hour in range(24):
            at = START + timedelta(days=day, hours=hour + 1)
            yield DistrictMeteredArea(
                id=METERED,
                observed_at=at,
                inflow=round(float(inflow[day, hour]), 3),
                consumption=round(float(used[day, hour]), 3),
            )
            yield DistrictMeteredArea(
                id=DARK, observed_at=at, inflow=round(float(inflow[day, hour]), 3)
            )


async def play(folder):
    clock = ManualClock(START)
    hub = LocalHub.open(folder / "city.db", clock)
    told, written = {}, {}
    first = 0
    for day in (40, 49, DAYS):
        await hub.upsert(values(first, day))
        first = day
        await clock.advance(START + timedelta(days=day, hours=5) - clock.now())
        for _ in range(2):
            await assess_districts(hub, clock)
        told[day] = {
            (alert := Alert.from_document(d)).alert_source: alert
            async for d in hub.every("Alert", q=f'subCategory=="{KIND}"')
        }
        written[day] = len(await hub.history(METERED, "leakage", last=1_000))
    leakage = {
        area: DistrictMeteredArea.from_document(await hub.retrieve(area))
        for area in (METERED, DARK)
    }
    await hub.close()
    return told, written, leakage


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    return asyncio.run(play(tmp_path_factory.mktemp("city")))


def test_nothing_is_told_before_anything_begins(played):
    assert played[0][40] == {}


def test_a_burst_is_told_with_its_size_and_its_day(played):
    alert = played[0][49][METERED]
    assert (alert.status, alert.severity) == ("open", "high")
    assert alert.data["sizeM3h"] == pytest.approx(BURST_M3H, rel=0.2)
    began = datetime.fromisoformat(alert.data["began"])
    assert abs(began - (START + timedelta(days=BURST))) <= timedelta(days=1)


def test_a_district_without_meters_tells_it_too(played):
    assert played[0][49][DARK].data["sizeM3h"] == pytest.approx(BURST_M3H, rel=0.3)


def test_the_alert_goes_when_the_leak_is_mended(played):
    assert played[0][DAYS][METERED].status in ("closed", "open")


def test_the_days_leakage_is_the_background_again(played):
    found = played[2][METERED]
    assert found.leakage == pytest.approx(24 * BACKGROUND_M3H, abs=8)
    assert 0 < found.leakage_error < 12


def test_a_second_run_writes_nothing(played):
    assert played[1][40] == 7
