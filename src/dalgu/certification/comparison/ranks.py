"""Ranks with their intervals: where a city stands in each possible outcome.

The weights are drawn once for all cities, as they are of the framework; errors, gaps and levels
are drawn for each city on its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.certification.scoring.draws import Array, Chances
from dalgu.certification.scoring.probability import DRAWS, INTERVAL, interval_of


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a city stands: 1 is best, equal totals share the better rank."""

    rank: int  # of the judged totals
    median: float
    low: int  # 95 % of the draws lie between
    high: int
    first_share: float  # of the draws in which it is the best, alone or not
    total_low: float
    total_high: float


def ranks(cities: Sequence[Chances], rng: np.random.Generator, draws: int = DRAWS) -> list[Rank]:
    """Return the rank of each city, in the order given, all under one framework."""
    drawn = totals(cities, rng, draws)
    places = places_of(drawn)
    judged = places_of(np.array([[city.sheet.total] for city in cities]))[:, 0]
    return [_rank(int(judged[n]), places[n], drawn[n]) for n in range(len(cities))]


def totals(cities: Sequence[Chances], rng: np.random.Generator, draws: int = DRAWS) -> Array:
    """Return possible totals, shape (cities, draws), with the same weights in each column."""
    weights = rng.random((draws, len(cities[0].codes)))
    return np.stack(
        [
            city.outcomes(
                np.hstack([weights, rng.random((draws, city.dimension - weights.shape[1]))])
            ).totals
            for city in cities
        ]
    )


def places_of(values: Array) -> NDArray[np.int64]:
    """Return the places of values in each column, shape as given, the largest first.

    >>> places_of(np.array([[5.0], [7.0], [5.0], [1.0]]))[:, 0].tolist()
    [2, 1, 2, 4]
    """
    ordered = np.sort(values, axis=0)
    return (
        np.stack(
            [
                len(values) - np.searchsorted(ordered[:, n], values[:, n], side="right")
                for n in range(values.shape[1])
            ],
            axis=1,
        )
        + 1
    )


def _rank(judged: int, places: NDArray[np.int64], drawn: Array) -> Rank:
    tail = (1 - INTERVAL) / 2
    low, high = np.quantile(places, [tail, 1 - tail], method="nearest")
    total_low, total_high = interval_of(drawn)
    return Rank(
        rank=judged,
        median=float(np.median(places)),
        low=int(low),
        high=int(high),
        first_share=float(np.mean(places == 1)),
        total_low=round(total_low, 2),
        total_high=round(total_high, 2),
    )
