import numpy as np
from hypothesis import given
from hypothesis.strategies import booleans, integers, lists, tuples
from tests.services.traffic.measures.logs import cycle, detector, log

from dalgu.services.traffic.measures.events import DetectorAssignments, DetectorFunction
from dalgu.services.traffic.measures.split_failures import cycle_occupancies, split_failures

PRESENCE = detector(9, 2, "presence")


def two(phase=2):
    return DetectorAssignments(
        np.array([1, 1]),
        np.array([phase, phase]),
        np.array([8, 9]),
        (DetectorFunction.PRESENCE,) * 2,
    )


def test_a_split_fails_when_the_stop_line_is_occupied_through_green_and_into_red():
    # green 100 to 120, red from 123; occupied 90 to 119 and 122 to 127.5
    events = log(
        *cycle(100, 2),
        (90.0, 82, 9),
        (119.0, 81, 9),
        (122.0, 82, 9),
        (127.5, 81, 9),
        (200.0, 43, 2),
    )
    made = cycle_occupancies(events, PRESENCE)
    assert made.green_s.tolist() == [20.0]
    assert made.green_occupancy.tolist() == [0.95]
    assert made.red_occupancy.tolist() == [0.9]
    assert split_failures(made).failures.tolist() == [1]


def test_a_phase_is_occupied_while_any_of_its_detectors_is():
    events = log(
        *cycle(100, 2),
        *((90.0, 82, 8), (110.0, 81, 8), (109.0, 82, 9), (118.0, 81, 9)),
        (200.0, 43, 2),
    )
    assert cycle_occupancies(events, two()).green_occupancy.tolist() == [0.9]
    lanes = cycle_occupancies(events, two(), by_lane=True)
    assert dict(zip(lanes.detector.tolist(), lanes.green_occupancy.tolist(), strict=True)) == {
        8: 0.5
    }


def test_a_lost_off_is_put_half_way_between_two_ons():
    # on at 90, on again at 130: off half-way, at 110
    events = log(*cycle(100, 2), (90.0, 82, 9), (130.0, 82, 9), (131.0, 81, 9), (200.0, 43, 2))
    assert cycle_occupancies(events, PRESENCE).green_occupancy.tolist() == [0.5]


def test_a_cycle_without_yellow_is_left_out():
    rows = [row for row in cycle(100, 2) if row[1] != 8]
    events = log(*rows, (90.0, 82, 9), (131.0, 81, 9), (200.0, 43, 2))
    assert len(cycle_occupancies(events, PRESENCE).at_ms) == 0


def test_a_red_that_the_log_does_not_see_for_five_seconds_is_left_out():
    events = log(*cycle(100, 2), (90.0, 82, 9), (124.0, 81, 9))
    assert len(cycle_occupancies(events, PRESENCE).at_ms) == 0


@given(lists(tuples(integers(0, 8_000), booleans()), max_size=80))
def test_occupancies_are_shares(changes):
    greens = [row for at in range(5, 800, 60) for row in cycle(float(at), 2)]
    events = log(*greens, *((at / 10, 82 if on else 81, 9) for at, on in changes))
    made = cycle_occupancies(events, PRESENCE)
    assert np.all((made.green_occupancy >= 0) & (made.green_occupancy <= 1))
    assert np.all((made.red_occupancy >= 0) & (made.red_occupancy <= 1))
    binned = split_failures(made)
    assert binned.cycles.sum() == len(made.at_ms)
    assert np.all(binned.failures <= binned.cycles)
