"""Demand that explains counts: a prior moved as little as the counts ask.

Cascetta, *Estimation of trip matrices from traffic counts and survey data: a generalized least
squares estimator*, Transportation Research B 18(4/5), 1984, with the shares of ways taken from
the equilibrium of the demand itself and found again in turn (Yang, Sasaki, Iida & Asakura,
*Estimation of origin-destination matrices from link traffic counts on congested networks*,
Transportation Research B 26(6), 1992). No matrix of shares is built: flows are one sweep over
the bushes, and gradients the sweep back.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.bushes import Bushes, summed
from dalgu.services.traffic.dispersion.costs import ArcCosts
from dalgu.services.traffic.dispersion.equilibrium import (
    Demand,
    Equilibrium,
    Settings,
    stochastic_equilibrium,
)
from dalgu.services.traffic.dispersion.errors import AssignmentShapeInvalid
from dalgu.services.traffic.dispersion.graph import Graph
from dalgu.services.traffic.dispersion.loading import expected_sum, load

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

PRIOR_SPREAD = 0.5  # of a pair's trips: how far a prior from gravity may be off (assumption)
COUNT_SPREAD = 0.1  # of a counted flow: detectors and the hour's own variation (assumption)
LEAST_SPREAD_VPH = 10.0
LEAST_FACTOR, MOST_FACTOR = 1e-3, 10.0  # no pair vanishes or grows beyond that
ROUNDS = 4
STILL = 0.01  # of the counted flow: when modelled flows move less, shares have settled
GOOD_GEH = 5.0  # UK TAG unit M3.1: 85 % of links below it


@dataclass(frozen=True, slots=True)
class Counts:
    """Counted flows: `vph`, shape (counted,), vehicles an hour.

    Each count is the sum over the arcs it crosses: `arc` and `of`, shape (crossings,), say which
    arc and which count.
    """

    arc: Ints
    of: Ints
    vph: Array

    @classmethod
    def of_arcs(cls, arc: Ints, vph: Array) -> Self:
        """Return counts that cross one arc each."""
        return cls(arc, np.arange(len(arc)), vph)

    def modelled(self, flow_vph: Array) -> Array:
        """Return what the flows of all arcs make of each count, shape (counted,)."""
        return summed(self.of, flow_vph[self.arc], len(self.vph))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Demand that explains the counts, its equilibrium, and how well.

    `modelled_vph` and `geh` have shape (counted,); `good` is the share of arcs with GEH under 5.
    """

    demand: Demand
    equilibrium: Equilibrium
    modelled_vph: Array
    geh: Array

    @property
    def good(self) -> float:
        """Share of counted arcs whose GEH is below 5."""
        return float(np.mean(self.geh < GOOD_GEH)) if len(self.geh) else 1.0


def geh(modelled_vph: Array, counted_vph: Array) -> Array:
    """Return Geoffrey E. Havers' measure of hourly flows: sqrt(2 (m - c)^2 / (m + c)).

    >>> geh(np.array([120.0]), np.array([100.0])).round(2).tolist()
    [1.91]
    """
    total = modelled_vph + counted_vph
    squared = np.divide(2 * (modelled_vph - counted_vph) ** 2, total, where=total > 0,
                        out=np.zeros_like(total))  # fmt: skip
    return np.asarray(np.sqrt(squared))


def estimate_demand(
    graph: Graph, costs: ArcCosts, prior: Demand, counts: Counts, settings: Settings
) -> Estimate:
    """Return the prior brought to the counts.

    Raises
    ------
    AssignmentShapeInvalid
        When an arc is counted that the network does not have.
    DestinationUnreachable
        When a pair of the prior has no open way.

    """
    if len(counts.arc) and not 0 <= int(counts.arc.min()) <= int(counts.arc.max()) < graph.arcs:
        raise AssignmentShapeInvalid("counts", "a counted arc lies outside the network")
    demand = prior
    found = stochastic_equilibrium(graph, costs, demand, settings)
    modelled = counts.modelled(found.flow_vph)
    for _ in range(ROUNDS):
        fitted = _fit(found, prior, counts)
        demand = replace(prior, vph=fitted)
        found = stochastic_equilibrium(graph, costs, demand, settings)
        before, modelled = modelled, counts.modelled(found.flow_vph)
        if np.abs(modelled - before).sum() <= STILL * counts.vph.sum():
            break
    return Estimate(demand, found, modelled, geh(modelled, counts.vph))


def _fit(found: Equilibrium, prior: Demand, counts: Counts) -> Array:
    """Return the demand of least squares at the shares of ways of `found`."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # ships no types

    fit = _Fit(found.bushes, found.choice.share, prior, counts)
    pairs = int(fit.pair.sum())
    answer = minimize(
        fit.misfit,
        np.ones(pairs),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_FACTOR, MOST_FACTOR)] * pairs,
    )
    return fit.demand(answer.x)


class _Fit:
    """Least squares over the factors of all pairs that the prior has trips for."""

    def __init__(self, bushes: Bushes, share: Array, prior: Demand, counts: Counts) -> None:
        self.bushes, self.share, self.prior, self.counts = bushes, share, prior, counts
        self.pair = prior.vph > 0
        self.spread = np.maximum(COUNT_SPREAD * counts.vph, LEAST_SPREAD_VPH)

    def demand(self, factor: Array) -> Array:
        """Return the prior times the factors of its pairs."""
        demand = np.zeros_like(self.prior.vph)
        demand[self.pair] = self.prior.vph[self.pair] * factor
        return demand

    def misfit(self, factor: Array) -> tuple[float, Array]:
        """Return half the weighted sum of squares, and its gradient by the factors."""
        loading = load(self.bushes, self.share, self.demand(factor))
        modelled = self.counts.modelled(loading.flow_vph + self.prior.background_vph)
        error = (modelled - self.counts.vph) / self.spread
        strayed = (factor - 1) / PRIOR_SPREAD
        weight = np.zeros(self.bushes.arcs)
        np.add.at(weight, self.counts.arc, (error / self.spread)[self.counts.of])
        back = expected_sum(self.bushes, self.share, weight[self.bushes.arc])
        gradient = back.reshape(self.pair.shape)[self.pair] * self.prior.vph[self.pair]
        half = 0.5 * float(error @ error + strayed @ strayed)
        return half, gradient + strayed / PRIOR_SPREAD
