"""Data records: the examples of the standard, every data type, broken ones."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.building import NOW, Place, record, write_header
from dalgu.devices.wmbus.errors import RecordBroken, ValueNotEncodable
from dalgu.devices.wmbus.quantities import BACKWARD, Quantity
from dalgu.devices.wmbus.records import Function, read_header, read_records


def read_one(text: str):
    [one] = read_records(bytes.fromhex(text)).records
    return one


@pytest.mark.parametrize(
    ("text", "quantity", "value", "unit"),
    [
        ("0c1427048502", Quantity.VOLUME, 28_504.27, "MTQ"),  # OMS Vol. 2, annex N.1.1
        ("0c13 48550000", Quantity.VOLUME, 5.548, "MTQ"),
        ("0413 89e20100", Quantity.VOLUME, 123.529, "MTQ"),
        ("0613 010000000000", Quantity.VOLUME, 0.001, "MTQ"),
        ("0713 0100000000000000", Quantity.VOLUME, 0.001, "MTQ"),
        ("0e13 010000000000", Quantity.VOLUME, 0.001, "MTQ"),
        ("0416 0a000000", Quantity.VOLUME, 10, "MTQ"),
        ("02fb11 0100", Quantity.VOLUME, 1_000.0, "MTQ"),
        ("0b3b 0200f0", Quantity.VOLUME_FLOW, -0.002, "MQH"),
        ("023b ffff", Quantity.VOLUME_FLOW, -0.001, "MQH"),
        ("0143 02", Quantity.VOLUME_FLOW, 0.012, "MQH"),  # 0.0002 m³/min
        ("014b 02", Quantity.VOLUME_FLOW, 0.0072, "MQH"),  # 0.000002 m³/s
        ("0403 01000000", Quantity.ENERGY, 3_600, "JOU"),
        ("02fb01 0100", Quantity.ENERGY, 3_600_000_000, "JOU"),
        ("012b 05", Quantity.POWER, 5, "WTT"),
        ("025a d700", Quantity.FLOW_TEMPERATURE, 21.5, "CEL"),
        ("0269 dc05", Quantity.PRESSURE, 1_500_000, "PAL"),
        ("0a27 0010", Quantity.OPERATING_TIME, 1_000 * 86_400, "SEC"),
        ("0afdc801 3002", Quantity.VOLTAGE, 23.0, "VLT"),
        ("055b 0000a841", Quantity.FLOW_TEMPERATURE, 21.0, "CEL"),
        ("02fd17 0080", Quantity.ERROR_FLAGS, 32_768, ""),
        ("0c78 78563412", Quantity.FABRICATION_NUMBER, "12345678", ""),
        ("0dfd0c 06554747342020", Quantity.MODEL, "  4GGU", ""),
        ("02fc03485225 74 2215", Quantity.NAMED, 54.1, ""),  # EN 13757-3, annex: %RH
        ("0d13 c4 48550000", Quantity.VOLUME, 5.548, "MTQ"),
        ("0d13 d2 4855", Quantity.VOLUME, -5.548, "MTQ"),
        ("0d13 e2 ffff", Quantity.VOLUME, -0.001, "MTQ"),
        ("049373 cc000000", Quantity.VOLUME, 0.000_204, "MTQ"),
        ("0493 7d 02000000", Quantity.VOLUME, 2, "MTQ"),
    ],
)
def test_a_value_comes_out_in_its_si_unit(text, quantity, value, unit):
    one = read_one(text)
    assert (one.quantity, one.value, one.unit) == (quantity, pytest.approx(value), unit)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("426c df2c", date(2022, 12, 31)),
        ("046d 32371f15", datetime.fromisoformat("2008-05-31T23:50:00")),
        ("066d 1c1f0ef02100", datetime.fromisoformat("2023-01-16T14:31:28")),
        ("066d 1c9f0ef02100", None),
        ("046d 22484136", datetime.fromisoformat("2026-06-01T08:34:00")),
        ("036d 1c1f0e", time(14, 31, 28)),
        ("426c ffff", None),
        ("046d 00800000", None),
        ("046d ffffffff", None),
    ],
)
def test_a_time_is_what_the_meters_clock_shows(text, value):
    assert read_one(text).value == value


@pytest.mark.parametrize(
    "text", ["0413 00000080", "015b 80", "0b3b ddbdeb", "0513 0000c07f", "0513 0000807f"]
)
def test_a_value_that_is_not_available_is_none(text):
    assert read_one(text).value is None


def test_the_header_tells_function_storage_tariff_and_subunit():
    one = read_one("d4a15713 00000000")
    assert (one.function, one.storage, one.tariff, one.subunit) == (Function.MAXIMUM, 227, 6, 2)


def test_modifiers_are_named():
    assert read_one("04933c 00000000").modifiers == (BACKWARD,)
    assert read_one("0493ff0e 00000000").modifiers == ("proprietary",)
    assert read_one("049345 3b37df2c").modifiers == ("0x45",)


def test_what_the_manufacturer_adds_is_kept():
    content = read_records(bytes.fromhex("0413890000000fdeadbeef"))
    assert content.proprietary == bytes.fromhex("deadbeef")
    assert not content.more_follows
    assert read_records(b"\x1f\x01").more_follows


def test_fillers_are_no_records():
    assert read_records(b"\x2f" * 9).records == ()


def test_a_checksum_left_at_the_end_is_no_record():
    content = read_records(bytes.fromhex("041389000000c759"))
    assert len(content.records) == 1
    assert content.stray == bytes.fromhex("c759")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("04", "runs past the end"),
        ("0413000000", "runs past the end"),
        ("0d13", "has no valid length"),
        ("0d13f7", "has no valid length"),
        ("0d13055a", "runs past the end"),
        ("3f00", "reserved data field"),
        ("84" + "80" * 11 + "0013" + "00000000", "more than ten extensions"),
        ("0493" + "ff" * 11 + "0013" + "00000000", "more than ten extensions"),
        ("04fc30", "runs past the end"),
        ("04fd", "runs past the end"),
    ],
)
def test_a_broken_record_is_named(text, reason):
    with pytest.raises(RecordBroken, match=reason):
        read_records(bytes.fromhex(text))


places = st.builds(
    Place,
    function=st.sampled_from(Function),
    storage=st.integers(0, 2**41 - 1),
    tariff=st.integers(0, 2**20 - 1),
    subunit=st.integers(0, 2**10 - 1),
)


@given(places)
def test_a_place_survives_the_header(place):
    head = read_header(write_header(4, b"\x13", place))
    assert (head.function, head.storage, head.tariff, head.subunit) == (
        place.function,
        place.storage,
        place.tariff,
        place.subunit,
    )


@given(st.integers(1 - 2**31, 2**31 - 1))
def test_every_register_of_litres_comes_out_exactly(litres):
    assert record(Quantity.VOLUME, litres / 1000).value == litres / 1000


@given(st.floats(-2_000_000, 2_000_000))
def test_a_volume_is_rounded_to_the_litre(volume_m3):
    assert record(Quantity.VOLUME, volume_m3).value == pytest.approx(volume_m3, abs=0.000_501)


@given(st.datetimes(datetime.fromisoformat("1981-01-01"), datetime.fromisoformat("2099-12-31")))
def test_a_clock_survives_to_the_minute(at):
    assert record(Quantity.DATE_TIME, at).value == at.replace(second=0, microsecond=0)


@given(st.dates(date(1981, 1, 1), date(2080, 12, 31)))
def test_a_date_survives(day):
    assert record(Quantity.DATE, day, Place(storage=1)).value == day


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        (Quantity.VOLUME, 1e12),
        (Quantity.VOLUME, -2_147_483.648),
        (Quantity.VOLUME, float("nan")),
        (Quantity.VOLUME, "much"),
        (Quantity.DATE, date(1980, 1, 1)),
        (Quantity.DATE, datetime.fromisoformat("2026-01-01")),
        (Quantity.DATE_TIME, datetime.fromisoformat("1970-01-01")),
        (Quantity.ERROR_FLAGS, -1),
        (Quantity.FABRICATION_NUMBER, "123"),
        (Quantity.HEAT_COST, 3),
    ],
)
def test_a_value_that_does_not_fit_is_refused(quantity, value):
    with pytest.raises(ValueNotEncodable):
        record(quantity, value, NOW)


def test_an_unknown_modifier_is_refused():
    with pytest.raises(ValueNotEncodable):
        record(Quantity.VOLUME, 1.0, modifier="sideways")
