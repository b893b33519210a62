"""An OpenStreetMap extract as a network: geometry, lanes and turns as drawn, timing by default.

OpenStreetMap tells where signals are, not how they are set: groups, stages, intergreens and one
fixed plan are designed as for a new intersection, and each such signal is noted as assumed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from dalgu.devices.signals.timing import GroupKind
from dalgu.kernel.geo import distance_m
from dalgu.kernel.text import Text
from dalgu.services.traffic.network.arms import arms_of
from dalgu.services.traffic.network.corridors import with_corridors
from dalgu.services.traffic.network.default_plans import fitting_cycle_s, split
from dalgu.services.traffic.network.design import Designed, Site, design
from dalgu.services.traffic.network.finding import Finding, thing
from dalgu.services.traffic.network.imported import Imported
from dalgu.services.traffic.network.model import (
    Crossing,
    Lane,
    Link,
    Movement,
    Network,
    Node,
    Signal,
)
from dalgu.services.traffic.network.osm_file import CLASSES, OsmFile, read_osm, speed_kmh
from dalgu.services.traffic.network.osm_graph import Chain, Graph, graph_of, is_crossed
from dalgu.services.traffic.network.osm_turns import Turning, laid_lanes, turnings
from dalgu.services.traffic.network.parts import Parts

ASSUMED_RATIO = 0.12  # flow ratio that each vehicle group's green is reckoned for
SOURCE = "OpenStreetMap ({file}), © OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True)
class Drawn:
    """An extract with its graph, and the chain of each link."""

    extract: OsmFile
    graph: Graph
    chains: Mapping[str, Chain]


def network_of_osm(file: str, body: bytes) -> Imported:
    """Read an OpenStreetMap extract, `.osm` or `.osm.gz`.

    Raises
    ------
    NetworkFileUnreadable, NetworkFileTooLarge
        When it is none, is a `.pbf`, or is too much.

    """
    extract = read_osm(file, body)
    graph = graph_of(extract)
    drawn = Drawn(extract, graph, _link_ids(graph.chains))
    links = [_link(drawn, name, chain) for name, chain in drawn.chains.items()]
    turning = turnings(extract, graph, drawn.chains)
    lanes, movements = _lanes(drawn, links, turning)
    network = Network(
        name=file.rsplit("/", 1)[-1].split(".")[0],
        nodes=tuple(_nodes(drawn, links)),
        links=tuple(links),
        lanes=lanes,
        movements=movements,
        signals=(),
        source=SOURCE.format(file=file.rsplit("/", 1)[-1]),
    )
    signalled, notes = _with_signals(drawn, network)
    return Imported(with_corridors(signalled), "osm", tuple(notes))


def _link_ids(chains: Sequence[Chain]) -> dict[str, Chain]:
    """Name links by their first way and points, numbered where several are alike."""
    named: dict[str, Chain] = {}
    for chain in chains:
        name, n = f"{chain.pieces[-1].way.id}.{chain.start}-{chain.end}", 1
        while name in named:
            n += 1
            name = f"{chain.pieces[-1].way.id}.{chain.start}-{chain.end}.{n}"
        named[name] = chain
    return named


def _link(drawn: Drawn, name: str, chain: Chain) -> Link:
    nodes, home = drawn.extract.nodes, drawn.graph.home
    way = chain.pieces[-1].way
    ko = way.tags.get("name:ko") or way.tags.get("name", "")
    en = way.tags.get("name:en") or way.tags.get("name", "")
    seconds = sum(
        distance_m(_place(drawn, piece.start), _place(drawn, piece.end)) / speed_kmh(piece.way)
        for piece in chain.pieces
    )
    return Link(
        id=name,
        start=home[chain.start],
        end=home[chain.end],
        length_m=chain.length_m,
        lanes=len(laid_lanes(chain)),
        free_speed_kmh=round(chain.length_m / seconds, 1) if seconds else speed_kmh(way),
        name=Text(ko, en),
        road_class=CLASSES[way.kind][0],
        geometry=tuple((nodes[point].lon, nodes[point].lat) for point in chain.points),
    )


def _place(drawn: Drawn, point: str) -> tuple[float, float]:
    node = drawn.extract.nodes[point]
    return node.lon, node.lat


def _nodes(drawn: Drawn, links: Sequence[Link]) -> list[Node]:
    """Return the intersections, in the middle of their points, and the ends of roads."""
    members: dict[str, list[str]] = {}
    for point, home in drawn.graph.home.items():
        members.setdefault(home, []).append(point)
    used = dict.fromkeys(node for link in links for node in (link.start, link.end))
    nodes = []
    for name in used:
        places = [_place(drawn, point) for point in members[name]]
        lon, lat = (sum(axis) / len(places) for axis in zip(*places, strict=True))
        tags = drawn.extract.nodes[name].tags
        said = Text(tags.get("name:ko") or tags.get("name", ""), tags.get("name:en", ""))
        nodes.append(Node(name, round(lon, 7), round(lat, 7), said))
    return nodes


def _lanes(
    drawn: Drawn, links: Sequence[Link], turning: Mapping[str, Turning]
) -> tuple[tuple[Lane, ...], tuple[Movement, ...]]:
    lanes: list[Lane] = []
    movements: list[Movement] = []
    for link in links:
        uses = turning[link.id].uses if link.id in turning else ()
        for index in range(link.lanes):
            share = sum(use.share for use in uses if use.lane == index)
            lane = Lane(f"{link.id}_{index}", link.id, index, link.length_m, share=round(share, 6))
            lanes.append(lane)
            movements += [
                Movement(
                    id=f"{lane.id}>{use.exit}",
                    lane=lane.id,
                    exit=use.exit,
                    turn=use.turn,
                    permissive=turning[link.id].is_minor,
                    share=round(use.share / share, 6) if share else 1.0,
                )
                for use in uses
                if use.lane == index
            ]
    return tuple(lanes), tuple(movements)


def _with_signals(drawn: Drawn, network: Network) -> tuple[Network, list[Finding]]:
    parts = Parts.of(network)
    at_node: dict[str, list[Movement]] = {}
    for movement in network.movements:
        at_node.setdefault(parts.link_of(movement).end, []).append(movement)
    ruled: dict[str, Movement] = {}
    signals: list[Signal] = []
    crossings: list[Crossing] = []
    for node in sorted(drawn.graph.signalised & at_node.keys()):
        mine = [msgspec.structs.replace(one, permissive=False) for one in at_node[node]]
        made = _designed(drawn, parts, node, mine)
        if made is None:
            continue
        signals.append(_planned(made))
        ruled |= {one.id: one for one in made.movements}
        crossings += made.crossings
    network = msgspec.structs.replace(
        network,
        movements=tuple(ruled.get(one.id, one) for one in network.movements),
        signals=tuple(signals),
        crossings=tuple(crossings),
    )
    return network, [Finding("timing-assumed", thing("signal", one.id)) for one in signals]


def _designed(
    drawn: Drawn, parts: Parts, node: str, movements: Sequence[Movement]
) -> Designed | None:
    """Design the signals of an intersection; `None` where nothing can conflict there."""
    arms = arms_of(parts, node)
    nodes = drawn.extract.nodes
    crossed = tuple(
        n
        for n, arm in enumerate(arms)
        if (arm.enters and is_crossed(nodes, drawn.chains[arm.enters], at_end=True))
        or (arm.leaves and is_crossed(nodes, drawn.chains[arm.leaves], at_end=False))
    )
    name = parts.nodes[node].name
    roads = list(dict.fromkeys(link.name for link in parts.ending_at.get(node, ()) if link.name.en))
    if not name.en and roads:
        name = Text(" · ".join(r.ko for r in roads[:2]), " / ".join(r.en for r in roads[:2]))
    lane_link = {one.lane: parts.lanes[one.lane].link for one in movements}
    made = design(Site(node, (node,), arms, crossed, name), movements, lane_link)
    return made if made.signal.stages else None


def _planned(made: Designed) -> Signal:
    ratio = [
        ASSUMED_RATIO if group.kind is GroupKind.VEHICLE else 0.0 for group in made.signal.groups
    ]
    setting = made.setting(ratio)
    plan = split(setting, "assumed", fitting_cycle_s(setting))
    return msgspec.structs.replace(made.signal, plans=(plan,))
