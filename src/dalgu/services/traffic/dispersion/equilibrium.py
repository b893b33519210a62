"""Logit stochastic user equilibrium: flows that reproduce themselves through the times they make.

Fisk, *Some developments in equilibrium traffic assignment*, Transportation Research B 14, 1980
(the convex programme); Sheffi & Powell, *An algorithm for the equilibrium assignment problem
with random link times*, Networks 12, 1982 (the merit function). Solved here by Newton steps:
the derivative of the loading is swept over the bushes like the loading itself, and each step is
found by conjugate gradients, as its matrix is symmetric and positive definite.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.bushes import Bushes, efficient_bushes
from dalgu.services.traffic.dispersion.costs import ArcCosts
from dalgu.services.traffic.dispersion.graph import LEAST_COST_S, Graph, distances_to
from dalgu.services.traffic.dispersion.loading import (
    Choice,
    Loading,
    change_of_flow,
    choose,
    load,
    require_ways,
)

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

RELATIVE_GAP = 1e-6
MOST_STEPS = 100
MOST_GRADIENTS = 60
MOST_HALVINGS = 12
SUFFICIENT_DECREASE = 1e-4  # Armijo
ROUNDS = 8
OUTSIDE = 1e-3  # of the least travel time: ways so much shorter are not worth new bushes
ROUNDING = 1e-12  # of the merit: below it two merits cannot be told apart
ENOUGH = 0.01  # how far a Newton step is solved, of its right-hand side


@dataclass(frozen=True, slots=True)
class Demand:
    """Who travels where: `vph` has shape (destinations, nodes), `background_vph` (arcs,).

    `background_vph` is traffic that does not choose: it only fills the arcs.
    """

    destinations: Ints
    vph: Array
    background_vph: Array


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """A stochastic user equilibrium.

    `flow_vph` (with the background) and `cost_s` have shape (arcs,). `relative_gap` is how much
    lower Fisk's objective could still lie, bounded by its linear minorant, over the total travel
    time; without error of perception it is the usual relative gap of user equilibrium.
    `residual` is how far one loading at the flows' own times lies from them, over their sum.
    `outside` is by how much the shortest ways of all would be shorter than those in the bushes.
    """

    bushes: Bushes
    choice: Choice
    loading: Loading
    flow_vph: Array
    cost_s: Array
    relative_gap: float
    residual: float
    objective: float
    outside: float
    steps: int

    @property
    def total_travel_time_s(self) -> float:
        """Time spent by all, vehicle seconds per hour."""
        used = self.flow_vph > 0
        return float(self.flow_vph[used] @ self.cost_s[used])


@dataclass(frozen=True, slots=True)
class Settings:
    """How drivers perceive times (`scale_s`) and how far the equilibrium is brought.

    `rounds` is how often the bushes may be drawn again by the times found.
    """

    scale_s: float
    relative_gap: float = RELATIVE_GAP
    most_steps: int = MOST_STEPS
    rounds: int = ROUNDS


@dataclass(frozen=True, slots=True)
class _Point:
    """The state of the search at arc flows `flow_vph` (background left out)."""

    flow_vph: Array
    cost_s: Array
    choice: Choice
    loading: Loading
    merit: float


def stochastic_equilibrium(
    graph: Graph, costs: ArcCosts, demand: Demand, settings: Settings
) -> Equilibrium:
    """Return the logit equilibrium on the ways that bring drivers nearer to where they go.

    Near is judged by the times without traffic. Where congestion makes other ways shorter, bushes
    are drawn again by means of these times and those found: few streets' order then changes, and
    of all the equilibria the one that leaves least outside is taken.

    Raises
    ------
    DestinationUnreachable
        When demand has no open way.

    """
    reference = costs.time_s(np.zeros(graph.arcs))
    problem = _Problem(graph, costs, demand, settings)
    best = found = problem.on_bushes(reference, None)
    for drawn in range(1, settings.rounds):
        if best.outside <= OUTSIDE:
            break
        reference = _averaged(reference, found.cost_s, 1 / (drawn + 1))
        found = problem.on_bushes(reference, found.loading.flow_vph)
        best = min(best, found, key=lambda one: one.outside)
    return best


def _averaged(reference_s: Array, found_s: Array, weight: float) -> Array:
    """Return the weighted geometric mean of two sets of times.

    Drawn by the newest times alone, bushes swing between two sets of ways; in an arithmetic mean
    one arc that an odd bush had overloaded tenfold would rule.
    """
    reference, found = np.maximum(reference_s, LEAST_COST_S), np.maximum(found_s, LEAST_COST_S)
    return np.asarray(reference ** (1 - weight) * found**weight)


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is brought to equilibrium."""

    graph: Graph
    costs: ArcCosts
    demand: Demand
    settings: Settings

    def on_bushes(self, reference_s: Array, start_vph: Array | None) -> Equilibrium:
        """Return the equilibrium on the bushes that the reference times draw."""
        demand = self.demand
        bushes = efficient_bushes(self.graph, reference_s, demand.destinations, demand.vph > 0)
        require_ways(bushes, demand.vph)
        found = settle(bushes, self.costs, demand, self.settings, start_vph)
        least = distances_to(self.graph, found.cost_s, demand.destinations)
        inside = _least_inside(bushes, found.cost_s)
        travelled = demand.vph > 0
        shortest = float(demand.vph[travelled] @ least[travelled])
        excess = float(demand.vph[travelled] @ (inside[travelled] - least[travelled]))
        return replace(found, outside=max(0.0, excess / shortest) if shortest > 0 else 0.0)


