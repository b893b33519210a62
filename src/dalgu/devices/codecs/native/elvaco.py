"""Elvaco CMi4100 modules in heat meters: records of EN 13757-3 behind a byte that names the model.

A record is known by its first bytes (data and value information), which say what it measures and
the power of ten that divides it. The CMi4110 sends decimal digits, the others binary numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from dalgu.devices.codecs.native.reading import need, refused
from dalgu.hub.model import JSON

PORT = 2
LEAST_BYTES = 40
ENERGIES = 4  # registers of one meter: the total and three tariffs
EXTENDED_VIF = b"\xfd"


class Kind(Enum):
    """How the vendor's codec reads the bytes of a value."""

    BINARY = 1
    DIGITS = 2  # decimal digits, up to the first sign that is none
    SIGNED = 3  # binary, negative where the signs f0 stand in it
    REVERSED = 4  # the state of an error: 0


@dataclass(frozen=True, slots=True)
class Value:
    """One kind of record: the name of its field, its decimals, and the bytes of its value."""

    name: str
    decimals: int
    size: int
    kind: Kind = Kind.BINARY
    passed_over: int = 0  # bytes after the value


Records = dict[bytes, Value]


def _scale(first: bytes, count: int, value: Value) -> Records:
    """Return records of consecutive value codes, each a power of ten above the one before."""
    return {
        bytes((first[0], first[1] + n)): replace(value, decimals=value.decimals - n)
        for n in range(count)
    }


_TEMPERATURES = {
    **_scale(b"\x02\x58", 4, Value("flow_temperature", 3, 2)),
    **_scale(b"\x02\x5c", 4, Value("return_temperature", 3, 2)),
}
_POWERS = {
    **_scale(b"\x02\x2a", 6, Value("power", 4, 2)),
    **_scale(b"\x02\x3b", 5, Value("flow", 3, 2)),
}
_BINARY = {
    **_scale(b"\x04\x00", 8, Value("energy", 6, 4)),
    **_scale(b"\x04\x11", 7, Value("volume", 5, 4)),
    **_POWERS,
    **_TEMPERATURES,
    b"\x02\xfd\x17": Value("error_flag", 0, 2),
}
_CLOCK = {b"\x04\x6d": Value("datetime_heat_meter", 0, 4)}

CMI4110: Records = {
    **_scale(b"\x0c\x06", 2, Value("energy", 0, 4, Kind.DIGITS)),
    **_scale(b"\x0c\x14", 3, Value("volume", 2, 4, Kind.DIGITS)),
    b"\x0c\x78": Value("serial", 0, 4, Kind.DIGITS),
    **_scale(b"\x0b\x2a", 6, Value("power", 4, 3, Kind.DIGITS)),
    **_scale(b"\x0b\x3b", 5, Value("flow", 3, 3, Kind.SIGNED)),
    **_scale(b"\x0a\x5a", 2, Value("flow_temperature", 1, 2, Kind.DIGITS)),
    **_scale(b"\x0a\x5e", 2, Value("return_temperature", 1, 2, Kind.DIGITS)),
    b"\x02\xfd\x17": Value("error_flag", 0, 2, Kind.DIGITS),
}
CMI4130: Records = {
    **_BINARY,
    **_CLOCK,
    b"\x0c\x78": Value("serial", 0, 4),
    **_scale(b"\x32\x2a", 6, Value("power", 0, 2, Kind.REVERSED)),
    **_scale(b"\x32\x3b", 5, Value("flow", 0, 2, Kind.REVERSED)),
}
CMI4140: Records = {
    **_BINARY,
    **_scale(b"\x04\x10", 1, Value("volume", 6, 4)),
    **_scale(b"\x02\x29", 1, Value("power", 5, 2)),
    **_scale(b"\x02\x39", 2, Value("flow", 5, 2)),
    b"\x02\xfd\x17": Value("error_flag", 0, 2, Kind.DIGITS),
    b"\x04\xfd\x17": Value("error_flag", 0, 4, Kind.DIGITS),
    b"\x04\x6d": Value("datetime_heat_meter", 0, 4, Kind.DIGITS),
    b"\x0c\x78": Value("serial", 0, 4, Kind.DIGITS),
}
CMI4111: Records = {  # of Landis+Gyr T230
    **CMI4140,
    **_CLOCK,
    b"\x02\xfd\x17": Value("error_flag", 0, 2),
    b"\x04\xfd\x17": Value("error_flag", 0, 4),
}
CMI4160: Records = {
    **_BINARY,
    **_CLOCK,
    b"\x01\xfd\x17": Value("error_flag", 0, 1),
    b"\x07\x79": Value("serial", 0, 4, Kind.DIGITS, passed_over=4),
}


def decoder(
    codec: str, models: Mapping[int, Records]
) -> Callable[[bytes, int | None], dict[str, JSON]]:
    """Return the decoder of a model by its records for each first byte; raises `CodecRefusal`."""

    def decode(payload: bytes, f_port: int | None) -> dict[str, JSON]:
        if f_port != PORT:
            raise refused(codec, "unknown FPort")
        need(codec, payload, LEAST_BYTES)
        records = models.get(payload[0])
        if records is None:
            raise refused(codec, "Payload type unknown, currently standard format supported")
        fields: dict[str, JSON] = {}
        at, energies, size = 1, 0, len(payload)
        while at < size:
            start = at + (3 if payload[at + 1 : at + 2] == EXTENDED_VIF else 2)
            value = records.get(payload[at:start])
            if value is None:
                raise refused(codec, f"Unknown dif and vif {payload[at:start].hex()}")
            name, at = value.name, start + value.size
            need(codec, payload, at)
            if name == "energy" and records is CMI4110:
                name = _energy(codec, energies)
                energies += 1
            fields[name] = _number(value, payload[start:at])
            at += value.passed_over
        return fields

    return decode


def _energy(codec: str, before: int) -> str:
    if before >= ENERGIES:
        raise refused(codec, "more than 4 energy registers")
    return f"energy_tariff_{before}" if before else "energy"


def _number(value: Value, raw: bytes) -> float | None:
    number: float | None
    if value.kind is Kind.BINARY:
        number = int.from_bytes(raw, "little")
    elif value.kind is Kind.DIGITS:
        number = _digits(raw[::-1].hex())
    elif value.kind is Kind.SIGNED:
        text = raw[::-1].hex()
        number = -int(text.replace("f0", "", 1), 16) if "f0" in text else int(text, 16)
    else:
        return 0
    if number is None or not value.decimals:
        return number
    return number / 10.0**value.decimals


def _digits(text: str) -> int | None:
    """Return the decimal number that a text begins with (ECMA-262 `parseInt`), if there is one."""
    if text.isdecimal():
        return int(text)
    end = next(index for index, sign in enumerate(text) if not sign.isdecimal())
    return int(text[:end]) if end else None
