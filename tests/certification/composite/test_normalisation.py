"""Scales on which more is better."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dalgu.certification.composite import normalisation as scale
from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import (
    IndicatorUnknown,
    ParameterInvalid,
    ParameterRequired,
    RangeZero,
    TooFewValues,
    UnitUnknown,
    ValueMissing,
    ValueNotPositive,
)
from dalgu.certification.composite.normalisation import Normalise, normalise
from dalgu.certification.composite.structure import Element, Structure

NAN = np.nan
X = [10.0, 30.0, 20.0, 30.0, NAN]
MONOTONE = (
    scale.MinMax(),
    scale.Scaled(0, 50),
    scale.ZScore(),
    scale.Rank(),
    scale.Borda(),
    scale.PercentileRank(),
    scale.DistanceToMax(),
    scale.Goalposts(-5, 1_000),
    scale.Untouched(),
)
several = st.lists(st.integers(-500, 500), min_size=3, max_size=30).filter(
    lambda x: len(set(x)) > 1
)


def scaled(column, method, *, direction=1, **meta):
    tree = Structure.of([Element("x", 1, "All", direction=direction, **meta), Element("All", 2)])
    units = [f"u{row}" for row in range(len(column))]
    dataset = Dataset.of(units, np.array(column, float)[:, None], tree)
    return normalise(dataset, Normalise(method)).table.column("x")


@pytest.mark.parametrize(
    ("method", "up", "down"),
    [
        (scale.MinMax(1, 5), [1, 5, 3, 5], [5, 1, 3, 1]),
        (scale.Scaled(0, 40, 10), [2.5, 7.5, 5, 7.5], [7.5, 2.5, 5, 2.5]),
        (scale.Rank(), [1, 3, 2, 3], [4, 1, 3, 1]),
        (scale.Borda(), [0, 2, 1, 2], [3, 0, 2, 0]),
        (scale.PercentileRank(), [0, 2 / 3, 1 / 3, 2 / 3], [1, 0, 2 / 3, 0]),
        (scale.DistanceToMax(), [0, 1, 0.5, 1], [1, 0, 0.5, 0]),
        (scale.DistanceToReference("u2"), [0, 2, 1, 2], [2, 0, 1, 0]),
        (scale.DistanceToReference("u2", cap=True), [0, 1, 1, 1], [1, 0, 1, 0]),
        (scale.Goalposts(0, 40, 1, 5), [2, 4, 3, 4], [4, 2, 3, 2]),
        (scale.Goalposts(15, 25), [0, 100, 50, 100], [100, 0, 50, 0]),
        (scale.Goalposts(15, 25, clamp=False), [-50, 150, 50, 150], [150, -50, 50, -50]),
        (scale.Untouched(), [10, 30, 20, 30], [-10, -30, -20, -30]),
    ],
)
def test_a_method_scales_both_directions_and_leaves_gaps(method, up, down):
    np.testing.assert_allclose(scaled(X, method), [*up, NAN])
    np.testing.assert_allclose(scaled(X, method, direction=-1), [*down, NAN])


def test_a_z_score_is_that_of_scipy():
    expected = stats.zscore(X[:4], ddof=1) * 2 + 10
    np.testing.assert_allclose(scaled(X, scale.ZScore(10, 2))[:4], expected)


@pytest.mark.parametrize(
    ("direction", "target", "expected"), [(1, 40, [0, 2 / 3]), (-1, 0, [2 / 3, 0])]
)
def test_the_way_to_a_target_is_told(direction, target, expected):
    column = scaled(X, scale.DistanceToTarget(), direction=direction, target=target)
    np.testing.assert_allclose(column[:2], expected)


def test_beyond_a_target_is_one_where_it_is_capped():
    assert scaled(X, scale.DistanceToTarget(20, cap=True))[:4].tolist() == [0, 1, 1, 1]
    assert scaled(X, scale.DistanceToTarget(20))[1] == 2


def test_the_share_of_the_best_is_told():
    np.testing.assert_allclose(scaled(X, scale.FractionOfMax())[:3], [1 / 3, 1, 2 / 3])


def test_goalposts_of_the_metadata_serve_where_none_are_stated():
    assert scaled(X, scale.Goalposts(), goalposts=(0, 40))[:3].tolist() == [25, 75, 50]


def test_an_indicator_has_its_own_method(flat):
    spec = Normalise(scale.MinMax(), indicators={"x1": scale.Goalposts(0, 40, 0, 1)})
    values = normalise(flat(X, X), spec).table.values
    assert values[:3].T.tolist() == [[0, 100, 50], [0.25, 0.75, 0.5]]


@settings(deadline=None)
@given(several, st.sampled_from(MONOTONE), st.sampled_from([1, -1]))
def test_a_better_value_never_scores_less(column, method, direction):
    found = scaled(column, method, direction=direction)
    order = np.argsort(np.array(column) * direction)
    assert (np.diff(found[order]) >= 0).all()


@settings(deadline=None)
@given(several, st.floats(0.01, 100), st.floats(-1_000, 1_000))
def test_min_max_and_z_scores_do_not_know_the_unit(column, factor, offset):
    other = np.array(column) * factor + offset
    for method in (scale.MinMax(), scale.ZScore(), scale.DistanceToMax()):
        np.testing.assert_allclose(
            scaled(other, method), scaled(column, method), rtol=1e-7, atol=1e-7
        )


@settings(deadline=None)
@given(st.permutations(range(12)))
def test_ranks_of_different_values_are_a_permutation(column):
    assert sorted(scaled(column, scale.Rank())) == list(range(1, 13))


@settings(deadline=None)
@given(several)
def test_min_max_reaches_both_ends_and_no_further(column):
    found = scaled(column, scale.MinMax(1, 100))
    assert found.min() == pytest.approx(1)
    assert found.max() == pytest.approx(100)


@pytest.mark.parametrize(
    ("column", "method", "error"),
    [
        ([3.0, 3, 3], scale.MinMax(), RangeZero),
        ([3.0, 3, 3], scale.ZScore(), RangeZero),
        ([3.0, 3, 3], scale.DistanceToMax(), RangeZero),
        ([NAN, NAN], scale.MinMax(), TooFewValues),
        ([1.0, NAN], scale.PercentileRank(), TooFewValues),
        ([-1.0, -2], scale.FractionOfMax(), ValueNotPositive),
        (X, scale.MinMax(5, 5), ParameterInvalid),
        (X, scale.ZScore(0, 0), ParameterInvalid),
        (X, scale.Scaled(5, 5), ParameterInvalid),
        (X, scale.Goalposts(), ParameterRequired),
        (X, scale.Goalposts(lower=3), ParameterRequired),
        (X, scale.Goalposts(9, 3), ParameterInvalid),
        (X, scale.DistanceToTarget(), ParameterRequired),
        (X, scale.DistanceToTarget(10), ParameterInvalid),
        (X, scale.DistanceToReference("nobody"), UnitUnknown),
        (X, scale.DistanceToReference("u4"), ValueMissing),
        (X, scale.DistanceToReference("u0"), RangeZero),
    ],
)
def test_what_has_no_scale_is_refused(column, method, error):
    with pytest.raises(error):
        scaled(column, method)


def test_a_specification_of_no_indicator_is_refused(flat):
    with pytest.raises(IndicatorUnknown, match="'CO2'"):
        normalise(flat(X), Normalise(indicators={"CO2": scale.Rank()}))
