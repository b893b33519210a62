"""The conflict monitor of each controller sees only lamps and time.

It shares no code with the phase machine: it reads the timing by itself, keeps its own count of
time, and judges every change of a lamp as the malfunction management unit in a cabinet does. What
it finds dangerous cuts the controller off the lamps (FLASH) until somebody resets it; a red that
lasts too long is reported, since darkness would not make it shorter.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.timing import Timing

SLACK_S: Final = 1e-6

_RED, _AMBER, _GREEN = 0, 1, 2


class Violation(IntEnum):
    """What the monitor has seen."""

    NONE = 0
    CONFLICT = 1  # two conflicting groups green, or one green while the other clears
    SHORT_INTERGREEN = 2
    SHORT_GREEN = 3
    SHORT_CLEARANCE = 4  # amber or flashing green left out or cut off
    BAD_ORDER = 5  # amber after red, green after amber: no lamp changes like that
    BAD_LAMP = 6  # a lamp shows what is no colour
    LONG_RED = 7  # reported, does not trip


class Monitor:
    """Watches the lamps of all controllers of a field."""

    def __init__(self, timings: Sequence[Timing], *, trips: bool = True) -> None:
        self._first = np.cumsum([0] + [len(timing.groups) for timing in timings])
        self._owner = np.repeat(np.arange(len(timings)), np.diff(self._first))
        groups = [group for timing in timings for group in timing.groups]
        self._least_green_s = np.array([group.min_green_s for group in groups])
        self._amber_s = np.array([group.amber_s for group in groups])
        self._longest_red_s = np.array([group.max_red_s for group in groups])
        self._ender, self._starter, self._between_s = self._pairs(timings)
        self._trips = trips
        self.tripped: NDArray[np.bool_] = np.zeros(len(timings), np.bool_)
        self.counts: NDArray[np.int64] = np.zeros(len(Violation), np.int64)
        self.found: list[tuple[float, int, Violation]] = []  # second, controller, of each trip
        self._now_s = 0.0
        self._lamp: NDArray[np.int64] = np.full(len(groups), _RED)
        self._turned_s = np.full(len(groups), 0.0)  # when the lamp took its colour
        self._ended_s = np.full(len(groups), 0.0)  # when its last green ended
        self._red_told = np.zeros(len(groups), np.bool_)

    def _pairs(
        self, timings: Sequence[Timing]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        rows = [
            (first + i, first + j, between)
            for first, timing in zip(self._first, timings, strict=False)
            for i, row in enumerate(timing.intergreen_s)
            for j, between in enumerate(row)
            if between > 0 or timing.intergreen_s[j][i] > 0
        ]
        table = np.array(rows, np.float64).reshape(-1, 3)
        return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]

    def watch(self, lamps: NDArray[Any], passed_s: float) -> NDArray[np.bool_]:
        """Judge the lamps of all groups, shape (G,), shown since `passed_s` after the last ones.

        Returns where a controller is cut off the lamps, shape (N,).
        """
        self._now_s += passed_s
        lamp = np.asarray(lamps).astype(np.int64)
        self._judge_lamps(lamp)
        self._judge_ends(lamp)
        self._judge_starts(lamp)
        self._judge_reds()
        self._remember(lamp)
        return self.tripped

    def reset(self, who: NDArray[np.bool_]) -> None:
        """Let controllers on the lamps again, which start from all red."""
        self.tripped = self.tripped & ~who
        mine = who[self._owner]
        self._lamp[mine] = _RED
        self._turned_s[mine] = self._now_s
        self._ended_s[mine] = self._now_s

    def _judge_lamps(self, lamp: NDArray[np.int64]) -> None:
        self._find(self._owner[(lamp < _RED) | (lamp > _GREEN)], Violation.BAD_LAMP)
        was = self._lamp
        backwards = ((was == _RED) & (lamp == _AMBER)) | ((was == _AMBER) & (lamp == _GREEN))
        self._find(self._owner[backwards], Violation.BAD_ORDER)

    def _judge_ends(self, lamp: NDArray[np.int64]) -> None:
        shown_s = self._now_s - self._turned_s
        ends = (self._lamp == _GREEN) & (lamp != _GREEN)
        short = ends & (shown_s + SLACK_S < self._least_green_s)
        self._find(self._owner[short], Violation.SHORT_GREEN)
        skipped = (self._lamp == _GREEN) & (lamp == _RED) & (self._amber_s > 0)
        cut = (self._lamp == _AMBER) & (lamp == _RED) & (shown_s + SLACK_S < self._amber_s)
        self._find(self._owner[skipped | cut], Violation.SHORT_CLEARANCE)

    def _judge_starts(self, lamp: NDArray[np.int64]) -> None:
        both = (lamp[self._starter] == _GREEN) & (lamp[self._ender] != _RED)
        self._find(self._owner[self._starter[both]], Violation.CONFLICT)
        starts = (lamp == _GREEN) & (self._lamp != _GREEN)
        since_s = self._now_s - np.where(self._lamp == _GREEN, self._now_s, self._ended_s)
        early = starts[self._starter] & (since_s[self._ender] + SLACK_S < self._between_s)
        self._find(self._owner[self._starter[early]], Violation.SHORT_INTERGREEN)

    def _remember(self, lamp: NDArray[np.int64]) -> None:
        self._ended_s[(self._lamp == _GREEN) & (lamp != _GREEN)] = self._now_s
        self._turned_s[self._lamp != lamp] = self._now_s
        self._lamp = lamp.copy()

    def _judge_reds(self) -> None:
        # What was red until now has been so for all the time since its green ended.
        red_s = np.where(self._lamp == _GREEN, 0.0, self._now_s - self._ended_s)
        long = (red_s > self._longest_red_s + SLACK_S) & ~self.tripped[self._owner]
        self._find(self._owner[long & ~self._red_told], Violation.LONG_RED)
        self._red_told = long

    def _find(self, owners: NDArray[np.int64], violation: Violation) -> None:
        who = np.unique(owners)
        who = who[~self.tripped[who]]
        if not len(who):
            return
        self.counts[violation] += len(who)
        if violation is not Violation.LONG_RED and self._trips:
            self.tripped[who] = True
            self.found += [(self._now_s, int(n), violation) for n in who]
