"""What an indicator does to a ranking, seen by taking it out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.certification.composite.aggregation import Rules, aggregate_values
from dalgu.certification.composite.chain import Result
from dalgu.certification.composite.errors import GroupWeightsZero, ParameterInvalid
from dalgu.certification.composite.ranking import ranks
from dalgu.certification.composite.structure import Array, Structure

STEP = "remove"


@dataclass(frozen=True, slots=True, eq=False)
class Removal:
    """Scores and ranks without one element each.

    `scores` and `ranks` have shape (elements, units); `shift`, shape (elements,), is the mean
    absolute change of rank that taking the element out makes.
    """

    codes: tuple[str, ...]
    units: tuple[str, ...]
    scores: Array
    ranks: Array
    shift: Array


def remove_elements(result: Result, level: int = 1) -> Removal:
    """Take each element of a level out in turn, by a weight of zero.

    A group that is left without weight goes with it. Units stay screened, and values treated
    and normalised, as they were.

    Raises
    ------
    ParameterInvalid
        When the level is not below the index.
    GroupWeightsZero
        When nothing would be left.
    """
    structure = result.raw.structure
    if not 1 <= level < structure.levels:
        raise ParameterInvalid(STEP, "level", level, f"from 1 to {structure.levels - 1}")
    last = result.recipe.aggregate
    rules = Rules.of(structure, last.methods, last.min_share)
    dataset = result.before.dataset
    scores = np.stack(
        [
            aggregate_values(
                dataset,
                rules,
                _without(structure, result.weights, level, place),
                dataset.table.values,
            )[-1][:, 0]
            for place in range(len(structure.codes(level)))
        ]
    )
    places = np.stack([ranks(dataset.table, one) for one in scores])
    shift = np.nanmean(np.abs(places - result.ranks), axis=1)
    return Removal(structure.codes(level), dataset.table.units, scores, places, shift)


def _without(structure: Structure, weights: Sequence[Array], level: int, place: int) -> list[Array]:
    """Return weights with one element at zero, or the lowest group that is left with some."""
    while level < structure.levels:
        found = [one.copy() for one in weights]
        found[level - 1][place] = 0.0
        groups = structure.groups(level + 1)
        at = next(k for k, group in enumerate(groups) if place in group.children)
        if found[level - 1][groups[at].children].sum() > 0:
            return found
        level, place = level + 1, at
    raise GroupWeightsZero(structure.top)
