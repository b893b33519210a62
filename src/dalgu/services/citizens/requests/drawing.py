"""Requests on the city as the server draws it: for readers without script or WebGL."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from dalgu.cities import City
from dalgu.hub.model import Document
from dalgu.web.drawing import Canvas, city_sheet

DOT, FOCUS = 7.0, 13.0
COLOURS = {"good": "accent", "calm": "ink-soft"}


def drawn(city: City, features: Iterable[Document], label: str, *, focus: bool = False) -> Markup:
    """Return the districts with requests as dots over them, as SVG."""
    sheet, land = city_sheet(city)
    dots = "".join(_dot(sheet, one, FOCUS if focus else DOT) for one in features)
    return Markup(  # noqa: S704 - every text in it was escaped
        f'<svg class="drawing" viewBox="0 0 {sheet.width:g} {sheet.height:g}" role="img" '
        f'aria-label="{escape(label)}">{land}{dots}</svg>'
    )


def _dot(sheet: Canvas, feature: Document, radius: float) -> str:
    x, y = sheet.point(feature["geometry"]["coordinates"])
    said = feature["properties"]
    colour = COLOURS.get(said["state"], said["state"])
    return (
        f'<circle class="dot {colour}" cx="{x}" cy="{y}" r="{radius:g}">'
        f"<title>{escape(said['name'])}</title></circle>"
    )
