"""Places, strengths and shifts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.certification.composite.dataset import Table
from dalgu.certification.composite.errors import ParameterInvalid, TooFewValues, UnitUnknown
from dalgu.certification.composite.ranking import compare, ranks, strengths_and_weaknesses

NAN = np.nan


def table(scores, units="abcd"):
    return Table(tuple(units[: len(scores)]), ("All",), np.array(scores, float)[:, None])


@settings(deadline=None)
@given(st.permutations([3.5, 1.0, 2.0, 9.0, -4.0]))
def test_ranks_are_a_permutation_with_the_best_first(scores):
    found = ranks(table(scores, "abcde"), np.array(scores))
    assert sorted(found) == [1, 2, 3, 4, 5]
    assert scores[int(found.argmin())] == 9


def test_ties_share_the_best_place_and_no_score_has_none():
    found = ranks(table([1, 5, 5, NAN]), np.array([1, 5, 5, NAN]))
    np.testing.assert_array_equal(found, [3, 1, 1, NAN])


def test_the_best_and_the_worst_indicators_of_a_unit_are_told(flat):
    dataset = flat([9.0, 1, 2], [1.0, 2, 3], [5.0, 4, 6], [1.0, 1, 7], [NAN, 3, 4])
    strong, weak = strengths_and_weaknesses(dataset.table, dataset.structure, "a", count=2)
    assert [(one.code, one.rank) for one in strong] == [("x0", 1), ("x2", 2)]
    assert [(one.code, one.rank, one.of) for one in weak] == [("x1", 3, 3), ("x2", 2, 3)]
    assert strong[0].group == "All"


def test_strengths_of_nobody_or_none_are_refused(flat):
    dataset = flat([1.0, 2])
    with pytest.raises(UnitUnknown):
        strengths_and_weaknesses(dataset.table, dataset.structure, "z")
    with pytest.raises(ParameterInvalid):
        strengths_and_weaknesses(dataset.table, dataset.structure, "a", count=0)


def test_two_results_are_compared_over_the_units_of_both():
    first = table([4, 3, 2, 1])
    second = Table(("e", "b", "a", "c", "d"), ("All",), np.array([[9.0], [4], [3], [2], [NAN]]))
    found = compare(first, second, "All")
    assert [(one.unit, one.first, one.second, one.up) for one in found.shifts] == [
        ("a", 1, 2, -1), ("b", 2, 1, 1), ("c", 3, 3, 0),
    ]  # fmt: skip
    assert (found.only_first, found.only_second) == (("d",), ("e",))
    assert (found.mean_shift, found.largest_shift) == (pytest.approx(2 / 3), 1)
    assert found.spearman == pytest.approx(0.5)
    assert found.kendall == pytest.approx(1 / 3)


def test_results_without_a_unit_in_common_are_refused():
    with pytest.raises(TooFewValues):
        compare(table([1, 2], "ab"), table([1, 2], "cd"), "All")
