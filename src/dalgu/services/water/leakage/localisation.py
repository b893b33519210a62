"""Localisation: from how well a leak at each pipe explains the residuals to likely pipes."""

from dataclasses import dataclass

import numpy as np

from dalgu.services.water.leakage.network import Floats

SEARCH_M = 300.0  # along the pipes: what a crew with a correlator walks; BattLeDIM's own limit
SHOWN_MASS = 0.95  # of the posterior that a ranking shows
SHOWN_PIPES = 40


@dataclass(frozen=True, slots=True)
class Ranked:
    """A pipe, by position among the network's pipes, and the probability that it leaks."""

    pipe: int
    probability: float


def posterior(evidence: Floats, length_m: Floats) -> Floats:
    """Return shape (pipes,): the probability of each, where one of them leaks.

    `evidence` is shape (pipes,), the log Bayes factor of a leak at each against none. A longer
    pipe is likelier before anything is measured.

    Examples
    --------
    >>> posterior(np.array([3.0, 3.0, -9.0]), np.array([30.0, 10.0, 10.0])).round(2).tolist()
    [0.75, 0.25, 0.0]

    """
    weight = np.exp(evidence - evidence.max()) * np.maximum(length_m, 1.0)
    return np.asarray(weight / weight.sum())


def best_place(probability: Floats, distance_m: Floats, *, within_m: float = SEARCH_M) -> int:
    """Return the pipe around which most of the probability lies within a walk.

    `distance_m` is shape (pipes, pipes). Ties go to the likelier pipe.
    """
    around = (distance_m <= within_m).astype(np.float64) @ probability
    near = (distance_m <= within_m / 2).astype(np.float64) @ probability
    return int(np.argmax(around + 0.1 * near + 1e-3 * probability))


def mass_within(
    probability: Floats, distance_m: Floats, pipe: int, *, within_m: float = SEARCH_M
) -> float:
    """Return how probable it is that the leak lies within a walk of a pipe."""
    return float(probability[distance_m[pipe] <= within_m].sum())


def ranked(probability: Floats) -> list[Ranked]:
    """Return the likeliest pipes, likeliest first, until most of the probability is shown."""
    order = np.argsort(-probability, kind="stable")[:SHOWN_PIPES]
    before = np.cumsum(probability[order]) - probability[order]
    return [Ranked(int(i), float(probability[i])) for i in order[before < SHOWN_MASS]]


def representatives(mark: Floats, *, alike: float = 0.99, most: int = 150) -> list[int]:
    """Return pipes such that each other pipe's mark is nearly a multiple of one of theirs.

    `mark` is shape (rows, pipes), whitened by the noise. Greedy, farthest first; at most `most`.
    """
    unit = mark / np.maximum(np.linalg.norm(mark, axis=0), 1e-12)
    chosen = [int(np.argmax(np.linalg.norm(mark, axis=0)))]
    nearest = unit[:, chosen[0]] @ unit
    while len(chosen) < min(most, mark.shape[1]) and nearest.min() < alike:
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, unit[:, chosen[-1]] @ unit)
    return chosen
