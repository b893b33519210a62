"""Back-flow: a register that falls, as water runs from the house into the main.

Neptune's E-CODER tells minor back-flow (more than 1 unit of its eighth digit, at most 100)
from major (more than 100); with registers in litres the units are litres here. Its flag stays
for 35 days; here it stays as long as the fall is among the reads.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.hourly import Reads

Array = NDArray[np.float64]

MINOR_M3 = 0.001
MAJOR_M3 = 0.100
RESTART_M3 = 1_000.0  # a fall larger than this is a new meter or a roll-over, not water


@dataclass(frozen=True, slots=True)
class BackFlow:
    """One answer for each meter, arrays of shape (meters,): m³ that ran back, and when last."""

    is_known: NDArray[np.bool_]
    is_minor: NDArray[np.bool_]
    is_major: NDArray[np.bool_]
    volume_m3: Array
    last_s: Array


def back_flow(reads: Reads, meters: int) -> BackFlow:
    """Add up how far each register fell between neighbouring reads.

    Examples
    --------
    >>> reads = Reads(np.zeros(3, int), np.array([0.0, 3600, 7200]), np.array([5.0, 4.8, 5.1]))
    >>> back_flow(reads, 1).is_major
    array([ True])

    """
    same = reads.meter[1:] == reads.meter[:-1]
    fall = reads.register_m3[:-1] - reads.register_m3[1:]
    ran_back = same & (fall > MINOR_M3 / 2) & (fall < RESTART_M3)
    row = reads.meter[1:][ran_back]
    volume, last = np.zeros(meters), np.full(meters, np.nan)
    np.add.at(volume, row, fall[ran_back])
    last[row] = reads.at_s[1:][ran_back]
    count = np.bincount(reads.meter, minlength=meters)
    major = volume > MAJOR_M3
    return BackFlow(count > 1, (volume > MINOR_M3) & ~major, major, volume, last)
