"""Quandify CubicMeter 1.1: status reports, and answers to downlinks; little endian."""

import struct
from collections.abc import Callable

from dalgu.devices.codecs.native.reading import refused
from dalgu.hub.model import JSON

CODEC = "quandify-cubicmeter"
STATUS_PORT, RESPONSE_PORT = 1, 6
TYPES = {0: "ping", STATUS_PORT: "statusReport", RESPONSE_PORT: "response"}
STATUS = struct.Struct("<4xHI12xBBBBBB")  # error, litres, leak, two batteries, three temperatures
RESULTS = ("ok", "commandError", "payloadError", "valueError")
STATES = {3: "ready", 4: "pipeSelection", 5: "metering"}
PIPES = {
    0: "Custom",
    1: "Copper 15 mm",
    2: "Copper 18 mm",
    3: "Copper 22 mm",
    4: "Chrome 15 mm",
    5: "Chrome 18 mm",
    6: "Chrome 22 mm",
    7: "Pal 16 mm",
    8: "Pal 20 mm",
    9: "Pal 25 mm",
    14: "Pex 16 mm",
    15: "Pex 20 mm",
    16: "Pex 25 mm",
    17: "Distpipe",
}
NOT_SENSING = 0x8000
HARDWARE_BYTES, SETTINGS_BYTES, HEAD_BYTES = 35, 38, 3


def decode(payload: bytes, f_port: int | None) -> dict[str, JSON]:
    """Return the fields of a message; raise `CodecRefusal`."""
    decoded: dict[str, JSON] = {}
    if f_port == STATUS_PORT:
        decoded = _status(payload)
    elif f_port == RESPONSE_PORT:
        decoded = _response(payload)
    fields: dict[str, JSON] = {
        "fPort": f_port,
        "length": len(payload),
        "hexBytes": payload.hex().upper(),
        "decoded": decoded,
    }
    if f_port in TYPES:
        fields["type"] = TYPES[f_port]
    return fields


def _status(report: bytes) -> dict[str, JSON]:
    if len(report) != STATUS.size:
        raise refused(CODEC, f"Wrong payload length ({len(report)}), should be 28 bytes")
    error, total_l, leak, active, recovered, coldest, warmest, ambient = STATUS.unpack(report)
    return {
        "errorCode": error & 0x7FFF,
        "isSensing": not error & NOT_SENSING,
        "totalVolume": total_l,
        "leakState": leak,
        "batteryActive": 1800 + active * 8,  # mV
        "batteryRecovered": 1800 + recovered * 8,
        "waterTemperatureMin": coldest * 0.5 - 20,
        "waterTemperatureMax": warmest * 0.5 - 20,
        "ambientTemperature": ambient * 0.5 - 20,
    }


def _hardware(report: bytes) -> dict[str, JSON]:
    if len(report) != HARDWARE_BYTES:
        raise refused(CODEC, f"Wrong payload length ({len(report)}), should be 35 bytes")
    state, pipe = STATES.get(report[5]), PIPES.get(report[28])
    if state is None or pipe is None:
        raise refused(CODEC, f"Invalid app state ({report[5]}) or pipe index ({report[28]})")
    return {
        "firmwareVersion": f"{report[3]}.{report[2]}.{report[0] | report[1] << 8}",
        "hardwareVersion": report[4],
        "appState": state,
        "pipe": {"id": report[28], "type": pipe},
    }


def _settings(report: bytes) -> dict[str, JSON]:
    if len(report) != SETTINGS_BYTES:
        raise refused(CODEC, f"Wrong payload length ({len(report)}), should be 38 bytes")
    return {"lorawanReportInterval": int.from_bytes(report[5:9], "little")}


def _none(_report: bytes) -> dict[str, JSON]:
    return {}


_ANSWERS: dict[int, tuple[str, Callable[[bytes], dict[str, JSON]]]] = {
    0: ("none", _none),
    1: ("statusReport", _status),
    2: ("hardwareReport", _hardware),
    4: ("settingsReport", _settings),
}


def _response(payload: bytes) -> dict[str, JSON]:
    if len(payload) < HEAD_BYTES or payload[1] >= len(RESULTS) or payload[2] not in _ANSWERS:
        raise refused(CODEC, "Invalid response status or response type")
    name, read = _ANSWERS[payload[2]]
    return {
        "fPort": payload[0],
        "status": RESULTS[payload[1]],
        "type": name,
        "data": read(payload[HEAD_BYTES:]),
    }
