"""Water: the right record among many."""

from datetime import date, datetime

import pytest

from dalgu.devices.wmbus.address import Address, DeviceType, address
from dalgu.devices.wmbus.building import NOW, Place, record
from dalgu.devices.wmbus.errors import TelegramInvalid
from dalgu.devices.wmbus.quantities import BACKWARD, FORWARD, Quantity
from dalgu.devices.wmbus.records import Function, make_record
from dalgu.devices.wmbus.telegram import Telegram, decode
from dalgu.devices.wmbus.water import StoredVolume, WaterReading, read_water

METER = address("KAM", "12345678", version=27, device_type=DeviceType.COLD_WATER)


def reading(*records):
    return read_water(Telegram(address=METER, records=records))


def volume(value, place=NOW, modifier=""):
    return record(Quantity.VOLUME, value, place, modifier=modifier)


def test_the_present_volume_is_neither_stored_nor_of_a_tariff_nor_a_maximum():
    assert (
        reading(
            volume(1.0, Place(storage=1)),
            volume(2.0, Place(tariff=1)),
            volume(3.0, Place(subunit=1)),
            volume(4.0, Place(function=Function.MAXIMUM)),
            volume(5.0, Place(function=Function.ERROR)),
            volume(6.0, modifier=BACKWARD),
            volume(7.0),
        ).volume_m3
        == 7.0
    )


def test_forward_volume_stands_in_where_no_other_is_sent():
    water = reading(volume(1.5, modifier=BACKWARD), volume(2.5, modifier=FORWARD))
    assert (water.volume_m3, water.backward_volume_m3) == (2.5, 1.5)


def test_a_volume_that_is_not_available_is_absent():
    assert reading(make_record(b"\x0c\x13", b"\xdd\xdd\xdd\xdd")).volume_m3 is None


def test_stored_volumes_come_with_their_dates():
    water = reading(
        volume(9.0),
        volume(8.0, Place(storage=1)),
        record(Quantity.DATE, date(2026, 10, 31), Place(storage=1)),
        volume(7.0, Place(storage=2)),
    )
    assert water.stored == (
        StoredVolume(1, 8.0, date(2026, 10, 31)),
        StoredVolume(2, 7.0, None),
    )


def test_flow_temperatures_clock_flags_and_battery_are_read():
    water = reading(
        record(Quantity.VOLUME_FLOW, 0.317),
        record(Quantity.VOLUME_FLOW, 1.0, Place(function=Function.MAXIMUM)),
        record(Quantity.FLOW_TEMPERATURE, 12.5),
        record(Quantity.EXTERNAL_TEMPERATURE, 19.0),
        record(Quantity.DATE_TIME, datetime.fromisoformat("2026-11-22T08:30:00")),
        record(Quantity.ERROR_FLAGS, 0x28),
        record(Quantity.BATTERY_REMAINING, 3650),
    )
    assert water == WaterReading(
        flow_m3h=0.317,
        flow_temperature_degc=12.5,
        external_temperature_degc=19.0,
        meter_time=datetime.fromisoformat("2026-11-22T08:30:00"),
        error_flags=0x28,
        battery_days=3650,
    )


def test_a_telegram_without_water_says_nothing():
    assert reading() == WaterReading()


@pytest.mark.parametrize(
    ("kind", "is_water"),
    [(DeviceType.COLD_WATER, True), (DeviceType.WARM_WATER, True), (DeviceType.GAS, False)],
)
def test_a_device_type_knows_whether_it_is_water(kind, is_water):
    assert kind.is_water is is_water


def test_a_register_that_only_the_maker_lays_out_comes_from_its_driver():
    water = read_water(
        decode(bytes.fromhex("1C44148607A814000411A0215400000840030000000005FF05D83D0000"))
    )
    assert water.volume_m3 == 7179


def test_status_words_come_with_the_reading():
    kamstrup = bytes.fromhex(
        "2A442D2C998734761B168D2091D37CAC21576C7802FF207100041308190000441308190000615B7F616713"
    )
    assert read_water(decode(kamstrup)).status == ("DRY",)


def test_a_broken_part_of_the_maker_is_named_where_the_register_is_missing():
    with pytest.raises(TelegramInvalid):
        read_water(decode(bytes.fromhex("0C44148607A814000411A02154")))


def test_a_broken_part_of_the_maker_costs_no_register():
    address = Address("BMT", "12345678", 0x17, 0x07)  # hydrodigit: records, then its own part
    broken = Telegram(address=address, records=(volume(7.0),), proprietary=b"\xff")
    assert read_water(broken).volume_m3 == 7.0
