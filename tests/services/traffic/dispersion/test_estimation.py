from dataclasses import replace

import numpy as np
import pytest
from tests.services.traffic.dispersion.grids import demand_of, grid

from dalgu.services.traffic.dispersion.equilibrium import Settings, stochastic_equilibrium
from dalgu.services.traffic.dispersion.errors import AssignmentShapeInvalid
from dalgu.services.traffic.dispersion.estimation import Counts, estimate_demand, geh
from dalgu.services.traffic.dispersion.gravity import gravity

SETTINGS = Settings(30.0)


def a_city():
    """Return a grid, what drives in it, and a prior that is off by half."""
    graph, costs = grid(5)
    trips = {(a, b): 30.0 for a in range(0, 25, 2) for b in range(0, 25, 3) if a != b}
    truth = demand_of(graph, trips)
    chance = np.random.default_rng(3)
    prior = replace(truth, vph=truth.vph * chance.lognormal(0.0, 0.4, truth.vph.shape))
    return graph, costs, truth, prior


def test_estimated_demand_explains_the_counts_and_nears_the_truth():
    graph, costs, truth, prior = a_city()
    real = stochastic_equilibrium(graph, costs, truth, SETTINGS).flow_vph
    counted = np.arange(0, graph.arcs, 2)
    guessed = stochastic_equilibrium(graph, costs, prior, SETTINGS).flow_vph
    found = estimate_demand(graph, costs, prior, Counts.of_arcs(counted, real[counted]), SETTINGS)
    assert found.good > 0.95
    assert found.geh.mean() < 0.3 * geh(guessed[counted], real[counted]).mean()
    unseen = np.arange(1, graph.arcs, 2)
    off = geh(found.equilibrium.flow_vph[unseen], real[unseen]).mean()
    assert off < geh(guessed[unseen], real[unseen]).mean()
    assert np.all(found.demand.vph >= 0)


def test_counts_that_the_prior_explains_leave_it_alone():
    graph, costs, truth, _ = a_city()
    real = stochastic_equilibrium(graph, costs, truth, SETTINGS).flow_vph
    every = np.arange(graph.arcs)
    found = estimate_demand(graph, costs, truth, Counts.of_arcs(every, real), SETTINGS)
    np.testing.assert_allclose(found.demand.vph, truth.vph, rtol=0.02)


def test_a_count_of_an_unknown_arc_is_refused():
    graph, costs, _, prior = a_city()
    counts = Counts.of_arcs(np.array([graph.arcs]), np.array([1.0]))
    with pytest.raises(AssignmentShapeInvalid, match="counted arc"):
        estimate_demand(graph, costs, prior, counts, SETTINGS)


def test_gravity_keeps_what_begins_and_ends():
    begin, end = np.array([100.0, 50.0]), np.array([60.0, 60.0, 30.0])
    cost = np.array([[60.0, 120.0, np.inf], [600.0, 60.0, 60.0]])
    trips = gravity(begin, end, cost, mean_s=300.0)
    np.testing.assert_allclose(trips.sum(axis=1), begin, rtol=1e-5)
    np.testing.assert_allclose(trips.sum(axis=0), end, rtol=1e-5)
    assert trips[0, 2] == 0.0


def test_geh_of_two_hundred_against_a_hundred():
    assert geh(np.array([200.0]), np.array([100.0]))[0] == pytest.approx(8.165, abs=1e-3)
