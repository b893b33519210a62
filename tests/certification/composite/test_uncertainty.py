"""Ranks over many draws."""

import msgspec
import numpy as np
import pytest

from dalgu.certification.composite.errors import NothingVaries, ParameterInvalid
from dalgu.certification.composite.normalisation import Normalise
from dalgu.certification.composite.recipe import Aggregate, Recipe, Uncertainty
from dalgu.certification.composite.uncertainty import assess_uncertainty


@pytest.fixture(scope="session")
def robust(asem, result):
    return assess_uncertainty(asem, result.recipe, draws=500, rng=np.random.default_rng(1))


def test_the_nominal_ranking_is_that_of_the_chain(robust, result):
    assert robust.nominal.tolist() == result.ranks.tolist()
    np.testing.assert_allclose(robust.nominal_score, result.index)
    assert robust.inputs == ("normalise", "aggregate", "weight_noise")


def test_each_draw_ranks_each_unit_once(robust):
    assert robust.ranks.shape == (500, 51)
    assert (np.sort(robust.ranks, axis=1) == np.arange(1, 52)).all()
    np.testing.assert_allclose(robust.distribution().sum(axis=1), 1)


def test_intervals_hold_the_median_and_grow_with_their_share(robust):
    low, high = robust.interval(0.9)
    wide_low, wide_high = robust.interval(1.0)
    assert ((low <= robust.median()) & (robust.median() <= high)).all()
    assert (wide_low <= low).all()
    assert (high <= wide_high).all()
    assert robust.ranks.min() == 1


def test_the_share_of_draws_at_a_score_falls_with_the_score(robust):
    assert (robust.at_least(0) == 1).all()
    assert (robust.at_least(60) <= robust.at_least(50)).all()


def test_the_same_seed_gives_the_same_draws(asem, result, robust):
    again = assess_uncertainty(asem, result.recipe, draws=500, rng=np.random.default_rng(1))
    assert again.scores.tobytes() == robust.scores.tobytes()


def test_more_noise_moves_more_ranks(asem, result):
    moved = []
    for noise in (0.05, 0.5):
        recipe = msgspec.structs.replace(
            result.recipe, uncertainty=Uncertainty(weight_noise=(noise,))
        )
        found = assess_uncertainty(asem, recipe, draws=200, rng=np.random.default_rng(3))
        moved.append(np.abs(found.ranks - found.nominal).mean())
    assert moved[0] < moved[1]


def test_a_recipe_that_is_sure_of_all_and_a_single_draw_are_refused(flat, asem, result):
    sure = Recipe((Normalise(), Aggregate()))
    with pytest.raises(NothingVaries, match=r"\[uncertainty\] table"):
        assess_uncertainty(flat([1.0, 2]), sure, draws=10, rng=np.random.default_rng(1))
    with pytest.raises(ParameterInvalid):
        assess_uncertainty(asem, result.recipe, draws=1, rng=np.random.default_rng(1))
