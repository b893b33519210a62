"""The streets of the synthetic city as one network: generated from facts, the same every time.

Facts are the intersections of the plan with their dongs, residents and car parks; all else (which
roads join them, lanes, turns, signals, plans, traffic) is made by the rules and assumptions told in
the modules `street_*` and `services.traffic.network`.
"""

from collections.abc import Sequence

import numpy as np

from dalgu.kernel.text import Text
from dalgu.services.traffic.network.model import (
    Detector,
    DetectorKind,
    Inflow,
    Link,
    Network,
    Node,
)
from dalgu.simulation.chance import stream
from dalgu.simulation.city import CityPlan
from dalgu.simulation.street_corridors import corridors, with_plans
from dalgu.simulation.street_graph import Plan, plan_streets
from dalgu.simulation.street_lanes import Laid, lay, node_ids
from dalgu.simulation.street_roads import CLASSES, Roads, plan_roads
from dalgu.simulation.street_signals import build_signals

CAMERA_REACH_M = 150.0  # of a camera on the mast (assumption)
LOOP_M = 2.0
SOURCE = "Dalgu, generated from facts of {city} (assumptions in its docstrings); Apache-2.0"
SIDE_STREET, COUNTRY_ROAD = Text("이면도로", "side street"), Text("외곽도로", "country road")


def street_network(plan: CityPlan) -> Network:
    """Return the network of a city plan; the same plan, the same network.

    Takes about 5 s for 250 signals: keep it (`services.traffic.network.shelf`).
    """
    streets = plan_streets(plan.intersections.place, stream(plan.seed, "streets"))
    roads = plan_roads(streets, plan)
    ids = node_ids(streets, plan.intersections.key)
    nodes = _nodes(streets, plan, ids)
    laid = lay(roads, _links(streets, roads, nodes))
    built = build_signals(streets, plan, laid, stream(plan.seed, "streets.signals"))
    movements = tuple(movement for one in built for movement in one.designed.movements)
    laid = Laid(laid.links, laid.lanes, movements, laid.flow)
    lines = corridors(streets, roads, plan.intersections.name, plan.intersections.key)
    return Network(
        name=plan.city.id,
        nodes=nodes,
        links=laid.links,
        lanes=laid.lanes,
        movements=movements,
        signals=tuple(with_plans(built, laid, roads, lines)),
        crossings=tuple(crossing for one in built for crossing in one.designed.crossings),
        detectors=tuple(_detectors(laid)),
        corridors=tuple(lines),
        inflows=tuple(_inflows(streets, roads, laid)),
        source=SOURCE.format(city=plan.city.name.en),
    )


def _nodes(streets: Plan, plan: CityPlan, ids: Sequence[str]) -> tuple[Node, ...]:
    degrees = streets.degrees()
    degrees[: streets.signals] = plan.intersections.place
    nodes = []
    for n, key in enumerate(ids):
        if n < streets.signals:
            name, dong = plan.intersections.name[n], plan.intersections.dong[n].code
        else:
            at = streets.other(int(np.flatnonzero(streets.road[:, 1] == n)[0]), n)
            name, dong = Text("", ""), plan.intersections.dong[at].code
        nodes.append(Node(key, float(degrees[n, 0]), float(degrees[n, 1]), name, dong))
    return tuple(nodes)


def _links(streets: Plan, roads: Roads, nodes: Sequence[Node]) -> list[Link]:
    """Return the links in the order of `Ways`: there and back along every road."""
    links = []
    length_m = streets.length_m
    for road, ends in enumerate(streets.road.tolist()):
        for start, end in (ends, ends[::-1]):
            one, other = nodes[start], nodes[end]
            link = Link(
                id=f"{one.id}-{other.id}",
                start=one.id,
                end=other.id,
                length_m=float(length_m[road]),
                lanes=int(roads.lanes[road]),
                free_speed_kmh=float(roads.speed_kmh[road]),
                name=_road_name(streets, nodes, (start, end)),
                road_class=CLASSES[roads.kind[road]],
                geometry=((one.lon, one.lat), (other.lon, other.lat)),
            )
            links.append(link)
    return links


def _road_name(streets: Plan, nodes: Sequence[Node], ends: tuple[int, int]) -> Text:
    """Return what a link is called: from where to where, or which end of the city."""
    named = [nodes[end].name for end in ends if end < streets.signals]
    if len(named) == 2:
        return Text(f"{named[0].ko} → {named[1].ko}", f"{named[0].en} → {named[1].en}")
    kind = COUNTRY_ROAD if streets.is_rim[max(ends)] else SIDE_STREET
    return Text(f"{named[0].ko} {kind.ko}", f"{named[0].en}, {kind.en}")


def _detectors(laid: Laid) -> list[Detector]:
    """Put a loop at the stop line of every signalised lane, and a camera over it."""
    used = {movement.lane for movement in laid.movements}
    found = []
    for lane in laid.lanes:
        if lane.id in used:
            found.append(Detector(f"{lane.id}-loop", lane.id, DetectorKind.LOOP, 0.0, LOOP_M))
            reach_m = min(CAMERA_REACH_M, lane.length_m)
            found.append(Detector(f"{lane.id}-cam", lane.id, DetectorKind.CAMERA, 0.0, reach_m))
    return found


def _inflows(streets: Plan, roads: Roads, laid: Laid) -> list[Inflow]:
    demand = roads.demand
    hourly = np.round([demand.entry(hour) for hour in range(24)], 1)
    enters = {int(node): n for n, node in enumerate(roads.ways.start.tolist())}
    return [
        Inflow(laid.links[enters[int(end)]].id, tuple(hourly[:, n].tolist()))
        for n, end in enumerate(demand.ends.tolist())
    ]
