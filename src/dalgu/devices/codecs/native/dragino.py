"""Dragino SW3L flow sensor: pulses on port 2, its log on 3, its settings on 4 and 5; big endian."""

import struct

from dalgu.devices.codecs.native.reading import clock_text, need, one_decimal, refused
from dalgu.hub.model import JSON

CODEC = "dragino-sw3l"
FLOW = struct.Struct(">BIBxi")  # flags, pulses, mode, instant
LOGGED = struct.Struct(">BBxIi")
PULSES_PER_LITRE = {2: 60, 1: 360}
PULSES_PER_LITRE_ELSE = 450
BANDS = (
    *("EU868", "US915", "IN865", "AU915", "KZ865", "RU864", "AS923", "AS923_1", "AS923_2"),
    *("AS923_3", "CN470", "EU433", "KR920", "MA869"),
)
ALARM = 0x02
MODEL = 0x11
NO_SUB_BAND = 0xFF
INTERVAL_MODE = 1


def decode(payload: bytes, f_port: int | None) -> dict[str, JSON]:
    """Return the fields of a message; raise `CodecRefusal`."""
    read = {2: _flow, 3: _log, 4: _timers, 5: _device}.get(f_port or 0)
    if read is None:
        raise refused(CODEC, "unknown FPort")
    return read(payload)


def _flow(payload: bytes) -> dict[str, JSON]:
    need(CODEC, payload, FLOW.size)
    flags, pulses, mode, at_s = FLOW.unpack_from(payload)
    return {
        "MOD": mode,
        "Calculate_flag": flags >> 2,
        "Alarm": "TRUE" if flags & ALARM else "FALSE",
        "Water_flow_value": one_decimal(pulses / _pulses_per_litre(flags >> 2)),
        "Last_pulse" if mode == INTERVAL_MODE else "Total_pulse": pulses,
        "Data_time": clock_text(at_s),
    }


def _log(payload: bytes) -> dict[str, JSON]:
    if not payload or len(payload) % LOGGED.size:
        raise refused(CODEC, f"a log of {len(payload)} bytes has no whole entries")
    entries = []
    for flags, mode, pulses, at_s in LOGGED.iter_unpack(payload):
        litres = one_decimal(pulses / _pulses_per_litre(flags >> 2))
        alarm = "TRUE" if flags & ALARM else "FALSE"
        entries.append(f"[{alarm},{flags >> 2},{mode},{pulses},{litres:.1f},{clock_text(at_s)}],")
    return {"DATALOG": "".join(entries)}


def _timers(payload: bytes) -> dict[str, JSON]:
    need(CODEC, payload, 7)
    return {
        "TDC": int.from_bytes(payload[:3], "big"),
        "Stop_Timer": payload[4],
        "Alarm_Timer": int.from_bytes(payload[5:7], "big"),
    }


def _device(payload: bytes) -> dict[str, JSON]:
    need(CODEC, payload, 7)
    fields: dict[str, JSON] = {
        "SUB_BAND": "NULL" if payload[4] == NO_SUB_BAND else payload[4],
        "FIRMWARE_VERSION": f"{payload[1] & 15}.{payload[2] >> 4}.{payload[2] & 15}",
        "BAT": int.from_bytes(payload[5:7], "big") / 1000,
    }
    if payload[0] == MODEL:
        fields["SENSOR_MODEL"] = "SW3L"
    if 0 < payload[3] <= len(BANDS):
        fields["FREQUENCY_BAND"] = BANDS[payload[3] - 1]
    return fields


def _pulses_per_litre(flag: int) -> int:
    return PULSES_PER_LITRE.get(flag, PULSES_PER_LITRE_ELSE)
