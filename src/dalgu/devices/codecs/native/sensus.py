"""Sensus iPERL: OMS records in plain text with an hourly profile of registers.

Volumes, instants and the inverse compact profile (EN 13757-3:2018 annex F) are read; a frame
with other records is the vendor's codec's to read.
"""

import struct
from functools import lru_cache
from itertools import accumulate, count
from operator import sub

from dalgu.devices.codecs.native import mbus
from dalgu.devices.codecs.native.reading import clock_text, need, refused
from dalgu.hub.model import JSON

CODEC = "sensus-iperl"
PORTS = frozenset((20, 21, 22))
SHORT_HEADER = 0x7A
HEADER_BYTES = 5
SECURITY_MODE = 0x1F
VOLUMES = range(0x10, 0x18)
DATE_AND_TIME = 0x6D
SIGNED_TWO_BYTES = 0xC2  # spacing control of annex F without its unit
STEPS_S = (1, 60, 3_600, 86_400)  # by that unit
LONGEST_STEP = 250
WHOLE_NUMBERS = frozenset((1, 2, 3, 4, 6)) | mbus.BCD_FIELDS
# OMS Specification Volume 2, annex: each alarm is of all these bits of the status byte
ALARMS = (
    (0x04, "LOW_BATTERY"),
    (0x90, "LEAKAGE"),
    (0x50, "MAGNETIC_TAMPERING"),
    (0x48, "HW_SW_ERROR"),
    (0x30, "SENSOR_OUT_OF_RANGE"),
    (0x90, "BROKEN_PIPE"),
    (0x30, "EMPTY_PIPE"),
)
Row = dict[str, JSON]


def decode(payload: bytes, f_port: int | None) -> dict[str, JSON]:
    """Return the fields of a frame; raise `CodecRefusal`."""
    if f_port not in PORTS:
        raise refused(CODEC, f"unsupported fPort {f_port}")
    need(CODEC, payload, HEADER_BYTES)
    if payload[0] != SHORT_HEADER or payload[4] & SECURITY_MODE:
        raise refused(CODEC, "the header is no short one of an unencrypted frame")
    status = payload[2]
    return {
        "identificationNo": None,
        "manufacturer": None,
        "manufacturerCode": None,
        "version": None,
        "device": None,
        "accessNo": payload[1],
        "status": status,
        "config": payload[3] | payload[4] << 8,
        "records": _records(payload),
        "alarms": [name for bits, name in ALARMS if status & bits == bits],
    }


def _records(payload: bytes) -> list[Row]:
    records: list[Row] = []
    values: dict[int, int] = {}
    instants: dict[int, int] = {}
    at = HEADER_BYTES
    while at < len(payload):
        if payload[at] == mbus.FILLER:
            at += 1
            continue
        head, start = mbus.read_head(CODEC, payload, at)
        size = head.size
        is_profile = head.data_field == mbus.VARIABLE
        if is_profile:
            need(CODEC, payload, start + 1)
            start, size = start + 1, payload[start]
        need(CODEC, payload, start + size)
        raw = payload[start : start + size]
        at = start + size
        if is_profile:
            records.append(_profile(head, raw, values, instants))
        elif head.vif == DATE_AND_TIME and head.data_field == 4:
            records.append(_instant(head, raw, instants))
        else:
            records.append(_volume(head, raw, values))
    return records


def _volume(head: mbus.Head, raw: bytes, values: dict[int, int]) -> Row:
    if head.vif not in VOLUMES or head.data_field not in WHOLE_NUMBERS:
        raise refused(CODEC, f"a record with value information {head.vif:#x} is not known")
    if head.data_field in mbus.BCD_FIELDS:
        value = mbus.digits(raw)
        if value is None:
            raise refused(CODEC, "a register has signs that are no digits")
    else:
        value = int.from_bytes(raw, "little", signed=True)
    values.setdefault(head.storage, value)
    row = _template(head, "VOLUME", "M3", "m^3").copy()
    row["value"] = value
    row["scaledValue"] = value * 10.0 ** row["exponent"]
    return row


def _instant(head: mbus.Head, raw: bytes, instants: dict[int, int]) -> Row:
    at_s = mbus.date_and_time(CODEC, raw)
    if at_s is None:
        raise refused(CODEC, "an instant is marked invalid")
    instants[head.storage] = at_s
    row = _template(head, "TIME_POINT", "DATETIME", None).copy()
    row["value"], row["strValue"] = at_s, clock_text(at_s)
    return row


def _profile(head: mbus.Head, raw: bytes, values: dict[int, int], instants: dict[int, int]) -> Row:
    """Return a record with its registers, oldest first."""
    base, at_s = values.get(head.storage), instants.get(head.storage)
    is_known = head.vif & 0x7F in VOLUMES and head.vifes == (mbus.INVERSE_COMPACT_PROFILE,)
    if not is_known or base is None or at_s is None:
        raise refused(CODEC, "a profile has no register or no instant to begin at")
    row = _template(head, "VOLUME", "M3", "m^3").copy()
    factor = 10.0 ** row["exponent"]
    step_s = _step_s(raw)
    deltas = struct.unpack(f"<{len(raw) // 2 - 1}h", raw[2:])
    registers = accumulate(deltas, sub, initial=base)
    rows = [
        {
            "timestamp": at,
            "value": value,
            "scaledValue": value * factor,
            "storage": storage,
        }
        for at, storage, value in zip(count(at_s, -step_s), count(head.storage), registers)
    ]
    rows.reverse()
    row["isCompactProfile"], row["values"] = True, rows
    return row


def _step_s(raw: bytes) -> int:
    """Return the time between the values of a profile of two-byte signed differences."""
    is_known = len(raw) >= 2 and raw[0] & 0xCF == SIGNED_TWO_BYTES
    if not is_known or len(raw) % 2 or not 1 <= raw[1] <= LONGEST_STEP:
        raise refused(CODEC, "the spacing of a profile is not known")
    return raw[1] * STEPS_S[raw[0] >> 4 & 3]


@lru_cache(maxsize=1_024)  # meters of one kind send the same heads
def _template(head: mbus.Head, kind: str, unit: str, symbol: str | None) -> Row:
    """Return a record without its value."""
    dif, tariff, sub_unit = head.dif, 0, 0
    for n, byte in enumerate(head.extensions):
        dif |= byte << 8 * (n + 1)
        tariff |= (byte >> 4 & 3) << 2 * n
        sub_unit |= (byte >> 6 & 1) << n
    return {
        "dif": dif,
        "storage": head.storage,
        "tariff": tariff,
        "subUnit": sub_unit,
        "function": head.dif >> 4 & 3,
        "vif": head.vif & 0x7F,
        "vifType": kind,
        "value": None,
        "scaledValue": None,
        "strValue": None,
        "unit": unit,
        "symbol": symbol,
        "exponent": (head.vif & 7) - 6 if kind == "VOLUME" else 0,
        "isCompactProfile": None,
        "values": None,
    }
