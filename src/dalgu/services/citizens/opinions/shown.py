"""What of a question is shown to everybody: never what would point at a person.

Groups of fewer than five are not shown, nor is any count of fewer than five, nor a total from
which one could be subtracted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.citizens.groups.meanings import Meaning, shared, stands_for
from dalgu.services.citizens.groups.tallies import Tallies, group_informed_consensus, tallied
from dalgu.services.citizens.groups.votes import AGREE, Array
from dalgu.services.citizens.opinions.kept import Kept
from dalgu.services.citizens.opinions.question import Question, Statement

LEAST_SHOWN = 5  # people
AGREED_BY_ALL = 0.6  # share who agree in every group, before it is said that all share something


@dataclass(frozen=True, slots=True)
class Shares:
    """How some people voted on a statement, in whole per cent, and how many they were."""

    agree_pct: int
    pass_pct: int
    disagree_pct: int
    people: int


@dataclass(frozen=True, slots=True)
class StoodFor:
    """A statement that a group stands for (or against), beside what the others say."""

    statement: Statement
    agrees: bool
    share_pct: int
    others_pct: int


@dataclass(frozen=True, slots=True)
class GroupShown:
    """One group: its letter, its people as a round picture, and what it stands for."""

    letter: str
    people: int
    center: tuple[float, float]
    axes: tuple[float, float, float]  # half-lengths along and across, and the angle in degrees
    stands_for: tuple[StoodFor, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One statement with the shares of all and of each group, where they may be shown."""

    statement: Statement
    everybody: Shares | None
    by_group: Mapping[str, Shares | None]
    consensus: float  # product over groups, 0 to 1


@dataclass(frozen=True, slots=True)
class Results:
    """A question's results as everybody sees them."""

    participants: int
    grouped: int
    groups: tuple[GroupShown, ...]
    too_small: int  # groups that are not shown
    all_share: tuple[Row, ...]
    most_agree: tuple[StoodFor, ...]
    rows: tuple[Row, ...]
    places: Mapping[str, tuple[float, float]]  # of voices: each is shown to itself alone


NOTHING = Results(0, 0, (), 0, (), (), (), {})


def results(question: Question, kept: Kept, seen: Sequence[Statement]) -> Results:
    """Return what is shown of a question after its last step; `seen` are its public statements."""
    state = kept.state
    if not state.participants:
        return NOTHING
    votes, (_, places) = state.matrix(), state.plane()
    row_of = {name: i for i, name in enumerate(state.participants)}
    some = {letter: sorted(row_of[one] for one in members)
            for letter, members in sorted(kept.members.items())
            if len(members) >= LEAST_SHOWN}  # fmt: skip
    columns = {int(name): i for i, name in enumerate(votes.statements)}
    told = [one for one in seen if one.number in columns]
    without = set(range(len(columns))) - {columns[one.number] for one in told}
    by_column = {columns[one.number]: one for one in told}
    everybody = range(len(state.participants))
    of_groups = tallied(votes.values, list(some.values())) if some else None
    of_all = tallied(votes.values, [everybody])
    rows = _rows(told, columns, (of_all, of_groups), list(some))
    return Results(
        participants=len(state.participants),
        grouped=sum(map(len, some.values())),
        groups=_groups(some, places, of_groups, (by_column, without)),
        too_small=len(kept.members) - len(some),
        all_share=_all_share(rows, len(some)),
        most_agree=_most_agree(of_all, by_column, without),
        rows=tuple(rows),
        places={name: (float(x), float(y))
                for name, (x, y) in zip(state.participants, places, strict=True)},
    )  # fmt: skip


def _groups(
    some: Mapping[str, list[int]],
    places: Array,
    tallies: Tallies | None,
    statements: tuple[Mapping[int, Statement], set[int]],
) -> tuple[GroupShown, ...]:
    if tallies is None:
        return ()
    by_column, without = statements
    others = tallies.others()
    meanings = stands_for(tallies, without)
    return tuple(
        GroupShown(
            letter, len(rows), *_round(places[rows]),
            tuple(_stood_for(one, by_column, _share(others, g, one))
                  for one in meanings[g] if _sets_apart(one)),
        )
        for g, (letter, rows) in enumerate(some.items())
    )  # fmt: skip


