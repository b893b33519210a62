"""The pipe network as a value: nodes, links, and how far apart pipes lie along the pipes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.errors import NotExisting

Floats = NDArray[np.float64]

WIDEST_DEG = 2.0  # a city's pipes; a drawing of 2 m to 90 m is no city's


class NodeKind(StrEnum):
    """What a node is."""

    JUNCTION = "junction"
    RESERVOIR = "reservoir"
    TANK = "tank"


class LinkKind(StrEnum):
    """What a link is."""

    PIPE = "pipe"
    PUMP = "pump"
    VALVE = "valve"


@dataclass(frozen=True, slots=True)
class Node:
    """A junction, reservoir or tank; `x` and `y` in the units of the map the file was drawn on."""

    id: str
    kind: NodeKind
    x: float
    y: float
    elevation_m: float
    demand_m3h: float = 0.0  # mean of the nominal model


@dataclass(frozen=True, slots=True)
class Link:
    """A pipe, pump or valve between two nodes; valves and pumps have no length.

    `way` holds the bends between the ends, (x, y) each.
    """

    id: str
    kind: LinkKind
    start: int
    end: int
    length_m: float
    diameter_mm: float
    roughness: float
    is_open: bool = True
    way: tuple[tuple[float, float], ...] = ()


class LinkNotExisting(NotExisting):
    """The network has no link of that name."""

    slug = "link-not-existing"
    title = "The link does not exist"

    def __init__(self, link: str) -> None:
        super().__init__(
            f"Link '{link}' does not exist in the network. Use a name of its [PIPES] section.",
            link=link,
        )


class NodeNotExisting(NotExisting):
    """The network has no node of that name."""

    slug = "node-not-existing"
    title = "The node does not exist"

    def __init__(self, node: str) -> None:
        super().__init__(
            f"Node '{node}' does not exist in the network. Use a name of its [JUNCTIONS] section.",
            node=node,
        )


@dataclass(frozen=True)
class Network:
    """Nodes and links in the order of the file; links name their ends by position."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    @cached_property
    def node_at(self) -> Mapping[str, int]:
        """Position of each node by its name."""
        return {node.id: index for index, node in enumerate(self.nodes)}

    @cached_property
    def link_at(self) -> Mapping[str, int]:
        """Position of each link by its name."""
        return {link.id: index for index, link in enumerate(self.links)}

    @cached_property
    def pipes(self) -> tuple[int, ...]:
        """Positions of the links that are pipes."""
        return tuple(i for i, link in enumerate(self.links) if link.kind is LinkKind.PIPE)

    @cached_property
    def neighbours(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each node the (node, link) pairs that one link reaches."""
        reached: list[list[tuple[int, int]]] = [[] for _ in self.nodes]
        for index, link in enumerate(self.links):
            reached[link.start].append((link.end, index))
            reached[link.end].append((link.start, index))
        return tuple(tuple(pairs) for pairs in reached)

    @cached_property
    def is_geographic(self) -> bool:
        """Whether it is drawn in degrees (lon, lat) and not in the metres of some map."""
        xs, ys = [node.x for node in self.nodes], [node.y for node in self.nodes]
        fits = all(abs(x) <= 180 and abs(y) <= 90 for x, y in zip(xs, ys, strict=True))
        spans = (max(xs) - min(xs), max(ys) - min(ys)) if self.nodes else (0.0, 0.0)
        return fits and 0 < max(spans) <= WIDEST_DEG

    def link(self, name: str) -> int:
        """Return the position of a link; raise `LinkNotExisting`."""
        if name not in self.link_at:
            raise LinkNotExisting(name)
        return self.link_at[name]

    def node(self, name: str) -> int:
        """Return the position of a node; raise `NodeNotExisting`."""
        if name not in self.node_at:
            raise NodeNotExisting(name)
        return self.node_at[name]

    def path(self, link: int) -> tuple[tuple[float, float], ...]:
        """Return the drawn line of a link: its start, its bends and its end."""
        of = self.links[link]
        start, end = self.nodes[of.start], self.nodes[of.end]
        return ((start.x, start.y), *of.way, (end.x, end.y))


def node_distances_m(network: Network, sources: Sequence[int]) -> Floats:
    """Return shape (sources, nodes): metres along links, infinite where no link leads.

    Shut links count as ways: a leak is as far away whether or not a valve is closed.
    """
    from scipy.sparse import coo_array  # type: ignore[import-untyped]  # ships no types
    from scipy.sparse.csgraph import dijkstra  # type: ignore[import-untyped]  # ships no types

    shortest: dict[tuple[int, int], float] = {}
    for link in network.links:
        ends = (min(link.start, link.end), max(link.start, link.end))
        # A sparse graph drops zeros: valves and pumps are a hair long.
        shortest[ends] = min(shortest.get(ends, np.inf), max(link.length_m, 1e-6))
    size = len(network.nodes)
    rows, columns = zip(*shortest, strict=True) if shortest else ((), ())
    graph = coo_array((list(shortest.values()), (rows, columns)), shape=(size, size))
    return np.asarray(dijkstra(graph.tocsr(), directed=False, indices=list(sources)))


def link_distances_m(network: Network) -> Floats:
    """Return shape (links, links): metres along links from middle to middle.

    Half a length of each plus the shortest way between their ends; a link is 0 from itself.
    """
    between = node_distances_m(network, range(len(network.nodes)))
    start = np.array([link.start for link in network.links], dtype=np.int64)
    end = np.array([link.end for link in network.links], dtype=np.int64)
    half = np.array([link.length_m / 2 for link in network.links])
    ends = [between[np.ix_(a, b)] for a in (start, end) for b in (start, end)]
    distance: Floats = np.minimum.reduce(ends) + half[:, None] + half[None, :]
    np.fill_diagonal(distance, 0.0)
    return distance


def reachable(network: Network, sources: Sequence[int], shut: frozenset[int]) -> NDArray[np.bool_]:
    """Return shape (nodes,): whether water from a source arrives where some links are shut."""
    reached = np.zeros(len(network.nodes), dtype=np.bool_)
    open_ends = list(sources)
    reached[open_ends] = True
    while open_ends:
        for node, link in network.neighbours[open_ends.pop()]:
            if not reached[node] and link not in shut and network.links[link].is_open:
                reached[node] = True
                open_ends.append(node)
    return reached
