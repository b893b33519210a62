import numpy as np
from tests.services.traffic.measures.logs import cycle, log, offset_s

from dalgu.services.traffic.measures.counts import Online, online_bins
from dalgu.services.traffic.measures.kinds import KINDS, Kind
from dalgu.services.traffic.measures.timeline import TimelineRules, timeline

TALK = [(float(at), 43 + at // 20 % 2, 7) for at in range(0, 900, 20)]  # it is never silent
QUIET = TimelineRules(silences_s=())


def made(*rows, rules=QUIET):
    events = log(*TALK, *rows)
    return timeline(events, online_bins(events), rules)


def found(line, kind):
    return [
        (*offset_s(one), value, valid)
        for one, value, valid, name in zip(
            np.stack([line.start_ms, line.end_ms], axis=1),
            line.value.tolist(),
            line.valid.tolist(),
            (KINDS[number] for number in line.kind.tolist()),
            strict=True,
        )
        if name == kind
    ]


def test_colours_last_from_their_begin_to_their_end():
    line = made(*cycle(100, 2))
    assert found(line, Kind.GREEN) == [(100.0, 120.0, 2, True)]
    assert found(line, Kind.YELLOW) == [(120.0, 123.0, 2, True)]
    assert found(line, Kind.RED) == [(123.0, 125.0, 2, True)]


def test_a_green_that_begins_twice_is_not_valid():
    assert found(made((100.0, 1, 2), (150.0, 1, 2), (160.0, 7, 2)), Kind.GREEN) == [
        (100.0, 150.0, 2, False),
        (150.0, 160.0, 2, True),
    ]


def test_a_call_that_lives_through_its_green_waits_again_from_the_end_of_it():
    line = made((100.0, 43, 4), *cycle(130, 4), *cycle(190, 4), (195.0, 44, 4))
    assert found(line, Kind.PHASE_WAIT) == [(100.0, 130.0, 4, True), (150.0, 190.0, 4, True)]


def test_a_call_that_is_dropped_waits_for_nothing():
    assert found(made((100.0, 43, 4), (110.0, 44, 4), *cycle(130, 4)), Kind.PHASE_WAIT) == []


def test_a_pedestrian_waits_from_the_first_press():
    line = made((100.0, 90, 6), (101.0, 90, 6), (140.0, 21, 6), (147.0, 22, 6), (160.0, 23, 6))
    assert found(line, Kind.PED_DELAY) == [(100.0, 140.0, 6, True)]
    assert found(line, Kind.PED_SERVICE) == [(140.0, 160.0, 6, True)]


def test_alarm_bits_are_told_apart_and_flash_by_its_state():
    line = made((100.0, 174, 0b100010), (160.0, 174, 0), (200.0, 173, 5), (220.0, 173, 2))
    assert found(line, Kind.COORD_FAULT) == [(100.0, 160.0, -1, True)]
    assert found(line, Kind.LOCAL_FLASH) == [(100.0, 160.0, -1, True)]
    assert found(line, Kind.FLASH_FAULT_MONITOR) == [(200.0, 220.0, -1, True)]


def test_what_lasts_over_a_correction_of_the_clock_is_not_trusted():
    line = made(*cycle(100, 2), *cycle(200, 2), (110.0, 181, 0))
    assert [row[3] for row in found(line, Kind.GREEN)] == [False, True]


def test_what_lasts_over_a_long_silence_is_not_trusted():
    rows = [row for row in TALK if not 300 < row[0] < 500]
    events = log(*rows, (290.0, 46, 3), (600.0, 47, 3), (610.0, 46, 3), (620.0, 47, 3))
    noon = TimelineRules(silences_s=((0, 120),))
    line = timeline(events, online_bins(events), noon)
    assert found(line, Kind.PHASE_OMIT) == [(290.0, 600.0, 3, False), (610.0, 620.0, 3, True)]


def test_what_lasts_into_a_bin_that_was_not_heard_is_not_trusted():
    events = log(*TALK, *cycle(100, 2))
    none = np.empty(0, dtype=np.int64)
    line = timeline(events, Online(none, none), QUIET)
    assert not line.valid.any()


def test_no_events_are_no_timeline():
    events = log((0.0, 1, 2)).only(np.zeros(1, dtype=bool))
    assert len(timeline(events, online_bins(events)).kind) == 0
