from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis.strategies import integers, lists

from dalgu.services.traffic.measures.detector_anomalies import (
    Decomposing,
    Judging,
    Told,
    anomalies,
    decomposed,
)

WEEKS = 4
QUARTERS = WEEKS * 7 * 96
SILENT = slice(20 * 96, 21 * 96)  # one day of the last weeks
LOOSE = Decomposing(least_in_window=96, least_at_time_of_day=2)
JUDGING = Judging(by_geh=True, by_mad=True, stretch_low=True)


def weeks(detectors=5):
    """Counts that rise and fall with the day, by detector; the first falls silent for a day."""
    at = np.arange(QUARTERS) * 900
    day = np.rint(30 + 25 * np.sin(np.arange(QUARTERS) / 96 * 2 * np.pi)).astype(np.int64)
    counts = np.tile(day, (detectors, 1)) + np.arange(detectors)[:, None]
    counts[0, SILENT] = 0
    detector = np.repeat(np.arange(detectors), QUARTERS)
    at_s = np.tile(at, detectors)
    return Told(detector, at_s, counts.reshape(-1), np.zeros_like(detector))


def test_what_repeats_every_day_is_expected_to_the_vehicle():
    told = weeks()
    made = decomposed(told.detector, told.at_s, told.count, LOOSE)
    usual = told.detector[made.row] > 0
    assert np.abs(made.residual[usual]).max() <= 1.0  # the window holds one count more than days
    assert np.abs(made.expected[usual] - told.count[made.row][usual]).max() <= 1.0


def test_a_silent_day_of_one_detector_stands_out_and_a_holiday_of_all_does_not():
    told = weeks()
    made = decomposed(told.detector, told.at_s, told.count, LOOSE)
    found = anomalies(made, told, JUDGING)
    rows = made.row[found]
    assert set(told.detector[rows]) == {0}
    assert np.all((told.at_s[rows] // 900 >= SILENT.start) & (told.at_s[rows] // 900 < SILENT.stop))
    assert len(rows) > 60
    counts = told.count.reshape(5, -1).copy()
    counts[:, SILENT] = 0
    holiday = Told(told.detector, told.at_s, counts.reshape(-1), told.group)
    made = decomposed(holiday.detector, holiday.at_s, holiday.count, LOOSE)
    assert not anomalies(made, holiday, JUDGING).any()
    alone = Told(holiday.detector, holiday.at_s, holiday.count)
    assert anomalies(made, alone, JUDGING).any()


def test_counts_too_high_are_seen_when_both_ways_are_asked_for():
    told = weeks()
    counts = told.count.reshape(5, -1).copy()
    counts[0, SILENT] = 400
    much = Told(told.detector, told.at_s, counts.reshape(-1), told.group)
    made = decomposed(much.detector, much.at_s, much.count, LOOSE)
    assert not anomalies(made, much, JUDGING).any()
    assert anomalies(made, much, replace(JUDGING, either_way=True)).sum() > 60


def plainly(count, at_s, window_s, bin_s):
    """The same, one count at a time, by numpy's median."""
    apart = np.array(
        [
            one - np.float32(np.median(count[(at_s >= at - window_s) & (at_s <= at)]))
            for one, at in zip(count, at_s, strict=True)
        ]
    )
    tick, weekday = at_s % 86_400 // bin_s, at_s // 86_400 % 7
    usual = np.array([np.float32(np.median(apart[tick == one])) for one in tick])
    rest = apart - usual
    weekly = [
        np.float32(np.median(rest[(tick == one) & (weekday == day)]))
        for one, day in zip(tick, weekday, strict=True)
    ]
    return rest - np.array(weekly)


@given(lists(integers(0, 50), min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_medians_over_windows_are_those_of_counts_taken_one_by_one(values):
    count, bin_s = np.array(values), 21_600
    at_s = np.arange(len(count)) * bin_s
    how = Decomposing(bin_s, window_days=2, drop_days=0, least_in_window=1, least_at_time_of_day=1)
    made = decomposed(np.zeros(len(count), np.int64), at_s, count, how)
    assert made.row.tolist() == list(range(len(count)))
    assert np.allclose(made.residual, plainly(count, at_s, 2 * 86_400, bin_s), atol=1e-5)


def test_without_counts_there_is_nothing_to_judge():
    none = np.empty(0, np.int64)
    made = decomposed(none, none, none, LOOSE)
    assert len(anomalies(made, Told(none, none, none, none))) == 0
