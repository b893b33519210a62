"""The rooms of the citizens' service, opened in the order in which they need each other."""

from dataclasses import dataclass
from functools import partial

from dalgu.access.logbook import Logbook
from dalgu.hub.mirror import Mirror
from dalgu.service import Ground
from dalgu.services.citizens.ballots.ballots import ROOM as BALLOTS
from dalgu.services.citizens.ballots.ballots import Ballots
from dalgu.services.citizens.ballots.entities import draw as draw_boxes
from dalgu.services.citizens.ballots.voting import Voting
from dalgu.services.citizens.ballots.voting import find as find_box
from dalgu.services.citizens.budgets import entities as budget_entities
from dalgu.services.citizens.budgets.budgets import ROOM as BUDGETS
from dalgu.services.citizens.budgets.budgets import Budgets
from dalgu.services.citizens.budgets.deeds import IdeaGiven
from dalgu.services.citizens.budgets.things import find as find_budget
from dalgu.services.citizens.clocks.clocks import Clocks
from dalgu.services.citizens.discovery import entities as discovery_entities
from dalgu.services.citizens.discovery.calls import entities as call_entities
from dalgu.services.citizens.discovery.calls.calls import ROOM as TESTBED_CALLS
from dalgu.services.citizens.discovery.calls.calls import TestbedCalls
from dalgu.services.citizens.discovery.discovery import ROOM as DISCOVERY
from dalgu.services.citizens.discovery.discovery import Discovery
from dalgu.services.citizens.follows.follows import Follows
from dalgu.services.citizens.follows.offers import (
    find_call,
    find_problem,
    find_request,
    own_proposals,
    sessions,
)
from dalgu.services.citizens.follows.telling import Telling
from dalgu.services.citizens.moderation.entities import draw as draw_cases
from dalgu.services.citizens.moderation.moderation import ROOM as MODERATION
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.opendata.gathered import Sources
from dalgu.services.citizens.opendata.opendata import OpenData
from dalgu.services.citizens.opinions import entities as opinion_entities
from dalgu.services.citizens.opinions.opinions import ROOM as OPINIONS
from dalgu.services.citizens.opinions.opinions import Opinions
from dalgu.services.citizens.opinions.things import find as find_opinion
from dalgu.services.citizens.people.joining import Joining
from dalgu.services.citizens.people.mail import Post
from dalgu.services.citizens.people.participation import Counted
from dalgu.services.citizens.people.people import People
from dalgu.services.citizens.proposals.converting import file_request
from dalgu.services.citizens.proposals.handling import Handling
from dalgu.services.citizens.proposals.mirrored import ACTIONS as TALKED
from dalgu.services.citizens.proposals.mirrored import draw as draw_proposals
from dalgu.services.citizens.proposals.proposals import ROOM as PROPOSALS
from dalgu.services.citizens.proposals.proposals import Proposals
from dalgu.services.citizens.proposals.similar import Similar
from dalgu.services.citizens.proposals.things import find as find_proposal
from dalgu.services.citizens.requests.deeds import Filed
from dalgu.services.citizens.requests.requests import ROOM as REQUESTS
from dalgu.services.citizens.requests.requests import Requests
from dalgu.services.citizens.roundtables.roundtables import BOXES as ROUNDTABLE_BOXES
from dalgu.services.citizens.roundtables.roundtables import Beside, Roundtables
from dalgu.services.citizens.roundtables.voting import admitted as admitted_to_hall


@dataclass(frozen=True, slots=True)
class Rooms:
    """All rooms of one city's citizens."""

    mirror: Mirror
    people: People
    moderation: Moderation
    post: Post
    joining: Joining
    follows: Follows
    telling: Telling
    clocks: Clocks
    proposals: Proposals
    handling: Handling
    similar: Similar
    ballots: Ballots
    voting: Voting
    opendata: OpenData
    opinions: Opinions
    discovery: Discovery
    testbed_calls: TestbedCalls
    requests: Requests
    roundtables: Roundtables
    budgets: Budgets


