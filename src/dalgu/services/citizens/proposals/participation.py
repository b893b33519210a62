"""Acts of taking part, as the register `Participation` has them: indicators count the people.

One entity for a person, an action and a month, however often; the pseudonym is a keyed hash of
the voice, the same in all rooms that use it, and of no use anywhere else.
"""

from collections.abc import Callable, Iterator, Sequence

from dalgu.access.logbook import Entry
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso, local
from dalgu.kernel.ids import entity_id
from dalgu.services.citizens.people.people import People
from dalgu.services.citizens.proposals import deeds as d

PURPOSE = "citizens.participation"  # of the keyed hash
ACTIONS: dict[type, str] = {d.Published: "proposal", d.Supported: "vote", d.Commented: "proposal"}


def acts(
    people: People, hashed: Callable[[str], str], entries: Sequence[Entry]
) -> Iterator[Document]:
    """Yield what citizens did in some entries; what staff did is no taking part."""
    for entry in entries:
        action = ACTIONS.get(type(entry.deed))
        person = people.known.get(entry.actor)
        if action is None or person is None or not person.voice:
            continue
        pseudonym = hashed(person.voice)
        month = f"{local(entry.at):%Y-%m}"
        yield {
            "id": entity_id("Participation", "citizens", pseudonym, action, month),
            "type": "Participation",
            "person": {"type": "Property", "value": pseudonym},
            "action": {"type": "Property", "value": action},
            "at": {"type": "Property", "value": iso(entry.at)},
            "channel": {"type": "Property", "value": "online"},
        }
