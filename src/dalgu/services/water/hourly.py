"""From register reads to hourly consumption, with every doubt flagged and no gap filled.

The register at each full hour is read off the line between the reads around it when these
are at most 90 minutes apart; the hour's consumption is the difference of two such registers,
so that the hours of a day add up to the register's own difference (sum check of the
California VEE standard, rev. 2.0). Estimating what is missing is another, later matter.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HOUR_S = 3600.0
LONGEST_STEP_S = 5400.0  # an hourly meter's reads with half an hour of jitter
REGISTER_STEP_M3 = 0.001  # the register counts litres; less is rounding


class Doubt(IntEnum):
    """Why an hour's consumption is unknown."""

    NONE = 0
    GAP = 1  # no read close enough to one of the hour's ends
    REVERSED = 2  # the register is lower at the end than at the start


@dataclass(frozen=True, slots=True)
class Hourly:
    """Hourly consumption of many meters.

    `consumption_m3` is shape (meters, hours), NaN where `doubt`, of the same shape, is not
    `Doubt.NONE`; hour `h` is [start_s + h hours, one hour on), seconds since 1970 UTC.
    """

    start_s: float
    consumption_m3: Array
    doubt: NDArray[np.uint8]

    @property
    def hours(self) -> int:
        """How many hours there are."""
        return int(self.consumption_m3.shape[1])

    def end_s(self, hour: int) -> float:
        """Return the end of an hour, seconds since 1970 UTC; negative hours from the last."""
        return self.start_s + (hour % self.hours + 1) * HOUR_S


@dataclass(frozen=True, slots=True)
class Reads:
    """Register reads of many meters, clustered by meter, oldest first.

    `meter` is shape (n,), positions from 0 on; `at_s` seconds since 1970 UTC; `register_m3`.
    """

    meter: NDArray[np.int64]
    at_s: Array
    register_m3: Array


def hourly_consumption(reads: Reads, meters: int, start_s: float, hours: int) -> Hourly:
    """Return the consumption of each meter in each hour.

    Parameters
    ----------
    reads, meters
        Reads of the meters 0 to `meters` - 1; of two at one instant the last counts.
    start_s, hours
        Start of the first hour, seconds since 1970 UTC, and how many hours follow.

    Examples
    --------
    >>> reads = Reads(np.array([0, 0, 0]), np.array([0.0, 3600.0, 7200.0]), np.array([5, 5.2, 5.1]))
    >>> hourly_consumption(reads, 1, 0.0, 2).doubt
    array([[0, 2]], dtype=uint8)

    """
    register = _registers_at_hours(reads, meters, start_s, hours)
    used = np.diff(register, axis=1)
    reversed_ = used < -REGISTER_STEP_M3 / 2
    doubt = np.where(np.isnan(used), Doubt.GAP, np.where(reversed_, Doubt.REVERSED, Doubt.NONE))
    used[reversed_] = np.nan
    # A difference below half a litre is the rounding of two registers, not water.
    used[np.abs(used) < REGISTER_STEP_M3 / 2] = 0.0
    return Hourly(start_s, used, doubt.astype(np.uint8))


def _registers_at_hours(reads: Reads, meters: int, start_s: float, hours: int) -> Array:
    """Return registers at the hours' ends, shape (meters, hours + 1), NaN where not known."""
    n = len(reads.at_s)
    if n == 0:
        return np.full((meters, hours + 1), np.nan)
    ends_s = start_s + HOUR_S * np.arange(hours + 1)
    # One sorted axis for all meters: each has its own stretch, longer than any time between.
    low_s = min(ends_s[0], float(reads.at_s.min()))
    stretch_s = max(ends_s[-1], float(reads.at_s.max())) - low_s + 1.0
    axis = reads.meter * stretch_s + (reads.at_s - low_s)
    asked = (np.arange(meters)[:, None] * stretch_s + (ends_s - low_s)).ravel()
    after = np.searchsorted(axis, asked, side="right")
    before = np.maximum(after - 1, 0)
    after = np.minimum(after, n - 1)
    # A read exactly at the hour is both: the one before and, where it is the last, the end.
    exact = axis[before] == asked
    after = np.where(exact, before, after)
    step_s = axis[after] - axis[before]
    inside = (axis[before] <= asked) & (asked <= axis[after]) & (step_s <= LONGEST_STEP_S)
    inside &= reads.meter[before] == reads.meter[after]
    part = np.where(exact, 0.0, (asked - axis[before]) / np.maximum(step_s, 1e-9))
    rise = reads.register_m3[after] - reads.register_m3[before]
    register = np.where(inside, reads.register_m3[before] + part * rise, np.nan)
    return register.reshape(meters, hours + 1)
