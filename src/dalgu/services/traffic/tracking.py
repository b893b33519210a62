"""What trackers in vehicles say, and back: where, how fast, where to; never who drives.

Profile `vehicle-position`: `lon` and `lat` in degrees and, where known, `speed_kph` and `heading`
(degrees clockwise from north), as a codec of a LoRaWAN or LTE-M tracker names them.
"""

from typing import Final

from dalgu.devices.uplink import Uplink
from dalgu.hub.model import JSON, Entity
from dalgu.kernel.errors import InvalidInput
from dalgu.services.traffic.entities import Vehicle

POSITION_PROFILE: Final = "vehicle-position"
MAX_SPEED_KPH: Final = 300.0  # beyond, it is no vehicle of a street
STANDS_KPH: Final = 1.0  # below, a receiver's noise


class PositionInvalid(InvalidInput):
    """A tracker's message does not say where its vehicle is."""

    slug = "vehicle-position-invalid"
    title = "The vehicle's position is invalid"

    def __init__(self, device: str, reason: str) -> None:
        super().__init__(
            f"Position of {device} {reason}; profile '{POSITION_PROFILE}' wants lon and lat in "
            "degrees, and perhaps speed_kph and heading.",
            device=device,
            reason=reason,
        )


def decode_position(uplink: Uplink) -> list[Entity]:
    """Return where a vehicle is.

    Raises
    ------
    PositionInvalid
        When a coordinate is missing, or a number is none or out of its range.
    """
    lon, lat = _number(uplink, "lon", 180.0, -180.0), _number(uplink, "lat", 90.0, -90.0)
    if lon is None or lat is None:
        raise PositionInvalid(uplink.device, "has no place")
    speed = _number(uplink, "speed_kph", MAX_SPEED_KPH)
    moves = speed is None or speed >= STANDS_KPH
    return [
        Vehicle(
            id=uplink.entity,
            observed_at=uplink.observed_at,
            location={"type": "Point", "coordinates": [lon, lat]},
            speed=speed,
            heading=_number(uplink, "heading", 360.0) if moves else None,
        )
    ]


def encode_position(
    lon: float, lat: float, *, speed_kph: float | None = None, heading: float | None = None
) -> dict[str, JSON]:
    """Return the fields that a tracker's codec gives, in degrees and km/h."""
    known = {"lon": lon, "lat": lat, "speed_kph": speed_kph, "heading": heading}
    return {name: value for name, value in known.items() if value is not None}


def _number(uplink: Uplink, name: str, most: float, least: float = 0.0) -> float | None:
    value = uplink.values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PositionInvalid(uplink.device, f"has no number for '{name}'")
    if not least <= value <= most:
        raise PositionInvalid(uplink.device, f"has a {name} outside {least:g} to {most:g}")
    return float(value)
