"""A map sketch for papers: dongs and districts, a cross where it happened, a scale; vectors."""

import math
from typing import Any

from dalgu.certification.papers.fonts import BOLD, REGULAR, printable
from dalgu.cities import City
from dalgu.kernel.geo import Position
from dalgu.kernel.text import Language
from dalgu.web.drawing import Canvas

REACH_M = 1_600.0  # from the middle to the upper edge
BAR_M = 500
CLEAR = 16.0  # points around the cross without a name
EARTH_M = 111_320.0  # a degree of latitude
LAND, EDGE, DISTRICT, INK, MARK = "#f4f1e8", "#b9b4a4", "#132f57", "#565e6a", "#a3241c"


def sketch(city: City, at: Position, width: float, height: float, language: Language) -> Any:
    """Return a flowable of the surroundings of a place; width and height in points."""
    from reportlab.platypus import Flowable  # type: ignore[import-untyped]  # ships no types

    window = _window(at, width, height)

    class Sketch(Flowable):  # type: ignore[misc]  # reportlab has no types
        def wrap(self, room: float, below: float) -> tuple[float, float]:
            return width, height

        def draw(self) -> None:
            _draw(self.canv, city, window, at, language)

    return Sketch()


def _window(at: Position, width: float, height: float) -> Canvas:
    lat = REACH_M / EARTH_M
    lon = lat * width / height / math.cos(math.radians(at[1]))
    return Canvas(at[0] - lon, at[1] - lat, at[0] + lon, at[1] + lat, width)


def _draw(canvas: Any, city: City, window: Canvas, at: Position, language: Language) -> None:
    from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]

    height = window.height
    canvas.saveState()
    frame = canvas.beginPath()
    frame.rect(0, 0, window.width, height)
    canvas.clipPath(frame, stroke=0, fill=0)
    shapes = [(one.geometry, EDGE, 0.6, LAND) for one in city.dongs if _near(one.geometry, window)]
    shapes += [(d.geometry, DISTRICT, 1.3, "") for d in city.districts if _near(d.geometry, window)]
    for geometry, edge, stroke, fill in shapes:
        canvas.setStrokeColor(HexColor(edge))
        canvas.setLineWidth(stroke)
        canvas.setFillColor(HexColor(fill or LAND))
        canvas.drawPath(_path(canvas, geometry, window), stroke=1, fill=1 if fill else 0)
    _names(canvas, city, window, (at, language))
    _cross(canvas, window.point(at), height)
    _scale(canvas, window)
    canvas.restoreState()
    canvas.setStrokeColor(HexColor(DISTRICT))
    canvas.setLineWidth(0.8)
    canvas.rect(0, 0, window.width, height, stroke=1, fill=0)


def _path(canvas: Any, geometry: dict[str, Any], window: Canvas) -> Any:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    path = canvas.beginPath()
    for polygon in polygons:
        for ring in polygon:
            points = [window.point(one) for one in ring]
            path.moveTo(points[0][0], window.height - points[0][1])
            for x, y in points[1:]:
                path.lineTo(x, window.height - y)
            path.close()
    return path


def _near(geometry: dict[str, Any], window: Canvas) -> bool:
    """Tell whether the box around a geometry meets the window."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    lons = [float(point[0]) for polygon in polygons for point in polygon[0]]
    lats = [float(point[1]) for polygon in polygons for point in polygon[0]]
    is_beside = max(lons) < window.west or min(lons) > window.east
    return not (is_beside or max(lats) < window.south or min(lats) > window.north)


def _names(canvas: Any, city: City, window: Canvas, told: tuple[Position, Language]) -> None:
    canvas.setFont(REGULAR, 7)
    canvas.setFillColor(INK)
    at, language = told
    cross = window.point(at)
    held: list[tuple[float, float, float]] = []  # middles and halves of names that stand already
    nearest = sorted(city.dongs, key=lambda one: math.dist(window.point(one.centre), cross))
    for dong in nearest:
        x, y = window.point(dong.centre)
        if math.dist((x, y), cross) < CLEAR:
            y = cross[1] - CLEAR
        name = printable(dong.name.say(language))
        half = canvas.stringWidth(name, REGULAR, 7) / 2 + 2
        is_inside = half < x < window.width - half and 10 < y < window.height - 10
        if is_inside and not any(abs(x - u) < half + w and abs(y - v) < 9 for u, v, w in held):
            held.append((x, y, half))
            canvas.drawCentredString(x, window.height - y, name)


def _cross(canvas: Any, point: tuple[float, float], height: float) -> None:
    x, y = point[0], height - point[1]
    canvas.setStrokeColor(MARK)
    canvas.setLineWidth(1.6)
    canvas.circle(x, y, 6.5, stroke=1, fill=0)
    for dx, dy in ((10, 0), (0, 10)):
        canvas.line(x - dx, y - dy, x + dx, y + dy)


def _scale(canvas: Any, window: Canvas) -> None:
    """Draw the bar and the arrow to the north."""
    metres = (window.north - window.south) * EARTH_M
    length = BAR_M / metres * window.height
    canvas.setStrokeColor(INK)
    canvas.setFillColor("#ffffff")
    canvas.setLineWidth(0.5)
    canvas.rect(6, 6, length + 46, 16, stroke=0, fill=1)
    canvas.setFillColor(INK)
    canvas.rect(11, 12, length, 3, stroke=1, fill=1)
    canvas.setFont(REGULAR, 7)
    canvas.drawString(15 + length, 11, f"{BAR_M} m")
    right, top = window.width - 14, window.height - 10
    arrow = canvas.beginPath()
    arrow.moveTo(right, top)
    arrow.lineTo(right - 4, top - 11)
    arrow.lineTo(right + 4, top - 11)
    arrow.close()
    canvas.drawPath(arrow, stroke=0, fill=1)
    canvas.setFont(BOLD, 7)
    canvas.drawCentredString(right, top - 19, "N")
