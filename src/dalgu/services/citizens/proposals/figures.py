"""The figures of the hub that everybody may see: what is measured near a place, and its effect.

Never of a single home or person: the types are named here, one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import LOCAL
from dalgu.kernel.geo import Position, distance_m
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.kernel.units import UNITS
from dalgu.services.citizens.proposals.deeds import Evidence
from dalgu.services.citizens.proposals.refusals import FigureNotPublic, FigureSilent

NEAR_M = 500.0
OF_A_KIND = 3  # nearest ones that are shown
READ_OF_A_KIND = 50
FEWEST_METERS = 5  # a metered area of fewer homes is nobody's to see


@dataclass(frozen=True, slots=True)
class Figure:
    """One public figure of a type; `of` is the attribute that says out of how many."""

    attribute: str
    name: Text
    kind: Text
    of: str = ""
    stale: timedelta = timedelta(minutes=30)


FIGURES: dict[str, Figure] = {
    "OffStreetParking": Figure(
        "availableSpotNumber", Text("빈 주차면", "free spaces"), Text("주차장", "Car park"),
        of="totalSpotNumber",
    ),
    "OnStreetParking": Figure(
        "availableSpotNumber", Text("빈 주차면", "free spaces"),
        Text("노상 주차장", "Kerb parking"), of="totalSpotNumber",
    ),
    "TrafficFlowObserved": Figure(
        "intensity", Text("시간당 차량", "vehicles an hour"), Text("교차로", "Intersection"),
    ),
    "DistrictMeteredArea": Figure(
        "consumption", Text("시간당 물 사용량", "water used in the hour"),
        Text("급수 블록", "Water district"), stale=timedelta(hours=6),
    ),
    "AirQualityObserved": Figure(
        "pm25", Text("초미세먼지", "PM2.5"), Text("대기 측정소", "Air station"),
        stale=timedelta(hours=3),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Near:
    """The latest value of something near a place."""

    id: str
    name: Text
    kind: Text
    what: Text
    value: float
    of: float | None
    unit: str  # its symbol
    at: datetime | None
    is_stale: bool
    distance_m: float | None  # `None` where it is not a point
    origin: str | None


async def near(hub: Hub, place: Position, now: datetime, *, radius_m: float = NEAR_M) -> list[Near]:
    """Return what is measured within a radius, the nearest few of each type that tell anything."""
    point = {"type": "Point", "coordinates": list(place)}
    found: list[Near] = []
    for kind in FIGURES:
        query = Query(
            types=(kind,),
            georel=f"near;maxDistance=={radius_m:g}",
            geometry=point,
            limit=READ_OF_A_KIND,
        )
        page = await hub.query(query)
        told = [one for doc in page.entities if (one := read(doc, place, now)) is not None]
        told.sort(key=lambda one: (one.is_stale, one.distance_m or 0.0))
        found += told[:OF_A_KIND]
    return found


def read(document: Document, place: Position, now: datetime) -> Near | None:
    """Return a document's public figure, `None` where it tells none."""
    kind = _first(document["type"])
    figure = FIGURES[kind]
    told = _instance(document, figure.attribute)
    value = told.get("value")
    few = kind == "DistrictMeteredArea" and (_value(document, "meterCount") or 0) < FEWEST_METERS
    if not isinstance(value, int | float) or isinstance(value, bool) or few:
        return None
    at = datetime.fromisoformat(told["observedAt"]) if "observedAt" in told else None
    unit = told.get("unitCode", "")
    return Near(
        id=document["id"],
        name=_name(document),
        kind=figure.kind,
        what=figure.name,
        value=float(value),
        of=_value(document, figure.of) if figure.of else None,
        unit=UNITS[unit].symbol if unit in UNITS else unit,
        at=at,
        is_stale=at is None or now - at > figure.stale,
        distance_m=_distance(document, place),
        origin=_value(document, "origin"),
    )


async def effect(
    hub: Hub, entity: str, attribute: str, before: tuple[date, date], after: tuple[date, date]
) -> Evidence:
    """Return the mean of a public figure over days before and days after, as the hub has it now.

    Raises
    ------
    FigureNotPublic
        When the entity does not exist or is of a type that is not everybody's.
    FigureSilent
        When it has no values in one of the spans.
    """
    unit = await _unit(hub, entity, attribute)
    sides = [await _mean(hub, EntityId(entity), attribute, days) for days in (before, after)]
    if not all(count for _, count in sides):
        raise FigureSilent(entity, attribute)
    (was, was_count), (is_now, now_count) = sides
    return Evidence(
        entity=entity,
        attribute=attribute,
        unit=unit,
        before=round(was, 3),
        after=round(is_now, 3),
        before_days=before,
        after_days=after,
        before_count=was_count,
        after_count=now_count,
    )


async def _unit(hub: Hub, entity: str, attribute: str) -> str:
    try:
        document = await hub.retrieve(EntityId(entity))
    except EntityNotExisting:
        raise FigureNotPublic(entity) from None
    if _first(document["type"]) not in FIGURES:
        raise FigureNotPublic(entity)
    unit = _instance(document, attribute).get("unitCode", "")
    return UNITS[unit].symbol if unit in UNITS else unit


async def _mean(
    hub: Hub, entity: EntityId, attribute: str, days: tuple[date, date]
) -> tuple[float, int]:
    since, until = days
    begins = datetime.combine(since, time(), LOCAL)
    ends = datetime.combine(until + timedelta(days=1), time(), LOCAL)
    series = await hub.series(entity, attribute, begins, ends)
    known = series.value[np.isfinite(series.value)]
    return (float(known.mean()), len(known)) if len(known) else (0.0, 0)


def _first(kind: JSON) -> str:
    return str(kind[0] if isinstance(kind, list) else kind)


def _instance(document: Document, attribute: str) -> Document:
    found = document.get(attribute) or {}
    chosen = found[0] if isinstance(found, list) and found else found
    return chosen if isinstance(chosen, dict) else {}


def _value(document: Document, attribute: str) -> JSON:
    return _instance(document, attribute).get("value")


def _name(document: Document) -> Text:
    words = _instance(document, "name").get("languageMap", {})
    local = str(document["id"]).split(":", 3)[-1]
    korean, english = words.get("ko") or local, words.get("en") or words.get("ko") or local
    return Text(str(korean), str(english))


def _distance(document: Document, place: Position) -> float | None:
    where = _value(document, "location")
    if not isinstance(where, dict) or where.get("type") != "Point":
        return None
    lon, lat, *_ = where["coordinates"]
    return distance_m(place, (lon, lat))


def spans(texts: Sequence[str]) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return two spans of days out of four dates; raise `ValueError` where they are none."""
    since, until, after, last = (date.fromisoformat(text) for text in texts)
    if not since <= until < after <= last:
        raise ValueError(texts)
    return (since, until), (after, last)
