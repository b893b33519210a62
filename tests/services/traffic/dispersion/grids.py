"""Networks for tests: small ones with a closed form, and a grid of two-way streets."""

import numpy as np

from dalgu.services.traffic.dispersion.costs import ArcCosts
from dalgu.services.traffic.dispersion.equilibrium import Demand
from dalgu.services.traffic.dispersion.graph import Graph


def graph_of(arcs, nodes):
    tail, head = np.array(arcs).T
    return Graph.of(nodes, tail, head)


def demand_of(graph, trips):
    """Return demand of {(origin, destination): vehicles an hour}."""
    destinations = np.unique([end for _, end in trips])
    vph = np.zeros((len(destinations), graph.nodes))
    for (start, end), vehicles in trips.items():
        vph[np.searchsorted(destinations, end), start] += vehicles
    return Demand(destinations, vph, np.zeros(graph.arcs))


def grid(side):
    """Return a square grid of two-way streets: its graph and its costs."""
    node = np.arange(side * side).reshape(side, side)
    along = zip(node[:, :-1].flat, node[:, 1:].flat, strict=True)
    across = zip(node[:-1].flat, node[1:].flat, strict=True)
    pairs = [*along, *across]
    arcs = [*pairs, *[(head, tail) for tail, head in pairs]]
    graph = graph_of(arcs, side * side)
    chance = np.random.default_rng(6)
    free = chance.uniform(40.0, 80.0, graph.arcs)
    return graph, ArcCosts.bpr(free, np.full(graph.arcs, 800.0))


def every_way(graph, start, end):
    """Return all ways without a circle, as lists of arcs."""
    found, open_ways = [], [([], start, {start})]
    while open_ways:
        way, at, seen = open_ways.pop()
        if at == end:
            found.append(way)
            continue
        for arc in np.flatnonzero(graph.tail == at).tolist():
            head = int(graph.head[arc])
            if head not in seen:
                open_ways.append(([*way, arc], head, seen | {head}))
    return found
