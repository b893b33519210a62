"""How well every signal served in the last interval: saturation, delay and level of service."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.services.traffic.control.flows import Interval
from dalgu.services.traffic.measures.lane_groups import control_delay, lane_groups
from dalgu.services.traffic.measures.level_of_service import KHCM, delay_over, levels_of_service
from dalgu.services.traffic.signals.layout import Floats, Layout

HOUR_S: Final = 3_600.0
CYCLE_S: Final = 120.0  # where nothing is known of it: the delay formula wants one
LEAST_GREEN: Final = 0.02  # share: a lane that was never green has no capacity to divide by
MOST_SATURATION: Final = 3.0  # beyond, the formula says nothing more


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """Each signal in an interval; arrays of shape (N,)."""

    degree_of_saturation: Floats  # of its worst lane
    delay_s: Floats  # control delay of a vehicle, weighted by flow; NaN where nobody came
    level: tuple[str, ...]  # KHCM, empty where nobody came


def service_level(
    layout: Layout, interval: Interval, cycle_s: Floats | None = None
) -> ServiceLevel:
    """Return how well signals served.

    Flow is what passed; where more came than may pass, the queue says so and not the ratio.
    `cycle_s` is shape (N,).
    """
    capacity = layout.lane_saturation_veh_s * HOUR_S
    green = np.clip(interval.green_share, LEAST_GREEN, 1.0)
    cycle = (np.full(len(layout.signals), CYCLE_S) if cycle_s is None else cycle_s)[
        layout.lane_signal
    ]
    flow = np.minimum(interval.flow_veh_h, MOST_SATURATION * capacity * green)
    groups = lane_groups(flow, capacity, green * cycle, cycle)
    saturation = groups.degree_of_saturation
    delay = delay_over(control_delay(groups).total_s, flow, layout.lane_signal, len(layout.signals))
    worst = np.zeros(len(layout.signals))
    np.maximum.at(worst, layout.lane_signal, saturation)
    level = levels_of_service(np.nan_to_num(delay))
    names = tuple(
        "" if np.isnan(one) else KHCM.names[place]
        for one, place in zip(delay, level.tolist(), strict=True)
    )
    return ServiceLevel(worst, delay, names)
