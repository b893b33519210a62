"""Acts of taking part, as the register `Participation` has them: indicators count the people.

One entity for a person, an action and a month, however often; the pseudonym is a keyed hash of
the voice, the same in all rooms that use it, and of no use anywhere else. Secret votes are left
out: who voted is not for the hub.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dalgu.access.access import Access
from dalgu.access.logbook import Entry
from dalgu.hub.mirror import Draw
from dalgu.hub.model import Document, Entity
from dalgu.kernel.clock import iso, local
from dalgu.kernel.ids import entity_id
from dalgu.services.citizens.people.people import People

PURPOSE = "citizens.participation"  # of the keyed hash


class Counted:
    """Draws what a room draws, and who took part by its deeds."""

    def __init__(self, people: People, access: Access) -> None:
        self._people = people
        self._hashed = access.keyed(PURPOSE)

    def too(self, draw: Draw, actions: Mapping[type, str]) -> Draw:
        """Return a drawing of both; `actions` says what each kind of deed counts as."""

        def both(entries: Sequence[Entry]) -> Iterable[Entity | Document]:
            yield from draw(entries)
            yield from self._acts(actions, entries)

        return both

    def _acts(self, actions: Mapping[type, str], entries: Sequence[Entry]) -> Iterator[Document]:
        """Yield what citizens did in some entries; what staff did is no taking part."""
        for entry in entries:
            action = actions.get(type(entry.deed))
            person = self._people.known.get(entry.actor)
            if action is None or person is None or not person.voice:
                continue
            pseudonym = self._hashed(person.voice)
            month = f"{local(entry.at):%Y-%m}"
            yield {
                "id": entity_id("Participation", "citizens", pseudonym, action, month),
                "type": "Participation",
                "person": {"type": "Property", "value": pseudonym},
                "action": {"type": "Property", "value": action},
                "at": {"type": "Property", "value": iso(entry.at)},
                "channel": {"type": "Property", "value": "online"},
            }
