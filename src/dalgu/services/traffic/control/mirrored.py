"""What the hub hears of a network that was taken: its links as road segments, its signals."""

from collections.abc import Iterator, Sequence

from dalgu.access.logbook import Entry
from dalgu.hub.model import Entity
from dalgu.services.traffic.control.control import Control
from dalgu.services.traffic.control.deeds import NetworkTaken
from dalgu.services.traffic.network.entities import entities_of


def draw(control: Control, entries: Sequence[Entry]) -> Iterator[Entity]:
    """Yield the entities of the network in force, where one was taken."""
    network = control.network()
    if network is not None and any(isinstance(one.deed, NetworkTaken) for one in entries):
        yield from entities_of(network)
