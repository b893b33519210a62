"""The bytes of a single value and what they say: numbers, digits, text, points in time.

Points in time are what the meter's clock shows; it keeps local time and no zone, so they
stay without one. A value that the meter marks as not available is None.
"""

import math
import struct
from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial

from dalgu.devices.wmbus.quantities import Kind, Meaning

Value = int | float | str | bytes | date | datetime | time | None
# EN 13757-3:2018, table 4: bytes behind each data field; None: the first byte tells
SIZES: tuple[int | None, ...] = (0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, None, 6, None)
REAL, VARIABLE = 0x5, 0xD
PROFILE_HEADER_BYTES = 3
_CENTURY_TURN = 80  # annex A, type F and G: years up to 80 without a century are after 2000


def read_value(coding: int, data: bytes, meaning: Meaning) -> Value:
    """Return the value of some data bytes, scaled to its unit.

    Parameters
    ----------
    coding
        The data field, 0-15.
    data
        The bytes of the value; of a variable length with their leading length byte.
    meaning
        What the value is.

    Examples
    --------
    >>> from dalgu.devices.wmbus.quantities import PRIMARY
    >>> read_value(0xC, bytes.fromhex("48550000"), PRIMARY[0x13])
    5.548

    """
    return value_reader(coding, meaning)(data)


def value_reader(coding: int, meaning: Meaning) -> Callable[[bytes], Value]:
    """Return what reads the values of a data field and a meaning: `read_value`, made ready."""
    kind = meaning.kind
    if coding == VARIABLE:
        return partial(_read_variable, meaning=meaning)
    if SIZES[coding] == 0:
        return _nothing
    if kind is Kind.TIME:
        return read_time
    if kind is Kind.RAW:
        return bytes
    if kind is Kind.DIGITS:
        return _digits
    return _scaled(number_reader(coding, kind), meaning.factor, meaning.divisor)


def number_reader(
    coding: int, kind: Kind, *, keep_absent: bool = False
) -> Callable[[bytes], int | float | None]:
    """Return what reads the numbers of a data field before any scale; None: not available.

    With `keep_absent` the pattern that says "not available" comes back as the number it is.

    >>> number_reader(0x2, Kind.NUMBER, keep_absent=True)(bytes.fromhex("0080"))
    -32768
    """
    if coding == VARIABLE:
        return _variable_number
    if coding > 0x8:
        return read_bcd
    if coding == REAL:
        return _real
    if kind is Kind.UNSIGNED:
        return partial(int.from_bytes, byteorder="little")
    size = SIZES[coding] or 0
    # annex A, type B: only the sign bit is set
    absent = None if keep_absent or not size else -1 << 8 * size - 1

    def integer(data: bytes) -> int | None:
        number = int.from_bytes(data, "little", signed=True)
        return None if number == absent else number

    return integer


def read_time(data: bytes) -> date | datetime | time | bytes | None:
    """Return the point in time of type G, J, F or I by its length (annex A).

    Other lengths come back as they are.

    >>> read_time(bytes.fromhex("df2c"))
    datetime.date(2022, 12, 31)
    >>> read_time(bytes.fromhex("3b37df2c")).isoformat()
    '2022-12-31T23:59:00'
    """
    try:
        if len(data) == 2:
            return date(_year(data[0], data[1], 0), data[1] & 0x0F, data[0] & 0x1F)
        if len(data) == 3:
            return time(data[2] & 0x1F, data[1] & 0x3F, data[0] & 0x3F)
        if len(data) == 4:
            return _date_time_f(data)
        if len(data) == 6:
            return _date_time_i(data)
    except ValueError:
        return None
    return data


def write_date(day: date) -> bytes:
    """Return a date as type G.

    >>> write_date(date(2022, 12, 31)).hex()
    'df2c'
    """
    year = day.year % 100
    return bytes((day.day | (year & 7) << 5, day.month | year >> 3 << 4))


def write_date_time(at: datetime) -> bytes:
    """Return a local time to the minute as type F, with its century."""
    century = (at.year - 1900) // 100
    return bytes((at.minute, at.hour | century << 5)) + write_date(at)


def read_bcd(data: bytes) -> int | None:
    """Return packed decimal digits; a leading F is the minus sign (annex A, type A).

    >>> read_bcd(bytes.fromhex("0200f0")), read_bcd(bytes.fromhex("dddebb"))
    (-2, None)
    """
    digits = data[::-1].hex()
    if digits.isdigit():
        return int(digits)
    if digits[0] == "f" and digits[1:].isdigit():
        return -int(digits[1:])
    return None


