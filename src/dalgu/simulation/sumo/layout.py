"""From a SUMO network to the layout that controllers think on, and to what detectors look at.

A stage is a phase of the network's first program that shows no amber and some green. A group is
the set of a signal's links that show the same in all its stages. A detected lane ends at a stop
line; its area detector looks up to `reach_m` upstream over link ends, but not past another
signal. What turns where is known by shares only: equal ones, until counts teach better.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dalgu.services.traffic.signals.layout import Bools, Floats, Ints, Layout
from dalgu.simulation.sumo.net import Connection, Net, read_net
from dalgu.simulation.sumo.sight import Sight, look_downstream, look_upstream

SATURATION_VEH_S = 0.5  # of a lane; 1,800 veh/h
VEHICLE_M = 7.5  # of a standing vehicle with its gap
FURTHEST_M = 1_000.0  # of a road between two signals that are coordinated


@dataclass(frozen=True, slots=True)
class Setting:
    """What a network file does not say."""

    reach_m: float = 200.0
    yellow_s: float = 3.0
    min_green_s: float = 5.0
    max_red_s: float = 180.0
    signals: tuple[str, ...] = ()  # controlled; empty: all


@dataclass(frozen=True, slots=True)
class Street:
    """A layout and what it takes to see and to set it in SUMO."""

    layout: Layout
    states: tuple[str, ...]  # (S,) what each stage shows
    sight: Sight  # of the detectors
    links: tuple[tuple[Connection, ...], ...]  # (M,) that make up each movement
    exits: Ints  # (E, 2) movement, position in `exit_lanes`
    exit_lanes: tuple[tuple[str, ...], ...]  # one after another downstream
    exit_storage_veh: Floats
    exit_offsets_m: tuple[tuple[float, ...], ...]  # where each of `exit_lanes` begins
    yellow_s: float


@dataclass(slots=True)
class _Signal:
    """One signal while it is read."""

    id: str
    stages: tuple[str, ...]
    plan: tuple[tuple[int, float], ...]
    links: tuple[Connection, ...]
    group_of: dict[int, int]  # link to group
    lanes: tuple[str, ...]

    @property
    def groups(self) -> int:
        return max(self.group_of.values(), default=-1) + 1


def read_street(path: Path, setting: Setting | None = None) -> Street:
    """Read a `.net.xml` into a street. Signals without two stages stay out of it."""
    return street_of(read_net(path), setting or Setting())


def street_of(net: Net, setting: Setting) -> Street:
    """Return the street of a network."""
    by_signal: dict[str, list[Connection]] = defaultdict(list)
    for connection in net.connections:
        if connection.signal:
            by_signal[connection.signal].append(connection)
    wanted = setting.signals or tuple(net.programs)
    read = [_read_signal(net, name, by_signal[name]) for name in wanted if name in net.programs]
    signals = [s for s in read if len(s.stages) > 1]
    return _assemble(net, signals, setting)


def _is_stage(state: str) -> bool:
    return "y" not in state.lower() and "g" in state.lower()


def _read_signal(net: Net, name: str, links: list[Connection]) -> _Signal:
    phases = net.programs[name]
    stages: list[str] = []
    plan: list[tuple[int, float]] = []
    for phase in phases:
        if not _is_stage(phase.state):
            continue
        if phase.state not in stages:
            stages.append(phase.state)
        plan.append((stages.index(phase.state), phase.duration_s))
    columns: dict[str, int] = {}
    group_of = {}
    for link in sorted(links, key=lambda c: c.link):
        column = "".join(stage[link.link] for stage in stages)
        if set(column.lower()) & set("g"):
            group_of[link.link] = columns.setdefault(column, len(columns))
    lanes = tuple(dict.fromkeys(c.origin for c in sorted(links, key=lambda c: c.link)))
    return _Signal(name, tuple(stages), tuple(plan), tuple(links), group_of, lanes)


def _first(counts: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _assemble(net: Net, signals: list[_Signal], setting: Setting) -> Street:
    lanes = tuple(lane for s in signals for lane in s.lanes)
    position = {lane: i for i, lane in enumerate(lanes)}
    movements = _movements(signals, position)
    controlled = {c.origin for c in net.connections if c.signal}
    sight = look_upstream(net, lanes, controlled, setting.reach_m)
    onward = look_downstream(net, [m.targets[0] for m in movements], position, FURTHEST_M)
    exits, exit_lanes, storage = _exits(net, movements, controlled)
    layout = _layout(net, signals, movements, (sight, onward, setting))
    return Street(
        layout,
        tuple(state for s in signals for state in s.stages),
        sight,
        tuple(m.links for m in movements),
        exits,
        exit_lanes,
        storage,
        tuple(_offsets(net, chain) for chain in exit_lanes),
        setting.yellow_s,
    )


def _offsets(net: Net, chain: tuple[str, ...]) -> tuple[float, ...]:
    lengths_m = [net.lanes[lane].length_m for lane in chain]
    return tuple(float(x) for x in np.concatenate([[0.0], np.cumsum(lengths_m[:-1])]))


@dataclass(frozen=True, slots=True)
class _Movement:
    lane: int
    group: int  # over all signals
    links: tuple[Connection, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(c.target for c in self.links)


def _movements(signals: list[_Signal], position: dict[str, int]) -> list[_Movement]:
    """Return one movement for each lane, exit link and group, lane after lane."""
    found: list[_Movement] = []
    first_group = 0
    for signal in signals:
        parts: dict[tuple[int, int, str], list[Connection]] = defaultdict(list)
        for c in signal.links:
            group = signal.group_of.get(c.link, -1)
            parts[position[c.origin], group, c.target.rsplit("_", 1)[0]].append(c)
        for (lane, group, _), links in sorted(parts.items(), key=lambda part: part[0]):
            whole = group if group < 0 else group + first_group
            found.append(_Movement(lane, whole, tuple(links)))
        first_group += signal.groups
    return found


def _exits(
    net: Net, movements: list[_Movement], controlled: set[str]
) -> tuple[Ints, tuple[tuple[str, ...], ...], Floats]:
    """Return which exit lanes each movement has, each with what follows it if it is short."""
    following: dict[str, list[str]] = defaultdict(list)
    for c in net.connections:
        if not c.origin.startswith(":") and c.origin not in controlled:
            following[c.origin].append(c.target)
    rows: list[tuple[int, int]] = []
    chains: dict[tuple[str, ...], int] = {}
    for m, movement in enumerate(movements):
        for target in movement.targets:
            chain = _chain(net, target, following)
            rows.append((m, chains.setdefault(chain, len(chains))))
    room = [sum(net.lanes[lane].length_m for lane in chain) / VEHICLE_M for chain in chains]
    return np.array(rows, np.int64).reshape(-1, 2), tuple(chains), np.array(room)


def _chain(net: Net, lane: str, following: dict[str, list[str]]) -> tuple[str, ...]:
    chain, length_m = [lane], net.lanes[lane].length_m
    while length_m < 10 * VEHICLE_M and len(following[chain[-1]]) == 1:
        after = following[chain[-1]][0]
        if after in chain:
            break
        chain.append(after)
        length_m += net.lanes[after].length_m
    return tuple(chain)


def _layout(
    net: Net,
    signals: list[_Signal],
    movements: list[_Movement],
    rest: tuple[Sight, tuple[Ints, Floats], Setting],
) -> Layout:
    sight, (following, travel_s), setting = rest
    lane_signal = np.repeat(np.arange(len(signals)), [len(s.lanes) for s in signals])
    groups = [s.groups for s in signals]
    movement_lane = np.array([m.lane for m in movements], np.int64)
    of_lane = np.bincount(movement_lane, minlength=len(lane_signal))
    tables, plan = _tables(net, signals), _plans(signals)
    return Layout(
        signals=tuple(s.id for s in signals),
        lanes=tuple(lane for s in signals for lane in s.lanes),
        lane_signal=lane_signal.astype(np.int64),
        lane_saturation_veh_s=np.full(len(lane_signal), SATURATION_VEH_S),
        lane_reach_m=sight.reach_m,
        lane_storage_veh=sight.storage_m / VEHICLE_M,
        movement_lane=movement_lane,
        movement_group=np.array([m.group for m in movements], np.int64),
        movement_share=1.0 / of_lane[movement_lane],
        movement_permissive=np.zeros(len(movements), bool),  # by stage: `stage_yields`
        movement_next=following,
        movement_travel_s=travel_s,
        group_signal=np.repeat(np.arange(len(signals)), groups).astype(np.int64),
        group_is_pedestrian=np.zeros(sum(groups), bool),
        group_min_green_s=np.full(sum(groups), setting.min_green_s),
        group_max_red_s=np.full(sum(groups), setting.max_red_s),
        stage_signal=np.repeat(np.arange(len(signals)), [len(s.stages) for s in signals]),
        stage_first=_first([len(s.stages) for s in signals]),
        stage_group=tables[0],
        stage_lane=tables[1],
        stage_yields=tables[2],
        lane_first=_first([len(s.lanes) for s in signals]),
        group_first=_first(groups),
        change_s=_changes(signals, setting.yellow_s),
        plan_stage=plan[0],
        plan_green_s=plan[1],
        plan_first=_first([len(s.plan) for s in signals]),
        plan_offset_s=np.zeros(len(signals)),
    )


def _plans(signals: list[_Signal]) -> tuple[Ints, Floats]:
    """Return the stages and the greens of the network's own programs, (P,) each."""
    first = _first([len(s.stages) for s in signals])
    stages = [first[n] + stage for n, s in enumerate(signals) for stage, _ in s.plan]
    return np.array(stages, np.int64), np.array([green for s in signals for _, green in s.plan])


