"""Composite indicators: agreement with COINr stage by stage, and the time of a Monte Carlo.

    python -m benchmarks.certify.composite

Agreement: the largest relative error of each stage of COINr 1.1.14's own example, 51 countries
by 49 indicators, against the files that COINr wrote (tests/certification/composite/data).

Time: 30 made cities by 60 indicators in 10 groups, 2 % of the values missing, a tenth of the
indicators skewed; 2,000 draws on one core, median of the runs. "Methods and weights" draws
among 2 imputations, 2 treatments, 3 scales and 3 means and moves every weight by up to 25 %;
"and values" also moves every value by 5 %, so that each draw is treated and normalised anew.
"One by one" runs the whole chain for each draw, as COINr's get_sensitivity does, on fewer
draws and scaled up.
"""

# ruff: noqa: E402  # numpy reads the thread settings when it is imported
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import csv
import statistics
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from dalgu.certification.composite import aggregation, normalisation
from dalgu.certification.composite.chain import run, run_chain
from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.imputation import Imputation, Impute
from dalgu.certification.composite.normalisation import Normalise
from dalgu.certification.composite.recipe import Aggregate, Alternatives, Recipe, Uncertainty
from dalgu.certification.composite.sensitivity import assess_sensitivity
from dalgu.certification.composite.structure import Element, Structure
from dalgu.certification.composite.treatment import Treat, Treatment
from dalgu.certification.composite.uncertainty import assess_uncertainty

DATA = Path(__file__).parents[2] / "tests" / "certification" / "composite" / "data"
STAGES = {
    "raw": "1_Raw",
    "denominate": "Denominated",
    "impute": "Imputed",
    "screen": "Screened",
    "treat": "Treated",
    "normalise": "Normalised",
    "aggregate": "Aggregated",
}
CITIES, INDICATORS, GROUPS = 30, 60, 10
AIM_S = 2.0
BOUND = 1e-9
LINEAR = aggregation.Arithmetic()


def reference(name, table):
    with (DATA / f"ref_{name}.csv").open() as opened:
        header, *rows = csv.reader(opened)
    by_unit = {row[0]: row for row in rows}
    places = [header.index(code) for code in table.codes]
    cells = [[by_unit[unit][place] for place in places] for unit in table.units]
    return np.array([[np.nan if c == "NA" else float(c) for c in row] for row in cells])


def largest_error(table, name):
    theirs = reference(name, table)
    assert (np.isnan(theirs) == np.isnan(table.values)).all()
    scale = np.where(theirs == 0, 1.0, np.abs(theirs))
    return float(np.nanmax(np.abs(table.values - theirs) / scale))


def print_agreement():
    result = run_chain(DATA / "ASEM_iData.csv", DATA / "ASEM_iMeta.csv", DATA / "recipe.toml")
    print(f"{'stage':12} {'values':>7} {'max rel. error':>15} {'bound':>8}")
    for stage, name in STAGES.items():
        table = {"raw": result.raw.table, "aggregate": result.scores}.get(stage)
        table = result.stage(stage).table if table is None else table
        error = largest_error(table, name)
        print(f"{stage:12} {table.values.size:7,} {error:15.1e} {BOUND:8.0e}")
        assert error < BOUND
    points = {one.code: one.points for one in result.before.treated if one.points}
    print(f"winsorised: {sum(points.values())} points of {len(points)} indicators\n")


def made_cities(rng):
    values = rng.normal(50, 15, (CITIES, INDICATORS))
    values[:, ::10] = rng.lognormal(3, 1.5, (CITIES, INDICATORS // 10))
    values[rng.random(values.shape) < 0.02] = np.nan
    size = INDICATORS // GROUPS
    leaves = [Element(f"i{k}", 1, f"g{k // size}") for k in range(INDICATORS)]
    groups = [Element(f"g{k}", 2, "City") for k in range(GROUPS)]
    structure = Structure.of([*leaves, *groups, Element("City", 3)])
    return Dataset.of([f"c{k}" for k in range(CITIES)], values, structure)


def uncertain(value_noise):
    return Recipe(
        (Impute(), Treat(), Normalise(normalisation.MinMax(1, 100)), Aggregate((LINEAR,))),
        Uncertainty(
            (
                Alternatives("impute", (Impute(Imputation.MEDIAN),)),
                Alternatives("treat", (Treat(Treatment(max_points=2)),)),
                Alternatives(
                    "normalise",
                    (
                        Normalise(normalisation.ZScore(100, 10)),
                        Normalise(normalisation.Rank()),
                    ),
                ),
                Alternatives(
                    "aggregate",
                    (
                        Aggregate((LINEAR, aggregation.Geometric())),
                        Aggregate((LINEAR, aggregation.Copeland())),
                    ),
                ),
            ),
            weight_noise=(0.25,),
            value_noise=value_noise,
        ),
    )


def seconds(work, runs):
    spent = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def one_by_one(dataset, recipe, draws):
    """Run the chain anew for each draw of weights."""
    rng = np.random.default_rng(1)
    for _ in range(draws):
        moved = tuple(
            replace(one, weight=one.weight * rng.uniform(0.75, 1.25))
            for one in dataset.structure.elements
        )
        run(
            Dataset(dataset.table, Structure(moved), dataset.groupings, dataset.denominators),
            recipe,
        )


def print_times(dataset, draws, runs):
    def monte_carlo(value_noise):
        rng = np.random.default_rng(1)
        return assess_uncertainty(dataset, uncertain(value_noise), draws=draws, rng=rng)

    few = 50
    rows = [
        (f"{draws:,} draws, methods and weights", seconds(lambda: monte_carlo(0.0), runs), AIM_S),
        (f"{draws:,} draws, and values", seconds(lambda: monte_carlo(0.05), runs), AIM_S),
        (
            f"{draws:,} draws, one by one ({few} measured)",
            seconds(lambda: one_by_one(dataset, uncertain(0.0), few), 1) * draws / few,
            None,
        ),
        (
            "Sobol indices, 256 x 7 runs",
            seconds(lambda: assess_sensitivity(dataset, uncertain(0.0), sample=256, seed=1), runs),
            None,
        ),
    ]
    print(f"{CITIES} units x {INDICATORS} indicators, one core {'seconds':>22} {'aim':>6}")
    for name, spent_s, aim_s in rows:
        print(f"{name:45} {spent_s:12.3f} {'' if aim_s is None else f'< {aim_s:g}':>6}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print_agreement()
    dataset = made_cities(np.random.default_rng(7))
    print_times(dataset, asked.draws, asked.runs)


if __name__ == "__main__":
    main()
