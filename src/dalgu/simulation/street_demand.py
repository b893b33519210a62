"""Who drives where: gravity between the ends of the streets, assigned to the fastest routes.

Trips begin and end at the ends of side streets and country roads. What a side street sends is the
residents of its dong, shared among the dong's; what it draws is residents too, and the spaces of
the public car parks near it, which stand where people work and shop. Country roads carry what the
surroundings send, an assumption. Trip lengths fall off exponentially. In the morning residents are
the senders, in the evening the receivers, and between both directions are alike.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dalgu.simulation.city import CityPlan
from dalgu.simulation.street_graph import Plan
from dalgu.simulation.traffic import MEAN_DAILY_VEHICLES, WORKDAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEAN_TRIP_M = 5_000.0  # decay of the gravity model (assumption; survey means are 6 to 9 km by car)
RIM_WEIGHT = 2.0  # a country road sends and draws as much as so many side streets (assumption)
WORK_WEIGHT = 0.5  # of what draws: car-park spaces; the rest is residents
ROUNDS = 8  # of successive averages
LEAST_TURN = 0.5  # veh/h; nobody's turn is never made
TURN_S = {"left": 30.0, "through": 12.0, "right": 15.0}  # mean delays at signals, by turn
BPR = (0.15, 4.0)  # Bureau of Public Roads, 1964
# Share of the morning's pattern in each hour; the rest is the evening's, which is its reverse.
MORNING = np.array([0.4, 0.4, 0.5, 0.6, 0.8, 1.0, 1.0, 1.0, 0.95, 0.75, 0.6, 0.5, 0.5, 0.5, 0.5,
                    0.45, 0.35, 0.15, 0.05, 0.1, 0.2, 0.3, 0.35, 0.4])  # fmt: skip


@dataclass(frozen=True)
class Ways:
    """The streets as directed links and the turns between them.

    Link 2 r goes along road r from its smaller node, link 2 r + 1 back.
    """

    start: Ints  # (K,) node
    end: Ints  # (K,)
    free_s: Floats  # (K,)
    capacity_veh_h: Floats  # (K,)
    turn_from: Ints  # (T,) link
    turn_to: Ints  # (T,)
    turn_s: Floats  # (T,)


@dataclass(frozen=True)
class Flows:
    """What a pattern of trips makes of links and turns, vehicles an hour."""

    link: Floats  # (K,)
    turn: Floats  # (T,)
    entry: Floats  # (Z,) at each end of a street, in the order of `ends`


@dataclass(frozen=True)
class Demand:
    """Flows of the morning's and the evening's pattern, both at the volume of the busiest hour.

    Drivers of the simulation choose their turns by shares that stay the same all day, so the flow
    of an hour is what its entries become by those shares: `turn` and `link`.
    """

    ways: Ways
    ends: Ints  # (Z,) nodes
    morning: Flows
    evening: Flows

    @cached_property
    def share(self) -> Floats:
        """Return the share of each turn of its link's vehicles, (T,): of the day's patterns."""
        turn = self.morning.turn + self.evening.turn + LEAST_TURN
        total = np.bincount(self.ways.turn_from, turn, len(self.ways.start))
        share: Floats = turn / total[self.ways.turn_from]
        return share

    def turn(self, hour: int) -> Floats:
        """Return the flow of each turn in an hour of a working day, veh/h."""
        turn: Floats = self.link(hour)[self.ways.turn_from] * self.share
        return turn

    def link(self, hour: int) -> Floats:
        """Return the flow of each link in an hour of a working day, veh/h."""
        from scipy.sparse import csc_matrix, identity  # type: ignore[import-untyped]
        from scipy.sparse.linalg import spsolve  # type: ignore[import-untyped]

        size = len(self.ways.start)
        onward = csc_matrix((self.share, (self.ways.turn_to, self.ways.turn_from)), (size, size))
        enters = np.zeros(size)
        enters[_links_at(self.ways.start, self.ends)] = self.entry(hour)
        flow: Floats = spsolve(identity(size, format="csc") - onward, enters)
        return flow

    def entry(self, hour: int) -> Floats:
        """Return what enters at each end in an hour of a working day, veh/h."""
        return self._mixed(self.morning.entry, self.evening.entry, hour)

    def _mixed(self, morning: Floats, evening: Floats, hour: int) -> Floats:
        volume = WORKDAY[hour] / WORKDAY.max()
        mixed: Floats = volume * (MORNING[hour] * morning + (1 - MORNING[hour]) * evening)
        return mixed


def plan_demand(streets: Plan, city: CityPlan, ways: Ways) -> Demand:
    """Assign the trips of morning and evening; the mean intersection carries its daily volume."""
    ends = np.arange(streets.signals, len(streets.place))
    sends, draws = _weights(streets, city, ends)
    between = _between_m(streets, ends)
    trips = sends[:, None] * draws[None, :] * np.exp(-between / MEAN_TRIP_M) * (between > 0)
    peak = MEAN_DAILY_VEHICLES * WORKDAY.max() / 100
    trips *= peak * streets.signals / (trips * _crossings(ways, streets, ends)).sum()
    morning, evening = (_assign(ways, ends, pattern) for pattern in (trips, trips.T))
    passed = morning.turn[ways.end[ways.turn_from] < streets.signals].sum() / streets.signals
    scale = peak / float(passed)  # detours pass more crossings than the first guess
    return Demand(ways, ends, _scaled(morning, scale), _scaled(evening, scale))


def _weights(streets: Plan, city: CityPlan, ends: Ints) -> tuple[Floats, Floats]:
    """Return what each end sends and draws in the morning."""
    places, dongs = streets.degrees(), city.city.dongs
    centre = np.array([dong.centre for dong in dongs])
    residents = np.array([dong.residents for dong in dongs], float)
    home = _nearest(places[ends], centre)
    is_rim = streets.is_rim[ends]
    at_home = np.bincount(home[~is_rim], minlength=len(dongs))
    # A dong without a side street sends from the nearest one.
    sends = np.zeros(len(ends))
    for dong in range(len(dongs)):
        own = np.flatnonzero((home == dong) & ~is_rim)
        if at_home[dong] == 0:
            own = np.flatnonzero(~is_rim)[[_nearest(centre[[dong]], places[ends[~is_rim]])[0]]]
        sends[own] += residents[dong] / len(own)
    work = np.zeros(len(ends))
    for park in city.city.car_parks:
        if park.position is not None:
            work[_nearest(np.array([park.position]), places[ends])[0]] += park.spaces
    draws = (1 - WORK_WEIGHT) * sends / sends.sum() + WORK_WEIGHT * work / work.sum()
    sends = np.where(is_rim, RIM_WEIGHT * np.median(sends[~is_rim]), sends)
    draws = np.where(is_rim, RIM_WEIGHT * np.median(draws[~is_rim]), draws)
    # What one street can carry is bounded; the root takes the edge off (assumption).
    return np.sqrt(sends), np.sqrt(draws)


def _nearest(places: Floats, among: Floats) -> Ints:
    apart = ((places[:, None] - among[None]) ** 2).sum(axis=2)
    nearest: Ints = apart.argmin(axis=1)
    return nearest


def _between_m(streets: Plan, ends: Ints) -> Floats:
    place = streets.place[ends]
    between: Floats = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    return between


def _crossings(ways: Ways, streets: Plan, ends: Ints) -> Floats:
    """Guess how many signals a trip passes: one every 800 m of the bee line."""
    guess: Floats = 1 + 1.2 * _between_m(streets, ends) / 800.0
    return guess


def _scaled(flows: Flows, scale: float) -> Flows:
    return Flows(flows.link * scale, flows.turn * scale, flows.entry * scale)


def _assign(ways: Ways, ends: Ints, trips: Floats) -> Flows:
    """Spread trips over routes by successive averages (Sheffi 1985, 5.2)."""
    enters = _links_at(ways.start, ends)
    leaves = _links_at(ways.end, ends)
    turn = np.zeros(len(ways.turn_from))
    entry = trips.sum(axis=1)
    link: Floats = np.zeros(len(ways.start))
    for n in range(ROUNDS):
        cost = ways.free_s * (1 + BPR[0] * (link / ways.capacity_veh_h) ** BPR[1])
        target = _loaded(ways, (enters, leaves), trips, cost)
        turn += (target - turn) / (n + 1)
        link = np.bincount(ways.turn_to, turn, len(link)).astype(np.float64)
        link[enters] += entry
    return Flows(link, turn, entry)


def _links_at(nodes: Ints, ends: Ints) -> Ints:
    order = np.argsort(nodes, kind="stable")
    found: Ints = order[np.searchsorted(nodes[order], ends)]
    return found


def _loaded(ways: Ways, gates: tuple[Ints, Ints], trips: Floats, cost: Floats) -> Floats:
    """Return the flow of each turn when everybody takes the fastest route.

    Routes run over links as nodes and turns as edges, so that turns cost and count.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra  # type: ignore[import-untyped]

    enters, leaves = gates
    size = len(ways.start)
    weight = cost[ways.turn_to] + ways.turn_s
    graph = csr_matrix((weight, (ways.turn_from, ways.turn_to)), (size, size))
    _, before = dijkstra(graph, indices=enters, return_predecessors=True)
    number = np.zeros((size, size), np.int32)
    number[ways.turn_from, ways.turn_to] = np.arange(len(weight))
    turn = np.zeros(len(weight))
    rows = np.arange(len(enters))[:, None]
    here = np.broadcast_to(leaves, trips.shape).copy()
    amount = trips.copy()
    # Walk all routes back at once, one link a round; routes end where nothing comes before.
    while (amount > 0).any():
        back = before[rows, here]
        alive = (back >= 0) & (amount > 0)
        amount = np.where(alive, amount, 0.0)
        np.add.at(turn, number[back[alive], here[alive]], amount[alive])
        here = np.where(alive, back, here)
    return turn
