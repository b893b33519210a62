"""What the hub is told of the room: its entities, and which deeds count as taking part."""

from collections.abc import Iterable, Sequence

from dalgu.access.logbook import Entry
from dalgu.hub.model import Document, Entity
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.entities import drawn
from dalgu.services.citizens.proposals.proposals import Proposals

ACTIONS: dict[type, str] = {d.Published: "proposal", d.Supported: "vote", d.Commented: "proposal"}


def draw(room: Proposals, entries: Sequence[Entry]) -> Iterable[Entity | Document]:
    """Yield what entries changed in the hub."""
    yield from drawn(room.folded, room.title, entries)
