"""What the hub is told of the room: its entities, and who took part."""

from collections.abc import Iterable, Sequence

from dalgu.access.logbook import Entry
from dalgu.hub.model import Document, Entity
from dalgu.services.citizens.proposals.entities import drawn
from dalgu.services.citizens.proposals.participation import PURPOSE, acts
from dalgu.services.citizens.proposals.proposals import Proposals


def draw(room: Proposals, entries: Sequence[Entry]) -> Iterable[Entity | Document]:
    """Yield what entries changed in the hub."""
    yield from drawn(room.folded, room.title, entries)
    yield from acts(room.people, room.ground.access.keyed(PURPOSE), entries)
