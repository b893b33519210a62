"""Techem: the year that is not sent, months by name, alarms that are never thrown away."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.decoders import techem
from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.telegram import Telegram, decode

METER = Address("TCH", "34333231", 0x74, 0x62)
MONTHS = bytes.fromhex(
    "36446850420656625072a20c007c3110250000293400373a002e38000e15002f37003a39003835002f"
    "24003930001d2500312500162900"
)


def mk_radio_3(billing_day, today, target=0, since=0):
    last = billing_day.day | billing_day.month << 5 | billing_day.year - 2000 << 9
    now = today.day << 4 | today.month << 9
    parts = (last, target, now, since)
    data = b"\x06" + b"".join(part.to_bytes(2, "little") for part in parts)
    return Telegram(address=METER, proprietary=data)


@given(
    billing_day=st.dates(date(2001, 1, 1), date(2100, 1, 1)),
    days=st.integers(1, 365),
    target=st.integers(0, 65_535),
    since=st.integers(0, 65_535),
)
def test_today_is_within_a_year_of_the_billing_day(billing_day, days, target, since):
    today = billing_day + timedelta(days=days)
    found = techem.read_mkradio3(mk_radio_3(billing_day, today, target, since))
    assert found["current_date"] == today.isoformat()
    assert found["total_m3"] == pytest.approx((target + since) / 10)


def test_a_day_that_does_not_exist_is_refused():
    telegram = mk_radio_3(date(2018, 12, 31), date(2018, 1, 1))
    data = telegram.proprietary[:5] + b"\xf0\x05" + telegram.proprietary[7:]  # 31 February
    with pytest.raises(DecoderLayoutBroken, match="day 31 of month 2"):
        techem.read_mkradio3(Telegram(address=METER, proprietary=data))


def test_months_are_named_back_from_the_target_date():
    found = techem.read_mkradio3a(decode(MONTHS))
    assert found["target_date"] == "2024-11-28"
    assert (found["last_nov_m3"], found["last_oct_m3"], found["last_dec_m3"]) == (9.3, 11.3, 6.3)


def test_a_third_byte_of_a_month_is_refused():
    damaged = bytearray(MONTHS)
    damaged[21] = 1
    with pytest.raises(DecoderLayoutBroken, match="0x01 behind a month"):
        techem.read_mkradio3a(decode(bytes(damaged)))


def test_a_smoke_alarm_without_its_date_says_so():
    telegram = Telegram(address=METER, proprietary=b"\x01\x9f")
    assert techem.read_tsd2(telegram) == {"status": "DECODING_ERROR_payload", "prev_date": None}
