"""How the value of a record is shown: numbers in the field's unit, dates, text, digits.

Numbers are rounded to six decimals, one millilitre of a cubic metre: what is behind comes from
the change of units. Dates are shown as sent, an unset month as 00.
"""

from collections.abc import Callable

from dalgu.devices.wmbus.drivers.driver import Field, Form
from dalgu.devices.wmbus.quantities import Kind
from dalgu.devices.wmbus.records import Record, read_header
from dalgu.devices.wmbus.values import VARIABLE, number_reader, profile_number

Shown = str | int | float | None
Show = Callable[[bytes], Shown]
_DECIMALS = 6
_DATE_BYTES, _TIME_BYTES, _SECOND_BYTES = 2, 4, 6
_MONTHS = 12


def show(field: Field, header: bytes) -> Show:
    """Return how the data of a record with this header are shown in a field."""
    if field.form is Form.NUMBER:
        return _element(field, header) if field.element else _number(field, header)
    coding = header[0] & 0x0F
    form = _FORMS[field.form]

    def shown(data: bytes) -> Shown:
        value = form(data[1:] if coding == VARIABLE else data)
        return field.unset if value is None else value

    return shown


def as_number(record: Record) -> int:
    """Return the bytes of a record as a number without sign or scale, for its bits."""
    data = record.data[1:] if record.header[0] & 0x0F == VARIABLE else record.data
    return int.from_bytes(data, "little")


def _number(field: Field, header: bytes) -> Show:
    head = read_header(header)
    meaning, coding = head.meaning, head.coding
    if field.mask:
        return lambda data: (int.from_bytes(data, "little") & field.mask) >> field.shift
    factor = meaning.factor * field.scale.factor
    divisor = meaning.divisor * field.scale.divisor
    unset = field.unset
    kind = meaning.kind if meaning.kind is Kind.UNSIGNED else Kind.NUMBER

    read = number_reader(coding, kind, keep_absent=field.is_as_sent)

    def shown(data: bytes) -> Shown:
        raw = read(data)
        return unset if raw is None else _quotient(raw * factor, divisor)

    return shown


def _quotient(dividend: float, divisor: int) -> int | float:
    if divisor == 1 and isinstance(dividend, int):
        return dividend
    return tidy(dividend / divisor)


def _element(field: Field, header: bytes) -> Show:
    meaning = read_header(header).meaning
    factor = meaning.factor * field.scale.factor
    divisor = meaning.divisor * field.scale.divisor

    def shown(data: bytes) -> Shown:
        raw = profile_number(data, field.element)
        return field.unset if raw is None else _quotient(raw * factor, divisor)

    return shown


def tidy(number: float) -> int | float:
    """Return a number rounded for the eye, an integer where it is one.

    >>> tidy(12.0000000001), tidy(0.1 + 0.2)
    (12, 0.3)
    """
    rounded = round(number, _DECIMALS)
    return int(rounded) if rounded == int(rounded) else rounded


def _date(data: bytes) -> str | None:
    if len(data) in (_TIME_BYTES, _SECOND_BYTES):
        text = _time(data)
        return None if text is None else text[:10]
    if len(data) != _DATE_BYTES or data == b"\xff\xff":
        return None
    year, month, day = _day(data[0], data[1])
    return f"{year:04}-{month:02}-{day:02}"


def _calendar(data: bytes) -> str | None:
    """Return a date with days and months carried over: day 0 is the last of the month before."""
    from datetime import date, timedelta

    if len(data) != _DATE_BYTES or data == b"\xff\xff":
        return None
    year, month, day = _day(data[0], data[1])
    years, months = divmod(month - 1, _MONTHS)
    return (date(year + years, months + 1, 1) + timedelta(days=day - 1)).isoformat()


def _time(data: bytes) -> str | None:
    text = _seconds(data)
    return None if text is None else text[:16]


def _seconds(data: bytes) -> str | None:
    if len(data) == _DATE_BYTES:
        midnight = _date(data)
        return None if midnight is None else f"{midnight} 00:00"
    if len(data) not in (_TIME_BYTES, _SECOND_BYTES) or not data.strip(b"\xff"):
        return None
    second = data[0] & 0x3F if len(data) == _SECOND_BYTES else None
    minute, hour, low, high = data[-5:-1] if second is not None else data
    year, month, day = _day(low, high)
    text = f"{year:04}-{month:02}-{day:02} {hour & 0x1F:02}:{minute & 0x3F:02}"
    return text if second is None else f"{text}:{second:02}"


def _day(low: int, high: int) -> tuple[int, int, int]:
    return 2000 + (low >> 5 | high >> 4 << 3), high & 0x0F, low & 0x1F


def _text(data: bytes) -> str:
    return data[::-1].decode("latin-1")


def _straight(data: bytes) -> str:
    return data.decode("latin-1")


def _hex(data: bytes) -> str:
    return data[::-1].hex().upper()


_FORMS: dict[Form, Callable[[bytes], str | None]] = {
    Form.DATE: _date,
    Form.CALENDAR: _calendar,
    Form.TIME: _time,
    Form.SECONDS: _seconds,
    Form.TEXT: _text,
    Form.STRAIGHT: _straight,
    Form.HEX: _hex,
}
