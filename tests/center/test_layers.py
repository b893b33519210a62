from datetime import UTC, datetime, timedelta

import pytest

from dalgu.center.layers import LAYERS, RANKS, feature, layer_of
from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.parking.entities import OffStreetParking
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.water.entities import WaterMeter

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HERE = {"type": "Point", "coordinates": [128.6, 35.87]}


def a_lot(free, *, total=100, age=timedelta()):
    return OffStreetParking(
        id=entity_id("OffStreetParking", "1"),
        name=Text("감삼", "Gamsam"),
        available_spot_number=free,
        total_spot_number=total,
        location=HERE,
        observed_at=NOW - age,
    ).to_document()


def a_meter(alarms=(), *, age=timedelta()):
    return WaterMeter(
        id=entity_id("WaterMeter", "1"), volume=3.0, alarms=list(alarms), observed_at=NOW - age
    ).to_document()


def a_gateway(age):
    return Device(
        id=entity_id("Device", "gateway:1"),
        category="gateway",
        device_state="online",
        declared_interval=3600.0,
        observed_at=NOW - age,
    ).to_document()


@pytest.mark.parametrize(
    ("free", "state"), [(60, "good"), (11, "good"), (10, "medium"), (4, "medium"), (3, "high")]
)
def test_a_lot_shows_how_scarce_its_spaces_are(free, state):
    assert LAYERS["parking"].read(a_lot(free), NOW).state == state


def test_a_lot_that_fell_silent_shows_no_number():
    sign = LAYERS["parking"].read(a_lot(60, age=timedelta(minutes=31)), NOW)
    assert (sign.state, sign.text) == ("stale", None)


def test_a_lot_without_counters_is_stale():
    assert LAYERS["parking"].read(a_lot(None), NOW).state == "stale"


@pytest.mark.parametrize(
    ("alarms", "state"),
    [((), "calm"), (("lowBattery",), "calm"), (("tamper",), "medium"), (("leakage",), "high")],
)
def test_a_meter_shows_what_it_reports_of_itself(alarms, state):
    assert LAYERS["water"].read(a_meter(alarms), NOW).state == state


def test_a_meter_is_silent_after_two_days():
    assert LAYERS["water"].read(a_meter(age=timedelta(hours=47)), NOW).state == "calm"
    assert LAYERS["water"].read(a_meter(age=timedelta(hours=49)), NOW).state == "stale"


def test_a_gateway_is_missed_after_three_of_its_intervals():
    assert LAYERS["gateways"].read(a_gateway(timedelta(hours=3)), NOW).state == "calm"
    assert LAYERS["gateways"].read(a_gateway(timedelta(hours=3, minutes=1)), NOW).state == "high"


def test_an_intersection_shows_its_newest_flow():
    flow = TrafficFlowObserved(
        id=entity_id("TrafficFlowObserved", "1"), intensity=1234.4, observed_at=NOW
    ).to_document()
    assert LAYERS["traffic"].read(flow, NOW).text == "1,234"
    assert LAYERS["traffic"].read(flow, NOW + timedelta(hours=4)).state == "stale"


def test_a_feature_says_what_the_map_draws():
    shown = feature(LAYERS["parking"], a_lot(60), "en", NOW)
    assert shown["geometry"] == HERE
    assert shown["properties"] == {
        "id": "urn:ngsi-ld:OffStreetParking:1",
        "name": "Gamsam",
        "state": "good",
        "rank": RANKS["good"],
        "at": int(NOW.timestamp()),
        "text": "60",
    }


def test_a_thing_without_a_place_is_not_on_the_map():
    assert feature(LAYERS["water"], a_meter(), "ko", NOW) is None


def test_a_gateway_in_somebodys_home_is_on_no_layer():
    care = Device(id=entity_id("Device", "gateway:care-1"), category="careGateway").to_document()
    assert layer_of(care) is None
    assert layer_of(a_gateway(timedelta())) is LAYERS["gateways"]


def test_a_camera_tells_where_it_looks_when_somebody_knows():
    known = {"category": "camera", "location": HERE, "observed_at": NOW}
    fixed = Device(
        id=entity_id("Device", "c:1"), bearing=90.0, field_of_view=70.0, reach=60.0, **known
    ).to_document()
    plain = Device(id=entity_id("Device", "c:2"), **known).to_document()
    said = feature(LAYERS["cameras"], fixed, "en", NOW)["properties"]
    assert (said["bearing"], said["view"], said["reachM"]) == (90.0, 70.0, 60.0)
    assert "view" not in feature(LAYERS["cameras"], plain, "en", NOW)["properties"]
