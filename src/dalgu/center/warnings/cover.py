"""Who and what lies in an area, by exact geometry, before anybody is warned.

Residents of a dong count by the share of it that lies inside: the share of its inhabited cells
where these are known, the share of its ground otherwise (as if people lived evenly spread).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from dalgu.center.warnings.cap.shapes import round_ring
from dalgu.center.warnings.content import Shape, Where
from dalgu.center.warnings.errors import AreaInvalid
from dalgu.cities import City, Dong
from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import Document
from dalgu.kernel.geo import to_metric
from dalgu.kernel.text import Text

if TYPE_CHECKING:
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

MOST_CORNERS = 500
MOST_RADIUS_KM = 60.0
LEAST_SHARE = 0.0005  # of a dong: a sliver along a border is nobody's home,
LEAST_PART = 0.01  # unless it is this much of the area: a small place in a wide dong
WHOLE_SHARE = 0.9995
MOST_NAMED = 3  # dongs that an area's name lists
MOST_THINGS = 1_000  # of a kind that are listed
KINDS = ("camera", "parking", "meter", "school")


@dataclass(frozen=True, slots=True)
class Part:
    """One dong, and how much of it lies inside, 0 to 1."""

    dong: Dong
    share: float
    is_by_cells: bool = False  # by inhabited cells; by ground otherwise

    @property
    def residents(self) -> int:
        """People that live inside, rounded."""
        return round(self.dong.residents * self.share)

    @property
    def households(self) -> int:
        """Homes inside, rounded."""
        return round(self.dong.households * self.share)

    @property
    def elderly(self) -> int:
        """People of 65 and more that live inside, rounded."""
        return round(self.dong.elderly * self.share)


@dataclass(frozen=True, slots=True)
class Covered:
    """Everybody inside an area."""

    parts: tuple[Part, ...]
    area_km2: float

    @property
    def residents(self) -> int:
        """People inside."""
        return sum(part.residents for part in self.parts)

    @property
    def households(self) -> int:
        """Homes inside."""
        return sum(part.households for part in self.parts)

    @property
    def elderly(self) -> int:
        """People of 65 and more inside."""
        return sum(part.elderly for part in self.parts)

    @property
    def districts(self) -> tuple[str, ...]:
        """Codes of the districts touched, in their order."""
        return tuple(sorted({part.dong.district for part in self.parts}))


@dataclass(frozen=True, slots=True)
class _Ground:
    shapes: "Sequence[BaseGeometry]"
    tree: "STRtree"


@cache
def _ground(city: City) -> _Ground:
    from shapely import STRtree, make_valid, prepare
    from shapely.geometry import shape

    shapes = [make_valid(shape(dong.geometry)) for dong in city.dongs]
    prepare(shapes)
    return _Ground(shapes, STRtree(shapes))


def geometry(city: City, where: Where) -> "BaseGeometry":
    """Return an area as one geometry in degrees; raise `AreaInvalid`."""
    from shapely import make_valid, union_all
    from shapely.geometry import Polygon

    if where.shape is Shape.DONGS:
        places = {dong.code: place for place, dong in enumerate(city.dongs)}
        if not where.dongs or not all(code in places for code in where.dongs):
            raise AreaInvalid("it names no dong of the city")
        return union_all([_ground(city).shapes[places[code]] for code in where.dongs])
    if where.shape is Shape.CIRCLE:
        is_round = where.centre is not None and 0 < where.radius_km <= MOST_RADIUS_KM
        if where.centre is None or not is_round:
            raise AreaInvalid(f"its radius must be above 0 and at most {MOST_RADIUS_KM:g} km")
        return Polygon(round_ring(where.centre, where.radius_km))
    if not 3 <= len(where.ring) <= MOST_CORNERS:
        raise AreaInvalid(f"it must have 3 to {MOST_CORNERS} corners")
    found = Polygon(where.ring)
    if not found.is_valid:
        raise AreaInvalid("its border crosses itself")
    return make_valid(found)


def covered(city: City, area: "BaseGeometry") -> Covered:
    """Return whom an area covers, most people first; raise `AreaInvalid` outside the city."""
    ground = _ground(city)
    near = (int(place) for place in ground.tree.query(area, predicate="intersects"))
    shared = {place: ground.shapes[place].intersection(area).area for place in near}
    kept = [
        _part(city, place, area, inside)
        for place, inside in shared.items()
        if inside > LEAST_SHARE * ground.shapes[place].area or inside > LEAST_PART * area.area
    ]
    if not kept:
        raise AreaInvalid("no dong of the city lies in it")
    kept.sort(key=lambda part: (-part.residents, part.dong.code))
    return Covered(tuple(kept), to_metric(area).area / 1e6)


def _part(city: City, place: int, area: "BaseGeometry", inside: float) -> Part:
    dong, shape = city.dongs[place], _ground(city).shapes[place]
    cells = city.settlements.get(dong.code)
    if cells:
        from shapely import contains_xy

        held_cells = contains_xy(area, [cell[0] for cell in cells], [cell[1] for cell in cells])
        weights = [cell[2] for cell in cells]
        held = sum(weight for weight, is_in in zip(weights, held_cells, strict=True) if is_in)
        return Part(dong, held / sum(weights), is_by_cells=True)
    # Shares of one small dong are the same in degrees as in metres.
    share = inside / shape.area
    return Part(dong, 1.0 if share > WHOLE_SHARE else share)


def name_of(city: City, parts: Iterable[Part]) -> Text:
    """Return what people call an area: its district and the dongs where most live.

    Whole districts are named alone.
    """
    listed = list(parts)
    codes = sorted({part.dong.district for part in listed})
    whole = all(
        {dong.code for dong in city.dongs if dong.district == code}
        == {part.dong.code for part in listed if part.dong.district == code and part.share == 1.0}
        for code in codes
    )
    if whole and len(codes) == len(city.districts):
        return city.name
    gu = {one.code: one.name for one in city.districts if one.code in codes}
    if whole:
        return _joined(list(gu.values()))
    return _named(gu, [part.dong for part in listed])


def _named(gu: dict[str, Text], dongs: Sequence[Dong]) -> Text:
    """Return the first dongs by name, with their districts, and how many more there are."""
    first, more = dongs[:MOST_NAMED], len(dongs) - MOST_NAMED
    by_gu: dict[str, list[Text]] = {}
    for dong in first:
        by_gu.setdefault(dong.district, []).append(dong.name)
    ko = " ".join(f"{gu[code].ko} {_joined(names).ko}" for code, names in by_gu.items())
    en = "; ".join(f"{_joined(names).en}, {gu[code].en}" for code, names in by_gu.items())
    if more <= 0:
        return Text(ko, en)
    return Text(f"{ko} 외 {more}개 동", f"{en} and {more} more dongs")


def _joined(names: Sequence[Text]) -> Text:
    return Text("·".join(one.ko for one in names), ", ".join(one.en for one in names))


def geojson(area: "BaseGeometry") -> Document:
    """Return a geometry as GeoJSON of lists, as the hub and browsers take it."""
    from shapely import to_geojson

    return dict(msgspec.json.decode(to_geojson(area)))


async def things_in(hub: Hub, area: "BaseGeometry") -> dict[str, list[tuple[str, float, float]]]:
    """Return the city's things inside an area by kind: id, longitude, latitude."""
    geometry = geojson(area.envelope)
    asked = {
        "camera": (("Device",), 'category=="camera"'),
        "parking": (("OffStreetParking", "OnStreetParking"), None),
        "meter": (("WaterMeter",), None),
        "school": (("School",), None),
    }
    found: dict[str, list[tuple[str, float, float]]] = {}
    for kind, (types, q) in asked.items():
        query = Query(types=types, q=q, georel="within", geometry=geometry, limit=MOST_THINGS)
        found[kind] = _inside(area, (await hub.query(query)).entities)
    return found


def _inside(area: "BaseGeometry", documents: Iterable[Document]) -> list[tuple[str, float, float]]:
    from shapely import contains_xy, prepare

    prepare(area)
    points = []
    for document in documents:
        place = (document.get("location") or {}).get("value") or {}
        if place.get("type") == "Point":
            lon, lat = place["coordinates"][:2]
            if contains_xy(area, lon, lat):
                points.append((str(document["id"]), float(lon), float(lat)))
    return points
