"""What programs and the form of a new proposal ask: the list, and which ones are alike."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.proposals import views
from dalgu.services.citizens.proposals.proposals import path_of
from dalgu.services.citizens.proposals.refusals import FieldNeeded
from dalgu.services.citizens.proposals.words import Kind, Stage
from dalgu.web.answer import json_answer

MOST_ROWS = 500
LONGEST = 400  # letters of a text that is compared


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors, read = Doors(desk), Operation.PUBLIC_READ
    return [
        Route("/citizens/proposals.json", doors.every, name=read),
        Route("/citizens/proposals/similar.json", doors.similar, name=read),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.proposals

    async def every(self, request: Request) -> Response:
        """Answer proposals past a number, oldest first, as many as fit in an answer."""
        after, kind = request.query_params.get("after", "0"), request.query_params.get("kind", "")
        if not after.isdecimal() or len(after) > 9:
            raise FieldNeeded("after", "be a number")
        if kind and kind not in tuple(Kind):
            raise FieldNeeded("kind", f"be one of {', '.join(Kind)}")
        found = [
            one
            for one in self.room.all.values()
            if one.number > int(after)
            and kind in ("", one.kind)
            and views.is_listed(self.room, one)
        ]
        shown = found[:MOST_ROWS]
        following = shown[-1].number if len(found) > len(shown) else None
        return json_answer({"proposals": views.rows(self.room, shown), "next": following})

    async def similar(self, request: Request) -> Response:
        """Answer the proposals that are most like a text."""
        told = request.query_params
        kind = Kind(told["kind"]) if told.get("kind") in tuple(Kind) else Kind.TALK
        among = [
            one
            for one in self.room.of_kind(kind)
            if views.is_listed(self.room, one) and one.stage is not Stage.MERGED
        ]
        title, text = told.get("title", "")[:LONGEST], told.get("text", "")[:LONGEST]
        found = await self.desk.rooms.similar.to(title, text, among)
        body = [
            {
                "number": one.proposal.number,
                "title": one.proposal.title,
                "path": path_of(one.proposal),
                "stage": one.proposal.stage,
                "supports": len(one.proposal.supports),
                "likeness": round(one.likeness, 3),
            }
            for one in found
        ]
        return json_answer({"similar": body})
