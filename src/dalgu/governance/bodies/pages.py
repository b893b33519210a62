"""The pages of committees and councils, public and of the desk that serves them."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.governance.bodies import rules, seed
from dalgu.governance.bodies.bodies import BodiesRoom, Hands, Invitation, Member
from dalgu.governance.bodies.deeds import Followed, ItemAdded, MinutesWritten, Recused
from dalgu.governance.bodies.refusals import ReasonMissing
from dalgu.hub.model import JSON
from dalgu.kernel.clock import LOCAL
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import Frame, actor_of

DESK = "/center/bodies"
Step = Callable[[Request, Sent], Awaitable[None]]


def routes(room: BodiesRoom, frame: Frame) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(room, frame)
    read, serve = Operation.PUBLIC_READ, Operation.CITIZENS_SERVE
    post = ["POST"]
    return [
        Route("/bodies", pages.every, name=read),
        Route("/bodies/{body}", pages.one, name=read),
        Route("/bodies/{body}/meetings/{meeting:int}", pages.meeting, name=read),
        Route(DESK, pages.desk, name=serve),
        Route(f"{DESK}/seed", pages.found_usual, methods=post, name=serve),
        Route(f"{DESK}/{{body}}", pages.desk_one, name=serve),
        Route(f"{DESK}/{{body}}/{{deed}}", pages.step, methods=post, name=serve),
        Route(f"{DESK}/{{body}}/meetings/{{meeting:int}}", pages.desk_meeting, name=serve),
        Route(
            f"{DESK}/{{body}}/meetings/{{meeting:int}}/{{deed}}",
            pages.meeting_step,
            methods=post,
            name=serve,
        ),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, room: BodiesRoom, frame: Frame) -> None:
        self.room, self.frame = room, frame
        self.steps: dict[str, Step] = {
            "seat": self._seat,
            "renew": self._renew,
            "unseat": self._unseat,
            "call": self._call,
        }
        self.meeting_steps: dict[str, Step] = {
            "item": self._item,
            "recuse": self._recuse,
            "attend": self._attend,
            "decide": self._decide,
            "minutes": self._minutes,
            "follow": self._follow,
            "extend": self._extend,
            "call-off": self._call_off,
        }

    # -- for everybody --------------------------------------------------------------------

    async def every(self, request: Request) -> Response:
        """Draw all bodies, and what offices owe to their decisions."""
        return self._drawn(request, "every.html", owed=list(self.room.owed()))

    async def one(self, request: Request) -> Response:
        """Draw one body: seats, meetings, decisions."""
        return self._drawn(request, "one.html", body=self._body(request))

    async def meeting(self, request: Request) -> Response:
        """Draw one meeting: agenda, attendance, decisions, minutes."""
        body = self._body(request)
        meeting = self.room.meeting(body.id, request.path_params["meeting"])
        return self._drawn(request, "meeting.html", body=body, meeting=meeting)

    # -- for the desk ---------------------------------------------------------------------

    async def desk(self, request: Request) -> Response:
        """Draw the desk: bodies, quotas that are not kept, terms that end soon."""
        return self._drawn(request, "desk.html", owed=list(self.room.owed()))

    async def found_usual(self, request: Request) -> Response:
        """Found the bodies that a city usually has, as to be confirmed."""
        await seed.found_usual(self.room, actor_of(request))
        return to(request, DESK)

    async def desk_one(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw the desk of one body; a seat's name is opened with a purpose."""
        return await self._desk_one(request, refused, {})

    async def desk_meeting(self, request: Request) -> Response:
        """Draw the desk of one meeting."""
        return await self._desk_meeting(request, None, {})

    async def step(self, request: Request) -> Response:
        """Take a step on a body."""
        sent = await sent_of(request)
        deed, body = request.path_params["deed"], self._body(request)
        if deed == "name":
            return await self._named(request, sent)
        if deed not in self.steps:
            raise NotExisting(f"Step '{deed[:40]}' of a body does not exist.")
        try:
            await self.steps[deed](request, sent)
        except DalguError as refused:
            return await self._desk_one(request, refused, sent)
        return to(request, f"{DESK}/{body.id}")

    async def meeting_step(self, request: Request) -> Response:
        """Take a step on a meeting."""
        sent = await sent_of(request)
        deed, number = request.path_params["deed"], request.path_params["meeting"]
        body = self._body(request)
        if deed not in self.meeting_steps:
            raise NotExisting(f"Step '{deed[:40]}' of a meeting does not exist.")
        try:
            await self.meeting_steps[deed](request, sent)
        except DalguError as refused:
            return await self._desk_meeting(request, refused, sent)
        return to(request, f"{DESK}/{body.id}/meetings/{number}")

    async def _desk_one(
        self, request: Request, refused: DalguError | None, sent: Sent, opened: JSON = None
    ) -> Response:
        shown = shown_with(request, refused, sent)
        body = self._body(request)
        return self._drawn(request, "desk_one.html", body=body, opened=opened, **shown)

    async def _desk_meeting(
        self, request: Request, refused: DalguError | None, sent: Sent
    ) -> Response:
        body = self._body(request)
        meeting = self.room.meeting(body.id, request.path_params["meeting"])
        return self._drawn(
            request,
            "desk_meeting.html",
            body=body,
            meeting=meeting,
            members=body.members(meeting.on),
            follow_ups=rules.FOLLOW_UPS,
            **shown_with(request, refused, sent),
        )

    async def _named(self, request: Request, sent: Sent) -> Response:
        number = number_of(sent, "seat")
        try:
            name = await self.room.name_of(
                actor_of(request), self._body(request).id, number, first(sent, "purpose")
            )
        except DalguError as refused:
            return await self._desk_one(request, refused, sent)
        return await self._desk_one(request, None, sent, {"seat": number, "name": name})

    # -- steps ----------------------------------------------------------------------------

    async def _seat(self, request: Request, sent: Sent) -> None:
        member = Member(
            first(sent, "name"), first(sent, "kind"), first(sent, "sex"), day_of(sent, "since")
        )
        await self.room.seat(actor_of(request), self._body(request).id, member)

    async def _renew(self, request: Request, sent: Sent) -> None:
        seat = number_of(sent, "seat")
        await self.room.renew(actor_of(request), self._body(request).id, seat)

    async def _unseat(self, request: Request, sent: Sent) -> None:
        seat, reason = number_of(sent, "seat"), first(sent, "reason")
        await self.room.unseat(actor_of(request), self._body(request).id, seat, reason)

    async def _call(self, request: Request, sent: Sent) -> None:
        invited = Invitation(
            instant_of(sent, "at"), number_of(sent, "minutes"), first(sent, "place"),
            first(sent, "form"), first(sent, "title"),
        )  # fmt: skip
        await self.room.call(actor_of(request), self._body(request).id, invited)

    async def _item(self, request: Request, sent: Sent) -> None:
        added = ItemAdded(
            *self._of(request), 0, first(sent, "title"), first(sent, "by"), first(sent, "paper")
        )
        await self.room.add(actor_of(request), added)

    async def _recuse(self, request: Request, sent: Sent) -> None:
        recused = Recused(
            *self._of(request), number_of(sent, "item"), number_of(sent, "seat"),
            first(sent, "reason"),
        )  # fmt: skip
        await self.room.recuse(actor_of(request), recused)

    async def _attend(self, request: Request, sent: Sent) -> None:
        seats = [int(seat) for seat in sent.get("seat", []) if seat.isdecimal()]
        await self.room.attend(actor_of(request), *self._of(request), seats)

    async def _decide(self, request: Request, sent: Sent) -> None:
        hands = Hands(
            number_of(sent, "ayes"), number_of(sent, "noes"), number_of(sent, "abstained"),
            first(sent, "text"), first(sent, "department"), first(sent, "rule"),
        )  # fmt: skip
        item = number_of(sent, "item")
        await self.room.decide(actor_of(request), *self._of(request), item, hands)

    async def _minutes(self, request: Request, sent: Sent) -> None:
        written = MinutesWritten(
            *self._of(request), first(sent, "text"), first(sent, "is_published") == "yes",
            first(sent, "reason"),
        )  # fmt: skip
        await self.room.write_minutes(actor_of(request), written)

    async def _follow(self, request: Request, sent: Sent) -> None:
        followed = Followed(
            *self._of(request), number_of(sent, "item"), first(sent, "outcome"),
            first(sent, "text"),
        )  # fmt: skip
        await self.room.follow(actor_of(request), followed)

    async def _extend(self, request: Request, sent: Sent) -> None:
        item, reason = number_of(sent, "item"), first(sent, "reason")
        await self.room.extend(actor_of(request), *self._of(request), item, reason)

    async def _call_off(self, request: Request, sent: Sent) -> None:
        reason = first(sent, "reason")
        await self.room.call_off(actor_of(request), *self._of(request), reason)

    def _of(self, request: Request) -> tuple[str, int]:
        return self._body(request).id, request.path_params["meeting"]

    def _body(self, request: Request) -> JSON:
        return self.room.body(request.path_params["body"])

    def _drawn(self, request: Request, template: str, **data: JSON) -> Response:
        known: dict[str, JSON] = {"refusal": None, "sent": {}, "opened": None} | data
        return self.frame.render(
            request,
            f"governance/{template}",
            bodies=list(self.room.all.values()),
            today=self.room.today,
            forms=rules.FORMS,
            member_kinds=rules.MEMBER_KINDS,
            outcomes=rules.OUTCOMES,
            **known,
        )


def number_of(sent: Sent, name: str) -> int:
    """Return a whole number of a form; raise `ReasonMissing` where there is none."""
    text = first(sent, name)
    if not text.isdecimal():
        raise ReasonMissing(name)
    return int(text)


def day_of(sent: Sent, name: str) -> date:
    """Return a day of a form; raise `ReasonMissing` where there is none."""
    try:
        return date.fromisoformat(first(sent, name))
    except ValueError:
        raise ReasonMissing(name) from None


def instant_of(sent: Sent, name: str) -> datetime:
    """Return a local time of a form; raise `ReasonMissing` where there is none."""
    try:
        return datetime.fromisoformat(first(sent, name)).replace(tzinfo=LOCAL)
    except ValueError:
        raise ReasonMissing(name) from None