def _least_inside(bushes: Bushes, cost_s: Array) -> Array:
    """Return the least cost to each destination inside its bush, shape (destinations, nodes)."""
    least = np.full(bushes.states, np.inf)
    least[np.arange(len(bushes.destinations)) * bushes.nodes + bushes.destinations] = 0.0
    time = cost_s[bushes.arc]
    for level in bushes.upward:
        ahead = time[level.rows] + least[bushes.head[level.rows]]
        least[level.states] = np.minimum.reduceat(ahead, level.starts)
    return least.reshape(len(bushes.destinations), bushes.nodes)


def settle(
    bushes: Bushes,
    costs: ArcCosts,
    demand: Demand,
    settings: Settings,
    start_vph: Array | None = None,
) -> Equilibrium:
    """Return the logit equilibrium on given bushes; `outside` is left at 0.

    `start_vph`, shape (arcs,), is where the search begins, without the background.
    """
    search = _Search(bushes, costs, demand, settings.scale_s)
    if start_vph is None:
        start_vph = search.at(np.zeros(bushes.arcs)).loading.flow_vph
    point, steps = search.at(start_vph), 0
    answer = search.at(point.loading.flow_vph)
    while search.gap(point, answer) > settings.relative_gap and steps < settings.most_steps:
        point = search.step(point)
        answer = search.at(point.loading.flow_vph)
        steps += 1
    return search.equilibrium(point, answer, steps)


@dataclass(frozen=True, slots=True)
class _Search:
    """The equations of one equilibrium."""

    bushes: Bushes
    costs: ArcCosts
    demand: Demand
    scale_s: float

    def at(self, flow_vph: Array) -> _Point:
        """Return what drivers do at the times that `flow_vph` makes."""
        filled = flow_vph + self.demand.background_vph
        cost = self.costs.time_s(filled)
        choice = choose(self.bushes, cost, self.scale_s)
        loading = load(self.bushes, choice.share, self.demand.vph)
        is_open = self.costs.is_open
        merit = float(flow_vph[is_open] @ cost[is_open] - self.costs.integral(filled).sum())
        return _Point(flow_vph, cost, choice, loading, merit - self.expected(choice))

    def expected(self, choice: Choice) -> float:
        """Return the expected least perceived time of all together."""
        travelled = self.demand.vph > 0
        return float(self.demand.vph[travelled] @ choice.expected_s[travelled])

    def gap(self, point: _Point, answer: _Point) -> float:
        """Return the relative gap of the flows loaded at `point`; `answer` stands at them."""
        flow = answer.flow_vph
        used = flow > 0
        moved = float(flow[used] @ (answer.cost_s[used] - point.cost_s[used]))
        bound = moved + self.expected(point.choice) - self.expected(answer.choice)
        total = float(flow[used] @ answer.cost_s[used])
        return max(0.0, bound) / total if total > 0 else 0.0

    def step(self, point: _Point) -> _Point:
        """Return the point after one Newton step, shortened until the merit falls enough."""
        slope = self.costs.slope(point.flow_vph + self.demand.background_vph)
        direction = self._newton(point, np.sqrt(slope))
        missing = point.loading.flow_vph - point.flow_vph
        descent = -float((slope * missing) @ direction)
        length = 1.0
        for _ in range(MOST_HALVINGS):
            tried = self.at(np.maximum(point.flow_vph + length * direction, 0.0))
            rounding = ROUNDING * abs(point.merit)
            if tried.merit <= point.merit + SUFFICIENT_DECREASE * length * descent + rounding:
                return tried
            length /= 2
        # Averaging always leads on, if slowly (Powell & Sheffi 1982).
        return self.at(point.flow_vph + length * missing)

    def _newton(self, point: _Point, root: Array) -> Array:
        """Solve the linear equations of a Newton step by conjugate gradients.

        With R the root of the slopes and C the covariance over the scale, (I + R C R) w = R m
        and the step is m - C R w, where m is what the loading misses.
        """
        missing = point.loading.flow_vph - point.flow_vph

        def turned(weights: Array) -> Array:
            change = root * weights
            return change_of_flow(self.bushes, point.choice, point.loading, change, self.scale_s)

        solved = conjugate_gradients(lambda w: w - root * turned(w), root * missing)
        return missing + turned(solved)

    def equilibrium(self, point: _Point, answer: _Point, steps: int) -> Equilibrium:
        """Return the flows loaded at `point` as the equilibrium."""
        flow = answer.flow_vph
        filled = flow + self.demand.background_vph
        used = flow > 0
        entropy = self.expected(point.choice) - float(flow[used] @ point.cost_s[used])
        total = float(flow.sum())
        return Equilibrium(
            bushes=self.bushes,
            choice=point.choice,
            loading=point.loading,
            flow_vph=filled,
            cost_s=answer.cost_s,
            relative_gap=self.gap(point, answer),
            residual=float(np.abs(answer.loading.flow_vph - flow).sum()) / total if total else 0.0,
            objective=float(self.costs.integral(filled).sum()) + entropy,
            outside=0.0,
            steps=steps,
        )


def conjugate_gradients(product: Callable[[Array], Array], wanted: Array) -> Array:
    """Solve `product(x) = wanted` for a symmetric positive definite product, roughly.

    >>> conjugate_gradients(lambda x: 2.0 * x, np.array([2.0, 4.0])).tolist()
    [1.0, 2.0]
    """
    solved, rest = np.zeros_like(wanted), wanted
    heading, size = rest, float(rest @ rest)
    enough = size * ENOUGH**2
    for _ in range(MOST_GRADIENTS):
        if size <= enough:
            break
        image = product(heading)
        length = size / float(heading @ image)
        solved, rest = solved + length * heading, rest - length * image
        before, size = size, float(rest @ rest)
        heading = rest + size / before * heading
    return solved
