"""Reads crossings, vehicle paths and conflict zones out of a SUMO network."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from dalgu.services.traffic.pedestrians.layout import (
    CrossingLayout,
    Crossings,
    PathSamples,
    Zones,
    join_samples,
    sample_path,
)

REACH_M = 70.0
LATERAL_ACCELERATION_MPS2 = 5.5  # SUMO's own default bound on speed in a curve
STRAIGHT_RAD = 0.5


@dataclass(frozen=True)
class Street:
    """The layout, and SUMO's names for what is in it."""

    layout: CrossingLayout
    crossings: tuple[str, ...]
    junctions: tuple[str, ...]  # of each crossing
    walk_link: tuple[tuple[str, int] | None, ...]  # traffic light and link of each crossing
    zone_link: tuple[tuple[str, int] | None, ...]  # of each zone
    walking_areas: tuple[str, ...]


def read_street(file: Path) -> Street:
    import sumolib

    net = sumolib.net.readNet(str(file), withInternal=True, withPedestrianConnections=True)
    crossings = [edge for edge in net.getEdges() if edge.getFunction() == "crossing"]
    names = tuple(edge.getID() for edge in crossings)
    ends = np.array([_ends(edge) for edge in crossings], float)
    width = np.array([edge.getLanes()[0].getWidth() for edge in crossings])
    junctions = tuple(name[1:].rsplit("_", 1)[0] for name in names)
    zones, parts, links = [], [], []
    by_junction: dict[str, list[int]] = {}
    for k, junction in enumerate(junctions):
        by_junction.setdefault(junction, []).append(k)
    for node in net.getNodes():
        for connection in node.getConnections():
            if not connection.getViaLaneID() or _on_foot(connection):
                continue
            via = _via_shape(net, connection)
            curve, turn_mps = _curve(via)
            for k in by_junction.get(node.getID(), []):
                met = _cross(via, ends[k])
                if met is None:
                    continue
                at_m, across_m, sine = met
                zone = len(zones)
                zones.append((k, across_m, sine, turn_mps, at_m if curve else 0.0))
                links.append(_link(connection))
                for before in _upstream(connection.getFromLane(), REACH_M):
                    before = _last_metres(before, REACH_M)
                    line = np.vstack([before, via])
                    length = float(np.hypot(*np.diff(before, axis=0).T).sum())
                    gap = float(np.hypot(*(via[0] - before[-1])))
                    parts.append(sample_path(line, length + gap + at_m, zone))
    table = np.array(zones)
    return Street(
        CrossingLayout(
            Crossings(ends, width),
            Zones(table[:, 0].astype(int), *table[:, 1:].T),
            _once(join_samples(parts)),
        ),
        names,
        junctions,
        tuple(_walk_link(net, edge) for edge in crossings),
        tuple(links),
        tuple(e.getID() for e in net.getEdges() if e.getFunction() == "walkingarea"),
    )


def _once(samples: PathSamples) -> PathSamples:
    """Leave out samples that upstream branches share."""
    key = np.column_stack(
        [samples.zone, samples.x_m.round(), samples.y_m.round(), (samples.heading_rad * 4).round()]
    )
    _, kept = np.unique(key, axis=0, return_index=True)
    columns = (samples.x_m, samples.y_m, samples.heading_rad, samples.zone, samples.to_go_m)
    return PathSamples(*(column[kept] for column in columns))


def _ends(edge):
    shape = edge.getLanes()[0].getShape()
    return shape[0], shape[-1]


def _on_foot(connection) -> bool:
    lane = connection.getFromLane()
    return not any(lane.allows(kind) for kind in ("passenger", "bus"))


def _via_shape(net, connection):
    points, lane_id = [], connection.getViaLaneID()
    while lane_id:
        lane = net.getLane(lane_id)
        points.extend(lane.getShape())
        onward = [c.getViaLaneID() for c in lane.getOutgoing()]
        lane_id = onward[0] if onward and onward[0] else ""
    onward = connection.getToLane().getShape()
    points.extend(onward[:2])
    line = np.array(points, float)
    keep = np.append(True, np.hypot(*np.diff(line, axis=0).T) > 0.01)
    return line[keep]


def _curve(line):
    """Whether the line turns, and the speed at which its radius is driven."""
    moved = np.diff(line[:-1], axis=0) if len(line) > 3 else np.diff(line, axis=0)
    heading = np.unwrap(np.arctan2(moved[:, 1], moved[:, 0]))
    turned = abs(heading[-1] - heading[0])
    if turned < STRAIGHT_RAD:
        return False, 14.0
    radius = np.hypot(*moved.T).sum() / turned
    return True, float(np.sqrt(LATERAL_ACCELERATION_MPS2 * radius))


def _cross(line, ends):
    a, ab = ends[0], ends[1] - ends[0]
    travelled = 0.0
    for p, q in pairwise(line):
        pq = q - p
        turn = pq[0] * ab[1] - pq[1] * ab[0]
        if abs(turn) > 1e-9:
            w = a - p
            u = (w[0] * ab[1] - w[1] * ab[0]) / turn
            v = (w[0] * pq[1] - w[1] * pq[0]) / turn
            if 0 <= u < 1 and 0 <= v <= 1:
                sine = abs(turn) / np.hypot(*pq) / np.hypot(*ab)
                if sine < 0.2:
                    return None
                return travelled + u * np.hypot(*pq), v * np.hypot(*ab), sine
        travelled += np.hypot(*pq)
    return None


def _upstream(lane, reach):
    """Polylines of the ways into a lane's end, at least `reach` long where the street is."""
    shape = np.array(lane.getShape(), float)
    if lane.getLength() >= reach:
        return [shape]
    before = [
        each.getFromLane()
        for several in lane.getEdge().getIncoming().values()
        for each in several
        if each.getToLane() is lane and not _on_foot(each)
    ]
    if not before:
        return [shape]
    return [
        np.vstack([earlier, shape])
        for each in before
        for earlier in _upstream(each, reach - lane.getLength())
    ]


def _last_metres(line, reach):
    """The end of a polyline, about `reach` long."""
    to_go = np.cumsum(np.hypot(*np.diff(line, axis=0).T)[::-1])[::-1]
    first = int(np.searchsorted(-to_go, -reach, side="right"))
    cut = line[max(first - 1, 0) :]
    spare = to_go[max(first - 1, 0)] - reach
    if spare <= 0:
        return cut
    step = cut[1] - cut[0]
    return np.vstack([cut[0] + step * spare / np.hypot(*step), cut[1:]])


def _link(connection):
    tls = connection.getTLSID()
    return (tls, connection.getTLLinkIndex()) if tls else None


def _walk_link(net, crossing):
    for connections in crossing.getIncoming().values():
        for connection in connections:
            if connection.getTLSID():
                return connection.getTLSID(), connection.getTLLinkIndex()
    return None
