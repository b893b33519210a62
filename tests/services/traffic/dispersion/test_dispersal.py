import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.traffic.dispersion.grids import demand_of, graph_of, grid

from dalgu.services.traffic.dispersion.advice import advise, overloads
from dalgu.services.traffic.dispersion.costs import ArcCosts
from dalgu.services.traffic.dispersion.dispersal import (
    Closure,
    Site,
    disperse,
    usual_equilibrium,
)
from dalgu.services.traffic.dispersion.equilibrium import Settings
from dalgu.services.traffic.dispersion.errors import AssignmentShapeInvalid

# A sign at 0; the way over 1 is closed behind it; from 1 a slow lane leads around.
FORK = [(0, 1), (1, 2), (0, 2), (1, 3), (3, 2)]


def a_fork(capacity=(1_000.0, 1_000.0, 1_000.0, 300.0, 300.0)):
    graph = graph_of(FORK, 4)
    costs = ArcCosts.bpr(np.array([60.0, 60.0, 180.0, 120.0, 120.0]), np.array(capacity))
    return Site(graph, costs, demand_of(graph, {(0, 2): 800.0}), Settings(20.0))


def a_grid():
    graph, costs = grid(6)
    trips = {(a, b): 30.0 for a in range(0, 36, 2) for b in range(1, 36, 3) if a != b}
    return Site(graph, costs, demand_of(graph, trips), Settings(30.0))


def closed(site, *arcs, share=0.0):
    capacity = np.ones(site.graph.arcs)
    capacity[list(arcs)] = share
    return Closure(capacity)


def follows(site, **share):
    heeds = np.zeros(site.graph.nodes)
    for node, part in share.items():
        heeds[int(node[1:])] = part
    return heeds


def balance(site, flow_vph):
    """Return what enters, leaves, begins and ends at each node: nothing is left."""
    left = np.zeros(site.graph.nodes)
    np.add.at(left, site.graph.head, flow_vph)
    np.subtract.at(left, site.graph.tail, flow_vph)
    left += site.demand.vph.sum(axis=0)
    np.subtract.at(left, site.demand.destinations, site.demand.vph.sum(axis=1))
    return left


def test_without_a_sign_drivers_turn_in_front_of_the_closure():
    site = a_fork()
    usual = usual_equilibrium(site)
    found = disperse(site, usual, closed(site, 1), follows(site))
    assert found.bound_vph == pytest.approx(usual.flow_vph[1])
    assert found.alone.flow_vph[1] == 0.0
    assert found.alone.turning.turned_vph[0, 1] == pytest.approx(usual.flow_vph[1])
    assert found.alone.flow_vph[0] == pytest.approx(usual.flow_vph[0])


def test_a_sign_sends_its_followers_around_and_saves_them_time():
    site = a_fork()
    usual = usual_equilibrium(site)
    found = disperse(site, usual, closed(site, 1), follows(site, n0=0.5))
    [sign] = advise(site, found, np.array([0]))
    assert sign.passing_vph == pytest.approx(usual.flow_vph[1])
    assert sign.followed_vph == pytest.approx(usual.flow_vph[1] / 2)
    assert sign.advised_vph[[0, 2]].sum() == pytest.approx(sign.followed_vph)
    assert sign.usual_vph[[0, 2]] == pytest.approx([sign.followed_vph, 0.0])
    assert sign.rejoins == 2
    assert sign.routes[0].arcs == (2,)
    assert sign.saved_s > 0
    assert sign.extra_s > 0
    assert found.advised.total_travel_time_h < found.alone.total_travel_time_h


def test_the_arcs_that_a_closure_overloads_are_named():
    site = a_fork()
    usual = usual_equilibrium(site)
    found = disperse(site, usual, closed(site, 1), follows(site, n0=0.9))
    worst = overloads(site, found)[0]
    assert worst.arc in (3, 4)
    assert worst.alone > 1.0 > worst.advised
    assert worst.usual < 0.2


@given(arc=st.integers(0, 119), share=st.sampled_from([0.0, 0.5]), heed=st.floats(0.0, 1.0))
def test_nobody_is_lost_on_the_way(arc, share, heed):
    site = a_grid()
    usual = USUAL
    found = disperse(site, usual, closed(site, arc, share=share), np.full(36, heed))
    for flow in (found.alone.flow_vph, found.advised.flow_vph, found.settled.flow_vph):
        np.testing.assert_allclose(balance(site, flow), 0.0, atol=1e-6)
        assert share > 0 or flow[arc] == 0.0
    assert found.relative_gap <= 1e-4
    assert found.cut_off_vph == 0.0
    assert found.bound_vph == pytest.approx(usual.flow_vph[arc], rel=1e-6, abs=1e-6)


def test_a_busy_street_costs_less_time_when_all_know_that_it_is_closed():
    site = a_grid()
    found = disperse(site, USUAL, closed(site, int(USUAL.flow_vph.argmax())), np.zeros(36))
    assert found.settled.total_travel_time_s < found.alone.turned.total_travel_time_s


def test_a_place_that_a_closure_cuts_off_is_told():
    site = a_fork()
    usual = usual_equilibrium(site)
    found = disperse(site, usual, closed(site, 1, 2, 4), follows(site))
    assert found.cut_off_vph == pytest.approx(800.0)
    assert found.settled.flow_vph.sum() == 0.0


def test_a_share_over_one_is_refused():
    site = a_fork()
    with pytest.raises(AssignmentShapeInvalid, match="signs"):
        disperse(site, usual_equilibrium(site), closed(site, 1), np.full(4, 1.5))


USUAL = usual_equilibrium(a_grid())
