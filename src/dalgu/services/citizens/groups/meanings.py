"""What each group stands for, what all share, and which statement to ask next (as Polis does)."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np

from dalgu.services.citizens.groups.tallies import (
    SIGNIFICANT_Z,
    Tallies,
    one_proportion_z,
    two_proportion_z,
)
from dalgu.services.citizens.groups.votes import AGREE, DISAGREE, Array

MOST_SHOWN = 5
HALF = 0.5
META_PRIORITY = 7.0  # of statements about who somebody is
NEW_BOOST, NEW_FADES = 8.0, 5.0  # a new statement weighs 9 times; half of that goes each 5 votes


@dataclass(frozen=True, slots=True)
class Meaning:
    """One statement that a group, or everybody, stands for or against."""

    statement: int  # column
    stance: int  # 1 agrees, -1 disagrees
    successes: int
    trials: int
    share: float  # with one for and one against added
    z: float  # above one half
    ratio: float  # of the share to that of the others; 1 where there are no others
    ratio_z: float
    is_best_agree: bool = False

    @property
    def weight(self) -> float:
        """By what they are ordered."""
        return self.ratio * self.ratio_z * self.share * self.z


def stands_for(tallies: Tallies, without: Set[int] = frozenset()) -> list[list[Meaning]]:
    """Return for each group at most 5 statements, what it agrees to before what it rejects.

    Parameters
    ----------
    tallies
        Of all groups.
    without
        Columns of statements that moderation took out.
    """
    columns = [i for i in range(tallies.seen.shape[1]) if i not in without]
    agree, disagree = _sides(tallies)
    return [_of_group(agree[g], disagree[g], columns) for g in range(len(tallies.seen))]


def shared(tallies: Tallies, without: Set[int] = frozenset()) -> dict[int, list[Meaning]]:
    """Return on what most of all agree (1) or disagree (-1), surest first, at most 5 each.

    `tallies` are of everybody: one row.
    """
    found: dict[int, list[Meaning]] = {}
    for stance, successes in ((AGREE, tallies.agrees), (DISAGREE, tallies.disagrees)):
        z = one_proportion_z(successes, tallies.seen)[0]
        share = ((successes + 1) / (tallies.seen + 2))[0]
        some = [
            Meaning(i, stance, int(successes[0, i]), int(tallies.seen[0, i]), p, z_, 1.0, 0.0)
            for i, (p, z_) in enumerate(zip(share.tolist(), z.tolist(), strict=True))
            if i not in without and p > HALF and z_ > SIGNIFICANT_Z
        ]
        found[stance] = sorted(some, key=lambda one: -one.share * one.z)[:MOST_SHOWN]
    return found


def priorities(tallies: Tallies, extremity: Array, meta: Set[int] = frozenset()) -> Array:
    """Return how much each statement ought to be asked next, shape (statements,).

    What divides people, is agreed to and not passed over comes first; new statements are lifted
    until they have been seen. `tallies` are of everybody: one row.
    """
    agrees, seen = tallies.agrees[0], tallies.seen[0]
    passes = seen - agrees - tallies.disagrees[0]
    passing = (passes + 1) / (seen + 2)
    importance = (1 - passing) * (extremity + 1) * (agrees + 1) / (seen + 2)
    priority = importance * (1 + NEW_BOOST * 2 ** (-seen / NEW_FADES))
    priority[list(meta)] = META_PRIORITY
    squared: Array = priority**2
    return squared


def next_statement(
    priority: Array, voted: Set[int], chance: np.random.Generator, open_: Sequence[int]
) -> int | None:
    """Draw a statement that somebody has not voted on, by priority; `None` when none is left."""
    left = [i for i in open_ if i not in voted]
    if not left:
        return None
    weight = priority[left]
    return int(chance.choice(left, p=weight / weight.sum()))


def _sides(tallies: Tallies) -> tuple[list[list[Meaning]], list[list[Meaning]]]:
    """Return the agreeing and the disagreeing meaning of each statement, by group."""
    others = tallies.others()
    sides = []
    for stance, mine, theirs in (
        (AGREE, tallies.agrees, others.agrees),
        (DISAGREE, tallies.disagrees, others.disagrees),
    ):
        share = (mine + 1) / (tallies.seen + 2)
        z = one_proportion_z(mine, tallies.seen)
        ratio = share / ((theirs + 1) / (others.seen + 2))
        ratio_z = two_proportion_z(mine, tallies.seen, theirs, others.seen)
        sides.append([list(_row(stance, g, tallies, mine, (share, z, ratio, ratio_z)))
                      for g in range(len(mine))])  # fmt: skip
    return sides[0], sides[1]


def _row(
    stance: int, g: int, tallies: Tallies, mine: Array, figures: tuple[Array, ...]
) -> Iterator[Meaning]:
    for i in range(mine.shape[1]):
        share, z, ratio, ratio_z = (float(one[g, i]) for one in figures)
        counts = int(mine[g, i]), int(tallies.seen[g, i])
        yield Meaning(i, stance, *counts, share, z, ratio, ratio_z)


def _of_group(
    agree: list[Meaning], disagree: list[Meaning], columns: Sequence[int]
) -> list[Meaning]:
    chosen = {i: _chosen(agree[i], disagree[i]) for i in columns}
    sufficient = [chosen[i] for i in columns if _passes(agree[i]) or _passes(disagree[i])]
    head = _best_agree(agree, disagree, columns)
    if not sufficient:
        best = max((chosen[i] for i in columns), key=lambda one: one.ratio_z, default=None)
        return [one for one in (head or best,) if one is not None]
    ordered = sorted(sufficient, key=lambda one: -one.weight)
    rest = [one for one in ordered if head is None or one.statement != head.statement]
    top = ([head] if head else []) + rest
    return sorted(top[:MOST_SHOWN], key=lambda one: -one.stance)


def _chosen(agree: Meaning, disagree: Meaning) -> Meaning:
    return agree if agree.ratio_z > disagree.ratio_z else disagree


def _passes(one: Meaning) -> bool:
    return one.ratio_z > SIGNIFICANT_Z and one.z > SIGNIFICANT_Z


def _best_agree(
    agree: list[Meaning], disagree: list[Meaning], columns: Sequence[int]
) -> Meaning | None:
    """Return what a group can be shown to agree to, so that no group only says no."""
    best: Meaning | None = None
    for i in columns:
        if (agree[i].successes or disagree[i].successes) and _beats(agree[i], best):
            best = agree[i]
    if best is None:
        return None
    told = _chosen(best, disagree[best.statement])
    return Meaning(
        told.statement, told.stance, told.successes, told.trials, told.share, told.z,
        told.ratio, told.ratio_z, is_best_agree=True,
    )  # fmt: skip


def _beats(one: Meaning, best: Meaning | None) -> bool:
    if best is None:
        return one.z > SIGNIFICANT_Z or (one.ratio > 1 and one.share > HALF)
    if best.ratio > 1:
        return one.weight > best.weight
    return one.share * one.z > best.share * best.z
