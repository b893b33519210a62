"""The `Layout` of a network: its signals, their lanes and movements, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.tables import change_s
from dalgu.devices.signals.timing import GroupKind, Timing
from dalgu.services.traffic.network.model import Movement, Network, Turn
from dalgu.services.traffic.network.parts import Parts
from dalgu.services.traffic.signals.layout import Bools, Floats, Ints, Layout

JAM_SPACING_M = 7.5
LOOP_REACH_M = 10.0  # what reaches no farther is a loop, and the lane is also seen by a camera
ASSUMED_REACH_M = 150.0  # of the area detector of a lane that has none in the network
MOST_LINKS_ON = 12  # through unsignalised nodes to the next signal
LEAST_STORAGE_VEH = 1.0


@dataclass(frozen=True)
class Index:
    """A network by identifier, and which lanes end at which signal. Built once for compiling."""

    parts: Parts
    signal_lanes: tuple[tuple[str, ...], ...]  # of each signal, in its order
    reach: Mapping[str, float]  # metres upstream that a lane's detectors see

    @classmethod
    def of(cls, network: Network) -> "Index":
        """Index a network."""
        parts = Parts.of(network)
        reach: dict[str, float] = {}
        for detector in network.detectors:
            reach[detector.lane] = max(reach.get(detector.lane, 0.0), detector.to_m)
        lanes = (
            tuple(dict.fromkeys(one.lane for one in parts.ruled_by.get(signal.id, ())))
            for signal in network.signals
        )
        return cls(parts, tuple(lanes), reach)


def timings_of(index: Index) -> tuple[Timing, ...]:
    """Return what each controller of the network needs, in the order of its signals."""
    return tuple(
        Timing(signal.id, signal.groups, signal.intergreen_s, signal.stages, signal.plans, lanes)
        for signal, lanes in zip(index.parts.network.signals, index.signal_lanes, strict=True)
    )


def layout_of(index: Index, timings: Sequence[Timing]) -> Layout:
    """Return the layout of all signals; lanes, stages and groups stand signal after signal."""
    lanes = [lane for own in index.signal_lanes for lane in own]
    number = {lane: n for n, lane in enumerate(lanes)}
    group_first = _firsts([len(one.groups) for one in timings])
    stage_first = _firsts([len(one.stages) for one in timings])
    lane_first = _firsts([len(one) for one in index.signal_lanes])
    reach = np.array([reach_m(index, lane) for lane in lanes])
    groups = [group for one in timings for group in one.groups]
    plans = [one.plans[0] for one in timings]
    steps = [(n, step) for n, plan in enumerate(plans) for step in plan.steps]
    return Layout(
        signals=tuple(one.id for one in timings),
        lanes=tuple(lanes),
        lane_signal=_owner(lane_first),
        lane_saturation_veh_s=np.array(
            [index.parts.lanes[one].saturation_veh_h / 3600 for one in lanes]
        ),
        lane_reach_m=reach,
        lane_storage_veh=np.maximum(reach / JAM_SPACING_M, LEAST_STORAGE_VEH),
        **_movements(index, number, group_first),
        group_signal=_owner(group_first),
        group_is_pedestrian=np.array([one.kind is GroupKind.PEDESTRIAN for one in groups], bool),
        group_min_green_s=np.array([one.min_green_s for one in groups], float),
        group_max_red_s=np.array([one.max_red_s for one in groups], float),
        stage_signal=_owner(stage_first),
        stage_first=stage_first,
        stage_group=_stage_groups(timings),
        stage_lane=_stage_lanes(index, timings),
        lane_first=lane_first,
        group_first=group_first,
        change_s=_changes(timings),
        keep_s=_keeps(timings),
        plan_stage=np.array([stage_first[n] + step.stage for n, step in steps], np.int64),
        plan_green_s=np.array([step.green_s for _, step in steps], float),
        plan_first=_firsts([len(plan.steps) for plan in plans]),
        plan_offset_s=np.array([plan.offset_s for plan in plans], float),
    )


def reach_m(index: Index, lane: str) -> float:
    """Return how far upstream a lane is seen: as its detectors reach, no farther than its link."""
    told = index.reach.get(lane, 0.0)
    wanted = told if told > LOOP_REACH_M else ASSUMED_REACH_M
    link = index.parts.links[index.parts.lanes[lane].link]
    # Who will use a turn pocket stands on the way to it when it is full.
    return min(wanted, max(link.length_m, index.parts.lanes[lane].length_m))


def _movements(
    index: Index, number: Mapping[str, int], group_first: Ints
) -> dict[str, NDArray[Any]]:
    signal = {one.id: n for n, one in enumerate(index.parts.network.signals)}
    rows = layout_movements(index)
    group = [group_first[signal[one.signal]] + one.group if one.group >= 0 else -1 for one in rows]
    onward = [_onward(index, one.exit, number) for one in rows]
    lane = np.array([number[one.lane] for one in rows], np.int64)
    share = np.array([one.share for one in rows], float)
    total = np.bincount(lane, share, len(number))
    return {
        "movement_lane": lane,
        "movement_group": np.array(group, np.int64),
        "movement_share": share / np.where(total > 0, total, 1.0)[lane],
        "movement_permissive": np.array([one.permissive for one in rows], bool),
        "movement_next": np.array([to for to, _ in onward], np.int64),
        "movement_travel_s": np.array([travel_s for _, travel_s in onward], float),
    }


def layout_movements(index: Index) -> list[Movement]:
    """Return the movements of the layout, lane after lane."""
    return [
        one
        for own in index.signal_lanes
        for lane in own
        for one in index.parts.movements_of[lane]
        if one.signal
    ]


def _onward(index: Index, link: str, number: Mapping[str, int]) -> tuple[int, float]:
    """Return the first lane of the next signal that a link leads to, and the drive there.

    Unsignalised nodes are passed by what goes on straight; -1 when none comes, with the drive so
    far.
    """
    travel_s, seen = 0.0, set[str]()
    while link not in seen and len(seen) < MOST_LINKS_ON:
        seen.add(link)
        travel_s += index.parts.links[link].length_m / (
            index.parts.links[link].free_speed_kmh / 3.6
        )
        lanes = index.parts.lanes_of.get(link, ())
        found = [number[lane.id] for lane in lanes if lane.id in number]
        if found:
            return found[0], travel_s
        ahead = [one for lane in lanes for one in index.parts.movements_of.get(lane.id, ())]
        if not ahead:
            break
        link = max(ahead, key=lambda one: (one.turn is Turn.THROUGH, one.share)).exit
    return -1, travel_s


def _stage_groups(timings: Sequence[Timing]) -> Bools:
    widest = max((len(one.groups) for one in timings), default=0)
    rows = [stage.groups for one in timings for stage in one.stages]
    return _marked(rows, widest)


def _stage_lanes(index: Index, timings: Sequence[Timing]) -> Bools:
    """Return which lanes discharge in each stage; those that need no signal do in all."""
    widest = max((len(own) for own in index.signal_lanes), default=0)
    rows = []
    for one, own in zip(timings, index.signal_lanes, strict=True):
        groups = [
            {m.group for m in index.parts.movements_of[lane] if m.signal} - {-1} for lane in own
        ]
        for stage in one.stages:
            green = set(stage.groups)
            rows.append(tuple(n for n, own_ in enumerate(groups) if not own_ or own_ & green))
    return _marked(rows, widest)


def _marked(rows: Sequence[tuple[int, ...]], widest: int) -> Bools:
    marked = np.zeros((len(rows), widest), bool)
    for n, places in enumerate(rows):
        marked[n, list(places)] = True
    return marked


def _changes(timings: Sequence[Timing]) -> Floats:
    widest = max((len(one.stages) for one in timings), default=0)
    rows = [np.pad(change_s(one), ((0, 0), (0, widest - len(one.stages)))) for one in timings]
    return np.concatenate(rows) if rows else np.zeros((0, 0))


def _keeps(timings: Sequence[Timing]) -> Floats:
    widest = max((len(one.stages) for one in timings), default=0)
    rows = [np.pad(keep_s(one), ((0, 0), (0, widest - len(one.stages)))) for one in timings]
    return np.concatenate(rows) if rows else np.zeros((0, 0))


def keep_s(timing: Timing) -> Floats:
    """Return how much of each change vehicles whose green ends still have it, shape (S, S).

    A group ends as late as its own intergreens to the groups that start allow: while pedestrians
    of the old stage clear, its vehicles go on. Of several groups the first to end counts.
    """
    intergreen = np.array(timing.intergreen_s, float)
    vehicle = np.array([group.kind is GroupKind.VEHICLE for group in timing.groups])
    member = _marked([stage.groups for stage in timing.stages], len(timing.groups))
    kept = np.zeros((len(member), len(member)))
    for a, old in enumerate(member):
        for b, new in enumerate(member):
            between = intergreen[np.ix_(old & ~new, new & ~old)]
            start = between.max(axis=0, initial=0.0)
            left = np.where(between > 0, start - between, between.max(initial=0.0))
            own = left[vehicle[old & ~new]]
            kept[a, b] = own.min() if own.size else 0.0
    return kept


def _firsts(counts: Sequence[int]) -> Ints:
    firsts: Ints = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return firsts


def _owner(first: Ints) -> Ints:
    owner: Ints = np.repeat(np.arange(len(first) - 1), np.diff(first))
    return owner
