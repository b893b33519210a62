"""A layout of bytes as data: which value stands where, and how it is read.

A value that a meter marks as not set is None. Numbers are rounded to six decimals, a
millilitre of a cubic metre: what is behind comes from the change of units.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.words import words_for
from dalgu.devices.wmbus.values import read_bcd, read_time

JSON = str | int | float | None
_DECIMALS = 6


class Form(StrEnum):
    """How the bytes of a place are read; numbers are least significant byte first."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"
    DIGITS = "decimal digits"
    DATE = "date"  # EN 13757-3:2018, annex A, type G
    DAY_MONTH_YEAR = "day, month, year"  # from the lowest bit: 5 bits, 4 bits, 7 bits
    CLOCK = "clock"  # six bytes of two digits: second, minute, hour, day, month, year


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where one value stands and how it is shown: `raw * factor / divisor`.

    `at` counts from 0. `unset` are numbers that say that there is no value. `first_year` is
    the year that the year bits count from.
    """

    at: int
    size: int
    form: Form = Form.UNSIGNED
    factor: int = 1
    divisor: int = 1
    unset: tuple[int, ...] = ()
    first_year: int = 2000


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words for a number: for the whole of it, or for its bits; the keys are hexadecimal.

    Bits without a word are shown together as `<prefix>_<hexadecimal digits>`.
    """

    at: int
    size: int
    values: Mapping[str, str] = {}
    bits: Mapping[str, str] = {}
    prefix: str


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One layout: its values by name, words, and sums of values.

    `signs` are (place, number) pairs that must hold. The parts of a sum that are in `hidden`
    are not shown themselves. `source` says where the layout comes from.
    """

    name: str
    source: str
    signs: tuple[tuple[int, int], ...] = ()
    values: Mapping[str, Place] = {}
    words: Mapping[str, Words] = {}
    sums: Mapping[str, tuple[str, ...]] = {}
    hidden: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many bytes it takes, from the first."""
        values = [place.at + place.size for place in self.values.values()]
        words = [place.at + place.size for place in self.words.values()]
        return max((*values, *words, *(at + 1 for at, _ in self.signs)))


def read_layout(layout: Layout, data: bytes, device: str) -> dict[str, JSON]:
    """Return the values of a layout by name.

    Raises
    ------
    DecoderLayoutBroken
        When bytes are missing, a sign does not hold, or digits or dates are none.

    Examples
    --------
    >>> total = Place(at=1, size=2, divisor=10)
    >>> layout = Layout(name="a", source="an example", values={"total_m3": total})
    >>> read_layout(layout, bytes.fromhex("00e803"), "ABC.12345678")
    {'total_m3': 100.0}

    """
    if len(data) < layout.size:
        raise DecoderLayoutBroken(device, f"has {len(data)} bytes and needs {layout.size}")
    for at, sign in layout.signs:
        if data[at] != sign:
            raise DecoderLayoutBroken(device, f"has 0x{data[at]:02X} for 0x{sign:02X} at {at}")
    found = {name: read_place(place, data, device) for name, place in layout.values.items()}
    for name, parts in layout.sums.items():
        found[name] = _sum([layout.values[part] for part in parts], data, device)
    for name, words in layout.words.items():
        number = int.from_bytes(data[words.at : words.at + words.size], "little")
        found[name] = words_for(number, values=words.values, bits=words.bits, prefix=words.prefix)
    return {name: value for name, value in found.items() if name not in layout.hidden}


def read_place(place: Place, data: bytes, device: str) -> JSON:
    """Return the value of one place; its bytes must be there.

    Raises
    ------
    DecoderLayoutBroken
        When digits or a date are expected and the bytes are none.

    """
    content = data[place.at : place.at + place.size]
    if place.form is Form.DATE:
        return _date(content, device)
    if place.form is Form.CLOCK:
        return _clock(content, device)
    number = _number(place, data, device)
    if number in place.unset:
        return None
    if place.form is Form.DAY_MONTH_YEAR:
        return day_month_year(number, device, first_year=place.first_year).isoformat()
    return scaled(number, place.factor, place.divisor)


def scaled(number: int, factor: int, divisor: int) -> int | float:
    """Return a number in the unit of its field."""
    if divisor == 1:
        return number * factor
    return round(number * factor / divisor, _DECIMALS)


def day_month_year(number: int, device: str, *, first_year: int = 2000) -> date:
    """Return the date in 16 bits: day, month and years, from the lowest bit.

    >>> day_month_year(0x279F, "TCH.12345678").isoformat()
    '2019-12-31'
    """
    try:
        return date(first_year + (number >> 9), number >> 5 & 0x0F, number & 0x1F)
    except ValueError:
        raise DecoderLayoutBroken(device, f"has the number 0x{number:04X} for a date") from None


def _date(content: bytes, device: str) -> str | None:
    if content in (b"\xff\xff", b"\x00\x00"):
        return None
    found = read_time(content)
    if not isinstance(found, date):
        raise DecoderLayoutBroken(device, f"has the bytes {content.hex()} for a date")
    return found.isoformat()


def _clock(content: bytes, device: str) -> str:
    digits = content[::-1].hex()
    year, month, day, hour, minute = (digits[at : at + 2] for at in range(0, 10, 2))
    text = f"20{year}-{month}-{day}"
    try:
        date.fromisoformat(text)
        is_time = int(hour) < 24 and int(minute) < 60
    except ValueError:
        is_time = False
    if not is_time:
        raise DecoderLayoutBroken(device, f"has the bytes {content.hex()} for a time")
    return f"{text} {hour}:{minute}"


def _sum(places: list[Place], data: bytes, device: str) -> float | int:
    # Added before the change of unit, so that nothing is rounded twice.
    total = sum(_number(place, data, device) for place in places)
    return scaled(total, places[0].factor, places[0].divisor)


def _number(place: Place, data: bytes, device: str) -> int:
    content = data[place.at : place.at + place.size]
    if place.form is Form.DIGITS:
        number = read_bcd(content)
        if number is None:
            raise DecoderLayoutBroken(device, f"has no decimal digits at {place.at}")
        return number
    return int.from_bytes(content, "little", signed=place.form is Form.SIGNED)
