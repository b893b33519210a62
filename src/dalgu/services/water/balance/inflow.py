"""Net inflow of areas: what their inlet meters bring, less what passes on to the next area."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Inlets:
    """Where n inlet meters stand: positions of the area each feeds and leaves, -1 for none."""

    feeds: NDArray[np.int64]
    leaves: NDArray[np.int64]
    areas: int


def net_inflow(passed_m3: Array, inlets: Inlets) -> Array:
    """Return the net inflow of each area in each hour, shape (areas, hours), m³.

    NaN where one of an area's meters is unknown, and for an area that has none: a part of an
    inflow looks like a district that has stopped leaking.

    Parameters
    ----------
    passed_m3
        Shape (n, hours), what passed each meter, NaN where unknown.
    inlets
        The n meters.

    Examples
    --------
    >>> inlets = Inlets(np.array([0, 1]), np.array([-1, 0]), areas=2)
    >>> net_inflow(np.array([[10.0], [4.0]]), inlets)[:, 0].tolist()
    [6.0, 4.0]

    """
    inflow = np.zeros((inlets.areas, passed_m3.shape[1]))
    meters = np.zeros(inlets.areas, dtype=np.int64)
    for area, sign in ((inlets.feeds, 1.0), (inlets.leaves, -1.0)):
        stands = area >= 0
        np.add.at(inflow, area[stands], sign * passed_m3[stands])
        np.add.at(meters, area[stands], 1)
    inflow[meters == 0] = np.nan
    return inflow
