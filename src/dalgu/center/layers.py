"""The layers of the live map: from the hub's documents to signs on the ground."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.access.policy import Operation
from dalgu.center.documents import observed, title, value
from dalgu.hub.model import Document
from dalgu.kernel.text import Language
from dalgu.web.language import number

FULL_SHARE, SCARCE_SHARE = 0.03, 0.10  # of a car park's spaces that are still free
PARKING_STALE = timedelta(minutes=30)
FLOW_STALE = timedelta(hours=3)  # cameras count by the hour
URGENT_ALARMS = frozenset({"leakage", "burst"})  # what a meter says of itself
QUIET_ALARMS = frozenset({"lowBattery"})  # wants a visit some day, not an operator now
METER_STALE = timedelta(hours=48)  # meters speak daily; a day's silence is no news yet
DEVICE_STALE = timedelta(days=1)
SILENT_INTERVALS = 3  # times a device's declared interval

# Later signs lie above earlier ones.
RANKS = {"stale": 0, "calm": 1, "good": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
SEVERITIES = {"informational": "low", "low": "low", "medium": "medium", "high": "high"}


@dataclass(frozen=True, slots=True)
class Sign:
    """What a thing shows on the map: a state, and perhaps a few signs of text."""

    state: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """One switch of the map: the types it shows, and how a document becomes a sign."""

    name: str
    types: tuple[str, ...]
    read: Callable[[Document, datetime], Sign | None]
    q: str | None = None
    operation: Operation = Operation.PAGE_READ


def parking_sign(document: Document, now: datetime) -> Sign:
    """Return free spaces; scarce and full lots stand out, silent ones are hollow."""
    free, total = value(document, "availableSpotNumber"), value(document, "totalSpotNumber")
    at = observed(document, "availableSpotNumber")
    if free is None or (at is not None and now - at > PARKING_STALE):
        return Sign("stale")
    share = free / total if total else 1.0
    state = "high" if share <= FULL_SHARE else "medium" if share <= SCARCE_SHARE else "good"
    return Sign(state, number(free))


def meter_sign(document: Document, now: datetime) -> Sign:
    """Return a meter's state: calm, alarmed, or silent for two days."""
    at = observed(document, "volume")
    if at is None or now - at > METER_STALE:
        return Sign("stale")
    alarms = value(document, "alarms") or []
    if URGENT_ALARMS.intersection(alarms):
        return Sign("high")
    return Sign("medium" if set(alarms) - QUIET_ALARMS else "calm")


def flow_sign(document: Document, now: datetime) -> Sign:
    """Return an intersection's flow, hollow where nothing counted lately."""
    at, flow = observed(document, "intensity"), value(document, "intensity")
    if at is None or flow is None or now - at > FLOW_STALE:
        return Sign("stale")
    return Sign("calm", number(flow, 0))


def device_sign(document: Document, now: datetime) -> Sign:
    """Return whether a device was heard within its own rhythm."""
    return Sign("calm" if is_heard(document, now) else "stale")


def gateway_sign(document: Document, now: datetime) -> Sign:
    """Return a gateway's state; a silent one takes its devices with it, so it stands out."""
    return Sign("calm" if is_heard(document, now) else "high")


def alert_sign(document: Document, now: datetime) -> Sign | None:
    """Return an alert's severity; what was closed leaves the map."""
    if value(document, "status") == "closed":
        return None
    severity = value(document, "severity")
    return Sign("critical" if severity == "critical" else SEVERITIES.get(severity, "low"))


def is_heard(device: Document, now: datetime) -> bool:
    """Tell whether a device spoke within three of its intervals, or within a day."""
    at = observed(device, "deviceState")
    interval_s = value(device, "declaredInterval")
    allowed = DEVICE_STALE if not interval_s else timedelta(seconds=interval_s * SILENT_INTERVALS)
    return at is not None and now - at <= allowed


CAMERAS = 'category=="camera"'
GATEWAYS = 'category=="gateway"'

LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        Layer(
            "parking",
            ("OffStreetParking", "OnStreetParking"),
            parking_sign,
            operation=Operation.PUBLIC_READ,
        ),
        Layer("water", ("WaterMeter",), meter_sign),
        Layer("traffic", ("TrafficFlowObserved",), flow_sign),
        Layer("cameras", ("Device",), device_sign, CAMERAS),
        Layer("gateways", ("Device",), gateway_sign, GATEWAYS),
        Layer("alerts", ("Alert",), alert_sign),
    )
}
CATEGORY_LAYERS = {"camera": "cameras", "gateway": "gateways"}


def layer_of(document: Document) -> Layer | None:
    """Return the layer that shows a document, `None` when no layer does."""
    if document["type"] == "Device":
        return LAYERS.get(CATEGORY_LAYERS.get(value(document, "category"), ""))
    return next((layer for layer in LAYERS.values() if document["type"] in layer.types), None)


def feature(layer: Layer, document: Document, language: Language, now: datetime) -> Document | None:
    """Return a document as a GeoJSON point, `None` when it has no place or no sign."""
    geometry = value(document, "location")
    sign = layer.read(document, now)
    if sign is None or not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    properties: Document = {
        "id": document["id"],
        "name": title(document, language),
        "state": sign.state,
        "rank": RANKS[sign.state],
    }
    if sign.text is not None:
        properties["text"] = sign.text
    return {"type": "Feature", "geometry": geometry, "properties": properties}
