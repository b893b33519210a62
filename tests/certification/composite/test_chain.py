"""The chain is COINr's, stage by stage, on COINr's own example."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dalgu.certification.composite import aggregation, normalisation
from dalgu.certification.composite.chain import run, run_chain
from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import StepOutOfPlace, ValueMissing
from dalgu.certification.composite.imputation import Imputation, Impute
from dalgu.certification.composite.normalisation import Normalise
from dalgu.certification.composite.recipe import Aggregate, Recipe
from dalgu.certification.composite.screening import Screen
from dalgu.certification.composite.structure import Element, Structure

DATA = Path(__file__).parent / "data"
ARITHMETIC = aggregation.Arithmetic()


def reference(name, table):
    """A stage as COINr wrote it, rows and columns ordered as in a table of ours."""
    with (DATA / f"ref_{name}.csv").open() as opened:
        header, *rows = csv.reader(opened)
    by_unit = {row[0]: [float("nan" if cell == "NA" else cell) for cell in row[1:]] for row in rows}
    places = [header.index(code) - 1 for code in table.codes]
    assert sorted(header[1:]) == sorted(table.codes)
    assert sorted(by_unit) == sorted(table.units)
    return np.array([by_unit[unit] for unit in table.units])[:, places]


def agrees(table, name):
    np.testing.assert_allclose(table.values, reference(name, table), rtol=1e-9, atol=1e-12)


def top(asem, result, *, method=None, methods=(ARITHMETIC,)):
    """The first five of the ranking with another scale or other means."""
    steps = [*result.recipe.step[:-2], Normalise(*filter(None, [method])), Aggregate(methods)]
    made = run(asem, Recipe(tuple(steps)))
    order = made.ranks.argsort()[:5]
    return [(made.scores.units[row], float(made.index[row])) for row in order]


def test_the_raw_stage_is_the_reference(asem):
    agrees(asem.table, "1_Raw")


@pytest.mark.parametrize("step", ["denominate", "impute", "screen", "treat", "normalise"])
def test_each_stage_is_the_reference(result, step):
    names = {"screen": "Screened", "treat": "Treated", "impute": "Imputed"}
    agrees(result.stage(step).table, names.get(step, f"{step.capitalize()}d"))


def test_the_aggregated_stage_is_the_reference(result):
    agrees(result.scores, "Aggregated")


def test_the_winsorised_points_are_counted_as_in_the_reference(result):
    counted = {one.code: one.points for one in result.before.treated if one.points}
    assert counted == {
        "Flights": 1, "Bord": 3, "Gas": 3, "Services": 4, "FDI": 2, "ForPort": 3,
        "CostImpEx": 1, "Tariff": 3, "StMob": 2, "CultServ": 3, "Forest": 2, "Poverty": 3,
        "NGOs": 3, "FemLab": 1, "PubDebt": 1,
    }  # fmt: skip
    assert all(one.passes and one.transform == "none" for one in result.before.treated)


@pytest.mark.parametrize(
    ("unit", "score"),
    [
        ("CHE", 68.3837), ("NLD", 64.8195), ("DNK", 64.8041), ("NOR", 64.4678), ("BEL", 63.5395),
        ("SWE", 62.9997), ("AUT", 61.9018), ("LUX", 61.5835), ("CHN", 37.7685), ("PAK", 37.6322),
        ("RUS", 35.6555),
    ],
)  # fmt: skip
def test_the_published_index_values_are_met(result, unit, score):
    assert result.index[result.scores.row_of(unit)] == pytest.approx(score, abs=5e-5)


def test_the_published_sub_indices_and_mean_are_met(result):
    row = result.scores.row_of("CHE")
    assert result.scores.column("Conn")[row] == pytest.approx(62.7880, abs=5e-5)
    assert result.scores.column("Sust")[row] == pytest.approx(73.9795, abs=5e-5)
    assert result.index.mean() == pytest.approx(51.461134, abs=5e-7)


def test_a_geometric_mean_at_the_top_is_the_reference(asem, result):
    methods = (ARITHMETIC, ARITHMETIC, aggregation.Geometric())
    assert top(asem, result, methods=methods) == [
        ("CHE", pytest.approx(68.15, abs=5e-3)),
        ("NLD", pytest.approx(64.76, abs=5e-3)),
        ("DNK", pytest.approx(64.34, abs=5e-3)),
        ("NOR", pytest.approx(64.08, abs=5e-3)),
        ("BEL", pytest.approx(63.54, abs=5e-3)),
    ]


def test_z_scores_of_mean_10_and_deviation_2_are_the_reference(asem, result):
    assert top(asem, result, method=normalisation.ZScore(10, 2))[:3] == [
        ("CHE", pytest.approx(11.30, abs=5e-3)),
        ("DNK", pytest.approx(11.02, abs=5e-3)),
        ("NLD", pytest.approx(10.96, abs=5e-3)),
    ]


def test_borda_counts_are_the_reference(asem, result):
    assert top(asem, result, method=normalisation.Borda())[:3] == [
        ("CHE", pytest.approx(34.49, abs=5e-3)),
        ("DNK", pytest.approx(32.50, abs=5e-3)),
        ("NOR", pytest.approx(32.38, abs=5e-3)),
    ]


def test_what_nobody_measured_is_marked(asem, result):
    measured_or_undivided = np.isfinite(result.stage("denominate").table.values)
    assert (result.before.imputed == ~measured_or_undivided).all()
    assert result.before.imputed.sum() == 65  # 64 cells, and a quotient of LAO without its divisor


def test_a_missing_value_that_no_step_treats_is_refused(flat):
    dataset = flat([1.0, 2.0, np.nan], [1.0, 2.0, 3.0])
    with pytest.raises(ValueMissing, match="'x0' for unit 'c'"):
        run(dataset, Recipe((Normalise(), Aggregate())))


def test_a_chain_that_does_not_end_in_an_aggregation_is_refused(flat):
    with pytest.raises(StepOutOfPlace, match="last step must be 'aggregate'"):
        run(flat([1.0, 2.0]), Recipe((Normalise(),)))


def test_screening_after_imputing_keeps_the_marks_with_their_units(flat):
    dataset = flat([1.0, np.nan, 3.0, 9.0], [1.0, 5.0, 2.0, 8.0])
    steps = (Impute(Imputation.MEDIAN), Screen(drop=("a",)), Normalise(), Aggregate())
    made = run(dataset, Recipe(steps))
    assert made.before.dropped == ("a",)
    assert made.before.imputed.tolist() == [[True, False], [False, False], [False, False]]


def test_marks_of_a_panel_stay_with_their_rows():
    tree = Structure.of([Element("x", 1, "All"), Element("y", 1, "All"), Element("All", 2)])
    gap = np.nan
    values = [[0.0, 1], [gap, 2], [1, 1], [2, gap], [gap, gap], [3, 3]]
    years = [2020] * 3 + [2021] * 3
    dataset = Dataset.of(["a", "b", "c"] * 2, values, tree, periods=years)
    made = run(dataset, Recipe((Screen(min_share=0.5), Impute(), Normalise(), Aggregate())))
    assert made.before.dropped == ("b 2021",)
    assert np.argwhere(made.before.imputed).tolist() == [[1, 0], [3, 1]]
    assert made.scores.units == ("a", "b", "c", "a", "c")


def test_a_panel_is_scaled_as_one_and_ranked_in_each_period():
    tree = Structure.of([Element("x", 1, "All"), Element("All", 2)])
    dataset = Dataset.of(
        ["a", "b", "a", "b"], np.array([[0.0], [5.0], [10.0], [7.5]]), tree,
        periods=[2020, 2020, 2021, 2021],
    )  # fmt: skip
    made = run(dataset, Recipe((Normalise(), Aggregate())))
    assert made.index.tolist() == [0, 50, 100, 75]
    assert made.ranks.tolist() == [2, 1, 1, 2]


def test_the_results_file_reads_back_as_the_scores(result, tmp_path):
    result.write_csv(tmp_path / "results.csv")
    with (tmp_path / "results.csv").open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["uCode"] for row in rows[:3]] == ["CHE", "NLD", "DNK"]
    assert [row["Rank"] for row in rows[:3]] == ["1", "2", "3"]
    for row in rows:
        at = result.scores.row_of(row["uCode"])
        assert float(row["Index"]) == result.index[at]
        assert int(row["Imputed"]) == result.before.imputed[at].sum()


def test_the_same_files_give_the_same_bits(result):
    again = run_chain(DATA / "ASEM_iData.csv", DATA / "ASEM_iMeta.csv", DATA / "recipe.toml")
    assert again.scores.values.tobytes() == result.scores.values.tobytes()


def test_weights_of_a_recipe_scale_freely(asem, result):
    heavier = replace(
        asem,
        structure=type(asem.structure)(
            tuple(replace(one, weight=7.5 * one.weight) for one in asem.structure.elements)
        ),
    )
    np.testing.assert_allclose(run(heavier, result.recipe).index, result.index, rtol=1e-12)
