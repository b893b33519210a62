"""What reviewers say together."""

import pytest

from dalgu.certification.process.agreement import alpha, earned_level, needs_adjudication


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


def test_alpha_is_that_of_the_published_example():
    # Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), part C: four observers,
    # twelve units, missing data; ordinal 0.815.
    table = {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    }
    levels = {
        person: {str(unit): level for unit, level in enumerate(row) if level is not None}
        for person, row in table.items()
    }
    assert alpha(levels) == pytest.approx(0.815, abs=5e-4)


def test_reviewers_who_agree_on_different_levels_have_alpha_one():
    assert alpha({"a": {"R1": 1, "R2": 4}, "b": {"R1": 1, "R2": 4}}) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "levels",
    [{}, {"a": {"R1": 3}}, {"a": {"R1": 3}, "b": {"R2": 4}}, {"a": {"R1": 3}, "b": {"R1": 3}}],
)
def test_alpha_is_undefined_without_variation_that_two_reviewers_share(levels):
    assert alpha(levels) is None
