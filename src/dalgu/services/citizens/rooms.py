"""The rooms of the citizens' service, opened in the order in which they need each other."""

from dataclasses import dataclass

from dalgu.hub.mirror import Mirror
from dalgu.service import Ground
from dalgu.services.citizens.ballots.ballots import Ballots
from dalgu.services.citizens.clocks.clocks import Clocks
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.people.people import People


@dataclass(frozen=True, slots=True)
class Rooms:
    """All rooms of one city's citizens."""

    mirror: Mirror
    people: People
    moderation: Moderation
    clocks: Clocks
    ballots: Ballots


def open_rooms(ground: Ground) -> Rooms:
    """Open every room and fold the book; nothing runs yet."""
    mirror = Mirror(ground.hub, ground.store, ground.book, "citizens")
    people = People(ground)
    moderation = Moderation(ground)
    clocks = Clocks(ground)
    ballots = Ballots(ground)
    rooms = Rooms(mirror=mirror, people=people, moderation=moderation, clocks=clocks, ballots=ballots)
    ground.book.load()
    return rooms
