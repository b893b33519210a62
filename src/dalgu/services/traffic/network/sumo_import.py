"""A SUMO network as ours: links, lanes, movements and signals, as far as the file tells them.

Lengths, lanes, turns, foes and programs are the file's. What it does not tell is assumed and said
as a note: how vehicles spread over turns, and the clearance of pedestrians.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from dalgu.devices.signals.timing import GroupKind
from dalgu.kernel.text import Text
from dalgu.services.traffic.network.corridors import with_corridors
from dalgu.services.traffic.network.finding import Finding, thing
from dalgu.services.traffic.network.imported import Imported
from dalgu.services.traffic.network.junction_names import named_groups
from dalgu.services.traffic.network.lane_use import ASSUMED_SHARE, LEAST
from dalgu.services.traffic.network.model import (
    Crossing,
    Lane,
    Link,
    Movement,
    Network,
    Node,
    Signal,
    Turn,
)
from dalgu.services.traffic.network.refusals import NetworkFileUnreadable
from dalgu.services.traffic.network.sumo_detectors import detectors_of
from dalgu.services.traffic.network.sumo_net import SumoConnection, SumoEdge, SumoNet, read_net
from dalgu.services.traffic.network.sumo_program import Foes, Lamp, Programmed, programmed

TURN = {"s": Turn.THROUGH, "l": Turn.LEFT, "L": Turn.LEFT, "r": Turn.RIGHT, "R": Turn.RIGHT,
        "t": Turn.U_TURN}  # fmt: skip
CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential")
PRIORITY = ((11, "motorway"), (9, "primary"), (7, "secondary"), (5, "tertiary"))
WALKING_MPS = 1.0
LONGEST_SHAPE = 40
SOURCE = "SUMO network {file}"

Key = tuple[str, int, str]  # edge, lane, edge: what is one movement


@dataclass(frozen=True)
class Ways:
    """The connections that cars use, by movement, and the signals that are kept."""

    links: Mapping[str, SumoEdge]
    moves: Mapping[Key, tuple[SumoConnection, ...]]
    programs: Mapping[str, Programmed]


def network_of_sumo(file: str, body: bytes, additional: Sequence[bytes] = ()) -> Imported:
    """Read a SUMO network, `.net.xml` or `.net.xml.gz`, and detectors of additional files.

    Raises
    ------
    NetworkFileUnreadable, NetworkFileTooLarge
        When it is none, or too much.

    """
    net = read_net(file, body)
    ways = _ways(net)
    if not ways.links:
        raise NetworkFileUnreadable(file, "no edge of it can be driven by cars.")
    shares = _shares(ways)
    signals = tuple(_signal(net, ways, name) for name in ways.programs)
    network = Network(
        name=file.rsplit("/", 1)[-1].split(".")[0],
        nodes=tuple(_nodes(net, ways)),
        links=tuple(_link(net, edge) for edge in ways.links.values()),
        lanes=tuple(_lanes(ways, shares)),
        movements=tuple(_movement(ways, key, shares[key][1]) for key in ways.moves),
        signals=signals,
        crossings=tuple(_crossings(net, ways)),
        is_geographic=net.location.is_geographic,
        source=SOURCE.format(file=file.rsplit("/", 1)[-1]),
    )
    lanes = {lane.id: lane.length_m for lane in network.lanes}
    detectors = tuple(one for extra in additional for one in detectors_of(file, extra, lanes))
    network = msgspec.structs.replace(network, detectors=detectors)
    return Imported(with_corridors(named_groups(network)), "sumo", tuple(_notes(ways)))


def _ways(net: SumoNet) -> Ways:
    links = {e.id: e for e in net.edges.values() if e.lanes and e.function in ("", "normal")}
    moves: dict[Key, list[SumoConnection]] = {}
    for one in net.connections:
        key = (one.start, one.start_lane, one.end)
        is_driven = _is_driven(links, *key[:2]) and _is_driven(links, one.end, one.end_lane)
        if one.turn in TURN and is_driven and not _turns_back(links, key):
            moves.setdefault(key, []).append(one)
    foes, lamps = _foes(net), _lamps(net, moves)
    programs = {
        signal: programmed(own, lamps[signal], foes.get(signal, frozenset()))
        for signal, own in net.programs.items()
        if signal in lamps
    }
    dark = {(signal, link) for signal, one in programs.items() for link in one.dark}
    lit = {
        key: tuple(one for one in own if (one.signal, one.link) not in dark)
        for key, own in moves.items()
    }
    kept = {key: own for key, own in lit.items() if own}
    ruled = {name: one for name, one in programs.items() if one.timing.groups}
    return Ways(links, kept, ruled)


def _is_driven(links: Mapping[str, SumoEdge], edge: str, lane: int) -> bool:
    return edge in links and any(one.index == lane for one in links[edge].lanes)


def _turns_back(links: Mapping[str, SumoEdge], key: Key) -> bool:
    """Return whether a movement only turns around: at the network's edge it would run in rings."""
    one, other = links[key[0]], links[key[2]]
    return one.start == other.end and one.end == other.start


