"""The rooms of the assistant, opened in the order in which they need each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dalgu.access.logbook import Entry
from dalgu.hub.mirror import Mirror
from dalgu.hub.model import Entity
from dalgu.kernel.clock import local
from dalgu.service import Ground
from dalgu.services.assistant.asked import asked as of_questions
from dalgu.services.assistant.asked.asked import Asked
from dalgu.services.assistant.entities import day_drawn, section_drawn, tickets_drawn
from dalgu.services.assistant.handovers import handovers as of_tickets
from dalgu.services.assistant.handovers.handovers import HandOvers
from dalgu.services.assistant.sections import sections as of_sections
from dalgu.services.assistant.sections.sections import Sections
from dalgu.services.assistant.talks.talks import Talks


@dataclass(frozen=True, slots=True)
class Rooms:
    """All rooms of one city's assistant."""

    mirror: Mirror
    sections: Sections
    handovers: HandOvers
    asked: Asked
    talks: Talks


def open_rooms(ground: Ground) -> Rooms:
    """Open every room and fold the book; nothing runs yet."""
    mirror = Mirror(ground.hub, ground.store, ground.book, "assistant")
    sections, handovers, asked = Sections(ground), HandOvers(ground), Asked(ground)
    talks = Talks(ground, sections, handovers, asked)
    rooms = Rooms(mirror, sections, handovers, asked, talks)
    ground.book.load()
    _follow(rooms)
    return rooms


def _follow(rooms: Rooms) -> None:
    def sections(entries: Sequence[Entry]) -> Iterable[Entity]:
        for name in dict.fromkeys(one.subject.rpartition(":")[2] for one in entries):
            versions = [one.section for one in rooms.sections.versions(name)]
            before = next(one for one in versions if one is not None)
            yield section_drawn(name, versions[0], before)

    def days(entries: Sequence[Entry]) -> Iterable[Entity]:
        for day in dict.fromkeys(local(one.at).date() for one in entries):
            if day in rooms.asked.days:
                yield day_drawn(day.isoformat(), rooms.asked.days[day])

    def tickets(entries: Sequence[Entry]) -> Iterable[Entity]:
        numbers = dict.fromkeys(int(one.subject.rpartition(":")[2]) for one in entries)
        return tickets_drawn(rooms.handovers.get(number) for number in numbers)

    rooms.mirror.follow(of_sections.ROOM, sections)
    rooms.mirror.follow(of_questions.ROOM, days)
    rooms.mirror.follow(of_tickets.ROOM, tickets)
