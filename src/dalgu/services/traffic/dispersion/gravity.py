"""A prior of demand: trips between places by how many begin and end there and how far they are.

The doubly constrained gravity model, balanced by Furness's method (Wilson, *A statistical theory
of spatial distribution models*, Transportation Research 1, 1967).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BALANCED = 1e-6  # largest relative error of a row when balancing stops
MOST_BALANCINGS = 200


def gravity(begin_vph: Array, end_vph: Array, cost_s: Array, *, mean_s: float) -> Array:
    """Return trips from each origin to each destination, shape (origins, destinations), veh/h.

    Parameters
    ----------
    begin_vph, end_vph
        Shapes (origins,) and (destinations,). What ends is scaled to what begins.
    cost_s
        Shape (origins, destinations): travel times, infinite where no way leads or no trip is
        wanted.
    mean_s
        Deterrence is exp(-cost / mean): a larger mean makes longer trips.

    Examples
    --------
    >>> gravity(np.array([30.0]), np.array([1.0, 2.0]), np.array([[60.0, 60.0]]), mean_s=300.0)
    array([[10., 20.]])

    """
    deterrence = np.where(np.isfinite(cost_s), np.exp(-cost_s / mean_s), 0.0)
    # A far origin keeps its trips: only differences between its destinations count.
    largest = deterrence.max(axis=1, keepdims=True)
    trips: Array = np.divide(deterrence, largest, out=np.zeros_like(deterrence), where=largest > 0)
    begins = np.where(trips.any(axis=1), begin_vph, 0.0)
    ends = np.where(trips.any(axis=0), end_vph, 0.0)
    wanted = ends * (begins.sum() / ends.sum()) if ends.sum() > 0 else ends
    for _ in range(MOST_BALANCINGS):
        trips *= _ratio(wanted, trips.sum(axis=0))
        rows = _ratio(begins, trips.sum(axis=1))
        trips *= rows[:, None]
        if np.all(np.abs(rows[begins > 0] - 1) < BALANCED):
            break
    return trips


def _ratio(wanted: Array, have: Array) -> Array:
    return np.asarray(np.divide(wanted, have, out=np.zeros_like(wanted), where=have > 0))
