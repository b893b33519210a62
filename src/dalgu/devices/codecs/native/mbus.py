"""The parts of EN 13757-3 records that the meters with M-Bus payloads share."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from dalgu.devices.codecs.native.reading import refused

EXTENSION = 0x80
DATA_BYTES = (0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 1, 6, 0)  # by data field; 13 is one of length
BCD_FIELDS = frozenset((9, 10, 11, 12, 14))
VARIABLE = 13
FILLER = 0x2F
SPECIAL = 0x0F  # data field of manufacturer data and other special functions
COMPACT_PROFILE, INVERSE_COMPACT_PROFILE = 0x1E, 0x13


@dataclass(frozen=True, slots=True, eq=False)  # one object for one head: quick to look up by
class Head:
    """What the data and value information blocks of a record say."""

    dif: int
    extensions: tuple[int, ...]
    storage: int
    vif: int
    vifes: tuple[int, ...]
    data_field: int  # the coding of the value, 0 to 15
    size: int  # bytes of the value


def read_head(codec: str, payload: bytes, at: int) -> tuple[Head, int]:
    """Return the head of a record and where its value begins; raise `CodecRefusal` where cut."""
    start = at
    try:
        while payload[at] & EXTENSION:
            at += 1
        vif = at = at + 1
        while payload[at] & EXTENSION:
            at += 1
    except IndexError:
        raise refused(codec, "a record has no value information") from None
    return _head(payload[start:vif], payload[vif : at + 1]), at + 1


@lru_cache(maxsize=1_024)  # meters of one kind send the same heads
def _head(data: bytes, value: bytes) -> Head:
    dif, *extensions = data
    storage = dif >> 6 & 1
    for n, byte in enumerate(extensions):
        storage += (byte & 15) << (4 * n + 1)
    field = dif & 15
    vif, *vifes = value
    return Head(dif, tuple(extensions), storage, vif, tuple(vifes), field, DATA_BYTES[field])


def digits(raw: bytes) -> int | None:
    """Return a number of decimal digits, little endian (type A); `None` where one is no digit."""
    text = raw[::-1].hex()
    return int(text) if text.isdecimal() else None


@lru_cache(maxsize=4_096)  # a city's meters send the same hours
def date_and_time(codec: str, raw: bytes) -> int | None:
    """Return an instant of 32 bits (type F) in seconds since 1970, its clock taken as UTC.

    `None` where the meter marks it invalid; an impossible date raises `CodecRefusal`.

    >>> date_and_time("x", bytes.fromhex("2a2d1336")) == 1718804520
    True
    """
    if raw[0] & EXTENSION:
        return None
    year = 1900 + 100 * (raw[1] >> 5 & 3) + _year(raw[2], raw[3])
    return _seconds(codec, (year, raw[3] & 15, raw[2] & 31, raw[1] & 31, raw[0] & 63))


@lru_cache(maxsize=1_024)
def date_only(codec: str, raw: bytes) -> int | None:
    """Return a date of 16 bits (type G) in seconds since 1970, UTC; as `date_and_time`.

    >>> date_only("x", bytes.fromhex("f32a")) == 1697673600
    True
    """
    if raw == b"\xff\xff":
        return None
    return _seconds(codec, (2000 + _year(raw[0], raw[1]), raw[1] & 15, raw[0] & 31, 0, 0))


def _year(low: int, high: int) -> int:
    return low >> 5 | (high & 0xF0) >> 1


def _seconds(codec: str, parts: tuple[int, int, int, int, int]) -> int:
    try:
        return int(datetime(*parts, tzinfo=UTC).timestamp())
    except ValueError:
        raise refused(codec, "an instant is no date of the calendar") from None
