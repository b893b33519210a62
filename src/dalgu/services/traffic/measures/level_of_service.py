"""Levels of service by control delay: of a lane group, an approach and an intersection."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.events import Floats, Ints


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels from best to worst; level n holds up to `limits_s[n]`, the last all beyond."""

    names: tuple[str, ...]
    limits_s: tuple[float, ...]
    over_capacity: int  # position of the level that a lane group over capacity has at least


HCM: Final = Scale(  # HCM 6th ed., exhibit 19-8
    ("A", "B", "C", "D", "E", "F"), (10.0, 20.0, 35.0, 55.0, 80.0), over_capacity=5
)
# Korea Highway Capacity Manual (도로용량편람, MOLIT 2013), table 8-2, p. 218, as the R package
# KHCMinR quotes it. Delays of Korean cycles are longer; levels go by delay alone.
KHCM: Final = Scale(
    ("A", "B", "C", "D", "E", "F", "FF", "FFF"),
    (15.0, 30.0, 50.0, 70.0, 100.0, 220.0, 340.0),
    over_capacity=0,
)


def levels_of_service(
    delay_s: Floats, scale: Scale = KHCM, *, degree_of_saturation: Floats | None = None
) -> Ints:
    """Return the level of each delay as a position in `scale.names`; shape as given.

    With the degree of saturation (of lane groups only) the rule for over-capacity holds, too.

    Examples
    --------
    >>> [KHCM.names[level] for level in levels_of_service(np.array([15.0, 15.1, 341.0]))]
    ['A', 'B', 'FFF']

    """
    level = np.searchsorted(np.array(scale.limits_s), delay_s, side="left")
    if degree_of_saturation is None:
        return level
    return np.where(degree_of_saturation > 1, np.maximum(level, scale.over_capacity), level)


def delay_over(group_delay_s: Floats, flow_veh_h: Floats, part: Ints, parts: int) -> Floats:
    """Return the mean delay of approaches or intersections, weighted by flow; NaN without any.

    `part` says which each lane group belongs to, 0 to parts - 1; HCM 6th ed., equation 19-28.
    """
    flow = np.bincount(part, flow_veh_h, parts)
    lost = np.bincount(part, group_delay_s * flow_veh_h, parts)
    mean: Floats = np.divide(lost, flow, out=np.full(parts, np.nan), where=flow > 0)
    return mean
