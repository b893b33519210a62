"""Records made from values, in the codings that OMS Vol. 2 annex B names for water meters.

The simulator speaks through these; what it says is rounded as a meter rounds.
"""

from datetime import date, datetime

import msgspec

from dalgu.devices.wmbus.errors import ValueNotEncodable
from dalgu.devices.wmbus.quantities import BACKWARD, FORWARD, Kind, Meaning, Quantity
from dalgu.devices.wmbus.records import Function, Record, make_record, read_header
from dalgu.devices.wmbus.values import SIZES, Value, read_time, write_date, write_date_time

_INT16, _INT24, _INT32, _BCD8 = 0x2, 0x3, 0x4, 0xC
_HIGHEST_STORAGE = (1 << 41) - 1  # one bit and ten extensions of four bits
# quantity -> data field, codes of the unit: litres, litres an hour, tenths of a degree ...
_CODINGS: dict[Quantity, tuple[int, bytes]] = {
    Quantity.VOLUME: (_INT32, b"\x13"),
    Quantity.VOLUME_FLOW: (_INT24, b"\x3b"),
    Quantity.FLOW_TEMPERATURE: (_INT16, b"\x5a"),
    Quantity.EXTERNAL_TEMPERATURE: (_INT16, b"\x66"),
    Quantity.PRESSURE: (_INT16, b"\x69"),
    Quantity.DATE: (_INT16, b"\x6c"),
    Quantity.DATE_TIME: (_INT32, b"\x6d"),
    Quantity.FABRICATION_NUMBER: (_BCD8, b"\x78"),
    Quantity.ERROR_FLAGS: (_INT16, b"\xfd\x17"),
    Quantity.BATTERY_REMAINING: (_INT16, b"\xfd\x74"),
}
_MODIFIER_CODES = {FORWARD: 0x3B, BACKWARD: 0x3C}


class Place(msgspec.Struct, frozen=True):
    """Where a value belongs: how it came about, which stored value, tariff and part."""

    function: Function = Function.CURRENT
    storage: int = 0
    tariff: int = 0
    subunit: int = 0


NOW = Place()


def record(quantity: Quantity, value: Value, place: Place = NOW, *, modifier: str = "") -> Record:
    """Return a record that carries a value in its SI unit.

    Raises
    ------
    ValueNotEncodable
        When the quantity has no coding here, or the value is of another kind or too large.

    Examples
    --------
    >>> made = record(Quantity.VOLUME, 5.5482)
    >>> made.value, (made.header + made.data).hex()
    (5.548, '0413ac150000')

    """
    if quantity not in _CODINGS or not 0 <= place.storage <= _HIGHEST_STORAGE:
        raise ValueNotEncodable(quantity, value)
    coding, unit = _CODINGS[quantity]
    if modifier:
        if modifier not in _MODIFIER_CODES:
            raise ValueNotEncodable(quantity, modifier)
        unit = unit[:-1] + bytes((unit[-1] | 0x80, _MODIFIER_CODES[modifier]))
    header = write_header(coding, unit, place)
    try:
        data = _write_value(coding, value, read_header(header).meaning)
    except (OverflowError, ValueError, TypeError):
        raise ValueNotEncodable(quantity, value) from None
    return make_record(header, data)


def write_header(coding: int, unit: bytes, place: Place) -> bytes:
    """Return the header of a record.

    >>> write_header(4, bytes((0x13,)), Place(storage=3)).hex()
    'c40113'
    """
    storage, tariff, subunit = place.storage >> 1, place.tariff, place.subunit
    codes = [coding | place.function << 4 | (place.storage & 1) << 6]
    while storage or tariff or subunit:
        codes[-1] |= 0x80
        codes.append(storage & 0x0F | (tariff & 3) << 4 | (subunit & 1) << 6)
        storage, tariff, subunit = storage >> 4, tariff >> 2, subunit >> 1
    return bytes(codes) + unit


def _write_value(coding: int, value: Value, meaning: Meaning) -> bytes:
    size = SIZES[coding] or 0
    if meaning.kind is Kind.TIME:
        return _write_time(value, size)
    if meaning.kind is Kind.DIGITS:
        digits = bytes.fromhex(str(value))
        if len(digits) != size:
            raise ValueError(value)
        return digits[::-1]
    if not isinstance(value, int | float):
        raise TypeError(value)
    raw = round(value * meaning.divisor / meaning.factor)
    if raw == -1 << 8 * size - 1:  # the pattern that says: not available
        raise ValueError(value)
    return raw.to_bytes(size, "little", signed=meaning.kind is not Kind.UNSIGNED)


def _write_time(value: Value, size: int) -> bytes:
    is_time = isinstance(value, datetime)
    if not isinstance(value, date) or is_time != (size == 4):
        raise TypeError(value)
    if not isinstance(value, datetime):
        data = write_date(value)
        if read_time(data) != value:  # two digits of a year reach from 1981 to 2080
            raise ValueError(value)
        return data
    data = write_date_time(value)
    if read_time(data) != value.replace(second=0, microsecond=0):
        raise ValueError(value)
    return data
