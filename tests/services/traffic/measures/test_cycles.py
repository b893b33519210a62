import numpy as np
from hypothesis import given
from hypothesis.strategies import integers, lists
from tests.services.traffic.measures.logs import cycle, detector, log, offset_s

from dalgu.services.traffic.measures.cycles import (
    approach_delay,
    cycle_arrivals,
    green_times,
    signal_cycles,
    termination_points,
)

ADVANCE = detector(5, 2, "advance")
TWO = (*cycle(10, 2), *cycle(70, 2))  # red begins at 33 and 93, green at 10 and 70


def test_a_cycle_runs_from_red_to_red():
    made = signal_cycles(log(*TWO))
    assert offset_s(made.red_ms) == [33.0]
    assert offset_s(made.green_ms) == [70.0]
    assert made.green_s.tolist() == [20.0]
    assert made.cycle_s.tolist() == [60.0]


def test_who_comes_in_red_waits_for_green_and_who_comes_on_green_does_not():
    events = log(*TWO, (40.0, 82, 5), (71.0, 82, 5), (95.0, 82, 5))
    cycles = signal_cycles(events)
    arrivals = cycle_arrivals(events, ADVANCE, cycles)
    assert offset_s(arrivals.at_ms) == [40.0, 71.0]  # 95 is in a cycle that was not seen whole
    made = approach_delay(arrivals, cycles)
    assert made.mean_s.tolist() == [15.0]


@given(lists(integers(5, 60), min_size=2, max_size=12))
def test_splits_add_up_to_the_time_from_first_to_last_red(greens):
    rows, at = [], 0.0
    for green in greens:
        rows += cycle(at, 2, green=float(green))
        at += green + 20.0
    made = signal_cycles(log(*rows))
    assert made.cycle_s.sum() == (made.end_ms[-1] - made.red_ms[0]) / 1000
    assert np.all(made.green_s < made.cycle_s)
    binned = green_times(made)
    assert binned.cycles.sum() == len(greens) - 1


def test_the_third_maximum_in_a_row_is_told():
    made = termination_points(log((10.0, 5, 2), (70.0, 5, 2), (80.0, 4, 4), (130.0, 5, 2)))
    assert list(zip(made.phase, made.reason, made.in_row, strict=True)) == [
        (2, 5, 1),
        (2, 5, 2),
        (2, 5, 3),
        (4, 4, 1),
    ]
