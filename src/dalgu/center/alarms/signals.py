"""An alert as the grouping needs it: who tells what, where, when and how grave."""

import math
from dataclasses import dataclass
from datetime import datetime

from dalgu.center.alarms.rules import SEVERITIES
from dalgu.center.documents import instance, value
from dalgu.hub.model import Document
from dalgu.kernel.geo import EARTH_RADIUS_M, Position

ENDED = ("closed", "resolved", "archived")
GRAVEST = len(SEVERITIES) - 1


@dataclass(frozen=True, slots=True)
class Signal:
    """One alert of one thing. Two of the same `key` are the same thing saying it again."""

    id: str
    thing: str  # the entity it speaks of; the alert's own id where it names none
    kind: str  # "category/subCategory"
    at_s: float  # seconds since 1970 when it was raised
    severity: int  # position in SEVERITIES
    place: Position | None = None  # (lon, lat)
    origin: str | None = None
    name_ko: str = ""
    name_en: str = ""
    is_ended: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells whether it is a repetition."""
        return self.thing, self.kind

    @property
    def is_gravest(self) -> bool:
        """Whether it is critical."""
        return self.severity == GRAVEST


def signal(document: Document, heard_s: float) -> Signal:
    """Return the signal of an Alert entity; one without an instant was raised when heard."""
    issued = value(document, "dateIssued")
    names = (instance(document, "name") or {}).get("languageMap", {})
    category, sub = value(document, "category") or "other", value(document, "subCategory")
    severity = value(document, "severity")
    return Signal(
        id=document["id"],
        thing=str(value(document, "alertSource") or document["id"]),
        kind=f"{category}/{sub or 'other'}",
        at_s=heard_s if not isinstance(issued, str) else seconds(issued, heard_s),
        severity=SEVERITIES.index(severity) if severity in SEVERITIES else 0,
        place=place_of(document),
        origin=value(document, "origin"),
        name_ko=str(names.get("ko", "")),
        name_en=str(names.get("en", "")),
        is_ended=value(document, "status") in ENDED,
    )


def place_of(document: Document) -> Position | None:
    """Return the point of a document, the first corner of another geometry, or none."""
    found = value(document, "location")
    if not isinstance(found, dict):
        return None
    corner = found.get("coordinates")
    while isinstance(corner, list) and corner and isinstance(corner[0], list):
        corner = corner[0]
    if not isinstance(corner, list) or len(corner) < 2:
        return None
    return float(corner[0]), float(corner[1])


def seconds(iso_text: str, otherwise_s: float) -> float:
    """Return an instant as seconds since 1970; the other where it is none."""
    try:
        return datetime.fromisoformat(iso_text).timestamp()
    except ValueError:
        return otherwise_s


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres around a centre (equirectangular): right to 0.1 % over a city."""

    lon: float
    lat: float

    def metric(self, place: Position) -> tuple[float, float]:
        """Return a place as metres east and north of the centre.

        >>> [round(m) for m in Plane(128.6, 35.87).metric((128.6, 35.88))]
        [0, 1112]
        """
        degree_m = math.pi / 180 * EARTH_RADIUS_M
        x = (place[0] - self.lon) * math.cos(math.radians(self.lat)) * degree_m
        return x, (place[1] - self.lat) * degree_m
