"""What a form sends, as a warning: what was left empty is said by the standard sentences."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

import msgspec

from dalgu.center.incidents.state import Incident
from dalgu.center.warnings.cap.shapes import NUMBER, point
from dalgu.center.warnings.cap.words import Certainty, Severity, Urgency
from dalgu.center.warnings.content import Content, Shape, Where, Words, hazards, words_of
from dalgu.center.warnings.cover import covered, geometry, name_of
from dalgu.center.warnings.errors import AreaInvalid, ContentInvalid
from dalgu.cities import City

Sent = Mapping[str, Sequence[str]]
Word = TypeVar("Word", bound=StrEnum)

FIELDS = ("headline", "description", "instruction", "cell")
DEFAULT_RADIUS_KM = 0.5
# What an incident most likely needs to be warned of.
OF_INCIDENT = {
    "fire": "fire", "flood": "flood", "gas": "chemical", "chemical": "chemical",
    "water": "water-cut", "environment": "fine-dust", "weather": "heat", "crime": "missing-person",
}  # fmt: skip


def content_of(city: City, sent: Sent) -> Content:
    """Return the warning of a form; raise `ContentInvalid` or `AreaInvalid`."""
    name = _first(sent, "hazard")
    hazard = hazards().get(name)
    if hazard is None:
        raise ContentInvalid("hazard", "it is none of the list")
    where = where_of(sent)
    people = covered(city, geometry(city, where))
    standard_ko, standard_en = words_of(hazard, name_of(city, people.parts))
    return Content(
        hazard=name,
        where=where,
        ko=_words(sent, "ko", standard_ko),
        en=_words(sent, "en", standard_en),
        severity=_word(sent, "severity", Severity, hazard.severity),
        urgency=_word(sent, "urgency", Urgency, hazard.urgency),
        certainty=_word(sent, "certainty", Certainty, hazard.certainty),
        hours=_number(sent, "hours", hazard.hours),
        is_exercise=hazard.is_exercise or bool(_first(sent, "exercise")),
    )


def where_of(sent: Sent) -> Where:
    """Return the area of a form; raise `AreaInvalid`."""
    shape = _first(sent, "shape") or Shape.DONGS
    if shape == Shape.DONGS:
        return Where(Shape.DONGS, dongs=tuple(dict.fromkeys(sent.get("dong", ()))))
    if shape == Shape.POLYGON:
        corners = [point(token) for token in _first(sent, "ring").split()]
        ring = tuple(one for one in corners if one is not None)
        if len(ring) != len(corners):
            raise AreaInvalid("its corners must be latitude,longitude with blanks between")
        return Where(
            Shape.POLYGON, ring=ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
        )
    if shape == Shape.CIRCLE:
        centre = point(f"{_first(sent, 'lat')},{_first(sent, 'lon')}")
        if centre is None:
            raise AreaInvalid("its centre must be a latitude and a longitude")
        return Where(Shape.CIRCLE, centre=centre, radius_km=_number(sent, "radius_km", 0.0))
    raise AreaInvalid("its shape must be dongs, polygon or circle")


def sent_as(content: Content) -> dict[str, list[str]]:
    """Return a warning as the fields that make it again: for a form that changes it."""
    where = content.where
    lon, lat = where.centre or ("", "")
    told = {
        "hazard": [content.hazard],
        "shape": [str(where.shape)],
        "dong": list(where.dongs),
        "ring": [" ".join(f"{lat_},{lon_}" for lon_, lat_ in where.ring)],
        "lon": [str(lon)],
        "lat": [str(lat)],
        "radius_km": [f"{where.radius_km:g}"] if where.radius_km else [""],
        "severity": [str(content.severity)],
        "urgency": [str(content.urgency)],
        "certainty": [str(content.certainty)],
        "hours": [f"{content.hours:g}"],
        "exercise": ["yes"] if content.is_exercise else [],
    }
    for field in FIELDS:
        told[f"{field}_ko"] = [getattr(content.ko, field)]
        told[f"{field}_en"] = [getattr(content.en, field)]
    return told


def begun_from(incident: Incident | None) -> dict[str, list[str]]:
    """Return the fields that a form begins with: those of an incident, or none."""
    if incident is None:
        return {"shape": [str(Shape.DONGS)]}
    told = {"hazard": [OF_INCIDENT.get(incident.category, "fire")]}
    if incident.is_drill:
        told["exercise"] = ["yes"]
    if incident.lon is None or incident.lat is None:
        return told | {"shape": [str(Shape.DONGS)], "dong": [incident.dong or ""]}
    return told | {
        "shape": [str(Shape.CIRCLE)],
        "lon": [f"{incident.lon:.5f}"],
        "lat": [f"{incident.lat:.5f}"],
        "radius_km": [f"{DEFAULT_RADIUS_KM:g}"],
        "dong": [incident.dong or ""],
    }


def as_exercise(content: Content) -> Content:
    """Return a warning as an exercise: nothing of a drill may look real."""
    return msgspec.structs.replace(content, is_exercise=True)


def _words(sent: Sent, language: str, standard: Words) -> Words:
    told = {
        field: _first(sent, f"{field}_{language}") or getattr(standard, field) for field in FIELDS
    }
    return Words(**told)


def _first(sent: Sent, name: str) -> str:
    values = sent.get(name, ())
    return values[0].strip() if values else ""


def _word(sent: Sent, name: str, words: type[Word], standard: Word) -> Word:
    text = _first(sent, name)
    if not text:
        return standard
    try:
        return words(text)
    except ValueError:
        raise ContentInvalid(name, f"it must be one of {', '.join(words)}") from None


def _number(sent: Sent, name: str, standard: float) -> float:
    text = _first(sent, name)
    if not text:
        return standard
    if not NUMBER.fullmatch(text):
        raise ContentInvalid(name, "it must be a number")
    return float(text)
