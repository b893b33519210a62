"""What programs ask of dispersion: what every sign shows, for servers of signs."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.services.traffic.desk import Desk
from dalgu.services.traffic.dispersion.multi import multi
from dalgu.web.answer import json_answer

SIGNS: Final = "/traffic/signs.json"


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    return [Route(SIGNS, Doors(desk).signs, name=Operation.PAGE_READ)]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.room = desk.rooms.dispersion

    async def signs(self, request: Request) -> Response:
        """Answer what every sign shows: phases with their seconds, and MULTI; dark signs too."""
        told = []
        for sign in self.room.state.signs.values():
            plan, shown = self.room.state.showing(sign.sign), self.room.shown(sign.sign)
            told.append(
                {
                    "sign": sign.sign,
                    "link": sign.link,
                    "plan": None if plan is None else plan.number,
                    "phases": [
                        {"lines": list(phase.lines), "shown_s": phase.shown_s} for phase in shown
                    ],
                    "multi": multi(shown),
                }
            )
        return json_answer({"signs": told})
