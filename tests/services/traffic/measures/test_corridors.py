import numpy as np
import pytest
from tests.services.traffic.measures.logs import START_S, log
from tests.services.traffic.measures.streets import GROUPS, INTERGREEN_S, MAIN, STAGES, network

from dalgu.devices.signals.timing import Timing
from dalgu.services.traffic.measures.corridors import (
    common_cycle_s,
    greens_of,
    planned_direction,
    planned_of,
    plans_named,
    ways_of,
)
from dalgu.services.traffic.measures.progression import green_band, repeated_greens
from dalgu.services.traffic.measures.refusals import CorridorInvalid
from dalgu.services.traffic.measures.time_space import (
    LEFT,
    RIGHT,
    WIDTH,
    Frame,
    Sight,
    drawn_vehicles,
    time_space,
)

STREETS = network(offsets=(0.0, 40.0, 0.0))
CORRIDOR = STREETS.corridors[0]
OUT, BACK = ways_of(STREETS, CORRIDOR, CORRIDOR.signals)


def timings():
    return {
        one.id: Timing(one.id, GROUPS, INTERGREEN_S, STAGES, one.plans) for one in STREETS.signals
    }


def directions():
    held = timings()
    planned = planned_of(held, plans_named(held, "day"))
    return tuple(planned_direction(way, planned, 80.0) for way in (OUT, BACK))


def test_a_way_knows_its_distances_times_and_the_greens_along_it():
    assert OUT.signals == ("s0", "s1", "s2")
    assert BACK.signals == ("s2", "s1", "s0")
    assert OUT.distance_m.tolist() == [0.0, 400.0, 800.0]
    assert OUT.travel_s.tolist() == [0.0, 40.0, 80.0]
    assert OUT.group == BACK.group == (MAIN, MAIN, MAIN)


def test_signals_half_a_cycle_apart_alternate_and_pass_whole_greens_both_ways():
    out, back = directions()
    assert out.start_s.tolist() == [0.0, 40.0, 0.0]
    assert green_band(out, 80.0).width_s == green_band(back, 80.0).width_s == 40.0


def test_plans_of_other_cycles_have_no_common_one():
    held = timings()
    day, night = plans_named(held, "day"), plans_named(held, "night")
    assert common_cycle_s(planned_of(held, day)) == 80.0
    assert common_cycle_s(planned_of(held, day | {"s1": night["s1"]})) is None


def test_an_unconnected_or_too_short_corridor_is_refused():
    with pytest.raises(CorridorInvalid, match="fewer than two"):
        ways_of(STREETS, CORRIDOR, ("s0",))
    cut = network(2)
    broken = type(cut)(
        cut.name,
        cut.nodes,
        tuple(one for one in cut.links if {one.start, one.end} != {"s0", "s1"}),
        cut.lanes,
        tuple(
            one
            for one in cut.movements
            if "s0-s1" not in one.lane + one.exit and "s1-s0" not in one.lane + one.exit
        ),
        cut.signals,
    )
    with pytest.raises(CorridorInvalid, match="no road leads"):
        ways_of(broken, CORRIDOR, ("s0", "s1"))


def test_real_greens_are_the_pairs_of_green_and_yellow_of_each_signals_group():
    events = log((10.0, 1, 1), (50.0, 8, 1), (53.0, 10, 1), (12.0, 1, 2), (30.0, 8, 2), device=1)
    made = greens_of(events, OUT, 1)
    assert made.signal.tolist() == [1]
    assert (made.start_s - START_S).tolist() == [10.0]
    assert (made.end_s - START_S).tolist() == [50.0]


def test_the_drawing_holds_every_signal_with_bands_and_ways_inside_it():
    frame = Frame(1_000.0, 1_600.0, 80.0)
    sights = []
    for way, one in zip((OUT, BACK), directions(), strict=True):
        greens = repeated_greens(one, 80.0, from_s=800.0, until_s=1_700.0)
        vehicles = drawn_vehicles(way.travel_s, greens, from_s=1_000.0, until_s=1_600.0)
        assert vehicles.stops.max() == 0  # greens alternate: nobody stops
        sights.append(Sight(way, greens, green_band(one, 80.0), vehicles))
    made = time_space(*sights, frame)
    assert [row.signal for row in made.rows] == ["s0", "s1", "s2"]
    assert made.rows[0].y > made.rows[1].y > made.rows[2].y
    assert made.outbound_bands.count("z") >= 7
    bars = [float(part.split()[0]) for part in made.rows[1].outbound.split("M")[1:]]
    assert min(bars) >= LEFT
    assert max(bars) <= WIDTH - RIGHT


def test_a_queue_leaves_one_by_one():
    out, _ = directions()
    greens = repeated_greens(out, 80.0, from_s=0.0, until_s=800.0)
    free = drawn_vehicles(out.travel_s, greens, from_s=200.0, until_s=400.0)
    gaps = np.diff(free.leave_s[:, 0])
    assert np.all(gaps[~np.isnan(gaps)] >= 2.0)
