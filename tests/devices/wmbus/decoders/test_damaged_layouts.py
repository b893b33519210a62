"""Damaged telegrams of meters with layouts of their own: values or a named refusal."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.decoders import DECODERS, OPENERS
from dalgu.devices.wmbus.errors import TelegramInvalid
from dalgu.devices.wmbus.records import make_record
from dalgu.devices.wmbus.telegram import Status, Telegram

JSON = (str, int, float, type(None))


def read_or_refused(driver, telegram):
    """Return how many fields came; a refusal gives none. Anything else fails the test."""
    with suppress(TelegramInvalid):
        fields = DECODERS[driver](telegram)
        assert all(isinstance(value, JSON) for value in fields.values())
        return len(fields)
    return 0


def with_bytes(telegram, data):
    """Return the telegram with other bytes in the manufacturer's part, wherever that is."""
    replace = msgspec.structs.replace
    records = tuple(replace(record, data=data) for record in telegram.records)
    return replace(telegram, proprietary=data, records=records)


def part_of(telegram):
    """Return the bytes of the manufacturer's part."""
    parts = [telegram.proprietary, *(record.data for record in telegram.records)]
    return max(parts, key=len)


def test_a_telegram_cut_anywhere_is_read_or_refused(published):
    for driver, telegram, _ in published:
        whole = part_of(telegram)
        for end in range(len(whole)):
            assert read_or_refused(driver, with_bytes(telegram, whole[:end])) >= 0


def test_a_flipped_bit_is_read_or_refused(published):
    for driver, telegram, _ in published[::2]:
        whole = bytearray(part_of(telegram))
        for bit in range(0, 8 * len(whole), 3):
            whole[bit // 8] ^= 1 << bit % 8
            assert read_or_refused(driver, with_bytes(telegram, bytes(whole))) >= 0
            whole[bit // 8] ^= 1 << bit % 8


@pytest.mark.parametrize("driver", DECODERS)
def test_an_empty_telegram_gives_no_number(driver):
    telegram = Telegram(address=Address("ABC", "12345678", 1, 7))
    assert read_or_refused(driver, telegram) in (0, 2)  # 2: the state of a smoke detector


@settings(max_examples=300)
@given(
    driver=st.sampled_from(sorted(DECODERS)),
    data=st.binary(max_size=80),
    code=st.integers(0, 255),
    version=st.sampled_from((0x01, 0x69, 0x94)),
)
def test_any_bytes_are_read_or_refused(driver, data, code, version):
    address = Address("SAP", "20e4ffde", version, 1)
    block = make_record(b"\x0d\xff\x5f", bytes((0x35,)) + data)
    telegram = Telegram(address=address, status=Status(code), proprietary=data, records=(block,))
    assert read_or_refused(driver, telegram) >= 0


@settings(max_examples=50)
@given(data=st.binary(max_size=40), key=st.binary(max_size=20))
def test_opening_any_bytes_with_any_key_works_or_is_refused(data, key):
    telegram = Telegram(address=Address("APA", "04913581", 20, 7), proprietary=data)
    for name, opener in OPENERS.items():
        with suppress(TelegramInvalid):
            assert read_or_refused(name, opener(telegram, key)) >= 0
