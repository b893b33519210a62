"""Ways out of a bundle of flows: the widest ways that carry it from one node to another."""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.graph import Graph

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_SHARE = 0.1  # of the bundle: thinner ways are no advice
MOST_ROUTES = 3


@dataclass(frozen=True, slots=True)
class Route:
    """A way over arcs, and which share of the bundle it carries, 0 to 1."""

    arcs: tuple[int, ...]
    share: float


def widest_way(graph: Graph, flow_vph: Array, start: int, end: int) -> list[int]:
    """Return the arcs of the way whose thinnest arc carries most; empty where none leads.

    >>> graph = Graph.of(3, np.array([0, 0, 1]), np.array([2, 1, 2]))
    >>> widest_way(graph, np.array([1.0, 3.0, 2.0]), 0, 2)
    [1, 2]
    """
    leaving = _leaving(graph, flow_vph)
    width = {start: np.inf}
    reached_by: dict[int, int] = {}
    heap = [(-np.inf, 0, start)]
    while heap:
        thin, steps, node = heapq.heappop(heap)
        if node == end:
            break
        if -thin < width[node]:
            continue
        for arc in leaving.get(node, ()):
            head, wide = int(graph.head[arc]), min(-thin, float(flow_vph[arc]))
            if wide > width.get(head, 0.0):
                width[head], reached_by[head] = wide, arc
                heapq.heappush(heap, (-wide, steps + 1, head))
    return _back(graph, reached_by, start, end)


def routes_between(graph: Graph, flow_vph: Array, start: int, end: int) -> list[Route]:
    """Return at most three ways that carry a bundle, the widest first.

    Shares are of all that the bundle sends out of `start`; what they leave runs on thinner ways.
    """
    left = flow_vph.copy()
    total = float(left[graph.tail == start].sum() - left[graph.head == start].sum())
    found: list[Route] = []
    while total > 0 and len(found) < MOST_ROUTES:
        way = widest_way(graph, left, start, end)
        carried = float(left[way].min()) if way else 0.0
        if carried < LEAST_SHARE * total:
            break
        left[way] -= carried
        found.append(Route(tuple(way), carried / total))
    return found


def _leaving(graph: Graph, flow_vph: Array) -> dict[int, list[int]]:
    leaving: dict[int, list[int]] = {}
    for arc in np.flatnonzero(flow_vph > 0).tolist():
        leaving.setdefault(int(graph.tail[arc]), []).append(arc)
    return leaving


def _back(graph: Graph, reached_by: dict[int, int], start: int, end: int) -> list[int]:
    way: list[int] = []
    node = end
    while node != start:
        if node not in reached_by:
            return []
        way.append(reached_by[node])
        node = int(graph.tail[way[-1]])
    return way[::-1]
