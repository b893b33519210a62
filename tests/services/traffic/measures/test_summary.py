import numpy as np
import pytest
from tests.services.traffic.measures.logs import START_S, cycle, log
from tests.services.traffic.measures.streets import CROSS, MAIN, network
from tests.services.traffic.measures.test_planned import TIMING

from dalgu.services.traffic.measures.assigned import ADVANCE_FROM, assignments_of
from dalgu.services.traffic.measures.cycles import cycle_arrivals, signal_cycles, termination_points
from dalgu.services.traffic.measures.diagrams import (
    LEFT,
    axis,
    coordination_diagram,
    termination_diagram,
)
from dalgu.services.traffic.measures.events import DetectorFunction
from dalgu.services.traffic.measures.intersection import intersection_of
from dalgu.services.traffic.measures.quarters import quarters_of
from dalgu.services.traffic.measures.summary import summary_of
from dalgu.services.traffic.measures.timing_diagram import timing_diagram

STREETS = network()
HERE = intersection_of(STREETS, STREETS.signals[1])
DETECTED = tuple(lane.lane.id for lane in HERE.lanes)
ASSIGNED = assignments_of(HERE, DETECTED, 1)
PHASE = MAIN + 1

EVENTS = log(
    *(row for at in range(0, 1_800, 60) for row in cycle(float(at), PHASE, green=30.0)),
    *((at + 30.0, 4 if at % 120 else 5, PHASE) for at in range(0, 1_800, 60)),
    *((float(at), 82, ADVANCE_FROM + 1) for at in range(5, 1_800, 10)),
    *((600.0, 90, 4), (640.0, 21, 4), (650.0, 22, 4), (660.0, 23, 4)),
)


def test_every_loop_stands_for_the_groups_of_its_lane():
    presence = ASSIGNED.of(DetectorFunction.PRESENCE)
    assert list(zip(presence.detector[:3], presence.phase[:3], strict=True)) == [
        (1, 1),
        (2, 1),
        (3, 3),
    ]
    advance = ASSIGNED.of(DetectorFunction.ADVANCE)
    assert advance.detector.min() == ADVANCE_FROM + 1


def test_a_phase_is_summed_up_over_the_whole_stretch():
    made = summary_of(EVENTS, ASSIGNED, (PHASE, CROSS + 1), (4,))
    main, cross = made.vehicles
    assert (main.cycles, main.green_s, main.cycle_s) == (29, 30.0, 60.0)
    assert (main.gap_outs, main.max_outs, main.force_offs) == (15, 15, 0)
    assert main.arrivals == 180
    assert main.on_green == pytest.approx(0.5, abs=0.01)
    assert main.platoon_ratio == pytest.approx(1.0, abs=0.02)
    assert main.arrival_type == 3
    assert (cross.cycles, cross.green_s, cross.on_green, cross.platoon_ratio) == (
        0,
        None,
        None,
        None,
    )
    [walk] = made.walks
    assert (walk.services, walk.presses, walk.mean_delay_s) == (1, 1, 40.0)


def test_quarters_hold_every_cycle_once():
    made = quarters_of(EVENTS, ASSIGNED, (PHASE, CROSS + 1), (START_S, START_S + 1_800.0))
    assert len(made.from_s) == 2
    assert made.cycles.sum() == 29
    assert made.arrivals[0].sum() == 180
    assert np.isnan(made.green_s[1]).all()


def test_dots_of_the_coordination_diagram_fall_into_the_colour_they_met():
    cycles = signal_cycles(EVENTS)
    arrivals = cycle_arrivals(EVENTS, ASSIGNED, cycles)
    made = coordination_diagram(cycles, arrivals, PHASE, axis(START_S, START_S + 1_800.0))
    green, red = made.on_green.count("h0"), made.on_red.count("h0")
    assert green + red == len(arrivals.cycle)
    assert green == 87  # three of each of 29 cycles
    assert made.green.count("z") == 29
    assert made.axis.marks[0][0] == LEFT


def test_rings_mark_forced_ends_in_a_row_and_not_gaps():
    events = log(*((at * 60.0, 5 if at < 4 else 4, PHASE) for at in range(8)))
    made = termination_diagram(termination_points(events), (PHASE,), axis(START_S, START_S + 600))
    assert made.in_row.count("M") == 2
    assert (made.gap_outs.count("M"), made.max_outs.count("M")) == (4, 4)


def test_the_timing_diagram_wraps_a_green_over_the_end_of_the_cycle():
    made = timing_diagram(TIMING, TIMING.plans[0])
    assert [row.name for row in made.rows] == ["EW", "NS", "EW-L", "W-P"]
    by_group = {row.group: row for row in made.rows}
    assert by_group[MAIN].starts_s == (0.0,)  # from where the first stage is whole
    lasting = sum(bar.width for bar in made.bars if bar.kind in ("green", "walk"))
    whole = made.ticks[-1][0] - made.ticks[0][0]
    assert lasting / whole * 80.0 == pytest.approx(40 + 30 + 10 + 23, abs=0.5)
