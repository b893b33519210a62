import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.traffic.dispersion.grids import demand_of, every_way, grid

from dalgu.services.traffic.dispersion.bushes import efficient_bushes
from dalgu.services.traffic.dispersion.loading import (
    change_of_flow,
    choose,
    expected_sum,
    load,
)

TRIPS = {(0, 15): 100.0, (3, 12): 50.0, (5, 15): 30.0}


def a_loading(seed=0, scale_s=30.0):
    graph, costs = grid(4)
    time = costs.free_flow_s * np.random.default_rng(seed).uniform(0.8, 1.2, graph.arcs)
    demand = demand_of(graph, TRIPS)
    bushes = efficient_bushes(graph, costs.free_flow_s, demand.destinations)
    choice = choose(bushes, time, scale_s)
    return graph, demand, bushes, time, choice, load(bushes, choice.share, demand.vph)


def test_flows_are_those_of_a_logit_over_all_ways_in_the_bush():
    graph, demand, bushes, time, _, loading = a_loading()
    used = [set(bushes.arc[bushes.tail // graph.nodes == bush].tolist()) for bush in range(2)]
    expected = np.zeros(graph.arcs)
    for (start, end), vehicles in TRIPS.items():
        allowed = used[int(np.searchsorted(demand.destinations, end))]
        ways = [way for way in every_way(graph, start, end) if set(way) <= allowed]
        weight = np.exp([-time[way].sum() / 30.0 for way in ways])
        for way, share in zip(ways, weight / weight.sum(), strict=True):
            expected[way] += vehicles * share
    np.testing.assert_allclose(loading.flow_vph, expected, atol=1e-9)


def test_expected_times_are_log_sums_over_ways():
    graph, _, bushes, time, choice, _ = a_loading()
    allowed = set(bushes.arc[bushes.tail // graph.nodes == 1].tolist())
    ways = [way for way in every_way(graph, 0, 15) if set(way) <= allowed]
    log_sum = -30.0 * np.log(sum(np.exp(-time[way].sum() / 30.0) for way in ways))
    assert choice.expected_s[1, 0] == pytest.approx(log_sum)


def test_what_drivers_gather_is_the_transpose_of_loading():
    _, demand, bushes, time, choice, loading = a_loading()
    gathered = expected_sum(bushes, choice.share, time[bushes.arc])
    assert gathered @ demand.vph.reshape(-1) == pytest.approx(loading.flow_vph @ time)


@given(seed=st.integers(0, 50))
def test_the_change_of_flow_is_a_small_difference(seed):
    _, demand, bushes, time, choice, loading = a_loading(seed)
    push = np.random.default_rng(seed + 1).normal(size=bushes.arcs)
    ahead = load(bushes, choose(bushes, time + 1e-4 * push, 30.0).share, demand.vph).flow_vph
    behind = load(bushes, choose(bushes, time - 1e-4 * push, 30.0).share, demand.vph).flow_vph
    change = change_of_flow(bushes, choice, loading, push, 30.0)
    np.testing.assert_allclose(change, (ahead - behind) / 2e-4, atol=1e-4)


@given(seed=st.integers(0, 50))
def test_longer_times_on_some_arcs_never_draw_flow_to_them_on_the_whole(seed):
    _, _, bushes, _, choice, loading = a_loading(seed)
    chance = np.random.default_rng(seed)
    one, other = chance.normal(size=bushes.arcs), chance.normal(size=bushes.arcs)
    by_one = change_of_flow(bushes, choice, loading, one, 30.0)
    by_other = change_of_flow(bushes, choice, loading, other, 30.0)
    assert one @ by_one <= 1e-12
    assert one @ by_other == pytest.approx(other @ by_one, abs=1e-8)


def test_all_that_starts_arrives():
    _, demand, _, _, _, loading = a_loading()
    ends = loading.through_vph.reshape(demand.vph.shape)[[0, 1], demand.destinations]
    np.testing.assert_allclose(ends, demand.vph.sum(axis=1))
