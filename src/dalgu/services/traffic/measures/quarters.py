"""Measures by the quarter of an hour and by phase: how the last hours went."""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.measures.arrivals import arrivals_on_green
from dalgu.services.traffic.measures.cycles import green_times, signal_cycles
from dalgu.services.traffic.measures.events import (
    MS,
    ControllerEvents,
    DetectorAssignments,
    Floats,
    Ints,
)
from dalgu.services.traffic.measures.split_failures import cycle_occupancies, split_failures

QUARTER_S = 900


@dataclass(frozen=True, slots=True)
class Quarters:
    """Arrays of shape (phases, quarters); NaN where there was nothing to judge."""

    from_s: tuple[float, ...]  # begin of each quarter
    phases: tuple[int, ...]
    cycles: Ints
    failures: Ints
    judged: Ints
    on_green: Floats
    arrivals: Ints
    green_s: Floats
    green_occupancy: Floats
    red_occupancy: Floats


def quarters_of(
    events: ControllerEvents,
    assignments: DetectorAssignments,
    phases: tuple[int, ...],
    span_s: tuple[float, float],
) -> Quarters:
    """Measure one signal's phases by the quarter, from `span_s[0]` until `span_s[1]`."""
    grid = Grid.over(phases, span_s)
    failed = split_failures(cycle_occupancies(events, assignments), bin_s=QUARTER_S)
    arrived = arrivals_on_green(events, assignments, bin_s=QUARTER_S)
    greens = green_times(signal_cycles(events), bin_s=QUARTER_S)
    none = np.full(len(arrived.bin_ms), np.nan)
    share = np.where(arrived.arrivals > 0, arrived.share_on_green, none)
    return Quarters(
        grid.from_s,
        phases,
        grid.whole(greens.bin_ms, greens.phase, greens.cycles),
        grid.whole(failed.bin_ms, failed.phase, failed.failures),
        grid.whole(failed.bin_ms, failed.phase, failed.cycles),
        grid.laid(arrived.bin_ms, arrived.phase, share),
        grid.whole(arrived.bin_ms, arrived.phase, arrived.arrivals),
        grid.laid(greens.bin_ms, greens.phase, greens.green_s),
        grid.laid(failed.bin_ms, failed.phase, failed.green_occupancy),
        grid.laid(failed.bin_ms, failed.phase, failed.red_occupancy),
    )


@dataclass(frozen=True, slots=True)
class Grid:
    """Phases by quarters: where rows of bins and phases are laid; `first` is counted from 1970."""

    phases: tuple[int, ...]
    first: int
    count: int

    @staticmethod
    def over(phases: tuple[int, ...], span_s: tuple[float, float]) -> "Grid":
        """Return the grid of all quarters that a span touches, one at least."""
        first = int(span_s[0] // QUARTER_S)
        return Grid(phases, first, max(int(-(-span_s[1] // QUARTER_S)) - first, 1))

    @property
    def from_s(self) -> tuple[float, ...]:
        """Begin of each quarter."""
        return tuple(float((self.first + n) * QUARTER_S) for n in range(self.count))

    def laid(self, bin_ms: Ints, phase: Ints, values: Floats) -> Floats:
        """Lay values of bins and phases on the grid, NaN elsewhere."""
        filled = np.full((len(self.phases), self.count), np.nan)
        row = {one: place for place, one in enumerate(self.phases)}
        rows = np.array([row.get(one, -1) for one in phase.tolist()], dtype=np.int64)
        column = bin_ms // (QUARTER_S * MS) - self.first
        inside = (rows >= 0) & (column >= 0) & (column < self.count)
        filled[rows[inside], column[inside]] = values[inside]
        return filled

    def whole(self, bin_ms: Ints, phase: Ints, values: Ints) -> Ints:
        """Lay counts on the grid, 0 elsewhere."""
        return np.nan_to_num(self.laid(bin_ms, phase, values.astype(np.float64))).astype(np.int64)
