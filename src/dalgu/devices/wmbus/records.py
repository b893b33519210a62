"""Data records: header (what the value is) and data, as EN 13757-3:2018, chapter 6 has them."""

from collections.abc import Callable
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from typing import NoReturn

import msgspec

from dalgu.devices.wmbus.errors import RecordBroken
from dalgu.devices.wmbus.quantities import (
    ALTERNATE_EXTENSION,
    MAIN_EXTENSION,
    MODIFIERS,
    PRIMARY,
    PROPRIETARY,
    TIME_MODIFIERS,
    UNKNOWN,
    Kind,
    Meaning,
    Quantity,
    Table,
)
from dalgu.devices.wmbus.values import SIZES, Value, value_reader, variable_size

FILLER, REST, REST_MORE, READOUT = 0x2F, 0x0F, 0x1F, 0x7F
MOST_EXTENSIONS = 10  # EN 13757-3:2018, 6.3.5 and 6.4.3: at most ten of each
MOST_STRAY_BYTES = 2
_MAIN, _ALTERNATE, _NAMED, _PROPRIETARY = 0xFD, 0xFB, 0x7C, 0x7F


class Function(IntEnum):
    """How the value came about."""

    CURRENT = 0
    MAXIMUM = 1
    MINIMUM = 2
    ERROR = 3


class Header(msgspec.Struct, frozen=True):
    """What the bytes in front of a value say."""

    coding: int
    function: Function
    storage: int
    tariff: int
    subunit: int
    meaning: Meaning
    modifiers: tuple[str, ...]
    name: str
    read: Callable[[bytes], Value]


class Record(msgspec.Struct, frozen=True):
    """One value of a telegram, in its SI unit.

    `storage` 0 is the present, higher numbers are stored values; `tariff` and `subunit` 0 are
    the device as a whole. `header` and `data` are the bytes as sent.
    """

    quantity: Quantity
    value: Value
    unit: str
    function: Function
    storage: int
    tariff: int
    subunit: int
    modifiers: tuple[str, ...]
    name: str
    header: bytes
    data: bytes


class Content(msgspec.Struct, frozen=True):
    """The records of a telegram and what the manufacturer has put behind them.

    `stray` are one or two bytes at the end that are no record: a checksum that a gateway has
    left in, or padding.
    """

    records: tuple[Record, ...]
    proprietary: bytes = b""
    more_follows: bool = False
    stray: bytes = b""


def read_records(body: bytes, device: str | None = None) -> Content:
    """Read all records of a telegram's content.

    Raises
    ------
    RecordBroken
        When a record runs past the end or uses a reserved code.

    Examples
    --------
    >>> [record] = read_records(bytes.fromhex("0c1348550000")).records
    >>> record.quantity.value, record.value, record.unit
    ('volume', 5.548, 'MTQ')

    """
    records: list[Record] = []
    at, end = 0, len(body)
    while at < end:
        first = body[at]
        if first in (FILLER, READOUT):
            at += 1
            continue
        if first in (REST, REST_MORE):
            return Content(tuple(records), body[at + 1 :], more_follows=first == REST_MORE)
        try:
            data_at = header_end(body, at, device)
            size = SIZES[first & 0x0F]
            data_end = data_at + (_variable(body, data_at, device) if size is None else size)
            if data_end > end:
                _refuse(data_at, device)
        except RecordBroken:
            if records and end - at <= MOST_STRAY_BYTES:
                return Content(tuple(records), stray=body[at:])
            raise
        records.append(make_record(body[at:data_at], body[data_at:data_end]))
        at = data_end
    return Content(tuple(records))


def make_record(header: bytes, data: bytes) -> Record:
    """Return the record of a header and its data bytes."""
    head = read_header(header)
    meaning = head.meaning
    return Record(
        meaning.quantity,
        head.read(data),
        meaning.unit,
        head.function,
        head.storage,
        head.tariff,
        head.subunit,
        head.modifiers,
        head.name,
        header,
        data,
    )


