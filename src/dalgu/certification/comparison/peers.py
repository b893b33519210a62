"""Which cities are alike: the distance between their profiles by item."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.certification.scoring.draws import Array

PEERS = 3


@dataclass(frozen=True, slots=True)
class Peer:
    """A city and how far its profile is: the root mean square difference of the items' shares."""

    city: str
    distance: float


def nearest_peers(
    cities: Sequence[str], shares: Array, count: int = PEERS
) -> dict[str, tuple[Peer, ...]]:
    """Return the nearest other cities of each, by shares 0 to 1 of shape (cities, items).

    >>> found = nearest_peers(["a", "b", "c"], np.array([[0.5, 0.5], [0.5, 0.7], [0.1, 0.9]]))
    >>> [peer.city for peer in found["a"]]
    ['b', 'c']
    """
    difference = shares[:, None, :] - shares[None, :, :]
    distance = np.sqrt(np.mean(difference**2, axis=2))
    return {
        city: tuple(
            Peer(cities[other], float(distance[n, other]))
            for other in sorted(range(len(cities)), key=lambda m: (distance[n, m], cities[m]))
            if other != n
        )[:count]
        for n, city in enumerate(cities)
    }
