"""Lets the invented citizens of a model city speak, by the rooms that real ones use.

Interrupted and begun again, nothing is said twice.
"""

from dalgu.access.actor import SYSTEM, Actor, Role
from dalgu.app.platform import Platform
from dalgu.governance.bodies import seed
from dalgu.governance.bodies.api import NAME
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.budgets import demonstration
from dalgu.services.citizens.discovery import past
from dalgu.services.citizens.proposals.deeds import Place
from dalgu.services.citizens.proposals.proposals import Draft as ProposalDraft
from dalgu.services.citizens.requests.draft import Draft as RequestDraft
from dalgu.services.citizens.rooms import Rooms
from dalgu.simulation import wishes

NEIGHBOURS = 80  # more than any proposal of the first day has supporters


async def speak(platform: Platform, seed: int) -> int:
    """Hand in what citizens wish for and report on the first day; return how many were taken."""
    rooms: Rooms = platform.opened["citizens"].rooms
    neighbours = [await _joined(rooms, seed, number) for number in range(NEIGHBOURS)]
    proposed = [
        await _propose(rooms, neighbours, number, wish)
        for number, wish in enumerate(wishes.proposals(platform.city, seed))
    ]
    reported = [
        await _report(rooms, neighbours[number % NEIGHBOURS], wish, f"model-{seed}-{number}")
        for number, wish in enumerate(wishes.requests(platform.city, seed))
    ]
    return sum(proposed) + sum(reported)


async def set_the_scene(platform: Platform) -> None:
    """Put on record what the city has behind it: past problems, its bodies, a budget's vote."""
    rooms: Rooms = platform.opened["citizens"].rooms
    if not rooms.discovery.state.rounds:
        await past.load(rooms.discovery, SYSTEM)
    await seed.found_usual(platform.opened[NAME].rooms, SYSTEM)
    if not rooms.budgets.all:
        ground = rooms.discovery.ground
        await demonstration.begin(ground, rooms.budgets, rooms.ballots, SYSTEM)


async def _joined(rooms: Rooms, seed: int, number: int) -> Actor:
    actor = Actor(f"person:model-{seed}-{number}", Role.CITIZEN)
    if actor.id not in rooms.people.known:
        await rooms.people.join(actor, f"neighbour-{seed}-{number}@example.invalid")
    return actor


async def _propose(rooms: Rooms, neighbours: list[Actor], number: int, wish: wishes.Wish) -> bool:
    author, friends = neighbours[number], neighbours[number + 1 :] + neighbours[:number]
    place = Place(lon=wish.lon, lat=wish.lat, district=wish.district, dong=wish.dong)
    draft = ProposalDraft(wish.title, wish.text, place=place)
    if rooms.proposals.written_by(author):
        return True  # before the city was interrupted
    try:
        proposal = await rooms.proposals.begin(author, draft)
        for friend in friends[: wish.supports]:
            await rooms.proposals.support(friend, proposal)
    except DalguError:
        return False  # a rule of the room refuses: invented citizens are no exception
    return True


async def _report(rooms: Rooms, reporter: Actor, wish: wishes.Wish, token: str) -> bool:
    answers = {code: (value,) for code, value in wish.attributes.items()}
    draft = RequestDraft(wish.code, wish.text, wish.lon, wish.lat, attributes=answers, token=token)
    try:
        await rooms.requests.file(reporter, draft)
    except DalguError:
        return False
    return True
