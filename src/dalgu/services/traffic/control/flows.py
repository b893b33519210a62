"""What detectors count, added up by five minutes: flows, speeds and occupancy of links."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.report import Report

INTERVAL_S = 300
HOUR_S = 3_600.0
KMH = 3.6
KEPT = 288  # intervals: a day


@dataclass(frozen=True, slots=True)
class Interval:
    """What lanes saw in one interval that ends at `until_s`; all of shape (L,)."""

    until_s: float
    seconds: float  # that were heard of it
    passed_veh: NDArray[np.float64]
    speed_kmh: NDArray[np.float64]  # mean weighted by presence, NaN where nobody was
    occupancy: NDArray[np.float64]  # share of the reach that vehicles fill, 0 to 1
    green_share: NDArray[np.float64]  # of the time in which the lane might discharge

    @property
    def flow_veh_h(self) -> NDArray[np.float64]:
        """Return the flow over the stop line."""
        return self.passed_veh * HOUR_S / max(self.seconds, 1.0)


class Flows:
    """Takes every report; gives the interval that ended."""

    def __init__(self, storage_veh: NDArray[np.float64]) -> None:
        self._storage_veh = np.maximum(storage_veh, 1.0)
        self._slot: float | None = None
        self.kept: deque[Interval] = deque(maxlen=KEPT)
        self._last_s = 0.0
        self._clear()

    def take(self, report: Report, is_green: NDArray[np.bool_]) -> Interval | None:
        """Add a report; return the interval that it ended, if it did.

        `is_green` is shape (L,): whether the lane may discharge.
        """
        passed_s = report.at_s - self._last_s if self._last_s else 1.0
        self._last_s = report.at_s
        present = report.queue_veh + report.arriving_veh.sum(axis=1)
        known = ~np.isnan(report.speed_mps)
        self._seconds += passed_s
        self._passed += report.passed_veh
        self._green += passed_s * is_green
        self._filled += passed_s * np.minimum(present / self._storage_veh, 1.0)
        weight = np.where(known, present, 0.0) * passed_s
        self._weight += weight
        self._speed += weight * np.nan_to_num(report.speed_mps)
        slot = report.at_s // INTERVAL_S
        if self._slot is None:
            self._slot = slot
        if slot == self._slot:
            return None
        ended = self._interval(self._slot)
        self._clear()
        self._slot = slot
        self.kept.append(ended)
        return ended

    def _interval(self, slot: float) -> Interval:
        with np.errstate(invalid="ignore", divide="ignore"):
            speed = np.where(self._weight > 0, self._speed / self._weight * KMH, np.nan)
        return Interval(
            until_s=(slot + 1) * INTERVAL_S,
            seconds=min(self._seconds, INTERVAL_S),
            passed_veh=self._passed,
            speed_kmh=speed,
            occupancy=self._filled / max(self._seconds, 1.0),
            green_share=self._green / max(self._seconds, 1.0),
        )

    def _clear(self) -> None:
        lanes = len(self._storage_veh)
        self._seconds = 0.0
        self._passed, self._filled = np.zeros(lanes), np.zeros(lanes)
        self._weight, self._speed = np.zeros(lanes), np.zeros(lanes)
        self._green = np.zeros(lanes)
