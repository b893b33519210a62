"""The queue simulation against what can be reckoned by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.signals.report import Light
from dalgu.services.traffic.queues.patterns import Sketch, grid
from dalgu.services.traffic.queues.simulation import START_LOST_S, Queues
from dalgu.services.traffic.queues.stages import Stages
from dalgu.services.traffic.queues.trial import seen_of

SPEED_MPS = 10.0
BLOCK_M = 200.0
HEADWAY_S = 2.0


def _crossing(**changes: object) -> Queues:
    """One signal, one lane an arm, everybody straight on, nobody unless spawned."""
    set_ = {
        "rows": 1,
        "columns": 1,
        "lanes": 1,
        "has_pockets": False,
        "left": 0.0,
        "right": 0.0,
        "demand_veh_h": 0.0,
        "speed_mps": SPEED_MPS,
        "saturation_veh_s": 1 / HEADWAY_S,
        "row_m": np.array([BLOCK_M]),
        "column_m": np.array([BLOCK_M]),
    }
    streets, layout = grid(Sketch(**(set_ | changes)), np.random.default_rng(0))
    return Queues(streets, layout, np.random.default_rng(0))


def _lights(*, north: Light = Light.RED) -> np.ndarray:
    light = np.full(8, int(Light.RED))
    light[[0, 1, 4, 5]] = north  # through and left, from the north and from the south
    return light


def _discharges(queues: Queues, seconds: int, every_s: int, cycle_s: int, green_s: int) -> list:
    """Spawn at source 0 on a beat; return the seconds in which a vehicle passed the stop line."""
    passed = []
    for second in range(seconds):
        if second % every_s == 0:
            queues.spawn(np.array([0]))
        is_green = second % cycle_s >= cycle_s - green_s
        queues.step(_lights(north=Light.GREEN if is_green else Light.RED))
        passed += [second] * int(queues.lanes().passed_veh.sum())
    return passed


def test_a_lone_vehicle_drives_at_free_speed() -> None:
    queues = _crossing()
    queues.spawn(np.array([0]))
    for _ in range(60):
        queues.step(_lights(north=Light.GREEN))
    trips = queues.trips()
    assert trips.arrived == 1
    assert trips.mean_travel_s == pytest.approx(2 * BLOCK_M / SPEED_MPS, abs=0.01)
    assert trips.mean_delay_s == pytest.approx(0, abs=0.01)


def test_a_standing_queue_discharges_at_saturation_after_the_lost_time() -> None:
    queues = _crossing()
    for _ in range(10):
        queues.spawn(np.array([0]))
        queues.step(_lights())
        queues.step(_lights())
    for _ in range(60):
        queues.step(_lights())
    assert queues.lanes().queue_veh.sum() == 10
    left = []
    for second in range(40):
        queues.step(_lights(north=Light.GREEN))
        left += [second] * int(queues.lanes().passed_veh.sum())
    assert left == [int(START_LOST_S + HEADWAY_S * n) for n in range(10)]


def test_departures_follow_the_deterministic_queue() -> None:
    """D/D/1: each leaves when it is there, the one ahead is a headway gone, and it is green."""
    every, cycle, green = 4, 60, 30
    passed = _discharges(_crossing(), 600, every, cycle, green)
    expected, free = [], -np.inf
    for spawned in range(0, 600, every):
        at = max(spawned + BLOCK_M / SPEED_MPS, free)
        if at % cycle < cycle - green:
            at = at // cycle * cycle + cycle - green + START_LOST_S
        expected.append(at)
        free = at + HEADWAY_S
    assert passed == [int(t) for t in expected if t < 600]


def test_mean_delay_is_websters_uniform_delay() -> None:
    every, cycle, green = 5, 180, 90  # long, so that whole vehicles come near a fluid
    queues = _crossing()
    _discharges(queues, 15 * cycle, every, cycle, green)
    red = cycle - green + START_LOST_S
    load = HEADWAY_S / every
    webster_s = red**2 / (2 * cycle * (1 - load))
    assert queues.trips().mean_delay_s == pytest.approx(webster_s, rel=0.05)


@pytest.mark.slow
def test_random_arrivals_add_the_random_term_of_webster() -> None:
    """Poisson arrivals: Webster's first two terms, less a tenth (Road Res. Tech. Paper 39)."""
    cycle, green, flow = 60, 30, 0.15
    queues = _crossing(demand_veh_h=flow * 3600)
    for second in range(2 * 3600):
        is_green = second % cycle >= cycle - green
        queues.step(_lights(north=Light.GREEN if is_green else Light.RED))
    capacity = (green - START_LOST_S) / cycle / HEADWAY_S
    degree = flow / capacity
    share = (green - START_LOST_S) / cycle
    uniform = cycle * (1 - share) ** 2 / (2 * (1 - share * degree))
    random = degree**2 / (2 * flow * (1 - degree))
    north_south = _delay_of_served(queues)
    assert north_south == pytest.approx(0.9 * (uniform + random), rel=0.15)


