"""Ways of one origin: which arcs each runs over, and how much runs on it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.graph import Graph

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

SIGNATURE_SEED = 20_260  # only tells ways apart: any seed does
LEAST_SLOPE = 1e-12


@dataclass(slots=True)
class Ways:
    """Ways of one origin, sorted by pair.

    `table` is a sparse matrix (ways, arcs) of 1, `pair` and `vph` have shape (ways,) and
    `signature` tells one way from another.
    """

    table: Any  # scipy is imported where it is used
    pair: Ints
    pairs: int
    signature: Ints
    vph: Array

    def carrying(self, vph: Array) -> "Ways":
        """Return the same ways with other flows."""
        return Ways(self.table, self.pair, self.pairs, self.signature, vph.astype(np.float64))

    def with_new(self, found: "Ways") -> "Ways":
        """Return those that carry something, and those found that are new."""
        from scipy.sparse import vstack  # type: ignore[import-untyped]  # ships no types

        kept = np.flatnonzero(self.vph > 0)
        held = set(zip(self.pair[kept].tolist(), self.signature[kept].tolist(), strict=True))
        asked = zip(found.pair.tolist(), found.signature.tolist(), strict=True)
        new = np.array([row for row, one in enumerate(asked) if one not in held], dtype=np.int64)
        pair = np.concatenate((self.pair[kept], found.pair[new]))
        order = np.argsort(pair, kind="stable")
        table = vstack((self.table[kept], found.table[new]), format="csr")[order]
        signature = np.concatenate((self.signature[kept], found.signature[new]))[order]
        vph = np.concatenate((self.vph[kept], np.zeros(len(new))))[order]
        return Ways(table, pair[order], self.pairs, signature, vph)

    def flow_of_arcs(self) -> Array:
        """Return the flow on every arc, shape (arcs,)."""
        return self.arcs_of(self.vph)

    def arcs_of(self, of_ways: Array) -> Array:
        """Return what runs on every arc when each way carries `of_ways`."""
        return np.asarray(self.table.T @ of_ways, dtype=np.float64)

    def shift(self, cost_s: Array, slope: Array) -> Array:
        """Return a Newton shift from each way to the shortest of its pair, shape (ways,).

        Each way gives its excess time over the slope of the arcs that it does not share with the
        shortest, and never more than it has.
        """
        used = np.where(np.isfinite(cost_s), cost_s, 0.0)
        time = self.table @ used
        starts = np.concatenate(([0], np.flatnonzero(np.diff(self.pair)) + 1))
        sizes = np.diff(np.concatenate((starts, [len(self.pair)])))
        excess = time - np.repeat(np.minimum.reduceat(time, starts), sizes)
        shortest = np.flatnonzero(excess == 0)
        first = np.concatenate(([True], np.diff(self.pair[shortest]) > 0))
        best = np.repeat(shortest[first], sizes)
        giving = np.flatnonzero((excess > 0) & (self.vph > 0))
        apart = self.table[giving] - self.table[best[giving]]
        apart.data = np.abs(apart.data)
        steepness = np.maximum(apart @ slope, LEAST_SLOPE)
        given = np.minimum(self.vph[giving], excess[giving] / steepness)
        shift = np.zeros(len(self.pair))
        shift[giving] = -given
        return shift + np.bincount(best[giving], weights=given, minlength=len(self.pair))


def trace(graph: Graph, reached_by: Ints, destinations: Ints) -> Ways:
    """Return the ways of a shortest-way tree to each destination, in the order given.

    `reached_by`, shape (nodes,), is the arc by which each node is reached, -1 at the root.
    """
    from scipy.sparse import csr_array

    marks = np.random.default_rng(SIGNATURE_SEED).integers(0, 2**62, graph.arcs)
    rows, arcs = [], []
    at, row = destinations.copy(), np.arange(len(destinations))
    while len(row):
        arc = reached_by[at]
        row, arc = row[arc >= 0], arc[arc >= 0]
        rows.append(row)
        arcs.append(arc)
        at = graph.tail[arc]
    of_row, of_arc = np.concatenate(rows), np.concatenate(arcs)
    table = csr_array(
        (np.ones(len(of_row)), (of_row, of_arc)), shape=(len(destinations), graph.arcs)
    )
    signature = np.zeros(len(destinations), dtype=np.int64)
    np.add.at(signature, of_row, marks[of_arc])  # wraps around: it only has to tell apart
    pair = np.arange(len(destinations))
    return Ways(table, pair, len(destinations), signature, np.zeros(len(destinations)))
