"""When the stop line was occupied: detector ons and offs made to alternate, lane or phase."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.devices.signals.codes import EventCode
from dalgu.services.traffic.measures.events import (
    ControllerEvents,
    DetectorAssignments,
    DetectorFunction,
    Flags,
    Ints,
)
from dalgu.services.traffic.measures.grouping import actuations_of

OFF: Final = int(EventCode.DETECTOR_OFF)
ON: Final = int(EventCode.DETECTOR_ON)
RAPID_MS: Final = 2000  # ons this close are two vehicles, the off between is at the second


@dataclass(frozen=True, slots=True)
class Presence:
    """Changes of presence; arrays of shape (n,), `lane` points into `keys`.

    `keys` is (device, detector, phase) of each lane, detector 0 for a phase as a whole.
    """

    lane: Ints
    at_ms: Ints
    on: Flags
    keys: tuple[Ints, Ints, Ints]


def stop_line_presence(
    events: ControllerEvents, assignments: DetectorAssignments, *, by_lane: bool
) -> Presence:
    """Return when the presence detectors of each phase, or each one of them, turned on and off.

    A missing off between two ons is put at the second on, or half-way when they are more than
    2 s apart; a missing on half-way between two offs; and a first off was on just before.
    """
    watching = assignments.of(DetectorFunction.PRESENCE)
    changes = events.of(OFF, ON)
    event, assigned = actuations_of(changes, watching)
    detector, at_ms = watching.detector[assigned], changes.at_ms[event]
    device, phase = changes.device[event], watching.phase[assigned]
    keys, lane = np.unique(np.stack([device, detector, phase]), axis=1, return_inverse=True)
    lane, at_ms, on = _alternating(lane.reshape(-1), at_ms, changes.code[event] == ON)
    if by_lane:
        return Presence(lane, at_ms, on, (keys[0], keys[1], keys[2]))
    together, phase_of = np.unique(keys[[0, 2]], axis=1, return_inverse=True)
    return _any_on(
        phase_of.reshape(-1)[lane],
        at_ms,
        on,
        (together[0], np.zeros(together.shape[1], dtype=np.int64), together[1]),
    )


def _alternating(lane: Ints, at_ms: Ints, on: Flags) -> tuple[Ints, Ints, Flags]:
    order = np.lexsort((on, at_ms, lane))
    lane, at_ms, on = lane[order], at_ms[order], on[order]
    again = np.flatnonzero((np.diff(lane) == 0) & (on[1:] == on[:-1])) + 1
    gap_ms = at_ms[again] - at_ms[again - 1]
    # half a gap is cut to whole milliseconds, as a log's stamps are
    between_ms = at_ms[again] - np.where(on[again] & (gap_ms <= RAPID_MS), 0, gap_ms // 2)
    first = np.flatnonzero(np.append(True, np.diff(lane) != 0)[: len(lane)])
    first = first[~on[first]]
    return (
        np.concatenate([lane, lane[again], lane[first]]),
        np.concatenate([at_ms, between_ms, at_ms[first] - 1]),
        np.concatenate([on, ~on[again], np.ones(len(first), dtype=bool)]),
    )


def _any_on(lane: Ints, at_ms: Ints, on: Flags, keys: tuple[Ints, Ints, Ints]) -> Presence:
    """Take a phase as occupied while more of its detectors turned on than off."""
    order = np.lexsort((at_ms, lane))
    lane, at_ms = lane[order], at_ms[order]
    total = np.cumsum(np.where(on[order], 1, -1))
    opens = np.append(True, np.diff(lane) != 0)[: len(lane)]
    before = (total - np.where(on[order], 1, -1))[opens]
    total = total - before[np.cumsum(opens) - 1]
    last = np.append((np.diff(lane) != 0) | (np.diff(at_ms) != 0), True)[: len(lane)]
    return Presence(lane[last], at_ms[last], total[last] > 0, keys)
