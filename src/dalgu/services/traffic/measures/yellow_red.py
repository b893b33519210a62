"""Who enters on yellow and on red: actuations by their distance from the begin of red."""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.measures.events import (
    MS,
    ControllerEvents,
    DetectorAssignments,
    DetectorFunction,
    Floats,
    Ints,
)
from dalgu.services.traffic.measures.grouping import bin_of, grouped, passages
from dalgu.services.traffic.measures.signal_state import (
    GREEN,
    RED,
    YELLOW,
    PhaseChanges,
    phase_changes,
)

_HALF_S_IN_MS = 500


@dataclass(frozen=True, slots=True)
class YellowRedActuations:
    """Actuations by bin, device, phase, colour and offset; arrays of shape (rows,).

    `red_offset_s` is seconds after the begin of red in steps of a half, negative before it.
    `state` is the colour shown (`signal_state`). The bin is that of the begin of red.
    """

    bin_ms: Ints
    device: Ints
    phase: Ints
    state: Ints
    red_offset_s: Floats
    count: Ints


def yellow_red_actuations(
    events: ControllerEvents,
    assignments: DetectorAssignments,
    *,
    bin_s: int = 900,
    latency_s: float = 0.0,
    from_offset_s: float = -8.0,
) -> YellowRedActuations:
    """Count actuations just past the stop line around the begin of red.

    Only whole cycles count: one green, one yellow and one red. Detectors of function
    YELLOW_RED count; `latency_s` moves their actuations back, `from_offset_s` is the earliest
    offset returned.

    References
    ----------
    Day et al., *Performance Measures for Traffic Signal Systems*, Purdue University, 2014.

    """
    came = passages(events, assignments.of(DetectorFunction.YELLOW_RED), latency_s)
    at_ms, device, phase = came.at_ms, came.device, came.phase
    changes = phase_changes(events)
    latest = changes.latest(device, phase, at_ms)
    red_ms = _red_of_whole_cycles(changes)
    seen = np.flatnonzero(latest >= 0)
    seen = seen[red_ms[changes.cycle[latest[seen]]] >= 0]
    red = red_ms[changes.cycle[latest[seen]]]
    halves = _nearest_half(at_ms[seen] - red)
    kept = halves >= from_offset_s * 2
    seen, red, halves = seen[kept], red[kept], halves[kept]
    state = changes.state[latest[seen]]
    rows = grouped(bin_of(red, bin_s * MS), device[seen], phase[seen], state, halves)
    bins, devices, phases, states, offsets = rows.keys
    return YellowRedActuations(bins, devices, phases, states, offsets / 2, rows.count)


def _red_of_whole_cycles(changes: PhaseChanges) -> Ints:
    """Begin of red by cycle number, -1 where the cycle is not one green, one yellow, one red."""
    size = int(changes.cycle[-1]) + 1 if len(changes.cycle) else 1
    once = np.ones(size, dtype=bool)
    for colour in (GREEN, YELLOW, RED):
        count = np.bincount(changes.cycle[changes.code == colour], minlength=size)
        once &= count == 1
    red = np.full(size, -1)
    begins = changes.code == RED
    red[changes.cycle[begins]] = changes.at_ms[begins]
    return np.where(once, red, -1)


def _nearest_half(lasting_ms: Ints) -> Ints:
    """Half seconds, a tie going away from zero."""
    away = (2 * np.abs(lasting_ms) + _HALF_S_IN_MS) // (2 * _HALF_S_IN_MS)
    halves: Ints = np.sign(lasting_ms) * away
    return halves
