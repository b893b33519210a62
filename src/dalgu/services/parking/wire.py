"""What parking devices say, and back: guidance servers and kerb counters.

Profile `parking-guidance`: one lot of a guidance server's report, `{"free": n, "total": n}`.

Profile `parking-count`: a LoRaWAN counter of a kerb, a frame of our own, 8 bytes, big endian:

    byte  0    version, 0x01
    byte  1    bit 0 low battery, bit 1 sensor fault; the others are 0
    bytes 2-3  spaces in all
    bytes 4-5  spaces occupied
    byte  6    battery, 0-100 %; 255 unknown
    byte  7    checksum: sum of bytes 0 to 6, modulo 256
"""

import struct
from typing import Any

from dalgu.devices.uplink import Uplink
from dalgu.hub.model import JSON, Entity
from dalgu.kernel.errors import InvalidInput
from dalgu.services.parking.entities import OffStreetParking, OnStreetParking

GUIDANCE_PROFILE = "parking-guidance"
COUNT_PROFILE = "parking-count"

COUNT_VERSION = 1
COUNT_FRAME = struct.Struct(">BBHHBB")
FAULT = 0x02
UNKNOWN_BATTERY = 255
MAX_BATTERY = 100
MAX_SPACES = 0xFFFF
DRIFT = 0.1  # barrier counts drift by some cars; beyond a tenth of the lot the count is broken


class ParkingMessageInvalid(InvalidInput):
    """A parking device sent something that its profile does not allow."""

    slug = "parking-message-invalid"
    title = "The parking message is invalid"


class CountAbsent(ParkingMessageInvalid):
    """The message has no whole number where its profile wants a count of spaces."""

    slug = "parking-count-absent"
    title = "A count of spaces is required"

    def __init__(self, device: str, field: str) -> None:
        super().__init__(
            f"Message of {device} has no whole number of spaces in '{field}'; "
            f"profile '{GUIDANCE_PROFILE}' requires it.",
            device=device,
            field=field,
        )


class CountImplausible(ParkingMessageInvalid):
    """The counts contradict each other by more than a barrier's drift."""

    slug = "parking-count-implausible"
    title = "The count of spaces is implausible"

    def __init__(self, device: str, free: int, total: int) -> None:
        super().__init__(
            f"Message of {device} gives {free} free of {total} spaces; "
            "the counter must be set right on site.",
            device=device,
            free=free,
            total=total,
        )


class CountFrameBroken(ParkingMessageInvalid):
    """The counter's frame has a wrong length, version or checksum."""

    slug = "parking-frame-broken"
    title = "The counter's frame is broken"

    def __init__(self, device: str, reason: str) -> None:
        super().__init__(
            f"Frame of {device} {reason}; profile '{COUNT_PROFILE}' wants 8 bytes of version 1 "
            "with their checksum. Check the profile in the device registry.",
            device=device,
            reason=reason,
        )


class SensorFaulty(ParkingMessageInvalid):
    """The counter itself says that its count cannot be trusted."""

    slug = "parking-sensor-faulty"
    title = "The counter reports a fault"

    def __init__(self, device: str) -> None:
        super().__init__(
            f"Counter {device} reports a sensor fault; its count is not used. It needs a visit.",
            device=device,
        )


def decode_guidance(uplink: Uplink) -> list[Entity]:
    """Return the lot's free spaces now.

    A count that has drifted below zero or above the lot's size, by at most a tenth of it,
    means full or empty.

    Raises
    ------
    CountAbsent, CountImplausible
        When there is no count, or it contradicts the lot's size.
    """
    free = _whole(uplink, "free")
    if uplink.values.get("total") is None:
        if free < 0:
            raise CountImplausible(uplink.device, free, 0)
        return [_lot(uplink, available_spot_number=free)]
    total = _whole(uplink, "total")
    if total <= 0 or not -DRIFT * total <= free <= (1 + DRIFT) * total:
        raise CountImplausible(uplink.device, free, total)
    free = min(max(free, 0), total)
    return [
        _lot(
            uplink,
            total_spot_number=total,
            available_spot_number=free,
            occupied_spot_number=total - free,
        )
    ]


def encode_guidance(lot: str, free: int, total: int) -> dict[str, JSON]:
    """Return one lot of a guidance server's report, as `dalgu.devices` expects it.

    >>> encode_guidance("b1", 12, 80)
    {'lot': 'b1', 'free': 12, 'total': 80}
    """
    return {"lot": lot, "free": free, "total": total}


def decode_count(uplink: Uplink) -> list[Entity]:
    """Return the kerb's free spaces now.

    Raises
    ------
    CountFrameBroken, SensorFaulty, CountImplausible
        When the frame is not whole, the sensor mistrusts itself, or more is occupied than
        there is.
    """
    payload = uplink.payload
    if len(payload) != COUNT_FRAME.size:
        raise CountFrameBroken(uplink.device, f"has {len(payload)} bytes")
    version, status, total, occupied, _battery, checksum = COUNT_FRAME.unpack(payload)
    if version != COUNT_VERSION:
        raise CountFrameBroken(uplink.device, f"has version {version}")
    if checksum != _checksum(payload):
        raise CountFrameBroken(uplink.device, "fails its checksum")
    if status & FAULT:
        raise SensorFaulty(uplink.device)
    if occupied > total or total == 0:
        raise CountImplausible(uplink.device, total - occupied, total)
    return [
        _lot(
            uplink,
            total_spot_number=total,
            available_spot_number=total - occupied,
            occupied_spot_number=occupied,
        )
    ]


def encode_count(total: int, occupied: int, *, battery_pct: int | None = None) -> bytes:
    """Return the frame that a kerb counter sends.

    >>> encode_count(20, 13, battery_pct=90).hex()
    '01000014000d5a7c'
    """
    battery = UNKNOWN_BATTERY if battery_pct is None else battery_pct
    if not 0 <= occupied <= total <= MAX_SPACES:
        raise CountImplausible("the encoder", total - occupied, total)
    body = COUNT_FRAME.pack(COUNT_VERSION, 0, total, occupied, battery, 0)
    return body[:-1] + bytes([_checksum(body)])


def _checksum(frame: bytes) -> int:
    return sum(frame[:-1]) % 256


def _whole(uplink: Uplink, field: str) -> int:
    value = uplink.values.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise CountAbsent(uplink.device, field)
    return value


def _lot(uplink: Uplink, **counts: Any) -> Entity:
    # The registry says which entity a device counts; its URN says of which type it is.
    kind = OnStreetParking if ":OnStreetParking:" in uplink.entity else OffStreetParking
    return kind(id=uplink.entity, observed_at=uplink.observed_at, **counts)
