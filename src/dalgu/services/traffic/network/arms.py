"""The arms of a node of a network, from the geometry of its links."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dalgu.services.traffic.network.junction import Arm, Path
from dalgu.services.traffic.network.model import Link, Movement
from dalgu.services.traffic.network.parts import Parts
from dalgu.services.traffic.network.staging import Flow

BESIDE_DEG = 25.0
LOOK_M = 25.0  # along a link, to tell where it comes from


def arms_of(parts: Parts, node: str) -> tuple[Arm, ...]:
    """Return the arms of a node, counter-clockwise from east.

    The two directions of a road are one arm when their other ends are the same node, or when they
    lie beside each other as the carriageways of a divided road do.
    """
    there, away = parts.ending_at.get(node, ()), parts.starting_at.get(node, ())
    far_ends = dict.fromkeys([link.start for link in there] + [link.end for link in away])
    arms = []
    for far in far_ends:
        enters = [link for link in there if link.start == far]
        leaves = [link for link in away if link.end == far]
        arms += _paired(parts, enters, leaves)
    return tuple(sorted(_joined(arms), key=lambda arm: arm.bearing))


def flows_of(parts: Parts, arms: Sequence[Arm], movements: Iterable[Movement]) -> list[Flow]:
    """Return movements as paths between arms; those that are not at these arms are left out."""
    enters = {arm.enters: n for n, arm in enumerate(arms) if arm.enters}
    leaves = {arm.leaves: n for n, arm in enumerate(arms) if arm.leaves}
    flows = []
    for one in movements:
        start, end = enters.get(parts.lanes[one.lane].link), leaves.get(one.exit)
        if start is not None and end is not None:
            turns = {other.turn for other in parts.movements_of[one.lane]}
            flows.append(Flow(one.id, one.lane, Path(start, end, one.turn), len(turns) > 1))
    return flows


def bearing_of(parts: Parts, link: Link, *, at_end: bool) -> float:
    """Return the bearing from one end of a link along it, in radians from east, anticlockwise."""
    line = list(link.geometry)
    if len(line) < 2:
        start, end = parts.nodes[link.start], parts.nodes[link.end]
        line = [(start.lon, start.lat), (end.lon, end.lat)]
    if at_end:
        line.reverse()
    scale = _scale(parts, line[0][1])
    x_0, y_0 = line[0]
    x = y = 0.0
    for lon, lat in line[1:]:
        x, y = (lon - x_0) * scale[0], (lat - y_0) * scale[1]
        if math.hypot(x, y) >= LOOK_M:
            break
    return math.atan2(y, x)


def _scale(parts: Parts, lat: float) -> tuple[float, float]:
    """Return metres of a degree, or 1 where the network is in metres."""
    if not parts.network.is_geographic:
        return 1.0, 1.0
    return 111_195.0 * math.cos(math.radians(lat)), 111_195.0


def _joined(arms: Sequence[Arm]) -> list[Arm]:
    """Return arms with one-way ones in and out joined where they lie beside each other."""
    into = [arm for arm in arms if not arm.leaves]
    out = [arm for arm in arms if not arm.enters]
    joined = [arm for arm in arms if arm.enters and arm.leaves]
    apart = sorted(
        (abs(math.remainder(one.bearing - other.bearing, math.tau)), n, m)
        for n, one in enumerate(into)
        for m, other in enumerate(out)
    )
    used_in, used_out = set[int](), set[int]()
    for angle, n, m in apart:
        if math.degrees(angle) <= BESIDE_DEG and n not in used_in and m not in used_out:
            used_in.add(n)
            used_out.add(m)
            joined.append(replace(into[n], leaves=out[m].leaves, lanes_out=out[m].lanes_out))
    joined += [arm for n, arm in enumerate(into) if n not in used_in]
    return joined + [arm for m, arm in enumerate(out) if m not in used_out]


def _paired(parts: Parts, enters: list[Link], leaves: list[Link]) -> list[Arm]:
    """Return arms of links in and out, paired in their order; what is left over is one-way."""
    arms = []
    for n in range(max(len(enters), len(leaves))):
        into = enters[n] if n < len(enters) else None
        out = leaves[n] if n < len(leaves) else None
        arms.append(
            Arm(
                bearing=bearing_of(parts, into, at_end=True)
                if into
                else bearing_of(parts, leaves[n], at_end=False),
                enters=into.id if into else None,
                leaves=out.id if out else None,
                lanes_in=len(parts.lanes_of.get(into.id, ())) if into else 0,
                lanes_out=len(parts.lanes_of.get(out.id, ())) if out else 0,
            )
        )
    return arms
