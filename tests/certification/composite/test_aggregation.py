"""Groups made of their children."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from dalgu.certification.composite.aggregation import (
    Arithmetic,
    Copeland,
    Generalised,
    Geometric,
    Harmonic,
    Rules,
    aggregate,
    copeland,
)
from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import (
    GroupWeightsZero,
    LevelsUnequal,
    ParameterInvalid,
    ValueMissing,
    ValueNotPositive,
)
from dalgu.certification.composite.structure import Element, Structure

NAN = np.nan
MEANS = (Arithmetic(), Geometric(), Harmonic(), Generalised(2), Generalised(-0.5))
ONE_GROUP = Structure.of([*(Element(code, 1, "All") for code in "xyz"), Element("All", 2)])
positive = arrays(np.float64, (6, 3), elements=st.floats(0.1, 1_000))
weighting = arrays(np.float64, 3, elements=st.floats(0.01, 10))


def made(values, weights, method, min_share=()):
    values = np.array(values, float)
    dataset = Dataset.of([f"u{row}" for row in range(len(values))], values, ONE_GROUP)
    rules = Rules.of(ONE_GROUP, [method], min_share)
    return aggregate(dataset, rules, [np.array(weights, float)]).column("All")


@settings(deadline=None)
@given(positive, weighting)
def test_means_are_those_of_scipy_and_numpy(x, w):
    for method, expected in (
        (Arithmetic(), np.average(x, axis=1, weights=w)),
        (Geometric(), stats.gmean(x, axis=1, weights=w)),
        (Harmonic(), stats.hmean(x, axis=1, weights=w)),
        (Generalised(3), stats.pmean(x, 3, axis=1, weights=w)),
    ):
        np.testing.assert_allclose(made(x, w, method), expected, rtol=1e-9)


@settings(deadline=None)
@given(positive, weighting, st.sampled_from(MEANS), st.floats(0.1, 50))
def test_only_the_proportions_of_weights_count(x, w, method, factor):
    np.testing.assert_allclose(made(x, w * factor, method), made(x, w, method), rtol=1e-9)


@settings(deadline=None)
@given(positive, weighting, st.sampled_from(MEANS), st.integers(0, 5), st.integers(0, 2))
def test_a_better_child_never_makes_a_group_worse(x, w, method, row, column):
    better = x.copy()
    better[row, column] += 5
    assert made(better, w, method)[row] >= made(x, w, method)[row] * (1 - 1e-12)


@settings(deadline=None)
@given(positive, weighting)
def test_the_less_a_mean_lets_strengths_make_up_the_lower_it_is(x, w):
    lowest, middle, highest = (made(x, w, one) for one in (Harmonic(), Geometric(), Arithmetic()))
    assert (lowest <= middle * (1 + 1e-9)).all()
    assert (middle <= highest * (1 + 1e-9)).all()


@pytest.mark.parametrize("p", [300.0, -300.0])
def test_a_steep_power_mean_does_not_overflow(p):
    [found] = made([[5, 50, 500]], [1, 1, 1], Generalised(p))
    assert found == pytest.approx({300.0: 500, -300.0: 5}[p], rel=0.01)


def test_copeland_counts_won_less_lost_majorities():
    assert made([[3, 3, 1], [2, 2, 2], [1, 1, 3]], [1, 1, 1], Copeland()).tolist() == [2, 0, -2]
    assert made([[3, 3, 1], [2, 2, 2], [1, 1, 3]], [1, 1, 3], Copeland()).tolist() == [-2, 0, 2]
    assert made([[1, 2, 5], [2, 1, 5]], [1, 1, 1], Copeland()).tolist() == [0, 0]


@settings(deadline=None)
@given(positive, weighting)
def test_copeland_scores_sum_to_zero(x, w):
    assert copeland(x, w).sum() == 0


def test_each_level_has_its_own_method():
    tree = Structure.of(
        [
            Element("a", 1, "P"), Element("b", 1, "P"), Element("c", 1, "Q"),
            Element("P", 2, "All"), Element("Q", 2, "All"), Element("All", 3),
        ]
    )  # fmt: skip
    dataset = Dataset.of(["u", "v"], np.array([[1.0, 3, 8], [4, 4, 9]]), tree)
    rules = Rules.of(tree, [Arithmetic(), Geometric()])
    table = aggregate(dataset, rules, [tree.weights(1), tree.weights(2)])
    assert table.codes == ("a", "b", "c", "P", "Q", "All")
    np.testing.assert_allclose(table.column("P"), [2, 4])
    np.testing.assert_allclose(table.column("All"), [4, 6])


def test_a_group_with_too_few_values_has_none():
    rows = [[1, 2, 6], [1, NAN, 3], [NAN, NAN, 3]]
    np.testing.assert_allclose(made(rows, [1, 1, 1], Arithmetic(), (0.5,)), [3, 2, NAN])
    np.testing.assert_allclose(made(rows, [1, 1, 1], Arithmetic(), (0.0,)), [3, 2, 3])
    np.testing.assert_allclose(made(rows, [1, 1, 0], Arithmetic(), (0.0,)), [1.5, 1, NAN])


@pytest.mark.parametrize("method", MEANS[1:])
@pytest.mark.parametrize("value", [0.0, -4.0])
def test_a_mean_that_needs_positive_values_refuses_others(method, value):
    with pytest.raises(ValueNotPositive, match=f"'y' of unit 'u1' is {value:g}"):
        made([[1, 2, 3], [1, value, 3]], [1, 1, 1], method)


@pytest.mark.parametrize(
    ("values", "weights", "method", "share", "error"),
    [
        ([[1, NAN, 3]], [1, 1, 1], Arithmetic(), (), ValueMissing),
        ([[1, NAN, 3]], [1, 1, 1], Copeland(), (0.5,), ValueMissing),
        ([[1, 2, 3]], [0, 0, 0], Arithmetic(), (), GroupWeightsZero),
        ([[1, 2, 3]], [1, 1, 1], Generalised(0), (), ParameterInvalid),
        ([[1, 2, 3]], [1, 1, 1], Arithmetic(), (1.5,), ParameterInvalid),
        ([[1, 2, 3]], [1, 1, 1], Arithmetic(), (0.5, 0.5), LevelsUnequal),
    ],
)
def test_what_cannot_be_aggregated_is_refused(values, weights, method, share, error):
    with pytest.raises(error):
        made(values, weights, method, share)
