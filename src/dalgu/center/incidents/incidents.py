"""The room of all incidents: decides from what is known, writes the book, tells the hub."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from dalgu.access.actor import SYSTEM, Actor
from dalgu.center.ground import Ground
from dalgu.center.incidents.deeds import IncidentDeed, Joined, Raised
from dalgu.center.incidents.fold import fold
from dalgu.center.incidents.state import Incident, incident_id
from dalgu.center.logbook import Entry, Noted
from dalgu.kernel.errors import NotExisting

ROOM = "incidents"


class IncidentNotExisting(NotExisting):
    """No incident has this number."""

    slug = "incident-not-existing"
    title = "The incident does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Incident {number} does not exist.", incident=number)


class Incidents:
    """All incidents of the city."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.all: dict[int, Incident] = {}
        self.by_alert: dict[str, int] = {}
        ground.logbook.open_room(ROOM, IncidentDeed, self._take)

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""

    def get(self, number: int) -> Incident:
        """Return one incident; raise `IncidentNotExisting`."""
        try:
            return self.all[number]
        except KeyError:
            raise IncidentNotExisting(number) from None

    def open_ones(self) -> list[Incident]:
        """Return all that are not closed, oldest first."""
        return [one for one in self.all.values() if one.is_open]

    async def raise_incident(
        self, deed: Raised, alerts: Joined | None = None, actor: Actor = SYSTEM
    ) -> Incident:
        """Begin an incident, with its first alerts; return it once it is on disk."""

        def decide(at: datetime) -> Sequence[Noted]:
            subject = incident_id(len(self.all) + 1)
            first = [Noted(subject, deed)]
            return first if alerts is None else [*first, Noted(subject, alerts)]

        entries = await self._ground.logbook.write(actor, ROOM, decide)
        return self.get(number_of(entries[0].subject))

    async def take_in(
        self, decide: Callable[[int], Sequence[tuple[int, IncidentDeed]]], actor: Actor = SYSTEM
    ) -> list[Entry]:
        """Write deeds about many incidents at once; new ones begin at the number that is given.

        Parameters
        ----------
        decide
            From the number of the next new incident to (number, deed) in order; the first deed
            of a new number is `Raised`.
        actor
            Who does it.
        """

        def noted(at: datetime) -> Sequence[Noted]:
            found = decide(len(self.all) + 1)
            return [Noted(incident_id(number), deed) for number, deed in found]

        return await self._ground.logbook.write(actor, ROOM, noted)

    async def note(self, number: int, deeds: Iterable[IncidentDeed], actor: Actor) -> Incident:
        """Write deeds about one incident; return it once they are on disk."""
        subject = self.get(number).id
        noted = [Noted(subject, deed) for deed in deeds]
        await self._ground.logbook.write(actor, ROOM, lambda at: noted)
        return self.get(number)

    def _take(self, entry: Entry) -> None:
        number = number_of(entry.subject)
        self.all[number] = fold(self.all.get(number), number, entry)
        if isinstance(entry.deed, Joined):
            self.by_alert |= dict.fromkeys(entry.deed.alerts, number)


def number_of(subject: str) -> int:
    """Return the number in an incident's id."""
    return int(subject.rpartition(":")[2])
