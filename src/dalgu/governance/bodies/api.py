"""Bodies over their book: the doors of programs, the pages, and what runs behind them."""

from functools import partial
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.governance.bodies import entities, pages
from dalgu.governance.bodies.bodies import ROOM, BodiesRoom
from dalgu.governance.bodies.calendar import calendar
from dalgu.hub.mirror import Mirror
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.service import Ground, Opened

if TYPE_CHECKING:
    from dalgu.governance.bodies.state import Body, Meeting
    from dalgu.web.frame import Frame

NAME = "governance"


def opened(ground: Ground) -> Opened:
    """Open the room over its book and say what of it answers."""
    room = BodiesRoom(ground)
    mirror = Mirror(ground.hub, ground.store, ground.book, NAME)
    mirror.follow(ROOM, partial(entities.draw, room))
    ground.book.load()

    def drawn(frame: "Frame") -> list[Route]:
        return pages.routes(room, frame)

    return Opened(
        name=NAME,
        rooms=room,
        book=ground.book,
        routes=lambda frame: routes(room),
        pages=drawn,
        works={"governance.mirror": mirror.run},
    )


def routes(room: BodiesRoom) -> list[Route]:
    """Return the routes of programs; each carries its operation as its name."""
    doors = Doors(room)
    return [
        Route("/bodies.json", doors.every, name=Operation.PUBLIC_READ),
        Route("/bodies/{body}/meetings.ics", doors.calendar, name=Operation.PUBLIC_READ),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, room: BodiesRoom) -> None:
        self.room = room

    async def every(self, request: Request) -> Response:
        """Answer all bodies with their meetings and decisions; nobody is named."""
        body = {"bodies": [_told(self.room, one) for one in self.room.all.values()]}
        return Response(msgspec.json.encode(body), media_type="application/json")

    async def calendar(self, request: Request) -> Response:
        """Answer the meetings of a body for calendars."""
        body = self.room.body(request.path_params["body"])
        host = request.url.hostname or "dalgu"
        text = calendar([body], self.room.ground.clock.now(), host)
        return Response(text, media_type="text/calendar")


def _told(room: BodiesRoom, body: "Body") -> dict[str, JSON]:
    return {
        "id": body.id,
        "title": {"ko": body.title.ko, "en": body.title.en},
        "basis": {"ko": body.basis.ko, "en": body.basis.en},
        "isConfirmed": body.rules.is_confirmed,
        "seats": body.rules.seats,
        "members": len(body.members(room.today)),
        "meetings": [_meeting(body, one) for one in body.meetings.values()],
    }


def _meeting(body: "Body", one: "Meeting") -> dict[str, JSON]:
    minutes = one.minutes
    return {
        "number": one.number,
        "at": iso(one.at),
        "form": one.form,
        "status": one.status,
        "isQuorate": body.is_quorate(one) if one.present is not None else None,
        "minutesPublished": minutes is not None and minutes.is_published,
        "decisions": [
            {
                "title": item.title,
                "isAdopted": item.decision.is_adopted,
                "department": item.decision.department,
                "outcome": None if item.followed is None else item.followed.outcome,
            }
            for item in one.items.values()
            if item.decision is not None
        ],
    }