def _delay_of_served(queues: Queues) -> float:
    """Return the mean delay of those who arrived (the other road never has green)."""
    counts = queues.counts
    return counts.arrived_delay_s / counts.arrived


def test_a_full_link_blocks_the_one_before_it() -> None:
    """A closed second signal: 26 vehicles stand before it, the rest behind the first."""
    queues = _crossing(rows=2)
    streets, layout = queues.streets, queues.layout
    north = int(np.flatnonzero(streets.source_link == streets.links.index("-1.0>0.0"))[0])
    light = np.full(16, int(Light.GREEN))
    light[8:] = Light.RED
    for second in range(400):
        if second % 4 == 0:
            queues.spawn(np.array([north]))
        queues.step(light)
    held = queues.fleet.count[: len(streets.lanes)][
        streets.lane_link == streets.links.index("0.0>1.0")
    ]
    assert held.sum() == int(BLOCK_M / 7.5)
    seen = queues.lanes()
    first = [n for n, lane in enumerate(layout.lane_signal) if lane == 0]
    assert seen.exit_room_veh[first].min() < 1
    assert seen.queue_veh[first].max() > 20


def test_a_gap_runs_upstream_at_wave_speed() -> None:
    """Newell: the place that one vehicle frees is felt at the entry L/w later, not at once."""
    queues = _crossing(rows=2)
    streets, layout = queues.streets, queues.layout
    north = int(np.flatnonzero(streets.source_link == streets.links.index("-1.0>0.0"))[0])
    light = np.full(16, int(Light.GREEN))
    light[8:] = Light.RED
    for second in range(600):
        if second % 4 == 0:
            queues.spawn(np.array([north]))
        queues.step(light)
    queues.lanes()
    light[8:] = Light.GREEN
    until = None
    first = np.flatnonzero(layout.lane_signal == 0)
    for second in range(120):
        queues.step(light)
        if queues.lanes().passed_veh[first].sum() and until is None:
            until = second
    wave_mps = 0.5 / (1 / 7.5 - 0.5 / SPEED_MPS)
    assert until == pytest.approx(BLOCK_M / wave_mps + START_LOST_S, abs=3)


def test_left_turns_wait_for_a_gap_and_clear_in_amber() -> None:
    """While the other arm keeps coming none turns; in amber one clears the crossing."""
    queues = _crossing(left=0.5)
    exits = queues.ways.turns.exit
    wanted = [queues.streets.links.index(name) for name in ("0.0>0.1", "0.0>-1.0")]
    queues.steer(np.where(np.isin(exits, [-1, *wanted]), 1.0, 0.0))  # north: left, south: on
    north, south = _source(queues, "-1.0>0.0"), _source(queues, "1.0>0.0")
    queues.spawn(np.repeat(north, 5))
    lane = queues.layout.lanes.index(_lane(queues, "-1.0>0.0"))
    passed = []
    for second in range(120):
        if second % 3 == 0:
            queues.spawn(np.array([south]))
        queues.step(_lights(north=Light.GREEN if second < 110 else Light.AMBER))
        passed += [second] * int(queues.lanes().passed_veh[lane])
    assert [second for second in passed if second > 20] == [110] or passed == [110]


def _source(queues: Queues, link: str) -> int:
    at = queues.streets.links.index(link)
    return int(np.flatnonzero(queues.streets.source_link == at)[0])


def _lane(queues: Queues, link: str) -> str:
    at = queues.streets.links.index(link)
    return queues.streets.lanes[int(np.flatnonzero(queues.streets.lane_link == at)[0])]


