"""What reviewers say together."""

import pytest

from dalgu.certification.process.agreement import earned_level, needs_adjudication


@pytest.mark.parametrize(
    ("levels", "earned"),
    [([3, 4, 5], 4.0), ([0, 5, 5], 5.0), ([2, 3, 4, 5], 3.5), ([3, 3], None), ([], None)],
)
def test_three_levels_earn_their_median(levels, earned):
    assert earned_level(levels) == earned


@pytest.mark.parametrize(
    ("levels", "settled"), [([1, 3], False), ([1, 4], True), ([5, 5, 2], True), ([], False)]
)
def test_levels_more_than_two_apart_are_settled_by_the_lead(levels, settled):
    assert needs_adjudication(levels) is settled
