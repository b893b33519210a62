"""The plan of the streets: which intersections are joined, and which roads go on straight.

Intersections are joined as road networks tend to be (Gabriel & Sokal 1969): two are neighbours when
no third lies in the circle between them. Arms that would leave at sharp angles are left out, and
nothing has more than four but where the network would fall apart. Where an arm is lacking, a side
street or, at the rim, a country road joins the city's traffic.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.simulation.placing import METRES_PER_DEGREE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_ARMS = 4
SHARPEST_DEG = 48.0
SIDE_STREET_M = 320.0  # from its crossing to where its traffic begins
COUNTRY_ROAD_M = 700.0
RIM_GAP_DEG = 170.0  # a wider gap between two arms looks out of the city
SIDE_GAP_DEG = 105.0
T_SHARE = 0.5  # of the three-armed ones stay so
GOES_ON_DEG = 50.0  # a road goes on where it bends less


@dataclass(frozen=True)
class Plan:
    """Nodes and roads. The first `signals` nodes are signalised; the others end a road.

    `road` is shape (E, 2), nodes at both ends, the smaller first. `stroke` is shape (E,), which
    road each is a part of: parts that go on straight share a number.
    """

    signals: int
    place: Floats  # (n, 2) metres
    origin: Floats  # (2,) lon, lat of the zero
    road: Ints
    is_rim: NDArray[np.bool_]  # (n,) ends a country road
    stroke: Ints

    @property
    def length_m(self) -> Floats:
        """Length of each road as it is driven: 8 % more than the bee line (assumption)."""
        line = self.place[self.road[:, 0]] - self.place[self.road[:, 1]]
        length: Floats = np.round(1.08 * np.hypot(line[:, 0], line[:, 1]), 1)
        return length

    def degrees(self) -> Floats:
        """Return (lon, lat) of the nodes, shape (n, 2)."""
        degrees: Floats = np.round(self.place / _scale(self.origin[1]) + self.origin, 6)
        return degrees

    def arms(self, node: int) -> list[tuple[float, int]]:
        """Return bearing (radians, counter-clockwise from east) and road of a node's arms."""
        roads = np.flatnonzero((self.road == node).any(axis=1)).tolist()
        return sorted((_bearing(self.place, node, self.other(road, node)), road) for road in roads)

    def other(self, road: int, node: int) -> int:
        """Return the far end of a road."""
        one, two = self.road[road].tolist()
        return int(two if one == node else one)


def plan_streets(place: Floats, chance: np.random.Generator) -> Plan:
    """Join intersections by roads.

    Parameters
    ----------
    place
        Shape (n, 2), (lon, lat) of the intersections.
    chance
        Decides which three-armed intersections have no side street.

    """
    origin = place.mean(axis=0)
    metres = (place - origin) * _scale(origin[1])
    road = _thinned(metres, _gabriel(metres))
    whole, road, is_rim = _with_ends(metres, road, chance)
    order = np.lexsort((road[:, 1], road[:, 0]))
    return Plan(len(place), whole, origin, road[order], is_rim, _strokes(whole, road[order]))


def _scale(lat: float) -> Floats:
    scale: Floats = np.array([np.cos(np.radians(lat)), 1.0]) * METRES_PER_DEGREE
    return scale


def _bearing(place: Floats, start: int, end: int) -> float:
    line = place[end] - place[start]
    return float(np.arctan2(line[1], line[0]))


def _gabriel(place: Floats) -> Ints:
    """Return pairs of Gabriel neighbours, the shortest first."""
    from scipy.spatial import Delaunay, cKDTree  # type: ignore[import-untyped]  # ships no types

    corners = Delaunay(place).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(sides), axis=0)
    line = place[pairs[:, 0]] - place[pairs[:, 1]]
    length = np.hypot(line[:, 0], line[:, 1])
    nearest, _ = cKDTree(place).query(place[pairs].mean(axis=1))
    is_neighbour = nearest >= length / 2 - 1e-6
    order = np.argsort(length[is_neighbour], kind="stable")
    found: Ints = pairs[is_neighbour][order].astype(np.int64)
    return found


