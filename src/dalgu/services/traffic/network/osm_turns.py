"""Which lanes of a link lead where: painted arrows, restrictions, and angles between roads."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dalgu.services.traffic.network.junction import turns_of
from dalgu.services.traffic.network.lane_use import ASSUMED_SHARE, lane_uses
from dalgu.services.traffic.network.model import Turn
from dalgu.services.traffic.network.osm_file import (
    CLASSES,
    OsmFile,
    OsmNode,
    Restriction,
    lanes_of,
    turn_lanes,
)
from dalgu.services.traffic.network.osm_graph import Chain, Graph

ARROWS: Mapping[str, Turn] = {
    "left": Turn.LEFT, "sharp_left": Turn.LEFT, "slight_left": Turn.THROUGH,
    "through": Turn.THROUGH, "slight_right": Turn.THROUGH, "right": Turn.RIGHT,
    "sharp_right": Turn.RIGHT, "reverse": Turn.U_TURN, "merge_to_left": Turn.THROUGH,
    "merge_to_right": Turn.THROUGH,
}  # fmt: skip
RANK = ("motorway", "primary", "secondary", "tertiary", "residential")
LOOK = 3  # points along a link, to tell its direction at the intersection


@dataclass(frozen=True, slots=True)
class Use:
    """A lane of a link, counted from the kerb, where it leads, and for which part of the link."""

    lane: int
    exit: str
    turn: Turn
    share: float


@dataclass(frozen=True, slots=True)
class Turning:
    """What may be done at the end of a link. `is_minor`: it gives way where no signal rules."""

    uses: tuple[Use, ...]
    is_minor: bool


def laid_lanes(chain: Chain) -> list[frozenset[str]]:
    """Return the painted turns of each lane at a link's end, from the kerb; empty: unpainted."""
    piece = chain.pieces[-1]
    count = lanes_of(piece.way, forward=piece.forward)
    painted = turn_lanes(piece.way, forward=piece.forward)[::-1]
    return painted if len(painted) == count else [frozenset()] * count


def turnings(extract: OsmFile, graph: Graph, chains: Mapping[str, Chain]) -> dict[str, Turning]:
    """Return what may be done at the end of each link; links that end at the edge are absent."""
    into: dict[str, list[str]] = {}
    out: dict[str, list[str]] = {}
    for name, chain in chains.items():
        into.setdefault(graph.home[chain.end], []).append(name)
        out.setdefault(graph.home[chain.start], []).append(name)
    reach = _reach(graph)
    found = {}
    for node, entering in into.items():
        best = min(_rank(chains[name]) for name in entering)
        for name in entering:
            ends = [
                other
                for other in out.get(node, ())
                if chains[other].start in reach.get(chains[name].end, {chains[name].end})
                and not _turns_back(chains[name], chains[other], graph)
                and _is_allowed(extract.restrictions, graph, chains[name], chains[other])
            ]
            if ends:
                uses = _uses(extract.nodes, chains, name, ends)
                found[name] = Turning(tuple(uses), _rank(chains[name]) > best)
    return found


def _rank(chain: Chain) -> int:
    return RANK.index(CLASSES[chain.pieces[-1].way.kind][0])


def _reach(graph: Graph) -> dict[str, set[str]]:
    """Return the points of an intersection that can be driven to inside of it."""
    onward: dict[str, set[str]] = {}
    for chain in graph.inner:
        onward.setdefault(chain.start, set()).add(chain.end)
    reach = {}
    for start in graph.home:
        seen, stack = {start}, [start]
        while stack:
            for end in onward.get(stack.pop(), ()):
                if end not in seen:
                    seen.add(end)
                    stack.append(end)
        reach[start] = seen
    return reach


def _turns_back(one: Chain, other: Chain, graph: Graph) -> bool:
    return one.points == other.points[::-1] or graph.home[one.start] == graph.home[other.end]


def _is_allowed(
    restrictions: Sequence[Restriction], graph: Graph, one: Chain, other: Chain
) -> bool:
    home = graph.home[one.end]
    first, last = one.pieces[-1].way.id, other.pieces[0].way.id
    own = [r for r in restrictions if r.start == first and graph.home.get(r.via) == home]
    if any(r.kind.startswith("no_") and r.end == last for r in own):
        return False
    only = [r for r in own if r.kind.startswith("only_")]
    return not only or any(r.end == last for r in only)


def _bearing(nodes: Mapping[str, OsmNode], chain: Chain, *, at_end: bool) -> float:
    """Return the bearing from an end of a chain along it, from east, anticlockwise."""
    points = chain.points[::-1] if at_end else chain.points
    here, far = nodes[points[0]], nodes[points[min(LOOK, len(points)) - 1]]
    x = (far.lon - here.lon) * math.cos(math.radians(here.lat))
    return math.atan2(far.lat - here.lat, x)


def _uses(
    nodes: Mapping[str, OsmNode], chains: Mapping[str, Chain], name: str, ends: Sequence[str]
) -> list[Use]:
    chain = chains[name]
    start = _bearing(nodes, chain, at_end=True)
    turns = turns_of(start, [_bearing(nodes, chains[end], at_end=False) for end in ends])
    exits: dict[Turn, list[str]] = {}
    for end, turn in zip(ends, turns, strict=True):
        # A road that bends back sharply is turned into to the left.
        exits.setdefault(Turn.LEFT if turn is Turn.U_TURN else turn, []).append(end)
    painted = [
        {ARROWS[arrow] for arrow in lane if arrow in ARROWS} & exits.keys()
        for lane in laid_lanes(chain)
    ]
    if set().union(*painted) == exits.keys() and all(painted):
        return _painted(painted, exits)
    flows = {turn: max(ASSUMED_SHARE[turn], 0.02) for turn in exits}
    return [
        Use(lane, end, turn, part * use.share / len(exits[turn]))
        for lane, use in enumerate(lane_uses(flows, len(painted), 0))
        for turn, part in use.turns.items()
        for end in exits[turn]
    ]


def _painted(painted: Sequence[set[Turn]], exits: Mapping[Turn, list[str]]) -> list[Use]:
    """Spread each turn evenly over the lanes that are painted for it, and over its exits."""
    weight = {turn: max(ASSUMED_SHARE[turn], 0.02) for turn in exits}
    total = sum(weight.values())
    serving = {turn: sum(turn in lane for lane in painted) for turn in exits}
    return [
        Use(n, end, turn, weight[turn] / total / serving[turn] / len(exits[turn]))
        for n, lane in enumerate(painted)
        for turn in sorted(lane)
        for end in exits[turn]
    ]
