"""Telegrams as named fields: which record is meant, how it is shown, which driver is chosen."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.building import Place, record
from dalgu.devices.wmbus.drivers.driver import Field, Form, Match
from dalgu.devices.wmbus.drivers.errors import DriverUnknown
from dalgu.devices.wmbus.drivers.reading import choose, describe, find, read
from dalgu.devices.wmbus.drivers.showing import show
from dalgu.devices.wmbus.drivers.table import driver_named
from dalgu.devices.wmbus.quantities import Quantity
from dalgu.devices.wmbus.records import make_record
from dalgu.devices.wmbus.telegram import Status, Telegram

PLAIN = Address("MAD", "12345678", 0x01, 0x07)  # a water meter with fields of every simple kind


def of(address, *records, **more):
    return Telegram(address=address, records=records, **more)


def one(header, data, **more):
    field = Field(name="x", match=Match(header=b"\x01"), **more)
    return show(field, bytes.fromhex(header))(bytes.fromhex(data))


@given(litres=st.integers(-(2**31) + 1, 2**31 - 1))
def test_a_register_is_shown_as_the_meter_counts_it(litres):
    telegram = of(PLAIN, make_record(b"\x04\x13", litres.to_bytes(4, "little", signed=True)))
    assert read(telegram, choose(telegram))["total_m3"] == litres / 1000


def test_fields_come_from_their_records_in_any_order():
    telegram = of(
        PLAIN,
        record(Quantity.DATE, date(2026, 10, 31), Place(storage=1)),
        record(Quantity.VOLUME, 8.5, Place(storage=1)),
        record(Quantity.DATE_TIME, datetime.fromisoformat("2026-11-22T08:30:00")),
        record(Quantity.VOLUME, 9.0),
        status=Status(0x14),
    )
    assert describe(telegram, choose(telegram), name="Tap") == {
        "media": "water",
        "meter": "maddalena",
        "name": "Tap",
        "id": "12345678",
        "target_m3": 8.5,
        "target_date": "2026-10-31",
        "total_m3": 9,
        "meter_datetime": "2026-11-22 08:30",
        "status": "POWER_LOW TEMPORARY_ERROR",
    }


def test_a_value_that_is_not_available_is_null():
    telegram = of(PLAIN, make_record(b"\x04\x13", bytes.fromhex("00000080")))
    assert read(telegram, choose(telegram)) == {"total_m3": None, "status": "OK"}


def test_what_was_not_sent_is_left_out():
    assert read(of(PLAIN), driver_named("iperl")) == {}


def test_nobody_speaks_for_an_unknown_meter():
    with pytest.raises(DriverUnknown, match="ZZZ version 01, type 07"):
        choose(of(Address("ZZZ", "12345678", 1, 7)))


def test_a_driver_can_be_asked_for_by_name():
    assert choose(of(PLAIN), "iperl").name == "iperl"


def test_the_driver_of_the_radio_stands_in_where_none_speaks_for_the_meter():
    telegram = of(Address("ZZZ", "12345678", 1, 7), radio=PLAIN)
    assert choose(telegram).name == "maddalena"


@pytest.mark.parametrize(("nth", "place"), [(1, 0), (2, 2), (3, -1), (-1, 2), (-2, 0), (-3, -1)])
def test_records_that_match_are_counted_from_either_end(nth, place):
    headers = (b"\x04\x13", b"\x04\x6d", b"\x04\x13")
    assert find(Match(quantity=Quantity.VOLUME, nth=nth), headers) == place


@pytest.mark.parametrize(
    ("header", "data", "form", "shown"),
    [
        ("426c", "9f2c", Form.DATE, "2020-12-31"),
        ("426c", "ffff", Form.DATE, None),
        ("426c", "0000", Form.DATE, "2000-00-00"),
        ("426c", "0000", Form.CALENDAR, "1999-11-30"),
        ("426c", "e1f7", Form.DATE, "2127-07-01"),
        ("046d", "282a9e27", Form.TIME, "2020-07-30 10:40"),
        ("046d", "862d4a31", Form.TIME, "2026-01-10 13:06"),
        ("066d", "35122efb2b00", Form.SECONDS, "2023-11-27 14:18:53"),
        ("066d", "35122efb2b00", Form.TIME, "2023-11-27 14:18"),
        ("0c78", "78563412", Form.HEX, "12345678"),
        ("0dfd0f", "05302e302e34", Form.TEXT, "4.0.0"),
        ("0dffaa00", "0b3030312d31313120333242", Form.STRAIGHT, "001-111 32B"),
        ("03fd0c", "080000", Form.HEX, "000008"),
        ("046d", "ffffffff", Form.TIME, None),
        ("036d", "ffffff", Form.TIME, None),
    ],
)
def test_values_are_shown_in_their_form(header, data, form, shown):
    assert one(header, data, form=form) == shown


@given(data=st.binary(max_size=12), form=st.sampled_from([*Form]))
def test_any_bytes_are_shown_or_null(data, form):
    header = f"{[0, 1, 2, 3, 4, 4, 6, 6, 7, 7, 7, 7, 7][len(data)]:02x}6d"
    shown = show(Field(name="x", match=Match(header=b"\x01"), form=form), bytes.fromhex(header))
    assert isinstance(shown(data), str | int | float | None)
