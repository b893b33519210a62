"""Techem: water meters, heat cost allocators and smoke detectors of the radio 3 family.

They send the values of the last billing day with its date, and the day and month of today
without a year. All layouts are reconstructed from published telegrams (`layouts.toml`).
"""

from datetime import date

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import JSON, read_layout, scaled
from dalgu.devices.wmbus.decoders.table import layouts, read_named
from dalgu.devices.wmbus.telegram import Telegram

_VERSION_94 = 0x94
_TODAY_AT = 5
# MK Radio 3a: three bytes a month, newest first: both halves of its consumption in 100 litres
_MONTHS_AT, _MONTHS, _MONTH_BYTES = 8, 12, 3
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_mkradio3(telegram: Telegram) -> dict[str, JSON]:
    """Return the fields of an MK Radio 3 water meter.

    Raises
    ------
    DecoderLayoutBroken
        When bytes are missing or a date is none.

    """
    found = read_named("mkradio3", telegram)
    return {**found, "current_date": _today(telegram, found["prev_date"])}


def read_mkradio3a(telegram: Telegram) -> dict[str, JSON]:
    """Return the fields of an MK Radio 3a water meter: its register and twelve months.

    The newest month is the one of `target_date`. The third byte of a month is 0 wherever it
    was seen; another telegram is refused, since nobody has said what it means.

    Raises
    ------
    DecoderLayoutBroken
        When bytes are missing, a date is none or a month has a third byte.

    """
    found = read_named("mkradio3a", telegram)
    data, device = telegram.proprietary, telegram.device
    end = _MONTHS_AT + _MONTHS * _MONTH_BYTES
    if len(data) < end:
        raise DecoderLayoutBroken(device, f"has {len(data)} bytes and needs {end}")
    newest = date.fromisoformat(str(found["target_date"])).month
    for back, at in enumerate(range(_MONTHS_AT, end, _MONTH_BYTES)):
        first, second, third = data[at : at + _MONTH_BYTES]
        if third:
            raise DecoderLayoutBroken(device, f"has 0x{third:02X} behind a month")
        month = _MONTH_NAMES[(newest - 1 - back) % _MONTHS]
        found[f"last_{month}_m3"] = scaled(first + second, 1, 10)
    return {**found, "target_m3": found[f"last_{_MONTH_NAMES[newest - 1]}_m3"]}


def read_fhkvdataiii(telegram: Telegram) -> dict[str, JSON]:
    """Return the fields of an FHKV data III heat cost allocator.

    Raises
    ------
    DecoderLayoutBroken
        When bytes are missing or a date is none.

    """
    is_94 = telegram.address.version == _VERSION_94
    layout = layouts()["fhkvdataiii 94" if is_94 else "fhkvdataiii 69"]
    found = read_layout(layout, telegram.proprietary, telegram.device)
    return {**found, "current_date": _today(telegram, found["previous_date"])}


def read_tsd2(telegram: Telegram) -> dict[str, JSON]:
    """Return the state of a TSD2 smoke detector and its last billing day.

    A telegram without its date says so in its state: an alarm is not for throwing away.

    Raises
    ------
    DecoderLayoutBroken
        When the date is none.

    """
    if len(telegram.proprietary) < layouts()["tsd2"].size:
        return {"status": "DECODING_ERROR_payload", "prev_date": None}
    return dict(read_named("tsd2", telegram))


def _today(telegram: Telegram, billing_day: JSON) -> str:
    """Return today: four bits unknown, day, month; the first such day after the billing day."""
    last = date.fromisoformat(str(billing_day))
    number = int.from_bytes(telegram.proprietary[_TODAY_AT : _TODAY_AT + 2], "little")
    month, day = number >> 9 & 0x0F, number >> 4 & 0x1F
    year = last.year + ((month, day) <= (last.month, last.day))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        reason = f"has the day {day} of month {month} for today"
        raise DecoderLayoutBroken(telegram.device, reason) from None
