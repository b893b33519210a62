import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dalgu import cities
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.services.traffic.jobs import forget_ways
from dalgu.simulation.city import plan_city
from dalgu.simulation.fleet import DEG_M, KINDS, Fleet

NOON = datetime(2026, 11, 29, 3, tzinfo=UTC)  # in Daegu
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def fleet():
    return Fleet(plan_city(cities.load("daegu"), 1))


def places(vehicles):
    return {one.id: one.location["coordinates"] for one in vehicles}


def test_no_vehicle_goes_faster_than_its_kind_and_none_leaves_the_city(fleet):
    fastest_mps = max(kind.speed_kph for kind in KINDS) / 3.6
    before = places(fleet.reports(NOON, everything=True))
    west, south, east, north = cities.load("daegu").bbox
    for minute in range(1, 30):
        now = places(fleet.reports(NOON + minute * MINUTE, everything=True))
        for one, (lon, lat) in now.items():
            assert west <= lon <= east
            assert south <= lat <= north
            step = np.hypot((lon - before[one][0]) * 0.81, lat - before[one][1]) * DEG_M
            stands_back = one.split(":")[3].startswith(("ambulance", "fire"))
            assert step <= fastest_mps * 60 * 1.01 or stands_back
        before = now


def test_by_day_most_move_and_at_night_the_buses_stand(fleet):
    def buses(at):
        told = fleet.reports(at, everything=True)
        return sum(one.speed > 0 for one in told if ":bus-" in one.id)

    assert buses(NOON) == 56
    assert buses(NOON - timedelta(hours=10)) == 0


def test_what_rests_is_heard_every_ten_minutes(fleet):
    night = NOON - timedelta(hours=10)
    heard = set()
    for minute in range(10):
        heard |= set(places(fleet.reports(night + minute * MINUTE)))
    assert len(heard) == sum(kind.count for kind in KINDS)
    assert len(fleet.reports(night)) < len(heard) / 2


def test_where_vehicles_were_is_forgotten_and_where_they_are_is_not(fleet, tmp_path):
    async def story():
        clock = ManualClock(NOON)
        hub = LocalHub.open(tmp_path / "city.db", clock)
        try:
            await hub.upsert(list(fleet.registers())[:3])
            first, *_ = fleet.reports(NOON, everything=True)
            await hub.upsert([first])
            kept = len(await hub.history(first.id, "location"))
            await forget_ways(hub, clock)
            await forget_ways(hub, clock)
            now = await hub.retrieve(first.id)
            return kept, len(await hub.history(first.id, "location")), now["location"]["value"]
        finally:
            await hub.close()

    kept, left, where = asyncio.run(story())
    assert (kept, left) == (1, 0)
    assert where["type"] == "Point"
