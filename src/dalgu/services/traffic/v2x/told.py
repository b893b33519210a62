"""What the city's signals tell: MAP from the network in force, SPaT from the field's report.

Intersections are numbered by their place in the network; signal groups are those of the
controller, counted from 1, as 0 means "unknown" (SAE J2735, SignalGroupID).
"""

from collections.abc import Iterator
from itertools import pairwise
from math import cos, hypot, radians

import numpy as np

from dalgu.devices.signals.report import Light, Report
from dalgu.services.traffic.network.model import Crossing, Link, Movement, Network, Signal, Turn
from dalgu.services.traffic.network.parts import Parts
from dalgu.services.traffic.signals.layout import Bools, Floats, Layout
from dalgu.services.traffic.v2x.mapdata import (
    BOTH_WAYS,
    EGRESS,
    INGRESS,
    Connection,
    IntersectionGeometry,
    Lane,
    LaneKind,
    Maneuvers,
    MapData,
    Node,
)
from dalgu.services.traffic.v2x.spat import (
    TIME_UNKNOWN_S,
    IntersectionState,
    MovementPhase,
    Timing,
)
from dalgu.services.traffic.v2x.spat import (
    Movement as Shown,
)

Point = tuple[float, float]

METRES_PER_DEGREE = 111_320.0  # of latitude; near an intersection the ellipsoid does not matter
LANE_M = 3.25  # Rules on the Structure and Standards of Roads, article 10: 3.0 m to 3.5 m
APPROACH_M = 120.0  # of lanes before the stop line; further out nobody needs lane geometry
HOUR_S = 3600.0
REVISIONS = 128  # MsgCount wraps
LANES = 255  # LaneID
_MANEUVER = {
    Turn.LEFT: Maneuvers.LEFT,
    Turn.THROUGH: Maneuvers.STRAIGHT,
    Turn.RIGHT: Maneuvers.RIGHT,
    Turn.U_TURN: Maneuvers.U_TURN,
}


def maps_of(network: Network, revision: int) -> Iterator[MapData]:
    """Yield the MAP message of each signalised intersection of a geographic network."""
    parts = Parts.of(network)
    for place, signal in enumerate(network.signals):
        geometry = _geometry(parts, signal, place + 1, revision % REVISIONS)
        yield MapData(revision % REVISIONS, (geometry,), layer_id=1)


def states_of(layout: Layout, report: Report, revision: int) -> Iterator[IntersectionState]:
    """Yield what each intersection shows; the clock is set by whoever sends it.

    Ends of phases are moments that do not move while the lights stay: the end of a least green,
    the end of amber; what only a controller's next decision will end has an unknown end.
    """
    permissive = permissive_groups(layout)
    ends = _min_ends_s(layout, report)
    for signal in range(len(layout.signals)):
        first, last = (int(layout.group_first[signal + k]) for k in (0, 1))
        movements = tuple(
            Shown(
                group - first + 1,
                _PHASES[Light(int(report.light[group])), bool(permissive[group])],
                Timing(float(ends[group])),
            )
            for group in range(first, last)
        )
        yield IntersectionState(signal + 1, revision % REVISIONS, movements)


def permissive_groups(layout: Layout) -> Bools:
    """Return which groups let somebody give way while green, shape (G,)."""
    found = np.zeros(len(layout.group_signal), np.bool_)
    gives_way = layout.movement_group[layout.movement_permissive]
    found[gives_way[gives_way >= 0]] = True
    return found


_PHASES = {
    (Light.GREEN, True): MovementPhase.PERMISSIVE_ALLOWED,
    (Light.GREEN, False): MovementPhase.PROTECTED_ALLOWED,
    (Light.AMBER, True): MovementPhase.PERMISSIVE_CLEARANCE,
    (Light.AMBER, False): MovementPhase.PROTECTED_CLEARANCE,
    (Light.RED, True): MovementPhase.STOP_AND_REMAIN,
    (Light.RED, False): MovementPhase.STOP_AND_REMAIN,
    (Light.DARK, True): MovementPhase.DARK,
    (Light.DARK, False): MovementPhase.DARK,
}


def _min_ends_s(layout: Layout, report: Report) -> Floats:
    """Return the end of each group's least green within the hour, shape (G,)."""
    left = layout.group_min_green_s - report.light_age_s
    known = (report.light == Light.GREEN) & (left > 0)
    return np.where(known, np.round((report.at_s + left) % HOUR_S, 1), TIME_UNKNOWN_S)


def _geometry(parts: Parts, signal: Signal, number: int, revision: int) -> IntersectionGeometry:
    node = parts.nodes[signal.nodes[0]]
    centre = (node.lon, node.lat)
    coming = [one for name in signal.nodes for one in parts.ending_at.get(name, ())]
    going = [one for name in signal.nodes for one in parts.starting_at.get(name, ())]
    ids: dict[str, int] = {}
    for link in (*coming, *going):
        for lane in parts.lanes_of.get(link.id, ()):
            ids.setdefault(lane.id, len(ids) + 1)
    lanes = [*_ingress(parts, coming, centre, ids), *_egress(parts, going, centre, ids)]
    for crossing in parts.crossings_of.get(signal.id, ()):
        lanes += _crosswalk(parts, crossing, centre, len(lanes) + 1)
    return IntersectionGeometry(
        number, revision, node.lon, node.lat, tuple(lanes[:LANES]), lane_width_m=LANE_M
    )


