"""The pipes of a metered district: junctions amid its meters, mains along the shortest ways.

No register of Gachang's pipes is public. What stands here is plausible, not true: places follow
the synthetic meters, all else is an assumption that says so.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dalgu.simulation.chance import stream
from dalgu.simulation.placing import METRES_PER_DEGREE

Floats = NDArray[np.float64]
Places = NDArray[np.float64]
Numbers = NDArray[np.int64]

TAPS_PER_JUNCTION = 8  # assumption: a hamlet's lane; some 95 junctions in each district
LLOYD_ROUNDS = 12
DETOUR = 1.15  # a main follows the road, not the beeline (assumption)
LOOPS_SHARE = 0.10  # loops for each junction; villages along a valley are mostly trees (assumption)
LOOP_DETOUR = 4.0  # a loop is laid where the way along the tree is so many times longer
TAP_L_PER_DAY = 240.0  # what the model's author gives each tap; the taps themselves draw otherwise
PEAK = 2.4  # highest hour of the mean day, and a leak besides (assumption)
# Mains are as wide as the peak needs, so that it costs so much head to the far end (assumption).
DIAMETERS_MM = (50.0, 80.0, 100.0, 150.0)
LOSS_TO_FAR_END_M = 36.0
MOST_LOSS_M_PER_KM = 10.0
LOOPS_RELIEF = 0.55  # part of that which is left once loops carry too (found by solving)
FLOW_EXPONENT = 1.852
ROUGHNESS = (
    120.0  # Hazen-Williams C of lined iron and PE in use (EPANET 2.2 User Manual, table 3.2)
)
LEAST_PRESSURE_M = 24.0  # worst place and hour, before any leak; Korea asks 15.3 (KDS 57 55 00)
INLET_PIPE_M = 60.0
# Ground: rises from the plain of Suseong up the valley, and rolls (assumption).
PLAIN_M = 62.0
PLAIN_LAT = 35.806  # where the myeon begins
RISE_M_PER_KM = 10.0  # towards the south
VALLEY_RISE_M = 14.0  # from a district's inlet to its far end
ROLLING_M = 4.0
LOGGERS = 4  # pressure loggers of a district


@dataclass(frozen=True)
class DistrictNetwork:
    """The pipes of one district, from the reservoir that stands for what feeds its inlet.

    Nodes are junctions; `tap` names the junction of each of its `meters`. Pipe 0 leads from the
    reservoir to junction `inlet`; `start` is -1 there.
    """

    number: int
    meters: Numbers  # positions among the city's meters
    tap: Numbers  # shape (meters,), junctions
    place: Places  # shape (junctions, 2), lon and lat
    elevation_m: Floats
    start: Numbers
    end: Numbers
    length_m: Floats
    diameter_mm: Floats
    inlet: int
    supply_head_m: float
    mean_pressure_m: float
    loggers: Numbers  # junctions with a pressure logger

    @property
    def name(self) -> str:
        """Name of the network and of its file."""
        return f"gachang-{self.number + 1}"

    @property
    def junctions(self) -> int:
        """How many junctions there are."""
        return len(self.place)

    @cached_property
    def taps(self) -> Numbers:
        """Taps of each junction."""
        return np.bincount(self.tap, minlength=self.junctions)

    @cached_property
    def leak_share(self) -> Floats:
        """Share of the background leakage at each junction: half the length of its pipes."""
        metres = np.zeros(self.junctions)
        np.add.at(metres, self.end, self.length_m / 2)
        np.add.at(metres, np.maximum(self.start, self.inlet * (self.start < 0)), self.length_m / 2)
        share: Floats = metres / metres.sum()
        return share

    @cached_property
    def mains_m(self) -> float:
        """Length of all mains."""
        return float(self.length_m.sum())


def junction_name(junction: int) -> str:
    """Return the name of a junction in the network file.

    >>> junction_name(0)
    'J001'
    """
    return f"J{junction + 1:03d}"


def plan_network(number: int, meters: Numbers, place: Places, seed: int) -> DistrictNetwork:
    """Lay the pipes of one district.

    Parameters
    ----------
    number
        Of the district, from the south on.
    meters
        Shape (n,), positions of its meters among the city's.
    place
        Shape (n, 2), their (lon, lat).
    seed
        Of the city.
    """
    chance = stream(seed, "plan.network", number)
    metres = _to_metres(place)
    junction_m, tap = _clusters(chance, metres)
    inlet = int(np.argmax(junction_m[:, 1]))  # water comes from the city in the north
    apart = _apart(junction_m)
    parent, along_m = _tree(apart, inlet)
    order = np.argsort(along_m[inlet], kind="stable")
    load = _downstream(np.bincount(tap, minlength=len(junction_m)), parent, order)
    loops = _loops(apart, along_m, parent)
    child = order[1:]
    start = np.concatenate([[-1], parent[child], loops[:, 0]])
    end = np.concatenate([[inlet], child, loops[:, 1]])
    length_m = np.concatenate(
        [[INLET_PIPE_M], apart[parent[child], child], apart[loops[:, 0], loops[:, 1]]]
    )
    taps = np.concatenate([[len(meters)], load[child], np.minimum(*load[loops].T)])
    far_km = float(along_m[inlet].max()) / 1000
    diameter_mm = _diameters(taps, min(LOSS_TO_FAR_END_M / far_km, MOST_LOSS_M_PER_KM))
    degrees = _to_degrees(junction_m, place)
    south_m = (PLAIN_LAT - degrees[inlet, 1]) * METRES_PER_DEGREE
    elevation_m = _ground(chance, south_m, junction_m, along_m[inlet])
    tree = slice(0, len(order))
    lost_m = hazen_williams_m(_flow_m3h(taps), length_m, diameter_mm)[tree] * LOOPS_RELIEF
    usual_m = _along(lost_m, parent, order)
    supply_m = np.max(elevation_m + usual_m * PEAK**FLOW_EXPONENT) + LEAST_PRESSURE_M
    pressure_m = supply_m - elevation_m - usual_m
    return DistrictNetwork(
        number=number,
        meters=meters,
        tap=tap,
        place=degrees,
        elevation_m=np.round(elevation_m, 2),
        start=start.astype(np.int64),
        end=end.astype(np.int64),
        length_m=np.round(length_m, 1),
        diameter_mm=diameter_mm,
        inlet=inlet,
        supply_head_m=round(float(supply_m), 1),
        mean_pressure_m=round(float(np.mean(pressure_m)), 1),
        loggers=_spread(along_m, inlet),
    )


def hazen_williams_m(flow_m3h: Floats, length_m: Floats, diameter_mm: Floats) -> Floats:
    """Return the head lost in pipes (EPANET 2.2 User Manual, table 3.1, in SI units).

    >>> round(float(hazen_williams_m(36.0, 1000.0, 100.0)), 1)
    22.1
    """
    loss: Floats = (
        10.667
        * np.power(ROUGHNESS, -FLOW_EXPONENT)
        * np.power(diameter_mm / 1000, -4.871)
        * length_m
        * np.power(np.asarray(flow_m3h) / 3600, FLOW_EXPONENT)
    )
    return loss


def _to_metres(place: Places) -> Floats:
    scale = np.array([np.cos(np.radians(place[:, 1].mean())), 1.0]) * METRES_PER_DEGREE
    metres: Floats = (place - place.mean(axis=0)) * scale
    return metres


def _to_degrees(metres: Floats, origin: Places) -> Places:
    scale = np.array([np.cos(np.radians(origin[:, 1].mean())), 1.0]) * METRES_PER_DEGREE
    degrees: Places = np.round(metres / scale + origin.mean(axis=0), 6)
    return degrees


def _clusters(chance: np.random.Generator, place_m: Floats) -> tuple[Floats, Numbers]:
    """Return junctions and the junction of each tap (Lloyd 1982), none empty."""
    count = max(len(place_m) // TAPS_PER_JUNCTION, 1)
    centre = place_m[np.sort(chance.choice(len(place_m), size=count, replace=False))]
    near = _nearest(place_m, centre)
    for _ in range(LLOYD_ROUNDS):
        held = np.bincount(near, minlength=len(centre))
        total = np.zeros_like(centre)
        np.add.at(total, near, place_m)
        centre = total[held > 0] / held[held > 0, None]
        near = _nearest(place_m, centre)
    used = np.unique(near)
    return centre[used], np.searchsorted(used, near)


def _nearest(place_m: Floats, centre: Floats) -> Numbers:
    apart = np.hypot(*(place_m[:, None] - centre[None]).transpose(2, 0, 1))
    nearest: Numbers = np.argmin(apart, axis=1)
    return nearest


def _apart(place_m: Floats) -> Floats:
    metres = np.hypot(*(place_m[:, None] - place_m[None]).transpose(2, 0, 1))
    apart: Floats = np.maximum(DETOUR * metres, 1.0)  # no pipe is shorter
    return apart


def _tree(apart: Floats, root: int) -> tuple[Numbers, Floats]:
    """Return each node's parent on the shortest spanning tree (Prim 1957), and ways along it."""
    size = len(apart)
    parent = np.full(size, root)
    along = np.zeros((size, size))
    cost = apart[root].copy()
    cost[root] = np.inf
    reached = [root]
    while len(reached) < size:
        node = int(np.argmin(cost))
        along[node, reached] = along[reached, node] = along[parent[node], reached] + cost[node]
        reached.append(node)
        closer = apart[node] < cost
        closer[reached] = False
        parent[closer] = node
        cost[closer] = apart[node, closer]
        cost[node] = np.inf
    parent[root] = -1
    return parent, along


