import numpy as np
import pytest

from dalgu.cities import load
from dalgu.services.water.leakage.model import open_model
from dalgu.services.water.leakage.network import NodeKind, reachable
from dalgu.simulation.city import plan_city
from dalgu.simulation.network_file import network_file
from dalgu.simulation.water_network import LOGGERS, hazen_williams_m, junction_name, plan_network

HOURS_S = [hour * 3_600.0 for hour in range(24)]


@pytest.fixture(scope="module")
def plan():
    return plan_city(load("daegu"), 1)


def test_each_meter_belongs_to_one_junction_of_its_district(plan):
    members = np.concatenate([network.meters for network in plan.networks])
    assert sorted(members.tolist()) == list(range(len(plan.meters.key)))
    for network in plan.networks:
        assert (plan.meters.dma[network.meters] == network.number).all()
        assert 60 <= network.junctions <= 150
        assert (network.taps > 0).all()
        assert network.taps.sum() == len(network.meters)


def test_the_engine_reads_each_file_and_finds_sane_pressures(plan):
    for network in plan.networks:
        with open_model(network_file(network)) as model:
            junctions = np.array([n.kind is NodeKind.JUNCTION for n in model.network.nodes])
            ground_m = np.array([n.elevation_m for n in model.network.nodes])
            demands = model.nominal_demand_m3h(HOURS_S)
            heads_m = np.array([model.solve(demand).head_m for demand in demands])
            pressure_m = (heads_m - ground_m)[:, junctions]
        assert pressure_m.min() > 15
        assert pressure_m.max() < 80
        # The books estimate what the engine solves.
        assert network.mean_pressure_m == pytest.approx(pressure_m.mean(), abs=4)


def test_the_file_draws_the_net_where_its_meters_are(plan):
    network = plan.networks[0]
    with open_model(network_file(network)) as model:
        read = model.network
    assert len(read.links) == len(network.start)
    assert sum(link.length_m for link in read.links) == pytest.approx(network.mains_m, abs=1)
    assert reachable(read, [read.node("SOURCE")], frozenset()).all()
    at = read.nodes[read.node(junction_name(5))]
    assert (at.x, at.y) == pytest.approx(tuple(network.place[5]), abs=1e-6)
    homes = plan.meters.place[network.meters[network.tap == 5]]
    assert np.abs(homes - network.place[5]).max() < 0.02


def test_loops_and_trunks_are_there(plan):
    for network in plan.networks:
        assert len(network.start) > network.junctions  # a tree with its inlet has as many
        assert network.diameter_mm[0] == network.diameter_mm.max()
        assert set(network.diameter_mm.tolist()) <= {50.0, 80.0, 100.0, 150.0}


def test_loggers_are_apart(plan):
    for network in plan.networks:
        assert len(set(network.loggers.tolist())) == LOGGERS
        assert network.inlet not in network.loggers


def test_head_loss_is_that_of_the_engine(plan):
    inp = b"""[JUNCTIONS]
J 0
[RESERVOIRS]
R 100
[PIPES]
P R J 1000 100 120
[OPTIONS]
UNITS CMH
HEADLOSS H-W
[END]
"""
    with open_model(inp) as model:
        head_m = model.solve(np.array([36.0, 0.0])).head_m[0]
    assert hazen_williams_m(36.0, 1000.0, 100.0) == pytest.approx(100 - head_m, rel=2e-3)


def test_the_same_seed_lays_the_same_pipes(plan):
    members = plan.networks[0].meters
    same, other = (plan_network(0, members, plan.meters.place[members], seed) for seed in (1, 2))
    assert network_file(same) == network_file(plan.networks[0])
    assert network_file(other) != network_file(same)
