"""District totals: how much water a district's meters counted in each hour."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DistrictTotals:
    """`consumption_m3` and `received`, the meters known in the hour: shape (districts, hours).

    `meters` is shape (districts,). A total stands for the received meters only.
    """

    consumption_m3: Array
    received: NDArray[np.int64]
    meters: NDArray[np.int64]


def district_totals(
    consumption_m3: Array, district: NDArray[np.int64], districts: int
) -> DistrictTotals:
    """Add up the known hours of each district's meters.

    Parameters
    ----------
    consumption_m3
        Shape (meters, hours), NaN where unknown.
    district, districts
        Shape (meters,), position of each meter's district, -1 for a meter that has none; and
        how many districts there are.

    Examples
    --------
    >>> used = np.array([[1.0, np.nan], [2.0, 3.0], [4.0, 5.0]])
    >>> district_totals(used, np.array([0, 0, 1]), 2).received
    array([[2, 1],
           [1, 1]])

    """
    known = np.isfinite(consumption_m3)
    total = np.zeros((districts, consumption_m3.shape[1]))
    received = np.zeros(total.shape, dtype=np.int64)
    member = district >= 0
    np.add.at(total, district[member], np.where(known, consumption_m3, 0.0)[member])
    np.add.at(received, district[member], known[member])
    return DistrictTotals(total, received, np.bincount(district[member], minlength=districts))
