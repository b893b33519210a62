"""The graph that a street network is assigned on: a link with its signal, then a turn.

Each link begins at a node. From there one arc leads over it to each of its lane groups: running
time and control delay. From a lane group, turns lead to the links after it at no time. Lanes that
share a turn are one lane group (Highway Capacity Manual 2010, 18-13).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.cycles import cycle_s
from dalgu.devices.signals.tables import change_s
from dalgu.devices.signals.timing import Plan, Timing
from dalgu.services.traffic.dispersion.costs import ArcCosts, SignalDelay
from dalgu.services.traffic.dispersion.graph import Graph
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.model import Movement, Network

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

YIELDING = 0.5  # of the saturation flow: lanes that only give way (assumption)
LEAST_GREEN, MOST_GREEN = 0.02, 0.98
KMH_PER_MPS = 3.6
UNBOUNDED_VPH = 1e9  # of turns: what they let through is ruled before them
LINK_CAPACITY_SHARE = 0.9  # of the lanes' saturation flow, where no signal rules (assumption)


@dataclass(frozen=True, slots=True)
class LaneGroup:
    """Lanes of one link that share turns: how many vehicles an hour of green, which signal."""

    link: int
    exits: tuple[int, ...]
    saturation_vph: float
    signal: str
    group: int  # of the signal's own groups, -1 gives way
    lanes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StreetGraph:
    """A street network as a graph; links are named by their position in the network.

    Node k is the beginning of link k. `approach` are the lane groups, arc by arc; behind them
    stand the turns, `turn_group` by lane group and `turn_exit` by link.
    """

    graph: Graph
    costs: ArcCosts
    links: tuple[str, ...]
    approach: tuple[LaneGroup, ...]
    approach_link: Ints
    turn_group: Ints
    turn_exit: Ints

    def link_flow(self, flow_vph: Array) -> Array:
        """Return the flow on each link, shape (links,)."""
        arcs = len(self.approach)
        return np.bincount(
            self.approach_link, weights=flow_vph[:arcs], minlength=len(self.links)
        ).astype(np.float64)

    def turns(self, flow_vph: Array) -> tuple[Ints, Ints, Array]:
        """Return each turn's link, exit and flow."""
        group_link = self.approach_link[self.turn_group]
        return group_link, self.turn_exit, flow_vph[len(self.approach) :]

    def end_of(self, link: int) -> int:
        """Return the node in which a link without turns ends."""
        return int(self.graph.head[int(np.flatnonzero(self.approach_link == link)[0])])

    def narrowed(self, links: Sequence[int], capacity_share: float) -> Array:
        """Return the capacity shares of all arcs when links keep only a part of theirs."""
        share = np.ones(self.graph.arcs)
        share[: len(self.approach)][np.isin(self.approach_link, links)] = capacity_share
        if capacity_share <= 0:
            share[len(self.approach) :][np.isin(self.turn_exit, links)] = 0.0
        return share


def street_graph(compiled: Compiled, plan: int = 0) -> StreetGraph:
    """Return the graph of a network whose signals run the plan at a position (or the first)."""
    network = compiled.network
    groups = lane_groups(network)
    links = len(network.links)
    turns = [(n, link) for n, one in enumerate(groups) for link in one.exits]
    turn_group = np.array([n for n, _ in turns], dtype=np.int64)
    turn_exit = np.array([link for _, link in turns], dtype=np.int64)
    link = np.array([one.link for one in groups], dtype=np.int64)
    ends = links + np.arange(len(groups))
    graph = Graph.of(
        links + len(groups),
        np.concatenate((link, ends[turn_group])),
        np.concatenate((ends, turn_exit)),
    )
    return StreetGraph(
        graph=graph,
        costs=_costs(compiled, groups, graph.arcs, plan),
        links=tuple(one.id for one in network.links),
        approach=tuple(groups),
        approach_link=link,
        turn_group=turn_group,
        turn_exit=turn_exit,
    )


def lane_groups(network: Network) -> list[LaneGroup]:
    """Return the lane groups of every link, link after link."""
    position = {link.id: n for n, link in enumerate(network.links)}
    of_lane: dict[str, list[Movement]] = defaultdict(list)
    for movement in network.movements:
        of_lane[movement.lane].append(movement)
    lanes_of: dict[str, list[str]] = defaultdict(list)
    saturation = {}
    for lane in network.lanes:
        lanes_of[lane.link].append(lane.id)
        saturation[lane.id] = lane.saturation_veh_h
    found = []
    for link in network.links:
        lanes = lanes_of[link.id]
        used = [lane for lane in lanes if of_lane[lane]]
        parts = _joined({lane: {m.exit for m in of_lane[lane]} for lane in used})
        for part in parts or [lanes]:
            moves = [move for lane in part for move in of_lane[lane]]
            ruling = _ruling(moves)
            found.append(
                LaneGroup(
                    link=position[link.id],
                    exits=tuple(sorted({position[move.exit] for move in moves})),
                    saturation_vph=sum(saturation[lane] for lane in part),
                    signal=ruling.signal if ruling is not None else "",
                    group=ruling.group if ruling is not None else -1,
                    lanes=tuple(part),
                )
            )
    return found


