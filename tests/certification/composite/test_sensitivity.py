"""Which input moves the ranking."""

import builtins

import msgspec
import numpy as np
import pytest

from dalgu.certification.composite.errors import (
    NothingVaries,
    ParameterInvalid,
    SensitivityNotInstalled,
    UnitUnknown,
)
from dalgu.certification.composite.normalisation import Normalise, Untouched
from dalgu.certification.composite.recipe import Aggregate, Alternatives, Recipe, Uncertainty
from dalgu.certification.composite.sensitivity import assess_sensitivity
from dalgu.certification.composite.weights import Given

ADDITIVE = Recipe(
    (Normalise(Untouched()), Aggregate()),
    Uncertainty(
        (
            Alternatives("normalise", (Normalise(Untouched()),)),
            Alternatives("aggregate", (Aggregate(weights=Given({"x0": 3})),)),
        )
    ),
)


def test_an_input_that_changes_nothing_has_no_share(flat):
    dataset = flat([1.0, 5, 2], [3.0, 1, 2])
    found = assess_sensitivity(dataset, ADDITIVE, sample=256, seed=1, unit="a")
    assert found.inputs == ("normalise", "aggregate")
    np.testing.assert_allclose(found.first, [0, 1], atol=0.05)
    np.testing.assert_allclose(found.total, [0, 1], atol=0.05)
    assert found.runs == 256 * 4


def test_total_shares_of_the_example_are_no_less_than_first_ones(asem, result):
    found = assess_sensitivity(asem, result.recipe, sample=256, seed=1)
    assert found.output == "mean shift in rank"
    assert (found.total >= found.first - found.first_error).all()
    assert found.inputs[int(found.total.argmax())] == "weight_noise"


def test_the_same_seed_gives_the_same_shares(asem, result):
    one, two = (assess_sensitivity(asem, result.recipe, sample=64, seed=4) for _ in range(2))
    assert one.total.tolist() == two.total.tolist()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"sample": 100}, ParameterInvalid),
        ({"sample": 32}, ParameterInvalid),
        ({"unit": "nobody"}, UnitUnknown),
    ],
)
def test_what_cannot_be_estimated_is_refused(asem, result, options, error):
    with pytest.raises(error):
        assess_sensitivity(asem, result.recipe, **{"sample": 64, "seed": 1, **options})


def test_one_input_alone_or_none_that_matters_is_refused(flat):
    dataset = flat([1.0, 5, 2], [3.0, 1, 2])
    one = msgspec.structs.replace(ADDITIVE, uncertainty=Uncertainty(weight_noise=(0.1,)))
    with pytest.raises(NothingVaries):
        assess_sensitivity(dataset, one, sample=64, seed=1)
    same = flat([1.0, 5, 2], [1.0, 5, 2])
    with pytest.raises(NothingVaries):
        assess_sensitivity(same, ADDITIVE, sample=64, seed=1)


def test_without_salib_the_command_that_brings_it_is_told(flat, monkeypatch):
    whole = builtins.__import__

    def without(name, *rest):
        missing = {"SALib.analyze", "SALib.sample"} & {name}
        for one in missing:
            raise ImportError(one)
        return whole(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SensitivityNotInstalled, match=r"pip install 'dalgu\[sensitivity\]'"):
        assess_sensitivity(flat([1.0, 2]), ADDITIVE, sample=64, seed=1)