def header_end(body: bytes, at: int, device: str | None = None) -> int:
    """Return where the header that begins at a byte ends.

    Raises
    ------
    RecordBroken
        When it runs past the end, has too many extensions or a reserved data field.

    """
    first = body[at]
    if first < 0x80 and first & 0x0F != 0x0F and at + 1 < len(body) and body[at + 1] < _NAMED:
        return at + 2  # most headers are two bytes; the rest of this function costs time
    if first & 0x0F == 0x0F:
        raise RecordBroken(f"has the reserved data field 0x{body[at]:02X}", at, device)
    try:
        value_at = _chain_end(body, at)
        rest = value_at + 1
        if body[value_at] & 0x7F == _NAMED:  # the name stands between the code and the rest
            rest += 1 + body[rest]
        behind = _chain_end(body, rest) if body[value_at] & 0x80 else rest
        too_long = max(value_at - at - 1, behind - rest) > MOST_EXTENSIONS + 1
    except IndexError:
        raise RecordBroken("runs past the end", at, device) from None
    if too_long:
        raise RecordBroken("has more than ten extensions", at, device)
    if behind > len(body):
        raise RecordBroken("runs past the end", at, device)
    return behind


@lru_cache(maxsize=8192)
def read_header(header: bytes) -> Header:
    """Read the header of a record; meters repeat theirs, so that readings are remembered."""
    first = header[0]
    value_at = _chain_end(header, 0)
    storage, tariff, subunit = first >> 6 & 1, 0, 0
    for nth, extension in enumerate(header[1:value_at]):
        storage |= (extension & 0x0F) << (1 + 4 * nth)
        tariff |= (extension >> 4 & 3) << (2 * nth)
        subunit |= (extension >> 6 & 1) << nth
    meaning, extensions, name = _read_unit(header[value_at:])
    modifiers, meaning = _read_modifiers(extensions, meaning)
    function = Function(first >> 4 & 3)
    coding, read = first & 0x0F, value_reader(first & 0x0F, meaning)
    return Header(coding, function, storage, tariff, subunit, meaning, modifiers, name, read)


def _chain_end(body: bytes, at: int) -> int:
    while body[at] & 0x80:
        at += 1
    return at + 1


def _refuse(at: int, device: str | None) -> NoReturn:
    raise RecordBroken("runs past the end", at, device)


def _variable(body: bytes, at: int, device: str | None) -> int:
    length = variable_size(body[at]) if at < len(body) else None
    if length is None:
        raise RecordBroken("has no valid length", at, device)
    return 1 + length


def _read_unit(codes: bytes) -> tuple[Meaning, bytes, str]:
    """Return the meaning, the codes behind it, and the unit's name if the meter spells it."""
    first, rest = codes[0], codes[1:]
    if first in (_MAIN, _ALTERNATE):
        table: Table = MAIN_EXTENSION if first == _MAIN else ALTERNATE_EXTENSION
        return table.get(rest[0] & 0x7F, UNKNOWN), rest[1:], ""
    if first & 0x7F == _NAMED:
        size = rest[0]
        name = rest[1 : 1 + size][::-1].decode("latin-1")
        return PRIMARY[_NAMED], rest[1 + size :], name
    if first & 0x7F == _PROPRIETARY:
        return PROPRIETARY, b"", ""
    return PRIMARY.get(first & 0x7F, UNKNOWN), rest, ""


def _read_modifiers(extensions: bytes, meaning: Meaning) -> tuple[tuple[str, ...], Meaning]:
    modifiers: list[str] = []
    for extension in extensions:
        code = extension & 0x7F
        if code == _PROPRIETARY:  # all behind it are the manufacturer's
            modifiers.append("proprietary")
            break
        if 0x70 <= code <= 0x77:
            meaning = meaning.scaled(code - 0x70 - 6)
        elif code == 0x7D:
            meaning = meaning.scaled(3)
        else:
            modifiers.append(MODIFIERS.get(code, f"0x{code:02x}"))
        if code in TIME_MODIFIERS:
            meaning = Meaning(meaning.quantity, kind=Kind.TIME)
        if code in (0x13, 0x1E, 0x1F):
            meaning = Meaning(meaning.quantity, meaning.unit, kind=Kind.RAW)
    return tuple(modifiers), meaning


def is_time(value: Value) -> bool:
    """Whether a value is a date or a time."""
    return isinstance(value, date | datetime)
