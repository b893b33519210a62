"""Things of rooms that have no finder of their own, and their meetings: to follow and report."""

from collections.abc import Iterator
from datetime import timedelta

from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery.calls.calls import TestbedCalls
from dalgu.services.citizens.discovery.discovery import Discovery
from dalgu.services.citizens.follows.calendar import Meeting
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.people.people import Own, People, Person
from dalgu.services.citizens.proposals.proposals import Proposals, path_of
from dalgu.services.citizens.requests.requests import Requests
from dalgu.services.citizens.requests.state import subject_of
from dalgu.services.citizens.roundtables.roundtables import Roundtables

PROBLEM, CALL = "problem:", "testbed-call:"
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


def find_call(room: TestbedCalls, subject: str) -> Thing | None:
    """Return a call for test beds."""
    number = _number(subject.removeprefix(CALL))
    if number is None or not subject.startswith(CALL) or number not in room.state.calls:
        return None
    found = room.state.calls[number]
    return Thing(subject, found.title, f"/testbed-calls/{number}")


def sessions(room: Roundtables) -> Iterator[Meeting]:
    """Yield the sessions of the roundtables that are still to come, for the calendar."""
    for one in room.every():
        if one.is_coming:
            plan, subject = one.plan, f"roundtable:{one.number}"
            title = Text(plan.title, plan.title_en or plan.title)
            ends = plan.starts_at + timedelta(minutes=sum(step.minutes for step in plan.agenda))
            path = f"/roundtables/{one.number}"
            yield Meeting(subject, title, path, plan.starts_at, ends, plan.place)


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
