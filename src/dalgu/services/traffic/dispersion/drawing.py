"""The streets under a closure as the server draws them: where flow grows, where it shrinks."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from dalgu.cities import City
from dalgu.services.traffic.dispersion import deeds as d
from dalgu.services.traffic.network.model import Network
from dalgu.web.drawing import city_sheet

Point = tuple[float, float]
Box = tuple[float, float, float, float]

ASIDE = 1.6  # SVG units: the two directions of a street lie beside each other
THICKEST, THINNEST = 7.0, 1.2
FULL_VPH = 400.0  # a change that large is drawn thickest
MARGIN = 0.08
WIDTH = 900.0
LEAST_SIDE = 24.0  # of what a plan's map shows: a few blocks
SIGN_SHARE = 0.016  # of the map's width
CHOSEN = ' class="chosen"'


@dataclass(frozen=True, slots=True)
class Sheet:
    """A network in SVG units: each link's path by identifier, where it begins, the land below."""

    width: float
    height: float
    land: str
    path: Mapping[str, str]
    begin: Mapping[str, Point]
    end: Mapping[str, Point]


def sheet_of(network: Network, city: City) -> Sheet:
    """Return a network drawn on its city, or on nothing where it has no coordinates on Earth."""
    return _sheet(_Key(network), city)


class _Key:
    """A network by identity: drawing the same one again costs nothing."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def __hash__(self) -> int:
        return id(self.network)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.network is self.network


@lru_cache(maxsize=2)
def _sheet(key: _Key, city: City) -> Sheet:
    network = key.network
    if network.is_geographic:
        canvas, land = city_sheet(city, WIDTH)
        at = {node.id: canvas.point((node.lon, node.lat)) for node in network.nodes}
        return _drawn(network, at, (canvas.width, canvas.height), land)
    at, height = _flat(network)
    return _drawn(network, at, (WIDTH, height), "")


def _flat(network: Network) -> tuple[dict[str, Point], float]:
    """Return where nodes in plane metres fall on a sheet, and its height."""
    west, east = (f(node.lon for node in network.nodes) for f in (min, max))
    south, north = (f(node.lat for node in network.nodes) for f in (min, max))
    scale = WIDTH / max(east - west, 1.0)
    at = {n.id: ((n.lon - west) * scale, (north - n.lat) * scale) for n in network.nodes}
    return at, max((north - south) * scale, 1.0)


def _drawn(
    network: Network, at: Mapping[str, Point], size: tuple[float, float], land: str
) -> Sheet:
    path, begin, end = {}, {}, {}
    for link in network.links:
        (x0, y0), (x1, y1) = at[link.start], at[link.end]
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        # Right-hand traffic: to the right of the direction of travel, y pointing down.
        dx, dy = -(y1 - y0) / length * ASIDE, (x1 - x0) / length * ASIDE
        begin[link.id], end[link.id] = (x0 + dx, y0 + dy), (x1 + dx, y1 + dy)
        path[link.id] = f"M{x0 + dx:.1f} {y0 + dy:.1f}L{x1 + dx:.1f} {y1 + dy:.1f}"
    return Sheet(*size, land, path, begin, end)


def picker(sheet: Sheet, names: Mapping[str, str], chosen: str) -> Markup:
    """Return the streets to choose one from by pointing.

    Hidden from screen readers and the keyboard: the list beside has the same links by name.
    """
    links = "".join(
        f'<a href="?link={escape(link)}#close" tabindex="-1"><path d="{path}"'
        f"{CHOSEN if link == chosen else ''}/><title>{escape(names[link])}</title></a>"
        for link, path in sheet.path.items()
    )
    x, y, width, height = _around([*sheet.begin.values(), *sheet.end.values()])
    return Markup(  # noqa: S704 - every text in it was escaped
        f'<svg class="drawing streets" viewBox="{x:.0f} {y:.0f} {width:.0f} {height:.0f}" '
        f'aria-hidden="true">{sheet.land}{links}</svg>'
    )


def changes(sheet: Sheet, draft: d.Draft, *, advised: bool, label: str) -> Markup:
    """Return the streets around a closure, and by how much flow changes on each."""
    drawn = "".join(_change(sheet, one, advised=advised) for one in draft.changes)
    closed = "".join(
        f'<path class="closed" d="{sheet.path[link]}"/>'
        for link in draft.links
        if link in sheet.path
    )
    base = "".join(sheet.path.values())
    x, y, width, height = _box(sheet, draft)
    signs = _signs(sheet, draft.signs, width * SIGN_SHARE) if advised else ""
    return Markup(  # noqa: S704 - every text in it was escaped
        f'<svg class="drawing streets around" viewBox="{x:.0f} {y:.0f} {width:.0f} {height:.0f}" '
        f'role="img" aria-label="{escape(label)}">{sheet.land}<path class="street" d="{base}"/>'
        f"{drawn}{closed}{signs}</svg>"
    )


def _change(sheet: Sheet, one: d.LinkChange, *, advised: bool) -> str:
    after = one.advised_vph if advised else one.alone_vph
    change = after - one.usual_vph
    if one.link not in sheet.path or abs(change) < 1:
        return ""
    wide = THINNEST + (THICKEST - THINNEST) * min(1.0, abs(change) / FULL_VPH)
    kind = "more" if change > 0 else "less"
    return (
        f'<path class="{kind}" stroke-width="{wide:.1f}" d="{sheet.path[one.link]}">'
        f"<title>{one.usual_vph:.0f} → {after:.0f}</title></path>"
    )


def _signs(sheet: Sheet, signs: Sequence[d.SignDraft], half: float) -> str:
    return "".join(
        f'<rect class="sign" x="{x - half:.1f}" y="{y - half * 0.7:.1f}" '
        f'width="{2 * half:.1f}" height="{1.4 * half:.1f}">'
        f"<title>{escape(one.sign)}</title></rect>"
        for one in signs
        if one.link in sheet.begin
        for x, y in [sheet.begin[one.link]]
    )


def _box(sheet: Sheet, draft: d.Draft) -> Box:
    """Return the part of the sheet that a plan's map shows: what changes notably, the signs."""
    most = max((abs(one.alone_vph - one.usual_vph) for one in draft.changes), default=0.0)
    seen = [one.link for one in draft.changes if abs(one.alone_vph - one.usual_vph) > most / 5]
    links = [*draft.links, *seen, *(one.link for one in draft.signs[:8])]
    return _around(p for one in links if one in sheet.begin for p in _ends(sheet, one))


def _ends(sheet: Sheet, link: str) -> tuple[Point, Point]:
    return sheet.begin[link], sheet.end[link]


def _around(points: Iterable[Point]) -> Box:
    xs, ys = zip(*points, strict=True)
    width, height = max(max(xs) - min(xs), LEAST_SIDE), max(max(ys) - min(ys), LEAST_SIDE)
    middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    width, height = width * (1 + 2 * MARGIN), height * (1 + 2 * MARGIN)
    return middle[0] - width / 2, middle[1] - height / 2, width, height
