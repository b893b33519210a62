"""How an intersection stands: flow, saturation, delay, queue and level of every lane group."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.critical import (
    critical_degree_of_saturation,
    critical_flow_ratio,
)
from dalgu.services.traffic.measures.events import Flags, Floats, Ints
from dalgu.services.traffic.measures.intersection import Intersection, LaneGroup
from dalgu.services.traffic.measures.lane_groups import (
    back_of_queue,
    control_delay,
    effective_green,
    lane_groups,
)
from dalgu.services.traffic.measures.level_of_service import KHCM, delay_over, levels_of_service

LOST_S: Final = 4.0  # of each green, start-up and clearance; HCM 6th ed., exhibit 19-11
AMBER_S: Final = 3.0
LEAST_GREEN: Final = 0.01  # share: below, a lane group was not served and has no capacity
VEHICLE_M: Final = 7.0  # of a lane that a standing vehicle takes


@dataclass(frozen=True, slots=True)
class LaneCounts:
    """What was counted of each lane of an intersection, in the order of its numbers; (lanes,)."""

    flow_veh_h: Floats
    green_share: Floats  # of the time in which the lane might discharge
    queue_veh: Floats  # now
    waiting_s: Floats  # now, since the first stands
    on_green: Floats  # share of arrivals on green, NaN where not known


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """One lane group; what cannot be judged (not served, nobody came, free) is absent."""

    group: LaneGroup
    flow_veh_h: float
    queue_veh: float
    waiting_s: float
    room_veh: float  # of its shortest lane
    capacity_veh_h: float | None = None
    degree_of_saturation: float | None = None
    delay_s: float | None = None
    queue_95_veh: float | None = None  # of one lane, by the manual
    level: str = ""  # of KHCM


@dataclass(frozen=True, slots=True)
class Standing:
    """An intersection and its parts; delays are weighted by flow."""

    groups: tuple[GroupStanding, ...]
    arm_delay_s: tuple[float | None, ...]
    arm_level: tuple[str, ...]
    delay_s: float | None
    level: str
    worst_saturation: float | None
    critical_saturation: float | None
    queue_veh: float

    def of_lane(self, number: int) -> GroupStanding | None:
        """Return the lane group that a lane is in."""
        return next(
            (one for one in self.groups if number in [lane.number for lane in one.group.lanes]),
            None,
        )


def standing_of(intersection: Intersection, counts: LaneCounts, *, cycle_s: float) -> Standing:
    """Judge an intersection by what its lanes counted.

    Flow is what passed the stop line: beyond capacity it stays at capacity, and the queue tells
    the rest. `cycle_s` is the mean cycle that ran.

    References
    ----------
    HCM 6th ed., chapter 19; levels of the Korea Highway Capacity Manual.

    """
    groups = intersection.lane_groups
    plain = [_counted(one, counts) for one in groups]
    held = [place for place, one in enumerate(groups) if one.groups]
    judged = _judged([groups[place] for place in held], counts, cycle_s)
    for row, place in enumerate(held):
        if judged.is_known[row]:
            plain[place] = judged.laid_on(plain[place], row)
    arms = _delays(judged, len(intersection.arms))
    [whole] = _delays(replace(judged, arm=np.zeros_like(judged.arm)), 1)
    ratio = judged.ratio[judged.is_known]
    return Standing(
        groups=tuple(plain),
        arm_delay_s=arms,
        arm_level=tuple(_level(one) for one in arms),
        delay_s=whole,
        level=_level(whole),
        worst_saturation=float(ratio.max()) if len(ratio) else None,
        critical_saturation=_critical(intersection, [groups[n] for n in held], judged, cycle_s),
        queue_veh=float(counts.queue_veh.sum()),
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """Lane groups that a signal holds; arrays of shape (groups,)."""

    arm: Ints
    flow: Floats
    saturation: Floats
    capacity: Floats
    ratio: Floats
    delay: Floats
    queue: Floats
    is_known: Flags

    def laid_on(self, plain: GroupStanding, row: int) -> GroupStanding:
        delay = float(self.delay[row])
        return replace(
            plain,
            capacity_veh_h=float(self.capacity[row]),
            degree_of_saturation=float(self.ratio[row]),
            delay_s=delay,
            queue_95_veh=float(self.queue[row]),
            level=_level(delay),
        )


def _judged(groups: Sequence[LaneGroup], counts: LaneCounts, cycle_s: float) -> _Judged:
    places = [[lane.number - 1 for lane in one.lanes] for one in groups]
    flow = np.array([counts.flow_veh_h[place].sum() for place in places])
    share = np.array([counts.green_share[place].mean() for place in places])
    saturation = np.array([sum(lane.lane.saturation_veh_h for lane in one.lanes) for one in groups])
    lanes = np.array([float(len(one.lanes)) for one in groups])
    cycle = np.full(len(groups), cycle_s)
    used = effective_green(
        share * cycle,
        np.full_like(cycle, AMBER_S),
        np.zeros_like(cycle),
        np.full_like(cycle, LOST_S),
    )
    known = lane_groups(flow, saturation, np.clip(used, 1.0, cycle), cycle, lanes=lanes)
    met = np.array([_mean(counts.on_green[place]) for place in places])
    known = replace(known, on_green=np.where(np.isnan(met), known.on_green, met))
    return _Judged(
        np.array([one.arm for one in groups], dtype=np.int64),
        flow,
        saturation,
        known.capacity_veh_h,
        known.degree_of_saturation,
        control_delay(known).total_s,
        back_of_queue(known).percentile_95_veh,
        (share >= LEAST_GREEN) & (flow > 0),
    )


def _counted(one: LaneGroup, counts: LaneCounts) -> GroupStanding:
    places = [lane.number - 1 for lane in one.lanes]
    return GroupStanding(
        one,
        float(counts.flow_veh_h[places].sum()),
        float(counts.queue_veh[places].sum()),
        float(counts.waiting_s[places].max(initial=0.0)),
        min(lane.lane.length_m for lane in one.lanes) / VEHICLE_M,
    )


def _delays(judged: _Judged, parts: int) -> tuple[float | None, ...]:
    flow = np.where(judged.is_known, judged.flow, 0.0)
    delay = np.where(judged.is_known, judged.delay, 0.0)
    found = delay_over(delay, flow, judged.arm, parts)
    return tuple(None if np.isnan(one) else one for one in found.tolist())


def _level(delay_s: float | None) -> str:
    if delay_s is None:
        return ""
    return KHCM.names[int(levels_of_service(np.array([delay_s]))[0])]


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _critical(
    intersection: Intersection, groups: Sequence[LaneGroup], judged: _Judged, cycle_s: float
) -> float | None:
    """Return the critical degree of saturation over the stages, None where nobody was judged."""
    stages = intersection.signal.stages
    if not judged.is_known.any() or not stages:
        return None
    green = np.array(
        [[any(group in stage.groups for group in one.groups) for one in groups] for stage in stages]
    )
    ratio = np.where(judged.is_known & green.any(axis=0), judged.flow / judged.saturation, 0.0)
    lost_s = LOST_S * len(stages)
    return critical_degree_of_saturation(critical_flow_ratio(ratio, green), cycle_s, lost_s)
