"""Acrios ACR-CV-101L-M: bridges that send on the answer of a wired M-Bus meter.

byte  0   number of the fragment, byte 1 how many; only whole answers are read
then      a long frame of EN 13757-2 with the fixed data structure of EN 13757-3, or with the
          variable one as far as it holds volumes in whole numbers or decimal digits
"""

import struct

from dalgu.devices.codecs.native import mbus
from dalgu.devices.codecs.native.reading import need, refused
from dalgu.hub.model import JSON

CODEC = "acrios-mbus"
WHOLE = b"\x01\x01"
START, STOP = 0x68, 0x16
FRAME_OVERHEAD_BYTES = 6
FIXED, VARIABLE = 0x73, 0x72
FIXED_BODY = struct.Struct("<4sBBBB4s4s")
VARIABLE_HEAD = struct.Struct("<4sHBBBBH")
BINARY_COUNTERS = 0x01
AT_FIXED_DATE = 0x02
STATUS = ((0x04, "Power Low"), (0x08, "Permanent Error"), (0x10, "Temporary Error"))
APPLICATION = {1: "Application Busy", 2: "Application Error"}
VOLUME_UNITS = ("ml", "l", "m³")
FIRST_VOLUME_UNIT, LAST_VOLUME_UNIT = 0x26, 0x2E
SAME_BUT_HISTORIC = 0x3E
WATER = 7
FIXED_MEDIA = {6: "Hot water meter", WATER: "Water meter"}
MEDIA = {6: "Warm water meter", WATER: "Water meter", 22: "Cold water meter"}
VOLUMES = range(0x10, 0x18)
FUNCTIONS = ("Instantaneous", "Maximum", "Minimum", "During error state")
Row = dict[str, JSON]


def decode(payload: bytes, f_port: int | None) -> dict[str, JSON]:
    """Return the fields of a message; raise `CodecRefusal`."""
    if payload[:2] != WHOLE:
        raise refused(CODEC, "Fragmentation not supported")
    frame = payload[2:].lstrip(b"\xff")
    need(CODEC, frame, FRAME_OVERHEAD_BYTES + 3)
    size = len(frame) - FRAME_OVERHEAD_BYTES
    if frame[:4] != bytes((START, size, size, START)) or frame[-1] != STOP:
        raise refused(CODEC, "No start, no stop or wrong length of the frame")
    if sum(frame[4:-2]) & 0xFF != frame[-2]:
        raise refused(CODEC, "Check sum failed")
    fields: dict[str, JSON] = {
        "len": len(frame),
        "type": "Data",
        "l": size,
        "c": frame[4],
        "a": frame[5],
        "ci": frame[6],
    }
    body = frame[7:-2]
    if frame[6] == FIXED:
        return fields | _fixed(body)
    if frame[6] == VARIABLE:
        return fields | _variable(body)
    raise refused(CODEC, f"control information {frame[6]:#x} is no answer with data")


def _fixed(body: bytes) -> dict[str, JSON]:
    if len(body) != FIXED_BODY.size:
        raise refused(CODEC, "Premature end of data")
    number, access, status, first, second, present, historic = FIXED_BODY.unpack(body)
    medium = first >> 6 | second >> 4 & 0x0C
    if medium not in FIXED_MEDIA:
        raise refused(CODEC, f"medium {medium} is not water")
    unit, factor = _unit(first & 63)
    same = second & 63 == SAME_BUT_HISTORIC
    other, other_factor = (unit, factor) if same else _unit(second & 63)
    binary = bool(status & BINARY_COUNTERS)
    return {
        "errors": _errors(status),
        "fixed": True,
        "id": _number(number, binary=False),
        "accessN": access,
        "status": status,
        "cStored": "At fixed date" if status & AT_FIXED_DATE else "Actual",
        "deviceCode": medium,
        "deviceType": FIXED_MEDIA[medium],
        "data": [
            _counter(0, 0, _number(present, binary=binary) * factor, unit),
            _counter(1, int(same), _number(historic, binary=binary) * other_factor, other),
        ],
    }


def _unit(code: int) -> tuple[str, int]:
    """Return the unit of a counter and its factor (EN 13757-3, fixed data structure)."""
    if not FIRST_VOLUME_UNIT <= code <= LAST_VOLUME_UNIT:
        raise refused(CODEC, f"unit {code:#x} of a counter is no volume")
    step = code - FIRST_VOLUME_UNIT
    return VOLUME_UNITS[step // 3], 10 ** (step % 3)


def _counter(index: int, storage: int, value: int, unit: str) -> Row:
    return {"id": index, "storage": storage, "func": FUNCTIONS[0], "value": value, "unit": unit}


def _number(raw: bytes, *, binary: bool) -> int:
    value = int.from_bytes(raw, "little", signed=True) if binary else mbus.digits(raw)
    if value is None:
        raise refused(CODEC, "a number has signs that are no digits")
    return value


def _variable(body: bytes) -> dict[str, JSON]:
    need(CODEC, body, VARIABLE_HEAD.size)
    number, maker, version, medium, access, status, _ = VARIABLE_HEAD.unpack_from(body)
    if medium not in MEDIA:
        raise refused(CODEC, f"medium {medium} is not water")
    rows: list[Row] = []
    at = VARIABLE_HEAD.size
    while at < len(body):
        row, at = _record(body, at, len(rows))
        rows.append(row)
    errors = [APPLICATION[status & 3]] if status & 3 in APPLICATION else []
    letters = (maker >> 10, maker >> 5, maker)
    return {
        "errors": errors + _errors(status),
        "fixed": False,
        "id": _number(number, binary=False),
        "manId": "".join(chr((letter & 31) + 64) for letter in letters),
        "version": version,
        "deviceCode": medium,
        "deviceType": MEDIA[medium],
        "accessN": access,
        "status": status,
        "data": rows,
    }


def _record(body: bytes, at: int, index: int) -> tuple[Row, int]:
    """Return a volume as a row, and where the next record begins."""
    head, start = mbus.read_head(CODEC, body, at)
    field = head.data_field
    if head.vif not in VOLUMES or head.extensions or field not in {1, 2, 3, 4, 9, 10, 11, 12}:
        raise refused(CODEC, f"a record with value information {head.vif:#x} is not known")
    end = start + head.size
    need(CODEC, body, end)
    raw = body[start:end]
    value = _number(raw, binary=field not in mbus.BCD_FIELDS)
    row: Row = {
        "id": index,
        "dif": [head.dif],
        "vif": [head.vif],
        "type": "Volume",
        "unit": "m³",
        "value": _scaled(value, (head.vif & 7) - 6),
        "rawValue": list(raw),
        "func": FUNCTIONS[head.dif >> 4 & 3],
        "storage": head.storage,
    }
    return row, end


def _scaled(value: int, exponent: int) -> float:
    return float(value * 10**exponent) if exponent >= 0 else value / 10**-exponent


def _errors(status: int) -> list[str]:
    return [name for bit, name in STATUS if status & bit]
