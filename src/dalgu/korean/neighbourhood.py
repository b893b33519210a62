"""Texts that say the same have the same neighbours: likeness sharpened by the company they keep.

Two paraphrases may share few words and still be near to the same others. From the likeness of all
pairs: local scaling, so that what is like everything is near to nothing (CSLS: Conneau and others,
*Word Translation Without Parallel Data*, 2018); the nearest few of each; then how far the
neighbourhoods of two texts agree, two steps wide (the idea of k-reciprocal encoding: Zhong and
others, *Re-ranking Person Re-identification*, 2017).
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array  # type: ignore[import-untyped]  # ships no types

Array = NDArray[np.float32]

NEAREST = 9  # neighbours of each text
SCALED_BY = 10  # nearest whose mean likeness tells how crowded a place is


def shared(alike: Array, *, least: float, nearest: int = NEAREST) -> "csr_array":
    """Return how far the neighbourhoods of texts agree, sparse, shape (n, n), 0 to 1.

    `alike` is how alike each two of n texts are, shape (n, n), 0 to 1; below `least` a text is
    nobody's neighbour.
    """
    from scipy.sparse import csr_array, eye_array

    count = len(alike)
    near = _nearest(alike, min(nearest, count - 1), least)
    both = csr_array((near + near.T) / 2) + eye_array(count)
    steps = _unit(csr_array(both))
    wide = _unit(csr_array(steps @ steps))
    return csr_array(wide @ wide.T)


def _nearest(alike: Array, nearest: int, least: float) -> "csr_array":
    from scipy.sparse import csr_array

    count = len(alike)
    own = np.array(alike, dtype=np.float32)
    np.fill_diagonal(own, -np.inf)
    few = min(SCALED_BY, count - 1)
    crowd = np.sort(np.partition(own, count - few, axis=1)[:, count - few :], axis=1).mean(axis=1)
    scaled = 2 * own - crowd[:, None] - crowd[None, :]
    near = np.argpartition(scaled, count - nearest, axis=1)[:, count - nearest :]
    at, to = np.repeat(np.arange(count), nearest), near.ravel()
    kept = own[at, to] >= least
    return csr_array((np.ones(kept.sum()), (at[kept], to[kept])), shape=(count, count))


def _unit(rows: "csr_array") -> "csr_array":
    from scipy.sparse import csr_array

    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return csr_array(rows.multiply(1 / length[:, None]))
