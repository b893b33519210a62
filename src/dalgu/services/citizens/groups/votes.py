"""The vote matrix: who said what to which statement, grown as votes come."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer to a statement: 1 agrees, 0 passes, -1 disagrees."""

    participant: str
    statement: str
    value: int


@dataclass(frozen=True, slots=True)
class Votes:
    """All votes: rows are participants, columns statements, in the order of their first vote.

    `values` has the shape (participants, statements); NaN where somebody has not voted.
    """

    participants: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    values: Array = field(default_factory=lambda: np.empty((0, 0)))

    def with_votes(self, votes: Iterable[Vote]) -> "Votes":
        """Return the matrix after more votes; a later vote on the same statement replaces."""
        votes = list(votes)
        rows = _index(self.participants, (vote.participant for vote in votes))
        columns = _index(self.statements, (vote.statement for vote in votes))
        values = np.full((len(rows), len(columns)), np.nan)
        values[: self.values.shape[0], : self.values.shape[1]] = self.values
        for vote in votes:
            values[rows[vote.participant], columns[vote.statement]] = vote.value
        return Votes(tuple(rows), tuple(columns), values)

    def zeroed(self, statements: Collection[str]) -> Array:
        """Return the values with whole columns of zeros for some statements.

        Statements taken out by moderation keep their columns: as votes of 0 by everybody they
        carry no opinion, yet count in the scale of `axes.projected`, as in Polis.
        """
        values = self.values.copy()
        values[:, [i for i, name in enumerate(self.statements) if name in statements]] = 0.0
        return values

    def counts(self) -> NDArray[np.int64]:
        """Return how many statements each participant voted on."""
        counted: NDArray[np.int64] = (~np.isnan(self.values)).sum(axis=1)
        return counted


def _index(known: tuple[str, ...], more: Iterable[str]) -> dict[str, int]:
    index = {name: i for i, name in enumerate(known)}
    for name in more:
        index.setdefault(name, len(index))
    return index
