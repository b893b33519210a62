"""Recipes are data; what is wrong in one is named by file and field."""

import pytest

from dalgu.certification.composite import aggregation, normalisation, weights
from dalgu.certification.composite.errors import MethodUnknown, RecipeInvalid, StepOutOfPlace
from dalgu.certification.composite.imputation import Imputation, Impute
from dalgu.certification.composite.normalisation import Normalise
from dalgu.certification.composite.recipe import Aggregate, Recipe, read_recipe
from dalgu.certification.composite.treatment import Fallback, Treat, Treatment

WHOLE = """
[[step]]
do = "impute"
method = "latest"
max_age = 3

[[step]]
do = "impute"
indicators = { jobs = "median" }

[[step]]
do = "treat"
method = { max_points = 3, fallback = "box-cox" }

[[step]]
do = "normalise"
method = "z-score"
[step.indicators]
noise = { name = "goalposts", lower = 40, upper = 70 }
jobs = "borda"

[[step]]
do = "aggregate"
methods = ["arithmetic", { name = "generalised", p = 0.5 }]
weights = { name = "given", weights = { jobs = 2 } }
min_share = [0.66]

[uncertainty]
weight_noise = [0.2]
value_noise = { jobs = 0.1 }
[[uncertainty.alternatives]]
step = "normalise"
options = [{ method = "rank" }]
"""


@pytest.fixture
def read(tmp_path):
    def from_text(text):
        (tmp_path / "recipe.toml").write_text(text, encoding="utf-8")
        return read_recipe(tmp_path / "recipe.toml")

    return from_text


def test_all_parts_of_a_recipe_are_read(read):
    recipe = read(WHOLE)
    assert recipe.step == (
        Impute(Imputation.LATEST, max_age=3),
        Impute(indicators={"jobs": Imputation.MEDIAN}),
        Treat(Treatment(max_points=3, fallback=Fallback.BOX_COX)),
        Normalise(
            normalisation.ZScore(),
            {"noise": normalisation.Goalposts(40, 70), "jobs": normalisation.Borda()},
        ),
        Aggregate(
            (aggregation.Arithmetic(), aggregation.Generalised(0.5)),
            weights.Given({"jobs": 2}),
            (0.66,),
        ),
    )
    assert recipe.uncertainty.value_noise == {"jobs": 0.1}
    [one] = recipe.uncertainty.alternatives
    assert one.options == (Normalise(normalisation.Rank()),)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ('"z-score"', '"z-scroe"', "step[3].method"),
        ('jobs = "borda"', 'jobs = "bored"', "step[3].indicators.jobs"),
        ('["arithmetic",', '["arithmetical",', "step[4].methods[0]"),
        ('"given"', '"taken"', "step[4].weights"),
        ('"rank"', '"rankings"', "uncertainty.alternatives[0].options[0].method"),
    ],
)
def test_an_unknown_method_is_refused_with_those_that_are_known(read, before, after, field):
    with pytest.raises(MethodUnknown, match="does not exist; known are ") as refused:
        read(WHOLE.replace(before, after))
    assert (refused.value.parts["file"], refused.value.parts["field"]) == ("recipe.toml", field)


@pytest.mark.parametrize(
    ("before", "after", "field", "reason"),
    [
        ("max_age = 3", "max_age = 'old'", "step[0].max_age", "Expected `float"),
        ('"latest"', '"oldest"', "step[0].method", "Invalid enum value 'oldest'"),
        ("max_points", "points", "step[2].method", "unknown field `points`"),
        ('do = "treat"', 'do = "threat"', "step[2].do", "Invalid value 'threat'"),
        ("p = 0.5", "q = 0.5", "step[4].methods[1]", "unknown field `q`"),
        ("weight_noise", "noise", "uncertainty", "unknown field `noise`"),
        ("[uncertainty]", "[uncertain]", "step", "unknown field `uncertain`"),
        ("[[step]]", "[step", "step", "line"),
    ],
)
def test_what_no_step_knows_is_named_by_field(read, before, after, field, reason):
    with pytest.raises(RecipeInvalid, match=reason) as refused:
        read(WHOLE.replace(before, after, 1))
    assert refused.value.parts["field"] == field


@pytest.mark.parametrize("text", ["", "step = 3", "step = [3]", "uncertainty = 1"])
def test_what_is_no_recipe_is_refused(read, text):
    with pytest.raises(RecipeInvalid):
        read(text)


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ([], "last step must be"),
        (["normalise"], "last step must be"),
        (["normalise", "normalise", "aggregate"], "stands twice"),
        (["normalise", "treat", "aggregate"], "after 'normalise'"),
        (["aggregate", "normalise", "aggregate"], "stands twice"),
    ],
)
def test_steps_out_of_place_are_refused(read, names, reason):
    text = f"step = [{', '.join(f'{{ do = {name!r} }}' for name in names)}]"
    with pytest.raises(StepOutOfPlace, match=reason):
        read(text)


def test_a_file_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(RecipeInvalid, match="cannot be read"):
        read_recipe(tmp_path / "none.toml")


def test_the_last_step_of_a_made_recipe_is_checked_too():
    with pytest.raises(StepOutOfPlace):
        _ = Recipe((Normalise(),)).aggregate
