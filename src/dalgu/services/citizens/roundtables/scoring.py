"""Criteria scoring: candidates marked by criteria, extremes trimmed, weighted, on a full scale.

The rules are those of a siting panel: each participant marks each candidate by each criterion
(1 to 10), the highest and the lowest x % of marks of each criterion are left out, means are
weighted, a candidate that is best everywhere has 1,000 points, penalty points for campaigning are
taken off, the highest wins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

FULL_SCALE = 1_000  # points of a candidate with the best mark everywhere
BEST_MARK = 10
TRIMS_TRIED = (0, 5, 10, 20)  # per cent, of the table that says how firm a result is

Ballot = Mapping[str, int]  # marks by cell: see `cell`


@dataclass(frozen=True, slots=True)
class Weighted:
    """A criterion with its weight; weights need not sum up to anything."""

    id: str
    weight: int


@dataclass(frozen=True, slots=True)
class Rules:
    """By what is scored."""

    candidates: tuple[str, ...]
    criteria: tuple[Weighted, ...]
    trim_pct: int = 5  # of the marks of a candidate by a criterion, at each end
    best_mark: int = BEST_MARK
    full_scale: int = FULL_SCALE


@dataclass(frozen=True, slots=True)
class Cell:
    """One candidate by one criterion."""

    criterion: str
    mean: Fraction  # of the marks that count, 0 where there are none
    counted: int
    cut: int  # marks left out, both ends together
    points: Fraction  # what it adds to the candidate's


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate's result; candidates with the same total share a rank."""

    candidate: str
    cells: tuple[Cell, ...]
    points: Fraction
    penalty: Fraction
    rank: int = 0

    @property
    def total(self) -> Fraction:
        """Points less penalties."""
        return self.points - self.penalty


@dataclass(frozen=True, slots=True)
class Variant:
    """Who would win by other rules: how firm a result is."""

    trim_pct: int
    is_weighted: bool
    has_penalties: bool
    winners: tuple[str, ...]
    lead: Fraction  # before the next candidate, in points


def cell(candidate: str, criterion: str) -> str:
    """Return the name under which a ballot carries one mark.

    >>> cell("north", "centre")
    'north.centre'
    """
    return f"{candidate}.{criterion}"


def trimmed(marks: Iterable[int], trim_pct: int) -> list[int]:
    """Return the marks without the lowest and the highest `trim_pct` % of them.

    What is cut is rounded down at each end, so few marks lose nothing.

    >>> trimmed([1, 7, 8, 8, 9, 7, 8, 7, 6, 10], 10)
    [6, 7, 7, 7, 8, 8, 8, 9]
    """
    ordered = sorted(marks)
    cut = len(ordered) * trim_pct // 100
    return ordered[cut : len(ordered) - cut]


def scores(
    ballots: Sequence[Ballot], rules: Rules, penalties: Mapping[str, Fraction | int] | None = None
) -> tuple[Standing, ...]:
    """Return the candidates' results, the highest first.

    A mark that a ballot does not carry counts nowhere. Sums are exact, so equal totals are equal.

    Parameters
    ----------
    ballots
        Marks by `cell`, 1 to `rules.best_mark`.
    rules
        Candidates, weighted criteria, trimming and scale.
    penalties
        Points taken off, by candidate.
    """
    taken = penalties or {}
    found = [
        _standing(candidate, ballots, rules, Fraction(taken.get(candidate, 0)))
        for candidate in rules.candidates
    ]
    found.sort(key=lambda one: -one.total)
    return tuple(
        replace(one, rank=1 + sum(other.total > one.total for other in found)) for one in found
    )


def winners(standings: Iterable[Standing]) -> tuple[str, ...]:
    """Return who has the highest total: more than one where they tie."""
    return tuple(one.candidate for one in standings if one.rank == 1)


def firmness(
    ballots: Sequence[Ballot], rules: Rules, penalties: Mapping[str, Fraction | int] | None = None
) -> tuple[Variant, ...]:
    """Return who wins when one rule at a time is another: trims, weights, penalties."""
    tried = [
        *((replace(rules, trim_pct=trim), True, True) for trim in TRIMS_TRIED),
        (_equally_weighted(rules), False, True),
        (rules, True, False),
    ]
    return tuple(
        _variant(ballots, other, penalties, is_weighted=weighted, has_penalties=punished)
        for other, weighted, punished in tried
    )


def _equally_weighted(rules: Rules) -> Rules:
    return replace(rules, criteria=tuple(Weighted(one.id, 1) for one in rules.criteria))


def _variant(
    ballots: Sequence[Ballot],
    rules: Rules,
    penalties: Mapping[str, Fraction | int] | None,
    *,
    is_weighted: bool,
    has_penalties: bool,
) -> Variant:
    found = scores(ballots, rules, penalties if has_penalties else None)
    behind = [one.total for one in found if one.rank > 1]
    lead = found[0].total - behind[0] if behind else Fraction(0)
    return Variant(rules.trim_pct, is_weighted, has_penalties, winners(found), lead)


def _standing(
    candidate: str, ballots: Sequence[Ballot], rules: Rules, penalty: Fraction
) -> Standing:
    whole = sum(one.weight for one in rules.criteria)
    cells = tuple(_cell(candidate, one, ballots, rules, whole) for one in rules.criteria)
    return Standing(candidate, cells, sum((one.points for one in cells), Fraction(0)), penalty)


def _cell(
    candidate: str, criterion: Weighted, ballots: Sequence[Ballot], rules: Rules, whole: int
) -> Cell:
    name = cell(candidate, criterion.id)
    marks = [ballot[name] for ballot in ballots if name in ballot]
    kept = trimmed(marks, rules.trim_pct)
    mean = Fraction(sum(kept), len(kept)) if kept else Fraction(0)
    share = Fraction(criterion.weight, whole) if whole else Fraction(0)
    points = share * mean / rules.best_mark * rules.full_scale
    return Cell(criterion.id, mean, len(kept), len(marks) - len(kept), points)
