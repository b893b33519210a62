"""Split failures: greens so short that the stop line is occupied through them and after them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.events import (
    MS,
    ControllerEvents,
    DetectorAssignments,
    Flags,
    Floats,
    Ints,
)
from dalgu.services.traffic.measures.grouping import bin_of, every_match, grouped, pair_key
from dalgu.services.traffic.measures.presence import OFF, ON, Presence, stop_line_presence
from dalgu.services.traffic.measures.signal_state import GREEN, RED, YELLOW

RED_TIME_S: Final = 5  # seconds of red looked at; Day et al. 2014
OCCUPANCY_THRESHOLD: Final = 0.80  # both of green and of red
_BARRIER: Final = 11  # marks the end of the first seconds of red; later than RED in order


@dataclass(frozen=True, slots=True)
class CycleOccupancies:
    """Occupancy of the stop line by cycle; arrays of shape (cycles,).

    `at_ms` is when the looked-at part of red ends. `detector` is 0 where the detectors of a
    phase are taken together. Ratios are 0 to 1.
    """

    at_ms: Ints
    device: Ints
    detector: Ints
    phase: Ints
    green_s: Floats
    green_occupancy: Floats
    red_occupancy: Floats

    def failed(
        self,
        green_threshold: float = OCCUPANCY_THRESHOLD,
        red_threshold: float = OCCUPANCY_THRESHOLD,
    ) -> Flags:
        """Say which cycles were occupied at least so much in green and in the first red."""
        failed: Flags = (self.green_occupancy >= green_threshold) & (
            self.red_occupancy >= red_threshold
        )
        return failed


@dataclass(frozen=True, slots=True)
class SplitFailures:
    """Split failures by bin, device, detector and phase; means over cycles, shape (rows,)."""

    bin_ms: Ints
    device: Ints
    detector: Ints
    phase: Ints
    cycles: Ints
    green_s: Floats
    green_occupancy: Floats
    red_occupancy: Floats
    failures: Ints


def cycle_occupancies(
    events: ControllerEvents,
    assignments: DetectorAssignments,
    *,
    by_lane: bool = False,
    red_time_s: int = RED_TIME_S,
    cut_ms: int | None = None,
) -> CycleOccupancies:
    """Measure how long each green, and the first seconds of its red, found the stop line occupied.

    Parameters
    ----------
    events
        Distinct events.
    assignments
        The detectors of function PRESENCE count.
    by_lane
        Each detector by itself; otherwise a phase is occupied while any of its detectors is.
    red_time_s
        Seconds of red looked at.
    cut_ms
        Where the log ends, its last event if not told: a red not seen that long is left out.

    """
    if cut_ms is None:
        cut_ms = int(events.at_ms.max(initial=0)) + 1
    presence = stop_line_presence(events, assignments, by_lane=by_lane)
    rows = _merged(events, presence, red_time_s * MS, cut_ms)
    return _occupancies(rows, red_time_s * MS)


def split_failures(
    cycles: CycleOccupancies,
    *,
    bin_s: int = 900,
    green_threshold: float = OCCUPANCY_THRESHOLD,
    red_threshold: float = OCCUPANCY_THRESHOLD,
) -> SplitFailures:
    """Bring cycles together by bin: mean occupancies, and how many cycles failed.

    References
    ----------
    Freije et al., *Graphical Performance Measures for Practitioners to Triage Split Failure
    Trouble Calls*, Transportation Research Record 2439, 2014.

    """
    bins = bin_of(cycles.at_ms, bin_s * MS)
    rows = grouped(bins, cycles.device, cycles.detector, cycles.phase)
    failed = cycles.failed(green_threshold, red_threshold)
    bin_ms, device, detector, phase = rows.keys
    return SplitFailures(
        bin_ms,
        device,
        detector,
        phase,
        rows.count,
        rows.means(cycles.green_s),
        rows.means(cycles.green_occupancy),
        rows.means(cycles.red_occupancy),
        rows.sums(failed.astype(np.int64)).astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Colours and presence in one order, by lane (device, detector, phase) and time."""

    lane: Ints
    at_ms: Ints
    code: Ints
    state: Ints  # colour, or _BARRIER
    cycle: Ints
    present: Ints  # 1, 0, or -1 while nothing was heard of the detector
    keys: tuple[Ints, Ints, Ints]


def _merged(events: ControllerEvents, presence: Presence, red_ms: int, cut_ms: int) -> _Rows:
    colours = events.of(GREEN, YELLOW, RED)
    lane, which = _lanes_of(colours, presence)
    at_ms, code = colours.at_ms[which], colours.code[which]
    barrier = (code == RED) & (at_ms + red_ms < cut_ms)
    lane = np.concatenate([lane, lane[barrier], presence.lane])
    at_ms = np.concatenate([at_ms, at_ms[barrier] + red_ms, presence.at_ms])
    code = np.concatenate(
        [code, np.full(int(barrier.sum()), _BARRIER), np.where(presence.on, ON, OFF)]
    )
    order = np.lexsort((code, at_ms, lane))
    lane, at_ms, code = lane[order], at_ms[order], code[order]
    starts = code == GREEN
    starts[1:] |= np.diff(lane) != 0
    starts[:1] = True
    cycle = np.cumsum(starts)
    shown = np.where(code < OFF, code, 0)
    state = np.maximum.accumulate((cycle << np.int64(8)) | shown) & 0xFF
    return _Rows(lane, at_ms, code, state, cycle, _presence_so_far(lane, code), presence.keys)


def _lanes_of(colours: ControllerEvents, presence: Presence) -> tuple[Ints, Ints]:
    """Give the colours of a phase to each of its lanes: (lane, colour) positions."""
    device, _, phase = presence.keys
    which, lane = every_match(pair_key(colours.device, colours.parameter), pair_key(device, phase))
    return lane, which


def _presence_so_far(lane: Ints, code: Ints) -> Ints:
    heard = np.maximum.accumulate(np.where(code >= OFF, np.arange(len(code)), -1))
    known = (heard >= 0) & (lane[heard] == lane)
    return np.where(known, (code[heard] == ON).astype(np.int64), -1)


def _occupancies(rows: _Rows, red_ms: int) -> CycleOccupancies:
    size = int(rows.cycle[-1]) + 1 if len(rows.cycle) else 1

    def times(where: Flags) -> Ints:
        return np.bincount(rows.cycle[where], minlength=size)

    whole = (times(rows.code == GREEN) == 1) & (times(rows.code == YELLOW) == 1)
    whole &= (times(rows.code == _BARRIER) == 1) & (times(rows.present < 0) == 0)
    lasting = np.zeros(len(rows.at_ms))
    lasting[:-1] = np.where(np.diff(rows.lane) == 0, np.diff(rows.at_ms), 0)

    def lasted(state: int, present: int) -> Floats:
        where = (rows.state == state) & (rows.present == present)
        return np.bincount(rows.cycle[where], lasting[where], size).astype(np.float64)

    green_on, green_off, red_on = lasted(GREEN, 1), lasted(GREEN, 0), lasted(RED, 1)
    ends = rows.code == _BARRIER
    kept = np.flatnonzero(ends & whole[rows.cycle])
    cycle, lane = rows.cycle[kept], rows.lane[kept]
    green = green_on[cycle] + green_off[cycle]
    device, detector, phase = (key[lane] for key in rows.keys)
    return CycleOccupancies(
        rows.at_ms[kept],
        device,
        detector,
        phase,
        green / MS,
        green_on[cycle] / np.maximum(green, 1),
        red_on[cycle] / red_ms,
    )
