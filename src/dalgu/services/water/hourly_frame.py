"""The hourly frame: one radio message that carries a day of hourly registers.

A LoRaWAN payload of our own (public Korean meters have vendor frames only), shaped after the
enhanced daily frames of common meters: 50 bytes, so that it fits the slowest data rate (51).
Big endian:

    byte   0      high nibble version (1), low nibble scale: deltas count 1, 10 or 100 litres
    bytes  1-4    clock of the newest register, seconds since 1970 UTC
    bytes  5-8    newest register, litres
    byte   9      status bits, in the order of `Alarm`
    byte  10      battery, 0-100 %; 255 unknown
    byte  11      temperature, half degrees Celsius, signed; -128 unknown
    bytes 12-49   23 deltas of 13 bits, signed, newest hour first, then 5 zero bits;
                  -4096 ends the list: the meter does not know the hours before

A negative delta is water that ran backwards. With a scale above 1 the older registers are
right to one step of it; the newest is always exact.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise

from dalgu.kernel.errors import InvalidInput

VERSION = 1
HEAD = struct.Struct(">BIIBBb")
DELTAS = 23
DELTA_BITS = 13
TAIL_BITS = 5
FRAME_BYTES = HEAD.size + (DELTAS * DELTA_BITS + TAIL_BITS) // 8
SCALES_L = (1, 10, 100)
UNKNOWN_DELTA = -(1 << (DELTA_BITS - 1))
MAX_DELTA = (1 << (DELTA_BITS - 1)) - 1
UNKNOWN_BATTERY = 255
UNKNOWN_TEMPERATURE = -128
MAX_REGISTER_L = 0xFFFF_FFFF


class Alarm(StrEnum):
    """What a meter reports of itself; the order is that of the status bits."""

    LOW_BATTERY = "lowBattery"
    TAMPER = "tamper"
    BACKFLOW = "backflow"
    BURST = "burst"
    LEAKAGE = "leakage"
    PIPE_EMPTY = "pipeEmpty"
    LOW_TEMPERATURE = "lowTemperature"
    PERMANENT_ERROR = "permanentError"


@dataclass(frozen=True, slots=True)
class HourlyFrame:
    """A day of one meter: registers in litres, newest first, an hour apart, at most 24."""

    at: datetime
    registers_l: tuple[int, ...]
    alarms: tuple[Alarm, ...] = ()
    battery_pct: int | None = None
    temperature_degc: float | None = None


class HourlyFrameInvalid(InvalidInput):
    """The bytes are no hourly frame, or the values do not fit into one."""

    slug = "water-hourly-frame-invalid"
    title = "The hourly frame is invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The hourly water frame {reason}. "
            "Check that the meter has profile 'water-hourly' in the device registry.",
            reason=reason,
        )


def encode(frame: HourlyFrame) -> bytes:
    """Return the radio payload of a day of registers.

    Raises
    ------
    HourlyFrameInvalid
        When a value does not fit: no register, more than 24, or an hour beyond 409.5 m³.
    """
    registers = frame.registers_l
    if not 1 <= len(registers) <= DELTAS + 1:
        raise HourlyFrameInvalid(f"has {len(registers)} registers; it must be 1 to {DELTAS + 1}")
    if not all(0 <= register <= MAX_REGISTER_L for register in registers):
        raise HourlyFrameInvalid("has a register outside 0 to 4,294,967,295 litres")
    scale, deltas = _scaled(registers)
    head = HEAD.pack(
        VERSION << 4 | scale,
        int(frame.at.timestamp()),
        registers[0],
        sum(1 << bit for bit, alarm in enumerate(Alarm) if alarm in frame.alarms),
        UNKNOWN_BATTERY if frame.battery_pct is None else frame.battery_pct,
        _half_degrees(frame.temperature_degc),
    )
    bits = 0
    for delta in deltas + [UNKNOWN_DELTA] * (DELTAS - len(deltas)):
        bits = bits << DELTA_BITS | delta & (1 << DELTA_BITS) - 1
    return head + (bits << TAIL_BITS).to_bytes(FRAME_BYTES - HEAD.size, "big")


def decode(payload: bytes) -> HourlyFrame:
    """Return the day of registers in a radio payload.

    Raises
    ------
    HourlyFrameInvalid
        When length, version, scale or a field is not as the frame's description says.
    """
    if len(payload) != FRAME_BYTES:
        raise HourlyFrameInvalid(f"has {len(payload)} bytes; it must be {FRAME_BYTES}")
    kind, clock_s, register, status, battery, half_degrees = HEAD.unpack_from(payload)
    if kind >> 4 != VERSION or kind & 0x0F >= len(SCALES_L):
        raise HourlyFrameInvalid(f"starts with 0x{kind:02x}, which is no known version and scale")
    if battery > 100 and battery != UNKNOWN_BATTERY:
        raise HourlyFrameInvalid(f"has a battery of {battery} %")
    return HourlyFrame(
        at=datetime.fromtimestamp(clock_s, UTC),
        registers_l=_registers(payload, register, SCALES_L[kind & 0x0F]),
        alarms=tuple(alarm for bit, alarm in enumerate(Alarm) if status >> bit & 1),
        battery_pct=None if battery == UNKNOWN_BATTERY else battery,
        temperature_degc=None if half_degrees == UNKNOWN_TEMPERATURE else half_degrees / 2,
    )


def _scaled(registers: Sequence[int]) -> tuple[int, list[int]]:
    """Choose the finest scale that holds every delta; round registers, so errors never add up."""
    for scale, litres in enumerate(SCALES_L):
        # From the newest register on, so that the sums of the receiver stay on the steps.
        steps = [round((register - registers[0]) / litres) for register in registers]
        deltas = [newer - older for newer, older in pairwise(steps)]
        if all(UNKNOWN_DELTA < delta <= MAX_DELTA for delta in deltas):
            return scale, deltas
    raise HourlyFrameInvalid("has an hour beyond 409.5 m³, more than its widest scale holds")


def _registers(payload: bytes, newest: int, litres: int) -> tuple[int, ...]:
    bits = int.from_bytes(payload[HEAD.size :], "big")
    if bits & (1 << TAIL_BITS) - 1:
        raise HourlyFrameInvalid("does not end with five zero bits")
    registers = [newest]
    for index in range(DELTAS):
        raw = bits >> (TAIL_BITS + (DELTAS - 1 - index) * DELTA_BITS) & (1 << DELTA_BITS) - 1
        delta = raw - (1 << DELTA_BITS) if raw > MAX_DELTA else raw
        if delta == UNKNOWN_DELTA:
            break
        register = registers[-1] - delta * litres
        if register < -litres / 2:
            raise HourlyFrameInvalid(f"counts back below an empty register after {index} hours")
        registers.append(max(register, 0))
    return tuple(registers)


def _half_degrees(temperature_degc: float | None) -> int:
    if temperature_degc is None:
        return UNKNOWN_TEMPERATURE
    return min(max(round(2 * temperature_degc), -127), 127)
