"""Pushes of real meters as their makers publish them, our own of water, and damage."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.dlms.errors import (
    DlmsKeyRequired,
    DlmsKeyWrong,
    DlmsPushInvalid,
    DlmsSecurityUnknown,
)
from dalgu.devices.dlms.push import read_push, sender
from dalgu.devices.dlms.water import read_water
from dalgu.devices.errors import MessageInvalid

# The example of the description of its customer interface by the grid operator Netz
# Niederösterreich: two M-Bus frames, the key, and the content as it says it reads.
NOE_KEY = bytes.fromhex("36C66639E48A8CA4D6BC8B282A793BBB")
NOE_FRAMES = (
    "68FAFA6853FF000167DB084B464D675000000981F8200000002388D5AB4F97515AAFC6B88D2F85DAA7A0E3C0C40D"
    "004535C397C9D037AB7DBDA329107615444894A1A0DD7E85F02D496CECD3FF46AF5FB3C9229CFE8F3EE4606AB2E1"
    "F409F36AAD2E50900A4396FC6C2E083F373233A69616950758BFC7D63A9E9B6E99E21B2CBC2B934772CA51FD4D69"
    "830711CAB1F8CFF25F0A329337CBA51904F0CAED88D61968743C8454BA922EB00038182C22FE316D16F2A9F544D6"
    "F75D51A4E92A1C4EF8AB19A2B7FEAA32D0726C0ED80229AE6C0F7621A4209251ACE2B2BC66FF0327A653BB686C75"
    "6BE033C7A281F1D2A7E1FA31C3983E15F8FD16CC5787E6F51716",
    "6814146853FF110167419A3CFDA44BE438C96F0E38BF83D98316",
)
NOE_APDU = b"".join(bytes.fromhex(frame)[9:-2] for frame in NOE_FRAMES)
NOE_PLAIN = bytes.fromhex(
    "0F8006870E0C07E5091B01092F0F00FF88800223090C07E5091B01092F0F00FF888009060100010800FF06000032"
    "8902020F00161E09060100020800FF06000000000202"
)
# An Aidon 6525's second list, from its documentation: a plain list of named values.
AIDON = bytes.fromhex(
    "0f4000000000010902020906010100 0281ff0a0b4149444f4e5f5630303031"
    "020209060000600100ff0a1037333539393932383930393431373432"
    "020209060000600107ff0a0436353135"
    "020309060100010700ff060000055202020f00161b"
    "020309060100020700ff060000000002020f00161b"
    "020309060100030700ff06000003e402020f00161d"
    "020309060100040700ff060000000002020f00161d"
    "0203090601001f0700ff10005d02020fff1621"
    "020309060100200700ff1209c402020fff1623".replace(" ", "")
)
# A water meter behind a concentrator, by the Blue Book: clock, name, 8-0:1.0.0 = 12,345 L.
WATER = bytes.fromhex(
    "0f0000000100"
    "0203"
    "0202 0906 0000010000ff 090c 07ea0304030e1e00008000 00"
    "0202 0906 0000600100ff 0a08 3132333435363738"
    "0203 0906 0800010000ff 06 00003039 0202 0ffd 160d".replace(" ", "")
)


def test_the_published_example_opens_with_its_key():
    push = read_push(NOE_APDU, NOE_KEY)
    energy = push.first("1-0:1.8.0.255")
    assert (energy.value, energy.scaler, energy.unit) == (0x3289, 0, 0x1E)
    assert push.first("1-0:32.7.0.255").value == 0x0921
    assert push.first("1-0:32.7.0.255").scaler == -1
    assert (push.at.year, push.at.month, push.at.day, push.at.hour) == (2021, 9, 27, 9)
    assert len(push.values) == 11


def test_it_speaks_before_it_is_opened():
    assert sender(NOE_APDU) == "4b464d6750000009"


def test_a_plain_list_is_read_with_scaler_and_unit():
    push = read_push(AIDON)
    power = push.first("1-0:1.7.0.255")
    assert (power.value, power.scaler, power.unit) == (0x552, 0, 0x1B)
    assert push.first("1-1:0.2.129.255").value == "AIDON_V0001"
    assert sender(AIDON) == "7359992890941742"


def test_a_water_meter_gives_its_register_in_cubic_metres():
    water = read_water(read_push(WATER))
    assert water.volume_m3 == 12.345
    assert water.at.astimezone(UTC) == datetime(2026, 3, 4, 5, 30, tzinfo=UTC)
    assert sender(WATER) == "12345678"


def test_the_wrapper_of_udp_and_tcp_is_taken_off():
    wrapped = bytes.fromhex("000100010010") + len(WATER).to_bytes(2, "big") + WATER
    assert read_push(wrapped) == read_push(WATER)


def test_a_wrapper_that_promises_more_is_refused():
    with pytest.raises(DlmsPushInvalid, match="wrapper"):
        read_push(bytes.fromhex("000100010010") + (99).to_bytes(2, "big") + WATER)


def test_litres_are_litres():
    litres = WATER.replace(bytes.fromhex("0ffd160d"), bytes.fromhex("0f001613"))
    assert read_water(read_push(litres)).volume_m3 == 12.345


def test_a_register_without_its_unit_is_refused():
    bare = WATER.replace(bytes.fromhex("0ffd160d"), bytes.fromhex("0ffd16ff"))
    with pytest.raises(DlmsPushInvalid, match="unit"):
        read_water(read_push(bare))


def test_no_key_and_a_wrong_key_are_told_apart():
    with pytest.raises(DlmsKeyRequired, match="4b464d6750000009"):
        read_push(NOE_APDU)
    with pytest.raises(DlmsKeyWrong):
        read_push(NOE_APDU, bytes(16))


def test_authentication_is_refused_by_name():
    sealed = bytearray(NOE_APDU)
    sealed[12] = 0x30
    with pytest.raises(DlmsSecurityUnknown, match="0x30"):
        read_push(bytes(sealed), NOE_KEY)


@pytest.mark.parametrize("apdu", [NOE_APDU, AIDON, WATER], ids=["sealed", "list", "water"])
def test_every_truncation_is_refused_by_name(apdu):
    for length in range(len(apdu)):
        with pytest.raises(MessageInvalid):
            read_water(read_push(apdu[:length], NOE_KEY))


@given(st.binary(max_size=80), st.sampled_from((b"", b"\x0f\x00\x00\x00\x01\x00", b"\xdb\x08")))
def test_any_bytes_are_read_or_refused_by_name(body, head):
    try:
        read_water(read_push(head + body, NOE_KEY))
    except MessageInvalid:
        return


@given(st.integers(0, len(WATER) - 1), st.integers(1, 255))
def test_a_changed_byte_is_read_or_refused_by_name(place, flip):
    damaged = bytearray(WATER)
    damaged[place] ^= flip
    try:
        read_water(read_push(bytes(damaged)))
    except MessageInvalid:
        return