def _sets_apart(one: Meaning) -> bool:
    """Tell whether a group says this, and more so than the others: best of a bad lot is not."""
    most = 2 * one.successes > one.trials
    return one.trials >= LEAST_SHOWN and most and one.ratio_z > 0


def _round(points: Array) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """Return the middle of some places and the ellipse of one and a half deviations."""
    middle = points.mean(axis=0)
    spread, turned = np.linalg.eigh(np.cov(points.T) + np.eye(2) * 1e-4)
    across, along = 1.5 * np.sqrt(spread)
    angle = float(np.degrees(np.arctan2(turned[1, 1], turned[0, 1])))
    return (float(middle[0]), float(middle[1])), (float(along), float(across), angle)


def _share(tallies: Tallies, g: int, one: Meaning) -> float:
    counts = tallies.agrees if one.stance == AGREE else tallies.disagrees
    return float(counts[g, one.statement] / max(tallies.seen[g, one.statement], 1))


def _stood_for(one: Meaning, by_column: Mapping[int, Statement], others: float) -> StoodFor:
    return StoodFor(
        by_column[one.statement],
        one.stance == AGREE,
        round(100 * one.successes / max(one.trials, 1)),
        round(100 * others),
    )


def _rows(
    told: Sequence[Statement],
    columns: Mapping[int, int],
    tallies: tuple[Tallies, Tallies | None],
    letters: Sequence[str],
) -> list[Row]:
    of_all, of_groups = tallies
    common = None if of_groups is None else group_informed_consensus(of_groups)
    rows = []
    for statement in told:
        i = columns[statement.number]
        by_group = {
            letter: None if of_groups is None else _shares(of_groups, g, i)
            for g, letter in enumerate(letters)
        }
        consensus = 0.0 if common is None else float(common[i])
        rows.append(Row(statement, _of_everybody(of_all, of_groups, i), by_group, consensus))
    return rows


def _of_everybody(of_all: Tallies, of_groups: Tallies | None, i: int) -> Shares | None:
    """Return the shares of all, or of those in shown groups where the rest would be too few."""
    if of_groups is None:
        return _shares(of_all, 0, i)
    rest = of_all.seen[0, i] - of_groups.seen[of_groups.seen[:, i] >= LEAST_SHOWN, i].sum()
    if rest == 0 or rest >= LEAST_SHOWN:
        return _shares(of_all, 0, i)
    return _shares(of_groups.total(), 0, i) if (of_groups.seen[:, i] >= LEAST_SHOWN).all() else None


def _shares(tallies: Tallies, g: int, i: int) -> Shares | None:
    seen = int(tallies.seen[g, i])
    if seen < LEAST_SHOWN:
        return None
    agree = round(100 * tallies.agrees[g, i] / seen)
    disagree = round(100 * tallies.disagrees[g, i] / seen)
    return Shares(int(agree), int(100 - agree - disagree), int(disagree), seen)


def _all_share(rows: Sequence[Row], groups: int) -> tuple[Row, ...]:
    agreed = [
        row for row in rows
        if groups and all(one is not None and one.agree_pct >= 100 * AGREED_BY_ALL
                          for one in row.by_group.values())
    ]  # fmt: skip
    return tuple(sorted(agreed, key=lambda row: -row.consensus)[:5])


def _most_agree(
    of_all: Tallies, by_column: Mapping[int, Statement], without: set[int]
) -> tuple[StoodFor, ...]:
    found = shared(of_all, without)
    return tuple(_stood_for(one, by_column, 0.0) for some in found.values() for one in some
                 if one.trials >= LEAST_SHOWN)  # fmt: skip
