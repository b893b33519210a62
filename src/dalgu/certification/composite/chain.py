"""Runs a recipe over a dataset and keeps every stage, so that any number can be followed back."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dalgu.certification.composite.aggregation import Rules, aggregate
from dalgu.certification.composite.dataset import Dataset, Mask, Table
from dalgu.certification.composite.denomination import Denominate, denominate
from dalgu.certification.composite.imputation import Impute, impute
from dalgu.certification.composite.normalisation import Normalise, normalise
from dalgu.certification.composite.ranking import ranks
from dalgu.certification.composite.reading import read_dataset
from dalgu.certification.composite.recipe import (
    Recipe,
    Step,
    name_of,
    read_recipe,
)
from dalgu.certification.composite.screening import Screen, screen
from dalgu.certification.composite.structure import Array
from dalgu.certification.composite.treatment import Treat, Treated, treat
from dalgu.certification.composite.weights import Weights, weigh


@dataclass(frozen=True, slots=True, eq=False)
class Progressed:
    """A dataset on its way through the steps before the aggregation.

    `stages` names each step with what it made; `imputed` marks the cells whose values nobody
    measured, shape (rows, indicators).
    """

    dataset: Dataset
    imputed: Mask
    stages: tuple[tuple[str, Dataset], ...] = ()
    dropped: tuple[str, ...] = ()
    treated: tuple[Treated, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A finished composite.

    `scores` holds the normalised indicators and all groups; `ranks` has shape (rows,), 1 is the
    best of its period, NaN where there is no score.
    """

    recipe: Recipe
    raw: Dataset
    before: Progressed
    weights: Weights
    scores: Table
    ranks: Array

    @property
    def index(self) -> Array:
        """Scores of the index, shape (rows,)."""
        return self.scores.column(self.raw.structure.top)

    def stage(self, name: str) -> Dataset:
        """Return the dataset that the last step of a name made."""
        return dict(self.before.stages)[name]

    def write_csv(self, file: Path) -> None:
        """Write rank, scores, and how many values of each unit are imputed; best units first."""
        structure, dataset = self.raw.structure, self.before.dataset
        codes = [one for level in range(structure.levels, 0, -1) for one in structure.codes(level)]
        table = self.scores.columns(codes)
        periods = ["Time"] if table.periods else []
        with file.open("w", encoding="utf-8", newline="") as opened:
            out = csv.writer(opened, lineterminator="\n")
            out.writerow(["uCode", "uName", *periods, "Rank", "Imputed", *codes])
            whens = np.array(table.periods) if table.periods else np.zeros(len(table.units))
            for row in np.lexsort((self.ranks, whens)):
                name = dataset.names[row] if dataset.names else ""
                at = [table.periods[row]] if periods else []
                rank, filled = _cell(self.ranks[row]), int(self.before.imputed[row].sum())
                values = [_cell(value) for value in table.values[row]]
                out.writerow([table.units[row], name, *at, rank, filled, *values])


def run_chain(data_csv: Path, meta_csv: Path, recipe: Path) -> Result:
    """Run the recipe of a TOML file over the data of two CSV files.

    Raises
    ------
    InvalidInput
        Of `dalgu.certification.composite.errors`: files name row and field, steps name
        indicator and unit. Nothing is filled in or passed over silently.
    """
    return run(read_dataset(data_csv, meta_csv), read_recipe(recipe))


def run(dataset: Dataset, recipe: Recipe) -> Result:
    """Run a recipe over a dataset."""
    last = recipe.aggregate
    before = prepare(dataset, recipe.step[:-1])
    rules = Rules.of(dataset.structure, last.methods, last.min_share)
    weights = weigh(before.dataset, rules, last.weights)
    scores = aggregate(before.dataset, rules, weights)
    return Result(
        recipe, dataset, before, weights, scores, ranks(scores, scores.column(scores.codes[-1]))
    )


def prepare(dataset: Dataset, steps: tuple[Step, ...]) -> Progressed:
    """Run the steps before the aggregation."""
    at = Progressed(dataset, np.zeros(dataset.table.values.shape, dtype=np.bool_))
    for step in steps:
        at = STEPS[name_of(step)](at, step)
        at = replace(at, stages=(*at.stages, (name_of(step), at.dataset)))
    return at


def _screen(at: Progressed, step: Screen) -> Progressed:
    done = screen(at.dataset, step)
    return replace(
        at,
        dataset=done.dataset,
        imputed=at.imputed[done.rows],
        dropped=(*at.dropped, *done.dropped),
    )


def _denominate(at: Progressed, step: Denominate) -> Progressed:
    return replace(at, dataset=denominate(at.dataset, step))


def _impute(at: Progressed, step: Impute) -> Progressed:
    done = impute(at.dataset, step)
    return replace(at, dataset=done.dataset, imputed=at.imputed | done.cells)


def _treat(at: Progressed, step: Treat) -> Progressed:
    dataset, reports = treat(at.dataset, step)
    return replace(at, dataset=dataset, treated=reports)


def _normalise(at: Progressed, step: Normalise) -> Progressed:
    return replace(at, dataset=normalise(at.dataset, step))


STEPS: dict[str, Callable[..., Progressed]] = {
    "screen": _screen,
    "denominate": _denominate,
    "impute": _impute,
    "treat": _treat,
    "normalise": _normalise,
}


def _cell(value: float) -> str | int | float:
    if np.isnan(value):
        return ""
    return int(value) if value == int(value) else float(value)
