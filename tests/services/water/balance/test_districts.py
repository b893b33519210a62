"""Two days of a district through the hub: inlets and meters in, inflow and balance out."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import LOCAL, ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.water.balance.jobs import JOBS
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter

START = datetime(2026, 3, 3, tzinfo=LOCAL).astimezone(UTC)
HOURS = 48
UPPER, LOWER = (entity_id("DistrictMeteredArea", name) for name in ("upper", "lower"))
# meter: litres an hour by night (1 to 5) and by day, and where it stands
METERS = {
    "main": (9_000, 20_000, {"inlet_of": UPPER}),
    "between": (3_000, 8_000, {"inlet_of": LOWER, "outlet_of": UPPER}),
    "a": (1_000, 9_000, {"dma": UPPER}),
    "b": (500, 7_000, {"dma": LOWER}),
}


def reads(name):
    night_l, day_l, place = METERS[name]
    register_l, identity = 1_000_000, entity_id("WaterMeter", name)
    yield WaterMeter(id=identity, is_active=True, **place)
    for hour in range(HOURS + 1):
        at = START + timedelta(hours=hour)
        yield WaterMeter(id=identity, observed_at=at, volume=register_l / 1_000)
        register_l += night_l if 1 <= hour % 24 < 5 else day_l


async def balanced(folder):
    clock = ManualClock(START + timedelta(hours=HOURS, minutes=5))
    hub = LocalHub.open(folder / "city.db", clock)
    for name in METERS:
        await hub.upsert(reads(name))
    jobs = {job.name: job for job in JOBS}
    names = ("water.district-totals", "water.inflow", "water.district-balance")
    for name in (*names, *names):
        await jobs[name].run(hub, clock)
    found = {
        area: DistrictMeteredArea.from_document(await hub.retrieve(area)) for area in (UPPER, LOWER)
    }
    rows = {a: len(await hub.history(a, "losses", last=100)) for a in (UPPER, LOWER)}
    await hub.close()
    return found, rows


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return asyncio.run(balanced(tmp_path_factory.mktemp("city")))


def test_the_net_inflow_leaves_out_what_passes_on(result):
    # The last hour of the day: 20 m³ in, 8 m³ on to the lower area.
    assert result[0][UPPER].inflow == pytest.approx(12.0)
    assert result[0][LOWER].inflow == pytest.approx(8.0)


def test_night_flow_losses_and_ratio_of_a_day_worked_out_by_hand(result):
    # Upper: night (9 - 3) m³/h; day 4 * 6 + 20 * 12 = 264 in, 4 * 1 + 20 * 9 = 184 metered.
    upper, lower = result[0][UPPER], result[0][LOWER]
    assert upper.minimum_night_flow == pytest.approx(6.0)
    assert upper.losses == pytest.approx(80.0)
    assert upper.revenue_water_ratio == pytest.approx(0.697)
    # Lower: 4 * 3 + 20 * 8 = 172 in, 4 * 0.5 + 20 * 7 = 142 metered.
    assert lower.minimum_night_flow == pytest.approx(3.0)
    assert lower.losses == pytest.approx(30.0)


def test_inlets_are_nobodys_consumption(result):
    assert result[0][UPPER].meter_count == 1


def test_a_second_run_writes_nothing(result):
    assert result[1] == {UPPER: 2, LOWER: 2}
