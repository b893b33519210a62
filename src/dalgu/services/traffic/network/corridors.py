"""Corridors, where a source names roads: signals along one road, in order of travel."""

import msgspec

from dalgu.services.traffic.network.model import Corridor, Link, Network
from dalgu.services.traffic.network.parts import Parts, grouped

LEAST_SIGNALS = 4


def with_corridors(network: Network) -> Network:
    """Return a network with a corridor for each named road that passes four signals or more."""
    parts = Parts.of(network)
    signal_at = {node: signal.id for signal in network.signals for node in signal.nodes}
    named = grouped((link for link in network.links if link.name.en), lambda link: link.name.en)
    found: list[Corridor] = []
    for road in named.values():
        signals = _along(parts, road, signal_at)
        if len(signals) >= LEAST_SIGNALS:
            found.append(Corridor(f"c{len(found) + 1:02d}", road[0].name, tuple(signals)))
    return msgspec.structs.replace(network, corridors=tuple(found))


def _along(parts: Parts, road: tuple[Link, ...], signal_at: dict[str, str]) -> list[str]:
    """Return the signals of a road from its western, or southern, end on."""
    nodes = {node for link in road for node in (link.start, link.end) if node in signal_at}
    places = {node: (parts.nodes[node].lon, parts.nodes[node].lat) for node in nodes}
    if not places:
        return []
    spans = [max(axis) - min(axis) for axis in zip(*places.values(), strict=True)]
    axis = 0 if spans[0] >= spans[1] else 1
    order = sorted(nodes, key=lambda node: (places[node][axis], node))
    return list(dict.fromkeys(signal_at[node] for node in order))
