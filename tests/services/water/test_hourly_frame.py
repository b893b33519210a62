from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.hourly_frame import (
    FRAME_BYTES,
    Alarm,
    HourlyFrame,
    HourlyFrameInvalid,
    decode,
    encode,
)

AT = datetime(2026, 3, 1, 5, tzinfo=UTC)
LORAWAN_SLOWEST_BYTES = 51


@st.composite
def frames(draw, most_l=4095):
    newest = draw(st.integers(2_000_000, 4_000_000_000))
    deltas = draw(st.lists(st.integers(-min(most_l, 4095), most_l), max_size=23))
    return HourlyFrame(
        at=AT + timedelta(seconds=draw(st.integers(0, 10**8))),
        registers_l=tuple(
            accumulate(deltas, lambda register, delta: register - delta, initial=newest)
        ),
        alarms=tuple(a for a in Alarm if draw(st.booleans())),
        battery_pct=draw(st.none() | st.integers(0, 100)),
        temperature_degc=draw(st.none() | st.integers(-127, 127).map(lambda half: half / 2)),
    )


@given(frames())
def test_a_household_day_survives_the_radio_to_the_litre(frame):
    assert decode(encode(frame)) == frame


@given(frames(most_l=60_000))
def test_a_large_meter_day_is_right_to_half_a_step(frame):
    decoded = decode(encode(frame))
    assert decoded.registers_l[0] == frame.registers_l[0]
    pairs = zip(decoded.registers_l, frame.registers_l, strict=True)
    assert all(abs(got - sent) <= 50 for got, sent in pairs)


@given(st.binary(max_size=80))
def test_noise_is_refused_or_decodes_to_at_most_a_day(payload):
    try:
        frame = decode(payload)
    except HourlyFrameInvalid:
        return
    assert 1 <= len(frame.registers_l) <= 24


def test_the_frame_fits_the_slowest_data_rate():
    assert FRAME_BYTES < LORAWAN_SLOWEST_BYTES


def test_a_frame_written_out_by_hand_decodes():
    # version 1, scale 1 L; 2026-03-01T05:00Z; 1,234 L; leakage; 90 %; 12.5 °C; 4 L, then unknown
    deltas = "0000000000100" + "1000000000000" * 22 + "00000"
    payload = bytes.fromhex("10" + "69a3c7d0" + "000004d2" + "10" + "5a" + "19")
    payload += int(deltas, 2).to_bytes(38, "big")
    assert decode(payload) == HourlyFrame(AT, (1234, 1230), (Alarm.LEAKAGE,), 90, 12.5)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda frame: frame[:-1], "49 bytes"),
        (lambda frame: b"\x20" + frame[1:], "0x20"),
        (lambda frame: b"\x13" + frame[1:], "0x13"),
        (lambda frame: frame[:10] + b"\x70" + frame[11:], "battery of 112"),
        (lambda frame: frame[:-1] + b"\x01", "five zero bits"),
        (lambda frame: frame[:5] + bytes(4) + frame[9:], "below an empty register"),
    ],
)
def test_a_damaged_frame_is_refused_with_its_reason(change, reason):
    frame = encode(HourlyFrame(AT, (5000, 4990)))
    with pytest.raises(HourlyFrameInvalid, match=reason):
        decode(change(frame))


@pytest.mark.parametrize("registers", [(), (0,) * 25, (-1,), (2**32,), (500_000, 0)])
def test_what_does_not_fit_is_not_encoded(registers):
    with pytest.raises(HourlyFrameInvalid):
        encode(HourlyFrame(AT, registers))