def _scaled(
    read: Callable[[bytes], int | float | None], factor: int, divisor: int
) -> Callable[[bytes], Value]:
    if factor == 1 and divisor == 1:
        return read

    def scaled(data: bytes) -> Value:
        raw = read(data)
        return None if raw is None else raw * factor / divisor

    return scaled


def _scale(raw: float | None, meaning: Meaning) -> int | float | None:
    if raw is None or (meaning.factor == 1 and meaning.divisor == 1):
        return raw
    return raw * meaning.factor / meaning.divisor


def _nothing(data: bytes) -> None:
    return None


def _digits(data: bytes) -> str:
    return data[::-1].hex()


def _real(data: bytes) -> float | None:
    real: float = struct.unpack("<f", data)[0]
    return real if math.isfinite(real) else None


def _variable_number(data: bytes) -> int | None:
    content = data[1:]
    if data[0] <= 0xBF:
        digits = content[::-1].decode("latin-1").strip()
        return int(digits) if digits.isascii() and digits.isdigit() else None
    return int.from_bytes(content, "little", signed=True) if content else None


def profile_number(data: bytes, nth: int) -> int | float | None:
    """Return the nth number of a profile, from 1; None where it was not stored or not sent.

    EN 13757-3:2018, annex F: length, control (its low four bits are the data field of all
    numbers), spacing, then the numbers. An inverse profile goes back in time from its base and
    an ordinary one on from it; its first number stands last, so that nth is negative there.

    >>> profile_number(bytes.fromhex("083bfe270600950300"), 2)
    395
    >>> profile_number(bytes.fromhex("0672fe03001600"), -1)
    22
    """
    coding = data[1] & 0x0F if len(data) > PROFILE_HEADER_BYTES else 0
    size = SIZES[coding]
    if not size:
        return None
    at = PROFILE_HEADER_BYTES + (nth - 1) * size if nth > 0 else len(data) + nth * size
    content = data[at : at + size] if at >= PROFILE_HEADER_BYTES else b""
    return number_reader(coding, Kind.NUMBER)(content) if len(content) == size else None


def _read_variable(data: bytes, meaning: Meaning) -> Value:
    # EN 13757-3:2018, table 5: what the length byte says about the bytes behind it
    size, content = data[0], data[1:]
    if meaning.kind is Kind.RAW:
        return content
    if size <= 0xBF:
        return _read_text(content)
    if size <= 0xDF:
        number = read_bcd(content) if content else None
        return _scale(-number if number is not None and size >= 0xD0 else number, meaning)
    if meaning.kind is Kind.TIME:
        return read_time(content)
    if not content or size >= 0xF0:
        return content
    return _scale(int.from_bytes(content, "little", signed=True), meaning)


def variable_size(length: int) -> int | None:
    """Return how many bytes follow the length byte of a variable length; None: reserved."""
    if length <= 0xBF:
        return length
    if length <= 0xDF:
        return length & 0x0F
    if length <= 0xEF:
        return length - 0xE0
    if length <= 0xF4:
        return 4 * (length - 0xEC)
    return {0xF5: 48, 0xF6: 64}.get(length)


def _read_text(content: bytes) -> str | bytes:
    text = content[::-1].decode("latin-1")
    return text if text.isprintable() else content


def _year(low: int, high: int, century: int) -> int:
    year = low >> 5 | high >> 4 << 3
    if year > 99:
        raise ValueError(year)
    # Two bits may count the centuries from 1900. Meters are known that send 2 and mean 2000,
    # and none lives to see 2100, so that more than none is always the present one.
    is_after_2000 = century > 0 or year <= _CENTURY_TURN
    return year + (2000 if is_after_2000 else 1900)


def _date_time_f(data: bytes) -> datetime | None:
    minute, hour, low, high = data
    if minute & 0x80:  # the clock itself says that it is not set
        return None
    year = _year(low, high, hour >> 5 & 3)
    return datetime(year, high & 0x0F, low & 0x1F, hour & 0x1F, minute & 0x3F)  # noqa: DTZ001


def _date_time_i(data: bytes) -> datetime | None:
    second, minute, hour, low, high, _ = data
    if minute & 0x80:
        return None
    year = _year(low, high, 0)
    return datetime(  # noqa: DTZ001
        year, high & 0x0F, low & 0x1F, hour & 0x1F, minute & 0x3F, second & 0x3F
    )
