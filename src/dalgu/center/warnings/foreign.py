"""A warning of somebody else as the Alert that operators get."""

import hashlib
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from dalgu.center.warnings.cap.message import Alert as Message
from dalgu.center.warnings.cap.message import Info
from dalgu.center.warnings.cap.shapes import area_of
from dalgu.center.warnings.cover import geojson
from dalgu.cities import City, District, Dong
from dalgu.hub.types import Alert
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SEVERITIES = {"Extreme": "critical", "Severe": "high", "Moderate": "medium", "Minor": "low"}
# The kinds of alert by which the center groups, from the categories of CAP 1.2, 3.2.2.
KINDS = {
    "Fire": "fire", "Met": "weather", "Geo": "earthquake", "Health": "health", "Env": "environment",
    "Transport": "traffic", "Infra": "infrastructure", "CBRNE": "chemical", "Security": "security",
    "Rescue": "rescue", "Safety": "safety", "Other": "warning",
}  # fmt: skip
FLOOD = ("flood", "홍수", "침수", "호우", "범람")
LONGEST = 400  # signs of a description that are carried along


@cache
def _city_shape(city: City) -> "BaseGeometry":
    from shapely import make_valid, prepare, union_all
    from shapely.geometry import shape

    found = union_all([make_valid(shape(one.geometry)) for one in city.districts])
    prepare(found)
    return found


def touched(city: City, message: Message) -> "BaseGeometry | None":
    """Return the part of the city that a message speaks of, `None` where it touches none of it.

    One that draws no area touches the city when it names it, a district or a dong.
    """
    area = area_of(message)
    if area is not None:
        shared = _city_shape(city).intersection(area)
        return None if shared.is_empty else shared
    return _named(city, message)


def _named(city: City, message: Message) -> "BaseGeometry | None":
    from shapely import union_all
    from shapely.geometry import shape

    areas = [area for info in message.infos for area in info.areas]
    said = " ".join(area.area_desc for area in areas).casefold()
    codes = {pair.value for area in areas for pair in area.geocodes}
    places: tuple[District | Dong, ...] = (*city.districts, *city.dongs)
    found = [
        shape(place.geometry)
        for place in places
        if place.code in codes or place.name.en.casefold() in said
    ]
    # A short Korean name such as 중구 stands in many cities: the city's must be said too.
    is_here = city.name.ko in said or city.name.en.casefold() in said
    found += [shape(one.geometry) for one in places if is_here and one.name.ko in said]
    if found:
        return union_all(found)
    return _city_shape(city) if is_here else None


def root_id(message: Message) -> EntityId:
    """Return the id of the alert of a message that begins a matter."""
    key = str(message.reference)
    return entity_id("Alert", "cap", hashlib.sha256(key.encode()).hexdigest()[:24])


def alert_entity(
    alert: str, message: Message, where: "BaseGeometry", begun: datetime | None
) -> Alert:
    """Return the alert of a foreign warning; its place is a point inside, its area in the data.

    `begun` is when it came first; an update says `None` and leaves that and its status be.
    """
    ko, en = _spoken(message, "ko"), _spoken(message, "en")
    point = where.representative_point()
    category, sub_category = kind_of(en)
    return Alert(
        id=EntityId(alert),
        name=Text(ko.headline or ko.event, en.headline or en.event),
        description=Text((ko.description or "")[:LONGEST], (en.description or "")[:LONGEST]),
        category=category,
        sub_category=sub_category,
        severity=SEVERITIES.get(en.severity, "informational"),
        status=None if begun is None else "open",
        date_issued=None if begun is None else iso(begun),
        location={"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]},
        data={
            "cap": {
                "sender": message.reference.sender,
                "identifier": message.reference.identifier,
                "sent": message.reference.sent,
                "expires": en.expires,
                "urgency": en.urgency,
                "certainty": en.certainty,
                "instruction": (ko.instruction or "")[:LONGEST],
            },
            "area": geojson(where.simplify(0.0005)),
        },
    )


def kind_of(info: Info) -> tuple[str, str]:
    """Return category and sub-category of the alert of a foreign warning."""
    event = info.event.casefold()
    if any(word in event for word in FLOOD):
        return "naturalDisaster", "flood"
    category = info.categories[0] if info.categories else "Other"
    return KINDS.get(category, "warning"), "publicWarning"


def ended(alert: str, now: datetime) -> Alert:
    """Return that a foreign warning is over; operators close the incident themselves."""
    return Alert(id=EntityId(alert), valid_to=iso(now), status="resolved")


def _spoken(message: Message, language: str) -> Info:
    """Return the info of a language; the first where there is none."""
    for info in message.infos:
        if (info.language or "en-US").casefold().startswith(language):
            return info
    return message.infos[0] if message.infos else Info()
