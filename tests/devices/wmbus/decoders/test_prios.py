"""PRIOS: the meter's own number, both address orders, wrong keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.decoders import prios
from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.errors import KeyDoesNotFit
from dalgu.devices.wmbus.telegram import decode

# Published telegrams: a Sappel meter, the oldest kind without a target, one with version first
SAPPEL = "1944304c72242421d401a2013d4013dd8b46a4999c1293e582cc"
OLDEST = "1344304cf3628920bc01a0712f03130ceb627a81"
TURNED = "19442423860775035048a251520015beb6b2e1ed623a18fc74a5"


def read(text):
    return prios.read(decode(bytes.fromhex(text)))


def test_the_face_of_a_sappel_meter_is_in_its_address():
    assert read(SAPPEL) == {
        "total_m3": 3.488,
        "target_m3": 3.486,
        "target_date": "2019-09-30",
        "battery_y": 14.5,
        "transmit_period_s": 8,
        "status": "METER_BLOCKED UNDERFLOW",
        "prefix": "C19UA",
        "serial_number": "145842",
        "manufacture_y": "2019",
    }


def test_the_oldest_meters_send_no_target():
    found = read(OLDEST)
    assert found["total_m3"] == 1248.146
    assert found["status"] == "MECHANICAL_FRAUD METER_BLOCKED PREV_MECHANICAL_FRAUD"
    assert "target_m3" not in found


def test_a_meter_that_sends_its_version_first_is_read():
    assert read(TURNED)["total_m3"] == 521.602


def test_a_content_that_no_published_key_opens_is_refused():
    damaged = bytearray(bytes.fromhex(SAPPEL))
    damaged[15] ^= 0x10
    with pytest.raises(KeyDoesNotFit, match=r"SAP\.21242472"):
        prios.read(decode(bytes(damaged)))


@given(cut=st.integers(11, 19))
def test_a_cut_telegram_is_refused(cut):
    whole = bytes.fromhex(OLDEST)[:cut]
    telegram = decode(bytes((cut - 1,)) + whole[1:])
    with pytest.raises(DecoderLayoutBroken, match="needs 9"):
        prios.read(telegram)
