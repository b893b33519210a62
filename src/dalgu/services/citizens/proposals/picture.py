"""The city with places of proposals, as the server draws it: for a page without script."""

from collections.abc import Iterable
from functools import cache

from markupsafe import Markup, escape

from dalgu.cities import City
from dalgu.kernel.geo import Position
from dalgu.kernel.text import Language
from dalgu.web.drawing import Canvas, city_sheet

WIDTH = 900.0
DOT = 9.0

Mark = tuple[str, str, Position]  # where it leads to, its name, its place


@cache
def sheet(city: City) -> Canvas:
    """Return the window on the whole city."""
    return city_sheet(city, WIDTH)[0]


@cache
def _ground(city: City, language: Language) -> str:
    drawn, land = city_sheet(city, WIDTH)
    at = ((drawn.point(one.centre), one.name.say(language)) for one in city.districts)
    names = "".join(f'<text x="{x:g}" y="{y:g}">{escape(name)}</text>' for (x, y), name in at)
    return f"{land}{names}"


def picture(city: City, language: Language, label: str, marks: Iterable[Mark]) -> Markup:
    """Return the city as SVG with links at places."""
    drawn = sheet(city)
    dots = "".join(_dot(drawn, mark) for mark in marks)
    ground = _ground(city, language)
    return Markup(  # noqa: S704 - every text in it was escaped above
        f'<svg class="drawing places" viewBox="0 0 {drawn.width:g} {drawn.height:g}" role="group" '
        f'data-west="{drawn.west}" data-east="{drawn.east}" data-south="{drawn.south}" '
        f'data-north="{drawn.north}" aria-label="{escape(label)}">{ground}{dots}</svg>'
    )


def _dot(drawn: Canvas, mark: Mark) -> str:
    href, name, place = mark
    x, y = drawn.point(place)
    dot = f'<circle cx="{x:g}" cy="{y:g}" r="{DOT:g}"><title>{escape(name)}</title></circle>'
    return f'<a href="{escape(href)}" tabindex="-1">{dot}</a>' if href else dot
