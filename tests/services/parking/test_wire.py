from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.uplink import Uplink
from dalgu.kernel.ids import entity_id
from dalgu.services.parking import wire
from dalgu.services.parking.entities import OffStreetParking, OnStreetParking

AT = datetime(2026, 3, 1, 5, tzinfo=UTC)
LOT = entity_id("OffStreetParking", "dongin", "b1")
KERB = entity_id("OnStreetParking", "dongseong-ro", "1")


def an_uplink(entity=LOT, **parts):
    return Uplink("parking:dongin/b1", entity, AT, AT, **parts)


@given(total=st.integers(1, 5000), data=st.data())
def test_a_lot_survives_the_guidance_server(total, data):
    free = data.draw(st.integers(0, total))
    [lot] = wire.decode_guidance(an_uplink(values=wire.encode_guidance("b1", free, total)))
    assert isinstance(lot, OffStreetParking)
    assert (lot.available_spot_number, lot.total_spot_number) == (free, total)
    assert lot.occupied_spot_number == total - free


@given(total=st.integers(1, 65535), data=st.data(), battery=st.none() | st.integers(0, 100))
def test_a_kerb_survives_the_radio(total, data, battery):
    occupied = data.draw(st.integers(0, total))
    payload = wire.encode_count(total, occupied, battery_pct=battery)
    [kerb] = wire.decode_count(an_uplink(KERB, payload=payload))
    assert isinstance(kerb, OnStreetParking)
    assert (kerb.total_spot_number, kerb.occupied_spot_number) == (total, occupied)


@pytest.mark.parametrize(("free", "shown"), [(-3, 0), (83, 80), (12, 12)])
def test_a_count_that_drifted_a_little_means_full_or_empty(free, shown):
    [lot] = wire.decode_guidance(an_uplink(values={"free": free, "total": 80}))
    assert lot.available_spot_number == shown


@pytest.mark.parametrize("values", [{"free": -9, "total": 80}, {"free": 89, "total": 80},
                                    {"free": 0, "total": 0}, {"free": -1}])  # fmt: skip
def test_a_count_that_drifted_far_is_refused(values):
    with pytest.raises(wire.CountImplausible, match="set right on site"):
        wire.decode_guidance(an_uplink(values=values))


@pytest.mark.parametrize("values", [{}, {"free": "12"}, {"free": 1.5}, {"free": True},
                                    {"free": 1, "total": "x"}])  # fmt: skip
def test_a_message_without_a_count_is_refused(values):
    with pytest.raises(wire.CountAbsent):
        wire.decode_guidance(an_uplink(values=values))


def test_a_lot_of_unknown_size_tells_its_free_spaces_only():
    [lot] = wire.decode_guidance(an_uplink(values={"free": 7}))
    assert (lot.available_spot_number, lot.total_spot_number) == (7, None)


@given(st.binary(max_size=20))
def test_radio_noise_is_refused_with_a_type(payload):
    try:
        wire.decode_count(an_uplink(KERB, payload=payload))
    except wire.ParkingMessageInvalid:
        return


@pytest.mark.parametrize("bit", range(64))
def test_one_flipped_bit_never_passes(bit):
    frame = bytearray(wire.encode_count(300, 120, battery_pct=80))
    frame[bit // 8] ^= 1 << bit % 8
    with pytest.raises(wire.ParkingMessageInvalid):
        wire.decode_count(an_uplink(KERB, payload=bytes(frame)))


def test_a_counter_that_mistrusts_itself_is_not_used():
    frame = bytearray(wire.encode_count(20, 5))
    frame[1], frame[7] = wire.FAULT, (frame[7] + wire.FAULT) % 256
    with pytest.raises(wire.SensorFaulty):
        wire.decode_count(an_uplink(KERB, payload=bytes(frame)))
