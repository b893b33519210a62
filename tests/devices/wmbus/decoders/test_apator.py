"""Apator: any register survives the NA-1's cipher; the 16-2's row of values is walked."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.decoders import apator
from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.errors import KeyDoesNotFit, KeyRequired
from dalgu.devices.wmbus.telegram import Telegram

KEY = bytes(range(16))
METER = Address("APA", "04913581", 20, 7)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def na1(*, total, since, age_h, seconds, access=7):
    """Return a telegram of an NA-1, enciphered as the meter does."""
    low = bytes((0x2F, total & 0x0F)) + (total >> 4).to_bytes(3, "little")
    middle = seconds.to_bytes(4, "little") + bytes((age_h & 0xFF, age_h >> 8 << 2 | since & 3))
    plain = low + middle + (since >> 2).to_bytes(3, "little") + bytes(2)
    vector = METER.encode() + bytes((access,)) * 8
    sealed = Cipher(algorithms.AES(KEY), modes.CBC(vector)).encryptor().update(plain)
    return Telegram(address=METER, proprietary=bytes((access, 0)) + sealed)


@given(
    total=st.integers(0, 2**28 - 1),
    age_h=st.integers(0, 8_000),
    seconds=st.integers(30_000_000, 2**31),
    share=st.floats(0, 1),
)
def test_what_an_na1_has_measured_survives_its_cipher(total, age_h, seconds, share):
    since = min(int(total * share), 2**26 - 1)
    telegram = na1(total=total, since=since, age_h=age_h, seconds=seconds)
    found = apator.read_na1(apator.open_na1(telegram, KEY))
    then = EPOCH + timedelta(seconds=seconds, hours=-age_h)
    assert found["total_m3"] == total / 1_000
    assert found["historic_m3"] == (total - since) / 1_000
    assert found["historic_age_h"] == age_h
    assert found["historic_datetime"] == f"{then:%Y-%m-%d %H:%M}"
    assert found["current_status"] == found["historic_status"] == "OK"


def test_an_na1_asks_for_its_key_and_refuses_another():
    telegram = na1(total=1, since=0, age_h=0, seconds=0)
    with pytest.raises(KeyRequired):
        apator.open_na1(telegram, None)
    for wrong in (bytes(16), b"short"):
        with pytest.raises(KeyDoesNotFit):
            apator.open_na1(telegram, wrong)
    with pytest.raises(DecoderLayoutBroken, match="was not opened"):
        apator.read_na1(telegram)


@pytest.mark.parametrize("row", ["", "71" + "00" * 9, "4355aa80" + "01" * 10, "40" + "10" * 6])
def test_the_register_is_found_behind_other_values(row):
    data = bytes(7) + bytes.fromhex(row) + bytes.fromhex("10cecc0d00ffff")
    telegram = Telegram(address=METER, proprietary=data)
    assert apator.read_162(telegram) == {"total_m3": 904.398}


@pytest.mark.parametrize(
    ("row", "reason"), [("", "ends before"), ("10cecc0d", "ends before"), ("09", "0x09")]
)
def test_a_row_without_register_is_refused(row, reason):
    telegram = Telegram(address=METER, proprietary=bytes(7) + bytes.fromhex(row))
    with pytest.raises(DecoderLayoutBroken, match=reason):
        apator.read_162(telegram)
