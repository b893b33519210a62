from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.uplink import Uplink
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic import wire

AT = datetime(2026, 3, 1, 5, tzinfo=UTC)
FLOW = entity_id("TrafficFlowObserved", "beomeo")
counts = st.dictionaries(st.sampled_from(wire.CLASSES), st.integers(0, 10**6), min_size=1)


def an_uplink(**values):
    return Uplink("camera:beomeo-n", FLOW, AT, AT, values=values)


def an_event(**change):
    event = wire.encode_count("beomeo-n", AT - timedelta(minutes=5), AT, {"car": 50, "bus": 2})
    return {**event, **change}


@given(counts=counts, minutes=st.integers(1, 60), speed=st.none() | st.floats(0, 200))
def test_a_count_survives_the_camera(counts, minutes, speed):
    since = AT - timedelta(minutes=minutes)
    event = wire.encode_count("beomeo-n", since, AT, counts, average_speed_kph=speed)
    [flow] = wire.decode_count(an_uplink(**event))
    assert (flow.counts, flow.observed_at, flow.average_speed) == (counts, AT, speed)
    assert flow.interval == minutes * 60


def test_vehicles_are_counted_without_people_and_bicycles():
    event = an_event(counts={"car": 50, "bus": 2, "bicycle": 9, "pedestrian": 30})
    [flow] = wire.decode_count(an_uplink(**event))
    assert flow.vehicle_count == 52
    assert flow.intensity == 52 * 12


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"to": "2026-03-01T04:00:00Z"}, "ends before"),
        ({"to": "soon"}, "no instant"),
        ({"to": "2026-03-01T05:00:00"}, "zone"),
        ({"counts": {}}, "no counts"),
        ({"counts": {"tank": 1}}, "unknown class"),
        ({"counts": {"car": -1}}, "whole number"),
        ({"average_speed_kph": "fast"}, "no number"),
        ({"average_speed_kph": 900}, "outside"),
    ],
)
def test_an_event_that_cannot_be_is_refused_with_its_reason(change, reason):
    with pytest.raises(wire.CountInvalid, match=reason):
        wire.decode_count(an_uplink(**an_event(**change)))