def open_rooms(ground: Ground) -> Rooms:
    """Open every room and fold the book; nothing runs yet."""
    mirror = Mirror(ground.hub, ground.store, ground.book, "citizens")
    people = People(ground)
    moderation = Moderation(ground)
    post = Post(ground.settings, ground.clock, ground.folder)
    joining = Joining(ground, people, post)
    follows = Follows(ground, people, moderation)
    telling = Telling(ground, follows, people, post)
    clocks = Clocks(ground)
    proposals = Proposals(ground, people, moderation)
    ballots = Ballots(ground)
    voting = Voting(people, ballots)
    opinions = Opinions(ground, people, moderation)
    opinions.owner_of = lambda subject: _author(find_proposal(proposals, subject))
    discovery = Discovery(ground, people, moderation, clocks, ballots)
    testbed_calls = TestbedCalls(ground, people, moderation, clocks)
    requests = Requests(ground, people, moderation)
    handling = Handling(proposals, partial(file_request, requests))
    beside = Beside(people, moderation, clocks, ballots, proposals, mirror)
    roundtables = Roundtables(ground, beside)
    voting.admit(ROUNDTABLE_BOXES, admitted_to_hall)
    voting.entitle(ROUNDTABLE_BOXES, roundtables.option_title)
    opendata = OpenData(ground, Sources(mirror, people, moderation, ballots, clocks))
    budgets = Budgets(ground, people, moderation, ballots, voting)
    rooms = Rooms(
        mirror=mirror,
        people=people,
        moderation=moderation,
        post=post,
        joining=joining,
        follows=follows,
        telling=telling,
        clocks=clocks,
        proposals=proposals,
        handling=handling,
        similar=Similar(),
        ballots=ballots,
        voting=voting,
        opendata=opendata,
        opinions=opinions,
        discovery=discovery,
        testbed_calls=testbed_calls,
        requests=requests,
        roundtables=roundtables,
        budgets=budgets,
    )
    _connect(rooms, ground.book)
    ground.book.load()
    return rooms


def _author(thing: Thing | None) -> str:
    return "" if thing is None else thing.author


def _connect(rooms: Rooms, book: Logbook) -> None:
    """Let rooms draw for the hub, tell what they owe, and show what can be followed."""
    count = Counted(rooms.people, rooms.proposals.ground.access)
    talk = count.too(partial(draw_proposals, rooms.proposals), TALKED)
    rooms.mirror.follow(PROPOSALS, talk)
    rooms.clocks.watch(rooms.proposals.owed)
    rooms.moderation.things.offer(PROPOSALS, partial(find_proposal, rooms.proposals))
    rooms.moderation.things.offer(BALLOTS, partial(find_box, rooms.ballots))
    rooms.mirror.follow(OPINIONS, partial(opinion_entities.draw, rooms.opinions))
    rooms.moderation.things.offer(OPINIONS, partial(find_opinion, rooms.opinions))
    rooms.mirror.follow(DISCOVERY, partial(discovery_entities.draw, rooms.discovery))
    rooms.mirror.follow(TESTBED_CALLS, partial(call_entities.draw, rooms.testbed_calls))
    budget = count.too(partial(budget_entities.draw, rooms.budgets), {IdeaGiven: "budget"})
    rooms.mirror.follow(BUDGETS, budget)
    rooms.clocks.watch(rooms.budgets.owed)
    rooms.moderation.things.offer(BUDGETS, partial(find_budget, rooms.budgets))
    rooms.mirror.follow(REQUESTS, count.too(rooms.requests.draw, {Filed: "report"}))
    rooms.clocks.watch(rooms.requests.owed)
    rooms.moderation.things.offer(REQUESTS, partial(find_request, rooms.requests))
    rooms.moderation.things.offer(DISCOVERY, partial(find_problem, rooms.discovery))
    rooms.moderation.things.offer(TESTBED_CALLS, partial(find_call, rooms.testbed_calls))
    rooms.follows.meets(partial(sessions, rooms.roundtables))
    cases = partial(draw_cases, rooms.mirror, book, rooms.moderation)
    rooms.mirror.follow(MODERATION, cases)
    rooms.people.tells(partial(own_proposals, rooms.proposals, rooms.people))
    rooms.mirror.follow(BALLOTS, partial(draw_boxes, rooms.ballots))
