"""The network as lines of an SVG drawing: all pipes thin, the suspected ones thick."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dalgu.services.water.leakage.network import LinkKind, Network

WIDTH = 900.0
MARGIN = 14.0
THINNEST, WIDER = 3.0, 6.0  # of a suspected pipe, and what certainty adds


@dataclass(frozen=True, slots=True)
class Likely:
    """A pipe that is drawn thick: its path, its probability and the case that suspects it.

    `at` is where the case's number is written, at its likeliest pipe only.
    """

    path: str
    pipe: str
    probability: float
    width: float
    case: str
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Paths in the units of the view, which is as wide as `width` and as high as `height`."""

    width: float
    height: float
    pipes: str
    valves: Sequence[tuple[float, float]]
    likely: Sequence[Likely]


def draw(network: Network, suspected: Sequence[tuple[str, Mapping[str, float]]]) -> Drawing:
    """Return the drawing; `suspected` has for each case its number and pipes' probabilities.

    Pipes that a case names and the network lacks, as after another file was loaded, are left out.
    """
    sheet = _Sheet(network)
    every = " ".join(
        sheet.path(index)
        for index, link in enumerate(network.links)
        if link.kind is not LinkKind.VALVE
    )
    valves = [
        sheet.middle(index)
        for index, link in enumerate(network.links)
        if link.kind is LinkKind.VALVE
    ]
    likely = [
        _likely(
            sheet, network.link_at[pipe], (pipe, share, case), is_first=share == max(pipes.values())
        )
        for case, pipes in suspected
        for pipe, share in sorted(pipes.items(), key=lambda pair: pair[1])
        if pipe in network.link_at
    ]
    return Drawing(WIDTH, sheet.height, every, valves, likely)


def _likely(sheet: "_Sheet", link: int, said: tuple[str, float, str], *, is_first: bool) -> Likely:
    pipe, share, case = said
    width = round(THINNEST + WIDER * share**0.5, 1)
    return Likely(
        sheet.path(link), pipe, share, width, case, sheet.middle(link) if is_first else None
    )


class _Sheet:
    """Map units to the drawing's: north up, the whole network in view."""

    def __init__(self, network: Network) -> None:
        self._network = network
        points = [p for index in range(len(network.links)) for p in network.path(index)]
        xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
        self._west, self._north = min(xs), max(ys)
        # Degrees of longitude are shorter than those of latitude.
        north = math.radians((max(ys) + min(ys)) / 2)
        self._across = math.cos(north) if network.is_geographic else 1.0
        wide = max((max(xs) - self._west) * self._across, 1e-9)
        high = max(self._north - min(ys), 1e-9)
        # A network along one street is drawn low, not endlessly tall.
        self._scale = min((WIDTH - 2 * MARGIN) / wide, WIDTH / high)
        self.height = round(high * self._scale + 2 * MARGIN, 1)

    def path(self, link: int) -> str:
        points = [self._at(x, y) for x, y in self._network.path(link)]
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)

    def middle(self, link: int) -> tuple[float, float]:
        (x0, y0), *_, (x1, y1) = self._network.path(link)
        return self._at((x0 + x1) / 2, (y0 + y1) / 2)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (
            round((x - self._west) * self._across * self._scale + MARGIN, 1),
            round((self._north - y) * self._scale + MARGIN, 1),
        )
