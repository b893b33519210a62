"""Kamstrup flowIQ 2200: unencrypted M-Bus records with an hourly profile of registers.

The profile is the inverse compact one of EN 13757-3:2018 annex F: the newest register, its
instant, and what to take off for each hour before it.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from dalgu.devices.codecs.native import mbus
from dalgu.devices.codecs.native.reading import instant_text, need, refused
from dalgu.hub.model import JSON

CODEC = "kamstrup-flowiq2200"
HEADER_BYTES = {0x78: 1, 0x7A: 5, 0x72: 13}  # EN 13757-7: none, short, long
SECURITY_MODE = 0x1F
INFOCODES = (
    *("Dry", "Reverse", "Leak", "Burst", "Tamper", "Low Battery"),
    *("Low Ambient Temperature", "High Ambient Temperature"),
)
FUNCTIONS = ("", "Max ", "Min ", "Error state ")
MANUFACTURER_VIF = 0xFF
OWN = {0x25: "Infocode", 0x1C: "ALD last day", 0x16: "Module type/config number", 0x1B: "ALD"}
INFOCODE = 0x25
ALD_UNKNOWN = 4095
REVERSE = 0x3C
STEPS_S = (1, 60, 3_600, 86_400)
LONGEST_STEP = 250
Row = dict[str, JSON]
Read = Callable[[bytes], int | None]
INCREMENTS, SIGNED_DIFFERENCE = 2, 3
SIZES = {1: "B", 2: "H", 4: "I"}  # bytes of a value of a profile
LONGEST_NUMBER = 6
DATE_NAME = "Date/time"


def _decades(
    first: int, count: int, lowest: int, name: str, unit: str
) -> dict[int, tuple[str, str, int]]:
    return {first + n: (name, unit, lowest + n) for n in range(count)}


# EN 13757-3:2018 table 10: name, unit, power of ten
QUANTITIES = {
    **_decades(0x10, 8, -6, "Volume", "m3"),
    **_decades(0x38, 8, -6, "Volume flow", "m3/h"),
    **_decades(0x58, 4, -3, "Flow temperature", "C"),
    **_decades(0x64, 4, -3, "External temperature", "C"),
}


def _date(raw: bytes) -> int | None:
    return mbus.date_only(CODEC, raw)


def _date_and_time(raw: bytes) -> int | None:
    return mbus.date_and_time(CODEC, raw)


DATES: dict[int, tuple[int, Read]] = {0x6C: (2, _date), 0x6D: (4, _date_and_time)}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a record measures: in units of a power of ten, read from its bytes by `read`."""

    name: str
    unit: str
    exponent: int
    read: Read


class Record(NamedTuple):
    """One record: its value as a whole number, `None` where it is none, or its profile in `raw`."""

    head: mbus.Head
    meaning: Meaning
    raw: bytes
    value: int | None


def decode(payload: bytes, f_port: int | None) -> dict[str, JSON]:
    """Return the fields of a frame; raise `CodecRefusal`."""
    records = _records(payload)
    instants = {
        one.head.storage: one.value
        for one in records
        if one.meaning.name == DATE_NAME and one.value is not None
    }
    rows: list[Row] = []
    fields: dict[str, JSON] = {"values": rows}
    for record in records:
        name = record.meaning.name
        if name == DATE_NAME:
            continue
        at_s = instants.get(record.head.storage)
        at = None if at_s is None else instant_text(at_s)
        if record.head.data_field == mbus.VARIABLE:
            rows += _profile(record, records, at_s)
        elif name.endswith("Infocode") and record.value is not None:
            rows += [
                {
                    "Type": flag,
                    "Value": bool(record.value >> bit & 1),
                    "Unit": "NA",
                    "Timestamp": at,
                }
                for bit, flag in enumerate(INFOCODES)
            ]
        else:
            rows.append(_row(record, at))
            if name == "Volume":
                fields["latestVolume"] = rows[-1]["Value"]
    return fields


def _records(payload: bytes) -> list[Record]:
    need(CODEC, payload, 1)
    at, end = HEADER_BYTES.get(payload[0], 0), len(payload)
    if not at:
        raise refused(CODEC, "Invalid uplink payload: Invalid CI in TPL layer")
    need(CODEC, payload, at)
    if at > 1 and payload[at - 1] & SECURITY_MODE:
        raise refused(CODEC, "Invalid uplink payload: MBus TPL encryption is not supported")
    records = []
    while at < end:
        if payload[at] == mbus.FILLER:
            at += 1
            continue
        head, start = mbus.read_head(CODEC, payload, at)
        meaning = _meaning(head)
        at = start + head.size
        if head.data_field == mbus.VARIABLE and at <= end:
            at, start = at + payload[start], at
        if at > end:
            raise refused(CODEC, "Invalid uplink payload: Not enough bytes for datafield")
        raw = payload[start:at]
        records.append(Record(head, meaning, raw, meaning.read(raw)))
    return records


