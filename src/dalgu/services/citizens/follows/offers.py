"""Things of rooms that have no finder of their own: requests and problems, to follow and report."""

from collections.abc import Iterator

from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery.discovery import Discovery
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.people.people import Own, People, Person
from dalgu.services.citizens.proposals.proposals import Proposals, path_of
from dalgu.services.citizens.requests.requests import Requests
from dalgu.services.citizens.requests.state import subject_of

PROBLEM = "problem:"
PROPOSED, SUPPORTED = Text("제안함", "Proposed"), Text("공감함", "Supported")


def find_request(room: Requests, subject: str) -> Thing | None:
    """Return a service request; who reported it is nobody's to know."""
    number = _number(subject.removeprefix(subject_of(0)[:-1]))
    if number is None or subject != subject_of(number) or number not in room.all:
        return None
    found = room.all[number]
    return Thing(subject, room.title(found), f"/requests/{number}", found.filed.description)


def find_problem(room: Discovery, subject: str) -> Thing | None:
    """Return a problem of the discovery team."""
    number = _number(subject.removeprefix(PROBLEM))
    if number is None or not subject.startswith(PROBLEM) or number not in room.state.problems:
        return None
    found = room.state.problems[number]
    return Thing(subject, found.title, f"/problems/{number}", found.title.ko)


def own_proposals(room: Proposals, people: People, person: Person) -> Iterator[Own]:
    """Yield what a person proposed or supports, for their own page."""
    for one in room.all.values():
        kind = None
        if person.account in one.authors:
            kind = PROPOSED
        elif people.voice_in(person, one.subject) in one.supports:
            kind = SUPPORTED
        if kind is not None:
            yield Own(kind, Text(one.title, one.title), path_of(one), one.at)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None
