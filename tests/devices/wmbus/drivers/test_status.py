"""Words for bits."""

import pytest

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.drivers.driver import Bits, Match, Words
from dalgu.devices.wmbus.drivers.status import Source, header_words, said_by, sayer
from dalgu.devices.wmbus.records import make_record
from dalgu.devices.wmbus.telegram import Status, Telegram

FLAGS = Match(header=b"\x02\xfd\x17")
METER = Address("MAD", "12345678", 0x01, 0x07)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0x00, set()),
        (0x01, {"BUSY"}),
        (0x02, {"ERROR"}),
        (0x03, {"ALARM"}),
        (0x1C, {"POWER_LOW", "PERMANENT_ERROR", "TEMPORARY_ERROR"}),
        (0xE0, {"UNKNOWN_E0"}),
    ],
)
def test_the_status_byte_has_the_words_of_the_standard(code, words):
    assert header_words(code, ()) == words


def test_the_maker_may_name_any_bit_of_the_status_byte():
    assert header_words(0x48, ((0x40, "TAMPER"), (0x08, "REMOVED"))) == {"TAMPER", "REMOVED"}


def test_a_word_of_several_bits_needs_them_all():
    bits = Bits(match=FLAGS, bits=((0x14, "DRY HOT"),), prefix="FLAGS")
    assert said_by(bits, 0x14) == "DRY HOT"
    assert said_by(bits, 0x04) == "FLAGS_4"


def test_a_masked_value_has_its_own_word():
    bits = Bits(match=FLAGS, mask=0x70, shift=4, values=((7, "22-31 days"),))
    assert said_by(bits, 0x71) == "22-31 days"
    assert said_by(bits, 0x01) == ""


def test_words_are_sorted_and_stand_once():
    bits = Bits(match=FLAGS, bits=((1, "ZERO"), (2, "ALARM")))
    say = sayer(Words(name="status", has_header=True, sources=(bits,)), (Source(bits, 0),))
    flags = make_record(b"\x02\xfd\x17", b"\x03\x00")
    telegram = Telegram(address=METER, records=(flags,), status=Status(3))
    assert say(telegram, "LEAK") == "ALARM LEAK ZERO"
    assert say(telegram, "OK") == "ALARM ZERO"


def test_nothing_to_say_is_fine():
    say = sayer(Words(name="status", fine="OK", has_header=True), ())
    assert say(Telegram(address=METER), "") == "OK"
