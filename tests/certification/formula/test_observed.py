import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.certification.formula.observed import (
    DAY_S,
    HOUR_S,
    KOREA_OFFSET_S,
    Observations,
    any_at_all,
    days_observed,
    hours_fresh,
    time_covered,
)

MIDNIGHT_S = 20_000 * DAY_S - KOREA_OFFSET_S


def seen(at_s, *, until_s, max_age_s=600.0, since_s=MIDNIGHT_S, n=1, subject=None):
    at_s = np.array(at_s, dtype=float)
    subject = (
        np.zeros(len(at_s), np.int64) if subject is None else np.array(subject, dtype=np.int64)
    )
    return Observations(n, subject, at_s, since_s, until_s, np.full(n, max_age_s))


def test_nothing_seen_is_a_share_of_zero():
    nothing = seen([], until_s=MIDNIGHT_S + DAY_S)
    for measure in (any_at_all, days_observed, time_covered, hours_fresh):
        assert measure(nothing).tolist() == [0.0]


def test_a_read_on_three_of_four_days_is_three_quarters():
    days = seen(
        [MIDNIGHT_S + 5, MIDNIGHT_S + DAY_S + 5, MIDNIGHT_S + 3 * DAY_S + 5],
        until_s=MIDNIGHT_S + 4 * DAY_S,
    )
    assert days_observed(days).tolist() == [0.75]


def test_days_that_the_period_only_touches_do_not_count():
    days = seen(
        [MIDNIGHT_S + DAY_S + 5],
        since_s=MIDNIGHT_S + HOUR_S,
        until_s=MIDNIGHT_S + 2 * DAY_S + HOUR_S,
    )
    assert days_observed(days).tolist() == [1.0]


def test_overlapping_observations_cover_time_only_once():
    covered = seen([MIDNIGHT_S, MIDNIGHT_S + 300], until_s=MIDNIGHT_S + 1800)
    assert time_covered(covered).tolist() == [pytest.approx(900 / 1800)]


def test_an_observation_before_the_period_covers_its_beginning():
    covered = seen([MIDNIGHT_S - 300], until_s=MIDNIGHT_S + 600)
    assert time_covered(covered).tolist() == [pytest.approx(0.5)]


def test_an_hour_is_fresh_while_the_last_message_is_young_enough():
    hours = seen([MIDNIGHT_S + 60], until_s=MIDNIGHT_S + 4 * HOUR_S, max_age_s=2 * HOUR_S)
    assert hours_fresh(hours).tolist() == [0.5]  # samples 1 h and 2 h of 1, 2, 3, 4 h


@st.composite
def observations(draw):
    n = draw(st.integers(1, 4))
    count = draw(st.integers(0, 25))
    at_s = draw(st.lists(st.integers(-7200, 40_000), min_size=count, max_size=count))
    subject = draw(st.lists(st.integers(0, n - 1), min_size=count, max_size=count))
    max_age_s = draw(st.integers(60, 9000))
    length_s = draw(st.integers(3600, 36_000))
    return seen(
        [MIDNIGHT_S + s for s in at_s if s < length_s],
        subject=[i for i, s in zip(subject, at_s, strict=True) if s < length_s],
        until_s=MIDNIGHT_S + length_s,
        max_age_s=float(max_age_s),
        n=n,
    )


def naive_fresh(o, instant_s, subject):
    return any(
        s == subject and 0 <= instant_s - at_s <= o.max_age_s[subject]
        for s, at_s in zip(o.subject, o.at_s, strict=True)
    )


@given(observations())
def test_hourly_samples_agree_with_asking_each_hour(o):
    hours = [
        h * HOUR_S
        for h in range(int(o.since_s // HOUR_S) - 1, int(o.until_s // HOUR_S) + 2)
        if o.since_s < h * HOUR_S <= o.until_s
    ]
    expected = [np.mean([naive_fresh(o, h, i) for h in hours]) for i in range(o.n)]
    assert hours_fresh(o).tolist() == pytest.approx(expected)


@given(observations())
def test_covered_time_agrees_with_asking_each_second(o):
    seconds = np.arange(o.since_s, o.until_s) + 0.5
    for i in range(o.n):
        fresh = np.zeros(len(seconds), dtype=bool)
        for s, at_s in zip(o.subject, o.at_s, strict=True):
            if s == i:
                fresh |= (seconds >= at_s) & (seconds <= at_s + o.max_age_s[i])
        assert time_covered(o)[i] == pytest.approx(fresh.mean(), abs=1e-9)


@given(observations())
def test_more_observations_never_lower_a_share(o):
    if len(o.at_s) == 0:
        return
    fewer = Observations(o.n, o.subject[1:], o.at_s[1:], o.since_s, o.until_s, o.max_age_s)
    for measure in (any_at_all, days_observed, time_covered, hours_fresh):
        assert (measure(o) >= measure(fewer) - 1e-12).all()
