"""Places of units, what is strong and weak in one, and how two rankings differ."""

from dataclasses import dataclass

import numpy as np

from dalgu.certification.composite.dataset import Table
from dalgu.certification.composite.errors import ParameterInvalid, TooFewValues
from dalgu.certification.composite.normalisation import rank_up
from dalgu.certification.composite.structure import Array, Structure


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands in one indicator; rank 1 is the best of all units."""

    code: str
    group: str
    score: float
    rank: int
    of: int


@dataclass(frozen=True, slots=True)
class Shift:
    """How a unit's rank changes from a first result to a second; `up` is positive."""

    unit: str
    first: int
    second: int

    @property
    def up(self) -> int:
        """How many places the unit rises."""
        return self.first - self.second


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rankings side by side, over the units that both hold."""

    shifts: tuple[Shift, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    mean_shift: float
    largest_shift: int
    spearman: float
    kendall: float


def ranks(table: Table, scores: Array) -> Array:
    """Return places inside each period, 1 for the highest; ties share the best place.

    `scores` has shape (rows,); NaN keeps none.

    >>> ranks(Table(("a", "b", "c"), (), np.empty((3, 0))), np.array([2.0, 7.0, 2.0]))
    array([2., 1., 2.])
    """
    result = np.empty_like(scores)
    for rows in table.blocks():
        result[rows] = rank_up(-scores[rows])
    return result


def strengths_and_weaknesses(
    table: Table, structure: Structure, unit: str, *, count: int = 5, level: int = 2
) -> tuple[tuple[Standing, ...], tuple[Standing, ...]]:
    """Return the indicators in which a unit ranks best, and worst, of one period.

    `table` holds normalised values. An indicator in which the unit shares the very last place
    with others is no weakness of its own and counts nowhere; `level` is that of the group told.
    """
    if count < 1:
        raise ParameterInvalid("strengths", "count", count, "1 or more")
    row = table.row_of(unit, step="strengths")
    found: list[Standing] = []
    for code in structure.codes(1):
        column = table.column(code)
        if np.isnan(column[row]):
            continue
        places = rank_up(-column)
        shares_last = places[row] == np.nanmax(places) and (places == places[row]).sum() > 1
        if not shares_last:
            group = structure.ancestor(code, level)
            held = int(np.isfinite(column).sum())
            found.append(Standing(code, group, float(column[row]), int(places[row]), held))
    found.sort(key=lambda one: one.rank)
    return tuple(found[:count]), tuple(reversed(found[-count:]))


def compare(first: Table, second: Table, code: str) -> Comparison:
    """Compare the ranks of a column in two results of one period each.

    Units that only one of them holds are named, and rank in neither.

    Raises
    ------
    TooFewValues
        When fewer than two units are in both.
    """
    from scipy import stats  # type: ignore[import-untyped]  # ships no types

    scores = [
        {unit: float(v) for unit, v in zip(t.units, t.column(code), strict=True) if np.isfinite(v)}
        for t in (first, second)
    ]
    both = [unit for unit in scores[0] if unit in scores[1]]
    if len(both) < 2:
        raise TooFewValues("compare", code, len(both), 2)
    places = [rank_up(-np.array([held[unit] for unit in both])) for held in scores]
    shifts = [
        Shift(unit, int(a), int(b)) for unit, a, b in zip(both, places[0], places[1], strict=True)
    ]
    moved = [abs(one.up) for one in shifts]
    return Comparison(
        tuple(shifts),
        tuple(unit for unit in scores[0] if unit not in scores[1]),
        tuple(unit for unit in scores[1] if unit not in scores[0]),
        sum(moved) / len(moved),
        max(moved),
        float(stats.spearmanr(*places).statistic),
        float(stats.kendalltau(*places).statistic),
    )
