"""What a water meter's telegram says about water: the right record among many.

The rules follow EN 13757-3 and OMS Vol. 2: the present value has storage number 0, is not a
maximum or minimum, belongs to no tariff and no subunit, and no modifier changes its sense.
What no record says is taken from the fields of the meter's driver, where one speaks for it.
"""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from dalgu.devices.wmbus.drivers.alarms import WaterAlarm, alarms_of
from dalgu.devices.wmbus.drivers.errors import DriverUnknown
from dalgu.devices.wmbus.drivers.reading import choose, read
from dalgu.devices.wmbus.drivers.showing import Shown
from dalgu.devices.wmbus.errors import TelegramInvalid
from dalgu.devices.wmbus.quantities import AT_BASE, BACKWARD, FORWARD, UNCORRECTED, Quantity
from dalgu.devices.wmbus.records import Function, Record
from dalgu.devices.wmbus.telegram import Telegram
from dalgu.devices.wmbus.values import Value

# Modifiers behind which a volume is still the register on the meter's face, best first.
_REGISTER_MODIFIERS: tuple[tuple[str, ...], ...] = ((), (FORWARD,), (UNCORRECTED,), (AT_BASE,))


# Fields of drivers, best first.
_TOTAL = ("total_m3",)
_BACKWARD = ("total_backward_m3", "total_backwards_m3", "backflow_m3", "total_backward_flow_m3")
_FLOW = ("volume_flow_m3h", "flow_m3h", "current_flow_m3h")
_FLOW_TEMPERATURE = ("flow_temperature_c", "temperature_c")
_CLOCK = ("meter_datetime", "device_datetime")
_STORED = (
    ("target_m3", "target_date"),
    ("target_year_m3", "target_year_date"),
    ("due_date_m3", "due_date"),
    ("due_17_date_m3", "due_17_date"),
)
_STATUS = ("status", "current_status")
_FINE = frozenset({"OK"})
_DATES = frozenset({Quantity.DATE, Quantity.DATE_TIME})
_Present = dict[tuple[Quantity, tuple[str, ...]], Value]
_DAYS_A_YEAR = 365.2425  # Gregorian calendar


class StoredVolume(msgspec.Struct, frozen=True):
    """The register as the meter stored it, for instance on its due date."""

    storage: int
    volume_m3: float
    at: date | datetime | None = None


class WaterReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a water meter has measured; None where it does not say.

    `meter_time` is the meter's own clock, local time without a zone. `error_flags` is the
    number behind the standard's error flags record; its bits are the manufacturer's. `status`
    are the words that the meter's driver has for them and for the header's status byte, as in
    `LEAK` or `POWER_LOW`; empty where all is well or no driver speaks for the meter. `alarms`
    are what these words mean, whatever the maker.
    """

    volume_m3: float | None = None
    backward_volume_m3: float | None = None
    stored: tuple[StoredVolume, ...] = ()
    flow_m3h: float | None = None
    flow_temperature_degc: float | None = None
    external_temperature_degc: float | None = None
    meter_time: datetime | None = None
    error_flags: int | None = None
    status: tuple[str, ...] = ()
    alarms: tuple[WaterAlarm, ...] = ()
    battery_days: float | None = None


def read_water(telegram: Telegram, *, key: bytes | None = None) -> WaterReading:
    """Return the reading of a water meter.

    `key` is the meter's; a few makers encrypt their own part of a telegram with it.

    Raises
    ------
    TelegramInvalid
        When no record has the register and the part that only the maker describes is broken.

    Examples
    --------
    >>> from dalgu.devices.wmbus.telegram import decode
    >>> text = "1844ae4c4455223368077a55000000041389e20100023b0000"
    >>> read_water(decode(bytes.fromhex(text))).volume_m3
    123.529

    """
    present = _present(telegram.records)
    volume_m3 = _register(present)
    fields = _fields(telegram, key, is_needed=volume_m3 is None)
    at = present.get((Quantity.DATE_TIME, ()))
    words = _words(fields)

    def value(quantity: Quantity, *names: str, modifiers: tuple[str, ...] = ()) -> float | None:
        return _or_field(_number(present.get((quantity, modifiers))), fields, names)

    return WaterReading(
        volume_m3=_or_field(volume_m3, fields, _TOTAL),
        backward_volume_m3=value(Quantity.VOLUME, *_BACKWARD, modifiers=(BACKWARD,)),
        stored=_stored(telegram.records) or _stored_fields(fields),
        flow_m3h=value(Quantity.VOLUME_FLOW, *_FLOW),
        flow_temperature_degc=value(Quantity.FLOW_TEMPERATURE, *_FLOW_TEMPERATURE),
        external_temperature_degc=value(Quantity.EXTERNAL_TEMPERATURE),
        meter_time=at if isinstance(at, datetime) else _clock(fields),
        error_flags=_flags(present),
        status=words,
        alarms=alarms_of(words, telegram.status),
        battery_days=_battery_days(present, fields),
    )


def _present(records: tuple[Record, ...]) -> _Present:
    """Return the present values of the meter as a whole, by quantity and modifiers."""
    found: _Present = {}
    for record in records:
        if record.storage == 0 and _is_whole(record):
            found.setdefault((record.quantity, record.modifiers), record.value)
    return found


def _flags(present: _Present) -> int | None:
    flags = (value for (kind, _), value in present.items() if kind is Quantity.ERROR_FLAGS)
    first = next(flags, None)
    return first if isinstance(first, int) else None


def _fields(telegram: Telegram, key: bytes | None, *, is_needed: bool) -> Mapping[str, Shown]:
    try:
        return read(telegram, choose(telegram), key=key)
    except DriverUnknown:
        return {}
    except TelegramInvalid:
        # The register is in the records already; what else the maker tells is not worth it.
        if is_needed:
            raise
        return {}


def _or_field(
    known: float | None, fields: Mapping[str, Shown], names: tuple[str, ...]
) -> float | None:
    if known is not None:
        return known
    values = (fields.get(name) for name in names)
    return next((value for value in values if isinstance(value, int | float)), None)


def _stored_fields(fields: Mapping[str, Shown]) -> tuple[StoredVolume, ...]:
    found = []
    for storage, (volume, day) in enumerate(_STORED, 1):
        value, at = fields.get(volume), _time(fields.get(day))
        if isinstance(value, int | float):
            found.append(StoredVolume(storage, value, at.date() if at else None))
    return tuple(found)


def _clock(fields: Mapping[str, Shown]) -> datetime | None:
    return next((at for at in (_time(fields.get(name)) for name in _CLOCK) if at), None)


def _time(text: Shown) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:  # a clock that was never set
        return None


def _words(fields: Mapping[str, Shown]) -> tuple[str, ...]:
    words: set[str] = set()
    for name in _STATUS:
        text = fields.get(name)
        words |= set(text.split()) if isinstance(text, str) else set()
    return tuple(sorted(words - _FINE))


def _battery_days(present: _Present, fields: Mapping[str, Shown]) -> float | None:
    days = _number(present.get((Quantity.BATTERY_REMAINING, ())))
    years = fields.get("battery_y")
    if days is None and isinstance(years, int | float):
        return years * _DAYS_A_YEAR
    return days


def _register(present: _Present) -> float | None:
    for modifiers in _REGISTER_MODIFIERS:
        value = _number(present.get((Quantity.VOLUME, modifiers)))
        if value is not None:
            return value
    return None


def _stored(records: tuple[Record, ...]) -> tuple[StoredVolume, ...]:
    """Return stored volumes with the date of the same storage number, where one was sent."""
    past = [record for record in records if record.storage]
    times: dict[int, date] = {}
    stored: dict[int, float] = {}
    for record in past:
        value, storage = record.value, record.storage
        if record.quantity in _DATES and isinstance(value, date) and not record.modifiers:
            times.setdefault(storage, value)
        elif (
            record.quantity is Quantity.VOLUME
            and isinstance(value, int | float)
            and not record.modifiers
            and _is_whole(record)
        ):
            stored.setdefault(storage, value)
    return tuple(StoredVolume(n, value, times.get(n)) for n, value in stored.items())


def _is_whole(record: Record) -> bool:
    return record.function is Function.CURRENT and record.tariff == 0 and record.subunit == 0


def _number(value: Value) -> float | None:
    return value if isinstance(value, int | float) else None
