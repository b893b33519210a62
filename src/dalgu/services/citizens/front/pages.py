"""The citizens' front page, and the desk of those who serve them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.services.citizens.desk import Desk


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
        """Draw what everybody sees first."""
        return self.desk.frame.render(
            request, "citizens/front/front.html", overdue=self.desk.rooms.clocks.overdue()[:5]
        )

    async def desk_page(self, request: Request) -> Response:
        """Draw what those who serve citizens have before them."""
        return self.desk.frame.render(
            request,
            "citizens/front/desk.html",
            owed=self.desk.rooms.clocks.owed(),
            today=self.desk.today,
        )
