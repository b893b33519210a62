from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.uplink import Uplink
from dalgu.devices.wmbus.address import address
from dalgu.devices.wmbus.errors import KeyRequired, TelegramInvalid
from dalgu.kernel.ids import entity_id
from dalgu.services.water import wire
from dalgu.services.water.decoded_heads import DecodedHeadsUnusable
from dalgu.services.water.hourly_frame import Alarm, HourlyFrame

AT = datetime(2026, 3, 1, 5, tzinfo=UTC)
METER = entity_id("WaterMeter", "gachang", "0001")
KEY = bytes(range(16))


def an_uplink(*, at=AT, received_at=AT, **parts):
    return Uplink("lorawan:0011223344556677", METER, received_at, at, **parts)


def test_a_day_becomes_a_value_for_each_hour():
    frame = HourlyFrame(AT, (5000, 4990, 4990), (Alarm.BURST,), 80, 11.0)
    newest, *older = wire.decode_hourly(an_uplink(payload=wire.encode_hourly(frame)))
    assert (newest.volume, newest.battery_level, newest.temperature) == (5.0, 80.0, 11.0)
    assert newest.alarms == ["burst"]
    assert [(m.observed_at, m.volume, m.alarms) for m in older] == [
        (AT - timedelta(hours=1), 4.99, None),
        (AT - timedelta(hours=2), 4.99, None),
    ]


@pytest.mark.parametrize("at", [datetime(1999, 1, 1, tzinfo=UTC), AT + timedelta(hours=2)])
def test_a_meter_clock_that_cannot_be_right_is_refused(at):
    payload = wire.encode_hourly(HourlyFrame(at, (1,)))
    with pytest.raises(wire.MeterClockImplausible, match="must be set"):
        wire.decode_hourly(an_uplink(payload=payload))


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**9)), max_size=24))
def test_decoded_fields_survive_the_network_server(reads):
    registers = [(AT - timedelta(seconds=s), litres / 1000) for s, litres in reads]
    meters = wire.decode_decoded(an_uplink(values=wire.encode_decoded(registers)))
    assert [(meter.observed_at, meter.volume) for meter in meters] == registers


@given(register_l=st.integers(0, 2**31 - 1), is_secret=st.booleans())
def test_a_register_survives_the_telegram(register_l, is_secret):
    key = KEY if is_secret else None
    meter = address("KAM", "12345678", version=1, device_type=7)
    payload = wire.encode_oms(meter, register_l, key=key, access_number=7)
    [decoded] = wire.decode_oms(an_uplink(payload=payload, key=key))
    assert decoded.volume == pytest.approx(register_l / 1000, abs=1e-9)
    assert decoded.observed_at == AT


def test_an_encrypted_telegram_without_a_key_names_what_is_needed():
    meter = address("KAM", "12345678", version=1, device_type=7)
    with pytest.raises(KeyRequired):
        wire.decode_oms(an_uplink(payload=wire.encode_oms(meter, 5, key=KEY)))


@given(st.binary(max_size=60))
def test_radio_noise_is_refused_with_a_type(payload):
    try:
        wire.decode_oms(an_uplink(payload=payload))
    except TelegramInvalid:
        return


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(-50_000, 900_000)), max_size=24))
def test_heads_survive_the_network_server(told):
    heads = [(AT - timedelta(seconds=s), centimetres / 100) for s, centimetres in told]
    loggers = wire.decode_pressure(an_uplink(values=wire.encode_pressure(heads)))
    assert [(logger.observed_at, logger.head) for logger in loggers] == heads


def test_a_head_without_an_instant_is_of_the_message():
    [logger] = wire.decode_pressure(an_uplink(values={"head_m": 131.5}))
    assert (logger.id, logger.observed_at, logger.head) == (METER, AT, 131.5)


def test_instants_without_a_zone_are_utc():
    row = {"Timestamp": "2026-03-01T04:00:00", "Value": 5, "Unit": "m"}
    [logger] = wire.decode_pressure(an_uplink(values={"heads": [row]}))
    assert logger.observed_at == AT - timedelta(hours=1)


def test_a_logger_whose_clock_is_ahead_is_refused():
    values = wire.encode_pressure([(AT + timedelta(hours=2), 9.0)])
    with pytest.raises(wire.MeterClockImplausible):
        wire.decode_pressure(an_uplink(values=values))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"pressure_bar": 4.2},
        {"head_m": True},
        {"head_m": "131.5"},
        {"head_m": float("nan")},
        {"head_m": 1e9},
        {"head_m": 10**400},
        {"heads": [131.5]},
        {"heads": [{"Value": 4.2, "Unit": "bar"}]},
        {"heads": [{"Value": 131.5}]},
        {"heads": [{"Value": 131.5, "Unit": "m", "Timestamp": "yesterday"}]},
        {"heads": [{"Unit": "m"}]},
    ],
)
def test_heads_that_cannot_be_trusted_are_refused(values):
    with pytest.raises(DecodedHeadsUnusable, match="pressure logger"):
        wire.decode_pressure(an_uplink(values=values))
