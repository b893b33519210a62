"""How long vehicles and people waited, by the quarter of an hour: pictures of a stretch of log."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from dalgu.kernel.clock import LOCAL
from dalgu.services.traffic.measures.counts import online_bins
from dalgu.services.traffic.measures.cycles import CycleArrivals, SignalCycles, approach_delay
from dalgu.services.traffic.measures.diagrams import Axis
from dalgu.services.traffic.measures.events import MS
from dalgu.services.traffic.measures.pedestrians import pedestrian_counts, pedestrian_volumes
from dalgu.services.traffic.measures.quarter_diagrams import (
    CycleDiagram,
    QuarterBars,
    QuarterValues,
    cycle_diagram,
    quarter_bars,
)
from dalgu.services.traffic.measures.quarters import QUARTER_S, Grid
from dalgu.services.traffic.measures.timeline import Timeline, TimelineRules, timeline
from dalgu.services.traffic.measures.waits import (
    CycleLengths,
    cycle_lengths,
    pedestrian_delay,
    phase_wait,
)

if TYPE_CHECKING:
    from dalgu.services.traffic.measures.log_view import Logged

HEARD_S = 300  # the newest minutes of a log are trusted once so many are whole


@dataclass(frozen=True, slots=True)
class Waits:
    """Pictures of waits; `None` where the log holds nothing of them."""

    delays: QuarterBars | None  # of vehicles in red, seconds
    calls: QuarterBars | None  # of phases from call to green, seconds
    cycles: CycleDiagram | None
    walks: QuarterBars | None  # of people from button to walk, seconds
    volumes: QuarterBars | None  # people that crossed
    is_cycle_logged: bool
    has_buttons: bool


def waits_of(
    logged: "Logged", cycles: SignalCycles, arrivals: CycleArrivals, phase: int, when: Axis
) -> Waits:
    """Measure the waits of a stretch of log; `phase` is whose cycles are drawn."""
    events = logged.events
    lengths = cycle_lengths(events, actual=False), cycle_lengths(events, actual=True)
    span = logged.from_s, logged.until_s
    told = _timeline(logged)
    phases, walks = Grid.over(logged.phases, span), Grid.over(logged.walks, span)
    volumes = _volumes(logged, walks)
    return Waits(
        quarter_bars(_delays(arrivals, cycles, phases), when),
        quarter_bars(_calls(told, lengths, phases), when),
        cycle_diagram(cycles.of(phase), lengths, when),
        quarter_bars(_walks(told, walks), when),
        None if volumes is None else quarter_bars(volumes, when),
        any(len(one.cycle_s) for one in lengths),
        volumes is not None,
    )


def _timeline(logged: "Logged") -> Timeline:
    online = online_bins(logged.events, bin_s=HEARD_S, every_s=HEARD_S)
    ahead = LOCAL.utcoffset(datetime.fromtimestamp(logged.from_s, UTC))
    rules = TimelineRules(utc_offset_s=0 if ahead is None else round(ahead.total_seconds()))
    return timeline(logged.events, online, rules, bin_s=HEARD_S)


def _delays(arrivals: CycleArrivals, cycles: SignalCycles, grid: Grid) -> QuarterValues:
    made = approach_delay(arrivals, cycles, bin_s=QUARTER_S)
    return QuarterValues(grid, grid.laid(made.bin_ms, made.phase, made.mean_s))


def _calls(told: Timeline, lengths: tuple[CycleLengths, CycleLengths], grid: Grid) -> QuarterValues:
    planned, actual = lengths
    made = phase_wait(told, actual if len(actual.cycle_s) else planned, bin_s=QUARTER_S)
    return QuarterValues(
        grid,
        grid.laid(made.bin_ms, made.phase, made.mean_s),
        grid.laid(made.bin_ms, made.phase, made.longest_s),
        grid.whole(made.bin_ms, made.phase, made.skips),
    )


def _walks(told: Timeline, grid: Grid) -> QuarterValues:
    made = pedestrian_delay(told, bin_s=QUARTER_S)
    return QuarterValues(grid, grid.laid(made.bin_ms, made.phase, made.mean_s))


def _volumes(logged: "Logged", grid: Grid) -> QuarterValues | None:
    """Estimate who crossed where a button was pressed; `None` where none was."""
    counts = pedestrian_counts(logged.events, bin_s=QUARTER_S)
    pressed = np.unique(counts.phase[counts.presses > 0])
    if not np.isin(pressed, grid.phases).any():
        return None
    until_ms = round(logged.until_s * MS) - 1  # the span ends before the next quarter
    made = pedestrian_volumes(
        counts, from_ms=round(logged.from_s * MS), until_ms=until_ms, bin_s=QUARTER_S
    )
    volume = np.where(np.isin(made.counts.phase, pressed), made.volume, np.nan)
    return QuarterValues(grid, grid.laid(made.counts.bin_ms, made.counts.phase, volume))
