"""Bushes: for each destination the arcs that lead nearer to it, swept level by level.

Dial, *A probabilistic multipath traffic assignment model which obviates path enumeration*,
Transportation Research 5(2), 1971, with one bush for each destination. All bushes stand in one
stack: state `b * nodes + n` is node n in bush b. The level of a state is the longest way to its
destination, so one array operation per level serves all destinations at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.graph import LEAST_COST_S, Graph, distances_to

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segment:
    """Arcs of one level: `rows` of the stack, where each state's arcs start, and the states."""

    rows: slice
    starts: Ints
    states: Ints
    sizes: Ints


@dataclass(frozen=True, slots=True)
class Bushes:
    """Stacked bushes of several destinations.

    `arc`, `tail` and `head` have shape (rows,): the network's arc of each row, and its two
    states; rows stand by level and tail. `upward` are the segments by the level of the tail,
    nearest first. `inward` permutes the rows by level and head; `downward` are its segments,
    farthest first.
    """

    nodes: int
    arcs: int
    destinations: Ints
    arc: Ints
    tail: Ints
    head: Ints
    upward: tuple[Segment, ...]
    inward: Ints
    downward: tuple[Segment, ...]
    is_reached: NDArray[np.bool_]  # shape (destinations, nodes)

    @property
    def states(self) -> int:
        """How many states the stack has."""
        return len(self.destinations) * self.nodes

    def flow_of_arcs(self, flow_of_rows: Array) -> Array:
        """Return flows by the network's arc, all destinations together, shape (arcs,)."""
        return summed(self.arc, flow_of_rows, self.arcs)


def summed(place: Ints, values: Array, places: int) -> Array:
    """Return the sum of the values at each place, shape (places,).

    >>> summed(np.array([1, 1]), np.array([2.0, 3.0]), 3).tolist()
    [0.0, 5.0, 0.0]
    """
    return np.bincount(place, weights=values, minlength=places).astype(np.float64)


def efficient_bushes(
    graph: Graph, reference_s: Array, destinations: Ints, starts: NDArray[np.bool_] | None = None
) -> Bushes:
    """Return the bush of each destination: every open arc whose head is nearer than its tail.

    `reference_s` has shape (arcs,): the times by which near is judged, infinite where closed.
    `starts`, shape (destinations, nodes), is where somebody sets out: arcs that nobody can come
    to are left out. `None` keeps all.
    """
    reference = np.maximum(reference_s, LEAST_COST_S)
    distance = distances_to(graph, reference, destinations)
    is_open = np.isfinite(reference)
    with np.errstate(invalid="ignore"):
        nearer = (distance[:, graph.head] < distance[:, graph.tail]) & is_open
    nearer &= np.isfinite(distance[:, graph.tail])
    bush, arc = np.nonzero(nearer)
    tail = bush * graph.nodes + graph.tail[arc]
    head = bush * graph.nodes + graph.head[arc]
    states = len(destinations) * graph.nodes
    if starts is not None:
        used = _come_to(tail, head, np.flatnonzero(starts.reshape(-1)), states)[tail]
        arc, tail, head = arc[used], tail[used], head[used]
    level = levels(tail, head, states)
    rows = np.lexsort((tail, level[tail]))
    arc, tail, head = arc[rows], tail[rows], head[rows]
    inward = np.lexsort((head, level[head]))
    return Bushes(
        graph.nodes,
        graph.arcs,
        destinations,
        arc,
        tail,
        head,
        _segments(tail, level),
        inward,
        _segments(head[inward], level)[::-1],
        np.isfinite(distance),
    )


def levels(tail: Ints, head: Ints, states: int) -> Ints:
    """Return the longest way of each state to an end, in arcs; the arcs have no circle.

    >>> levels(np.array([0, 0, 1]), np.array([1, 2, 2]), 3).tolist()
    [2, 1, 0]
    """
    open_arcs = np.bincount(tail, minlength=states)
    order = np.argsort(head, kind="stable")
    into = tail[order]
    start = np.concatenate(([0], np.cumsum(np.bincount(head, minlength=states))))
    level = np.zeros(states, dtype=np.int64)
    done, depth = np.flatnonzero(open_arcs == 0), 0
    while len(done):
        level[done] = depth
        tails = into[_ranges(start[done], start[done + 1])]
        np.subtract.at(open_arcs, tails, 1)
        done = np.unique(tails[open_arcs[tails] == 0])
        depth += 1
    return level


def _come_to(tail: Ints, head: Ints, starts: Ints, states: int) -> NDArray[np.bool_]:
    """Return which states somebody can come to who sets out from some, shape (states,)."""
    order = np.argsort(tail, kind="stable")
    onward = head[order]
    start = np.concatenate(([0], np.cumsum(np.bincount(tail, minlength=states))))
    come = np.zeros(states, np.bool_)
    fresh = starts
    while len(fresh):
        come[fresh] = True
        heads = onward[_ranges(start[fresh], start[fresh + 1])]
        fresh = np.unique(heads[~come[heads]])
    return come


def _ranges(start: Ints, end: Ints) -> Ints:
    """Return start, start + 1, ... end - 1 of all pairs, one after the other."""
    sizes = end - start
    skipped = np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.asarray(np.arange(int(sizes.sum())) - skipped + np.repeat(start, sizes))


def _segments(state: Ints, level: Ints) -> tuple[Segment, ...]:
    """Return the segments of rows sorted by level and state."""
    if not len(state):
        return ()
    depth = level[state]
    cuts = np.concatenate(([0], np.flatnonzero(np.diff(depth)) + 1, [len(state)]))
    found = []
    for begin, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        part = state[begin:end]
        starts = np.concatenate(([0], np.flatnonzero(np.diff(part)) + 1))
        sizes = np.diff(np.concatenate((starts, [len(part)])))
        found.append(Segment(slice(begin, end), starts, part[starts], sizes))
    return tuple(found)
