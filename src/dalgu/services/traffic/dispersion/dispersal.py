"""A closure thought through: the usual equilibrium, what it becomes alone, and with advice."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.costs import ArcCosts
from dalgu.services.traffic.dispersion.diversion import (
    Bound,
    Rows,
    Turning,
    bound_for,
    rows_of,
    turn,
)
from dalgu.services.traffic.dispersion.equilibrium import (
    Demand,
    Equilibrium,
    Settings,
    stochastic_equilibrium,
)
from dalgu.services.traffic.dispersion.errors import AssignmentShapeInvalid
from dalgu.services.traffic.dispersion.graph import Graph, distances_to

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

S_PER_H = 3_600.0


@dataclass(frozen=True, slots=True)
class Site:
    """The network in its usual state: how it is built, who drives, how drivers see times."""

    graph: Graph
    costs: ArcCosts
    demand: Demand
    settings: Settings


@dataclass(frozen=True, slots=True)
class Closure:
    """What is closed: `capacity_share` of each arc, shape (arcs,): 1 untouched, 0 closed."""

    capacity_share: Array


@dataclass(frozen=True, slots=True)
class State:
    """How traffic runs under a closure.

    `turned` is the equilibrium of those who have learned, on what is open; its flows and times
    are those of everybody. `turning` says where they learned.
    """

    turning: Turning
    turned: Equilibrium

    @property
    def flow_vph(self) -> Array:
        """Return the flow on every arc, shape (arcs,)."""
        return self.turned.flow_vph

    @property
    def total_travel_time_h(self) -> float:
        """Time spent by all in an hour, vehicle hours."""
        return self.turned.total_travel_time_s / S_PER_H


@dataclass(frozen=True, slots=True)
class Dispersal:
    """A closure before and after.

    `alone` is without any sign, `advised` with the signs followed as asked. `settled` is the
    equilibrium if all knew: what a long closure ends in. `bound_vph` meet the closure on their
    usual way; `cut_off_vph` have no open way at all and are left out.
    """

    usual: Equilibrium
    closed_costs: ArcCosts
    rows: Rows
    bound: Bound
    alone: State
    advised: State
    settled: Equilibrium
    bound_vph: float
    cut_off_vph: float

    @property
    def relative_gap(self) -> float:
        """The largest relative gap of its equilibria."""
        parts = (self.usual, self.alone.turned, self.advised.turned, self.settled)
        return max(part.relative_gap for part in parts)


def usual_equilibrium(site: Site) -> Equilibrium:
    """Return the equilibrium without any closure."""
    return stochastic_equilibrium(site.graph, site.costs, site.demand, site.settings)


def disperse(site: Site, usual: Equilibrium, closure: Closure, follows: Array) -> Dispersal:
    """Return what a closure does without advice and with it.

    `follows`, shape (nodes,), is the share of drivers bound for the closure who follow the sign
    at a node; 0 where none stands.

    Raises
    ------
    AssignmentShapeInvalid
        When the shares do not fit the network or lie outside 0 to 1.

    """
    _require_shares("closure", closure.capacity_share, site.graph.arcs)
    _require_shares("signs", follows, site.graph.nodes)
    costs = site.costs.narrowed(closure.capacity_share)
    known = np.where(costs.is_open, usual.cost_s, np.inf)
    is_reached = np.isfinite(distances_to(site.graph, known, site.demand.destinations))
    rows = rows_of(usual.bushes, closure.capacity_share, is_reached)
    vph = np.where(is_reached, site.demand.vph, 0.0)
    bound = bound_for(usual, rows)
    after = _After(site, usual, costs, rows, bound, vph)
    return Dispersal(
        usual=usual,
        closed_costs=costs,
        rows=rows,
        bound=bound,
        alone=after.state(np.zeros_like(follows)),
        advised=after.state(follows),
        settled=after.settled(),
        bound_vph=float((vph * bound.chance.reshape(vph.shape)).sum()),
        cut_off_vph=float(site.demand.vph.sum() - vph.sum()),
    )


def advised_with(site: Site, dispersal: Dispersal, follows: Array) -> Dispersal:
    """Return the same closure with other signs followed."""
    vph = dispersal.alone.turning.travelling_vph
    after = _After(
        site, dispersal.usual, dispersal.closed_costs, dispersal.rows, dispersal.bound, vph
    )
    return replace(dispersal, advised=after.state(follows))


@dataclass(frozen=True, slots=True)
class _After:
    """The network under the closure, with the demand that still has a way."""

    site: Site
    usual: Equilibrium
    costs: ArcCosts
    rows: Rows
    bound: Bound
    vph: Array

    def state(self, follows: Array) -> State:
        """Return how traffic runs when signs are followed so."""
        turning = turn(self.usual, self.rows, self.bound, self.vph, follows)
        background = self.site.demand.background_vph + turning.usual_vph
        return State(turning, self._equilibrium(turning.turned_vph, background))

    def settled(self) -> Equilibrium:
        """Return the equilibrium of all, when everybody has learned."""
        return self._equilibrium(self.vph, self.site.demand.background_vph)

    def _equilibrium(self, vph: Array, background_vph: Array) -> Equilibrium:
        demand = Demand(self.site.demand.destinations, vph, background_vph)
        return stochastic_equilibrium(self.site.graph, self.costs, demand, self.site.settings)


def _require_shares(part: str, share: Array, size: int) -> None:
    if share.shape != (size,):
        raise AssignmentShapeInvalid(part, f"{size} shares are needed, {share.size} came")
    if np.any((share < 0) | (share > 1)):
        raise AssignmentShapeInvalid(part, "a share lies outside 0 to 1")