def _downstream(taps: Numbers, parent: Numbers, order: Numbers) -> Numbers:
    """Return the taps at and behind each node."""
    load = taps.copy()
    for node in order[:0:-1].tolist():
        load[parent[node]] += load[node]
    return load


def _loops(apart: Floats, along: Floats, parent: Numbers) -> Numbers:
    """Return pairs of nodes that a short pipe joins and the tree only by a long way."""
    size = len(apart)
    one, other = np.triu_indices(size, 1)
    is_tree = (parent[one] == other) | (parent[other] == one)
    worth = ~is_tree & (along[one, other] > LOOP_DETOUR * apart[one, other])
    pairs = np.column_stack([one, other])[worth]
    wanted = round(LOOPS_SHARE * size)
    shortest: Numbers = pairs[np.argsort(apart[one, other][worth], kind="stable")[:wanted]]
    return shortest


def _diameters(taps: Numbers, most_m_per_km: float) -> Floats:
    sizes = np.array(DIAMETERS_MM)
    loss = hazen_williams_m(PEAK * _flow_m3h(taps)[:, None], np.array(1000.0), sizes)
    fits = loss <= most_m_per_km
    fits[:, -1] = True
    diameters: Floats = sizes[np.argmax(fits, axis=1)]
    return diameters


def _flow_m3h(taps: Numbers) -> Floats:
    flow: Floats = taps * TAP_L_PER_DAY / 24_000
    return flow