def _lamps(net: SumoNet, moves: Mapping[Key, Sequence[SumoConnection]]) -> dict[str, list[Lamp]]:
    """Return the links of each traffic light; where vehicles and pedestrians share one, theirs."""
    found: dict[str, dict[int, Lamp]] = {}
    for one in net.connections:
        if one.signal and _is_crossing(net, one):
            own, crossing = found.setdefault(one.signal, {}), net.edges[one.end]
            before = own[one.link].walk_s if one.link in own else 0.0
            walk_s = max(crossing.length_m / WALKING_MPS, before)
            own[one.link] = Lamp(one.link, crossing.id, walk_s)
    for key, connections in moves.items():
        for one in connections:
            if one.signal:
                found.setdefault(one.signal, {})[one.link] = Lamp(one.link, key[0])
    return {signal: [own[link] for link in sorted(own)] for signal, own in found.items()}


def _is_crossing(net: SumoNet, one: SumoConnection) -> bool:
    return one.end in net.edges and net.edges[one.end].function == "crossing"


def _foes(net: SumoNet) -> dict[str, Foes]:
    """Return which links of each traffic light cross, from the matrices of the junctions."""
    by_lane: dict[tuple[str, int], list[SumoConnection]] = {}
    for one in net.connections:
        by_lane.setdefault((one.start, one.start_lane), []).append(one)
    found: dict[str, set[tuple[int, int]]] = {}
    for junction in net.junctions.values():
        order = [one for lane in junction.lanes for one in by_lane.get(_split(lane), ())]
        if any(one.signal for one in order):
            for a, b in _foe_pairs(junction.foes, order):
                if a.signal and a.signal == b.signal:
                    found.setdefault(a.signal, set()).update({(a.link, b.link), (b.link, a.link)})
    return {signal: frozenset(pairs) for signal, pairs in found.items()}


def _foe_pairs(
    foes: Mapping[int, str], order: Sequence[SumoConnection]
) -> Iterator[tuple[SumoConnection, SumoConnection]]:
    for index, bits in foes.items():
        for other, bit in enumerate(reversed(bits)):
            if bit == "1" and max(index, other) < len(order):
                yield order[index], order[other]


def _split(lane: str) -> tuple[str, int]:
    edge, _, index = lane.rpartition("_")
    return edge, int(index)


def _nodes(net: SumoNet, ways: Ways) -> list[Node]:
    place = net.location.place()
    used = dict.fromkeys(node for edge in ways.links.values() for node in (edge.start, edge.end))
    nodes = []
    for name in used:
        x, y = place(*net.junctions[name].place) if name in net.junctions else (0.0, 0.0)
        nodes.append(Node(name, x, y))
    return nodes


