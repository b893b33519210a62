"""The time-space diagram of a corridor as SVG shapes: greens, bands and vehicles' ways."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.corridors import Way
from dalgu.services.traffic.measures.diagrams import Axis, axis
from dalgu.services.traffic.measures.events import Floats
from dalgu.services.traffic.measures.progression import (
    Band,
    Greens,
    Trajectories,
    trajectories,
)

WIDTH: Final = 1_040.0
LEFT, RIGHT, TOP, BOTTOM = 216.0, 20.0, 14.0, 28.0
GREEN: Final = 4.5  # height of a bar of greens
_LEAST: Final = 320.0
_PER_SIGNAL: Final = 46.0
SPACING_S: Final = 6.0  # between the vehicles that are drawn
HEADWAY_S: Final = 2.0  # of a queue that discharges: 1,800 veh/h in a lane
_NAME: Final = 13.0  # height of a name


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal on the diagram; `y` is its stop line."""

    signal: str
    y: float
    label_y: float  # of its name: names keep apart
    distance_m: float
    outbound: str  # bars of green
    inbound: str


@dataclass(frozen=True, slots=True)
class TimeSpace:
    """The whole diagram: time to the right, the corridor upward."""

    width: float
    height: float
    rows: tuple[SignalRow, ...]
    outbound_bands: str
    inbound_bands: str
    outbound_ways: str
    inbound_ways: str
    axis: Axis


@dataclass(frozen=True, slots=True)
class Sight:
    """What is drawn of one direction; `greens` count its signals as it is driven."""

    way: Way
    greens: Greens
    band: Band | None = None
    vehicles: Trajectories | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The stretch of time and road that is drawn. `cycle_s` repeats the bands."""

    from_s: float
    until_s: float
    cycle_s: float


def time_space(outbound: Sight, inbound: Sight, frame: Frame) -> TimeSpace:
    """Draw a corridor: outbound goes up, inbound down."""
    length = float(outbound.way.distance_m[-1])
    height = max(_LEAST, _PER_SIGNAL * len(outbound.way.signals)) + TOP + BOTTOM
    paper = _Paper(axis(frame.from_s, frame.until_s, LEFT, WIDTH), height, length)
    place = {
        signal: paper.y(at)
        for signal, at in zip(outbound.way.signals, outbound.way.distance_m.tolist(), strict=True)
    }
    names = _apart([place[signal] for signal in outbound.way.signals])
    rows = []
    for number, signal in enumerate(outbound.way.signals):
        back = len(outbound.way.signals) - 1 - number
        y = place[signal]
        rows.append(
            SignalRow(
                signal,
                y,
                names[number],
                float(outbound.way.distance_m[number]),
                paper.bars(outbound.greens, number, y - GREEN - 0.6),
                paper.bars(inbound.greens, back, y + 0.6),
            )
        )
    levels = {id(one): [place[signal] for signal in one.way.signals] for one in (outbound, inbound)}
    return TimeSpace(
        WIDTH,
        height,
        tuple(rows),
        paper.bands(outbound, levels[id(outbound)], frame),
        paper.bands(inbound, levels[id(inbound)], frame),
        paper.vehicles(outbound.vehicles, levels[id(outbound)]),
        paper.vehicles(inbound.vehicles, levels[id(inbound)]),
        paper.axis,
    )


def drawn_vehicles(
    travel_s: Floats, greens: Greens, *, from_s: float, until_s: float
) -> Trajectories:
    """Send a vehicle every few seconds of the first signal's greens, from before the drawing."""
    early = from_s - float(travel_s[-1]) - 60.0
    start = np.arange(np.ceil(early / SPACING_S) * SPACING_S, until_s, SPACING_S)
    first = greens.signal == 0
    inside = (greens.start_s[first][:, None] <= start) & (start < greens.end_s[first][:, None])
    return trajectories(start[inside.any(axis=0)], greens, travel_s, headway_s=HEADWAY_S)


def _apart(levels: list[float]) -> list[float]:
    """Move names, given from the bottom up, so that each has room for itself."""
    moved = list(levels)
    for place in range(1, len(moved)):
        moved[place] = min(moved[place], moved[place - 1] - _NAME)
    return moved


@dataclass(frozen=True, slots=True)
class _Paper:
    axis: Axis
    height: float
    length_m: float

    def y(self, distance_m: float) -> float:
        share = distance_m / self.length_m if self.length_m else 0.0
        return round(self.height - BOTTOM - 10.0 - share * (self.height - TOP - BOTTOM - 20.0), 1)

    def clipped(self, at_s: Floats) -> Floats:
        return self.axis.at(np.clip(at_s, self.axis.from_s, self.axis.until_s))

    def bars(self, greens: Greens, signal: int, y: float) -> str:
        own = (greens.signal == signal) & (greens.end_s > self.axis.from_s)
        own &= greens.start_s < self.axis.until_s
        left, right = self.clipped(greens.start_s[own]), self.clipped(greens.end_s[own])
        return "".join(
            f"M{a:.1f} {y:.1f}h{b - a:.1f}v{GREEN}h{a - b:.1f}z"
            for a, b in zip(left.tolist(), right.tolist(), strict=True)
        )

    def bands(self, sight: Sight, levels: Sequence[float], frame: Frame) -> str:
        """Draw the band of every cycle that touches the drawing; what hangs over is clipped."""
        if sight.band is None or sight.band.width_s <= 0:
            return ""
        travel = sight.way.travel_s
        first = np.floor((frame.from_s - travel[-1] - sight.band.start_s) / frame.cycle_s) - 1
        last = np.ceil((frame.until_s - sight.band.start_s) / frame.cycle_s)
        path = ""
        for cycle in np.arange(first, last + 1).tolist():
            begin = sight.band.start_s + cycle * frame.cycle_s + travel
            front = self.axis.at(begin)
            rear = self.axis.at(begin + sight.band.width_s)
            if rear.max() < LEFT or front.min() > WIDTH - RIGHT:
                continue
            points = [*zip(front.tolist(), levels, strict=True)]
            points += [*zip(rear.tolist(), levels, strict=True)][::-1]
            path += "M" + "L".join(f"{x:.1f} {y:g}" for x, y in points) + "z"
        return path

    def vehicles(self, driven: Trajectories | None, levels: Sequence[float]) -> str:
        if driven is None:
            return ""
        arrive, leave = self.axis.at(driven.arrive_s), self.axis.at(driven.leave_s)
        path = ""
        for row in range(len(arrive)):
            points = []
            for signal, y in enumerate(levels):
                points.append((float(arrive[row, signal]), y))
                if leave[row, signal] > arrive[row, signal]:
                    points.append((float(leave[row, signal]), y))
            known = [(x, y) for x, y in points if not np.isnan(x)]
            if known and known[-1][0] > LEFT and known[0][0] < WIDTH - RIGHT:
                path += "M" + "L".join(f"{x:.1f} {y:g}" for x, y in known)
        return path
