from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.uplink import Uplink
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.tracking import PositionInvalid, decode_position, encode_position

AT = datetime(2026, 3, 1, 5, tzinfo=UTC)
BUS = entity_id("Vehicle", "bus-1")


def an_uplink(**values):
    return Uplink("lorawan:1", BUS, AT, AT, values=values)


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(1, 300), st.floats(0, 360))
def test_a_position_survives_the_tracker(lon, lat, speed, heading):
    said = encode_position(lon, lat, speed_kph=speed, heading=heading)
    [vehicle] = decode_position(an_uplink(**said))
    assert vehicle.location["coordinates"] == [lon, lat]
    assert (vehicle.speed, vehicle.heading, vehicle.observed_at) == (speed, heading, AT)


def test_what_stands_has_no_heading():
    [vehicle] = decode_position(an_uplink(lon=128.6, lat=35.8, speed_kph=0.3, heading=12.0))
    assert (vehicle.speed, vehicle.heading) == (0.3, None)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"lat": 35.8}, "no place"),
        ({"lon": 128.6, "lat": "north"}, "no number"),
        ({"lon": 128.6, "lat": True}, "no number"),
        ({"lon": 128.6, "lat": 91}, "outside"),
        ({"lon": 128.6, "lat": float("nan")}, "outside"),
        ({"lon": 128.6, "lat": 35.8, "speed_kph": 900}, "outside"),
    ],
)
def test_a_position_that_cannot_be_is_refused_with_its_reason(said, reason):
    with pytest.raises(PositionInvalid, match=reason):
        decode_position(an_uplink(**said))
