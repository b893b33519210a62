"""The room over a real hub: what a detector saw holds a light and reaches roadside units."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest
from tests.services.traffic.v2x.test_told import COMPILED, a_report

from dalgu.devices.signals.report import Light
from dalgu.devices.uplink import Uplink
from dalgu.hub.hub import Event
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.pedestrians.crossing import TurnDuty
from dalgu.services.traffic.pedestrians.entities import CrossingCaution, PedestrianCrossing
from dalgu.services.traffic.pedestrians.turning import Unstopped
from dalgu.services.traffic.pedestrians.watch import Watch
from dalgu.services.traffic.pedestrians.wire import decode_watch, encode_watch
from dalgu.services.traffic.v2x.denm import Cause, decode_denm
from dalgu.services.traffic.v2x.roadside import Roadside

AT = datetime(2026, 3, 2, tzinfo=UTC)
CROSSING = entity_id("PedestrianCrossing", "c")
WALKING = (Light.RED, Light.RED, Light.AMBER)


class Shelf:
    """Entities by id: all that the room asks of a hub in these tests."""

    def __init__(self):
        self.documents = {}

    async def retrieve(self, entity):
        return self.documents[entity].to_document()

    async def upsert(self, entities):
        self.documents.update({one.id: one for one in entities})


def a_room():
    shelf = Shelf()
    ground = SimpleNamespace(hub=shelf, clock=ManualClock(AT))
    live = SimpleNamespace(hears=[], extension=None)
    control = SimpleNamespace(
        ground=ground, live=live, state=SimpleNamespace(network=None), compiled=lambda: COMPILED
    )
    roadside = Roadside(control, "udp://127.0.0.1:47347")
    return shelf, Watch(control, roadside), roadside


def seen(shelf, room, entity, attributes=(), kind="updated"):
    event = Event(1, AT, kind, entity.id, type(entity).__name__, attributes)
    shelf.documents[entity.id] = entity
    asyncio.run(room._take(event))


def walking(people, clear_in):
    return PedestrianCrossing(id=CROSSING, observed_at=AT, walking_count=people, clear_in=clear_in)


def test_somebody_still_crossing_holds_the_flashing_green():
    shelf, room, _ = a_room()
    report = a_report(WALKING, age_s=2.5)
    room.hear(report)
    assert room.extension(report).tolist() == [0.0, 0.0, 0.0]
    seen(shelf, room, walking(1, 8.0), ("walkingCount",))
    assert room.extension(report)[2] > 0
    seen(shelf, room, walking(0, 0.0), ("walkingCount",))
    assert room.extension(report).tolist() == [0.0, 0.0, 0.0]


def test_a_caution_leaves_as_a_notification_at_its_crossing():
    pytest.importorskip("pycrate_asn1dir.ITS_DENM_3", reason="pip install 'dalgu[v2x]'")
    shelf, room, roadside = a_room()
    room.hear(a_report(WALKING))
    caution = CrossingCaution(
        id=entity_id("CrossingCaution", "c", "1"), observed_at=AT, ref_crossing=CROSSING,
        kind="turning", post_encroachment=0.8, closest_in=2.5, likelihood=0.7,
    )  # fmt: skip
    seen(shelf, room, caution, kind="created")
    [told] = map(decode_denm, roadside._cautions)
    assert (told.cause, told.lon, told.lat) == (Cause.COLLISION_RISK, 128.6, 35.87)


def test_a_right_turn_caution_is_placed_in_the_hub_and_announced_as_the_others_are():
    pytest.importorskip("pycrate_asn1dir.ITS_DENM_3", reason="pip install 'dalgu[v2x]'")
    shelf, room, roadside = a_room()
    room.hear(a_report(WALKING))
    said = encode_watch(0, 1, 3.0, cautions=[Unstopped(TurnDuty.STOP, 0.6, 6.0)])
    uplink = Uplink(device="r", entity=CROSSING, received_at=AT, observed_at=AT, values=said)
    _, caution = decode_watch(uplink)
    seen(shelf, room, caution, kind="created")
    assert len(roadside._cautions) == 1
    placed = shelf.documents[caution.id]
    assert placed.location == {"type": "Point", "coordinates": [128.6, 35.87]}
    assert caution.severity == "high"


def test_what_was_counted_is_told_every_five_minutes():
    shelf, room, _ = a_room()
    report = a_report(WALKING)
    called = np.array([0.0, 0.0, 1.0])
    from dataclasses import replace

    room.hear(replace(report, called_s=called))
    asyncio.run(room._tell())
    told = shelf.documents[CROSSING]
    assert (told.call_count, told.length, told.zone) == (1, 9.0, "none")
