"""Pictures that the server draws: maps, lines and dials as SVG paths, for pages without script."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dalgu.cities import City
from dalgu.kernel.geo import Position

Geometry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Canvas:
    """A Mercator window on the city: degrees in, SVG units out, north up."""

    west: float
    south: float
    east: float
    north: float
    width: float = 1000.0

    @property
    def height(self) -> float:
        """Height that keeps the shape of the ground."""
        span = _mercator(self.north) - _mercator(self.south)
        return round(self.width * span / math.radians(self.east - self.west), 1)

    def point(self, position: Position | Sequence[float]) -> tuple[float, float]:
        """Return where a position falls."""
        scale = self.width / math.radians(self.east - self.west)
        x = math.radians(position[0] - self.west) * scale
        y = (_mercator(self.north) - _mercator(position[1])) * scale
        return round(x, 1), round(y, 1)

    def path(self, geometry: Geometry) -> str:
        """Return the outline of a polygon or several as an SVG path."""
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        return "".join(self._ring(ring) for polygon in polygons for ring in polygon)

    def _ring(self, ring: Iterable[Sequence[float]]) -> str:
        points = [(round(x), round(y)) for x, y in map(self.point, ring)]
        (at_x, at_y), path = points[0], f"M{points[0][0]} {points[0][1]}l"
        for x, y in points[1:]:
            if (x, y) != (at_x, at_y):
                path += f"{x - at_x} {y - at_y} "
                at_x, at_y = x, y
        return path.rstrip() + "z"


def canvas(
    geometries: Iterable[Geometry], *, width: float = 1000.0, margin: float = 0.03
) -> Canvas:
    """Return a window that shows all the geometries with a margin around."""
    positions = [position for geometry in geometries for position in _positions(geometry)]
    lons, lats = [p[0] for p in positions], [p[1] for p in positions]
    pad_lon, pad_lat = (max(lons) - min(lons)) * margin, (max(lats) - min(lats)) * margin
    return Canvas(
        min(lons) - pad_lon, min(lats) - pad_lat, max(lons) + pad_lon, max(lats) + pad_lat, width
    )


@cache
def city_sheet(city: City, width: float = 900.0) -> tuple[Canvas, str]:
    """Return the window on a whole city, and its districts as SVG paths of class `land`."""
    sheet = canvas((district.geometry for district in city.districts), width=width)
    land = "".join(f'<path class="land" d="{sheet.path(d.geometry)}"/>' for d in city.districts)
    return sheet, land


def _positions(geometry: Geometry) -> Iterable[Sequence[float]]:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return (position for polygon in polygons for position in polygon[0])


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def line(
    values: Sequence[float | None],
    *,
    width: float = 120.0,
    height: float = 32.0,
    floor: float | None = None,
) -> str:
    """Return a line through evenly spaced values as an SVG path; a gap where there is none.

    >>> line([0, 1, None, 2], width=3, height=2)
    'M0 2L1 1M3 0'
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low = min(known) if floor is None else min(floor, *known)
    span = (max(known) - low) or 1.0
    step = width / max(1, len(values) - 1)
    path, pen = "", "M"
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        y = round(height - (value - low) / span * height, 2)
        path += f"{pen}{round(index * step, 2):g} {y:g}"
        pen = "L"
    return path


def arc(share: float, *, radius: float, centre: float, sweep_deg: float = 270.0) -> str:
    """Return the arc of a dial that opens at the bottom, filled to a share 0 to 1."""
    start_deg = 90.0 + (360.0 - sweep_deg) / 2
    end_deg = start_deg + sweep_deg * max(0.0, min(1.0, share))
    (x_0, y_0), (x_1, y_1) = (_on_circle(radius, centre, deg) for deg in (start_deg, end_deg))
    large = int(end_deg - start_deg > 180)
    return f"M{x_0:g} {y_0:g}A{radius:g} {radius:g} 0 {large} 1 {x_1:g} {y_1:g}"


def _on_circle(radius: float, centre: float, deg: float) -> tuple[float, float]:
    turn = math.radians(deg)
    return round(centre + radius * math.cos(turn), 2), round(centre + radius * math.sin(turn), 2)