def _tables(net: Net, signals: list[_Signal]) -> tuple[Bools, Bools, Bools]:
    """Return the groups, the lanes and the yielding groups of each stage."""
    rows = sum(len(s.stages) for s in signals)
    group = np.zeros((rows, max(s.groups for s in signals)), bool)
    lane = np.zeros((rows, max(len(s.lanes) for s in signals)), bool)
    yields = np.zeros_like(group)
    row = 0
    for s in signals:
        for stage in s.stages:
            for c in s.links:
                if stage[c.link] not in "Gg":
                    continue
                foes = net.yields.get((s.id, c.link), set())
                held = stage[c.link] == "g" and any(stage[f] in "Gg" for f in foes)
                group[row, s.group_of[c.link]] = True
                lane[row, s.lanes.index(c.origin)] = True
                yields[row, s.group_of[c.link]] |= held
            row += 1
    return group, lane, yields


def yellow_state(before: str, after: str) -> str:
    """Return what a signal shows while it changes: amber where a green ends."""
    return "".join(
        "y" if b in "Gg" and a in "rs" else b for b, a in zip(before, after, strict=True)
    )


def _changes(signals: list[_Signal], yellow_s: float) -> Floats:
    widest = max(len(s.stages) for s in signals)
    changes = np.zeros((sum(len(s.stages) for s in signals), widest))
    row = 0
    for s in signals:
        for before in s.stages:
            for k, after in enumerate(s.stages):
                changes[row, k] = yellow_s if "y" in yellow_state(before, after) else 0.0
            row += 1
    return changes
