"""Deterministic user equilibrium: every way used between two places takes the same, least time.

Wardrop, *Some theoretical aspects of road traffic research*, Proc. ICE 1(3), 1952. Solved by
gradient projection over ways found as they become shortest (Jayakrishnan, Tsai, Prashker &
Rajadhyaksha, *A faster path-based algorithm for traffic assignment*, TRR 1443, 1994), one origin
after the other, each shift shortened to where Beckmann's objective stops falling.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.costs import ArcCosts
from dalgu.services.traffic.dispersion.errors import DestinationUnreachable
from dalgu.services.traffic.dispersion.graph import Graph, Trees, trees_from
from dalgu.services.traffic.dispersion.ways import Ways, trace

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

RELATIVE_GAP = 1e-6
MOST_ROUNDS = 60
SWEEPS = 6
BISECTIONS = 8


@dataclass(frozen=True, slots=True)
class Trips:
    """Demand by pair: arrays of shape (pairs,), sorted by origin; `vph` is above 0."""

    origin: Ints
    destination: Ints
    vph: Array

    @classmethod
    def of(cls, demand_vph: Array, destinations: Ints) -> Self:
        """Return the pairs of a demand of shape (destinations, nodes)."""
        origin, row = np.nonzero(demand_vph.T)
        return cls(origin, destinations[row], demand_vph[row, origin])


@dataclass(frozen=True, slots=True)
class UserEquilibrium:
    """Flows at user equilibrium; `flow_vph` and `cost_s` have shape (arcs,).

    `relative_gap` is 1 less the time on shortest ways over the time spent, `objective` that of
    Beckmann, in s vehicles an hour.
    """

    flow_vph: Array
    cost_s: Array
    relative_gap: float
    objective: float
    rounds: int


def user_equilibrium(
    graph: Graph, costs: ArcCosts, trips: Trips, *, relative_gap: float = RELATIVE_GAP
) -> UserEquilibrium:
    """Return the flows at which nobody gains by another way.

    Raises
    ------
    DestinationUnreachable
        When a pair has no open way.

    """
    search = _Search(graph, costs, trips)
    trees = search.grow()
    gap, rounds = search.gap(trees), 0
    while gap > relative_gap and rounds < MOST_ROUNDS:
        for _ in range(SWEEPS):
            search.sweep()
        trees = search.grow()
        gap, rounds = search.gap(trees), rounds + 1
    objective = float(costs.integral(search.flow).sum())
    return UserEquilibrium(search.flow, search.cost, gap, objective, rounds)


class _Search:
    """Ways found so far, what runs on each, and the flows and times they make."""

    def __init__(self, graph: Graph, costs: ArcCosts, trips: Trips) -> None:
        self.graph, self.costs, self.trips = graph, costs, trips
        self.roots, self.root_of_pair = np.unique(trips.origin, return_inverse=True)
        self.ways: list[Ways] = []
        self.flow = np.zeros(graph.arcs)
        self.cost = costs.time_s(self.flow)

    def grow(self) -> Trees:
        """Add each pair's shortest way at the present times, where it is new."""
        trees = trees_from(self.graph, self.cost, self.roots)
        arrival = trees.cost_s[self.root_of_pair, self.trips.destination]
        lost = np.flatnonzero(~np.isfinite(arrival))
        if len(lost):
            pair = int(lost[0])
            origin, destination = self.trips.origin[pair], self.trips.destination[pair]
            raise DestinationUnreachable(int(origin), int(destination), float(self.trips.vph[pair]))
        fresh = not self.ways
        for root in range(len(self.roots)):
            pairs = np.flatnonzero(self.root_of_pair == root)
            found = trace(self.graph, trees.arc[root], self.trips.destination[pairs])
            if fresh:
                self.ways.append(found.carrying(self.trips.vph[pairs]))
            else:
                self.ways[root] = self.ways[root].with_new(found)
        if fresh:
            self.flow = np.sum([way.flow_of_arcs() for way in self.ways], axis=0)
            self.cost = self.costs.time_s(self.flow)
            return trees_from(self.graph, self.cost, self.roots)
        return trees

    def gap(self, trees: Trees) -> float:
        """Return the relative gap at the present times; `trees` were grown at them."""
        least = trees.cost_s[self.root_of_pair, self.trips.destination]
        used = self.flow > 0
        return 1.0 - float(self.trips.vph @ least) / float(self.flow[used] @ self.cost[used])

    def sweep(self) -> None:
        """Shift flow to shorter ways, one origin after the other."""
        slope = self.costs.slope(self.flow)
        for way in self.ways:
            if len(way.pair) == way.pairs:
                continue
            shift = way.shift(self.cost, slope)
            moved = way.arcs_of(shift)
            length = self._length(moved)
            way.vph += length * shift
            self.flow = np.maximum(self.flow + length * moved, 0.0)
            self.cost = self.costs.time_s(self.flow)
            slope = self.costs.slope(self.flow)

    def _length(self, moved: Array) -> float:
        """Return how much of a shift to make: where the objective stops falling, 1 at most."""
        used = moved != 0

        def falling(length: float) -> bool:
            time = self.costs.time_s(np.maximum(self.flow + length * moved, 0.0))
            return float(time[used] @ moved[used]) <= 0

        if falling(1.0):
            return 1.0
        low, high = 0.0, 1.0
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            low, high = (middle, high) if falling(middle) else (low, middle)
        return low
