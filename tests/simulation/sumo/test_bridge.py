"""Reading and setting a SUMO that only plays one."""

from types import SimpleNamespace

import numpy as np
import pytest
from tests.simulation.sumo.nets import written

from dalgu.simulation.sumo.bridge import (
    LANE_ID,
    LANE_POSITION,
    SPEED,
    WAITING_TIME,
    Bridge,
    Vehicles,
    detect,
    exit_room,
    time_to,
)
from dalgu.simulation.sumo.layout import read_street


class Played:
    """Answers as `traci` does; vehicles stand where a test puts them."""

    def __init__(self):
        self.now_s, self.shown, self.places = 0.0, {}, {}
        self.simulation = SimpleNamespace(
            getTime=lambda: self.now_s,
            getDepartedIDList=lambda: tuple(self.places),
            getArrivedIDList=lambda: (),
        )
        self.trafficlight = SimpleNamespace(setRedYellowGreenState=self._show)
        self.vehicle = SimpleNamespace(
            subscribe=lambda *_: None, getAllSubscriptionResults=lambda: self.places
        )
        self.history = []

    def _show(self, signal, state):
        self.shown[signal] = state
        self.history.append((self.now_s, state))

    def simulationStep(self, until_s):  # noqa: N802  # its name in TraCI
        self.now_s = until_s

    def put(self, name, lane, place_m, speed_mps=0.0, standing_s=0.0):
        self.places[name] = {
            LANE_ID: lane,
            LANE_POSITION: place_m,
            SPEED: speed_mps,
            WAITING_TIME: standing_s,
        }


@pytest.fixture
def played():
    return Played()


@pytest.fixture
def bridge(played, tmp_path):
    return Bridge(played, read_street(written(tmp_path)))


def test_a_change_shows_amber_and_then_green(played, bridge):
    bridge.order(np.array([1]))
    assert played.shown["j"] == "yyrG"
    assert bridge.seen().changing_s[0] == 3.0
    bridge.run(5.0)
    assert played.history[-1] == (3.0, "rrGG")
    seen = bridge.seen()
    assert seen.stage[0] == 1
    assert seen.stage_age_s[0] == 2.0
    assert seen.red_s.tolist() == [5.0, 5.0, 0.0, 0.0]


def test_a_change_once_begun_is_finished(played, bridge):
    bridge.order(np.array([1]))
    bridge.run(1.0)
    bridge.order(np.array([0]))
    bridge.run(2.0)
    assert played.shown["j"] == "rrGG"


def test_queues_and_arrivals_are_seen_by_lane(played, bridge):
    played.put("a", "south_0", 88.0, 0.0, 12.0)
    played.put("b", "south_0", 80.0, 0.0, 9.0)
    played.put("c", "south_0", 30.0, 10.0)
    played.put("d", "far_0", 290.0, 0.0, 4.0)
    seen = bridge.seen()
    assert seen.queue_veh.tolist() == [0.5, 0.5, 2.0]
    assert seen.arriving_veh[2].tolist() == [0, 0, 0, 1] + [0] * 11  # 60 m at 10 m/s
    assert seen.waiting_s.tolist() == [4.0, 4.0, 12.0]


def test_what_is_out_of_reach_is_not_seen(played, bridge):
    played.put("a", "far_0", 50.0, 10.0)
    played.put("b", "east_0", 50.0, 10.0)
    seen = bridge.seen()
    assert seen.queue_veh.sum() + seen.arriving_veh.sum() == 0.0


def test_stop_lines_count_also_where_the_lane_is_too_short_to_be_met_on(played, bridge):
    played.put("a", "far_0", 295.0, 8.0)
    bridge.seen()
    played.put("a", "north_0", 3.0, 8.0)
    bridge.seen()
    played.put("a", "north_0", 40.0, 8.0)
    bridge.seen()
    assert bridge.turns.passed_veh.tolist() == [0.0, 1.0, 0.0]


def test_a_vehicle_inside_the_junction_is_counted_once(played, bridge):
    for lane, place_m in [("south_0", 85.0), (":j_2_0", 5.0), ("north_0", 5.0)]:
        played.put("a", lane, place_m, 8.0)
        bridge.seen()
    assert bridge.turns.passed_veh.tolist() == [0.0, 0.0, 1.0]


def test_shares_of_turns_are_learned_from_counts(played, bridge):
    for k in range(60):
        played.places.clear()
        played.put(f"v{k}", "south_0", 85.0, 8.0)
        bridge.seen()
        played.put(f"v{k}", "east_0", 5.0, 8.0)
        bridge.seen()
    shares = bridge.learned_layout().movement_share
    assert shares[:2].tolist() == [1.0, 1.0]
    assert max(shares[2:]) > 0.9
    assert shares[2:].sum() == pytest.approx(1.0)


def test_no_room_behind_the_crossing_is_seen(bridge):
    street = bridge.street
    known = bridge.turns.known.index("east_0")

    def at(place_m, speed):
        return Vehicles(np.array([known]), np.array([place_m]), np.array([speed]), np.zeros(1))

    assert exit_room(street, bridge.turns, at(4.0, 0.0))[0] == 0.0
    assert exit_room(street, bridge.turns, at(4.0, 9.0))[0] == pytest.approx(150.0 / 7.5 - 1.0)
    assert exit_room(street, bridge.turns, at(75.0, 0.0))[0] == pytest.approx(9.0)


def test_nobody_is_seen_on_empty_streets(bridge):
    nobody = Vehicles(np.zeros(0, np.int64), *(np.zeros(0) for _ in range(3)))
    queue, arriving, waiting_s = detect(bridge.street, nobody, bridge.street.sight.share)
    assert not queue.any()
    assert not arriving.any()
    assert not waiting_s.any()


def test_the_time_to_the_stop_line_reckons_with_speeding_up():
    allowed = np.array([10.0])
    assert time_to(np.array([100.0]), np.array([10.0]), allowed)[0] == pytest.approx(10.0)
    assert time_to(np.array([25.0]), np.array([0.0]), allowed)[0] == pytest.approx(5.0)
    assert time_to(np.array([45.0]), np.array([0.0]), allowed)[0] == pytest.approx(7.0)
