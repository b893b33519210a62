import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dalgu import cities
from dalgu.center.ground import Ground
from dalgu.center.moving.frames import decode, encode_change
from dalgu.center.moving.looks import NOTHING, Kind, State, look
from dalgu.center.moving.moving import SILENT, Moving, PlaceNotHeld
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.entities import Vehicle

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
BUS = look(Kind.BUS, State.ON_ROUTE)


@pytest.fixture
def city(tmp_path):
    clock = ManualClock(NOW)
    hub = LocalHub.open(tmp_path / "city.db", clock)
    yield Ground(hub, None, clock, None, cities.load("daegu"), (), None)
    asyncio.run(hub.close())


def put(moving, **places):
    lon, lat = (np.array([place[axis] for place in places.values()]) for axis in (0, 1))
    moving.put(list(places), lon, lat, np.full(len(places), BUS, dtype=np.uint8))


def test_a_frame_tells_what_moved_and_there_is_none_when_nothing_did(city):
    moving = Moving(city)
    put(moving, a=(128.60, 35.87), b=(128.61, 35.87))
    first = moving.frame()
    assert moving.frame() is None
    put(moving, a=(128.6005, 35.87))
    second = moving.frame()
    assert second.number == first.number + 1
    after = decode(encode_change(second.number, first.now, second.now), first.now)
    assert (after.x[0] - first.now.x[0], after.x[1] - first.now.x[1]) == (44, 0)


def test_what_leaves_the_surroundings_of_the_city_is_not_shown(city):
    moving = Moving(city)
    put(moving, a=(128.60, 35.87))
    put(moving, a=(126.97, 37.56))  # Seoul
    assert moving.frame().now.look.tolist() == [NOTHING]
    with pytest.raises(PlaceNotHeld):
        moving.at(0)


def test_many_places_are_more_room_and_keep_their_things(city):
    moving = Moving(city)
    put(moving, **{f"v{n}": (128.5 + n / 10_000, 35.87) for n in range(700)})
    assert len(moving.frame().now.look) == 700
    assert (moving.at(0), moving.at(699)) == ("v0", "v699")


def a_vehicle(key, at=NOW, **more):
    where = {"type": "Point", "coordinates": [128.6, 35.87]}
    return Vehicle(id=entity_id("Vehicle", key), observed_at=at, speed=0.0, location=where, **more)


def test_the_hubs_vehicles_are_shown_as_what_they_are_until_they_fall_silent(city):
    async def story():
        await city.hub.upsert(
            [
                a_vehicle("1", vehicle_type="bus", service_status="parked"),
                a_vehicle("2", vehicle_type="ambulance", service_on_duty=True),
                a_vehicle("3", NOW - SILENT - timedelta(minutes=1), vehicle_type="policeVan"),
            ]
        )
        moving = Moving(city)
        running = asyncio.create_task(moving.run())
        while moving.frame() is None:  # noqa: ASYNC110
            await asyncio.sleep(0)
        shown = moving.newest.now.look.tolist()
        await city.hub.delete(entity_id("Vehicle", "2"))
        while moving.frame() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        running.cancel()
        return shown, moving.newest.now.look.tolist()

    shown, later = asyncio.run(story())
    assert shown == [
        look(Kind.BUS, State.AT_REST),
        look(Kind.AMBULANCE, State.ON_CALL),
        look(Kind.POLICE, State.SILENT),
    ]
    assert later == [shown[0], NOTHING, shown[2]]
