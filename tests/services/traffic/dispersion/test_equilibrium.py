import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from tests.services.traffic.dispersion.grids import demand_of, every_way, graph_of, grid

from dalgu.services.traffic.dispersion.costs import ArcCosts, SignalDelay
from dalgu.services.traffic.dispersion.equilibrium import Settings, stochastic_equilibrium
from dalgu.services.traffic.dispersion.errors import AssignmentShapeInvalid, DestinationUnreachable
from dalgu.services.traffic.dispersion.graph import Graph

BRAESS = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]


def test_two_routes_share_as_logit_says_when_times_answer_to_flows():
    graph = graph_of([(0, 1), (0, 1)], 2)
    costs = ArcCosts.bpr(np.array([300.0, 400.0]), np.array([800.0, 1_000.0]))
    found = stochastic_equilibrium(
        graph, costs, demand_of(graph, {(0, 1): 1_500.0}), Settings(60.0)
    )

    def missing(first):
        times = costs.time_s(np.array([first, 1_500.0 - first]))
        return 1_500.0 / (1 + np.exp((times[0] - times[1]) / 60.0)) - first

    assert found.flow_vph[0] == pytest.approx(brentq(missing, 0.0, 1_500.0), abs=0.5)
    assert found.relative_gap <= 1e-6


def test_two_routes_under_signals_share_as_logit_says():
    graph = graph_of([(0, 1), (0, 1)], 2)
    signals = SignalDelay(
        np.array([0, 1]), np.array([120.0, 90.0]), np.array([0.3, 0.5]), np.array([1_800.0] * 2)
    )
    costs = ArcCosts.bpr(np.array([300.0, 350.0]), np.array([1_800.0] * 2), signals)
    settings = Settings(30.0, relative_gap=1e-10)
    found = stochastic_equilibrium(graph, costs, demand_of(graph, {(0, 1): 1_500.0}), settings)

    def missing(first):
        times = costs.time_s(np.array([first, 1_500.0 - first]))
        return 1_500.0 / (1 + np.exp((times[0] - times[1]) / 30.0)) - first

    assert found.flow_vph[0] == pytest.approx(brentq(missing, 0.0, 1_500.0), abs=0.05)


def test_the_objective_is_the_least_that_another_solver_finds_over_all_ways():
    graph = graph_of(BRAESS, 4)
    costs = ArcCosts.bpr(np.array([100.0, 180.0, 50.0, 180.0, 90.0]), np.full(5, 500.0))
    settings = Settings(40.0, relative_gap=1e-10)
    found = stochastic_equilibrium(graph, costs, demand_of(graph, {(0, 3): 900.0}), settings)
    ways = every_way(graph, 0, 3)
    uses = np.array([[arc in way for arc in range(5)] for way in ways], dtype=float)

    def fisk(share):
        flows = 900.0 * np.maximum(share, 1e-12)
        return (costs.integral(flows @ uses).sum() + 40.0 * flows @ np.log(flows / 900.0)) / 900.0

    best = minimize(
        fisk,
        np.full(3, 1 / 3),
        bounds=[(0, 1)] * 3,
        constraints={"type": "eq", "fun": lambda share: share.sum() - 1},
        options={"ftol": 1e-12},
    )
    assert found.objective / 900.0 == pytest.approx(best.fun, rel=1e-6)
    np.testing.assert_allclose(found.flow_vph, 900.0 * best.x @ uses, atol=0.5)


def test_a_grid_of_many_places_settles_and_loses_nobody():
    graph, costs = grid(6)
    trips = {(a, b): 25.0 for a in range(0, 36, 2) for b in range(1, 36, 3)}
    found = stochastic_equilibrium(graph, costs, demand_of(graph, trips), Settings(30.0))
    assert found.relative_gap <= 1e-6
    assert found.outside <= 1e-3
    balance = np.zeros(36)
    np.add.at(balance, graph.head, found.flow_vph)
    np.subtract.at(balance, graph.tail, found.flow_vph)
    for (start, end), vehicles in trips.items():
        balance[start] += vehicles
        balance[end] -= vehicles
    np.testing.assert_allclose(balance, 0.0, atol=1e-6)


def test_the_gap_is_large_until_flows_reproduce_themselves():
    graph, costs = grid(4)
    demand = demand_of(graph, {(0, 15): 1_500.0, (3, 12): 1_500.0})
    hasty = stochastic_equilibrium(graph, costs, demand, Settings(20.0, most_steps=0, rounds=1))
    settled = stochastic_equilibrium(graph, costs, demand, Settings(20.0, rounds=1))
    assert hasty.relative_gap > 1e-3
    assert settled.relative_gap <= 1e-6
    assert settled.objective < hasty.objective


def test_traffic_that_does_not_choose_pushes_others_aside():
    graph = graph_of([(0, 1), (0, 1)], 2)
    costs = ArcCosts.bpr(np.array([300.0, 300.0]), np.array([800.0, 800.0]))
    demand = demand_of(graph, {(0, 1): 800.0})
    demand.background_vph[0] = 700.0
    found = stochastic_equilibrium(graph, costs, demand, Settings(20.0))
    assert found.flow_vph[0] - 700.0 < 200.0 < found.flow_vph[1]
    assert found.flow_vph.sum() == pytest.approx(1_500.0)


def test_demand_without_a_way_is_named():
    graph = graph_of([(0, 1)], 3)
    costs = ArcCosts.bpr(np.array([60.0]), np.array([800.0]))
    with pytest.raises(DestinationUnreachable, match="from node 1 to node 2"):
        stochastic_equilibrium(graph, costs, demand_of(graph, {(1, 2): 10.0}), Settings(20.0))


def test_an_arc_to_nowhere_is_refused():
    with pytest.raises(AssignmentShapeInvalid, match="outside nodes"):
        Graph.of(2, np.array([0]), np.array([2]))
