import numpy as np
from hypothesis import given
from hypothesis.strategies import integers, lists
from tests.services.traffic.measures.logs import cycle, detector, log, offset_s

from dalgu.services.traffic.measures.counts import actuations, online_bins, terminations
from dalgu.services.traffic.measures.grouping import as_of, grouped, split_at_bins
from dalgu.services.traffic.measures.pedestrians import pedestrian_counts, pedestrian_volumes
from dalgu.services.traffic.measures.yellow_red import yellow_red_actuations


def test_a_silent_detector_of_a_talking_controller_is_a_zero_and_an_outage_is_nothing():
    events = log((10.0, 82, 5), (1_000.0, 1, 2), (3_000.0, 82, 5))
    assert actuations(events).count.tolist() == [1, 1]
    filled = actuations(events, with_zeros=True)
    assert filled.count.tolist() == [1, 0, 1]  # the third quarter of the hour has no row


def test_terminations_count_by_reason():
    events = log((10.0, 4, 2), (70.0, 4, 2), (130.0, 5, 2), (140.0, 6, 4))
    made = terminations(events)
    assert list(zip(made.phase, made.reason, made.count, strict=True)) == [
        (2, 4, 2),
        (2, 5, 1),
        (4, 6, 1),
    ]


def test_a_bin_was_heard_when_each_five_minutes_of_it_were():
    every = [(float(at), 1, 2) for at in range(0, 900, 90)]
    assert len(online_bins(log(*every)).bin_ms) == 1
    assert len(online_bins(log(*every[:7])).bin_ms) == 0
    makers = [(float(at), 400, 2) for at in range(0, 900, 90)]  # a maker's own codes say nothing
    assert len(online_bins(log(*makers)).bin_ms) == 0


def test_actuations_around_red_are_told_by_half_seconds():
    watch = detector(46, 2, "yellow_red")
    events = log(*cycle(100, 2), (122.7, 82, 46), (123.2, 82, 46), (123.3, 82, 46), (160.0, 1, 2))
    made = yellow_red_actuations(events, watch)  # red begins at 123
    assert list(zip(made.state, made.red_offset_s, made.count, strict=True)) == [
        (8, -0.5, 1),
        (10, 0.0, 1),
        (10, 0.5, 1),
    ]


def test_presses_close_together_are_one_person():
    events = log((0.0, 90, 6), (30.0, 90, 6), (31.0, 90, 6), (60.0, 90, 6), (70.0, 21, 6))
    made = pedestrian_counts(events)
    assert (made.services[0], made.presses[0], made.different[0]) == (1, 4, 2)


def test_volumes_of_an_hour_add_up_to_the_hours_estimate():
    events = log(*((float(at), 90, 6) for at in range(0, 3_600, 100)))
    made = pedestrian_volumes(
        pedestrian_counts(events), from_ms=int(events.at_ms.min()), until_ms=int(events.at_ms.max())
    )
    assert made.counts.different.tolist() == [8, 9, 9, 9]
    whole = 0.7167 * 35 + 0.0599 * 35**2
    assert abs(made.volume[0] - (whole * 8 / 35 + 1.1063 / 4)) < 1e-9


@given(lists(integers(-5, 5), max_size=40))
def test_groups_hold_every_row_once(values):
    column = np.array(values, dtype=np.int64)
    made = grouped(column)
    assert made.keys[0].tolist() == sorted(set(values))
    assert made.count.sum() == len(values)
    assert made.sums(column).tolist() == [
        value * values.count(value) for value in sorted(set(values))
    ]


@given(lists(integers(0, 500), min_size=2, max_size=40), integers(1, 90))
def test_cutting_at_bins_keeps_the_time(ends, bin_ms):
    start, end = np.array(ends[:-1]), np.array(ends[:-1]) + np.array(ends[1:])
    interval, bins, lasting = split_at_bins(start, end, bin_ms)
    assert np.bincount(interval, lasting, len(start)).tolist() == (end - start).tolist()
    assert np.all((lasting > 0) & (lasting <= bin_ms) & (bins % bin_ms == 0))


@given(lists(integers(0, 50), max_size=30), lists(integers(-1, 52), max_size=30))
def test_the_latest_row_is_what_a_search_finds(at, wanted):
    at_ms, owner = np.array(at, dtype=np.int64), np.array(at, dtype=np.int64) % 3
    asked, whose = np.array(wanted, dtype=np.int64), np.array(wanted, dtype=np.int64) % 3
    found = as_of(owner, at_ms).latest(whose, asked)
    for row, when, who in zip(found.tolist(), asked.tolist(), whose.tolist(), strict=True):
        times = [one for one in at if one <= when and one % 3 == who]
        assert (at[row] if row >= 0 else None) == (max(times) if times else None)


def test_offsets_of_a_log_are_seconds():
    assert offset_s(log((1.5, 1, 1)).at_ms) == [1.5]
