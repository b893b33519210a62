"""MAP and SPaT of a small crossroads, and what leaves for roadside units."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from dalgu.devices.signals.report import BINS, Light, Report
from dalgu.devices.signals.timing import Group, GroupKind, Plan, Stage, Step
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.model import (
    Crossing,
    Lane,
    Link,
    Movement,
    Network,
    Node,
    Signal,
    Turn,
)
from dalgu.services.traffic.v2x.denm import Cause, Notification, decode_denm
from dalgu.services.traffic.v2x.mapdata import LaneKind, Maneuvers, decode_map, encode_map
from dalgu.services.traffic.v2x.roadside import Roadside
from dalgu.services.traffic.v2x.spat import TIME_UNKNOWN_S, MovementPhase, decode_spat
from dalgu.services.traffic.v2x.told import maps_of, states_of

pytest.importorskip("pycrate_asn1dir.ITS_IS", reason="pip install 'dalgu[v2x]'")
AT_S = datetime(2026, 3, 2, 0, 30, 15, 250_000, tzinfo=UTC).timestamp()


def a_network() -> Network:
    """A road from south to north over one signal, one turn to the east, one crossing."""
    nodes = tuple(
        Node(name, 128.6 + east, 35.87 + north)
        for name, east, north in (("s", 0, -0.002), ("x", 0, 0), ("n", 0, 0.002), ("e", 0.002, 0))
    )
    links = (
        Link("in", "s", "x", 222.0, 2),
        Link("out", "x", "n", 222.0, 1),
        Link("side", "x", "e", 180.0, 1),
    )
    lanes = (
        Lane("in-0", "in", 0, 222.0),
        Lane("in-1", "in", 1, 222.0),
        Lane("out-0", "out", 0, 222.0),
        Lane("side-0", "side", 0, 180.0),
    )
    movements = (
        Movement("right", "in-0", "side", Turn.RIGHT, "x", 0, permissive=True),
        Movement("ahead", "in-1", "out", Turn.THROUGH, "x", 1),
    )
    groups = (Group("r"), Group("t"), Group("w", GroupKind.PEDESTRIAN, min_green_s=7.0))
    signal = Signal(
        "x", ("x",), groups,
        ((0.0, 0.0, 0.0), (0.0, 0.0, 6.0), (0.0, 6.0, 0.0)),
        (Stage("a", (0, 1)), Stage("b", (2,))),
        (Plan("day", (Step(0, 20.0), Step(1, 10.0))),),
    )  # fmt: skip
    crossing = Crossing("c", "x", ("in",), 9.0, "x", 2)
    return Network("small", nodes, links, lanes, movements, (signal,), (crossing,))


NETWORK = a_network()
COMPILED = compile_network(NETWORK)


def a_report(lights: tuple[Light, ...], age_s: float = 2.0) -> Report:
    lanes = np.zeros(len(COMPILED.layout.lanes))
    one = np.zeros(1)
    return Report(
        AT_S, one.astype(int), one, one, one.astype(int), one.astype(int),
        np.array(lights, int), np.full(3, age_s), np.zeros(3),
        lanes, np.zeros((len(lanes), BINS)), lanes, lanes, lanes, lanes, lanes > 0,
        np.zeros((0, 4)),
    )  # fmt: skip


def test_a_map_says_which_lane_leads_where_under_which_group():
    [intersection] = next(maps_of(NETWORK, 5)).intersections
    by_way = {
        lane.connections[0].maneuvers: lane
        for lane in intersection.lanes
        if lane.connections and lane.kind is LaneKind.VEHICLE
    }
    assert by_way[Maneuvers.RIGHT].connections[0].signal_group == 1
    assert by_way[Maneuvers.STRAIGHT].connections[0].signal_group == 2
    [walk] = [lane for lane in intersection.lanes if lane.kind is LaneKind.CROSSWALK]
    assert walk.connections[0].signal_group == 3


def test_lanes_lie_right_of_the_middle_in_driving_direction():
    [intersection] = next(maps_of(NETWORK, 5)).intersections
    kerb, inner = intersection.lanes[0], intersection.lanes[1]
    # Northbound: the lane at the kerb lies farther east; nodes go from the stop line outwards.
    assert kerb.nodes[0].x_m > inner.nodes[0].x_m > 0
    assert kerb.nodes[1].y_m < 0


def test_the_walk_is_as_long_as_the_crossing():
    [intersection] = next(maps_of(NETWORK, 5)).intersections
    [walk] = [lane for lane in intersection.lanes if lane.kind is LaneKind.CROSSWALK]
    assert np.hypot(walk.nodes[1].x_m, walk.nodes[1].y_m) == pytest.approx(9.0, abs=0.02)


def test_a_map_of_the_network_survives_the_air():
    data = next(maps_of(NETWORK, 5))
    assert decode_map(encode_map(data)) == data


def test_lights_are_told_as_phases_and_least_greens_as_moments():
    [state] = states_of(COMPILED.layout, a_report((Light.GREEN, Light.AMBER, Light.RED)), 5)
    right, ahead, walk = state.movements
    assert right.phase is MovementPhase.PERMISSIVE_ALLOWED
    assert ahead.phase is MovementPhase.PROTECTED_CLEARANCE
    assert walk.phase is MovementPhase.STOP_AND_REMAIN
    # 00:30:15.25 and three of five seconds of least green to come.
    assert right.timing.min_end_s == pytest.approx(1818.2, abs=0.11)
    assert walk.timing.min_end_s == TIME_UNKNOWN_S


def test_a_second_of_the_city_carries_its_own_clock():
    control = SimpleNamespace(state=SimpleNamespace(network=None), compiled=lambda: COMPILED)
    roadside = Roadside(control, None)
    spat, geometry = roadside.frames(COMPILED, a_report((Light.RED,) * 3))
    [state] = decode_spat(spat).intersections
    assert state.minute_of_year == (31 + 28 + 1) * 1440 + 30
    assert state.millisecond == 15_250
    assert decode_map(geometry).intersections[0].id == state.id == 1


def test_frames_and_cautions_reach_a_roadside_unit():
    async def listen():
        loop, got = asyncio.get_running_loop(), asyncio.Queue()

        class Unit(asyncio.DatagramProtocol):
            def datagram_received(self, data, _addr):
                got.put_nowait(data)

        server, _ = await loop.create_datagram_endpoint(Unit, local_addr=("127.0.0.1", 0))
        port = server.get_extra_info("sockname")[1]
        control = SimpleNamespace(state=SimpleNamespace(network=None), compiled=lambda: COMPILED)
        roadside = Roadside(control, f"udp://127.0.0.1:{port}")
        at = datetime(2026, 3, 2, tzinfo=UTC)
        roadside.announce(Notification(1, 1, at, at, 128.6, 35.87, Cause.COLLISION_RISK, 4))
        roadside.hear(a_report((Light.RED,) * 3))
        roadside.hear(a_report((Light.RED,) * 3))
        work = asyncio.create_task(roadside.run())
        datagrams = [await asyncio.wait_for(got.get(), 5) for _ in range(3)]
        work.cancel()
        server.close()
        return datagrams, roadside.sent

    datagrams, sent = asyncio.run(listen())
    assert decode_spat(datagrams[0]).intersections[0].id == 1
    assert decode_map(datagrams[1]).revision == 0
    assert decode_denm(datagrams[2]).cause == Cause.COLLISION_RISK
    assert (sent.spat, sent.maps, sent.denm, sent.refused) == (1, 1, 1, 1)
