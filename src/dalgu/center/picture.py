"""The city as the server draws it: for pages without script or WebGL, and until the map is up."""

from collections.abc import Iterable, Sequence
from functools import cache

from markupsafe import Markup, escape

from dalgu.cities import City, Dong
from dalgu.hub.model import Document
from dalgu.kernel.text import Language
from dalgu.web.drawing import Canvas, canvas

WIDTH = 900.0
DOT = 7.0
PAD_DEG = 0.01  # about a kilometre
COLOURS = {"good": "accent", "calm": "ink-soft", "stale": "ink-faint"}


@cache
def _canvas(city: City) -> Canvas:
    return canvas((district.geometry for district in city.districts), width=WIDTH)


@cache
def _ground(city: City, language: Language) -> str:
    """Return dongs as links to their own page, and districts with their names."""
    sheet = _canvas(city)
    dongs = "".join(
        f'<a href="/{language}/?dong={escape(dong.code)}" tabindex="-1">'
        f'<path class="land" d="{sheet.path(dong.geometry)}">'
        f"<title>{escape(dong.name.say(language))}</title></path></a>"
        for dong in city.dongs
    )
    return dongs + _districts(city, "district")


@cache
def _districts(city: City, kind: str) -> str:
    sheet = _canvas(city)
    return "".join(
        f'<path class="{kind}" d="{sheet.path(one.geometry)}"/>' for one in city.districts
    )


@cache
def _names(city: City, language: Language) -> str:
    sheet = _canvas(city)
    at = ((sheet.point(one.centre), one.name.say(language)) for one in city.districts)
    return "".join(f'<text x="{x}" y="{y}">{escape(name)}</text>' for (x, y), name in at)


def picture(  # noqa: PLR0913 - what may be drawn over the ground
    city: City,
    language: Language,
    *,
    label: str,
    features: Iterable[Document] = (),
    here: Dong | None = None,
    has_dongs: bool = False,
) -> Markup:
    """Return the drawing as SVG, with signs for GeoJSON point features.

    With `has_dongs` each dong is a link to its own page: the map of a reader without script.
    """
    sheet = _canvas(city)
    focus = "" if here is None else f'<path class="here" d="{sheet.path(here.geometry)}"/>'
    ground = _ground(city, language) if has_dongs else _districts(city, "land")
    dots = "".join(_dot(sheet, one) for one in features)
    return Markup(  # noqa: S704 - every text in it was escaped above
        f'<svg class="drawing" viewBox="0 0 {sheet.width:g} {sheet.height:g}" role="group" '
        f'aria-label="{escape(label)}">'
        f"{ground}{focus}{dots}{_names(city, language)}</svg>"
    )


def _dot(sheet: Canvas, feature: Document) -> str:
    x, y = sheet.point(feature["geometry"]["coordinates"])
    said = feature["properties"]
    colour = COLOURS.get(said["state"], said["state"])
    text = f" {escape(said['text'])}" if "text" in said else ""
    return (
        f'<circle class="dot {colour}" cx="{x}" cy="{y}" r="{DOT}">'
        f"<title>{escape(said['name'])}{text}</title></circle>"
    )


def view_of(features: Sequence[Document]) -> tuple[float, ...] | None:
    """Return west, south, east, north of nearly all features, `None` when there is none."""
    if not features:
        return None
    positions = [one["geometry"]["coordinates"] for one in features]
    lons, lats = sorted(p[0] for p in positions), sorted(p[1] for p in positions)
    few = len(positions) // 50  # a stray or two must not shrink the rest
    west, east = lons[few], lons[-few - 1]
    south, north = lats[few], lats[-few - 1]
    return (west - PAD_DEG, south - PAD_DEG, east + PAD_DEG, north + PAD_DEG)


def bounds(geometry: Document) -> Sequence[float]:
    """Return west, south, east, north of a polygon or several, a little wider."""
    sheet = canvas([geometry], margin=0.25)
    return (sheet.west, sheet.south, sheet.east, sheet.north)
