"""Cycles of a phase, from red to red: green times, who arrived when, and the delay in red.

What practitioners draw as the Purdue coordination diagram and the phase termination diagram.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.measures.counts import TERMINATIONS
from dalgu.services.traffic.measures.events import (
    MS,
    ControllerEvents,
    DetectorAssignments,
    DetectorFunction,
    Floats,
    Ints,
)
from dalgu.services.traffic.measures.grouping import (
    as_of,
    bin_of,
    grouped,
    pair_key,
    passages,
)
from dalgu.services.traffic.measures.signal_state import GREEN, RED, YELLOW


@dataclass(frozen=True, slots=True)
class SignalCycles:
    """Whole cycles by device, phase and time; arrays of shape (n,), milliseconds since 1970.

    A cycle runs from one begin of red to the next and holds one green and one yellow.
    """

    device: Ints
    phase: Ints
    red_ms: Ints
    green_ms: Ints
    yellow_ms: Ints
    end_ms: Ints

    @property
    def green_s(self) -> Floats:
        """Seconds of green."""
        return (self.yellow_ms - self.green_ms) / MS

    @property
    def cycle_s(self) -> Floats:
        """Seconds from red to red."""
        return (self.end_ms - self.red_ms) / MS

    def of(self, phase: int) -> "SignalCycles":
        """Return the cycles of one phase."""
        own = self.phase == phase
        return SignalCycles(
            self.device[own],
            self.phase[own],
            self.red_ms[own],
            self.green_ms[own],
            self.yellow_ms[own],
            self.end_ms[own],
        )


def signal_cycles(events: ControllerEvents) -> SignalCycles:
    """Return the cycles a log holds as a whole: red, green, yellow, red of one phase in a row."""
    changes = events.of(GREEN, YELLOW, RED)
    at_ms = changes.at_ms
    order = np.lexsort((changes.code, at_ms, changes.parameter, changes.device))
    changes, at_ms = changes.only(order), at_ms[order]
    first = np.arange(max(len(at_ms) - 3, 0))
    owner = pair_key(changes.device, changes.parameter)
    whole = owner[first] == owner[first + 3]
    for step, code in enumerate((RED, GREEN, YELLOW, RED)):
        whole &= changes.code[first + step] == code
    first = first[whole]
    device, phase = changes.device[first], changes.parameter[first]
    return SignalCycles(device, phase, *(at_ms[first + step] for step in range(4)))


@dataclass(frozen=True, slots=True)
class CycleArrivals:
    """Arrivals in whole cycles; arrays of shape (n,). `cycle` points into the cycles."""

    cycle: Ints
    at_ms: Ints
    detector: Ints


def cycle_arrivals(
    events: ControllerEvents,
    assignments: DetectorAssignments,
    cycles: SignalCycles,
    *,
    latency_s: float = 0.0,
) -> CycleArrivals:
    """Put each advance actuation into the cycle of its phase that it falls in."""
    came = passages(events, assignments.of(DetectorFunction.ADVANCE), latency_s)
    at_ms = came.at_ms
    runs = as_of(pair_key(cycles.device, cycles.phase), cycles.red_ms)
    cycle = runs.latest(pair_key(came.device, came.phase), at_ms)
    inside = cycle >= 0
    inside[inside] = at_ms[inside] < cycles.end_ms[cycle[inside]]
    return CycleArrivals(cycle[inside], at_ms[inside], came.channel[inside])


@dataclass(frozen=True, slots=True)
class ApproachDelay:
    """Delay in red by bin of arrival, device and phase; arrays of shape (rows,)."""

    bin_ms: Ints
    device: Ints
    phase: Ints
    arrivals: Ints
    mean_s: Floats  # over all arrivals, those on green wait 0


def approach_delay(
    arrivals: CycleArrivals, cycles: SignalCycles, *, bin_s: int = 900
) -> ApproachDelay:
    """Estimate delay as the time from an arrival in red to the next green.

    No queue is seen: it is a lower bound, good to compare one day with another.

    References
    ----------
    Day et al., *Performance Measures for Traffic Signal Systems*, Purdue University, 2014.

    """
    waited_ms = np.maximum(cycles.green_ms[arrivals.cycle] - arrivals.at_ms, 0)
    device, phase = cycles.device[arrivals.cycle], cycles.phase[arrivals.cycle]
    rows = grouped(bin_of(arrivals.at_ms, bin_s * MS), device, phase)
    bins, devices, phases = rows.keys
    return ApproachDelay(bins, devices, phases, rows.count, rows.means(waited_ms) / MS)


@dataclass(frozen=True, slots=True)
class GreenTimes:
    """Greens and cycles by bin of the begin of green, device and phase; shape (rows,)."""

    bin_ms: Ints
    device: Ints
    phase: Ints
    cycles: Ints
    green_s: Floats
    longest_green_s: Floats
    cycle_s: Floats


def green_times(cycles: SignalCycles, *, bin_s: int = 900) -> GreenTimes:
    """Average how long phases were green, and from red to red."""
    rows = grouped(bin_of(cycles.green_ms, bin_s * MS), cycles.device, cycles.phase)
    bins, device, phase = rows.keys
    green = cycles.green_s
    return GreenTimes(
        bins,
        device,
        phase,
        rows.count,
        rows.means(green),
        rows.highest(green),
        rows.means(cycles.cycle_s),
    )


@dataclass(frozen=True, slots=True)
class TerminationPoints:
    """Ends of green as points; `in_row` counts how many ends of a phase had the same reason."""

    at_ms: Ints
    device: Ints
    phase: Ints
    reason: Ints  # GAP_OUT, MAX_OUT or FORCE_OFF
    in_row: Ints


def termination_points(events: ControllerEvents) -> TerminationPoints:
    """Return why each green ended, phase by phase, and for the how-manieth time in a row.

    Practitioners look at phases that reach their maximum, or are forced off, three times in a
    row: once is a long platoon, three times is a split too short.
    """
    ended = events.of(*TERMINATIONS)
    at_ms = ended.at_ms
    order = np.lexsort((ended.code, at_ms, ended.parameter, ended.device))
    ended, at_ms = ended.only(order), at_ms[order]
    owner = pair_key(ended.device, ended.parameter)
    new = np.ones(len(at_ms), dtype=bool)
    new[1:] = (np.diff(owner) != 0) | (np.diff(ended.code) != 0)
    began = np.maximum.accumulate(np.where(new, np.arange(len(at_ms)), 0))
    in_row = np.arange(len(at_ms)) - began + 1
    return TerminationPoints(at_ms, ended.device, ended.parameter, ended.code, in_row)
