"""Three weeks in a small district, the last with leaks: device bytes in, suspicions out.

Sixty meters of three kinds of radio send their hours once a day. In the last week four taps
begin to run and two houses fall silent; the house that is away for two days is no case.
"""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dalgu.devices.intake import Intake
from dalgu.devices.registry import Registry, device_entity
from dalgu.devices.wmbus.address import address
from dalgu.hub.hub import Query
from dalgu.hub.local import LocalHub
from dalgu.hub.types import Device
from dalgu.kernel.clock import LOCAL, ManualClock, iso
from dalgu.kernel.ids import entity_id
from dalgu.service import Asked
from dalgu.services.water import wire
from dalgu.services.water.api import meter_hours
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.hourly_frame import HourlyFrame
from dalgu.services.water.service import SERVICE
from dalgu.services.water.views.overview import overview

START = datetime(2026, 3, 2, tzinfo=LOCAL).astimezone(UTC)
WEEK_H = 7 * 24
HOURS = 3 * WEEK_H
METERS = 60
DONG = "2771031000"
LEAKS = {3: 4, 17: 12, 29: 25, 44: 60}  # meter: litres an hour, from the second day of the week
SILENT = (8, 51)  # from the second day of the week
AWAY = 22  # the last two days
FALSE_ALARMS_ALLOWED = 0  # of 60: a house that did not rest for a day
SEED = 7


def household_use_l(random: np.random.Generator) -> np.ndarray:
    """Hourly litres of a house: it sleeps, rises, cooks and washes; whole litres."""
    hour = np.arange(HOURS) % 24
    mean_l = np.select([hour < 6, hour < 9, hour < 17, hour < 23], [0.6, 22.0, 8.0, 20.0], 4.0)
    busy = random.random(HOURS) < np.where(hour < 6, 0.12, 0.8)
    return np.rint(random.gamma(2.0, mean_l / 2.0) * busy).astype(int)


def registers_l() -> np.ndarray:
    """Registers at each hour's end, (meters, hours + 1), with the planted cases."""
    random = np.random.default_rng(SEED)
    used = np.stack([household_use_l(random) for _ in range(METERS)])
    case = 2 * WEEK_H + 24
    for meter, litres in LEAKS.items():
        used[meter, case:] += litres
    used[list(SILENT), case:] = 0
    used[AWAY, HOURS - 48 :] = 0
    start = random.integers(10_000, 900_000, METERS)[:, None]
    return np.concatenate([start, start + np.cumsum(used, axis=1)], axis=1)


def device_of(meter: int) -> str:
    return f"wmbus:KAM.{10000000 + meter}" if meter % 3 == 2 else f"lorawan:70b3d5{meter:010x}"


def profile_of(meter: int) -> str:
    return ("water-hourly", "water-decoded", "water-oms")[meter % 3]


def telegrams(meter: int, register_l: np.ndarray):
    """An OMS meter speaks every hour, for its register only."""
    sender = address("KAM", str(10000000 + meter), version=1, device_type=7)
    for hour, register in enumerate(register_l):
        at = START + timedelta(hours=hour)
        telegram = wire.encode_oms(sender, int(register), access_number=hour)
        yield "oms", json.dumps({"telegram": telegram.hex(), "received_at": iso(at)}).encode(), at


def frames(meter: int, register_l: np.ndarray):
    """A LoRaWAN meter speaks once a day, of all its hours."""
    for hour in range(24, HOURS + 1, 24):
        at = START + timedelta(hours=hour)
        day = register_l[hour : hour - 24 : -1].tolist()
        up = {"deviceInfo": {"devEui": f"70b3d5{meter:010x}"}, "time": iso(at), "fCnt": hour}
        if profile_of(meter) == "water-hourly":
            up["data"] = base64.b64encode(wire.encode_hourly(HourlyFrame(at, tuple(day)))).decode()
        else:
            reads = [(at - timedelta(hours=n), litres / 1000) for n, litres in enumerate(day)]
            up["object"] = wire.encode_decoded(reads)
        yield "chirpstack", json.dumps(up).encode(), at


def messages():
    """All messages in the order in which they come."""
    every = []
    for meter, register_l in enumerate(registers_l()):
        speak = telegrams if profile_of(meter) == "water-oms" else frames
        every += speak(meter, register_l)
    return sorted(every, key=lambda message: message[2])


