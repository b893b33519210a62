"""What a dong, or the whole city, is like just now: for citizens, so never of a single home.

Small counts are not told: a count from 1 to 4 is `few`, and what is drawn from so few is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.center.context import Center
from dalgu.center.documents import observed, title, value
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Outcome, Status
from dalgu.center.layers import FLOW_STALE, LAYERS, feature
from dalgu.cities import Dong
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.geo import Position, distance_m
from dalgu.kernel.text import Language

DEEDS_DAYS = 7
FEW = 5  # fewer than so many are not told (small cells)
BUSIEST = 3
AIR_STALE = timedelta(hours=3)
NEAR_STATION_M = 15_000.0  # farther off, a station says nothing of a place
# What a person who acts on it has confirmed, and what people at home notice.
OUTAGES = {"power": "power", "water": "water", "network": "network", "gas": "gas"}
NOT_OUTAGES = {"districtLeak", "noUse", "careNoUse"}
AIR_TYPES = ("AirQualityObserved", "WeatherObserved")
AIR_FIGURES = ("pm25", "pm10", "o3", "temperature", "relativeHumidity", "precipitation")
PRIVATE = {"care"}  # categories that speak of single homes


@dataclass(frozen=True, slots=True)
class Lot:
    """A car park as citizens see it; `free` is `None` where nothing tells it."""

    id: str
    name: str
    district: str | None
    free: int | None
    total: int | None
    soon: int | None  # free in half an hour, as forecast
    at: str | None
    state: str
    price: str
    origin: str | None
    feature: Document | None


@dataclass(frozen=True, slots=True)
class Parking:
    """The car parks of a place."""

    lots: Sequence[Lot]
    free: int | None  # `None` where none is known
    spaces: int
    origin: str | None


@dataclass(frozen=True, slots=True)
class Water:
    """The water of a place in its newest known hour."""

    used_m3h: float
    at: str
    meters: int
    meters_read: int
    origin: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """What passed one intersection in its newest interval."""

    name: str
    vehicles_h: float
    speed_kph: float | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """The traffic of a place."""

    counted: int  # intersections heard lately
    vehicles_h: float  # of all of them
    busiest: Sequence[Flow]
    at: str
    origin: str | None


@dataclass(frozen=True, slots=True)
class Air:
    """What the nearest station measures; only what it has."""

    station: str
    figures: Sequence[tuple[str, float, str]]  # name, value, UN/CEFACT code of the unit
    at: str
    origin: str | None


@dataclass(frozen=True, slots=True)
class Outage:
    """Something that does not work here, as a person who acts on it confirmed."""

    kind: str
    since: str
    place: str | None  # code of the dong
    origin: str | None


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the city did about what it noticed, in the last week; `None`: too few to tell."""

    noticed: int | None
    handled: int | None
    closed_p50_min: float | None
    is_few: bool
    origin: str | None


async def read_lots(center: Center, language: Language) -> list[Lot]:
    """Return all car parks, those with known free spaces first, then by name."""
    now = center.clock.now()
    lots = [
        _lot(document, language, now)
        for kind in LAYERS["parking"].types
        async for document in center.hub.every(kind)
    ]
    return sorted(lots, key=lambda lot: (lot.free is None, lot.name))


def _lot(document: Document, language: Language, now: datetime) -> Lot:
    layer = LAYERS["parking"]
    at = observed(document, "availableSpotNumber")
    sign = layer.read(document, now)
    price = (document.get("price") or {}).get("languageMap", {})
    return Lot(
        id=document["id"],
        name=title(document, language),
        district=value(document, "district"),
        free=value(document, "availableSpotNumber"),
        total=value(document, "totalSpotNumber"),
        soon=_soon(value(document, "forecast")),
        at=None if at is None else iso(at),
        state=sign.state,
        price=price.get(language, ""),
        origin=value(document, "origin"),
        feature=feature(layer, document, language, now),
    )


def _soon(forecast: object, minutes: int = 30) -> int | None:
    if not isinstance(forecast, list):
        return None
    fitting = (step for step in forecast if step.get("minutes") == minutes)
    return next((round(step["free"]) for step in fitting), None)


def parking(lots: Sequence[Lot], here: Dong | None) -> Parking:
    """Return the car parks of a dong, or of the whole city where none is chosen."""
    near = [lot for lot in lots if here is None or lot.district == here.code]
    known = [lot for lot in near if lot.free is not None]
    return Parking(
        lots=near,
        free=sum(lot.free or 0 for lot in known) if known else None,
        spaces=sum(lot.total or 0 for lot in known),
        origin=_origin(lot.origin for lot in known),
    )


