"""What counting cameras say, and back: numbers by class, never an image or a plate.

Profile `camera-count`: `from`, `to`, `counts` by class and, where known, `average_speed_kph`.
"""

from collections.abc import Mapping
from datetime import datetime

from dalgu.devices.uplink import Uplink
from dalgu.hub.model import JSON, Entity
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import InvalidInput
from dalgu.services.traffic.entities import TrafficFlowObserved

COUNT_PROFILE = "camera-count"

VEHICLES = ("car", "bus", "truck", "motorcycle")
CLASSES = (*VEHICLES, "bicycle", "pedestrian")
HOUR_S = 3600.0
MAX_COUNT = 1_000_000
MAX_SPEED_KPH = 500.0


class CountInvalid(InvalidInput):
    """A camera's count does not say what its profile wants."""

    slug = "traffic-count-invalid"
    title = "The camera's count is invalid"

    def __init__(self, device: str, reason: str) -> None:
        super().__init__(
            f"Count of {device} {reason}; profile '{COUNT_PROFILE}' wants from, to and counts "
            f"of {', '.join(CLASSES)}.",
            device=device,
            reason=reason,
        )


def decode_count(uplink: Uplink) -> list[Entity]:
    """Return the flow of one counting interval.

    Raises
    ------
    CountInvalid
        When the interval is empty, a class is unknown, or a number is none.
    """
    since, until = (_instant(uplink, name) for name in ("from", "to"))
    interval_s = (until - since).total_seconds()
    if interval_s <= 0:
        raise CountInvalid(uplink.device, "ends before it begins")
    counts = _counts(uplink)
    vehicles = sum(counts.get(name, 0) for name in VEHICLES)
    return [
        TrafficFlowObserved(
            id=uplink.entity,
            observed_at=until,
            vehicle_count=vehicles,
            intensity=round(vehicles * HOUR_S / interval_s, 1),
            average_speed=_speed(uplink),
            counts=counts,
            interval=interval_s,
        )
    ]


def encode_count(
    camera: str,
    since: datetime,
    until: datetime,
    counts: Mapping[str, int],
    *,
    average_speed_kph: float | None = None,
) -> dict[str, JSON]:
    """Return the event that a counting camera sends, as `dalgu.devices` expects it."""
    event: dict[str, JSON] = {
        "camera": camera,
        "from": iso(since),
        "to": iso(until),
        "counts": dict(counts),
    }
    if average_speed_kph is not None:
        event["average_speed_kph"] = average_speed_kph
    return event


def _instant(uplink: Uplink, name: str) -> datetime:
    value = uplink.values.get(name)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise CountInvalid(uplink.device, f"has no instant in '{name}'") from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise CountInvalid(uplink.device, f"has no instant with a zone in '{name}'")
    return value


def _counts(uplink: Uplink) -> dict[str, int]:
    counts = uplink.values.get("counts")
    if not isinstance(counts, Mapping) or not counts:
        raise CountInvalid(uplink.device, "has no counts")
    for name, value in counts.items():
        if name not in CLASSES:
            raise CountInvalid(uplink.device, f"names the unknown class '{str(name)[:20]}'")
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_COUNT:
            raise CountInvalid(uplink.device, f"has no whole number for '{name}'")
    return dict(counts)


def _speed(uplink: Uplink) -> float | None:
    value = uplink.values.get("average_speed_kph")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CountInvalid(uplink.device, "has a speed that is no number")
    if not 0 <= value <= MAX_SPEED_KPH:
        raise CountInvalid(uplink.device, f"has a speed outside 0 to {MAX_SPEED_KPH:g} km/h")
    return float(value)
