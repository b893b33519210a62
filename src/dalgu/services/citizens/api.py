"""The citizens' service over its book: its doors, its pages and what runs behind them."""

from functools import partial
from typing import Any

from dalgu.service import Ground, Opened, routed
from dalgu.services.citizens.ballots import api as ballots_api
from dalgu.services.citizens.ballots import pages as ballots
from dalgu.services.citizens.budgets import api as budgets_api
from dalgu.services.citizens.budgets import pages as budgets
from dalgu.services.citizens.clocks import pages as clocks
from dalgu.services.citizens.clocks.jobs import job as clocks_job
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.discovery import api as discovery_api
from dalgu.services.citizens.discovery import pages as discovery
from dalgu.services.citizens.follows import api as follows_api
from dalgu.services.citizens.follows import pages as follows
from dalgu.services.citizens.follows.jobs import jobs as follow_jobs
from dalgu.services.citizens.front import pages as front
from dalgu.services.citizens.moderation import pages as moderation
from dalgu.services.citizens.opendata import api as opendata_api
from dalgu.services.citizens.opendata import pages as opendata
from dalgu.services.citizens.opinions import api as opinions_api
from dalgu.services.citizens.opinions import pages as opinions
from dalgu.services.citizens.people import pages as people
from dalgu.services.citizens.proposals import api as proposals_api
from dalgu.services.citizens.proposals import pages as proposals
from dalgu.services.citizens.proposals.jobs import job as proposals_job
from dalgu.services.citizens.requests import api as requests_api
from dalgu.services.citizens.requests import pages as requests
from dalgu.services.citizens.rooms import open_rooms
from dalgu.services.citizens.roundtables import api as roundtables_api
from dalgu.services.citizens.roundtables import pages as roundtables

PAGES: tuple[Any, ...] = (
    budgets,
    roundtables,
    front,
    clocks,
    proposals,
    requests,
    opinions,
    people,
    moderation,
    ballots,
    follows,
    discovery,
    opendata,
)
APIS: tuple[Any, ...] = (
    budgets_api,
    roundtables_api,
    proposals_api,
    requests_api,
    opinions_api,
    ballots_api,
    follows_api,
    discovery_api,
    opendata_api,
)


def opened(ground: Ground) -> Opened:
    """Open the rooms and say what of them answers."""
    rooms = open_rooms(ground)
    desk = partial(Desk, ground, rooms)
    return Opened(
        name="citizens",
        rooms=rooms,
        book=ground.book,
        routes=routed(APIS, desk),
        pages=routed(PAGES, desk),
        works={
            "citizens.mirror": rooms.mirror.run,
            "citizens.opinions": rooms.opinions.run,
            "citizens.suspicion": rooms.moderation.run,
            "citizens.follows": rooms.telling.run,
            "citizens.ballots": rooms.ballots.run,
        },
        jobs=(
            proposals_job(rooms.proposals),
            clocks_job(rooms.clocks),
            *follow_jobs(rooms.telling),
            rooms.opendata.job(),
        ),
    )
