"""Many draws at once are what the chain makes one by one."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from dalgu.certification.composite import aggregation, normalisation
from dalgu.certification.composite.chain import run
from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.draws import Draws
from dalgu.certification.composite.errors import (
    IndicatorUnknown,
    LevelsUnequal,
    OnePeriodRequired,
    ParameterInvalid,
    StepOutOfPlace,
    ValueNotPositive,
)
from dalgu.certification.composite.imputation import Imputation, Impute
from dalgu.certification.composite.normalisation import Normalise
from dalgu.certification.composite.recipe import Aggregate, Alternatives, Recipe, Uncertainty
from dalgu.certification.composite.screening import Screen
from dalgu.certification.composite.treatment import Treat, Treatment

OTHER_SCALE = Normalise(normalisation.MinMax(1, 100))
OTHER_MEAN = Aggregate((aggregation.Arithmetic(), aggregation.Arithmetic(), aggregation.Copeland()))
OTHER_GUESS = Impute(Imputation.MEDIAN)
ALTERNATIVES = (
    Alternatives("impute", (OTHER_GUESS,)),
    Alternatives("normalise", (OTHER_SCALE,)),
    Alternatives("aggregate", (OTHER_MEAN,)),
)


def many(dataset, recipe, uncertainty, pool=8):
    uncertain = msgspec.structs.replace(recipe, uncertainty=uncertainty)
    return Draws(dataset, uncertain, np.random.default_rng(5), pool)


def test_each_combination_of_options_is_the_chain_run_with_them(asem, result):
    draws = many(asem, result.recipe, Uncertainty(ALTERNATIVES))
    assert draws.inputs == ("impute", "normalise", "aggregate")
    u = np.array([[i, n, a] for i in (0.1, 0.9) for n in (0.1, 0.9) for a in (0.1, 0.9)])
    found = draws.scores(u)
    for place, (other_guess, other_scale, other_mean) in enumerate((u > 0.5).tolist()):
        steps = list(result.recipe.step)
        steps[1] = (steps[1], OTHER_GUESS)[other_guess]
        steps[4] = (steps[4], OTHER_SCALE)[other_scale]
        steps[5] = (steps[5], OTHER_MEAN)[other_mean]
        np.testing.assert_allclose(found[place], run(asem, Recipe(tuple(steps))).index, rtol=1e-12)


def test_noise_of_weights_is_the_chain_run_with_those_weights(asem, result):
    draws = many(asem, result.recipe, Uncertainty(weight_noise=(0.3, 0, 0)), pool=3)
    found = draws.scores(np.array([[0.1], [0.5], [0.9]]))
    for place in range(3):
        noise = dict(zip(asem.structure.codes(1), draws.factors[0][place], strict=True))
        tree = type(asem.structure)(
            tuple(
                replace(one, weight=one.weight * noise.get(one.code, 1.0))
                for one in asem.structure.elements
            )
        )
        index = run(replace(asem, structure=tree), result.recipe).index
        np.testing.assert_allclose(found[place], index, rtol=1e-12)
    assert (np.abs(draws.factors[0] - 1) <= 0.3).all()
    assert (draws.factors[1] == 1).all()


def test_noise_of_values_goes_through_treatment_and_scale(asem, result):
    spec = Uncertainty(value_noise={"Flights": 0.5, "CO2": 0.1})
    draws = many(asem, result.recipe, spec, pool=4)
    found = draws.scores(np.array([[0.1], [0.9], [0.1]]))
    assert (found[0] == found[2]).all()
    assert not np.allclose(found[0], found[1])
    still = many(asem, result.recipe, Uncertainty(value_noise=1e-13), pool=4)
    np.testing.assert_allclose(still.scores(np.array([[0.4]]))[0], result.index, rtol=1e-9)


def test_the_order_and_the_company_of_a_draw_do_not_matter(asem, result):
    spec = Uncertainty(ALTERNATIVES, weight_noise=(0.2,))
    u = np.random.default_rng(2).random((300, 4))
    whole = many(asem, result.recipe, spec).scores(u)
    turned = many(asem, result.recipe, spec).scores(u[::-1])[::-1]
    np.testing.assert_allclose(whole, turned, rtol=1e-12)


def test_progress_is_told_up_to_the_end(asem, result):
    told = []
    draws = many(asem, result.recipe, Uncertainty(weight_noise=(0.2,)))
    draws.scores(np.full((300, 1), 0.5), lambda done, total: told.append((done, total)))
    assert told[-1] == (300, 300)
    assert len(told) > 1


@pytest.mark.parametrize(
    ("uncertainty", "error"),
    [
        (Uncertainty(weight_noise=(0.1, 0.1)), LevelsUnequal),
        (Uncertainty(weight_noise=(1.0,)), ParameterInvalid),
        (Uncertainty(value_noise=-0.1), ParameterInvalid),
        (Uncertainty(value_noise={"nothing": 0.1}), IndicatorUnknown),
        (Uncertainty((Alternatives("screen", (Screen(),)),)), StepOutOfPlace),
        (Uncertainty((Alternatives("wash", (Screen(),)),)), StepOutOfPlace),
        (Uncertainty((Alternatives("normalise", (Treat(),)),)), StepOutOfPlace),
    ],
)
def test_what_cannot_be_drawn_is_refused(asem, result, uncertainty, error):
    with pytest.raises(error):
        many(asem, result.recipe, uncertainty)


def test_an_option_that_does_not_fit_is_refused_not_skipped(asem, result):
    geometric = Alternatives("aggregate", (Aggregate((aggregation.Geometric(),)),))
    draws = many(asem, result.recipe, Uncertainty((geometric,)))
    with pytest.raises(ValueNotPositive):
        draws.scores(np.array([[0.1], [0.9]]))


def test_values_with_noise_must_be_whole_before_they_are_treated(flat):
    recipe = Recipe((Treat(Treatment()), Impute(), Normalise(), Aggregate()))
    dataset = flat([1.0, 2, 3, 4, 6])
    with pytest.raises(StepOutOfPlace, match="come before 'treat'"):
        many(dataset, recipe, Uncertainty(value_noise=0.1))


def test_a_panel_is_refused(asem, result):
    table = replace(asem.table, periods=tuple(range(51)))
    panel: Dataset = replace(asem, table=table)
    with pytest.raises(OnePeriodRequired):
        many(panel, result.recipe, Uncertainty(weight_noise=(0.1,)))
