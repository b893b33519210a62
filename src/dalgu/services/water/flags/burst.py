"""Burst: more water than a tap of its size is meant to pass, hour after hour.

Kamstrup and Axioma meters flag a burst where flow stays above a share of the permanent flow
rate Q3 for half an hour; on hours it is two in a row. Q3 by nominal diameter: OIML R 49-1
(2013), 4.1, series of preferred values, as usual for each diameter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Q3_M3H = {13: 2.5, 15: 2.5, 20: 4.0, 25: 6.3, 32: 10.0, 40: 16.0, 50: 25.0, 80: 63.0, 100: 100.0,
          150: 250.0, 200: 400.0}  # fmt: skip
USUAL_DIAMETER_MM = 15
SHARE_OF_Q3 = 0.3
RECENT_H = 24


@dataclass(frozen=True, slots=True)
class Burst:
    """One answer for each meter, arrays of shape (meters,).

    `peak_m3h` is the highest use of the last known day, `limit_m3h` what its size allows.
    """

    is_known: NDArray[np.bool_]
    is_burst: NDArray[np.bool_]
    peak_m3h: Array
    limit_m3h: Array


def limits_m3h(diameters_mm: Sequence[float | None]) -> Array:
    """Return the flow above which a tap bursts, by its diameter; that of the next size below.

    >>> limits_m3h([15, 50, None]).tolist()
    [0.75, 7.5, 0.75]
    """
    sizes = np.array(sorted(Q3_M3H), dtype=np.float64)
    q3 = np.array([Q3_M3H[int(size)] for size in sizes])
    asked = np.array([USUAL_DIAMETER_MM if one is None else one for one in diameters_mm], float)
    place = np.clip(np.searchsorted(sizes, asked, side="right") - 1, 0, len(sizes) - 1)
    limits: Array = SHARE_OF_Q3 * q3[place]
    return limits


def burst(consumption_m3: Array, limit_m3h: Array) -> Burst:
    """Find the meters above their limit for two hours in a row of the last day.

    Parameters
    ----------
    consumption_m3
        Shape (meters, hours), hourly consumption, NaN where unknown, oldest first.
    limit_m3h
        Shape (meters,).

    Examples
    --------
    >>> used = np.array([[0.1, 1.2, 1.3], [0.1, 1.2, 0.1]])
    >>> burst(used, np.array([0.75, 0.75])).is_burst
    array([ True, False])

    """
    recent = consumption_m3[:, -RECENT_H:]
    known = np.isfinite(recent)
    above = known & (recent > limit_m3h[:, None])
    in_a_row = np.any(above[:, 1:] & above[:, :-1], axis=1)
    peak = np.max(np.where(known, recent, 0.0), axis=1, initial=0.0)
    return Burst(known.sum(axis=1) >= RECENT_H // 2, in_a_row, peak, limit_m3h)
