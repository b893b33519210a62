"""The streets that the queue simulation runs on, as arrays.

Sizes: K links, J lanes, R movements, S sources, L lanes of the `Layout`, G signal groups. Lanes of
one link stand together. A link whose end is the edge of the network, or whose drivers go where the
network does not follow them, has movements with exit -1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HOURS = 24
JAM_SPACING_M = 7.5  # a standing car and the gap before it; SUMO's default, HCM has 7.6
WIDEST_YIELD = 4  # movements that one movement can be asked to give way to

__all__ = ["HOURS", "JAM_SPACING_M", "WIDEST_YIELD", "Bools", "Floats", "Ints", "Streets"]


@dataclass(frozen=True, slots=True)
class Streets:
    """Links with their lanes, what may be done at their ends, and who wants to drive."""

    links: tuple[str, ...]
    link_length_m: Floats  # (K,)
    link_free_mps: Floats  # (K,)
    link_ends_share: Floats  # (K,) of those who enter: their trip ends on it, before its stop line
    lanes: tuple[str, ...]
    lane_link: Ints  # (J,)
    lane_saturation_veh_s: Floats  # (J,) discharge of a queue, below 1
    lane_storage_veh: Floats  # (J,) standing vehicles that fit; a turn bay: with its way there
    movement_lane: Ints  # (R,)
    movement_exit: Ints  # (R,) link, -1 leaves the network
    movement_share: Floats  # (R,) of the link's vehicles that reach its end; sums to 1 in a link
    movement_group: Ints  # (R,) signal group over all signals, -1 needs no signal
    movement_yields: Ints  # (R, WIDEST_YIELD) movements it gives way to while green, -1 none
    source_link: Ints  # (S,) link that its vehicles enter at the upstream end
    source_veh_h: Floats  # (HOURS, S) by local hour of the day
    detected: Ints  # (L,) lane that lane l of the Layout is
    call_h: Floats  # (G,) pedestrians pressing for a group in an hour, 0 of vehicle groups
