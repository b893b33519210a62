"""Warnings as pages, the map and citizens see them: plain values in one language."""

from functools import lru_cache
from typing import TYPE_CHECKING

from dalgu.center.warnings.content import Where, hazards
from dalgu.center.warnings.cover import geojson, geometry
from dalgu.center.warnings.state import Known, PublicWarning
from dalgu.cities import City
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language

if TYPE_CHECKING:
    from dalgu.center.warnings.state import Message

ORDER = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
# How grave a warning looks on screens that know four levels.
LEVELS = {"Extreme": "critical", "Severe": "high", "Moderate": "medium"}


def active_ones(known: Known) -> list[PublicWarning]:
    """Return the active warnings, the gravest first, then the newest."""
    found = [one for one in known.warnings.values() if one.is_active]
    found.sort(key=lambda one: -one.messages[-1].at.timestamp())
    return sorted(found, key=lambda one: ORDER.index(one.content.severity))


def rows(known: Known, language: Language, *, dong: str | None = None) -> list[Document]:
    """Return active warnings as citizens read them; of one dong or of all."""
    return [
        row(one, language)
        for one in active_ones(known)
        if dong is None or dong in one.messages[-1].covered.dongs
    ]


def row(warning: PublicWarning, language: Language) -> Document:
    """Return what a page says of a warning that was sent."""
    message = warning.messages[-1]
    words = warning.content.ko if language == "ko" else warning.content.en
    end = warning.expires_at
    return {
        "number": warning.number,
        "identifier": message.alert.identifier,
        "hazard": warning.content.hazard,
        "event": hazards()[warning.content.hazard].event.say(language),
        "headline": words.headline,
        "description": words.description,
        "instruction": words.instruction,
        "area": area_name(message, language),
        "severity": str(warning.content.severity),
        "level": LEVELS.get(warning.content.severity, "low"),
        "standing": str(warning.standing),
        "sentAt": iso(message.at),
        "firstSentAt": iso(warning.messages[0].at),
        "expiresAt": None if end is None else iso(end),
        "endedAt": None if warning.ended_at is None else iso(warning.ended_at),
        "versions": len(warning.messages),
        "isExercise": warning.content.is_exercise,
        "href": f"/{language}/warnings/{warning.number}",
    }


def area_name(message: "Message", language: Language) -> str:
    """Return what the area is called in a language."""
    tag = "ko" if language == "ko" else "en"
    infos = [one for one in message.alert.infos if (one.language or "").startswith(tag)]
    return infos[0].areas[0].area_desc if infos and infos[0].areas else ""


def features(city: City, known: Known, language: Language) -> list[Document]:
    """Return the areas of active warnings as GeoJSON features."""
    return [feature(city, one, language) for one in active_ones(known)]


def feature(city: City, warning: PublicWarning, language: Language) -> Document:
    """Return the area of one warning as a GeoJSON feature."""
    words = warning.content.ko if language == "ko" else warning.content.en
    return {
        "type": "Feature",
        "geometry": outline(city, warning.content.where),
        "properties": {
            "id": f"warning:{warning.number}",
            "name": words.headline,
            "state": LEVELS.get(warning.content.severity, "low"),
            "isExercise": warning.content.is_exercise,
            "href": f"/{language}/center/warnings/{warning.number}",
        },
    }


@lru_cache(maxsize=256)
def outline(city: City, where: Where) -> Document:
    """Return the border of an area as a GeoJSON geometry, simplified to some 10 m."""
    return geojson(geometry(city, where).simplify(0.0001))
