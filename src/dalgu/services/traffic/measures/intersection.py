"""One intersection as a network tells it: its arms, lanes, movements, crossings and groups."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dalgu.devices.signals.timing import GroupKind
from dalgu.kernel.text import Text
from dalgu.services.traffic.network.model import (
    Crossing,
    Lane,
    Line,
    Link,
    Movement,
    Network,
    Node,
    Signal,
    Turn,
)

_METRES_PER_DEGREE: Final = 111_320.0
_LOOK_OUT_M: Final = 25.0  # a link's direction is where it is so far out
_SAME_ROAD_DEG: Final = 40.0
COMPASS: Final = ("e", "ne", "n", "nw", "w", "sw", "s", "se")


@dataclass(frozen=True, slots=True)
class LaneIn:
    """A lane that ends at the stop line. `number` counts the intersection's lanes from 1."""

    lane: Lane
    number: int
    arm: int
    movements: tuple[Movement, ...]
    is_pocket: bool

    @property
    def groups(self) -> tuple[int, ...]:
        """Signal groups of its movements, without those that are free."""
        return tuple(sorted({one.group for one in self.movements if one.group >= 0}))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Where one can go, each once."""
        return tuple(dict.fromkeys(one.turn for one in self.movements))


@dataclass(frozen=True, slots=True)
class Arm:
    """A road at the intersection; `bearing` counter-clockwise from east, looking outward."""

    bearing: float
    enters: Link | None
    leaves: Link | None
    lanes: tuple[LaneIn, ...]
    lanes_out: int
    crossing: Crossing | None

    @property
    def compass(self) -> str:
        """Where it comes from, one of `COMPASS`."""
        return COMPASS[round(self.bearing / (math.pi / 4)) % 8]


@dataclass(frozen=True, slots=True)
class LaneGroup:
    """Lanes of one arm whose movements belong to the same signal groups."""

    arm: int
    groups: tuple[int, ...]
    lanes: tuple[LaneIn, ...]

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Where its lanes lead."""
        return tuple(dict.fromkeys(turn for lane in self.lanes for turn in lane.turns))


@dataclass(frozen=True, slots=True)
class Intersection:
    """A signal with the roads around it."""

    signal: Signal
    name: Text
    arms: tuple[Arm, ...]
    exits: dict[str, int] = field(default_factory=dict)  # arm by the link that leaves through it

    @property
    def lanes(self) -> tuple[LaneIn, ...]:
        """All lanes that enter, in the order of their numbers."""
        every = (lane for arm in self.arms for lane in arm.lanes)
        return tuple(sorted(every, key=lambda lane: lane.number))

    @property
    def lane_groups(self) -> tuple[LaneGroup, ...]:
        """Lane groups, arm after arm from the kerb."""
        found: dict[tuple[int, tuple[int, ...]], list[LaneIn]] = {}
        for lane in self.lanes:
            found.setdefault((lane.arm, lane.groups), []).append(lane)
        return tuple(LaneGroup(arm, groups, tuple(of)) for (arm, groups), of in found.items())

    def is_walk(self, group: int) -> bool:
        """Return whether a group is for pedestrians."""
        return self.signal.groups[group].kind is GroupKind.PEDESTRIAN


def intersection_of(network: Network, signal: Signal) -> Intersection:
    """Gather what belongs to a signal; links between its own nodes are left out."""
    nodes = {node.id: node for node in network.nodes if node.id in signal.nodes}
    inner = set(nodes)
    enters = [one for one in network.links if one.end in inner and one.start not in inner]
    leaves = [one for one in network.links if one.start in inner and one.end not in inner]
    flat = _Flat.of(network, nodes)
    pairs = _paired(enters, leaves, flat)
    movements: dict[str, list[Movement]] = {}
    for movement in network.movements:
        movements.setdefault(movement.lane, []).append(movement)
    lanes = _lanes_by_link(network, {one.id for one in (*enters, *leaves)})
    crossings = [one for one in network.crossings if one.node in inner]
    arms: list[Arm] = []
    number = 0
    for position, (bearing, enter, leave) in enumerate(pairs):
        of = lanes.get(enter.id, []) if enter else []
        entering = tuple(
            LaneIn(
                lane,
                number + place + 1,
                position,
                tuple(movements.get(lane.id, ())),
                enter is not None and lane.length_m < enter.length_m - 1.0,
            )
            for place, lane in enumerate(of)
        )
        number += len(of)
        out = (
            len([one for one in lanes.get(leave.id, []) if not _is_pocket(one, leave)])
            if leave
            else 0
        )
        out = max(out, leave.lanes) if leave else 0
        arms.append(Arm(bearing, enter, leave, entering, out, _crossing(crossings, enter, leave)))
    exits = {arm.leaves.id: position for position, arm in enumerate(arms) if arm.leaves}
    name = signal.name if signal.name.ko else Text(signal.id, signal.id)
    return Intersection(signal, name, tuple(arms), exits)


@dataclass(frozen=True, slots=True)
class _Flat:
    """The ground around a signal in metres."""

    x: float
    y: float
    per_x: float
    per_y: float

    @classmethod
    def of(cls, network: Network, nodes: dict[str, Node]) -> "_Flat":
        x = sum(one.lon for one in nodes.values()) / max(len(nodes), 1)
        y = sum(one.lat for one in nodes.values()) / max(len(nodes), 1)
        if not network.is_geographic:
            return cls(x, y, 1.0, 1.0)
        return cls(x, y, _METRES_PER_DEGREE * math.cos(math.radians(y)), _METRES_PER_DEGREE)

    def bearing(self, line: Line) -> float:
        """Direction of a line that begins at the intersection, in radians from east."""
        x, y = 1.0, 0.0
        for lon, lat in line:
            x, y = (lon - self.x) * self.per_x, (lat - self.y) * self.per_y
            if math.hypot(x, y) >= _LOOK_OUT_M:
                break
        return math.atan2(y, x) % (2 * math.pi)


def _paired(
    enters: Sequence[Link], leaves: Sequence[Link], flat: _Flat
) -> list[tuple[float, Link | None, Link | None]]:
    """Put links in and out of one road together, and order the roads counter-clockwise."""
    free = list(leaves)
    rows: list[tuple[float, Link | None, Link | None]] = []
    for enter in enters:
        bearing = flat.bearing(enter.geometry[::-1])
        back = min(
            free,
            key=lambda one: (one.end != enter.start, _apart(flat.bearing(one.geometry), bearing)),
            default=None,
        )
        if back is not None and _apart(flat.bearing(back.geometry), bearing) > _SAME_ROAD_DEG:
            back = None
        if back is not None:
            free.remove(back)
        rows.append((bearing, enter, back))
    rows += [(flat.bearing(one.geometry), None, one) for one in free]
    return sorted(rows, key=lambda row: row[0])


def _apart(one: float, other: float) -> float:
    return abs((math.degrees(one - other) + 180.0) % 360.0 - 180.0)


def _lanes_by_link(network: Network, wanted: set[str]) -> dict[str, list[Lane]]:
    found: dict[str, list[Lane]] = {}
    for lane in network.lanes:
        if lane.link in wanted:
            found.setdefault(lane.link, []).append(lane)
    return {link: sorted(lanes, key=lambda lane: lane.index) for link, lanes in found.items()}


def _is_pocket(lane: Lane, link: Link) -> bool:
    return lane.length_m < link.length_m - 1.0


def _crossing(
    crossings: Sequence[Crossing], enter: Link | None, leave: Link | None
) -> Crossing | None:
    links = {one.id for one in (enter, leave) if one is not None}
    return next((one for one in crossings if links & set(one.over)), None)
