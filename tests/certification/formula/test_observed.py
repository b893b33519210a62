import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.certification.formula.observed import (
    DAY_US,
    HOUR_US,
    KOREA_OFFSET_US,
    SECOND_US,
    Intervals,
    Period,
    joined,
    shares,
    spans,
    union,
)

MIDNIGHT_US = 20_000 * DAY_US - KOREA_OFFSET_US
MEASURES = ("any", "days", "time", "hours")
MINUTE_US = 60 * SECOND_US


def share(measure, at_us, *, length_us, since_us=0, max_age_us=10 * MINUTE_US, subject=None, n=1):
    """Return the shares of n subjects, observed at instants after midnight."""
    at_us = np.array(at_us, np.int64) + MIDNIGHT_US
    subject = np.array(subject or [0] * len(at_us), np.int64)
    first, last = spans(measure, at_us, np.full(len(at_us), max_age_us))
    period = Period(MIDNIGHT_US + since_us, MIDNIGHT_US + since_us + length_us)
    return shares(measure, n, Intervals(subject, first, last), period).tolist()


@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_seen_is_a_share_of_zero(measure):
    assert share(measure, [], length_us=DAY_US) == [0.0]


def test_a_read_on_three_of_four_days_is_three_quarters():
    read = [5 * SECOND_US, DAY_US + 5, 3 * DAY_US + 5]
    assert share("days", read, length_us=4 * DAY_US) == [0.75]


def test_days_that_the_period_only_touches_do_not_count():
    assert share("days", [DAY_US + 5], since_us=HOUR_US, length_us=2 * DAY_US) == [1.0]


def test_overlapping_observations_cover_time_only_once():
    assert share("time", [0, 5 * MINUTE_US], length_us=30 * MINUTE_US) == [0.5]


def test_an_observation_before_the_period_covers_its_beginning():
    assert share("time", [-5 * MINUTE_US], length_us=10 * MINUTE_US) == [0.5]


def test_an_hour_is_fresh_while_the_last_message_is_young_enough():
    fresh = share("hours", [MINUTE_US], length_us=4 * HOUR_US, max_age_us=2 * HOUR_US)
    assert fresh == [0.5]  # samples 1 h and 2 h of 1, 2, 3, 4 h


def test_a_period_without_a_full_hour_has_no_samples():
    assert share("hours", [MINUTE_US], since_us=MINUTE_US, length_us=MINUTE_US) == [0.0]


@st.composite
def observations(draw):
    n = draw(st.integers(1, 4))
    count = draw(st.integers(0, 25))
    length_s = draw(st.integers(3600, 36_000))
    at_s = draw(st.lists(st.integers(-7200, length_s - 1), min_size=count, max_size=count))
    return {
        "n": n,
        "at_us": [s * SECOND_US for s in at_s],
        "subject": draw(st.lists(st.integers(0, n - 1), min_size=count, max_size=count)),
        "max_age_us": draw(st.integers(60, 9000)) * SECOND_US,
        "length_us": length_s * SECOND_US,
    }


def is_fresh(seen, at_us, subject):
    return any(
        s == subject and 0 <= at_us - told <= seen["max_age_us"]
        for s, told in zip(seen["subject"], seen["at_us"], strict=True)
    )


@given(observations())
def test_hourly_samples_agree_with_asking_each_hour(seen):
    hours = [h * HOUR_US for h in range(-3, 12) if 0 < h * HOUR_US <= seen["length_us"]]
    expected = [np.mean([is_fresh(seen, hour, i) for hour in hours]) for i in range(seen["n"])]
    assert share("hours", **seen) == pytest.approx(expected)


@given(observations())
def test_covered_time_agrees_with_asking_each_second(seen):
    seconds = np.arange(0, seen["length_us"], SECOND_US) + SECOND_US // 2
    covered = np.zeros((seen["n"], len(seconds)), bool)
    for subject, at_us in zip(seen["subject"], seen["at_us"], strict=True):
        covered[subject] |= (seconds >= at_us) & (seconds < at_us + seen["max_age_us"])
    assert share("time", **seen) == pytest.approx(covered.mean(axis=1).tolist())


@given(observations(), st.sampled_from(MEASURES))
def test_more_observations_never_lower_a_share(seen, measure):
    fewer = seen | {"at_us": seen["at_us"][1:], "subject": seen["subject"][1:]}
    assert np.all(np.array(share(measure, **seen)) >= share(measure, **fewer))


@given(observations(), st.sampled_from(MEASURES[1:]))
def test_joining_neighbours_of_a_series_changes_no_share(seen, measure):
    """What is kept of a series of readings says as much as all its readings."""
    order = np.lexsort((seen["at_us"], seen["subject"]))
    at_us = np.array(seen["at_us"], np.int64)[order] + MIDNIGHT_US
    who, start = np.unique(np.array(seen["subject"], np.int64)[order], return_index=True)
    start, ages = np.append(start, len(at_us)), np.full(len(who), seen["max_age_us"])
    run, first, last = joined(measure, at_us, start, ages)
    period = Period(MIDNIGHT_US, MIDNIGHT_US + seen["length_us"])
    kept = shares(measure, seen["n"], Intervals(who[run], first, last), period)
    assert kept.tolist() == share(measure, **seen)
    assert len(run) <= len(at_us)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 2**45), st.integers(1, 2**44)), max_size=12
    ),
    st.sampled_from([1, 2**50]),
)
def test_a_union_covers_what_its_intervals_cover(told, apart):
    """Subjects far apart do not fit on one line: they are looked at in blocks."""
    subject, first, length = (np.array([one[n] for one in told], np.int64) for n in range(3))
    found = union(Intervals(subject * apart, first, first + length))
    for who in range(4):
        mine = found.subject == who * apart
        edges = np.stack([found.first[mine], found.last[mine]], axis=1).reshape(-1)
        assert (np.diff(edges) > 0).all()
        points = np.concatenate([first, first + length, first + length // 2])
        inside = [((a <= points) & (points < b)) for a, b in edges.reshape(-1, 2)]
        of_who = zip(first[subject == who], length[subject == who], strict=True)
        expected = [(a <= points) & (points < a + n) for a, n in of_who]
        nothing = [np.zeros(len(points), bool)]
        assert (np.any(inside + nothing, axis=0) == np.any(expected + nothing, axis=0)).all()


def test_a_union_is_disjoint_and_in_order():
    ints = [np.array(one, np.int64) for one in ([1, 0, 0, 0, 1], [5, 8, 0, 3, 5], [6, 9, 4, 8, 5])]
    assert [one.tolist() for one in union(Intervals(*ints))] == [[0, 1], [0, 5], [9, 6]]
