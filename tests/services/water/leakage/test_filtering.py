import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.leakage.bank import begin
from dalgu.services.water.leakage.filtering import Estimate, start, step, widened

SEEDS = st.integers(0, 10_000)


def a_run(seed, days=6, rows=4, states=3):
    rng = np.random.default_rng(seed)
    marks = rng.normal(size=(days, rows, states))
    noise = np.diag(rng.uniform(0.5, 2.0, rows))
    observed = rng.normal(size=(days, rows)) * 3
    return marks, noise, observed


def filtered(marks, noise, observed):
    estimate, days = start(np.ones(marks.shape[2]) * 2.0, 0), []
    for mark, row in zip(marks, observed, strict=True):
        days.append(step(estimate, mark, row, noise, np.zeros(marks.shape[2])))
        estimate = days[-1].after
    return days


@given(SEEDS)
def test_the_filter_ends_where_least_squares_of_all_days_ends(seed):
    marks, noise, observed = a_run(seed)
    after = filtered(marks, noise, observed)[-1].after
    weight = np.linalg.inv(noise)
    precision = np.eye(3) / 4 + sum(mark.T @ weight @ mark for mark in marks)
    right = sum(m.T @ weight @ row for m, row in zip(marks, observed, strict=True))
    np.testing.assert_allclose(after.mean, np.linalg.solve(precision, right), atol=1e-8)
    np.testing.assert_allclose(after.covariance, np.linalg.inv(precision), atol=1e-8)


@given(SEEDS)
def test_a_trail_estimates_what_a_filter_that_knows_the_leak_estimates(seed):
    marks, noise, observed = a_run(seed)
    extra = np.random.default_rng(seed + 1).normal(size=(6, 4, 1))
    trail = begin(0, 1)
    for day, mark in zip(filtered(marks, noise, observed), extra, strict=True):
        trail.follow(day, mark)
    knowing = np.concatenate([marks, extra], axis=2)
    estimate = start(np.array([2.0, 2.0, 2.0, 15.0]), 0)
    for mark, row in zip(knowing, observed, strict=True):
        estimate = step(estimate, mark, row, noise, np.zeros(4)).after
    assert trail.flow_m3h()[0] == pytest.approx(estimate.mean[3], rel=1e-6, abs=1e-8)


def test_a_silent_gauge_says_nothing():
    marks, noise, observed = a_run(1)
    broken = observed[0].copy()
    broken[2] = np.nan
    before = start(np.ones(3), 0)
    known = [0, 1, 3]
    whole = step(before, marks[0], broken, noise, np.zeros(3)).after
    without = step(
        before, marks[0][known], observed[0][known], noise[np.ix_(known, known)], np.zeros(3)
    ).after
    np.testing.assert_allclose(whole.mean, without.mean, atol=1e-4)


def test_room_for_more_leaks_changes_nothing_known():
    wider = widened(Estimate(np.array([1.0]), np.array([[2.0]])), 2)
    assert wider.mean.tolist() == [1.0, 0.0, 0.0]
    assert wider.covariance[0, 0] == 2.0