def _link(net: SumoNet, edge: SumoEdge) -> Link:
    place = net.location.place()
    step = max(1, len(edge.shape) // LONGEST_SHAPE)
    shape = [*edge.shape[:-1:step], *edge.shape[-1:]]
    return Link(
        id=edge.id,
        start=edge.start,
        end=edge.end,
        length_m=max(max(lane.length_m for lane in edge.lanes), 0.1),
        lanes=len(edge.lanes),
        free_speed_kmh=round(max(lane.speed_mps for lane in edge.lanes) * 3.6, 2),
        name=Text(edge.name, edge.name),
        road_class=_road_class(edge),
        geometry=tuple(place(x, y) for x, y in shape),
    )


def _road_class(edge: SumoEdge) -> str:
    kind = edge.kind.removeprefix("highway.").split("|")[0].removesuffix("_link")
    if kind in CLASSES:
        return "primary" if kind == "trunk" else kind
    return next((name for least, name in PRIORITY if edge.priority >= least), "residential")


def _shares(ways: Ways) -> dict[Key, tuple[float, float]]:
    """Return of each movement its share of the link's vehicles and of its lane's.

    Turns weigh as is usual; a turn's vehicles spread evenly over its exits and lanes.
    """
    of_link: dict[str, list[Key]] = {}
    for key in ways.moves:
        of_link.setdefault(key[0], []).append(key)
    found: dict[Key, tuple[float, float]] = {}
    for keys in of_link.values():
        weight = {key: _weight(ways, key, keys) for key in keys}
        total = sum(weight.values())
        by_lane: dict[int, float] = {}
        for key in keys:
            by_lane[key[1]] = by_lane.get(key[1], 0.0) + weight[key]
        found |= {key: (weight[key] / total, weight[key] / by_lane[key[1]]) for key in keys}
    return found


def _weight(ways: Ways, key: Key, keys: Sequence[Key]) -> float:
    turn = _turn(ways, key)
    exits = {other[2] for other in keys if _turn(ways, other) is turn}
    lanes = [other for other in keys if other[2] == key[2]]
    return max(ASSUMED_SHARE[turn], LEAST) / len(exits) / len(lanes)


def _turn(ways: Ways, key: Key) -> Turn:
    return TURN[ways.moves[key][0].turn]


def _lanes(ways: Ways, shares: Mapping[Key, tuple[float, float]]) -> list[Lane]:
    of_lane: dict[tuple[str, int], float] = {}
    for key, (of_link, _) in shares.items():
        of_lane[key[:2]] = of_lane.get(key[:2], 0.0) + of_link
    return [
        Lane(
            lane.id,
            edge.id,
            place,
            max(lane.length_m, 0.1),
            share=round(of_lane.get((edge.id, lane.index), 0.0), 6),
        )
        for edge in ways.links.values()
        for place, lane in enumerate(edge.lanes)
    ]


def _movement(ways: Ways, key: Key, share: float) -> Movement:
    one = ways.moves[key][0]
    edge = ways.links[key[0]]
    program = ways.programs.get(one.signal)
    lane = next(lane for lane in edge.lanes if lane.index == key[1])
    # Without a signal, small letters of the state give way: m, and = at equal junctions.
    gives_way = one.state in ("m", "=", "s", "w") if program is None else False
    return Movement(
        id=f"{lane.id}>{key[2]}",
        lane=lane.id,
        exit=key[2],
        turn=TURN[one.turn],
        signal="" if program is None else one.signal,
        group=-1 if program is None else program.group_of.get(one.link, -1),
        permissive=gives_way if program is None else one.link in program.permissive,
        share=round(share, 6),
    )


def _signal(net: SumoNet, ways: Ways, name: str) -> Signal:
    program = ways.programs[name]
    nodes = dict.fromkeys(
        ways.links[key[0]].end
        for key, own in ways.moves.items()
        if any(one.signal == name for one in own)
    )
    timing = program.timing
    return Signal(
        name, tuple(nodes), timing.groups, timing.intergreen_s, timing.stages, timing.plans,
        Text(name, name),
    )  # fmt: skip


def _crossings(net: SumoNet, ways: Ways) -> list[Crossing]:
    found: list[Crossing] = []
    for one in net.connections:
        if not _is_crossing(net, one) or one.end in {crossing.id for crossing in found}:
            continue
        edge = net.edges[one.end]
        over = tuple(link for link in edge.crosses if link in ways.links)
        program = ways.programs.get(one.signal)
        if over:
            group = -1 if program is None else _walk_group(program, one.link)
            node = _node_of(ways, over[0], edge.id)
            signal = one.signal if group >= 0 else ""
            found.append(Crossing(edge.id, node, over, edge.length_m, signal, group))
    return found


def _walk_group(program: Programmed, link: int) -> int:
    """Return the pedestrian group of a link; -1 where vehicles share it."""
    group = program.group_of.get(link, -1)
    is_walk = group >= 0 and program.timing.groups[group].kind is GroupKind.PEDESTRIAN
    return group if is_walk else -1


def _node_of(ways: Ways, link: str, crossing: str) -> str:
    """Return the node of a crossing: SUMO names it `:<node>_c<number>`."""
    node = crossing[1:].rpartition("_c")[0]
    edge = ways.links[link]
    return node if node in (edge.start, edge.end) else edge.end


def _notes(ways: Ways) -> list[Finding]:
    notes = []
    for name, one in ways.programs.items():
        notes += [
            Finding("movement-never-green", thing("signal", name), {"link": str(link)})
            for link in sorted(one.dark)
        ]
        notes += [
            Finding("program-left-out", thing("signal", name), {"program": program})
            for program in one.left_out
        ]
    return notes
