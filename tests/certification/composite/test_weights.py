"""Where weights come from, and what they come to."""

import numpy as np
import pytest

from dalgu.certification.composite.aggregation import Arithmetic, Rules
from dalgu.certification.composite.components import principal_components
from dalgu.certification.composite.errors import (
    GroupWeightsZero,
    IndicatorUnknown,
    ParameterInvalid,
    WeightInvalid,
    WeightsNotReached,
)
from dalgu.certification.composite.weights import (
    Declared,
    Equal,
    FromComponents,
    Given,
    Lean,
    Optimised,
    declared_weights,
    effective_weights,
    optimise,
    weigh,
)


@pytest.fixture(scope="session")
def normalised(result):
    return result.before.dataset


@pytest.fixture(scope="session")
def rules(normalised):
    return Rules.of(normalised.structure, [Arithmetic()])


def test_effective_weights_of_a_level_sum_to_one(asem):
    tree = asem.structure
    share = effective_weights(tree, declared_weights(tree))
    for level in range(1, tree.levels + 1):
        assert sum(share[code] for code in tree.codes(level)) == pytest.approx(1)
    assert share["Physical"] == pytest.approx(1 / 2 / 5)
    assert share["LPI"] == pytest.approx(1 / 2 / 5 / 8)


def test_given_weights_stand_beside_the_declared(normalised, rules):
    found = weigh(normalised, rules, Given({"LPI": 3, "Sust": 0}))
    assert found[0][0] == 3
    assert found[0][1:].tolist() == [1] * 48
    assert found[2].tolist() == [1, 0]
    for method in (Declared(), Equal()):
        assert [one.sum() for one in weigh(normalised, rules, method)] == [49, 8, 2]


def test_weights_of_a_component_are_its_loadings(normalised, rules, result):
    weights = weigh(normalised, rules, FromComponents(level=3))
    np.testing.assert_allclose(weights[2], [0.5, 0.5])
    squared = weigh(normalised, rules, FromComponents(level=2, lean=Lean.SQUARED))[1]
    inside = result.raw.structure.below("Conn", 2)
    loadings = principal_components(result.scores, inside).loadings[:, 0]
    np.testing.assert_allclose(squared[:5], loadings**2)


def test_a_negative_loading_is_refused_as_a_weight(normalised, rules):
    with pytest.raises(WeightInvalid):
        weigh(normalised, rules, FromComponents(level=1))


def test_weights_are_fitted_to_the_desired_influence(normalised, rules):
    _, equal = optimise(normalised, rules, Optimised(3))
    np.testing.assert_allclose(equal.obtained, [0.5, 0.5], atol=1e-5)
    spec = Optimised(3, target={"Conn": 0.55, "Sust": 0.45})
    weights = weigh(normalised, rules, spec)
    _, found = optimise(normalised, rules, spec)
    np.testing.assert_allclose(found.obtained, [0.55, 0.45], atol=1e-5)
    assert weights[2][0] > weights[2][1]


def test_an_influence_that_no_weights_give_is_refused(normalised, rules):
    with pytest.raises(WeightsNotReached, match="leave a gap of"):
        weigh(normalised, rules, Optimised(3, target={"Conn": 0.99, "Sust": 0.01}))


@pytest.mark.parametrize(
    ("method", "error"),
    [
        (Given({"nothing": 1}), IndicatorUnknown),
        (Given({"Index": 1}), IndicatorUnknown),
        (Given({"LPI": -1}), WeightInvalid),
        (Given({"LPI": float("nan")}), WeightInvalid),
        (Given({"Conn": 0, "Sust": 0}), GroupWeightsZero),
        (FromComponents(level=4), ParameterInvalid),
        (Optimised(0), ParameterInvalid),
        (Optimised(3, target={"Conn": 1}), IndicatorUnknown),
        (Optimised(3, target={"Conn": 1, "LPI": 1}), IndicatorUnknown),
        (Optimised(3, target={"Conn": 1, "Sust": 0}), ParameterInvalid),
    ],
)
def test_what_is_no_weighting_is_refused(normalised, rules, method, error):
    with pytest.raises(error):
        weigh(normalised, rules, method)
