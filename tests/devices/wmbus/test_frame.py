"""The link layer: checksums on and off, lengths that lie, wires."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.address import AddressInvalid, address, decode_address
from dalgu.devices.wmbus.crc import crc16
from dalgu.devices.wmbus.errors import CrcWrong, LengthWrong, TelegramTooLong, TelegramTooShort
from dalgu.devices.wmbus.frame import FrameFormat, read_frame, with_crcs, without_crcs

# OMS Specification Vol. 2, annex N.1.1: gas meter, security profile A, on the air and stripped
ON_AIR = bytes.fromhex(
    "2E44931578563412330333637A2A0020255923C95AAA26D1B2E7493BC2AD"
    "013EC4A6F6D3529B520EDFF0EA6DEFC955B29D6D69EBF3EC8A"
)
STRIPPED = bytes.fromhex(
    "2E4493157856341233037A2A0020255923C95AAA26D1B2E7493B013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3"
)
FORMAT_B = bytes.fromhex("1444AE0C7856341201078C2027780B134365877AC5")
WIRED = bytes.fromhex(
    "6858586808057281052661A51170073E3000000C13000200008C1013000000008C2013000200003B3BDDBDEB0B"
    "26504701025ADB000266B900046D0C0B752B4C1300020000CC101300000000CC201300020000426C5F2C42EC7E"
    "7F2CDD16"
)


def stripped(content: bytes) -> bytes:
    rest = bytes.fromhex("44931578563412330378") + content
    return bytes((len(rest),)) + rest


def test_the_checksum_is_the_catalogued_one():
    assert crc16(b"123456789") == 0xC2B7


def test_format_a_loses_its_checksums_and_gets_them_again():
    assert without_crcs(ON_AIR) == STRIPPED
    assert with_crcs(STRIPPED, FrameFormat.A) == ON_AIR


def test_a_stripped_telegram_stays_as_it_is():
    assert without_crcs(STRIPPED) == STRIPPED


def test_format_b_loses_its_checksum():
    assert without_crcs(FORMAT_B) == FORMAT_B[:-2]


def test_the_rest_of_the_sync_word_of_mode_c_is_skipped():
    assert read_frame(b"\x54\xcd" + ON_AIR) == read_frame(ON_AIR)
    assert read_frame(b"\x54\x3d" + FORMAT_B) == read_frame(FORMAT_B)


def test_a_frame_tells_who_sends():
    frame = read_frame(ON_AIR)
    assert frame.address is not None
    assert frame.address.device == "ELS.12345678"
    assert (frame.address.version, frame.address.device_type.name) == (51, "GAS")
    assert frame.control == 0x44
    assert frame.payload[0] == 0x7A


def test_a_frame_from_a_wire_has_no_sender():
    frame = read_frame(WIRED)
    assert frame.address is None
    assert frame.payload[0] == 0x72


@given(st.binary(max_size=245), st.sampled_from(FrameFormat))
def test_checksums_come_off_as_they_went_on(content, form):
    telegram = stripped(content[:238])
    assert without_crcs(with_crcs(telegram, form))[1:] == telegram[1:]


@given(st.integers(0, 8 * len(ON_AIR) - 1))
def test_one_wrong_bit_on_the_air_is_noticed(bit):
    damaged = bytearray(ON_AIR)
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises((CrcWrong, LengthWrong, TelegramTooShort)):
        without_crcs(bytes(damaged))


def test_a_wrong_checksum_names_the_meter_and_the_block():
    with pytest.raises(CrcWrong, match=r"ELS\.12345678 fails the checksum of its block 2"):
        without_crcs(ON_AIR[:15] + b"\xff" + ON_AIR[16:])


def test_a_wrong_sum_on_the_wire_is_noticed():
    with pytest.raises(CrcWrong):
        read_frame(WIRED[:-2] + b"\xde\x16")


@pytest.mark.parametrize("size", [0, 1, 9, 10, 20, len(STRIPPED) - 1])
def test_a_cut_telegram_is_too_short(size):
    with pytest.raises(TelegramTooShort):
        read_frame(STRIPPED[:size])


@pytest.mark.parametrize("size", [9, 40, len(WIRED) - 1])
def test_a_cut_frame_of_the_wire_is_too_short(size):
    with pytest.raises(TelegramTooShort):
        read_frame(WIRED[:size])


def test_more_bytes_than_promised_are_refused():
    with pytest.raises(LengthWrong):
        read_frame(STRIPPED + b"\x00")
    with pytest.raises(LengthWrong):
        read_frame(WIRED + b"\x00")


def test_format_b_has_no_room_for_the_longest_telegram():
    with pytest.raises(TelegramTooLong):
        with_crcs(stripped(bytes(244)), FrameFormat.B)


@given(st.integers(1, 26), st.integers(1, 26), st.integers(0, 99_999_999), st.integers(0, 255))
def test_an_address_survives_the_link_layer(first, last, number, version):
    letters = f"{chr(64 + first)}M{chr(64 + last)}"
    sender = address(letters, f"{number:08d}", version=version, device_type=7)
    assert decode_address(sender.encode()) == sender


def test_a_hydrometer_sends_its_number_last():
    meter = decode_address(bytes.fromhex("24238b0620479060"))
    assert (meter.device, meter.version, meter.type_code) == ("HYD.60904720", 0x8B, 0x06)
    radio = decode_address(bytes.fromhex("242328001081640e"))
    assert radio.device == "HYD.81100028"


@pytest.mark.parametrize(
    ("letters", "number"), [("kam", "12345678"), ("KA", "1"), ("KAM", "1234567a")]
)
def test_a_malformed_address_is_refused(letters, number):
    with pytest.raises(AddressInvalid):
        address(letters, number, version=1, device_type=7)
