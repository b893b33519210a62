"""The parts of a network by identifier, and who belongs to whom."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from dalgu.services.traffic.network.model import (
    Crossing,
    Lane,
    Link,
    Movement,
    Network,
    Node,
    Signal,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Parts:
    """A network by identifier; of things that stand twice the last one counts."""

    network: Network
    nodes: Mapping[str, Node]
    links: Mapping[str, Link]
    lanes: Mapping[str, Lane]
    signals: Mapping[str, Signal]
    ending_at: Mapping[str, tuple[Link, ...]]  # by node
    starting_at: Mapping[str, tuple[Link, ...]]  # by node
    lanes_of: Mapping[str, tuple[Lane, ...]]  # by link, from the kerb
    movements_of: Mapping[str, tuple[Movement, ...]]  # by lane
    ruled_by: Mapping[str, tuple[Movement, ...]]  # by signal
    crossings_of: Mapping[str, tuple[Crossing, ...]]  # by signal

    @classmethod
    def of(cls, network: Network) -> "Parts":
        """Index a network."""
        return cls(
            network=network,
            nodes={one.id: one for one in network.nodes},
            links={one.id: one for one in network.links},
            lanes={one.id: one for one in network.lanes},
            signals={one.id: one for one in network.signals},
            ending_at=grouped(network.links, lambda one: one.end),
            starting_at=grouped(network.links, lambda one: one.start),
            lanes_of=grouped(sorted(network.lanes, key=_place), lambda one: one.link),
            movements_of=grouped(network.movements, lambda one: one.lane),
            ruled_by=grouped((m for m in network.movements if m.signal), lambda one: one.signal),
            crossings_of=grouped(
                (c for c in network.crossings if c.signal), lambda one: one.signal
            ),
        )

    def link_of(self, movement: Movement) -> Link:
        """Return the link that a movement comes from."""
        return self.links[self.lanes[movement.lane].link]


def grouped(things: Iterable[T], key: Callable[[T], str]) -> dict[str, tuple[T, ...]]:
    """Return things by a key, in their order."""
    found: dict[str, list[T]] = {}
    for one in things:
        found.setdefault(key(one), []).append(one)
    return {name: tuple(own) for name, own in found.items()}


def _place(lane: Lane) -> tuple[str, int]:
    return lane.link, lane.index
