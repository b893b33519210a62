"""The high-resolution log tells what lamps and lanes did, in Indiana codes."""

import numpy as np
from benchmarks.traffic.safety.timings import TinyStreet, crossroads, two_stages

from dalgu.devices.signals.codes import EventCode
from dalgu.devices.signals.field import Field
from dalgu.devices.signals.report import Command

AT_S = 1.8e9


def log(timings, seconds, stage=None):
    field = Field(timings, TinyStreet(timings))
    rows = []
    for at_s in np.arange(AT_S, AT_S + seconds):
        report = field.step(at_s)
        rows.append(report.events)
        if stage is not None:
            groups = len(report.light)
            field.take(Command(at_s, at_s, stage(at_s), np.zeros(groups)))
    return np.concatenate(rows), field


def of(events, code, parameter=None, controller=0):
    some = (events[:, 2] == code) & (events[:, 1] == controller)
    if parameter is not None:
        some &= events[:, 3] == parameter
    return events[some, 0]


def test_a_green_is_told_from_its_beginning_to_the_end_of_its_clearance():
    events, _ = log([two_stages()], 200)
    begun = of(events, EventCode.BEGIN_GREEN, 1)
    ended = of(events, EventCode.GREEN_TERMINATION, 1)
    after = ended[ended > begun[1]][0]
    assert after - begun[1] == 40
    assert after in of(events, EventCode.BEGIN_YELLOW, 1)
    assert after in of(events, EventCode.FORCE_OFF, 1)
    assert after + 3 in of(events, EventCode.END_YELLOW, 1)
    assert after + 3 in of(events, EventCode.BEGIN_RED_CLEARANCE, 1)
    assert after + 5 in of(events, EventCode.END_RED_CLEARANCE, 1)
    assert after + 5 in of(events, EventCode.BEGIN_GREEN, 2)


def test_pedestrians_have_their_own_codes():
    events, _ = log([crossroads(walk_s=15)], 300)
    walk = of(events, EventCode.PED_BEGIN_WALK, 5)[0]
    clears = of(events, EventCode.PED_BEGIN_CLEARANCE, 5)
    clears = clears[clears > walk][0]
    assert clears + 15 in of(events, EventCode.PED_BEGIN_DONT_WALK, 5)
    assert len(of(events, EventCode.BEGIN_GREEN, 5)) == 0
    assert len(of(events, EventCode.PED_CALL_REGISTERED)) > 0


def test_the_end_of_a_green_tells_who_ended_it():
    stages = lambda at_s: np.array([int(at_s // 30) % 2])  # noqa: E731
    events, _ = log([two_stages()], 200, stages)
    assert len(of(events, EventCode.GAP_OUT)) > 3
    events, _ = log([two_stages()], 400, lambda _: np.array([0]))
    assert len(of(events, EventCode.MAX_OUT, 1)) >= 1


def test_detectors_go_on_and_off_in_turn_and_count_all_that_pass():
    timings = [crossroads()]
    street = TinyStreet(timings)
    field = Field(timings, street)
    passed, rows = 0.0, []
    for at_s in np.arange(AT_S, AT_S + 300):
        report = field.step(at_s)
        passed += report.passed_veh[0]
        rows.append(report.events)
    events = np.concatenate(rows)
    lane = events[np.isin(events[:, 2], (81, 82)) & (events[:, 3] == 1)]
    assert (np.diff(lane[:, 2]) != 0).all()
    assert (np.diff(lane[:, 0]) >= 0).all()
    assert passed > 10
    assert np.isclose((lane[:, 2] == 81).sum(), passed, atol=1)
    arrived = len(of(events, EventCode.DETECTOR_ON, 101))
    assert abs(arrived - passed) <= street.queue[0] + 1


def test_the_pattern_is_told_when_it_changes():
    events, _ = log([two_stages()], 20, lambda _: np.array([0]))
    patterns = events[events[:, 2] == EventCode.PATTERN_CHANGE, 3]
    assert patterns.tolist() == [1, 254]
