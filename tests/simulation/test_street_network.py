from collections import Counter

import msgspec
import numpy as np
import pytest

from dalgu.cities import load
from dalgu.devices.signals.checks import check_timing
from dalgu.devices.signals.cycles import cycle_s
from dalgu.devices.signals.machine import Machine
from dalgu.devices.signals.plans import Plans
from dalgu.devices.signals.tables import Tables
from dalgu.devices.signals.timing import GroupKind
from dalgu.kernel.geo import distance_m
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.model import Network, Turn
from dalgu.services.traffic.queues.simulation import Queues
from dalgu.simulation.city import plan_city
from dalgu.simulation.street_network import street_network
from dalgu.simulation.traffic import MEAN_DAILY_VEHICLES, WORKDAY


@pytest.fixture(scope="module")
def plan():
    return plan_city(load("daegu"), 7)


@pytest.fixture(scope="module")
def network(plan):
    return street_network(plan)


@pytest.fixture(scope="module")
def compiled(network):
    return compile_network(network)


def test_the_signals_are_the_intersections_of_the_registers(plan, network):
    assert tuple(signal.id for signal in network.signals) == plan.intersections.key
    at = {node.id: (node.lon, node.lat) for node in network.nodes}
    for key, place in zip(plan.intersections.key, plan.intersections.place, strict=True):
        assert at[key] == pytest.approx(tuple(place), abs=1e-6)


@pytest.mark.slow
def test_the_same_city_has_the_same_streets(plan, network):
    assert street_network(plan) == network


def test_it_survives_json(network):
    assert msgspec.json.decode(msgspec.json.encode(network), type=Network) == network


def test_every_intersection_has_three_or_four_arms_and_most_have_four(network):
    arms = Counter(link.end for link in network.links)
    at_signals = [arms[signal.id] for signal in network.signals]
    assert set(at_signals) <= {3, 4, 5}
    assert 0.5 < np.mean(np.array(at_signals) == 4) < 0.95


def test_from_every_link_all_ends_can_be_reached(network):
    lane_link = {lane.id: lane.link for lane in network.lanes}
    onward = {link.id: set() for link in network.links}
    for movement in network.movements:
        onward[lane_link[movement.lane]].add(movement.exit)
    ends = {link.id for link in network.links if not onward[link.id]}
    seen, stack = set(), [network.inflows[0].link]
    while stack:
        link = stack.pop()
        if link not in seen:
            seen.add(link)
            stack.extend(onward[link])
    assert ends <= seen
    assert len(ends) == len(network.inflows)


def test_links_are_about_as_long_as_the_way_between_their_nodes(network):
    at = {node.id: (node.lon, node.lat) for node in network.nodes}
    for link in network.links:
        line_m = distance_m(at[link.start], at[link.end])
        assert 1.0 <= link.length_m / line_m < 1.2


def test_the_safety_layer_takes_every_timing(compiled):
    for timing in compiled.timings:
        check_timing(timing)


def test_pedestrians_can_cross_at_their_pace(network):
    groups = {signal.id: signal.groups for signal in network.signals}
    for crossing in network.crossings:
        group = groups[crossing.signal][crossing.group]
        assert group.kind is GroupKind.PEDESTRIAN
        pace_mps = 1.0 if crossing.zone == "none" else 0.8
        assert group.amber_s >= crossing.length_m / pace_mps
    zones = Counter(crossing.zone.value for crossing in network.crossings)
    assert 0.03 < zones["school"] / len(network.crossings) < 0.2
    assert zones["silver"]


def test_stages_are_two_to_four_and_left_turns_mostly_protected(network):
    counts = Counter(len(signal.stages) for signal in network.signals)
    assert set(counts) <= {2, 3, 4, 5}
    lefts = [one for one in network.movements if one.turn is Turn.LEFT]
    assert np.mean([one.permissive for one in lefts]) < 0.2


def test_signals_of_corridors_share_a_cycle_as_korean_arterials_run(network, compiled):
    timing = {one.id: one for one in compiled.timings}
    assert len(network.corridors) > 20
    assert all(len(line.signals) >= 4 for line in network.corridors)
    on_corridors = {signal for line in network.corridors for signal in line.signals}
    for number in range(4):
        cycles = Counter(
            cycle_s(timing[signal], timing[signal].plans[number]) for signal in on_corridors
        )
        usual, times = cycles.most_common(1)[0]
        assert 120 <= usual <= 180
        assert times / len(on_corridors) > 0.95


def test_the_mean_intersection_carries_what_the_cameras_count(network, compiled):
    streets = compiled.streets
    share = np.zeros((len(streets.links), len(streets.links)))
    inner = streets.movement_exit >= 0
    link = streets.lane_link[streets.movement_lane]
    np.add.at(share, (streets.movement_exit[inner], link[inner]), streets.movement_share[inner])
    enters = np.zeros(len(streets.links))
    enters[streets.source_link] = streets.source_veh_h[8]
    flow = np.linalg.solve(np.eye(len(share)) - share, enters)
    ends = np.array([one.end[0] == "x" for one in network.links])
    mean = flow[ends].sum() / len(network.signals)
    assert mean == pytest.approx(MEAN_DAILY_VEHICLES * WORKDAY[8] / 100, rel=0.05)


def test_shares_of_every_link_and_lane_add_up(compiled):
    streets, layout = compiled.streets, compiled.layout
    link = streets.lane_link[streets.movement_lane]
    assert np.bincount(link, streets.movement_share) == pytest.approx(1.0)
    assert np.bincount(layout.movement_lane, layout.movement_share) == pytest.approx(1.0)


def test_layout_timings_and_streets_agree(compiled):
    layout, streets = compiled.layout, compiled.streets
    lanes = [lane for timing in compiled.timings for lane in timing.detectors]
    assert list(layout.lanes) == lanes
    assert [streets.lanes[n] for n in streets.detected] == lanes
    assert layout.signals == tuple(timing.id for timing in compiled.timings)
    assert (layout.stage_lane.any(axis=1)).all()
    # A movement leads to a lane of the link that it exits to.
    for name, at in compiled.movement_at.items():
        onward = layout.movement_next[at]
        if onward >= 0:
            street = compiled.street_movement_at[name]
            exit_ = streets.movement_exit[street]
            assert streets.lane_link[streets.detected[onward]] == exit_


@pytest.mark.slow
def test_the_fixed_plan_carries_the_morning(compiled):
    tables = Tables.of(compiled.timings)
    machine, plans = Machine(tables), Plans(compiled.timings, tables)
    plans.choose(range(len(compiled.timings)), 1)
    start_s = 7.5 * 3600
    queues = Queues(compiled.streets, compiled.layout, np.random.default_rng(1), at_s=start_s)
    for second in range(600):
        machine.step(plans.wish(start_s + second, machine))
        queues.step(machine.state.light[tables.exists].astype(np.int64))
    trips = queues.trips()
    assert trips.outside / trips.due < 0.01
    assert trips.arrived > 500