def meter_id(meter: int):
    return entity_id("WaterMeter", f"gachang-{meter:04d}")


async def build(hub, registry) -> None:
    await hub.upsert(
        WaterMeter(id=meter_id(meter), district=DONG, is_active=True, origin="synthetic")
        for meter in range(METERS)
    )
    await registry.register(
        Device(
            id=device_entity(device_of(meter)),
            profile=profile_of(meter),
            controlled_asset=meter_id(meter),
        )
        for meter in range(METERS)
    )


async def run_jobs(hub, clock) -> None:
    for job in SERVICE.jobs:
        await job.run(hub, clock)


async def open_alerts(hub) -> set[tuple[int, str]]:
    query = Query(types=("Alert",), q='category=="water";status!="closed"', limit=500)
    page = await hub.query(query)
    return {
        (int(alert["alertSource"]["object"][-4:]), alert["subCategory"]["value"])
        for alert in page.entities
    }


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    """What stands after each of the last week's mornings, and the pages at its end."""

    async def story():
        clock = ManualClock(START)
        hub = LocalHub.open(tmp_path_factory.mktemp("city") / "city.db", clock)
        try:
            registry = Registry(hub)
            await build(hub, registry)
            intake = Intake(hub, registry, SERVICE.decoders, clock)
            rest, mornings = messages(), []
            for day in range(1, 22):
                until = START + timedelta(days=day)
                await clock.advance(until + timedelta(hours=4.5) - clock.now())
                now = [message for message in rest if message[2] <= clock.now()]
                rest = rest[len(now) :]
                await intake.accept_many(now, transport="mqtt")
                if day >= 14:
                    await run_jobs(hub, clock)
                    mornings.append(await open_alerts(hub))
            page = await overview(hub, clock, Asked())
            hours = await meter_hours(hub, meter_id(17), clock.now(), 7)
            return mornings, page, hours, intake.counters
        finally:
            await hub.close()

    return asyncio.run(story())


def test_every_message_was_taken(week):
    *_, counters = week
    assert (counters.refused, counters.accepted) == (0, len(messages()))


def test_before_the_week_nothing_is_suspected(week):
    mornings, *_ = week
    assert len(mornings[0]) <= FALSE_ALARMS_ALLOWED


def test_each_planted_leak_is_suspected_two_mornings_after_it_began(week):
    mornings, *_ = week
    assert {(meter, "continuousFlow") for meter in LEAKS} <= mornings[2]


def test_at_the_end_the_planted_cases_stand_and_hardly_any_other(week):
    mornings, *_ = week
    planted = {(meter, "continuousFlow") for meter in LEAKS}
    planted |= {(meter, "noUse") for meter in SILENT}
    assert planted <= mornings[-1]
    assert len(mornings[-1] - planted) <= FALSE_ALARMS_ALLOWED
    assert (AWAY, "noUse") not in mornings[-1]


def test_the_worst_leak_is_told_by_its_litres(week):
    _, page, *_ = week
    told = [one for kind in page["kinds"] for one in kind["alerts"]]
    [worst] = [one for one in told if one["subject"].endswith("0044")]
    assert worst["level"] == "high"
    assert worst["figures"]["leastM3h"] >= 0.06
    assert worst["origin"] == "synthetic"


def test_the_district_total_is_the_water_of_its_meters(week):
    _, page, *_ = week
    register_l = registers_l()
    used_m3 = np.diff(register_l, axis=1).sum(axis=0) / 1000
    points = page["lines"][0]["points"]
    assert len(points) > 6 * 24
    for point in points:
        end_h = round((datetime.fromisoformat(point["at"]) - START) / timedelta(hours=1))
        assert point["value"] == pytest.approx(used_m3[end_h - 1], abs=0.002)


def test_the_hours_of_one_meter_show_when_its_leak_began(week):
    _, _, hours, _ = week
    used = [point["value"] for point in hours["points"] if point["value"] is not None]
    assert min(used[-72:]) >= LEAKS[17] / 1000


def test_all_meters_are_read(week):
    _, page, *_ = week
    assert page["meters"] == {
        "active": METERS,
        "read": METERS,
        "read_pct": 100.0,
        "silent": 0,
        "never": 0,
    }