def _along(lost_m: Floats, parent: Numbers, order: Numbers) -> Floats:
    """Return the head lost from the source to each node; `lost_m` is in the order of `order`."""
    total = np.zeros(len(parent))
    for node, lost in zip(order.tolist(), lost_m.tolist(), strict=True):
        total[node] = lost + (total[parent[node]] if parent[node] >= 0 else 0.0)
    return total


def _ground(chance: np.random.Generator, south_m: float, place_m: Floats, way_m: Floats) -> Floats:
    base = PLAIN_M + RISE_M_PER_KM * south_m / 1000
    rise = VALLEY_RISE_M * way_m / max(float(way_m.max()), 1.0)
    wave = 2 * np.pi / chance.uniform(1_500, 3_000, size=(2, 2))
    phase = chance.uniform(0, 2 * np.pi, size=2)
    rolling = np.sin(place_m @ wave + phase).sum(axis=1) * ROLLING_M / 2
    ground: Floats = base + rise + rolling
    return ground


def _spread(along: Floats, inlet: int) -> Numbers:
    """Return junctions far from the inlet and from each other, farthest first (Gonzalez 1985)."""
    chosen = [inlet]
    for _ in range(min(LOGGERS, len(along) - 1)):
        chosen.append(int(np.argmax(along[chosen].min(axis=0))))
    return np.array(chosen[1:], dtype=np.int64)
