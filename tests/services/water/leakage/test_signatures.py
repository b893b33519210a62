import numpy as np
import pytest
from tests.services.water.leakage.town import GAUGES, measured, town_inp

from dalgu.services.water.leakage.calibration import modes, noise, roughness_factors
from dalgu.services.water.leakage.model import open_model
from dalgu.services.water.leakage.network import NodeKind
from dalgu.services.water.leakage.record import Layout, Record, RecordUnequal, Zone
from dalgu.services.water.leakage.residuals import demands, residuals
from dalgu.services.water.leakage.signatures import SIZES_M3H, signatures


def layout_of(network):
    junctions = np.array([node.kind is NodeKind.JUNCTION for node in network.nodes])
    return Layout([network.node(name) for name in GAUGES], (), (Zone("all", junctions),))


@pytest.fixture(scope="module")
def table():
    with open_model(town_inp()) as model:
        return model.network, signatures(model, layout_of(model.network), [])


def a_record(days, *, leak=None, seed=1):
    told = measured([] if leak is None else [leak], days, seed, noise_m=0.0)
    none = np.zeros((24 * days, 0))
    return Record(told.head_m, told.inflow_m3h[:, None], none, none, none, none)


def test_a_leak_lowers_every_head_behind_it_most_where_it_is(table):
    network, held = table
    marks = held.leak[2, 1, held.pipes.index(network.link("v31"))]
    assert (marks < 1e-6).sum() >= 4
    # j33 and j43 are nearer to v31 than j00 at the reservoir's main.
    assert marks[GAUGES.index("j33")] < marks[GAUGES.index("j00")]


def test_a_burst_marks_more_for_each_cubic_metre_than_a_trickle(table):
    network, held = table
    pipe = held.pipes.index(network.link("v31"))
    weights = np.array([[0.0, 0.0, 1.0, 0.0, 0.0]])
    small, large = (np.abs(held.leak_at(weights, pipe, q)).max() for q in (4.0, 26.0))
    between = np.abs(held.leak_at(weights, pipe, 8.0)).max()
    assert small < between < large
    assert held.leak.shape[1] == len(SIZES_M3H)


def test_the_signature_of_a_leak_is_what_the_residuals_show(table):
    network, held = table
    with open_model(town_inp()) as model:
        layout = layout_of(network)
        dry = residuals(model, layout, a_record(2)).value
        wet = residuals(model, layout, a_record(2, leak=("j32", 6.0, 0, 9)))
    weights = held.weights(wet.level_m3h, wet.parts)[0]
    ends = [held.pipes.index(network.link(pipe)) for pipe in ("v31", "v32")]
    expected = 6.0 * np.mean([held.leak_at(weights, pipe, 6.0) for pipe in ends], axis=0)
    shown = (wet.value - dry)[0].reshape(-1)
    assert np.corrcoef(shown, expected)[0, 1] > 0.97
    assert np.linalg.norm(shown) == pytest.approx(np.linalg.norm(expected), rel=0.25)


def test_demands_take_just_the_inflow():
    with open_model(town_inp()) as model:
        record = a_record(3)
        wanted = demands(model, layout_of(model.network), record)
    np.testing.assert_allclose(wanted.sum(axis=1), record.zone_m3h[:, 0])


def test_a_record_of_unequal_series_is_told():
    whole = a_record(2)
    broken = Record(whole.head_m, whole.zone_m3h[:-1], *[whole.level_m] * 4)
    with pytest.raises(RecordUnequal, match="zone_m3h"):
        broken.check()


def test_noise_leaves_out_what_lasts():
    rng = np.random.default_rng(2)
    still = rng.normal(0, 0.02, (200, 1, 3))
    leaking = still.copy()
    leaking[60:140] -= 0.5
    calm, shaken = (np.sqrt(np.diag(noise(value))) for value in (still, leaking))
    np.testing.assert_allclose(shaken, calm, rtol=0.1)
    np.testing.assert_allclose(calm, 0.02, rtol=0.35)


def test_modes_read_back_as_a_factor_for_each_pipe(table):
    held = table[1]
    found = modes(held, np.full(len(GAUGES), 0.01))
    assert 1 <= len(found.roughness) <= len(GAUGES) * 2
    none = roughness_factors(found, np.zeros(len(found.roughness)))
    assert (none == 1).all()
    # A mode of strength one moves no pipe by more than its prior.
    first = roughness_factors(found, np.eye(len(found.roughness))[0])
    assert 0 < np.abs(first - 1).max() <= 0.07


def test_a_metered_zone_tells_its_own_leakage():
    with open_model(town_inp()) as model:
        network = model.network
        branch = np.array([node.id.startswith("b") for node in network.nodes])
        junctions = np.array([node.kind is NodeKind.JUNCTION for node in network.nodes])
        taps = [network.node("b1"), network.node("b2")]
        zones = (Zone("grid", junctions & ~branch), Zone("branch", branch, is_metered=True))
        layout = Layout([network.node(name) for name in GAUGES], (), zones, taps)
        nominal = model.nominal_demand_m3h((np.arange(48) % 24 * 3_600.0).tolist())
        used = nominal[:, taps]
        inflow = np.stack([nominal[:, ~branch].sum(axis=1), used.sum(axis=1) + 1.5], axis=1)
        none = np.zeros((48, 0))
        heads = np.full((48, len(GAUGES)), 55.0)
        seen = residuals(model, layout, Record(heads, inflow, none, used, none, none))
        table = signatures(model, layout, [])
    assert seen.value.shape == (2, 2, len(GAUGES) + 1)
    np.testing.assert_allclose(seen.value[..., -1], 1.5, atol=1e-9)
    # A leak of the branch shows in its balance, one of the grid does not.
    at = {name: table.pipes.index(network.link(name)) for name in ("b1", "v31")}
    np.testing.assert_allclose(table.leak[:, :, at["b1"], -1], 1.0)
    np.testing.assert_allclose(table.leak[:, :, at["v31"], -1], 0.0)
