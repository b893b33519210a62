"""Criteria scoring against numbers worked out by hand, and what must hold whatever the marks."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.citizens.roundtables.scoring import (
    Rules,
    Weighted,
    cell,
    firmness,
    scores,
    trimmed,
    winners,
)

RULES = Rules(("a", "b"), (Weighted("c1", 60), Weighted("c2", 40)), trim_pct=10)
A1 = (1, 7, 8, 8, 9, 7, 8, 7, 6, 10)
B1 = (2, 2, 2, 2, 2, 10, 10, 10, 10, 10)


def ballots():
    """Ten ballots: a has 5 and b has 9 by the second criterion, from everybody."""
    return [
        {cell("a", "c1"): a, cell("a", "c2"): 5, cell("b", "c1"): b, cell("b", "c2"): 9}
        for a, b in zip(A1, B1, strict=True)
    ]


def test_points_are_those_worked_out_by_hand():
    # a: c1 without 1 and 10 is 60 / 8 = 7.5, so 0.6 * 750 + 0.4 * 500 = 650
    # b: c1 without a 2 and a 10 is 48 / 8 = 6, so 0.6 * 600 + 0.4 * 900 = 720
    first, second = scores(ballots(), RULES)
    assert (first.candidate, first.total, first.rank) == ("b", 720, 1)
    assert (second.candidate, second.total, second.rank) == ("a", 650, 2)
    assert [one.mean for one in second.cells] == [Fraction(15, 2), 5]
    assert [(one.counted, one.cut) for one in first.cells] == [(8, 2), (8, 2)]


def test_a_penalty_can_make_a_tie_and_both_win():
    found = scores(ballots(), RULES, {"b": 70})
    assert [one.total for one in found] == [650, 650]
    assert winners(found) == ("a", "b")
    assert [one.rank for one in found] == [1, 1]


def test_five_per_cent_of_250_marks_are_twelve_at_each_end():
    marks = list(range(1, 251))
    kept = trimmed(marks, 5)
    assert (kept[0], kept[-1], len(kept)) == (13, 238, 226)


def test_few_marks_lose_nothing_to_trimming():
    assert trimmed([10, 1, 5], 5) == [1, 5, 10]


def test_a_campaign_of_extreme_marks_within_the_trim_changes_nothing():
    calm = [{cell("a", "c1"): 7, cell("b", "c1"): 7} for _ in range(95)]
    loud = [{cell("a", "c1"): 10, cell("b", "c1"): 1} for _ in range(5)]
    rules = Rules(("a", "b"), (Weighted("c1", 1),), trim_pct=5)
    assert [one.total for one in scores([*calm, *loud], rules)] == [700, 700]


def test_a_mark_that_a_ballot_lacks_counts_nowhere():
    found = scores([{cell("a", "c1"): 8}, {cell("a", "c1"): 6}], RULES)
    assert found[0].points == Fraction(60, 100) * 700
    assert found[1].points == 0


def test_nobody_voted_and_nobody_has_points():
    assert [one.total for one in scores([], RULES)] == [0, 0]


def test_firmness_tells_when_another_rule_would_crown_another():
    found = firmness(ballots(), RULES, {"b": 100})
    by_rule = {(one.trim_pct, one.is_weighted, one.has_penalties): one.winners for one in found}
    assert by_rule[10, True, True] == ("a",)
    assert by_rule[10, True, False] == ("b",)
    assert by_rule[10, False, True] == ("b",)  # equal weights: 750 less 100 against 625


marks = st.integers(1, 10)


@given(st.lists(st.tuples(marks, marks, marks, marks), min_size=1, max_size=60), st.integers(0, 45))
def test_points_lie_between_the_worst_and_the_best_mark(rows, trim):
    names = [cell(candidate, criterion) for candidate in "ab" for criterion in ("c1", "c2")]
    cast = [dict(zip(names, row, strict=True)) for row in rows]
    rules = Rules(("a", "b"), RULES.criteria, trim_pct=trim)
    found = scores(cast, rules)
    assert all(100 <= one.points <= 1_000 for one in found)
    assert [one.rank for one in found] == sorted(one.rank for one in found)
    assert scores(cast[::-1], rules) == found


@given(st.lists(marks, min_size=1, max_size=200), st.integers(0, 45))
def test_trimming_cuts_as_many_at_each_end(values, trim):
    kept = trimmed(values, trim)
    cut = len(values) * trim // 100
    assert kept == sorted(values)[cut : len(values) - cut]
    assert kept
