import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.traffic.network.grading import levels, link_means


def test_levels_are_those_of_the_manual():
    # Highway Capacity Manual, 7th ed., exhibit 18-1: above 80, 67, 50, 40 and 30 percent.
    share = np.array([0.81, 0.80, 0.68, 0.67, 0.51, 0.41, 0.31, 0.30, 0.0])
    assert levels(50 * share, np.full(9, 50.0)) == list("ABBCCDEFF")


@given(st.floats(0, 80), st.floats(0, 80))
def test_a_faster_link_is_never_graded_worse(one, other):
    slow, fast = sorted((one, other))
    grades = levels(np.array([slow, fast]), np.array([50.0, 50.0]))
    assert grades[1] <= grades[0]


def test_lanes_count_by_their_vehicles_and_unseen_ones_not_at_all():
    mean = link_means(
        np.array([30.0, 60.0, np.nan, np.nan]), np.array([3.0, 1.0, 9.0, 1.0]),
        np.array([0, 0, 0, 1]), 2,
    )  # fmt: skip
    assert mean[0] == pytest.approx(37.5)
    assert np.isnan(mean[1])
