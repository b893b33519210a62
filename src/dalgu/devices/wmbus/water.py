"""What a water meter's telegram says about water: the right record among many.

The rules follow EN 13757-3 and OMS Vol. 2: the present value has storage number 0, is not a
maximum or minimum, belongs to no tariff and no subunit, and no modifier changes its sense.
"""

from datetime import date, datetime

import msgspec

from dalgu.devices.wmbus.layouts import read_layouts
from dalgu.devices.wmbus.quantities import AT_BASE, BACKWARD, FORWARD, UNCORRECTED, Quantity
from dalgu.devices.wmbus.records import Function, Record
from dalgu.devices.wmbus.telegram import Telegram

# Modifiers behind which a volume is still the register on the meter's face, best first.
_REGISTER_MODIFIERS: tuple[tuple[str, ...], ...] = ((), (FORWARD,), (UNCORRECTED,), (AT_BASE,))


class StoredVolume(msgspec.Struct, frozen=True):
    """The register as the meter stored it, for instance on its due date."""

    storage: int
    volume_m3: float
    at: date | datetime | None = None


class WaterReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a water meter has measured; None where it does not say.

    `meter_time` is the meter's own clock, local time without a zone. `error_flags` is the
    number behind the standard's error flags record; its bits are the manufacturer's.
    """

    volume_m3: float | None = None
    backward_volume_m3: float | None = None
    stored: tuple[StoredVolume, ...] = ()
    flow_m3h: float | None = None
    flow_temperature_degc: float | None = None
    external_temperature_degc: float | None = None
    meter_time: datetime | None = None
    error_flags: int | None = None
    battery_days: float | None = None


def read_water(telegram: Telegram) -> WaterReading:
    """Return the reading of a water meter.

    Examples
    --------
    >>> from dalgu.devices.wmbus.telegram import decode
    >>> text = "1844ae4c4455223368077a55000000041389e20100023b0000"
    >>> read_water(decode(bytes.fromhex(text))).volume_m3
    123.529

    """
    records = (*telegram.records, *read_layouts(telegram))
    clock = _present(records, Quantity.DATE_TIME)
    flags = _present(records, Quantity.ERROR_FLAGS, any_modifier=True)
    return WaterReading(
        volume_m3=_register(records),
        backward_volume_m3=_number(_volume(records, 0, (BACKWARD,))),
        stored=_stored(records),
        flow_m3h=_number(_present(records, Quantity.VOLUME_FLOW)),
        flow_temperature_degc=_number(_present(records, Quantity.FLOW_TEMPERATURE)),
        external_temperature_degc=_number(_present(records, Quantity.EXTERNAL_TEMPERATURE)),
        meter_time=clock.value if clock and isinstance(clock.value, datetime) else None,
        error_flags=flags.value if flags and isinstance(flags.value, int) else None,
        battery_days=_number(_present(records, Quantity.BATTERY_REMAINING)),
    )


def _register(records: tuple[Record, ...]) -> float | None:
    for modifiers in _REGISTER_MODIFIERS:
        value = _number(_volume(records, 0, modifiers))
        if value is not None:
            return value
    return None


def _stored(records: tuple[Record, ...]) -> tuple[StoredVolume, ...]:
    """Return stored volumes with the date of the same storage number, where one was sent."""
    times = {
        record.storage: record.value
        for record in reversed(records)
        if record.quantity in (Quantity.DATE, Quantity.DATE_TIME)
        and isinstance(record.value, date)
        and not record.modifiers
    }
    stored: dict[int, StoredVolume] = {}
    for record in records:
        value = _number(record)
        if record.storage == 0 or value is None or record.storage in stored:
            continue
        if _is_plain(record, Quantity.VOLUME):
            at = times.get(record.storage)
            stored[record.storage] = StoredVolume(record.storage, value, at)
    return tuple(stored.values())


def _volume(records: tuple[Record, ...], storage: int, modifiers: tuple[str, ...]) -> Record | None:
    for record in records:
        if (
            record.quantity is Quantity.VOLUME
            and record.storage == storage
            and record.modifiers == modifiers
            and _is_whole(record)
        ):
            return record
    return None


def _present(
    records: tuple[Record, ...], quantity: Quantity, *, any_modifier: bool = False
) -> Record | None:
    for record in records:
        is_present = record.quantity is quantity and record.storage == 0 and _is_whole(record)
        if is_present and (any_modifier or not record.modifiers):
            return record
    return None


def _is_plain(record: Record, quantity: Quantity) -> bool:
    return record.quantity is quantity and not record.modifiers and _is_whole(record)


def _is_whole(record: Record) -> bool:
    return record.function is Function.CURRENT and record.tariff == 0 and record.subunit == 0


def _number(record: Record | None) -> float | None:
    if record is None or not isinstance(record.value, int | float):
        return None
    return record.value
