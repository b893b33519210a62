"""Which uncertain input moves the ranking: Sobol indices, estimated by SALib.

References
----------
Saltelli et al., "Variance based sensitivity analysis of model output", Comput. Phys. Commun.
181(2), 2010; Herman & Usher, "SALib", JOSS 2(9), 2017.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.draws import Draws, Told
from dalgu.certification.composite.errors import (
    NothingVaries,
    ParameterInvalid,
    SensitivityNotInstalled,
    UnitUnknown,
)
from dalgu.certification.composite.normalisation import rank_up
from dalgu.certification.composite.recipe import Recipe
from dalgu.certification.composite.structure import Array

STEP = "sensitivity"
MIN_SAMPLE = 64


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """Shares of the variance of an output that each input accounts for.

    `first` is what an input does alone, `total` what it does with all others; the others are
    the half widths of their 95 % intervals. All have shape (inputs,). `runs` were evaluated.
    """

    inputs: tuple[str, ...]
    output: str
    first: Array
    first_error: Array
    total: Array
    total_error: Array
    runs: int


def assess_sensitivity(  # noqa: PLR0913  # options of one analysis
    dataset: Dataset,
    recipe: Recipe,
    *,
    sample: int,
    seed: int,
    unit: str | None = None,
    told: Told | None = None,
) -> Sensitivity:
    """Estimate Sobol indices of the mean shift in rank, or of one unit's score.

    `sample` is the base sample, a power of two: `sample` times (inputs + 2) runs are made.
    `unit` is the one whose score is the output; without it the mean absolute shift in rank is.

    Raises
    ------
    SensitivityNotInstalled
        When SALib is absent.
    NothingVaries, ParameterInvalid, UnitUnknown
        When fewer than two inputs are uncertain or move the output, or the sample is no power of 2.
    """
    if sample < MIN_SAMPLE or sample & (sample - 1):
        raise ParameterInvalid(STEP, "sample", sample, f"a power of two, {MIN_SAMPLE} or more")
    sampled, analysed = _salib()
    many = Draws(dataset, recipe, np.random.default_rng(seed), pool=sample)
    if len(many.inputs) < 2:
        raise NothingVaries("sensitivity analysis", 2)
    problem = {
        "num_vars": len(many.inputs),
        "names": list(many.inputs),
        "bounds": [[0.0, 1.0]] * len(many.inputs),
    }
    u = sampled.sample(problem, sample, calc_second_order=False, seed=seed)
    scores = many.scores(u, told)
    if unit is None:
        shift = rank_up(-scores) - rank_up(-many.nominal())
        output = np.nanmean(np.abs(shift), axis=1)
    else:
        output = scores[:, _place(many.units, unit)]
    if not output.max() > output.min():
        raise NothingVaries("output of the sensitivity analysis", 2)
    found = analysed.analyze(problem, output, calc_second_order=False, seed=seed)
    return Sensitivity(
        many.inputs,
        unit or "mean shift in rank",
        found["S1"],
        found["S1_conf"],
        found["ST"],
        found["ST_conf"],
        len(u),
    )


def _salib() -> tuple[Any, Any]:
    try:
        from SALib.analyze import sobol as analysed  # type: ignore[import-untyped]  # ships no types
        from SALib.sample import sobol as sampled  # type: ignore[import-untyped]  # ships no types
    except ImportError as absent:
        raise SensitivityNotInstalled from absent
    return sampled, analysed


def _place(units: tuple[str, ...], unit: str) -> int:
    if unit not in units:
        raise UnitUnknown(STEP, unit)
    return units.index(unit)
