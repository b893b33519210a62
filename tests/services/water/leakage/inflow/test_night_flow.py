import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.leakage.inflow.night_flow import (
    exceeds_night_flow,
    minimum_night_flow,
    night_flow_baseline,
)


def test_night_flow_is_the_lowest_between_the_steps_of_the_night():
    day = np.array([[5.0, 3.0, 2.0, 9.0, 1.0]])
    assert minimum_night_flow(day, first=1, last=4) == pytest.approx([2.0])


def test_a_leak_of_two_weeks_does_not_enter_the_baseline():
    night = np.concatenate([np.full(40, 4.0), np.full(14, 7.0)])
    assert night_flow_baseline(night)[-1] == pytest.approx(4.0)


def test_unknown_nights_leave_the_baseline_as_it_is():
    night = np.array([4.0, np.nan, np.nan, 5.0])
    assert night_flow_baseline(night) == pytest.approx([np.nan, 4.0, 4.0, 4.0], nan_ok=True)


def published_rule(night, share, window):
    """LeakDB's algorithmMNF in its own words: a fixed ring of the last quiet days."""
    ring, labels = list(night[:window]), [False] * window
    for flow in night[window:]:
        lowest = min(ring)
        labels.append(flow - lowest > lowest * share)
        ring = ring if labels[-1] else [*ring[1:], flow]
    return labels


@given(
    st.lists(st.floats(1.0, 9.0), min_size=12, max_size=40),
    st.sampled_from([0.1, 0.2, 0.3]),
)
def test_the_rule_labels_as_the_published_one_does(night, share):
    ours = exceeds_night_flow(np.array(night), share=share)
    clear = np.array([published_rule(night, share + nudge, 10) for nudge in (-1e-9, 1e-9)])
    assert np.all((ours == clear[0]) | (ours == clear[1]))


def test_a_district_without_known_nights_is_not_suspected():
    assert not exceeds_night_flow(np.full(20, np.nan), share=0.1).any()