def test_the_same_seed_gives_the_same_traffic() -> None:
    def run() -> tuple:
        streets, layout = grid(Sketch(3, 3, demand_veh_h=500), np.random.default_rng(1))
        queues, stages = Queues(streets, layout, np.random.default_rng(2)), Stages(layout)
        for second in range(300):
            stages.advance(layout.stage_first[:-1] + second // 30 % 4)
            queues.step(stages.light)
        return queues.trips(), queues.lanes().queue_veh.tolist()

    assert run() == run()


def test_a_closed_link_is_entered_by_nobody() -> None:
    streets, layout = grid(Sketch(3, 3, demand_veh_h=300), np.random.default_rng(1))
    queues, stages = Queues(streets, layout, np.random.default_rng(2)), Stages(layout)
    link = streets.links.index("1.0>1.1")
    on_link = streets.lane_link == link
    for second in range(900):
        if second == 300:
            queues.close(link)
            before = queues.fleet.entered[: len(streets.lanes)][on_link].sum()
        stages.advance(layout.stage_first[:-1] + second // 20 % 4)
        queues.step(stages.light)
    assert queues.fleet.entered[: len(streets.lanes)][on_link].sum() == before > 0
    assert queues.trips().arrived > 0.5 * queues.trips().due


def test_a_narrowed_link_carries_its_share() -> None:
    queues = _crossing(demand_veh_h=1700.0)
    exit_link = queues.streets.links.index("0.0>1.0")
    queues.close(exit_link, 0.25)
    for _ in range(600):
        queues.step(_lights(north=Light.GREEN))
    queues.flows()
    for _ in range(600):
        queues.step(_lights(north=Light.GREEN))
    assert queues.flows().vehicles[exit_link] == pytest.approx(0.25 * 0.5 * 600, abs=3)


def test_flows_are_counts_and_times_of_the_interval() -> None:
    queues = _crossing()
    _discharges(queues, 300, 10, 10, 10)
    flows = queues.flows()
    first = queues.streets.source_link[0]
    assert flows.vehicles[first] == 28  # thirty spawned, a link is 20 s long
    assert flows.travel_s[first] == pytest.approx(BLOCK_M / SPEED_MPS)
    assert flows.speed_mps[first] == pytest.approx(SPEED_MPS)
    assert queues.flows().vehicles.sum() == 0


def test_pedestrians_press_and_are_served() -> None:
    queues = _crossing()
    queues.streets.call_h[0] = 3600.0 * 0.2
    for _ in range(60):
        queues.step(_lights())
    assert queues.called_s[0] > 0
    queues.step(_lights(north=Light.GREEN))
    assert queues.called_s[0] == 0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(50, 900), st.booleans(), st.booleans())
def test_no_vehicle_is_lost_or_made(seed: int, demand: int, pockets: bool, closes: bool) -> None:
    rng = np.random.default_rng(seed)
    sketch = Sketch(2, 2, demand_veh_h=demand, has_pockets=pockets, row_m=np.array([60.0, 300.0]))
    streets, layout = grid(sketch, rng)
    queues, stages = Queues(streets, layout, rng), Stages(layout)
    for second in range(200):
        if closes and second == 100:
            queues.close(int(rng.integers(len(streets.links))))
        stages.advance(layout.stage_first[:-1] + rng.integers(0, 4, len(layout.signals)))
        queues.step(stages.light)
        present = queues.fleet.count
        trips = queues.trips()
        assert trips.due == trips.arrived + trips.inside + trips.outside
        assert present.min() >= 0
        real = present[: len(streets.lanes)]
        assert (real <= np.floor(streets.lane_storage_veh)).all()
        assert int(present.sum()) == trips.inside + trips.outside
        assert trips.mean_delay_s >= -1e-9


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_detectors_see_each_vehicle_in_reach_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    streets, layout = grid(Sketch(2, 2, demand_veh_h=500), rng)
    queues, stages = Queues(streets, layout, rng), Stages(layout)
    for second in range(150):
        stages.advance(layout.stage_first[:-1] + second // 15 % 4)
        queues.step(stages.light)
    seen = seen_of(queues, stages, queues.lanes())
    present = queues.fleet.count[streets.detected]
    assert seen.queue_veh.sum() + seen.arriving_veh.sum() == present.sum()
    assert (seen.waiting_s[seen.queue_veh == 0] == 0).all()
