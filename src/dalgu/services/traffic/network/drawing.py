"""The streets of a network as the server draws them: links by level, signals by state."""

import math
from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup, escape

from dalgu.cities import City
from dalgu.kernel.text import Language
from dalgu.services.traffic.network.model import Network
from dalgu.services.traffic.network.views import SignalLine, View
from dalgu.web.drawing import Canvas, canvas

WIDTH = 1000.0
MARGIN = 0.03
ASIDE = 1.3  # SVG units that the two directions of a street lie apart from its middle
METRES_PER_DEGREE = 111_195.0
BANDS = {"A": "free", "B": "free", "C": "dense", "D": "slow", "E": "slow", "F": "jammed"}
# State is never colour alone: each has a form of its own, around (0, 0).
FORMS: Mapping[str, str] = {
    "live": '<circle r="4.4"/>',
    "shadow": '<path d="M0 -5.4L5.4 0L0 5.4L-5.4 0Z"/>',
    "fixed": '<circle r="2.6"/>',
    "fallback": '<path d="M0 -6L5.6 4.4H-5.6Z"/>',
    "silent": '<path d="M-3.4 -3.4L3.4 3.4M-3.4 3.4L3.4 -3.4"/>',
}


class Sheet:
    """A network in SVG units."""

    def __init__(self, network: Network, city: City) -> None:
        at = {node.id: (node.lon, node.lat) for node in network.nodes}
        if not network.is_geographic:
            at = {k: (x / METRES_PER_DEGREE, y / METRES_PER_DEGREE) for k, (x, y) in at.items()}
        self.canvas = _window(at)
        self.point = {name: self.canvas.point(place) for name, place in at.items()}
        self.paths = {link.id: self._path(link.start, link.end) for link in network.links}
        self.land = ""
        if network.is_geographic and _is_in(city, at):
            self.land = "".join(
                f'<path class="land" d="{self.canvas.path(district.geometry)}"/>'
                for district in city.districts
            )

    def _path(self, start: str, end: str) -> str:
        """Return a link, moved to the right of the direction of travel."""
        (x_0, y_0), (x_1, y_1) = self.point[start], self.point[end]
        length = math.hypot(x_1 - x_0, y_1 - y_0) or 1.0
        dx, dy = -(y_1 - y_0) / length * ASIDE, (x_1 - x_0) / length * ASIDE
        return f"M{x_0 + dx:.1f} {y_0 + dy:.1f}L{x_1 + dx:.1f} {y_1 + dy:.1f}"


def streets(view: View, city: City, *, language: Language, label: str, href: str) -> Markup:
    """Return the whole network; signals lead to their pages, and the list beside serves keyboards.

    `href` is the address of a signal's page without its id.
    """
    sheet = _sheet(_Same(view.network), city)
    bands: dict[str, list[str]] = {}
    for link, path in sheet.paths.items():
        bands.setdefault(BANDS.get(view.level[link], "unseen"), []).append(path)
    # The worst lies on top.
    links = "".join(
        f'<path class="{band}" d="{"".join(bands[band])}"/>'
        for band in ("unseen", "free", "dense", "slow", "jammed")
        if band in bands
    )
    node_of = {signal.id: signal.nodes[0] for signal in view.network.signals if signal.nodes}
    marks = "".join(
        _mark(line, sheet.point[node_of[line.signal]], href, language)
        for line in view.signals
        if line.signal in node_of
    )
    return Markup(  # noqa: S704 - every text in it was escaped
        f'<svg class="drawing network" viewBox="0 0 {WIDTH:g} {sheet.canvas.height:g}">'
        f'<g role="img" aria-label="{escape(label)}">{sheet.land}<g class="links">{links}</g></g>'
        f'<g class="marks" aria-hidden="true">{marks}</g></svg>'
    )


def form(state: str) -> Markup:
    """Return the sign of a state, for a legend."""
    return Markup(  # noqa: S704 - our own forms
        f'<svg class="drawing sign" viewBox="-8 -8 16 16" width="18" height="18" '
        f'aria-hidden="true"><g class="{state}">{FORMS[state]}</g></svg>'
    )


def _mark(line: SignalLine, at: tuple[float, float], href: str, language: Language) -> str:
    name = escape(line.name.say(language) or line.signal)
    return (
        f'<a href="{href}{escape(line.signal)}" tabindex="-1" data-signal="{escape(line.signal)}">'
        f'<g class="{line.state}" transform="translate({at[0]} {at[1]})">'
        f'<circle class="touch" r="8"/>{FORMS[line.state]}<title>{name}</title></g></a>'
    )


def _window(at: Mapping[str, tuple[float, float]]) -> Canvas:
    ring = list(at.values()) or [(0.0, 0.0)]
    wide = max(x for x, _ in ring) - min(x for x, _ in ring)
    high = max(y for _, y in ring) - min(y for _, y in ring)
    # A network on one line still has a window.
    side = max(wide, high, 1e-3) * 0.1
    ring += [(x + sign * side, y + sign * side) for x, y in ring[:1] for sign in (1, -1)]
    return canvas([{"type": "Polygon", "coordinates": [ring]}], width=WIDTH, margin=MARGIN)


def _is_in(city: City, at: Mapping[str, tuple[float, float]]) -> bool:
    west, south, east, north = city.bbox
    return any(west <= lon <= east and south <= lat <= north for lon, lat in at.values())


class _Same:
    """A network by identity: drawing the same one again costs nothing."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def __hash__(self) -> int:
        return id(self.network)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.network is self.network


@lru_cache(maxsize=2)
def _sheet(key: _Same, city: City) -> Sheet:
    return Sheet(key.network, city)
