"""Keys: the published examples open, wrong and absent keys are named as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.errors import (
    KeyDoesNotFit,
    KeyRequired,
    SecurityModeUnknown,
    TelegramForged,
    TelegramIncomplete,
)
from dalgu.devices.wmbus.quantities import Quantity
from dalgu.devices.wmbus.telegram import Security, decode, identify

# OMS Specification Vol. 2, annex N.1.1 and N.1.3: one gas meter under profiles A and B
PROFILE_A = bytes.fromhex(
    "2E4493157856341233037A2A0020255923C95AAA26D1B2E7493B013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3"
)
KEY_A = bytes.fromhex("0102030405060708090A0B0C0D0E0F11")
PROFILE_B = bytes.fromhex(
    "434493157856341233038C2075900F002C25B30A000021924D4F2FB66E017A75002007109058475F4BC91DF878"
    "B80A1B0F98B629024AAC727942BFC549233C0140829B93"
)
KEY_B = bytes.fromhex("000102030405060708090A0B0C0D0E0F")
# A Kamstrup Multical 21 on the air, published with its key in public decoder test suites
LINK = bytes.fromhex(
    "2A442D2C998734761B168D2091D37CAC21E1D68CDAFFCD3DC452BD802913FF7B1706CA9E355D6C2701CC24"
)
LINK_KEY = bytes.fromhex("28F64A24988064A079AA2C807D6102AE")
PUBLISHED = [(PROFILE_A, KEY_A), (PROFILE_B, KEY_B), (LINK, LINK_KEY)]


@pytest.mark.parametrize(
    ("telegram", "key", "security"),
    [
        (PROFILE_A, KEY_A, Security.AES),
        (PROFILE_B, KEY_B, Security.AES_DERIVED),
    ],
)
def test_the_examples_of_the_specification_open(telegram, key, security):
    gas = decode(telegram, key)
    assert gas.security is security
    assert gas.device == "ELS.12345678"
    assert [record.quantity for record in gas.records] == [
        Quantity.VOLUME,
        Quantity.DATE_TIME,
        Quantity.ERROR_FLAGS,
    ]
    assert gas.records[0].value == 28_504.27
    assert gas.records[1].value.isoformat() == "2008-05-31T23:50:00"
    assert gas.records[2].value == 0


def test_the_link_layer_opens_by_counter_mode():
    water = decode(LINK, LINK_KEY)
    assert water.device == "KAM.76348799"
    assert water.security is Security.AES_LINK
    assert [r.value for r in water.records if r.quantity is Quantity.VOLUME] == [6.408, 6.408]


@pytest.mark.parametrize(("telegram", "key"), PUBLISHED)
def test_without_a_key_the_meter_is_named(telegram, key):
    with pytest.raises(KeyRequired, match=identify(telegram).device):
        decode(telegram)


@pytest.mark.parametrize(("telegram", "key"), PUBLISHED)
@given(bit=st.integers(0, 127))
def test_a_key_that_is_one_bit_off_does_not_fit(telegram, key, bit):
    wrong = bytearray(key)
    wrong[bit // 8] ^= 1 << bit % 8
    with pytest.raises(KeyDoesNotFit, match=identify(telegram).device):
        decode(telegram, bytes(wrong))


@pytest.mark.parametrize(("telegram", "key"), PUBLISHED)
def test_a_key_of_wrong_length_does_not_fit(telegram, key):
    with pytest.raises(KeyDoesNotFit):
        decode(telegram, key[:-1])


def test_an_altered_message_is_not_authentic():
    with pytest.raises(TelegramForged):
        decode(PROFILE_B[:-1] + b"\x00", KEY_B)


def test_a_telegram_opened_by_the_gateway_needs_no_key():
    opened = (
        PROFILE_A[:15]
        + bytes.fromhex("2f2f0c1427048502046d32371f1502fd1700002f2f2f2f2f")
        + bytes.fromhex("2f" * 8)
    )
    assert decode(opened).records == decode(PROFILE_A, KEY_A).records
    assert decode(opened, KEY_B).records == decode(PROFILE_A, KEY_A).records


def test_a_fragment_is_refused():
    fragment = PROFILE_B[:15] + (0x6C00).to_bytes(2, "little") + PROFILE_B[17:]
    with pytest.raises(TelegramIncomplete):
        decode(fragment, KEY_B)


def test_a_derived_key_needs_the_message_counter():
    without_counter = PROFILE_B[:13] + PROFILE_B[30:]
    without_counter = bytes((len(without_counter) - 1,)) + without_counter[1:]
    with pytest.raises(SecurityModeUnknown):
        decode(without_counter, KEY_B)


def test_an_unsupported_mode_is_named():
    sealed = PROFILE_A[:14] + b"\x09" + PROFILE_A[15:]
    with pytest.raises(SecurityModeUnknown, match="security mode 9"):
        decode(sealed, KEY_A)


# A water meter of Diehl under the key that its maker gave to all, from a public test suite
FACTORY = bytes.fromhex(
    "6644242328001081640e7266567464a51170071f0050052c411a08674048dd6ba82a0df79ffd401309179a893a1b"
    "e3ce8edc50c2a45cd7afec3b4ce765820be8056c124a17416c3722985ffff7fceb7094901ab3a16294b511b9a740"
    "c9f9911352b42a72fb3b0c"
)


def test_a_published_key_of_the_maker_opens_what_has_no_other():
    telegram = decode(FACTORY)
    volumes = [r.value for r in telegram.records if r.quantity is Quantity.VOLUME]
    assert (telegram.device, volumes[0]) == ("DME.64745666", 137.291)


def test_a_wrong_key_is_not_replaced_by_the_published_one():
    with pytest.raises(KeyDoesNotFit, match=r"DME\.64745666"):
        decode(FACTORY, KEY_A)
