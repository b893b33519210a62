"""Words for what bits say: the status byte of the transport header and records of flags.

EN 13757-7:2018, 7.5.6 gives the status byte its lower five bits; the upper three are the
manufacturer's. Words are sorted and stand once.
"""

from collections.abc import Callable
from functools import lru_cache

import msgspec

from dalgu.devices.wmbus.drivers.driver import Bits, Words
from dalgu.devices.wmbus.drivers.showing import as_number
from dalgu.devices.wmbus.telegram import Telegram

_APPLICATION = ("", "BUSY", "ERROR", "ALARM")
_STANDARD = ((0x04, "POWER_LOW"), (0x08, "PERMANENT_ERROR"), (0x10, "TEMPORARY_ERROR"))
_MANUFACTURER = 0xE0
_UNKNOWN = "UNKNOWN"
_REMEMBERED = 64


class Source(msgspec.Struct, frozen=True):
    """Bits with words, and the place of their record in the telegram."""

    bits: Bits
    at: int


Say = Callable[[Telegram, str], str]


def sayer(words: Words, sources: tuple[Source, ...]) -> Say:
    """Return what says the words of telegrams whose records stand at the same places.

    It takes a telegram and the words that its decoder has found already. A meter mostly says
    the same, so that the last are remembered.
    """
    places = tuple(source.at for source in sources)

    @lru_cache(maxsize=_REMEMBERED)
    def say(code: int | None, numbers: tuple[int, ...], already: str) -> str:
        said = set(already.split())
        if words.has_header and code is not None:
            said |= header_words(code, words.header_bits)
        for source, number in zip(sources, numbers, strict=True):
            said.update(said_by(source.bits, number).split())
        said -= {"", words.fine}
        return " ".join(sorted(said)) or words.fine

    def words_of(telegram: Telegram, already: str) -> str:
        numbers = tuple([as_number(telegram.records[at]) for at in places])
        return say(telegram.status.code if telegram.status else None, numbers, already)

    return words_of


def header_words(code: int, own: tuple[tuple[int, str], ...]) -> set[str]:
    """Return the words of a status byte; `own` are those of the manufacturer's bits.

    >>> sorted(header_words(0x5C, ()))
    ['PERMANENT_ERROR', 'POWER_LOW', 'TEMPORARY_ERROR', 'UNKNOWN_40']
    """
    said = set()
    for bit, word in own:
        if code & bit == bit:
            said.add(word)
            code &= ~bit
    said.add(_APPLICATION[code & 3])
    said.update(word for bit, word in _STANDARD if code & bit)
    if code & _MANUFACTURER:
        said.add(f"{_UNKNOWN}_{code & _MANUFACTURER:X}")
    return said - {""}


def said_by(bits: Bits, number: int) -> str:
    """Return the words for a number of flags, apart by blanks.

    >>> from dalgu.devices.wmbus.drivers.driver import Match
    >>> said_by(Bits(match=Match(header=b"0"), bits=((1, "DRY"),), prefix="FLAGS"), 5)
    'DRY FLAGS_4'
    """
    if bits.mask:
        number = (number & bits.mask) >> bits.shift
    for value, word in bits.values:
        if number == value:
            return word
    said = []
    for bit, word in bits.bits:
        if number & bit == bit:  # a word of several bits needs them all
            said.append(word)
            number &= ~bit
    if number and bits.prefix:
        said.append(f"{bits.prefix}_{number:X}")
    return " ".join(said)
