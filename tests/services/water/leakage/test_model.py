from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.water.leakage.town import town_inp

from dalgu.services.water.leakage.model import (
    HydraulicsUnsolved,
    NetworkFileInvalid,
    open_model,
    read_network,
)
from dalgu.services.water.leakage.network import LinkKind, NodeKind


def test_what_flows_in_flows_out_at_every_node():
    with open_model(town_inp()) as model:
        demand = model.nominal_demand_m3h([8 * 3_600.0])[0]
        state = model.solve(demand)
    balance = -demand
    for index, link in enumerate(model.network.links):
        balance[link.start] -= state.flow_m3h[index]
        balance[link.end] += state.flow_m3h[index]
    inside = [i for i, n in enumerate(model.network.nodes) if n.kind is NodeKind.JUNCTION]
    np.testing.assert_allclose(balance[inside], 0.0, atol=0.05)
    source = balance[model.network.node("R")]
    assert source == pytest.approx(-demand.sum(), abs=0.1)


def test_head_falls_as_hazen_and_williams_say():
    with open_model(town_inp()) as model:
        demand = model.nominal_demand_m3h([12 * 3_600.0])[0]
        state = model.solve(demand)
        main = model.network.link("main")
    flow_m3s = state.flow_m3h[main] / 3_600
    # Closed form, SI: h = 10.667 L Q^1.852 / (C^1.852 d^4.871)
    loss = 10.667 * 60 * flow_m3s**1.852 / (130**1.852 * 0.25**4.871)
    lost = state.head_m[model.network.node("R")] - state.head_m[model.network.node("j00")]
    assert lost == pytest.approx(loss, rel=2e-3)


def test_the_network_is_read_with_metres_and_millimetres():
    network = read_network(town_inp())
    assert len(network.nodes) == 24
    assert len(network.pipes) == 34
    pipe = network.links[network.link("h00")]
    shape = (pipe.length_m, pipe.diameter_mm, pipe.roughness)
    assert shape == pytest.approx((120.0, 100.0, 120.0))
    assert network.links[network.link("gate")].kind is LinkKind.VALVE


def test_litres_a_second_become_cubic_metres_an_hour():
    network = read_network(town_inp().replace(b"Units CMH", b"Units LPS"))
    assert network.nodes[network.node("j00")].demand_m3h == pytest.approx(7.2, rel=1e-4)


def test_nominal_demand_follows_the_pattern_of_the_file():
    with open_model(town_inp()) as model:
        night, noon = model.nominal_demand_m3h([0.0, 12 * 3_600.0]).sum(axis=1)
    assert night == pytest.approx(22 * 2.0 * 0.5)
    assert noon == pytest.approx(22 * 2.0 * 1.5)


def test_a_fault_of_the_file_is_told_with_its_line():
    broken = town_inp().replace(b" h00 j00 j10 120.0 100", b" h00 j00 j10 wide 100")
    with pytest.raises(NetworkFileInvalid) as refused:
        read_network(broken)
    line = broken.decode().splitlines().index(" h00 j00 j10 wide 100 120 0 Open") + 1
    assert refused.value.parts["line"] == line
    assert "illegal numeric value" in refused.value.detail


@pytest.mark.parametrize("body", [b"", b"\x00" * 50, b"[JUNCTIONS]\n a 1 1\n", b"no network"])
def test_what_is_no_network_is_refused(body):
    with pytest.raises(NetworkFileInvalid):
        read_network(body)


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(0, 2_500), junk=st.binary(max_size=12))
def test_damaged_files_give_typed_errors_only(cut, junk):
    body = town_inp()[:cut] + junk + town_inp()[cut + len(junk) :]
    for damaged in (body, body[: cut + len(junk)]):
        with suppress(NetworkFileInvalid):  # damage to a comment or a title is none
            assert read_network(damaged).nodes


def test_demand_that_no_water_reaches_is_refused():
    with open_model(town_inp()) as model:
        demand = model.nominal_demand_m3h([0.0])[0]
        model.set_open(model.network.link("main"), is_open=False)
        with pytest.raises(HydraulicsUnsolved):
            model.solve(demand)
