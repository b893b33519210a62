"""The citizens' front page, and the desk of those who serve them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.terms import TermState
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.front.doors import CHAIN, nearest

OVERDUE_SHOWN = 5
DESK_DOORS = (
    "proposals", "requests", "roundtables", "opinions", "budgets", "discovery", "testbed-calls",
    "ballots", "moderation", "vouch",
)  # fmt: skip


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(desk)
    return [
        Route("/citizens", pages.front, name=Operation.PUBLIC_READ),
        Route("/center/citizens", pages.desk_page, name=Operation.CITIZENS_SERVE),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def front(self, request: Request) -> Response:
        """Draw what everybody sees first: the chain, what is close, what is overdue."""
        rooms = self.desk.rooms
        return self.desk.frame.render(
            request,
            "citizens/front/front.html",
            chain=[
                (link.key, [(door, door.waiting and door.waiting(rooms)) for door in link.doors])
                for link in CHAIN
            ],
            nearest=nearest(rooms.proposals),
            overdue=rooms.clocks.overdue()[:OVERDUE_SHOWN],
            today=self.desk.today,
        )

    async def desk_page(self, request: Request) -> Response:
        """Draw what those who serve citizens have before them: what is owed, the soonest first."""
        today = self.desk.today
        owed = [one for one in self.desk.rooms.clocks.owed() if one.term.is_open]
        return self.desk.frame.render(
            request,
            "citizens/front/desk.html",
            owed=sorted(owed, key=lambda one: (one.term.due is None, one.term.due or today)),
            late=sum(one.term.state(today) is TermState.OVERDUE for one in owed),
            doors=DESK_DOORS,
            today=today,
        )
