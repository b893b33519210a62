"""Diagrams of quarters of an hour as SVG shapes: rows of bars, and the lengths of cycles."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.measures.cycles import SignalCycles
from dalgu.services.traffic.measures.diagrams import (
    BOTTOM,
    TOP,
    WIDTH,
    Axis,
    boxes,
    dots,
)
from dalgu.services.traffic.measures.events import MS, Flags, Floats, Ints
from dalgu.services.traffic.measures.quarters import QUARTER_S, Grid
from dalgu.services.traffic.measures.waits import CycleLengths

ROW: Final = 38.0
BAR: Final = 28.0  # of a row, at the full value
APART: Final = 1.5  # between bars
CYCLES_HEIGHT: Final = 170.0


@dataclass(frozen=True, slots=True)
class QuarterValues:
    """What is drawn and listed; arrays of shape (phases, quarters), NaN where there was nothing."""

    grid: Grid
    values: Floats
    highest: Floats | None = None
    marked: Ints | None = None  # how many are marked by a ring

    def only(self, rows: Flags) -> "QuarterValues":
        """Return some of its phases."""
        grid = self.grid
        phases = tuple(one for one, kept in zip(grid.phases, rows.tolist(), strict=True) if kept)
        return QuarterValues(
            Grid(phases, grid.first, grid.count),
            self.values[rows],
            None if self.highest is None else self.highest[rows],
            None if self.marked is None else self.marked[rows],
        )


@dataclass(frozen=True, slots=True)
class QuarterBars:
    """A row for each phase, in it a bar for each quarter; `rows` is (place of its floor, phase)."""

    width: float
    height: float
    rows: tuple[tuple[float, int], ...]
    bars: str
    highest: str  # strokes
    rings: str
    full: float  # the value that fills a row
    told: QuarterValues
    axis: Axis


def quarter_bars(told: QuarterValues, when: Axis) -> QuarterBars | None:
    """Draw the phases for which there is something to tell, `None` where there is none."""
    told = told.only(np.asarray(~np.isnan(told.values).all(axis=1)))
    if not len(told.values):
        return None
    top = told.values if told.highest is None else told.highest
    full = _round_above(float(np.nanmax(top)))
    floors = TOP + ROW * (np.arange(len(told.values)) + 1.0)
    row, column = np.nonzero(~np.isnan(told.values))
    begin_s = np.array(told.grid.from_s)[column]
    left = when.at(np.maximum(begin_s, when.from_s)) + APART / 2
    right = when.at(np.minimum(begin_s + QUARTER_S, when.until_s)) - APART / 2
    width = np.maximum(right - left, 0.5)
    height = told.values[row, column] / full * BAR
    strokes, rings = "", ""
    if told.highest is not None:
        level = floors[row] - told.highest[row, column] / full * BAR
        strokes = _strokes(left, level, width)
    if told.marked is not None:
        some = told.marked[row, column] > 0
        rings = _rings((left + width / 2)[some], floors[row][some] - BAR / 2)
    return QuarterBars(
        WIDTH,
        TOP + ROW * len(floors) + BOTTOM,
        tuple(zip(floors.tolist(), told.grid.phases, strict=True)),
        boxes(left, floors[row] - height, width, height),
        strokes,
        rings,
        full,
        told,
        when,
    )


@dataclass(frozen=True, slots=True)
class CycleDiagram:
    """Lengths of cycles over time, with the same by quarters of shape (quarters,)."""

    width: float
    height: float
    ran: str  # dots
    planned: str  # lines
    actual: str
    levels: tuple[tuple[float, int], ...]  # place, seconds
    axis: Axis
    from_s: tuple[float, ...]
    mean_s: Floats  # of the cycles that ended in a quarter, NaN without
    planned_s: Floats  # in force at the quarter's end, NaN where none was logged
    actual_s: Floats


def cycle_diagram(
    ran: SignalCycles, lengths: tuple[CycleLengths, CycleLengths], when: Axis
) -> CycleDiagram | None:
    """Draw the cycles one phase ran, and the lengths that were planned and told as run.

    `None` where there is neither.
    """
    planned, actual = lengths
    known = [float(one.cycle_s.max()) for one in lengths if len(one.cycle_s)]
    longest_s = max([float(ran.cycle_s.max(initial=0.0)), *known])
    if longest_s <= 0:
        return None
    top_s = int(np.ceil(longest_s * 1.05 / 20)) * 20
    scale = (CYCLES_HEIGHT - TOP - BOTTOM) / top_s
    floor = CYCLES_HEIGHT - BOTTOM
    grid = Grid.over((), (when.from_s, when.until_s))
    ended = (ran.end_ms // (QUARTER_S * MS) - grid.first).astype(np.int64)
    inside = (ended >= 0) & (ended < grid.count)
    sums = np.bincount(ended[inside], ran.cycle_s[inside], minlength=grid.count)
    count = np.bincount(ended[inside], minlength=grid.count)
    step = 20 if top_s <= 100 else (40 if top_s <= 240 else 120)
    return CycleDiagram(
        WIDTH,
        CYCLES_HEIGHT,
        dots(when.at(ran.end_ms / MS), floor - ran.cycle_s * scale),
        _steps(planned, when, floor, scale),
        _steps(actual, when, floor, scale),
        tuple((round(floor - s * scale, 1), s) for s in range(0, top_s + 1, step)),
        when,
        grid.from_s,
        np.where(count > 0, sums / np.maximum(count, 1), np.nan),
        _in_force(planned, grid),
        _in_force(actual, grid),
    )


def _in_force(lengths: CycleLengths, grid: Grid) -> Floats:
    ends_ms = np.array(grid.from_s) * MS + QUARTER_S * MS
    last = np.searchsorted(lengths.from_ms, ends_ms) - 1
    found = np.full(len(last), np.nan)
    found[last >= 0] = lengths.cycle_s[last[last >= 0]]
    return np.where(found > 0, found, np.nan)  # 0 is a controller that runs free


def _steps(lengths: CycleLengths, when: Axis, floor: float, scale: float) -> str:
    until = np.append(lengths.from_ms[1:] / MS, when.until_s)
    left, right = when.at(lengths.from_ms / MS), when.at(until)
    level = floor - lengths.cycle_s * scale
    shown = lengths.cycle_s > 0
    return _strokes(left[shown], level[shown], (right - left)[shown])


def _strokes(x: Floats, y: NDArray[np.floating], width: Floats) -> str:
    return "".join(
        f"M{a:.1f} {b:.1f}h{w:.1f}"
        for a, b, w in zip(x.tolist(), y.tolist(), width.tolist(), strict=True)
    )


def _rings(x: Floats, y: NDArray[np.floating]) -> str:
    return "".join(
        f"M{a:.1f} {b:.1f}m-5.2 0a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0 -10.4 0"
        for a, b in zip(x.tolist(), y.tolist(), strict=True)
    )


def _round_above(value: float) -> float:
    """Return the least round number that is not below, 1 at least.

    >>> [_round_above(one) for one in (0.0, 1.5, 34.0, 66.7)]
    [1.0, 2.0, 40.0, 80.0]
    """
    power = 10.0 ** np.floor(np.log10(max(value, 1.0)))
    return float(next(step * power for step in (1, 2, 3, 4, 6, 8, 10) if step * power >= value))