@lru_cache(maxsize=1_024)  # meters of one kind send the same heads
def _meaning(head: mbus.Head) -> Meaning:
    """Return what a record measures and how its value is read; raise `CodecRefusal`."""
    if head.data_field == mbus.SPECIAL or head.size > LONGEST_NUMBER:
        raise refused(CODEC, "Invalid uplink payload: Unsupported special DIF function")
    function = FUNCTIONS[head.dif >> 4 & 3]
    if head.vif == MANUFACTURER_VIF:
        name = OWN.get(head.vifes[0])
        if name is None:
            raise refused(CODEC, "Invalid uplink payload: Unsupported VIB")
        read = _bits if head.vifes[0] == INFOCODE else _unsigned
        return Meaning(function + name, "NA", 0, _reader(head, read))
    code, prefix = head.vif & 0x7F, function + _prefix(head)
    if code in DATES:
        size, read_date = DATES[code]
        if head.size != size or head.data_field in mbus.BCD_FIELDS:
            raise refused(CODEC, f"a date of {head.size} bytes is not known")
        return Meaning(f"{prefix}Date/time", "NA", 0, read_date)
    quantity = QUANTITIES.get(code)
    if quantity is None:
        raise refused(CODEC, "Invalid uplink payload: Unsupported VIB")
    name, unit, exponent = quantity
    return Meaning(prefix + name, unit, exponent, _reader(head, _signed))


def _reader(head: mbus.Head, read: Read) -> Read:
    if head.data_field == mbus.VARIABLE:
        return _none
    return mbus.digits if head.data_field in mbus.BCD_FIELDS else read


def _prefix(head: mbus.Head) -> str:
    if not head.vifes or head.vifes[0] == mbus.INVERSE_COMPACT_PROFILE:
        return ""
    if head.vifes[0] != REVERSE:
        raise refused(CODEC, "Invalid uplink payload: Unsupported VIB")
    return "Reverse "


def _none(_raw: bytes) -> int | None:
    return None


def _signed(raw: bytes) -> int | None:
    value = int.from_bytes(raw, "little", signed=True)
    return None if raw and value == -1 << (8 * len(raw) - 1) else value


def _unsigned(raw: bytes) -> int | None:
    value = int.from_bytes(raw, "little")
    return None if raw and value == (1 << 8 * len(raw)) - 1 else value


def _bits(raw: bytes) -> int | None:
    return int.from_bytes(raw, "little")


def _row(record: Record, at: str | None) -> Row:
    meaning, value = record.meaning, record.value
    if value is None or (value == ALD_UNKNOWN and meaning.name == "ALD last day"):
        return {"Type": meaning.name, "Value": None, "Unit": "Invalid", "Timestamp": at}
    number = _scaled(value, meaning.exponent)
    return {"Type": meaning.name, "Value": number, "Unit": meaning.unit, "Timestamp": at}


def _scaled(value: int, exponent: int) -> float:
    """Return a whole number times a power of ten, to the nearest double."""
    return float(value * 10**exponent) if exponent >= 0 else value / 10**-exponent


def _profile(record: Record, records: list[Record], at_s: int | None) -> list[Row]:
    """Return the rows of a profile, newest first, up to the first value that is none."""
    if not record.head.vifes or record.head.vifes[0] != mbus.INVERSE_COMPACT_PROFILE:
        raise refused(CODEC, "Invalid uplink payload: LVAR that is no profile is not supported")
    base = next((one.value for one in records if _is_base(one, record)), None)
    if base is None:
        raise refused(CODEC, "Could not find base value for profile data")
    if at_s is None:
        raise refused(CODEC, "Could not find base time for profile data")
    step_s, deltas = _deltas(record.raw)
    registers = accumulate(deltas, initial=base)
    next(registers)
    instants = _instants_before(at_s, step_s, len(deltas))
    meaning = record.meaning
    name, unit, exponent = meaning.name, meaning.unit, meaning.exponent
    divisor = 10**-exponent if exponent < 0 else 0
    return [
        {
            "Type": name,
            "Value": value / divisor if divisor else value * 10**exponent,
            "Unit": unit,
            "Timestamp": at,
        }
        for value, at in zip(registers, instants, strict=True)
    ]


@lru_cache(maxsize=4_096)  # meters of a city date their registers by the same hours
def _instants_before(at_s: int, step_s: int, count: int) -> tuple[str, ...]:
    return tuple(instant_text(at_s - age * step_s) for age in range(1, count + 1))


def _deltas(profile: bytes) -> tuple[int, list[int]]:
    """Return the seconds between the values of a profile, and the steps from the newest back."""
    need(CODEC, profile, 3)
    control, spacing, packed = profile[0], profile[1], profile[2:]
    size, mode = control & 15, control >> 6
    if size not in SIZES or not mode or not 0 < spacing <= LONGEST_STEP or len(packed) % size:
        raise refused(CODEC, "Could not parse Inverse Compact Profile")
    is_signed = mode == SIGNED_DIFFERENCE
    code = SIZES[size].lower() if is_signed else SIZES[size]
    unknown = -(1 << 8 * size - 1) if is_signed else (1 << 8 * size) - 1
    deltas = list(struct.unpack(f"<{len(packed) // size}{code}", packed))
    if unknown in deltas:
        del deltas[deltas.index(unknown) :]
    if mode != INCREMENTS:
        deltas = [-delta for delta in deltas]
    return spacing * STEPS_S[control >> 4 & 3], deltas


def _is_base(one: Record, profile: Record) -> bool:
    return (
        one.head.data_field != mbus.VARIABLE
        and one.head.storage == profile.head.storage
        and one.meaning.name == profile.meaning.name
        and one.meaning.exponent == profile.meaning.exponent
    )