def _thinned(place: Floats, pairs: Ints) -> Ints:
    """Keep what holds the network together, then what fits: at most four arms, no sharp angle."""
    tree = _spanning(pairs, len(place))
    bearings: list[list[float]] = [[] for _ in place]
    kept = []
    for is_tree in (True, False):
        for n in np.flatnonzero(tree == is_tree).tolist():
            one, two = pairs[n].tolist()
            there, back = _bearing(place, one, two), _bearing(place, two, one)
            if is_tree or (_fits(bearings[one], there) and _fits(bearings[two], back)):
                bearings[one].append(there)
                bearings[two].append(back)
                kept.append((one, two))
    return np.array(kept, dtype=np.int64)


def _fits(bearings: list[float], bearing: float) -> bool:
    apart = [abs(np.angle(np.exp(1j * (bearing - other)))) for other in bearings]
    return len(bearings) < MOST_ARMS and min(apart, default=np.pi) >= np.radians(SHARPEST_DEG)


def _spanning(pairs: Ints, nodes: int) -> NDArray[np.bool_]:
    """Return which pairs, the shortest first, join what was apart (Kruskal 1956)."""
    leader = np.arange(nodes)
    joins = np.zeros(len(pairs), bool)
    for n, (one, two) in enumerate(pairs.tolist()):
        if leader[one] != leader[two]:
            leader[leader == leader[two]] = leader[one]
            joins[n] = True
    return joins


def _with_ends(
    place: Floats, road: Ints, chance: np.random.Generator
) -> tuple[Floats, Ints, NDArray[np.bool_]]:
    """Add side streets and country roads where arms are lacking."""
    ends: list[tuple[float, float]] = []
    roads, rim = [], []
    bearings: list[list[float]] = [[] for _ in place]
    for one, two in road.tolist():
        bearings[one].append(_bearing(place, one, two))
        bearings[two].append(_bearing(place, two, one))
    for node, own in enumerate(bearings):
        for _ in range(MOST_ARMS):
            gap, middle = _widest_gap(own)
            stays_t = len(own) == 3 and gap < RIM_GAP_DEG and chance.random() < T_SHARE
            if len(own) >= MOST_ARMS or stays_t or (len(own) >= 3 and gap < SIDE_GAP_DEG):
                break
            is_rim = gap >= RIM_GAP_DEG
            reach = COUNTRY_ROAD_M if is_rim else SIDE_STREET_M
            own.append(middle)
            roads.append((node, len(place) + len(ends)))
            ends.append(tuple(place[node] + reach * np.array([np.cos(middle), np.sin(middle)])))
            rim.append(is_rim)
    whole = np.concatenate([place, np.array(ends).reshape(-1, 2)])
    added = np.array(roads, dtype=np.int64).reshape(-1, 2)
    return whole, np.concatenate([road, added]), np.r_[np.zeros(len(place), bool), rim]


def _widest_gap(bearings: list[float]) -> tuple[float, float]:
    """Return the widest angle between arms in degrees, and the bearing of its middle."""
    if len(bearings) == 1:
        return 360.0, bearings[0] + np.pi
    ring = np.sort(np.mod(bearings, 2 * np.pi))
    gaps = np.diff(np.r_[ring, ring[0] + 2 * np.pi])
    widest = int(np.argmax(gaps))
    return float(np.degrees(gaps[widest])), float(ring[widest] + gaps[widest] / 2)


def _strokes(place: Floats, road: Ints) -> Ints:
    """Return which roads go on straight, as one number for each road that they make up."""
    leader = np.arange(len(road))
    for node in range(len(place)):
        for one, two in _straight_pairs(place, road, node):
            leader[leader == leader[two]] = leader[one]
    numbers: Ints = np.unique(leader, return_inverse=True)[1].astype(np.int64)
    return numbers


def _straight_pairs(place: Floats, road: Ints, node: int) -> list[tuple[int, int]]:
    at = np.flatnonzero((road == node).any(axis=1)).tolist()
    far = [int(road[n, 0] if road[n, 1] == node else road[n, 1]) for n in at]
    bearing = [_bearing(place, node, end) for end in far]
    bent = sorted(
        (180.0 - np.degrees(abs(np.angle(np.exp(1j * (bearing[i] - bearing[j]))))), at[i], at[j])
        for i in range(len(at))
        for j in range(i)
    )
    used: set[int] = set()
    pairs = []
    for degrees, one, two in bent:
        if degrees <= GOES_ON_DEG and not {one, two} & used:
            pairs.append((one, two))
            used |= {one, two}
    return pairs