def green_share(timing: Timing, plan: Plan, group: int) -> float:
    """Return the green of a group over the cycle of a plan, amber used and start lost set off.

    As the phase machine gives it: a group that ends keeps green while others still clear, one that
    starts does so as soon as its own conflicts have cleared.
    """
    changes = change_s(timing)
    return _green_s(timing, plan, group, changes) / cycle_s(timing, plan)


def _green_s(timing: Timing, plan: Plan, group: int, changes: Array) -> float:
    green = 0.0
    for n, step in enumerate(plan.steps):
        after = plan.steps[(n + 1) % len(plan.steps)].stage
        here, there = timing.stages[step.stage].groups, timing.stages[after].groups
        if group in here:
            green += step.green_s
        if step.stage != after:
            green += _in_change(timing, group, (here, there), float(changes[step.stage, after]))
    return green


def _in_change(
    timing: Timing, group: int, stages: tuple[tuple[int, ...], tuple[int, ...]], change: float
) -> float:
    """Return the green of a group within a change of so many seconds."""
    here, there = stages
    if group in here and group in there:
        return change
    starting = [one for one in there if one not in here]
    ending = [one for one in here if one not in there]
    if group in here:
        between = [timing.intergreen_s[group][one] for one in starting]
        return change - max(between) if between and max(between) > 0 else 0.0
    if group in there:
        return change - max((timing.intergreen_s[one][group] for one in ending), default=0.0)
    return 0.0


def _costs(compiled: Compiled, groups: list[LaneGroup], arcs: int, plan: int) -> ArcCosts:
    network = compiled.network
    free = np.zeros(arcs)
    capacity = np.full(arcs, UNBOUNDED_VPH)
    alpha = np.zeros(arcs)
    for n, one in enumerate(groups):
        link = network.links[one.link]
        free[n] = link.length_m / (link.free_speed_kmh / KMH_PER_MPS)
        share = LINK_CAPACITY_SHARE if not one.exits or one.signal else YIELDING
        capacity[n] = one.saturation_vph * share
        alpha[n] = 0.15
    ruled = [n for n, one in enumerate(groups) if one.signal]
    shares = _greens(compiled, [groups[n] for n in ruled], plan)
    signals = SignalDelay(
        arc=np.array(ruled, dtype=np.int64),
        cycle_s=np.array([cycle for cycle, _ in shares]),
        green=np.clip([green for _, green in shares], LEAST_GREEN, MOST_GREEN),
        saturation_vph=np.array([groups[n].saturation_vph for n in ruled]),
    )
    return ArcCosts(free, capacity, alpha, np.full(arcs, 4.0), signals if ruled else None)


def _greens(compiled: Compiled, groups: list[LaneGroup], plan: int) -> list[tuple[float, float]]:
    """Return cycle and share of green of each ruled lane group."""
    changes: dict[str, Array] = {}
    found = []
    for one in groups:
        timing = compiled.timings[compiled.signal_at[one.signal]]
        running = timing.plans[min(plan, len(timing.plans) - 1)]
        if one.signal not in changes:
            changes[one.signal] = change_s(timing)
        cycle = cycle_s(timing, running)
        found.append((cycle, _green_s(timing, running, one.group, changes[one.signal]) / cycle))
    return found


def _joined(exits: dict[str, set[str]]) -> list[list[str]]:
    """Return lanes put together that share an exit, in the order of the lanes."""
    parts: list[tuple[list[str], set[str]]] = []
    for lane, own in exits.items():
        touching = [part for part in parts if part[1] & own]
        lanes = [one for part in touching for one in part[0]]
        merged = ([*lanes, lane], own.union(*(part[1] for part in touching)))
        parts = [part for part in parts if part not in touching] + [merged]
    return [lanes for lanes, _ in parts]


def _ruling(moves: list[Movement]) -> Movement | None:
    """Return the movement by whose group a lane group goes: that of most vehicles."""
    ruled = [move for move in moves if move.signal and move.group >= 0]
    return max(ruled, key=lambda move: move.share, default=None)
