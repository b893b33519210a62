"""The layers of the live map: from the hub's documents to signs on the ground.

A sign is judged from a `Reading`, so that the map of now, which reads documents, and the replay,
which reads histories, cannot tell the same thing differently.
"""

from collections.abc import Callable, Sequence
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


@dataclass(frozen=True, slots=True)
class Sign:
    """What a thing shows on the map: a state, and perhaps a few signs of text."""

    state: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a thing at an instant: its layer's value, and how old that is in seconds.

    `age_s` is `None` where nothing tells when it was observed. `total` is all spaces of a car
    park, `interval_s` a device's declared interval, `alarms` what a meter says of itself.
    """

    value: float | None = None
    age_s: float | None = None
    total: float | None = None
    interval_s: float | None = None
    alarms: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """One switch of the map: the types it shows, the attribute it reads, and how it judges."""

    name: str
    types: tuple[str, ...]
    attribute: str  # whose value and age make the sign
    judge: Callable[[Reading], Sign]
    stale: timedelta  # without news for so long, a thing is drawn hollow
    q: str | None = None
    operation: Operation = Operation.PAGE_READ

    def read(self, document: Document, now: datetime) -> Sign:
        """Return the sign of a document."""
        return self.judge(reading_of(document, self.attribute, now))


def reading_of(document: Document, attribute: str, now: datetime) -> Reading:
    """Return what a document says of an attribute now."""
    at, found = observed(document, attribute), value(document, attribute)
    return Reading(
        value=found if isinstance(found, int | float) else None,
        age_s=None if at is None else (now - at).total_seconds(),
        total=value(document, "totalSpotNumber"),
        interval_s=value(document, "declaredInterval"),
        alarms=tuple(value(document, "alarms") or ()),
    )


def is_older(reading: Reading, span: timedelta) -> bool:
    """Tell whether a reading's age is known and past the span."""
    return reading.age_s is not None and reading.age_s > span.total_seconds()


def parking_sign(reading: Reading) -> Sign:
    """Return free spaces; scarce and full lots stand out, silent ones are hollow."""
    free, total = reading.value, reading.total
    if free is None or is_older(reading, PARKING_STALE):
        return Sign("stale")
    share = free / total if total else 1.0
    state = "high" if share <= FULL_SHARE else "medium" if share <= SCARCE_SHARE else "good"
    return Sign(state, number(free))


def meter_sign(reading: Reading) -> Sign:
    """Return a meter's state: calm, alarmed, or silent for two days."""
    if reading.age_s is None or is_older(reading, METER_STALE):
        return Sign("stale")
    if URGENT_ALARMS.intersection(reading.alarms):
        return Sign("high")
    return Sign("medium" if set(reading.alarms) - QUIET_ALARMS else "calm")


def flow_sign(reading: Reading) -> Sign:
    """Return an intersection's flow, hollow where nothing counted lately."""
    if reading.age_s is None or reading.value is None or is_older(reading, FLOW_STALE):
        return Sign("stale")
    return Sign("calm", number(reading.value, 0))


def device_sign(reading: Reading) -> Sign:
    """Return whether a device was heard within its own rhythm."""
    return Sign("calm" if was_heard(reading) else "stale")


def gateway_sign(reading: Reading) -> Sign:
    """Return a gateway's state; a silent one takes its devices with it, so it stands out."""
    return Sign("calm" if was_heard(reading) else "high")


def was_heard(reading: Reading) -> bool:
    """Tell whether a device spoke within three of its intervals, or within a day."""
    return reading.age_s is not None and reading.age_s <= allowed_silence_s(reading.interval_s)


def allowed_silence_s(interval_s: float | None) -> float:
    """Return how long a device may be silent before it counts as such, in seconds."""
    return DEVICE_STALE.total_seconds() if not interval_s else interval_s * SILENT_INTERVALS


def is_heard(device: Document, now: datetime) -> bool:
    """Tell whether a device spoke within three of its intervals, or within a day."""
    return was_heard(reading_of(device, "deviceState", now))


CAMERAS = 'category=="camera"'
GATEWAYS = 'category=="gateway"'
CARE_GATEWAYS = 'category=="careGateway"'
CARE = "careGateway"  # where a person lives who is cared for: never one of the layers below

LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        Layer("traffic", ("TrafficFlowObserved",), "intensity", flow_sign, FLOW_STALE),
        Layer(
            "parking",
            ("OffStreetParking", "OnStreetParking"),
            "availableSpotNumber",
            parking_sign,
            PARKING_STALE,
            operation=Operation.PUBLIC_READ,
        ),
        Layer("water", ("WaterMeter",), "volume", meter_sign, METER_STALE),
        Layer("gateways", ("Device",), "deviceState", gateway_sign, DEVICE_STALE, GATEWAYS),
        Layer("cameras", ("Device",), "deviceState", device_sign, DEVICE_STALE, CAMERAS),
    )
}
# Layers that are made of more than single documents, and who may see them.
DRAWN = {
    "incidents": Operation.INCIDENT_READ,
    "warnings": Operation.PUBLIC_READ,
    "network": Operation.PAGE_READ,
    "reach": Operation.PAGE_READ,  # of the gateways
    "care": Operation.CARE_READ,
}
CATEGORY_LAYERS = {"camera": "cameras", "gateway": "gateways"}


def layer_of(document: Document) -> Layer | None:
    """Return the layer that shows a document, `None` when no layer does."""
    if document["type"] == "Device":
        return LAYERS.get(CATEGORY_LAYERS.get(value(document, "category"), ""))
    return next((layer for layer in LAYERS.values() if document["type"] in layer.types), None)


def feature(layer: Layer, document: Document, language: Language, now: datetime) -> Document | None:
    """Return a document as a GeoJSON point, `None` when it has no place.

    `at` is when its sign's value was observed, in seconds since 1970 UTC.
    """
    geometry = value(document, "location")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    sign, at = layer.read(document, now), observed(document, layer.attribute)
    properties: Document = {
        "id": document["id"],
        "name": title(document, language),
        "state": sign.state,
        "rank": RANKS[sign.state],
    }
    if at is not None:
        properties["at"] = int(at.timestamp())
    if sign.text is not None:
        properties["text"] = sign.text
    return {"type": "Feature", "geometry": geometry, "properties": properties | extras(document)}


def extras(document: Document) -> Document:
    """Return where a camera looks (degrees) and how far (metres), where that is known."""
    names = {"bearing": "bearing", "view": "fieldOfView", "reachM": "reach"}
    found = {name: value(document, attribute) for name, attribute in names.items()}
    known = {name: one for name, one in found.items() if isinstance(one, int | float)}
    return known if "view" in known else {}
