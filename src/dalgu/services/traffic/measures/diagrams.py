"""Diagrams of the last hours as SVG shapes: coordination and terminations, event by event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.devices.signals.codes import EventCode
from dalgu.services.traffic.measures.cycles import CycleArrivals, SignalCycles, TerminationPoints
from dalgu.services.traffic.measures.events import MS, Floats, Ints

WIDTH: Final = 880.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 20.0, 10.0, 26.0
COORDINATION_HEIGHT: Final = 260.0
ROW: Final = 24.0
_SIGNS: Final = {  # state is never colour alone: circle, triangle, square
    EventCode.GAP_OUT: "M{0} {1}m-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0 -4.8 0",
    EventCode.MAX_OUT: "M{0} {1}m0 -3.4l3.2 5.8h-6.4z",
    EventCode.FORCE_OFF: "M{0} {1}m-2.3 -2.3h4.6v4.6h-4.6z",
}


@dataclass(frozen=True, slots=True)
class Axis:
    """Time along the bottom: places and instants of its marks."""

    from_s: float
    until_s: float
    marks: tuple[tuple[float, float], ...]  # place, seconds since 1970
    left: float = LEFT
    width: float = WIDTH

    def at(self, at_s: Floats) -> Floats:
        """Return places of instants."""
        span = max(self.until_s - self.from_s, 1.0)
        place: Floats = self.left + (at_s - self.from_s) / span * (self.width - self.left - RIGHT)
        return place


def axis(from_s: float, until_s: float, left: float = LEFT, width: float = WIDTH) -> Axis:
    """Return an axis with at most a dozen marks at round times."""
    span = until_s - from_s
    step = next((one for one in (300, 600, 900, 1_800, 3_600, 7_200) if span / one <= 12), 14_400)
    first = np.ceil(from_s / step) * step
    bare = Axis(from_s, until_s, (), left, width)
    at = np.arange(first, until_s + 1, step)
    places = np.round(bare.at(at), 1)
    return Axis(from_s, until_s, tuple(zip(places.tolist(), at.tolist(), strict=True)), left, width)


@dataclass(frozen=True, slots=True)
class CoordinationDiagram:
    """Cycles of one phase as columns, from red at the bottom, and its arrivals as dots."""

    width: float
    height: float
    green: str  # areas in which the phase was green
    yellow: str
    on_green: str  # dots
    on_red: str
    levels: tuple[tuple[float, int], ...]  # place, seconds
    axis: Axis


def coordination_diagram(
    cycles: SignalCycles, arrivals: CycleArrivals, phase: int, when: Axis
) -> CoordinationDiagram:
    """Draw the Purdue coordination diagram of a phase.

    References
    ----------
    Day et al., *Performance Measures for Traffic Signal Systems*, Purdue University, 2014.

    """
    own = np.flatnonzero(cycles.phase == phase)
    longest_s = float(cycles.cycle_s[own].max(initial=60.0))
    top_s = np.ceil(longest_s / 20) * 20
    scale = (COORDINATION_HEIGHT - TOP - BOTTOM) / top_s
    floor = COORDINATION_HEIGHT - BOTTOM

    def height(at_ms: Ints) -> Floats:
        place_y: Floats = floor - (at_ms - cycles.red_ms[own]) / MS * scale
        return place_y

    left, right = when.at(cycles.red_ms[own] / MS), when.at(cycles.end_ms[own] / MS)
    green, yellow = height(cycles.green_ms[own]), height(cycles.yellow_ms[own])
    top = height(cycles.end_ms[own])
    place = np.full(len(cycles.phase), -1)
    place[own] = np.arange(len(own))
    shown = np.flatnonzero(place[arrivals.cycle] >= 0) if len(place) else np.empty(0, np.int64)
    cycle, at_ms = arrivals.cycle[shown], arrivals.at_ms[shown]
    x = when.at(at_ms / MS)
    y = floor - (at_ms - cycles.red_ms[cycle]) / MS * scale
    met = (at_ms >= cycles.green_ms[cycle]) & (at_ms < cycles.yellow_ms[cycle])
    levels = tuple(
        (round(float(floor - second * scale), 1), int(second))
        for second in range(0, int(top_s) + 1, 20 if top_s <= 160 else 40)
    )
    return CoordinationDiagram(
        WIDTH,
        COORDINATION_HEIGHT,
        boxes(left, yellow, right - left, green - yellow),
        boxes(left, top, right - left, yellow - top),
        dots(x[met], y[met]),
        dots(x[~met], y[~met]),
        levels,
        when,
    )


@dataclass(frozen=True, slots=True)
class TerminationDiagram:
    """Ends of green by phase, as signs; `rows` is (place, phase)."""

    width: float
    height: float
    rows: tuple[tuple[float, int], ...]
    gap_outs: str
    max_outs: str
    force_offs: str
    in_row: str  # rings around the third and later of the same kind, gap-outs left out
    axis: Axis


def termination_diagram(
    points: TerminationPoints, phases: Sequence[int], when: Axis
) -> TerminationDiagram:
    """Draw why the greens of each phase ended (Purdue phase termination)."""
    row = {phase: TOP + ROW * (number + 0.5) for number, phase in enumerate(phases)}
    y = np.array([row.get(phase, np.nan) for phase in points.phase.tolist()])
    x = when.at(points.at_ms / MS)
    shown = ~np.isnan(y)

    def signs(reason: EventCode) -> str:
        where = shown & (points.reason == reason)
        return "".join(
            _SIGNS[reason].format(f"{at:.1f}", f"{level:g}")
            for at, level in zip(x[where].tolist(), y[where].tolist(), strict=True)
        )

    often = shown & (points.in_row >= 3) & (points.reason != EventCode.GAP_OUT)
    rings = "".join(
        f"M{at:.1f} {level:g}m-5.2 0a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0 -10.4 0"
        for at, level in zip(x[often].tolist(), y[often].tolist(), strict=True)
    )
    return TerminationDiagram(
        WIDTH,
        TOP + ROW * len(phases) + BOTTOM,
        tuple((row[phase], phase) for phase in phases),
        signs(EventCode.GAP_OUT),
        signs(EventCode.MAX_OUT),
        signs(EventCode.FORCE_OFF),
        rings,
        when,
    )


def boxes(x: Floats, y: Floats, width: Floats, height: Floats) -> str:
    """Return the path of boxes by their upper left corners; all of shape (n,)."""
    return "".join(
        f"M{a:.1f} {b:.1f}h{w:.1f}v{h:.1f}h{-w:.1f}z"
        for a, b, w, h in zip(x.tolist(), y.tolist(), width.tolist(), height.tolist(), strict=True)
    )


def dots(x: Floats, y: Floats) -> str:
    """Return the path of points, drawn by the round ends of its stroke; both of shape (n,)."""
    return "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x.tolist(), y.tolist(), strict=True))
