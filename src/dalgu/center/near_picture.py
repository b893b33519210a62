"""The city in a few kilobytes: its neighbourhoods as links, or one of them from near.

For the citizens' front page, which must be whole in 30 kB. Outlines are simplified together, so
that neighbours still share their borders.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from dalgu.cities import City, Dong
from dalgu.hub.model import Document
from dalgu.kernel.text import Language
from dalgu.web.drawing import Canvas, canvas

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

WIDTH = 450.0  # of the whole city: one unit is about 130 m
TOLERANCE_DEG = 0.002  # of the whole city's outlines, about 200 m
NEAR_WIDTH, NEAR_MARGIN = 600.0, 0.25
NEAR_TOLERANCE_DEG = 0.0002
DOT = 7.0
LEAST_NAMED, NAME_ROOM = 0.03, 62.0  # share of the picture; units from its edge
LARGEST_DOTS = 60  # signs in a picture


@cache
def _outlines(city: City, tolerance_deg: float) -> tuple["BaseGeometry", ...]:
    from shapely import coverage_simplify
    from shapely.geometry import shape

    found = coverage_simplify([shape(dong.geometry) for dong in city.dongs], tolerance_deg)
    return tuple(found)


@cache
def whole(city: City, language: Language, label: str) -> Markup:
    """Return the whole city as SVG: each neighbourhood is a link to its own page."""
    sheet = canvas((district.geometry for district in city.districts), width=WIDTH, margin=0.01)
    outlines = zip(city.dongs, _outlines(city, TOLERANCE_DEG), strict=True)
    links = "".join(_link(sheet, dong, outline, language) for dong, outline in outlines)
    names = "".join(
        f'<text x="{x:g}" y="{y:g}">{escape(one.name.say(language))}</text>'
        for one in city.districts
        for x, y in [sheet.point(one.centre)]
    )
    return _svg(sheet, label, f"{links}{names}")


def near(
    city: City, language: Language, here: Dong, label: str, features: Iterable[Document] = ()
) -> Markup:
    """Return one neighbourhood with those around it as links, and signs of what is in it."""
    from shapely import clip_by_rect

    sheet = canvas([here.geometry], width=NEAR_WIDTH, margin=NEAR_MARGIN)
    around, names, own = "", "", ""
    for dong, outline in zip(city.dongs, _outlines(city, NEAR_TOLERANCE_DEG), strict=True):
        seen = clip_by_rect(outline, sheet.west, sheet.south, sheet.east, sheet.north)
        if dong is here:
            own = f'<path class="here" d="{_path(sheet, outline)}"/>'
        elif not seen.is_empty:
            around += _link(sheet, dong, seen, language)
            names += _name(sheet, seen, dong.name.say(language))
    dots = "".join(_dot(sheet, one) for one in list(features)[:LARGEST_DOTS])
    return _svg(sheet, label, f"{around}{own}{names}{dots}")


def _link(sheet: Canvas, dong: Dong, outline: "BaseGeometry", language: Language) -> str:
    return (
        f'<a href="?dong={escape(dong.code)}" tabindex="-1"><path d="{_path(sheet, outline)}">'
        f"<title>{escape(dong.name.say(language))}</title></path></a>"
    )


def _path(sheet: Canvas, outline: "BaseGeometry") -> str:
    from shapely.geometry import mapping

    return sheet.path(mapping(outline))


def _name(sheet: Canvas, outline: "BaseGeometry", name: str) -> str:
    """Return a name within what is seen, where that is large enough to hold it."""
    span = (sheet.east - sheet.west) * (sheet.north - sheet.south)
    if outline.area < span * LEAST_NAMED:
        return ""
    at = outline.representative_point()
    x, y = sheet.point((at.x, at.y))
    x = min(max(x, NAME_ROOM), sheet.width - NAME_ROOM)
    return f'<text x="{x:g}" y="{y:g}">{escape(name)}</text>'


def _dot(sheet: Canvas, feature: Document) -> str:
    x, y = sheet.point(feature["geometry"]["coordinates"])
    said = feature["properties"]
    text = f" {escape(said['text'])}" if "text" in said else ""
    return (
        f'<circle class="{escape(said["state"])}" cx="{x:g}" cy="{y:g}" r="{DOT:g}">'
        f"<title>{escape(said['name'])}{text}</title></circle>"
    )


def _svg(sheet: Canvas, label: str, inside: str) -> Markup:
    return Markup(  # noqa: S704 - every text in it was escaped above
        f'<svg class="drawing" viewBox="0 0 {sheet.width:g} {sheet.height:g}" role="group" '
        f'aria-label="{escape(label)}">{inside}</svg>'
    )
