"""A road with crossings, small enough to reason about: what tests of the network build on."""

import math
from itertools import pairwise

import msgspec

from dalgu.kernel.text import Text
from dalgu.services.traffic.network.default_plans import fitting_cycle_s, split
from dalgu.services.traffic.network.design import Site, design
from dalgu.services.traffic.network.junction import Arm
from dalgu.services.traffic.network.lane_use import lane_uses
from dalgu.services.traffic.network.model import (
    Corridor,
    Detector,
    DetectorKind,
    Inflow,
    Lane,
    Link,
    Movement,
    Network,
    Node,
    Turn,
)

LON, LAT, STEP = 128.6, 35.87, 0.004
FLOWS = {Turn.LEFT: 100.0, Turn.THROUGH: 500.0, Turn.RIGHT: 80.0}
EAST, NORTH, WEST, SOUTH = 0.0, math.pi / 2, math.pi, -math.pi / 2


def crossroads(count: int) -> Network:
    """Return `count` four-armed signals on a road from west to east, two lanes and a pocket."""
    nodes, roads = _places(count)
    links = [_link(a, b, nodes) for a, b in roads] + [_link(b, a, nodes) for a, b in roads]
    lanes, movements, signals, crossings = [], [], [], []
    by_end = {}
    for link in links:
        by_end.setdefault(link.end, []).append(link)
    for link in links:
        uses = lane_uses(FLOWS, 2, 1) if link.end.startswith("x") else []
        for index in range(max(len(uses), 2)):
            share = uses[index].share if uses else 0.5
            lanes.append(Lane(f"{link.id}_{index}", link.id, index, link.length_m, share=share))
            for turn, part in uses[index].turns.items() if uses else ():
                exit_ = _turned(link, turn, links)
                name = f"{link.id}_{index}-{turn.value}"
                movements.append(Movement(name, lanes[-1].id, exit_.id, turn, share=part))
    lane_link = {lane.id: lane.link for lane in lanes}
    ruled = []
    for number in range(1, count + 1):
        key = f"x{number:03d}"
        arms = tuple(
            Arm(bearing, enters.id, f"{key}-{enters.start}", 3, 2)
            for bearing, enters in _around(key, by_end[key], nodes)
        )
        mine = [one for one in movements if lane_link[one.lane] in {a.enters for a in arms}]
        name = Text(f"삼덕동 교차로 {number}", f"Samdeok-dong intersection {number}")
        made = design(Site(key, (key,), arms, (0, 1, 2, 3), name), mine, lane_link)
        setting = made.setting([0.15] * len(made.signal.groups))
        plan = split(setting, "day", fitting_cycle_s(setting))
        signals.append(msgspec.structs.replace(made.signal, plans=(plan,)))
        ruled += made.movements
        crossings += made.crossings
    return Network(
        name="three",
        nodes=tuple(nodes.values()),
        links=tuple(links),
        lanes=tuple(lanes),
        movements=tuple(ruled),
        signals=tuple(signals),
        crossings=tuple(crossings),
        detectors=tuple(
            Detector(f"{one.lane}-cam", one.lane, DetectorKind.CAMERA, 0.0, 150.0)
            for one in {movement.lane: movement for movement in ruled}.values()
        ),
        corridors=(
            Corridor("c01", Text("중앙대로", "Jungang-daero"), tuple(one.id for one in signals)),
        ),
        inflows=tuple(
            Inflow(link.id, (300.0,) * 24) for link in links if not link.start.startswith("x")
        ),
        source="made up for a test; Apache-2.0",
    )


def _places(count: int) -> tuple[dict[str, Node], list[tuple[str, str]]]:
    row = ["w", *[f"x{n:03d}" for n in range(1, count + 1)], "e"]
    nodes = {key: Node(key, LON + STEP * n, LAT) for n, key in enumerate(row)}
    roads = list(pairwise(row))
    for n, key in enumerate(row[1:-1], start=1):
        for side, up in (("n", 1), ("s", -1)):
            end = f"{side}{n}"
            nodes[end] = Node(end, LON + STEP * n, LAT + up * STEP)
            roads.append((end, key))
    return nodes, roads


def _link(start: str, end: str, nodes: dict[str, Node]) -> Link:
    a, b = nodes[start], nodes[end]
    line = ((a.lon, a.lat), (b.lon, b.lat))
    return Link(f"{start}-{end}", start, end, 380.0, 2, 50.0, geometry=line)


def _around(key: str, into: list[Link], nodes: dict[str, Node]) -> list[tuple[float, Link]]:
    here = nodes[key]
    found = []
    for link in into:
        far = nodes[link.start]
        found.append((math.atan2(far.lat - here.lat, far.lon - here.lon), link))
    return sorted(found, key=lambda one: one[0])


def _turned(link: Link, turn: Turn, links: list[Link]) -> Link:
    """Return the link that a turn leads into."""
    bearing = {Turn.THROUGH: 0.0, Turn.LEFT: math.pi / 2, Turn.RIGHT: -math.pi / 2}[turn]
    (x_0, y_0), (x_1, y_1) = link.geometry
    heading = math.atan2(y_1 - y_0, x_1 - x_0) + bearing

    def off(other: Link) -> float:
        (a_0, b_0), (a_1, b_1) = other.geometry
        return abs(math.remainder(math.atan2(b_1 - b_0, a_1 - a_0) - heading, math.tau))

    return min((one for one in links if one.start == link.end), key=off)
