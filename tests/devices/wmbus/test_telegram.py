"""The front door: round trips, meters behind radio modules, and any bytes whatsoever."""

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.address import DeviceType, address
from dalgu.devices.wmbus.building import Place, record
from dalgu.devices.wmbus.compact import Formats
from dalgu.devices.wmbus.errors import (
    KeyRequired,
    LayerUnknown,
    SecurityModeUnknown,
    TelegramInvalid,
    TelegramTooLong,
)
from dalgu.devices.wmbus.frame import FrameFormat, with_crcs
from dalgu.devices.wmbus.quantities import BACKWARD, Quantity
from dalgu.devices.wmbus.records import Function
from dalgu.devices.wmbus.telegram import Security, Status, Telegram, decode, encode, identify

METER = address("KAM", "12345678", version=27, device_type=DeviceType.COLD_WATER)
RADIO = address("TCH", "99999999", version=1, device_type=DeviceType.RADIO_CONVERTER_METER_SIDE)
KEY = bytes(range(16))
VOLUME = record(Quantity.VOLUME, 5.548)

addresses = st.builds(
    address,
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
    st.integers(0, 99_999_999).map(lambda number: f"{number:08d}"),
    version=st.integers(0, 255),
    device_type=st.integers(0, 255),
).filter(lambda meter: meter.manufacturer != "HYD")  # they turn their address, see address.py
places = st.builds(
    Place,
    function=st.sampled_from(Function),
    storage=st.integers(0, 300),
    tariff=st.integers(0, 15),
)
records = st.one_of(
    st.builds(record, st.just(Quantity.VOLUME), st.floats(-2e6, 2e6), places),
    st.builds(
        record, st.just(Quantity.VOLUME), st.floats(0, 2e6), places, modifier=st.just(BACKWARD)
    ),
    st.builds(record, st.just(Quantity.VOLUME_FLOW), st.floats(-8e3, 8e3), places),
    st.builds(record, st.just(Quantity.FLOW_TEMPERATURE), st.floats(-50, 150), places),
    st.builds(
        record,
        st.just(Quantity.DATE_TIME),
        st.datetimes(datetime.fromisoformat("1981-01-01"), datetime.fromisoformat("2099-12-31")),
        places,
    ),
    st.builds(record, st.just(Quantity.ERROR_FLAGS), st.integers(0, 65_535), places),
)


@st.composite
def telegrams(draw):
    meter = draw(addresses)
    radio = draw(st.none() | addresses.filter(lambda other: other != meter))
    return Telegram(
        address=meter,
        radio=radio,
        access_number=draw(st.integers(0, 255)),
        status=Status(draw(st.integers(0, 255))),
        security=draw(st.sampled_from([Security.NONE, Security.AES])),
        records=tuple(draw(st.lists(records, max_size=12))),
    )


@given(telegrams(), st.binary(min_size=16, max_size=16), st.sampled_from(FrameFormat))
def test_what_is_encoded_is_decoded(telegram, key, form):
    assert decode(with_crcs(encode(telegram, key), form), key) == telegram


@given(st.binary(max_size=60), st.booleans())
def test_what_the_manufacturer_adds_survives(proprietary, more_follows):
    telegram = Telegram(
        address=METER,
        access_number=1,
        status=Status(),
        records=(VOLUME,),
        proprietary=proprietary,
        more_follows=more_follows,
    )
    assert decode(encode(telegram)) == telegram


@given(telegrams())
def test_the_meter_is_known_without_its_key(telegram):
    assert identify(encode(telegram, KEY)) == telegram.address


def test_the_device_is_named_as_the_registry_names_it():
    assert decode(encode(Telegram(address=METER))).device == "KAM.12345678"


def test_a_radio_module_speaks_for_the_meter():
    telegram = decode(encode(Telegram(address=METER, radio=RADIO)))
    assert telegram.address == METER
    assert telegram.radio == RADIO


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (0x00, set()),
        (0x01, {"is_busy"}),
        (0x02, {"has_application_error"}),
        (0x03, {"has_alarm"}),
        (0x04, {"is_power_low"}),
        (0x1C, {"is_power_low", "has_permanent_error", "has_temporary_error"}),
    ],
)
def test_the_status_byte_has_its_meanings(code, names):
    every = (
        "is_busy",
        "has_application_error",
        "has_alarm",
        "is_power_low",
        "has_permanent_error",
        "has_temporary_error",
    )
    assert {name for name in every if getattr(Status(code), name)} == names
    assert Status(0xA0).manufacturer_bits == 5


def test_an_encrypted_telegram_needs_a_key_to_be_made():
    with pytest.raises(KeyRequired):
        encode(Telegram(address=METER, security=Security.AES))


def test_other_security_is_not_made():
    with pytest.raises(SecurityModeUnknown):
        encode(Telegram(address=METER, security=Security.AES_DERIVED), KEY)


@pytest.mark.parametrize("security", [Security.NONE, Security.AES])
def test_too_many_records_are_refused(security):
    telegram = Telegram(address=METER, security=security, records=(VOLUME,) * 41)
    with pytest.raises(TelegramTooLong):
        encode(telegram, KEY)


def test_a_layer_without_a_description_is_named():
    plain = encode(Telegram(address=METER))
    with pytest.raises(LayerUnknown, match="0x5B"):
        decode(plain[:10] + b"\x5b" + plain[11:])


def read_or_refuse(telegram: bytes) -> None:
    with suppress(TelegramInvalid):
        decode(telegram, KEY, formats=Formats())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(telegram):
    read_or_refuse(telegram)


@given(
    st.sampled_from(
        [0x72, 0x73, 0x78, 0x79, 0x7A, 0x7B, 0x69, 0x8A, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0xA2]
    ),
    st.binary(max_size=240),
)
def test_any_content_is_read_or_refused(ci, content):
    rest = b"\x44" + METER.encode() + bytes((ci,)) + content
    read_or_refuse(bytes((len(rest),)) + rest)


@given(st.binary(max_size=200))
def test_any_records_are_read_or_refused(content):
    rest = b"\x44" + METER.encode() + b"\x7a\x01\x00\x00\x00" + content
    read_or_refuse(bytes((len(rest),)) + rest)


@given(telegrams(), st.integers(0, 2_000), st.integers(0, 255))
def test_a_damaged_telegram_is_read_or_refused(telegram, bit, keep):
    damaged = bytearray(encode(telegram, KEY))
    damaged[bit // 8 % len(damaged)] ^= 1 << bit % 8
    read_or_refuse(bytes(damaged))
    read_or_refuse(bytes(damaged[:keep]))
