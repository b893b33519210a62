"""BFW 240 radio heat cost allocators: consumption, eighteen months and the date.

Reconstructed from six published telegrams of three allocators. The content is no row of
records, though its header says so.
"""

from collections.abc import Iterator
from datetime import date

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import JSON
from dalgu.devices.wmbus.encryption import MARKER
from dalgu.devices.wmbus.telegram import Telegram

_NEED_BYTES = 38
_DUE_DAY_AT, _NOW_AT, _MONTHS_AT, _DATE_AT = 2, 4, 8, 35  # numbers most significant byte first
_PAIR_BYTES = 3  # two months, the older first: low byte, upper halves of both, low byte


def read(telegram: Telegram) -> dict[str, JSON]:
    """Return the consumption now, at the due day and of eighteen months, and the date.

    Raises
    ------
    DecoderLayoutBroken
        When bytes are missing or the date is none.

    """
    data = telegram.proprietary.removeprefix(MARKER)
    if len(data) < _NEED_BYTES:
        reason = f"has {len(data)} bytes and needs {_NEED_BYTES}"
        raise DecoderLayoutBroken(telegram.device, reason)
    months = {f"prev_{nth:02}_hca": consumption for nth, consumption in enumerate(_months(data), 1)}
    return {
        "current_hca": int.from_bytes(data[_NOW_AT : _NOW_AT + 2], "big"),
        "prev_hca": int.from_bytes(data[_DUE_DAY_AT : _DUE_DAY_AT + 2], "big"),
        **months,
        "device_date": _day(data[_DATE_AT:_NEED_BYTES], telegram.device),
    }


def _months(data: bytes) -> Iterator[int]:
    """Yield the consumption of the months, newest first."""
    for at in range(_DATE_AT - _PAIR_BYTES, _MONTHS_AT - 1, -_PAIR_BYTES):
        older, halves, newer = data[at : at + _PAIR_BYTES]
        yield (halves & 0x0F) << 8 | newer
        yield (halves >> 4) << 8 | older


def _day(content: bytes, device: str) -> str:
    day, month, year = (f"{part:02x}" for part in content)
    try:
        return date.fromisoformat(f"20{year}-{month}-{day}").isoformat()
    except ValueError:
        raise DecoderLayoutBroken(device, f"has the bytes {content.hex()} for a date") from None
