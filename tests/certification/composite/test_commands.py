"""`dalgu composite` at the machine."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dalgu.certification.composite.errors import NothingVaries, RecipeInvalid
from dalgu.cli.composite import commands

DATA = Path(__file__).parent / "data"
FILES = (str(DATA / "ASEM_iData.csv"), str(DATA / "ASEM_iMeta.csv"))


GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "examples" / "composite"


@pytest.fixture
def composite():
    def run(command, *options, recipe=DATA / "recipe.toml"):
        return CliRunner().invoke(commands, [command, *FILES, "--recipe", str(recipe), *options])

    return run


def test_a_run_tells_what_each_step_did_and_writes_all_units(composite, tmp_path):
    done = composite("run", "--out", str(tmp_path / "results.csv"))
    assert done.exit_code == 0
    assert "values imputed: 65" in done.output
    assert "Services       4 winsorised" in done.output
    assert "   1 CHE               68.38" in done.output
    with (tmp_path / "results.csv").open(encoding="utf-8") as opened:
        assert len(list(csv.reader(opened))) == 52


def test_coherence_tells_what_does_not_belong_together(composite):
    done = composite("coherence", "--level", "2")
    assert done.exit_code == 0
    assert "negative   Sust             Environ and Social" in done.output
    assert "Physical                      10.0%" in done.output


def test_uncertainty_tells_intervals_and_is_the_same_for_a_seed(composite, tmp_path):
    out = tmp_path / "ranks.csv"
    done = composite("uncertainty", "--draws", "100", "--seed", "7", "--out", str(out))
    again = composite("uncertainty", "--draws", "100", "--seed", "7", "--out", str(out))
    assert done.exit_code == 0
    assert "100 draws of normalise, aggregate, weight_noise; seed 7." in done.output
    assert done.output == again.output
    assert out.read_text("utf-8").startswith("uCode,Rank,MedianRank,Rank5,Rank95\nAUT,7.0,")


def test_sensitivity_tells_each_input(composite):
    done = composite("sensitivity", "--sample", "64", "--unit", "CHE")
    assert done.exit_code == 0
    assert "variance of the CHE, 320 runs" in done.output
    assert "weight_noise" in done.output


@pytest.mark.parametrize(
    ("text", "command", "error"),
    [
        ("step = [{ do = 'wash' }]", "run", RecipeInvalid),
        ("step = [{ do = 'aggregate' }]", "uncertainty", NothingVaries),
    ],
)
def test_a_recipe_that_cannot_be_run_is_one_sentence(composite, tmp_path, text, command, error):
    (tmp_path / "other.toml").write_text(text, encoding="utf-8")
    done = composite(command, recipe=tmp_path / "other.toml")
    assert isinstance(done.exception, error)


@pytest.mark.parametrize("command", ["run", "coherence", "uncertainty", "sensitivity"])
def test_the_example_of_the_guide_runs(command):
    files = [str(GUIDE / name) for name in ("cities.csv", "cities-meta.csv")]
    recipe = str(GUIDE / "recipe.toml")
    done = CliRunner().invoke(commands, [command, *files, "--recipe", recipe])
    assert done.exit_code == 0, done.output
