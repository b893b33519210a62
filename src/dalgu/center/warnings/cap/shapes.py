"""The places of a message: from `lat,lon lat,lon …` to geometry and back, exactly."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dalgu.center.warnings.cap.message import Alert, Area
from dalgu.kernel.geo import EARTH_RADIUS_M, Position

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
LEAST_POINTS = 4  # CAP 1.2, 3.2.4 polygon: the last is the first again
MOST_LAT, MOST_LON = 90.0, 180.0
DIGITS = 6  # of a degree: a decimetre
CIRCLE_SIDES = 64


def point(text: str) -> Position | None:
    """Return (lon, lat) of `lat,lon`, `None` for what is none.

    >>> point("35.87,128.6"), point("135,1"), point("35.87")
    ((128.6, 35.87), None, None)
    """
    parts = text.split(",")
    if len(parts) != 2 or not all(NUMBER.fullmatch(part) for part in parts):
        return None
    lat, lon = map(float, parts)
    return (lon, lat) if abs(lat) <= MOST_LAT and abs(lon) <= MOST_LON else None


def ring(text: str) -> list[Position] | None:
    """Return the points of a polygon, the last as the first; `None` for what is none."""
    points = [point(token) for token in text.split()]
    known = [one for one in points if one is not None]
    is_whole = len(known) == len(points) >= LEAST_POINTS
    return known if is_whole and known[0] == known[-1] else None


def disc(text: str) -> tuple[Position, float] | None:
    """Return centre and radius in km of a circle, `None` for what is none."""
    tokens = text.split()
    if len(tokens) != 2 or not NUMBER.fullmatch(tokens[1]):
        return None
    centre, radius_km = point(tokens[0]), float(tokens[1])
    is_sound = centre is not None and 0 <= radius_km < float("inf")
    return (centre, radius_km) if centre is not None and is_sound else None


def polygon_text(points: Sequence[Position]) -> str:
    """Return a ring of (lon, lat) as CAP writes it, closed.

    >>> polygon_text([(128.6, 35.8), (128.7, 35.8), (128.7, 35.9)])
    '35.8,128.6 35.8,128.7 35.9,128.7 35.8,128.6'
    """
    told = [f"{_number(lat)},{_number(lon)}" for lon, lat in points]
    return " ".join(told if told[0] == told[-1] else [*told, told[0]])


def circle_text(centre: Position, radius_km: float) -> str:
    """Return a circle as CAP writes it."""
    lon, lat = centre
    return f"{_number(lat)},{_number(lon)} {radius_km:g}"


def geometry_of(areas: Iterable[Area]) -> "BaseGeometry | None":
    """Return all polygons and circles of areas as one geometry, `None` where there is none.

    A ring that crosses itself is read by the even-odd rule, as maps fill it.
    """
    from shapely import make_valid, union_all
    from shapely.geometry import Polygon

    known = list(areas)
    rings = [ring(text) for area in known for text in area.polygons if text.strip()]
    discs = [disc(text) for area in known for text in area.circles if text.strip()]
    shapes = [make_valid(Polygon(one)) for one in rings if one is not None]
    shapes += [Polygon(round_ring(*one)) for one in discs if one is not None and one[1] > 0]
    found = union_all([shape for shape in shapes if not shape.is_empty])
    return None if found.is_empty else found


def area_of(alert: Alert) -> "BaseGeometry | None":
    """Return where a message holds; all its infos speak of the same place."""
    return geometry_of(area for info in alert.infos for area in info.areas)


def round_ring(centre: Position, radius_km: float, sides: int = CIRCLE_SIDES) -> list[Position]:
    """Return a closed ring around a place, its corners at the radius."""
    lon, lat = centre
    lat_deg = math.degrees(radius_km * 1000 / EARTH_RADIUS_M)
    lon_deg = lat_deg / max(math.cos(math.radians(lat)), 0.01)
    turns = (math.tau * side / sides for side in range(sides))
    points = [(lon + lon_deg * math.cos(turn), lat + lat_deg * math.sin(turn)) for turn in turns]
    return [*points, points[0]]


def _number(degrees: float) -> str:
    return f"{degrees:.{DIGITS}f}".rstrip("0").rstrip(".")
