"""Whether a detector can be believed: what each controller finds out about its own lanes.

The rules are those of controllers in the field (NTCIP 1202 names them maximum presence, no
activity and erratic counts), with two more that area detectors allow: values that are no numbers,
and a picture of moving vehicles that does not move. Times in seconds.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.lanes import Floats, Reading
from dalgu.devices.signals.timing import Timing

Bools = NDArray[np.bool_]

PRESENCE_OVER_RED_S: Final = 60.0  # a queue that no green moves for so long beyond maximum red
FROZEN_S: Final = 60.0
SILENT_S: Final = 1_800.0
SILENT_WHILE_VEH: Final = 60.0  # a lane beside it has passed meanwhile, on average
COUNT_MOST_VEH: Final = 60.0  # of a lane in a minute; saturation is half of it
MINUTE_S: Final = 60.0
QUEUE_MOST_VEH: Final = 500.0
TRUSTED_AFTER_S: Final = 300.0  # of sense
TOO_MANY: Final = 0.5  # share of a controller's detectors that lie


class Diagnosis:
    """Follows the lanes of a field. L lanes, N controllers."""

    def __init__(self, timings: Sequence[Timing]) -> None:
        counts = [len(timing.detectors) for timing in timings]
        lanes = sum(counts)
        self._owner = np.repeat(np.arange(len(timings)), counts)
        self._lanes = np.array(counts)
        longest = [max(group.max_red_s for group in timing.groups) for timing in timings]
        self._presence_s = np.repeat(longest, counts) + PRESENCE_OVER_RED_S
        self._standing_s = np.zeros(lanes)
        self._frozen_s = np.zeros(lanes)
        self._silent_s = np.zeros(lanes)
        self._missed_veh = np.zeros(lanes)  # by the lanes beside, since it is silent
        self._minute_veh = np.zeros(lanes)
        self._sense_s = np.full(lanes, TRUSTED_AFTER_S)
        self._before: Reading | None = None
        self.fault: Bools = np.zeros(lanes, np.bool_)

    def observe(self, told: Reading, dt_s: float) -> Bools:
        """Judge what detectors told; return where they lie, shape (L,)."""
        broken = _is_broken(told)
        with np.errstate(invalid="ignore"):
            suspect = broken | self._stands(told, dt_s) | self._freezes(told, dt_s)
            suspect |= self._is_silent(told, dt_s) | self._is_erratic(told, dt_s)
        self._sense_s = np.where(suspect, 0.0, self._sense_s + dt_s)
        self.fault = suspect | (self.fault & (self._sense_s < TRUSTED_AFTER_S))
        self._before = told
        return self.fault

    def blind(self) -> Bools:
        """Return which controllers have too many detectors that lie, shape (N,)."""
        lying = np.bincount(self._owner, weights=self.fault, minlength=len(self._lanes))
        return (self._lanes > 0) & (lying >= TOO_MANY * self._lanes)

    def _stands(self, told: Reading, dt_s: float) -> Bools:
        # A queue that cannot leave since the road behind is full is no lie.
        stands = (told.queue_veh >= 1) & (told.passed_veh == 0) & (told.exit_room_veh >= 1)
        self._standing_s = np.where(stands, self._standing_s + dt_s, 0.0)
        return self._standing_s > self._presence_s

    def _freezes(self, told: Reading, dt_s: float) -> Bools:
        before = self._before
        if before is None:
            return np.zeros_like(self.fault)
        moving = told.arriving_veh.sum(axis=1) > 0
        same = (told.arriving_veh == before.arriving_veh).all(axis=1)
        same &= (told.queue_veh == before.queue_veh) & (told.passed_veh == 0)
        self._frozen_s = np.where(moving & same, self._frozen_s + dt_s, 0.0)
        return self._frozen_s > FROZEN_S

    def _is_silent(self, told: Reading, dt_s: float) -> Bools:
        seen = (told.queue_veh > 0) | (told.passed_veh > 0) | (told.arriving_veh.sum(axis=1) > 0)
        passed = np.nan_to_num(told.passed_veh)
        total = np.bincount(self._owner, weights=passed, minlength=len(self._lanes))
        beside = (total[self._owner] - passed) / np.maximum(self._lanes[self._owner] - 1, 1)
        self._silent_s = np.where(seen, 0.0, self._silent_s + dt_s)
        self._missed_veh = np.where(seen, 0.0, self._missed_veh + beside)
        return (self._silent_s > SILENT_S) & (self._missed_veh > SILENT_WHILE_VEH)

    def _is_erratic(self, told: Reading, dt_s: float) -> Bools:
        kept = max(1 - dt_s / MINUTE_S, 0.0)
        self._minute_veh = self._minute_veh * kept + np.nan_to_num(told.passed_veh)
        return self._minute_veh > COUNT_MOST_VEH


def _is_broken(told: Reading) -> Bools:
    broken = np.zeros(len(told.queue_veh), np.bool_)
    columns: tuple[Floats, ...] = (told.queue_veh, told.waiting_s, told.passed_veh)
    for values in (*columns, *told.arriving_veh.T):
        broken |= ~np.isfinite(values) | (values < 0)
    return broken | (told.queue_veh > QUEUE_MOST_VEH)