def _ingress(parts: Parts, links: list[Link], centre: Point, ids: dict[str, int]) -> Iterator[Lane]:
    for approach, link in enumerate(links, 1):
        line = _metres(parts, link, centre)[::-1]  # from the stop line outwards
        for lane in parts.lanes_of.get(link.id, ()):
            movements = parts.movements_of.get(lane.id, ())
            allowed = Maneuvers(0)
            for movement in movements:
                allowed |= _MANEUVER[movement.turn]
            yield Lane(
                ids[lane.id],
                INGRESS,
                _nodes(_beside(line, -_offset_m(link, lane.index))),
                connections=tuple(_connections(parts, movements, ids)),
                maneuvers=allowed,
                ingress_approach=min(approach, 15),
            )


def _egress(parts: Parts, links: list[Link], centre: Point, ids: dict[str, int]) -> Iterator[Lane]:
    for approach, link in enumerate(links, 1):
        line = _metres(parts, link, centre)
        for lane in parts.lanes_of.get(link.id, ()):
            yield Lane(
                ids[lane.id],
                EGRESS,
                _nodes(_beside(line, _offset_m(link, lane.index))),
                egress_approach=min(approach, 15),
            )


def _crosswalk(parts: Parts, crossing: Crossing, centre: Point, number: int) -> Iterator[Lane]:
    links = [parts.links[name] for name in crossing.over if name in parts.links]
    if not links:
        return
    line = _metres(parts, links[0], centre)
    if links[0].end == crossing.node:
        line = line[::-1]
    (x, y), (far_x, far_y) = line[0], line[1]
    length = hypot(far_x - x, far_y - y) or 1.0
    across = (-(far_y - y) / length, (far_x - x) / length)
    half = crossing.length_m / 2
    ends = [(x + side * half * across[0], y + side * half * across[1]) for side in (-1, 1)]
    group = crossing.group + 1
    walk = Connection(number, Maneuvers.STRAIGHT, signal_group=group if group > 0 else None)
    yield Lane(number, BOTH_WAYS, _nodes(ends), LaneKind.CROSSWALK, connections=(walk,))


def _connections(
    parts: Parts, movements: tuple[Movement, ...], ids: dict[str, int]
) -> Iterator[Connection]:
    for movement in movements:
        exits = parts.lanes_of.get(movement.exit, ())
        if not exits:
            continue
        # Right turns end at the kerb, others beside the middle; drivers choose from there.
        target = exits[0] if movement.turn is Turn.RIGHT else exits[-1]
        yield Connection(
            ids[target.id],
            _MANEUVER[movement.turn],
            signal_group=movement.group + 1 if movement.group >= 0 else None,
        )


def _metres(parts: Parts, link: Link, centre: Point) -> list[Point]:
    """Return the line of a link, shape [(x, y)], in metres east and north of the centre."""
    ends = [(node.lon, node.lat) for node in (parts.nodes[link.start], parts.nodes[link.end])]
    east = METRES_PER_DEGREE * cos(radians(centre[1]))
    return [
        ((lon - centre[0]) * east, (lat - centre[1]) * METRES_PER_DEGREE)
        for lon, lat in (link.geometry or ends)
    ]


def _offset_m(link: Link, index: int) -> float:
    """Metres right of the carriageway's left edge to the middle of a lane counted from the kerb."""
    return (link.lanes - index - 0.5) * LANE_M


def _beside(line: list[Point], right_m: float) -> list[Point]:
    """Return the line, cut at `APPROACH_M` and moved to its right by so much."""
    cut: list[Point] = [line[0]]
    left = APPROACH_M
    for (x, y), (far_x, far_y) in pairwise(line):
        step = hypot(far_x - x, far_y - y)
        share = min(1.0, left / step) if step else 1.0
        cut.append((x + share * (far_x - x), y + share * (far_y - y)))
        left -= step
        if left <= 0:
            break
    (x, y), (far_x, far_y) = cut[0], cut[-1]
    length = hypot(far_x - x, far_y - y) or 1.0
    shift = ((far_y - y) / length * right_m, -(far_x - x) / length * right_m)
    return [(x + shift[0], y + shift[1]) for x, y in cut]


def _nodes(line: list[Point]) -> tuple[Node, ...]:
    """Offsets from point to point, the first from the reference point, in whole centimetres."""
    nodes, at = [], (0, 0)
    for x, y in line:
        here = (round(x * 100), round(y * 100))
        nodes.append(Node((here[0] - at[0]) / 100, (here[1] - at[1]) / 100))
        at = here
    return tuple(nodes)
