"""Counts of votes by group, and the two tests that say which of them mean something.

Both are tests of proportions with one success and one trial added (Polis, math/stats.clj), so
that a statement on which few have voted proves little.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.citizens.groups.votes import AGREE, DISAGREE, Array

SIGNIFICANT_Z = 1.2816  # one-sided, 90 %


@dataclass(frozen=True, slots=True)
class Tallies:
    """Votes by group: each of shape (groups, statements); `seen` counts passes too."""

    agrees: Array
    disagrees: Array
    seen: Array

    @property
    def agreeing(self) -> Array:
        """Share who agree, with one for and one against added; 0.5 where nobody voted."""
        share: Array = (self.agrees + 1) / (self.seen + 2)
        return share

    @property
    def disagreeing(self) -> Array:
        """Share who disagree, with one for and one against added."""
        share: Array = (self.disagrees + 1) / (self.seen + 2)
        return share

    def others(self) -> "Tallies":
        """Return, for each group, the votes of all other groups together."""
        return Tallies(
            self.agrees.sum(axis=0) - self.agrees,
            self.disagrees.sum(axis=0) - self.disagrees,
            self.seen.sum(axis=0) - self.seen,
        )

    def total(self) -> "Tallies":
        """Return the votes of all groups together, shape (1, statements)."""
        return Tallies(
            self.agrees.sum(axis=0, keepdims=True),
            self.disagrees.sum(axis=0, keepdims=True),
            self.seen.sum(axis=0, keepdims=True),
        )


def tallied(values: Array, groups: Sequence[Sequence[int]]) -> Tallies:
    """Count the votes of groups of rows of a vote matrix, shape (participants, statements)."""
    parts = [values[list(rows)] for rows in groups]
    return Tallies(
        np.array([(part == AGREE).sum(axis=0) for part in parts], dtype=float),
        np.array([(part == DISAGREE).sum(axis=0) for part in parts], dtype=float),
        np.array([(~np.isnan(part)).sum(axis=0) for part in parts], dtype=float),
    )


def one_proportion_z(successes: Array, trials: Array) -> Array:
    """Return by how many standard errors a share lies above one half."""
    n = trials + 1
    z: Array = 2 * np.sqrt(n) * ((successes + 1) / n - 0.5)
    return z


def two_proportion_z(
    successes: Array, trials: Array, other_successes: Array, other_trials: Array
) -> Array:
    """Return by how many standard errors one share lies above another, pooled; 0 at certainty."""
    s, n, t, m = successes + 1, trials + 1, other_successes + 1, other_trials + 1
    pooled = (s + t) / (n + m)
    error = np.sqrt(np.clip(pooled * (1 - pooled), 0, None) * (1 / n + 1 / m))
    z: Array = np.divide(s / n - t / m, error, out=np.zeros_like(error), where=pooled != 1)
    return z


def group_informed_consensus(tallies: Tallies) -> Array:
    """Return how far every group agrees: the product of (agree + 1) / (seen + 2) over groups.

    Shape (statements,). One group against a statement is enough to make it small.
    """
    product: Array = tallies.agreeing.prod(axis=0)
    return product
