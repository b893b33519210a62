"""Writes deeds about many incidents in one write of the book: a storm costs few."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from dalgu.access.actor import SYSTEM
from dalgu.access.logbook import Entry, Noted
from dalgu.center.ground import Ground
from dalgu.center.incidents.deeds import IncidentDeed, Merged, Raised
from dalgu.center.incidents.incidents import ROOM, Incidents, releases
from dalgu.center.incidents.state import incident_id
from dalgu.center.incidents.work import ProcedureChosen

Decide = Callable[[int], Sequence[tuple[int, IncidentDeed]]]


async def take_in(ground: Ground, incidents: Incidents, decide: Decide) -> list[Entry]:
    """Write what `decide` returns; return its entries once they are on disk.

    Parameters
    ----------
    ground, incidents
        The book, and the room whose entries these are.
    decide
        From the number of the next new incident to (number, deed) in order. The first deed of a
        new number is `Raised`; new numbers follow each other.
    """

    def noted(at: datetime) -> list[Noted]:
        found = decide(len(incidents.all) + 1)
        return [
            Noted(incident_id(number), one)
            for number, deed in found
            for one in _with_what_follows(incidents, number, deed)
        ]

    return await ground.logbook.write(SYSTEM, ROOM, noted)


def _with_what_follows(
    incidents: Incidents, number: int, deed: IncidentDeed
) -> Iterator[IncidentDeed]:
    yield deed
    if isinstance(deed, Raised):
        fitting = incidents.procedures.fitting(deed.category, deed.sub_category)
        yield ProcedureChosen(fitting.name, fitting.newest.version)
    if isinstance(deed, Merged):
        yield from releases(incidents.all[number])
