"""Which colour a phase showed at any instant, from its begin of green, yellow and red."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.devices.signals.codes import EventCode
from dalgu.services.traffic.measures.events import ControllerEvents, Ints
from dalgu.services.traffic.measures.grouping import AsOf, as_of, pair_key

GREEN: Final = int(EventCode.BEGIN_GREEN)
YELLOW: Final = int(EventCode.BEGIN_YELLOW)
RED: Final = int(EventCode.BEGIN_RED_CLEARANCE)

_STATE_BITS: Final = 8


@dataclass(frozen=True, slots=True)
class PhaseChanges:
    """Changes of colour by device, phase and time; arrays of shape (n,).

    `cycle` numbers from 1, over all phases of all devices, each stretch that begins with a
    green, and what a log holds of a phase before its first green.
    """

    device: Ints
    phase: Ints
    at_ms: Ints
    code: Ints
    state: Ints  # GREEN, YELLOW or RED: the furthest colour of this cycle so far
    cycle: Ints
    _as_of: AsOf

    def latest(self, device: Ints, phase: Ints, at_ms: Ints) -> Ints:
        """Return the position of the last change at or before each instant, -1 where none."""
        return self._as_of.latest(pair_key(device, phase), at_ms)


def phase_changes(events: ControllerEvents) -> PhaseChanges:
    """Order the colour changes of every phase, and number its cycles from green to green.

    When two colours begin at one instant the higher code counts as the later, as logs mean it.
    """
    changes = events.of(GREEN, YELLOW, RED)
    at_ms = changes.at_ms
    order = np.lexsort((changes.code, at_ms, changes.parameter, changes.device))
    changes, at_ms = changes.only(order), at_ms[order]
    pair = pair_key(changes.device, changes.parameter)
    starts = changes.code == GREEN
    starts[1:] |= np.diff(pair) != 0
    starts[:1] = True
    cycle = np.cumsum(starts)
    ranked = np.maximum.accumulate((cycle << np.int64(_STATE_BITS)) | changes.code)
    return PhaseChanges(
        changes.device,
        changes.parameter,
        at_ms,
        changes.code,
        ranked & ((1 << _STATE_BITS) - 1),
        cycle,
        as_of(pair, at_ms),
    )
