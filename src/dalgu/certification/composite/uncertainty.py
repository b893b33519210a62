"""How sure a ranking is: the ranks of units over many draws of what is uncertain.

References
----------
Saisana, Saltelli & Tarantola, "Uncertainty and sensitivity analysis techniques as tools for
the quality assessment of composite indicators", J. R. Statist. Soc. A 168(2), 2005.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.draws import VALUES, WEIGHTS, Draws, Told
from dalgu.certification.composite.errors import NothingVaries, ParameterInvalid
from dalgu.certification.composite.normalisation import rank_up
from dalgu.certification.composite.recipe import Recipe
from dalgu.certification.composite.structure import Array

STEP = "uncertainty"


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """Ranks and scores of units over all draws; rank 1 is the best.

    `nominal` and `nominal_score` have shape (units,), `ranks` and `scores` (draws, units).
    """

    units: tuple[str, ...]
    inputs: tuple[str, ...]
    nominal: Array
    nominal_score: Array
    ranks: Array
    scores: Array

    def interval(self, share: float = 0.9) -> tuple[Array, Array]:
        """Return the ranks between which the middle share of the draws lies, shape (units,)."""
        low, high = np.quantile(self.ranks, [(1 - share) / 2, (1 + share) / 2], axis=0)
        return low, high

    def median(self) -> Array:
        """Return the median rank of each unit."""
        middle: Array = np.median(self.ranks, axis=0)
        return middle

    def distribution(self) -> Array:
        """Return the share of the draws in which a unit has a rank, shape (units, ranks)."""
        places = np.arange(1, len(self.units) + 1)
        shares: Array = (self.ranks[:, :, None] == places).mean(axis=0)
        return shares

    def at_least(self, score: float) -> Array:
        """Return the share of the draws in which each unit scores so much or more."""
        shares: Array = (self.scores >= score).mean(axis=0)
        return shares


def assess_uncertainty(
    dataset: Dataset,
    recipe: Recipe,
    *,
    draws: int,
    rng: np.random.Generator,
    told: Told | None = None,
) -> Robustness:
    """Draw the uncertain inputs of a recipe and rank the units in each draw.

    Raises
    ------
    NothingVaries, ParameterInvalid
        When the recipe declares nothing uncertain, or there are fewer than two draws.
    InvalidInput
        As the chain does, when an option does not fit the others.
    """
    if draws < 2:
        raise ParameterInvalid(STEP, "draws", draws, "2 or more")
    many = Draws(dataset, recipe, rng, pool=draws)
    if not many.inputs:
        raise NothingVaries("uncertainty analysis", 1)
    u = rng.random((draws, len(many.inputs)))
    for place, name in enumerate(many.inputs):
        if name in (WEIGHTS, VALUES):  # each noise of the pool serves once
            u[:, place] = (rng.permutation(draws) + 0.5) / draws
    scores = many.scores(u, told)
    nominal = many.nominal()
    return Robustness(many.units, many.inputs, rank_up(-nominal), nominal, rank_up(-scores), scores)
