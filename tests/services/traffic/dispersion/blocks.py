"""A town of blocks: signals in a square, two-lane streets both ways, roads out at every edge."""

from dalgu.devices.signals.timing import Group, Plan, Stage, Step
from dalgu.kernel.text import Text
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.model import (
    Inflow,
    Lane,
    Link,
    Movement,
    Network,
    Node,
    Signal,
    Turn,
)

SIDE, APART_M = 4, 350.0
GROUPS = (Group("EW", min_green_s=7.0), Group("NS", min_green_s=7.0))
INTERGREEN_S = ((0.0, 5.0), (5.0, 0.0))
STAGES = (Stage("EW", (0,)), Stage("NS", (1,)))
PLAN = Plan("day", (Step(0, 30.0), Step(1, 30.0)))
LON, LAT, DEG_M = 128.6, 35.87, 100_000.0
TURNS = {0: Turn.THROUGH, 1: Turn.LEFT, 3: Turn.RIGHT}
STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))  # east, north, west, south


def blocks(veh_h=600.0):
    """Build the town; entries all bring the same."""
    inner = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    outer = [
        (x, y)
        for x in range(-1, SIDE + 1)
        for y in range(-1, SIDE + 1)
        if (x in (-1, SIDE)) != (y in (-1, SIDE))
    ]
    nodes = [_node(place) for place in inner + outer]
    links, ways = [], {}
    for place in inner + outer:
        for heading, (dx, dy) in enumerate(STEPS):
            there = (place[0] + dx, place[1] + dy)
            if there in inner or (place in inner and there in outer):
                link = Link(_link(place, there), _name(place), _name(there), APART_M, 2,
                            name=Text("", ""), road_class="primary")  # fmt: skip
                links.append(link)
                ways[link.id] = (there, heading)
    lanes, movements = [], []
    for link in links:
        there, heading = ways[link.id]
        for index in (0, 1):
            lane = Lane(f"{link.id}_{index}", link.id, index, APART_M)
            lanes.append(lane)
            if there in inner:
                movements += _movements(lane, there, heading)
    signals = [
        Signal(_name(place), (_name(place),), GROUPS, INTERGREEN_S, STAGES, (PLAN,))
        for place in inner
    ]
    inflows = [Inflow(link.id, (veh_h,) * 24) for link in links if link.start.startswith("o")]
    return Network("blocks", tuple(nodes), tuple(links), tuple(lanes), tuple(movements),
                   tuple(signals), inflows=tuple(inflows))  # fmt: skip


def compiled_blocks(veh_h=600.0):
    return compile_network(blocks(veh_h))


def _name(place):
    inside = all(0 <= at < SIDE for at in place)
    return f"{'x' if inside else 'o'}{place[0] + 1}{place[1] + 1}"


def _link(place, there):
    return f"{_name(place)}-{_name(there)}"


def _node(place):
    x, y = place[0] + 1, place[1] + 1
    name = Text(f"{x}가{y}로네거리", f"Crossing {x}-{y}")
    lon, lat = LON + place[0] * APART_M / DEG_M, LAT + place[1] * APART_M / DEG_M
    return Node(_name(place), lon, lat, name)


def _movements(lane, there, heading):
    found = []
    for turn in (0, 3) if lane.index == 0 else (0, 1):
        dx, dy = STEPS[(heading + turn) % 4]
        out = _link(there, (there[0] + dx, there[1] + dy))
        share = 0.7 if turn == 0 else 0.3
        found.append(Movement(f"{lane.id}-{out}", lane.id, out, TURNS[turn], _name(there),
                              heading % 2, permissive=turn == 1, share=share))  # fmt: skip
    return found
