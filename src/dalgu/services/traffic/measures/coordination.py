"""Coordination as it ran: pattern, cycle and offset, bin after bin."""

from dataclasses import dataclass

import numpy as np

from dalgu.devices.signals.codes import EventCode as Code
from dalgu.services.traffic.measures.counts import Online
from dalgu.services.traffic.measures.events import MS, ControllerEvents, Ints
from dalgu.services.traffic.measures.grouping import as_of

_COORDINATED = (
    Code.PATTERN_CHANGE,
    Code.CYCLE_LENGTH_CHANGE,
    Code.ACTUAL_CYCLE,
    Code.ACTUAL_OFFSET,
)


def coordination_events(events: ControllerEvents) -> ControllerEvents:
    """Return what was logged of pattern, cycle length and offset."""
    return events.of(*_COORDINATED)


@dataclass(frozen=True, slots=True)
class Coordination:
    """What was in force at the end of each bin, 0 where nothing is known; shape (rows,)."""

    bin_ms: Ints
    device: Ints
    pattern: Ints
    cycle_s: Ints
    actual_cycle_s: Ints
    actual_offset_s: Ints


def coordination(events: ControllerEvents, online: Online, *, bin_s: int = 900) -> Coordination:
    """Tell pattern, cycle and offset of every bin that was heard all through.

    What a log holds before its first such bin is not carried into it.
    """
    logged = coordination_events(events)
    order = np.lexsort((logged.parameter, logged.at_ms, logged.device))
    logged = logged.only(order)
    ends = online.bin_ms + bin_s * MS - 1
    kept = _in_bins(logged, online, bin_s * MS)
    logged = logged.only(kept)

    def in_force(code: Code) -> Ints:
        one = logged.of(code)
        latest = as_of(one.device, one.at_ms).latest(online.device, ends)
        found = np.zeros(len(ends), dtype=np.int64)
        found[latest >= 0] = one.parameter[latest[latest >= 0]]
        return found

    pattern, cycle, actual, offset = (in_force(code) for code in _COORDINATED)
    return Coordination(online.bin_ms, online.device, pattern, cycle, actual, offset)


def _in_bins(logged: ControllerEvents, online: Online, bin_ms: int) -> Ints:
    """Positions of events that fall into bins heard all through."""
    known = np.sort((online.device << np.int64(40)) | (online.bin_ms // bin_ms))
    wanted = (logged.device << np.int64(40)) | (logged.at_ms // bin_ms)
    if not len(known):
        return np.empty(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.flatnonzero(known[at] == wanted)