async def read_water(center: Center, here: Dong | None) -> Water | None:
    """Return the water of a place, `None` where no metered area of it is known."""
    used, meters, read = 0.0, 0, 0
    origins: set[str | None] = set()
    newest: datetime | None = None
    async for area in center.hub.every("DistrictMeteredArea"):
        if here is not None and value(area, "district") != here.code:
            continue
        consumption, at = value(area, "consumption"), observed(area, "consumption")
        meters += value(area, "meterCount") or 0
        read += value(area, "readsReceived") or 0
        if consumption is not None and at is not None:
            used += consumption
            origins.add(value(area, "origin"))
            newest = at if newest is None else max(newest, at)
    if newest is None or meters < FEW:
        return None
    return Water(used, iso(newest), meters, read, _origin(origins))


async def read_traffic(center: Center, here: Dong | None, language: Language) -> Traffic | None:
    """Return the traffic of a place, `None` where nothing counted lately."""
    now, flows, newest = center.clock.now(), [], None
    origins: set[str | None] = set()
    async for one in center.hub.every("TrafficFlowObserved"):
        at, intensity = observed(one, "intensity"), value(one, "intensity")
        is_here = here is None or value(one, "district") == here.code
        if not is_here or at is None or intensity is None or now - at > FLOW_STALE:
            continue
        flows.append(Flow(title(one, language), intensity, value(one, "averageSpeed")))
        origins.add(value(one, "origin"))
        newest = at if newest is None else max(newest, at)
    if newest is None:
        return None
    flows.sort(key=lambda flow: -flow.vehicles_h)
    total = sum(flow.vehicles_h for flow in flows)
    return Traffic(len(flows), total, flows[:BUSIEST], iso(newest), _origin(origins))


async def read_air(center: Center, here: Dong | None, language: Language) -> list[Air]:
    """Return what the nearest stations of air and weather measure, where the hub knows any."""
    centre = center.city.centre if here is None else here.centre
    known = await center.hub.types()
    found: list[Air] = []
    for kind in AIR_TYPES:
        if kind not in known:
            continue
        stations = [
            (distance_m(centre, at), air)
            async for one in center.hub.every(kind)
            if (at := _position(one)) and (air := _air(one, language, center.clock.now()))
        ]
        nearest = min(stations, key=lambda pair: pair[0], default=None)
        if nearest is not None and nearest[0] <= NEAR_STATION_M:
            found.append(nearest[1])
    return found


def _air(document: Document, language: Language, now: datetime) -> Air | None:
    figures, newest = [], None
    for name in AIR_FIGURES:
        measured, at = value(document, name), observed(document, name)
        if isinstance(measured, int | float) and at is not None and now - at <= AIR_STALE:
            unit = (document.get(name) or {}).get("unitCode", "")
            figures.append((name, float(measured), unit))
            newest = at if newest is None else max(newest, at)
    if newest is None:
        return None
    return Air(title(document, language), figures, iso(newest), value(document, "origin"))


def _position(document: Document) -> Position | None:
    geometry = value(document, "location")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    lon, lat = geometry["coordinates"][:2]
    return lon, lat


def outages(incidents: Iterable[Incident], here: Dong | None) -> list[Outage]:
    """Return what does not work in a place: only what somebody has in hand, never a drill."""
    return [
        Outage(OUTAGES[one.category], iso(one.raised_at), one.dong, one.origin)
        for one in incidents
        if one.category in OUTAGES
        and one.sub_category not in NOT_OUTAGES
        and one.status is Status.IN_HAND
        and not one.is_drill
        and (here is None or one.dong == here.code)
    ]


def deeds(incidents: Iterable[Incident], here: Dong | None, now: datetime) -> Deeds:
    """Return what the city noticed and did in a place in the last week."""
    since = now - timedelta(days=DEEDS_DAYS)
    told = [
        one
        for one in incidents
        if one.raised_at >= since
        and not one.is_drill
        and one.outcome is not Outcome.MERGED
        and one.category not in PRIVATE
        and (here is None or one.dong == here.code)
    ]
    if len(told) < FEW:
        few = Deeds(None, None, None, is_few=bool(told), origin=_origin(o.origin for o in told))
        return few if told else Deeds(0, 0, None, is_few=False, origin=None)
    handled = sum(one.status is not Status.RAISED for one in told)
    minutes = sorted(
        (one.closed_at - one.raised_at).total_seconds() / 60
        for one in told
        if one.closed_at is not None
    )
    return Deeds(
        noticed=len(told),
        handled=handled,
        closed_p50_min=minutes[len(minutes) // 2] if len(minutes) >= FEW else None,
        is_few=False,
        origin=_origin(one.origin for one in told),
    )


def _origin(origins: Iterable[str | None]) -> str | None:
    """Return `synthetic` as soon as one part of a figure is."""
    return "synthetic" if "synthetic" in set(origins) else None
