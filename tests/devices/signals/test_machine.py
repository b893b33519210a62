"""Whatever is wished, the lamps are legal: judged by the monitor, which shares no code."""

import numpy as np
import pytest
from benchmarks.traffic.safety.outputs import district, drive
from benchmarks.traffic.safety.timings import crossroads, random_timing, two_stages
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.signals.machine import AMBER, GREEN, RED, STAY, Machine
from dalgu.devices.signals.monitor import Monitor
from dalgu.devices.signals.tables import Tables

ANY_WISH = st.one_of(
    st.integers(0, 5), st.floats(), st.sampled_from([float("nan"), float("inf"), -1, 2.5])
)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    script=st.lists(st.tuples(ANY_WISH, st.integers(1, 40), st.booleans()), max_size=20),
)
def test_no_output_is_illegal(seed, script):
    timing = random_timing(np.random.default_rng(seed))
    machine, monitor = Machine(Tables.of([timing])), Monitor([timing])
    for wish, ticks, holds in script:
        for _ in range(ticks):
            machine.step(np.array([wish], np.float64), np.array([holds]))
            monitor.watch(machine.state.light[0], 1.0)
            assert machine.outlook.spare[0] >= 0
    assert not monitor.counts.any()


def test_random_outputs_of_a_district_are_legal():
    monitor, _, _ = drive(district(30, np.random.default_rng(4)), 500, np.random.default_rng(4))
    assert not monitor.counts.any()


def run(machine, wish, ticks):
    shown = []
    for _ in range(ticks):
        machine.step(np.array([wish]))
        shown.append("".join("RAG"[lamp] for lamp in machine.state.light[0]))
    return shown


def test_a_change_follows_the_intergreens():
    machine = Machine(Tables.of([two_stages()]))
    run(machine, 0, 20)
    shown = run(machine, 1, 9)
    # Green ends at the first tick: 3 s amber, 2 s all red, the side starts 5 s after that end.
    assert shown == ["AR", "AR", "AR", "RR", "RR", "RG", "RG", "RG", "RG"]


def test_vehicles_stay_green_while_pedestrians_of_their_stage_clear():
    machine = Machine(Tables.of([crossroads(walk_s=15)]))
    run(machine, 0, 40)
    shown = run(machine, 1, 17)
    vehicles, walkers = [one[0] for one in shown], [one[4] for one in shown]
    assert walkers[:16] == ["A"] * 15 + ["R"]
    # 16 s from walk to the left turn, 4.5 s (5 ticks) from the vehicles to it.
    assert vehicles[:16] == ["G"] * 11 + ["A"] * 3 + ["R"] * 2
    assert shown[16][1] == "G"


def test_the_starving_group_is_served_against_the_wish():
    machine = Machine(Tables.of([two_stages()]))
    run(machine, 0, 20)
    waited = 0
    while machine.state.light[0, 1] != GREEN:
        run(machine, STAY, 1)
        waited += 1
    # Served just in time: 180 s after the first tick, on which it had been red since the start.
    assert machine.forced.any() or waited <= 180
    assert 20 + waited == pytest.approx(180, abs=1)


def test_pedestrians_put_a_change_off_for_ten_seconds_at_most():
    def left(holds):
        machine = Machine(Tables.of([crossroads()]))
        run(machine, 0, 60)
        ticks = 0
        while machine.state.light[0, 4] == GREEN:
            machine.step(np.array([1]), np.array([holds]))
            ticks += 1
        return ticks

    assert left(holds=True) - left(holds=False) == 10


def test_pedestrians_prolong_their_clearing_but_not_the_vehicles_amber():
    def cleared(holds):
        machine = Machine(Tables.of([crossroads(walk_s=15)]))
        run(machine, 0, 60)
        run(machine, 1, 1)
        amber = {0: 0, 4: 1}
        while machine.state.light[0, 1] != GREEN:
            machine.step(np.array([1]), np.array([holds]))
            for group in amber:
                amber[group] += machine.state.light[0, group] == AMBER
        return amber

    assert cleared(holds=False) == {0: 3, 4: 15}
    assert cleared(holds=True) == {0: 3, 4: 25}


def test_a_restart_is_all_red_and_comes_back():
    machine = Machine(Tables.of([two_stages(), two_stages()]))
    for _ in range(30):
        machine.step(np.zeros(2))
    machine.restart(np.array([True, False]))
    assert (machine.state.light == [[RED, RED], [GREEN, RED]]).all()
    for _ in range(15):
        machine.step(np.zeros(2))
    assert machine.state.light[0, 0] == GREEN


@pytest.mark.parametrize("wish", [float("nan"), -5, 1e300, 17])
def test_nonsense_is_the_wish_to_stay(wish):
    machine, other = Machine(Tables.of([crossroads()])), Machine(Tables.of([crossroads()]))
    for _ in range(60):
        machine.step(np.array([wish]))
        other.step(np.array([STAY]))
    assert (machine.state.light == other.state.light).all()
