"""Qundis: the block in which water meters, heat meters and allocators send walk-by telegrams.

Meters of the family send the same values also as open records (OMS mode), which is how the
places were found; reconstructed from thirteen published telegrams. A block of another layout,
or an enciphered one, gives nothing.
"""

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import JSON, Form, Place, read_place
from dalgu.devices.wmbus.quantities import PRIMARY, UNKNOWN, Quantity
from dalgu.devices.wmbus.telegram import Telegram

_BLOCK = b"\x0d\xff\x5f"
_SIGNS = ((0, 0x35), (8, 0x07), (11, 0xFF), (12, 0xFF))
_UNIT_AT = 10
_NOW_AT, _YEAR_AT, _MONTH_AT = 13, 19, 25  # four bytes of digits, the last two behind a date
_DIGITS, _DATE = 4, 2
_DELTAS_AT, _DELTAS = 29, 12
_FIRST_DELTA = 2  # 1 is the month that runs
_END = _DELTAS_AT + 2 * _DELTAS
_JOULES_A_KWH = 3_600_000
_UNITS = {Quantity.VOLUME: ("m3", 1), Quantity.ENERGY: ("kwh", _JOULES_A_KWH)}
_UNITS |= {Quantity.HEAT_COST: ("hca", 1)}


class _Block:
    """The block of one telegram and the unit of its numbers."""

    def __init__(self, data: bytes, device: str) -> None:
        self._data, self._device = data, device
        meaning = PRIMARY.get(data[_UNIT_AT], UNKNOWN)
        if meaning.quantity not in _UNITS:
            raise DecoderLayoutBroken(device, f"has the unit 0x{data[_UNIT_AT]:02X}")
        self.unit, per = _UNITS[meaning.quantity]
        self._factor, self._divisor = meaning.factor, meaning.divisor * per

    def number(self, at: int) -> JSON:
        return self._read(at, _DIGITS, Form.DIGITS)

    def day(self, at: int) -> JSON:
        place = Place(at=at - _DATE, size=_DATE, form=Form.DATE)
        return read_place(place, self._data, self._device)

    def deltas(self) -> list[JSON]:
        ends = range(_DELTAS_AT, _END, 2)
        return [self._read(at, 2, Form.SIGNED) for at in ends]

    def _read(self, at: int, size: int, form: Form) -> JSON:
        place = Place(at=at, size=size, form=form, factor=self._factor, divisor=self._divisor)
        return read_place(place, self._data, self._device)


def read_water(telegram: Telegram) -> dict[str, JSON]:
    """Return register, due day and end of the last month of a water meter.

    Raises
    ------
    DecoderLayoutBroken
        When the block has no decimal digits, no dates or no known unit.

    """
    block = _find(telegram)
    if block is None:
        return {}
    return {
        f"total_{block.unit}": block.number(_NOW_AT),
        "due_date": block.day(_YEAR_AT),
        f"due_date_{block.unit}": block.number(_YEAR_AT),
        "due_17_date": block.day(_MONTH_AT),
        f"due_17_date_{block.unit}": block.number(_MONTH_AT),
    }


def read_months(telegram: Telegram) -> dict[str, JSON]:
    """Return register, end of the last year and month, and what twelve months have added.

    Raises
    ------
    DecoderLayoutBroken
        When the block has no decimal digits, no dates or no known unit.

    """
    block = _find(telegram)
    if block is None:
        return {}
    kind = "volume" if block.unit == "m3" else "energy"
    found = {
        f"total_{block.unit}": block.number(_NOW_AT),
        "target_year_date": block.day(_YEAR_AT),
        f"target_year_{block.unit}": block.number(_YEAR_AT),
        "target_date": block.day(_MONTH_AT),
        f"target_{block.unit}": block.number(_MONTH_AT),
    }
    for nth, delta in enumerate(block.deltas(), _FIRST_DELTA):
        found[f"{kind}_delta_{nth}_{block.unit}"] = delta
    return found


def read_allocator(telegram: Telegram) -> dict[str, JSON]:
    """Return the consumption of a heat cost allocator, now, at its due day and a month's end.

    Raises
    ------
    DecoderLayoutBroken
        When the block has no decimal digits, no dates or no known unit.

    """
    block = _find(telegram)
    if block is None:
        return {}
    day, consumption = block.day(_YEAR_AT), block.number(_YEAR_AT)
    return {
        "current_consumption_hca": block.number(_NOW_AT),
        "set_date": day,
        "consumption_at_set_date_hca": consumption,
        "set_date_1": day,
        "consumption_at_set_date_1_hca": consumption,
        "set_date_17": block.day(_MONTH_AT),
        "consumption_at_set_date_17_hca": block.number(_MONTH_AT),
    }


def _find(telegram: Telegram) -> _Block | None:
    for record in telegram.records:
        data = record.data
        is_block = record.header == _BLOCK and len(data) >= _END
        if is_block and all(data[at] == sign for at, sign in _SIGNS):
            return _Block(data, telegram.device)
    return None
