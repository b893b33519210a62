"""A day at three intersections: camera events in, the busiest one and the day's curve out."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

from dalgu.devices.intake import Intake
from dalgu.devices.registry import Registry, device_entity
from dalgu.hub.local import LocalHub
from dalgu.hub.types import Device
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.service import Asked
from dalgu.services.traffic import wire
from dalgu.services.traffic.pages import overview
from dalgu.services.traffic.service import SERVICE

START = datetime(2026, 3, 2, 15, tzinfo=UTC)
STEP = timedelta(minutes=5)
CARS = {"beomeo": 60, "banwoldang": 90, "gachang": 4}  # in five minutes


def events():
    for step in range(24 * 12):
        since = START + step * STEP
        for camera, cars in CARS.items():
            counts = {"car": cars, "bus": 1, "pedestrian": 7}
            event = wire.encode_count(camera, since, since + STEP, counts, average_speed_kph=31.5)
            yield "camera", json.dumps(event).encode(), since + STEP


def test_the_busiest_intersection_of_the_day_is_named_with_its_count(tmp_path):
    async def story():
        clock = ManualClock(START)
        hub = LocalHub.open(tmp_path / "city.db", clock)
        try:
            registry = Registry(hub)
            await registry.register(
                Device(
                    id=device_entity(f"camera:{camera}"),
                    profile="camera-count",
                    controlled_asset=entity_id("TrafficFlowObserved", camera),
                )
                for camera in CARS
            )
            await clock.advance(timedelta(days=1))
            intake = Intake(hub, registry, SERVICE.decoders, clock)
            await intake.accept_many(events(), transport="http")
            return await overview(hub, clock, Asked())
        finally:
            await hub.close()

    page = asyncio.run(story())
    assert [row["name"].en for row in page["busiest"]] == ["banwoldang", "beomeo", "gachang"]
    assert page["busiest"][0]["vehicles"] == 24 * 12 * 91
    assert page["busiest"][0]["intensity"] == 91 * 12
    assert [point["value"] for point in page["line"]["points"]] == [12 * (61 + 91 + 5)] * 24
    assert page["heard"] == 3
