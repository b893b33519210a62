import numpy as np
import pytest
from tests.services.traffic.dispersion.grids import demand_of, graph_of, grid

from dalgu.services.traffic.dispersion.costs import ArcCosts
from dalgu.services.traffic.dispersion.equilibrium import Settings, stochastic_equilibrium
from dalgu.services.traffic.dispersion.errors import DestinationUnreachable
from dalgu.services.traffic.dispersion.user_equilibrium import Trips, user_equilibrium

# Braess (1968): t = 10 v, 50 + v, 50 + v, 10 + v, 10 v; six vehicles; the shortcut is arc 3.
BRAESS_ARCS = [(0, 2), (0, 3), (2, 1), (2, 3), (3, 1)]
BRAESS = ArcCosts(
    np.array([1e-8, 50.0, 50.0, 10.0, 1e-8]),
    np.ones(5),
    np.array([1e9, 0.02, 0.02, 0.1, 1e9]),
    np.ones(5),
)


def trips_of(graph, trips):
    demand = demand_of(graph, trips)
    return Trips.of(demand.vph, demand.destinations)


def test_the_shortcut_of_braess_makes_everybody_slower():
    graph = graph_of(BRAESS_ARCS, 4)
    trips = trips_of(graph, {(0, 1): 6.0})
    found = user_equilibrium(graph, BRAESS, trips, relative_gap=1e-9)
    np.testing.assert_allclose(found.flow_vph, [4.0, 2.0, 2.0, 2.0, 4.0], atol=1e-5)
    assert found.flow_vph @ found.cost_s / 6.0 == pytest.approx(92.0)
    assert found.objective == pytest.approx(386.0)
    without = BRAESS.narrowed(np.array([1.0, 1.0, 1.0, 0.0, 1.0]))
    left = user_equilibrium(graph, without, trips, relative_gap=1e-9)
    assert left.flow_vph[[0, 1]] == pytest.approx([3.0, 3.0])
    assert left.flow_vph @ np.where(left.flow_vph > 0, left.cost_s, 0.0) / 6.0 == pytest.approx(
        83.0
    )


def test_a_grid_settles_and_no_used_way_is_longer():
    graph, costs = grid(6)
    trips = {(a, b): 40.0 for a in range(0, 36, 3) for b in range(1, 36, 4) if a != b}
    found = user_equilibrium(graph, costs, trips_of(graph, trips))
    assert found.relative_gap <= 1e-6
    hasty = user_equilibrium(graph, costs, trips_of(graph, trips), relative_gap=1e-2)
    assert found.objective < hasty.objective


def test_stochastic_equilibrium_comes_to_it_as_perception_sharpens():
    graph, costs = grid(4)
    trips = {(0, 15): 1_200.0, (3, 12): 900.0}
    sharp = user_equilibrium(graph, costs, trips_of(graph, trips), relative_gap=1e-8)
    times = [
        stochastic_equilibrium(graph, costs, demand_of(graph, trips), Settings(scale))
        for scale in (30.0, 10.0, 2.0)
    ]
    away = [abs(costs.integral(one.flow_vph).sum() / sharp.objective - 1) for one in times]
    assert away[0] > away[1] > away[2]
    assert away[2] < 3e-3


def test_a_pair_without_a_way_is_named():
    graph = graph_of([(0, 1)], 3)
    costs = ArcCosts.bpr(np.array([60.0]), np.array([800.0]))
    with pytest.raises(DestinationUnreachable, match="from node 1 to node 2"):
        user_equilibrium(graph, costs, trips_of(graph, {(1, 2): 5.0}))
