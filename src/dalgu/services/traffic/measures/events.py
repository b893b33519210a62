"""Controller events as columns, and which detector stands for which phase."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MS = 1000


@dataclass(frozen=True, slots=True)
class ControllerEvents:
    """Events of any number of controllers; arrays of shape (n,).

    `at_s` is seconds since 1970 UTC, exact to the millisecond (controllers log 0.1 s); `device`
    numbers controllers; `code` and `parameter` are of the Indiana enumeration (`codes`).
    """

    at_s: Floats
    device: Ints
    code: Ints
    parameter: Ints

    def __len__(self) -> int:
        """How many events there are."""
        return len(self.at_s)

    @property
    def at_ms(self) -> Ints:
        """Whole milliseconds since 1970 UTC: measures add and compare without rounding."""
        return np.rint(self.at_s * MS).astype(np.int64)

    def only(self, where: Flags | Ints) -> "ControllerEvents":
        """Return the events a mask or positions choose."""
        return ControllerEvents(
            self.at_s[where], self.device[where], self.code[where], self.parameter[where]
        )

    def of(self, *codes: int) -> "ControllerEvents":
        """Return the events of the given codes."""
        return self.only(np.isin(self.code, codes))


def empty_events() -> ControllerEvents:
    """Return no events."""
    none = np.empty(0, dtype=np.int64)
    return ControllerEvents(np.empty(0), none, none, none)


def joined(parts: Iterable[ControllerEvents]) -> ControllerEvents:
    """Return the events of all parts in one, in the order of the parts."""
    found = [empty_events(), *parts]
    return ControllerEvents(
        np.concatenate([one.at_s for one in found]),
        np.concatenate([one.device for one in found]),
        np.concatenate([one.code for one in found]),
        np.concatenate([one.parameter for one in found]),
    )


def distinct(events: ControllerEvents) -> ControllerEvents:
    """Return every event once, by device, time, code and parameter.

    Loggers repeat events when a file is written anew; each measure here expects this order.
    """
    at_ms = events.at_ms
    what = (events.code << np.int64(32)) | events.parameter
    order = np.lexsort((what, at_ms, events.device))
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.diff(what[order]) != 0
    for column in (at_ms, events.device):
        new[1:] |= np.diff(column[order]) != 0
    return events.only(order[new])


class DetectorFunction(StrEnum):
    """What a detector is there for."""

    ADVANCE = "advance"  # upstream: arrivals
    PRESENCE = "presence"  # at the stop line: occupancy
    YELLOW_RED = "yellow_red"  # just past the stop line: who enters on yellow and red
    COUNT = "count"  # at the stop line: volume


@dataclass(frozen=True, slots=True)
class DetectorAssignments:
    """Which detector channel stands for which phase and why; arrays and tuple of length n."""

    device: Ints
    phase: Ints
    detector: Ints
    function: tuple[DetectorFunction, ...]

    def of(self, function: DetectorFunction) -> "DetectorAssignments":
        """Return the assignments of one function."""
        kept = np.array([one == function for one in self.function], dtype=bool)
        chosen = (function,) * int(kept.sum())
        return DetectorAssignments(self.device[kept], self.phase[kept], self.detector[kept], chosen)
