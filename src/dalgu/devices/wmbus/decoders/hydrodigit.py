"""B METERS Hydrodigit: what stands behind the register and the clock of the water meter.

The first byte tells which fields follow. The fields are those of the maker's "Hydrodigit user
manual v1.4.3", pages 12 to 14; which bit stands for which, the order and the voltages are
reconstructed from six published telegrams, whose firmware differs from the manual.
"""

from datetime import date

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import JSON, scaled
from dalgu.devices.wmbus.quantities import Meaning, Quantity
from dalgu.devices.wmbus.records import read_header
from dalgu.devices.wmbus.telegram import Telegram

_BATTERY, _FRAUD, _BACKFLOW, _OTHER_MONTHS, _MONTHS, _LEAK = 0x01, 0x02, 0x04, 0x08, 0x10, 0x80
_NOT_SEEN = 0x60
_CONTENTS = (
    (_BACKFLOW, "BACKFLOW"),
    (_BATTERY, "BATTERY_VOLTAGE"),
    (_FRAUD, "FRAUD_DATE"),
    (_LEAK, "LEAK_DATE"),
    (_MONTHS, "MONTHLY_DATA"),
)
_VOLTAGES_V = {0x0: 3.7, 0xA: 3.05, 0xB: 3.2, 0xE: 3.7, 0xF: 3.7}  # by the low four bits
_FRAUDS = ((0x40, "REVERSE_FLOW"), (0x20, "OVERFLOW"))  # manual: upper half of the month
_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NO_MONTH = b"\xff\xff\xff"


class _Bytes:
    """The bytes behind the register, taken one field after the other."""

    def __init__(self, data: bytes, device: str) -> None:
        self._data, self._device, self._at = data, device, 0

    def take(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        if len(found) < size:
            raise DecoderLayoutBroken(self._device, f"has {len(self._data)} bytes and needs more")
        self._at += size
        return found


def read(telegram: Telegram) -> dict[str, JSON]:
    """Return the fields that the meter has put behind its register.

    Raises
    ------
    DecoderLayoutBroken
        When bytes are missing, a date or a voltage is none, or fields are announced that no
        published telegram has.

    """
    device = telegram.device
    data = _Bytes(telegram.proprietary, device)
    kinds = data.take(1)[0]
    if kinds & _NOT_SEEN or (kinds & _MONTHS and kinds & _OTHER_MONTHS):
        raise DecoderLayoutBroken(device, f"announces the unknown fields 0x{kinds:02X}")
    found: dict[str, JSON] = {"contents": _contents(kinds)}
    if kinds & _BATTERY:
        found["voltage_v"] = _voltage(data.take(1)[0], device)
    if kinds & _FRAUD:
        found |= _fraud(data.take(4), device)
    if kinds & _LEAK:
        found["leak_date"] = _day(data.take(3), device)
    if kinds & _BACKFLOW:
        found["backflow_m3"] = int.from_bytes(data.take(4), "little") / 1_000
    if kinds & _MONTHS:
        unit = _unit(telegram)
        found |= {f"{month}_total_m3": _month(data.take(3), unit) for month in _MONTH_NAMES}
    return found


def _contents(kinds: int) -> str:
    return " ".join(word for bit, word in _CONTENTS if kinds & bit)


def _voltage(code: int, device: str) -> float:
    voltage = _VOLTAGES_V.get(code & 0x0F)
    if voltage is None:
        raise DecoderLayoutBroken(device, f"has the unknown voltage 0x{code:02X}")
    return voltage


def _fraud(content: bytes, device: str) -> dict[str, JSON]:
    kinds = content[1] & 0xF0
    words = [word for bit, word in _FRAUDS if kinds & bit]
    day = _day(bytes((content[0], content[1] & 0x1F, content[2])), device)
    return {"fraud_date": day, "fraud_type": " ".join(words) or "NO_TYPE_INFO"}


def _day(content: bytes, device: str) -> str | None:
    """Return the day in two digits each of year, month and day; None where there is none."""
    if not any(content):
        return None
    year, month, day = (f"{part:02x}" for part in content)
    try:
        return date.fromisoformat(f"20{year}-{month}-{day}").isoformat()
    except ValueError:
        raise DecoderLayoutBroken(device, f"has the bytes {content.hex()} for a date") from None


def _unit(telegram: Telegram) -> Meaning:
    """Return the unit of the register; months count ten of it (manual, page 13)."""
    for record in telegram.records:
        if record.quantity is Quantity.VOLUME:
            return read_header(record.header).meaning
    raise DecoderLayoutBroken(telegram.device, "follows no register")


def _month(content: bytes, unit: Meaning) -> float:
    # A month that was not yet reached is shown as 0, as its meter's display does.
    number = 0 if content == _NO_MONTH else int.from_bytes(content, "little")
    return scaled(10 * number, unit.factor, unit.divisor)
