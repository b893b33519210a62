"""B METERS, BFW, GWF, Qundis: what their blocks announce is there, or is refused by name."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.decoders import bfw, gwf, hydroclima, hydrodigit, qundis, rfmtx1
from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.records import make_record
from dalgu.devices.wmbus.telegram import Telegram

METER = Address("BMT", "12345678", 0x13, 7)
BLOCK = bytes.fromhex(
    "350082930000810007c113ffff91670400ff2c265402001e34332204000000ee00f201a501db01c1015401b7"
    "0178019701b901c9012f"
)


REGISTER = make_record(b"\x0c\x13", bytes(4))


def telegram(data, access=0, register=REGISTER):
    return Telegram(address=METER, records=(register,), proprietary=data, access_number=access)


def with_block(data):
    return Telegram(address=METER, records=(make_record(b"\x0d\xff\x5f", data),))


@given(kinds=st.sampled_from((0x01, 0x04, 0x05, 0x15, 0x14, 0x84, 0x95)), litres=st.integers(0))
def test_a_hydrodigit_has_the_fields_that_it_announces(kinds, litres):
    litres %= 2**32
    optional = {0x01: "0a", 0x80: "240425", 0x04: litres.to_bytes(4, "little").hex()}
    fields = [text for bit, text in optional.items() if kinds & bit]
    data = bytes((kinds,)) + bytes.fromhex("".join(fields)) + b"\x64\x00\x00" * 12
    found = hydrodigit.read(telegram(data))
    assert ("voltage_v" in found, "backflow_m3" in found) == (bool(kinds & 1), bool(kinds & 4))
    assert found.get("backflow_m3", litres / 1_000) == litres / 1_000
    assert found.get("December_total_m3", 1) == 1


@pytest.mark.parametrize(("vif", "month_m3"), [(0x13, 1), (0x14, 10), (0x15, 100), (0x16, 1000)])
def test_months_of_a_hydrodigit_count_ten_units_of_its_register(vif, month_m3):
    register = make_record(bytes((0x0C, vif)), bytes(4))
    data = b"\x10" + b"\x64\x00\x00" * 12
    found = hydrodigit.read(telegram(data, register=register))
    assert found["May_total_m3"] == month_m3


def test_months_without_a_register_are_refused():
    date_record = make_record(b"\x42\x6c", bytes.fromhex("1e3b"))
    with pytest.raises(DecoderLayoutBroken, match="follows no register"):
        hydrodigit.read(telegram(b"\x10" + bytes(36), register=date_record))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "needs more"),
        ("01", "needs more"),
        ("0105", "unknown voltage 0x05"),
        ("40", "unknown fields 0x40"),
        ("1800", "unknown fields 0x18"),
        ("80241325", "241325 for a date"),
    ],
)
def test_a_hydrodigit_that_announces_what_it_lacks_is_refused(text, reason):
    with pytest.raises(DecoderLayoutBroken, match=reason):
        hydrodigit.read(telegram(bytes.fromhex(text)))


def test_a_fraud_of_a_hydrodigit_has_a_day_and_a_kind():
    found = hydrodigit.read(telegram(bytes.fromhex("0224440300")))
    assert (found["fraud_date"], found["fraud_type"]) == ("2024-04-03", "REVERSE_FLOW")


@given(months=st.lists(st.integers(0, 4_095), min_size=18, max_size=18))
def test_eighteen_months_are_unpacked_from_their_pairs(months):
    pairs = list(zip(months[1::2], months[::2], strict=True))[::-1]
    packed = b"".join(
        bytes((old & 0xFF, old >> 8 << 4 | new >> 8, new & 0xFF)) for old, new in pairs
    )
    found = bfw.read(telegram(bytes(8) + packed + bytes.fromhex("040321")))
    assert [found[f"prev_{nth:02}_hca"] for nth in range(1, 19)] == months
    assert found["device_date"] == "2021-03-04"


def test_a_date_that_is_none_is_refused():
    with pytest.raises(DecoderLayoutBroken, match="ff0321 for a date"):
        bfw.read(telegram(bytes(35) + bytes.fromhex("ff0321")))


def test_another_version_of_a_block_is_named():
    found = gwf.read(telegram(bytes.fromhex("0200e3")))
    assert found == {"battery_y": None, "status": "UNKNOWN_MFCT_STATUS_2"}
    with pytest.raises(DecoderLayoutBroken, match="unknown block '12'"):
        hydroclima.read(telegram(b"\x12" + bytes(60)))


def test_a_qundis_block_says_what_the_open_records_say():
    found = qundis.read_water(with_block(BLOCK))
    assert (found["total_m3"], found["due_date"]) == (46.791, "2023-12-31")
    assert qundis.read_months(with_block(BLOCK))["volume_delta_3_m3"] == 0.238


def test_an_enciphered_qundis_block_gives_nothing():
    sealed = BLOCK[:8] + bytes(byte ^ 0x5A for byte in BLOCK[8:])
    for read in (qundis.read_water, qundis.read_months, qundis.read_allocator):
        assert read(with_block(sealed)) == {}


@pytest.mark.parametrize("unit", ["6D", "7C", "93", "FD", "FF"])
def test_a_qundis_unit_that_is_none_is_refused(unit):
    odd = BLOCK[:10] + bytes.fromhex(unit) + BLOCK[11:]
    with pytest.raises(DecoderLayoutBroken, match=f"unit 0x{unit}"):
        qundis.read_water(with_block(odd))


def fields_or_none(sealed, access):
    """Return what an RFM-TX1 says under an access number, None where it is refused."""
    with suppress(DecoderLayoutBroken):
        return rfmtx1.read(telegram(sealed, access))
    return None


def test_one_access_number_alone_opens_the_register():
    sealed = bytes.fromhex("1115f78184ab0f1d1e2000000059041031032080")
    found = {access: fields_or_none(sealed, access) for access in range(256)}
    opened = {access: fields for access, fields in found.items() if fields}
    assert opened == {0xA5: {"total_m3": 188.56, "meter_datetime": "2020-03-31 10:04"}}
