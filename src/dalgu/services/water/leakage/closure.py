"""What if a pipe is closed: which valves, and who loses water or pressure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dalgu.services.water.leakage.model import Model
from dalgu.services.water.leakage.network import (
    Floats,
    LinkKind,
    Network,
    NodeKind,
    reachable,
)

# Least head at a tap of a two-storey house: 150 kPa (KDS 57 55 00 배수시설, 최소동수압).
SERVICE_HEAD_M = 15.3
MAX_SEGMENT_LINKS = 200  # a segment larger than this is one whose valves the file does not hold


@dataclass(frozen=True, slots=True)
class Touched:
    """A node that a closure touches: pressures in metres of water, none where it is cut off."""

    node: str
    demand_m3h: float
    before_m: float
    after_m: float | None
    customers: int


@dataclass(frozen=True, slots=True)
class Closure:
    """What closing a pipe does.

    `valves` are to be turned; empty where the file holds none near, and the pipe alone is shut.
    """

    pipe: str
    shut: tuple[str, ...]
    valves: tuple[str, ...]
    without_water: tuple[Touched, ...]
    low_pressure: tuple[Touched, ...]

    @property
    def lost_m3h(self) -> float:
        """Demand that gets no water."""
        return sum(touched.demand_m3h for touched in self.without_water)

    @property
    def customers(self) -> int:
        """Customers without water or with too little pressure."""
        return sum(t.customers for t in (*self.without_water, *self.low_pressure))


def isolating_valves(network: Network, pipe: int) -> tuple[frozenset[int], frozenset[int]]:
    """Return the links around a pipe that are shut with it, and the valves that shut them.

    The segment reaches from the pipe to the nearest valves (Walski 1993). Where it would run to
    a source, or on and on, the file does not hold the valves of the street: the pipe alone.
    """
    segment, valves, nodes = {pipe}, set(), set()
    ends = [network.links[pipe].start, network.links[pipe].end]
    while ends:
        node = ends.pop()
        if node in nodes:
            continue
        nodes.add(node)
        if network.nodes[node].kind is not NodeKind.JUNCTION or len(segment) > MAX_SEGMENT_LINKS:
            return frozenset({pipe}), frozenset()
        for other, link in network.neighbours[node]:
            if network.links[link].kind is LinkKind.VALVE:
                valves.add(link)
            elif network.links[link].kind is LinkKind.PIPE:
                segment.add(link)
                ends.append(other)
    if not valves:
        return frozenset({pipe}), frozenset()
    return frozenset(segment), frozenset(valves)


def close_pipe(
    model: Model, pipe: str, demand_m3h: Floats, customers: Mapping[str, int] | None = None
) -> Closure:
    """Return what closing a pipe does at a demand, shape (nodes,).

    `customers` counts the taps at each node, none where they are not known.

    Raises
    ------
    LinkNotExisting
        When the network has no such pipe.
    HydraulicsUnsolved
        When the rest of the network cannot be solved.

    """
    network = model.network
    segment, valves = isolating_valves(network, network.link(pipe))
    shut = segment | valves
    sources = [i for i, n in enumerate(network.nodes) if n.kind is not NodeKind.JUNCTION]
    before = model.solve(demand_m3h).head_m
    wet_before = reachable(network, sources, frozenset())
    wet = reachable(network, sources, shut)
    with _shut(model, shut):
        after = model.solve(demand_m3h * wet).head_m
    known = customers or {}
    dry, low = [], []
    for index, node in enumerate(network.nodes):
        if node.kind is not NodeKind.JUNCTION or not wet_before[index]:
            continue
        had, has = float(before[index] - node.elevation_m), float(after[index] - node.elevation_m)
        at = (node.id, float(demand_m3h[index]), had)
        if not wet[index]:
            dry.append(Touched(*at, None, known.get(node.id, 0)))
        elif has < SERVICE_HEAD_M <= had and demand_m3h[index] > 0:
            low.append(Touched(*at, has, known.get(node.id, 0)))
    return Closure(
        pipe,
        tuple(sorted(network.links[i].id for i in segment)),
        tuple(sorted(network.links[i].id for i in valves)),
        tuple(dry),
        tuple(low),
    )


def customers_by_node(network: Network, taps: Floats) -> dict[str, int]:
    """Return how many taps are nearest to each junction.

    `taps` is shape (n, 2), lon and lat; nothing is known where the network is not drawn in
    degrees. A tap is taken to hang at the nearest junction, as no register says at which.
    """
    junctions = [node for node in network.nodes if node.kind is NodeKind.JUNCTION]
    if not network.is_geographic or not len(taps) or not junctions:
        return {}
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]  # ships no types

    across = np.array([np.cos(np.radians(taps[:, 1].mean())), 1.0])
    places = np.array([(node.x, node.y) for node in junctions])
    _, nearest = cKDTree(places * across).query(taps * across)
    counts = np.bincount(nearest, minlength=len(junctions))
    return {node.id: int(count) for node, count in zip(junctions, counts, strict=True) if count}


class _shut:  # noqa: N801 - reads as a word where it is used
    """Links shut for a while."""

    def __init__(self, model: Model, links: frozenset[int]) -> None:
        self._model = model
        self._links = [i for i in links if model.network.links[i].is_open]

    def __enter__(self) -> None:
        for link in self._links:
            self._model.set_open(link, is_open=False)

    def __exit__(self, *_: object) -> None:
        for link in self._links:
            self._model.set_open(link, is_open=True)
