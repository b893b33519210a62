"""The geo-query language (CIM 009 4.10): a box for candidates, then the exact relation."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dalgu.hub.errors import ParameterInvalid
from dalgu.hub.model import JSON, Document
from dalgu.hub.values import check_geometry
from dalgu.kernel.geo import EARTH_RADIUS_M, distance_m

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]  # west, south, east, north

RELATIONS = ("near", "within", "contains", "intersects", "equals", "disjoint", "overlaps")
_NEAR = re.compile(r"near;\s*(maxDistance|minDistance)\s*==\s*(\d+(?:\.\d+)?)", re.ASCII)
_BOX_MARGIN_DEG = 1e-9  # against rounding at the edge of the box


@dataclass(frozen=True, slots=True)
class GeoFilter:
    """A relation to a geometry, ready to be asked.

    `box` bounds every geometry that can match (None: any can); `matches` is exact and takes a
    GeoJSON geometry.
    """

    geoproperty: str
    box: Box | None
    matches: Callable[[Document], bool]

    def accepts(self, document: Document) -> bool:
        """Whether one instance of the entity's geoproperty matches."""
        attribute = document.get(self.geoproperty)
        several = attribute if isinstance(attribute, list) else [attribute]
        return any(
            one.get("type") == "GeoProperty" and self.matches(one["value"])
            for one in several
            if isinstance(one, dict)
        )


def compile_geo(georel: str, geometry: Document, geoproperty: str = "location") -> GeoFilter:
    """Return the filter of a geo-query.

    Parameters
    ----------
    georel
        `near;maxDistance==2000` (metres), `near;minDistance==10`, or another relation's name.
    geometry
        The GeoJSON geometry the relation speaks of.
    geoproperty
        Stored name of the attribute whose geometry is compared.

    Raises
    ------
    ParameterInvalid, DocumentInvalid
        When the relation or the geometry is invalid.

    Examples
    --------
    >>> city_hall = {"type": "Point", "coordinates": [128.6, 35.87]}
    >>> near = compile_geo("near;maxDistance==2000", city_hall)
    >>> near.matches({"type": "Point", "coordinates": [128.6, 35.88]})
    True

    """
    check_geometry("geometry", geometry)
    near = _NEAR.fullmatch(georel)
    if near is not None and 0 < float(near.group(2)) < math.inf:
        return _near(near.group(1), float(near.group(2)), geometry, geoproperty)
    if georel not in RELATIONS or georel == "near":
        raise ParameterInvalid("georel", georel, "is no relation of the geo-query language")
    box = None if georel == "disjoint" else box_of(geometry)
    return GeoFilter(geoproperty, box, _relation(georel, geometry))


def can_be_within(georel: str, geometry: Document, region: Document) -> bool:
    """Whether something in a region can be in a relation to a geometry.

    >>> city_hall = {"type": "Point", "coordinates": [128.6, 35.87]}
    >>> seoul = {"type": "Point", "coordinates": [126.98, 37.57]}
    >>> can_be_within("near;maxDistance==2000", city_hall, seoul)
    False
    >>> can_be_within("disjoint", city_hall, seoul)
    True
    """
    if georel == "disjoint" or "minDistance" in georel:
        return True
    relation = georel if georel.startswith("near") else "intersects"
    return compile_geo(relation, geometry).matches(region)


def box_of(geometry: Document) -> Box:
    """Return the bounding box of a GeoJSON geometry.

    >>> box_of({"type": "LineString", "coordinates": [[1, 2], [3, 0]]})
    (1, 0, 3, 2)
    """
    positions = list(_positions(geometry["coordinates"]))
    lons = [position[0] for position in positions]
    lats = [position[1] for position in positions]
    return min(lons), min(lats), max(lons), max(lats)


def _positions(coordinates: JSON) -> Iterator[JSON]:
    if coordinates and not isinstance(coordinates[0], list):
        yield coordinates
        return
    for part in coordinates:
        yield from _positions(part)


def _near(bound: str, limit_m: float, geometry: Document, geoproperty: str) -> GeoFilter:
    is_max = bound == "maxDistance"
    box = _widened(box_of(geometry), limit_m) if is_max else None

    def matches(other: Document) -> bool:
        apart_m = distance_of(geometry, other)
        return apart_m <= limit_m if is_max else apart_m >= limit_m

    return GeoFilter(geoproperty, box, matches)


def _widened(box: Box, by_m: float) -> Box | None:
    """Return a box that holds all within a distance; None where it would reach a pole or 180°."""
    west, south, east, north = box
    by_deg = math.degrees(by_m / EARTH_RADIUS_M) + _BOX_MARGIN_DEG
    if south - by_deg <= -90 or north + by_deg >= 90:
        return None
    # Widest longitude of a circle around a parallel: sin(d) / cos(latitude).
    ratio = math.sin(math.radians(by_deg)) / math.cos(math.radians(max(-south, north)))
    if by_deg >= 90 or ratio >= 1:
        return None
    wide_deg = math.degrees(math.asin(ratio)) + _BOX_MARGIN_DEG
    if west - wide_deg < -180 or east + wide_deg > 180:
        return None
    return west - wide_deg, south - by_deg, east + wide_deg, north + by_deg


def distance_of(one: Document, other: Document) -> float:
    """Return the metres between two GeoJSON geometries, where they are nearest.

    >>> city_hall = {"type": "Point", "coordinates": [128.6, 35.87]}
    >>> distance_of(city_hall, city_hall)
    0.0
    """
    if one["type"] == other["type"] == "Point":
        (lon_a, lat_a), (lon_b, lat_b) = one["coordinates"][:2], other["coordinates"][:2]
        return distance_m((lon_a, lat_a), (lon_b, lat_b))
    from shapely import affinity
    from shapely.ops import nearest_points

    # Nearest points in a plane that is true around the reference, then the great circle.
    scale = max(0.01, math.cos(math.radians(box_of(one)[1])))
    flat = [affinity.scale(_shape(part), scale, 1, origin=(0, 0)) for part in (one, other)]
    near, far = nearest_points(*flat)
    return distance_m((near.x / scale, near.y), (far.x / scale, far.y))


def _relation(georel: str, geometry: Document) -> Callable[[Document], bool]:
    reference: list[BaseGeometry] = []  # made when it is first needed: shapely loads slowly

    def matches(other: Document) -> bool:
        if not reference:
            from shapely import prepare

            reference.append(_shape(geometry))
            prepare(reference[0])
        asked = _shape(other)
        if georel == "within":
            return bool(reference[0].covers(asked) and asked.within(reference[0]))
        return bool(getattr(asked, georel)(reference[0]))

    return matches


def _shape(geometry: Document) -> "BaseGeometry":
    """Return the geometry for GEOS; one that crosses itself is mended, not refused."""
    from shapely import force_2d, make_valid
    from shapely.geometry import shape

    made = force_2d(shape(geometry))
    return made if made.is_valid else make_valid(made)
