import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.services.water.leakage.inflow import hypotheses as h
from dalgu.services.water.leakage.inflow.changes import births, follow, mean_row, prune
from dalgu.services.water.leakage.inflow.demand_model import DaySplit
from dalgu.services.water.leakage.inflow.history import WEEK_KNOWN, DemandPrior

STEADY = DemandPrior(0.05, 0.0, 0.2, 0.0)


def test_one_story_without_changes_is_the_textbook_kalman_filter(monkeypatch):
    # a long tail of degrees makes the evidence Gaussian; the bound never binds on calm data
    monkeypatch.setattr(h, "TAIL_DEGREES", 1e9)
    random = np.random.default_rng(3)
    rows = random.uniform(0.5, 1.5, 40)
    seen = rows * 1.02 + 0.1 + 0.01 * random.normal(size=40)
    stories = h.first_stories(1, STEADY)
    for row, value in zip(rows, seen, strict=True):
        h.advance(stories, STEADY)
        h.weigh(stories, np.array([value]), mean_row(np.array([row])), np.array([1e-4]))
    design = np.column_stack([rows, np.ones(40)])
    before = np.diag([1 / STEADY.scale_sd**2, 1 / STEADY.leakage_sd**2])
    precision = before + design.T @ design / 1e-4
    best = np.linalg.solve(precision, before @ [1.0, 0.0] + design.T @ seen / 1e-4)
    two = [h.FACTOR, h.LEAKAGE]
    assert stories.state[0, 0, two] == pytest.approx(best, rel=1e-6)
    assert stories.cov[0, 0][np.ix_(two, two)] == pytest.approx(np.linalg.inv(precision), rel=1e-5)
    gaussian = -0.5 * stories.weight[0, 0]
    assert np.isfinite(gaussian)


def test_an_unknown_number_changes_nothing():
    stories = h.first_stories(2, WEEK_KNOWN)
    before = stories.state.copy(), stories.cov.copy(), stories.weight.copy()
    h.weigh(stories, np.full(2, np.nan), mean_row(np.ones(2)), np.full(2, 1e-4))
    for now, then in zip((stories.state, stories.cov, stories.weight), before, strict=True):
        assert np.array_equal(now, then)


def test_merging_keeps_the_weight_of_what_it_merges():
    stories = h.first_stories(1, WEEK_KNOWN)
    twins = prune(h.joined([stories, stories]))
    assert np.sum(np.exp(twins.weight - twins.weight.max()) > 0.5) == 1
    assert len(births(stories, 0, 0.01)) == 6


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.3))
def test_a_plain_step_is_found_on_its_day_and_sized(seed, step):
    random = np.random.default_rng(seed)
    mean = 1.0 + 0.003 * random.normal(size=(1, 45))
    mean[:, 25:] += step
    slope = 1.0 + 0.01 * random.normal(size=(1, 45))
    days = DaySplit(mean, np.ones((1, 45)), slope, np.ones(1))
    course = follow(days, DemandPrior(0.02, 0.02, 0.0, 0.0005))
    assert course.leakage[0, -1] == pytest.approx(step, abs=0.03)
    assert abs(course.leakage[0, 24]) < 0.02
    assert abs(course.since[0, 30] - 25) <= 1
