import msgspec
import numpy as np
import pytest
from tests.services.traffic.network.corners import crossroads

from dalgu.devices.signals.tables import change_s
from dalgu.devices.signals.timing import Plan, Step
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.compiled_streets import ASSUMED_INFLOW_VEH_H, DAY_SHAPE
from dalgu.services.traffic.network.model import Turn

NETWORK = crossroads(3)


@pytest.fixture(scope="module")
def compiled():
    return compile_network(NETWORK)


def test_every_index_finds_what_it_names(compiled):
    layout, streets = compiled.layout, compiled.streets
    assert {layout.signals[n] for n in compiled.signal_at.values()} == set(compiled.signal_at)
    for name, n in compiled.lane_at.items():
        assert layout.lanes[n] == name
        assert streets.lanes[compiled.street_lane_at[name]] == name
    for name, n in compiled.link_at.items():
        assert streets.links[n] == name


def test_movements_are_those_of_the_network(compiled):
    layout, streets = compiled.layout, compiled.streets
    signal_at = {signal.id: n for n, signal in enumerate(NETWORK.signals)}
    for one in NETWORK.movements:
        n, m = compiled.movement_at[one.id], compiled.street_movement_at[one.id]
        assert layout.lanes[layout.movement_lane[n]] == one.lane
        assert streets.lanes[streets.movement_lane[m]] == one.lane
        assert streets.links[streets.movement_exit[m]] == one.exit
        group = layout.group_first[signal_at[one.signal]] + one.group if one.group >= 0 else -1
        assert layout.movement_group[n] == streets.movement_group[m] == group
        assert layout.movement_permissive[n] == one.permissive


def test_stages_and_changes_are_the_controllers_own(compiled):
    layout = compiled.layout
    for n, timing in enumerate(compiled.timings):
        rows = slice(layout.stage_first[n], layout.stage_first[n + 1])
        count = len(timing.stages)
        assert layout.change_s[rows, :count] == pytest.approx(change_s(timing))
        for stage, groups in zip(timing.stages, layout.stage_group[rows], strict=True):
            assert set(np.flatnonzero(groups)) == set(stage.groups)


def test_a_lane_discharges_where_one_of_its_movements_is_green(compiled):
    layout = compiled.layout
    for stage in range(len(layout.stage_signal)):
        signal = layout.stage_signal[stage]
        first_lane, first_group = layout.lane_first[signal], layout.group_first[signal]
        green = set(np.flatnonzero(layout.stage_group[stage]) + first_group)
        lanes = np.flatnonzero(layout.stage_lane[stage]) + first_lane
        for lane in range(first_lane, layout.lane_first[signal + 1]):
            groups = set(layout.movement_group[layout.movement_lane == lane].tolist()) - {-1}
            assert (lane in lanes) is bool(groups & green)


def test_what_leaves_a_signal_is_seen_by_the_next(compiled):
    layout = compiled.layout
    n = compiled.movement_at["x001-x002_1-through"]
    assert layout.lanes[layout.movement_next[n]] == "x002-x003_0"
    assert layout.movement_travel_s[n] == pytest.approx(380 / (50 / 3.6))
    assert layout.movement_next[compiled.movement_at["x002-x003_1-through"]] == -1


def test_the_camera_says_how_far_a_lane_is_seen(compiled):
    assert set(compiled.layout.lane_reach_m) == {150.0}
    loops = tuple(msgspec.structs.replace(one, to_m=2.0) for one in NETWORK.detectors)
    short = msgspec.structs.replace(NETWORK, detectors=loops)
    assert set(compile_network(short).layout.lane_reach_m) == {150.0}  # a camera is assumed
    far = tuple(msgspec.structs.replace(one, to_m=900.0) for one in NETWORK.detectors)
    long = msgspec.structs.replace(NETWORK, detectors=far)
    assert set(compile_network(long).layout.lane_reach_m) == {380.0}  # no farther than its link


def test_entries_without_inflows_are_assumed_to_have_some():
    bare = msgspec.structs.replace(NETWORK, inflows=())
    streets = compile_network(bare).streets
    assert {streets.links[n] for n in streets.source_link} == {one.link for one in NETWORK.inflows}
    assert streets.source_veh_h.shape == (24, len(NETWORK.inflows))
    assert streets.source_veh_h[8] == pytest.approx(DAY_SHAPE[8] * ASSUMED_INFLOW_VEH_H * 2)


def test_permissive_left_turns_give_way_to_the_opposite_through_traffic():
    lefts = tuple(
        msgspec.structs.replace(one, permissive=one.turn is not Turn.THROUGH)
        for one in NETWORK.movements
    )
    signals, bare = [], (Plan("both", (Step(0, 40.0), Step(1, 40.0))),)
    for signal in NETWORK.signals:
        # All of an axis together, as where nothing is protected.
        stages = tuple(
            msgspec.structs.replace(one, groups=tuple(sorted({*one.groups, *other.groups})))
            for one, other in (signal.stages[:2], signal.stages[2:])
        )
        signals.append(msgspec.structs.replace(signal, stages=stages, plans=bare))
    network = msgspec.structs.replace(NETWORK, movements=lefts, signals=tuple(signals))
    compiled = compile_network(network)
    names = {n: name for name, n in compiled.street_movement_at.items()}
    row = compiled.streets.movement_yields[compiled.street_movement_at["w-x001_2-left"]]
    first = {names[n] for n in row.tolist() if n >= 0}
    assert first == {"x002-x001_0-through", "x002-x001_1-through"}
