"""The network that traffic is assigned to: directed arcs between nodes, and shortest ways."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.errors import AssignmentShapeInvalid

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_COST_S = 1e-6  # an arc of no cost would tie the order of its two ends


@dataclass(frozen=True, slots=True)
class Graph:
    """Directed arcs between `nodes` nodes; `tail` and `head` have shape (arcs,).

    An arc is a road link, a movement through an intersection, or a connector of a zone. A zone
    that nobody drives through has a node of its own for leaving and another for arriving.
    """

    nodes: int
    tail: Ints
    head: Ints

    @classmethod
    def of(cls, nodes: int, tail: Ints, head: Ints) -> Self:
        """Return the network, its parts checked.

        Raises
        ------
        AssignmentShapeInvalid
            When the ends of arcs do not pair or name a node that is not there.

        """
        if tail.shape != head.shape or tail.ndim != 1:
            raise AssignmentShapeInvalid("arcs", "every arc needs one tail and one head")
        if len(tail) and not (
            0 <= min(tail.min(), head.min()) <= max(tail.max(), head.max()) < nodes
        ):
            raise AssignmentShapeInvalid("arcs", f"an end lies outside nodes 0 to {nodes - 1}")
        return cls(nodes, tail.astype(np.int64), head.astype(np.int64))

    @property
    def arcs(self) -> int:
        """How many arcs there are."""
        return len(self.tail)


def distances_to(graph: Graph, cost_s: Array, destinations: Ints) -> Array:
    """Return the least cost from every node to each destination, shape (destinations, nodes), s.

    An arc of infinite cost is closed; `inf` where no way leads.
    """
    from scipy.sparse.csgraph import dijkstra  # type: ignore[import-untyped]  # ships no types

    matrix, _ = _cheapest(graph.head, graph.tail, cost_s, graph.nodes)
    return np.asarray(dijkstra(matrix, indices=destinations), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Trees:
    """Shortest-way trees: `cost_s` and `arc` by which a node is reached, shape (roots, nodes).

    `arc` is -1 at the root and where no way leads.
    """

    cost_s: Array
    arc: Ints


def trees_from(graph: Graph, cost_s: Array, origins: Ints) -> Trees:
    """Return the shortest-way tree from each origin."""
    from scipy.sparse.csgraph import dijkstra

    matrix, arcs = _cheapest(graph.tail, graph.head, cost_s, graph.nodes)
    cost, before = dijkstra(matrix, indices=origins, return_predecessors=True)
    at = np.broadcast_to(np.arange(graph.nodes), before.shape)
    reached = before >= 0
    key = before[reached].astype(np.int64) * graph.nodes + at[reached]
    tail, head = graph.tail[arcs], graph.head[arcs]
    arc = np.full(before.shape, -1, dtype=np.int64)
    arc[reached] = arcs[np.searchsorted(tail * graph.nodes + head, key)]
    return Trees(np.asarray(cost, dtype=np.float64), arc)


def _cheapest(start: Ints, end: Ints, cost_s: Array, nodes: int) -> tuple[object, Ints]:
    """Return the sparse matrix of the cheapest arc between each two nodes, and those arcs."""
    from scipy.sparse import csr_array  # type: ignore[import-untyped]  # ships no types

    is_open = np.flatnonzero(np.isfinite(cost_s))
    key = start[is_open] * nodes + end[is_open]
    order = np.lexsort((cost_s[is_open], key))
    first = np.concatenate(([True], np.diff(key[order]) > 0))[: len(order)]
    arcs = is_open[order[first]]
    weight = np.maximum(cost_s[arcs], LEAST_COST_S)
    return csr_array((weight, (start[arcs], end[arcs])), shape=(nodes, nodes)), arcs
