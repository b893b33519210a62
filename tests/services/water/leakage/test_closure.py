import pytest
from tests.services.water.leakage.town import town_inp

from dalgu.services.water.leakage.closure import close_pipe, isolating_valves
from dalgu.services.water.leakage.model import open_model
from dalgu.services.water.leakage.network import LinkNotExisting


@pytest.fixture
def model():
    with open_model(town_inp()) as opened:
        yield opened


@pytest.fixture
def demand(model):
    return model.nominal_demand_m3h([8 * 3_600.0])[0]


def test_a_branch_is_shut_by_its_gate_and_its_nodes_are_dry(model, demand):
    closure = close_pipe(model, "b1", demand, {"b1": 12, "b2": 30})
    assert closure.valves == ("gate",)
    assert closure.shut == ("b0", "b1")
    assert {touched.node for touched in closure.without_water} == {"b0", "b1", "b2"}
    assert closure.lost_m3h == pytest.approx(2 * 2.0 * 1.25)
    assert closure.customers == 42


def test_a_pipe_of_a_grid_cuts_nobody_off(model, demand):
    network = model.network
    assert isolating_valves(network, network.link("h11")) == ({network.link("h11")}, frozenset())
    closure = close_pipe(model, "h11", demand)
    assert closure.without_water == ()
    assert closure.valves == ()


def test_less_ways_mean_less_pressure(model, demand):
    heavy = demand * 2.5  # a fire: far taps fall under the limit once a way is shut
    closure = close_pipe(model, "v00", heavy)
    assert closure.without_water == ()
    assert closure.low_pressure
    assert all(touched.after_m < 15.3 <= touched.before_m for touched in closure.low_pressure)


def test_the_main_takes_the_whole_town(model, demand):
    closure = close_pipe(model, "main", demand)
    assert len(closure.without_water) == 23
    assert closure.lost_m3h == pytest.approx(demand.sum())


def test_the_model_is_as_before_after_a_closure(model, demand):
    before = model.solve(demand).head_m
    close_pipe(model, "v00", demand)
    assert model.solve(demand).head_m == pytest.approx(before, abs=1e-3)


def test_an_unknown_pipe_is_told(model, demand):
    with pytest.raises(LinkNotExisting):
        close_pipe(model, "nowhere", demand)
