"""The desk of test-bed calls: vetting, reviews, sites, permits, runs."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.kernel.text import Text
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.discovery import fields
from dalgu.services.citizens.discovery.calls import deeds
from dalgu.services.citizens.discovery.calls.calls import Offer, Target
from dalgu.services.citizens.discovery.calls.rules import CRITERIA, PERMITS, STAGES
from dalgu.services.citizens.discovery.evidence import PUBLIC_TYPES, offered
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

DESK = "/center/citizens/testbed-calls"
CALL, ONE = f"{DESK}/{{call:int}}", f"{DESK}/applications/{{application:int}}"
Step = Callable[[Request, Sent], Awaitable[None]]


def routes(of: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(of)
    serve = Operation.CITIZENS_SERVE
    return [
        Route(DESK, pages.front, methods=["GET"], name=serve),
        Route(DESK, pages.open, methods=["POST"], name=serve),
        Route(CALL, pages.call, name=serve),
        Route(f"{CALL}/select", pages.select, methods=["POST"], name=serve),
        Route(ONE, pages.one, name=serve),
        Route(f"{ONE}/{{deed}}", pages.step, methods=["POST"], name=serve),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, of: Desk) -> None:
        self.desk = of
        self.room = of.rooms.testbed_calls
        self.steps: dict[str, Step] = {
            "vet": self._vet,
            "recuse": self._recuse,
            "review": self._review,
            "book": self._book,
            "release": self._release,
            "permit": self._permit,
            "answer": self._answer,
            "agree": self._agree,
            "indicator": self._indicator,
            "begin": self._begin,
            "read": self._read,
            "certify": self._certify,
            "stop": self._stop,
        }

    async def front(self, request: Request) -> Response:
        """Draw all calls, and the form of a new one."""
        return self._front(request, None, {})

    async def open(self, request: Request) -> Response:
        """Open a call."""
        sent = await sent_of(request)
        try:
            offer = Offer(
                Text(first(sent, "title_ko"), first(sent, "title_en")),
                first(sent, "asks"),
                fields.day_of(sent, "since"),
                fields.day_of(sent, "until"),
                fields.number_of(sent, "slots"),
                tuple(first(sent, "sites").splitlines()),
            )
            await self.room.open(actor_of(request), offer)
        except DalguError as refused:
            return self._front(request, refused, sent)
        return to(request, DESK)

    async def call(self, request: Request) -> Response:
        """Draw one call: its applications and their reviews."""
        return self._call(request, None)

    async def select(self, request: Request) -> Response:
        """Give the slots of a call to those that the reviews put first."""
        number = request.path_params["call"]
        try:
            await self.room.select(actor_of(request), number)
        except DalguError as refused:
            return self._call(request, refused)
        return to(request, f"{DESK}/{number}")

    async def one(self, request: Request) -> Response:
        """Draw one application and its next steps."""
        return await self._one(request, None, {})

    async def step(self, request: Request) -> Response:
        """Take a step on an application."""
        sent, deed = await sent_of(request), request.path_params["deed"]
        if deed not in self.steps:
            raise NotExisting(f"Step '{deed[:40]}' of an application does not exist.")
        try:
            await self.steps[deed](request, sent)
        except DalguError as refused:
            return await self._one(request, refused, sent)
        return to(request, ONE.replace("{application:int}", str(self._number(request))))

    async def _vet(self, request: Request, sent: Sent) -> None:
        record, is_eligible = first(sent, "record"), fields.said_yes(sent, "is_eligible")
        actor, number = actor_of(request), self._number(request)
        await self.room.vet(actor, number, record, is_eligible=is_eligible)

    async def _recuse(self, request: Request, sent: Sent) -> None:
        await self.room.recuse(actor_of(request), self._number(request), first(sent, "reason"))

    async def _review(self, request: Request, sent: Sent) -> None:
        marks, note = fields.marks_of(sent, CRITERIA), first(sent, "note")
        await self.room.review(actor_of(request), self._number(request), marks, note)

    async def _book(self, request: Request, sent: Sent) -> None:
        since, until = fields.day_of(sent, "since"), fields.day_of(sent, "until")
        number, site = self._number(request), first(sent, "site")
        await self.room.book(actor_of(request), number, site, since, until)

    async def _release(self, request: Request, sent: Sent) -> None:
        await self.room.release(actor_of(request), fields.number_of(sent, "booking"))

    async def _permit(self, request: Request, sent: Sent) -> None:
        permit, authority = first(sent, "permit"), first(sent, "authority")
        await self.room.ask_permit(actor_of(request), self._number(request), permit, authority)

    async def _answer(self, request: Request, sent: Sent) -> None:
        await self.room.answer_permit(
            actor_of(request),
            self._number(request),
            first(sent, "permit"),
            first(sent, "record"),
            is_granted=fields.said_yes(sent, "is_granted"),
        )

    async def _agree(self, request: Request, sent: Sent) -> None:
        agreed = deeds.Agreed(
            self._number(request), fields.day_of(sent, "since"), fields.day_of(sent, "until"),
            first(sent, "record")[:2_000],
        )  # fmt: skip
        await self.room.agree(actor_of(request), agreed)

    async def _indicator(self, request: Request, sent: Sent) -> None:
        target = Target(
            first(sent, "name"),
            first(sent, "better") == "more",
            fields.decimal_of(sent, "target"),
            fields.window_of(sent),
        )
        await self.room.set_indicator(actor_of(request), self._number(request), target)

    async def _begin(self, request: Request, sent: Sent) -> None:
        await self.room.begin(actor_of(request), self._number(request))

    async def _read(self, request: Request, sent: Sent) -> None:
        await self.room.read(actor_of(request), self._number(request))

    async def _certify(self, request: Request, sent: Sent) -> None:
        await self.room.certify(actor_of(request), self._number(request), first(sent, "record"))

    async def _stop(self, request: Request, sent: Sent) -> None:
        reason, record = first(sent, "reason"), first(sent, "record")
        await self.room.stop(actor_of(request), self._number(request), reason, record)

    def _number(self, request: Request) -> int:
        number: int = request.path_params["application"]
        return number

    def _front(self, request: Request, refused: DalguError | None, sent: Sent) -> Response:
        calls = sorted(self.room.state.calls.values(), key=lambda one: -one.number)
        return self._drawn(
            request,
            "desk_calls.html",
            rows=[(one, self.room.state.of_call(one.number)) for one in calls],
            in_days=lambda days: self.desk.today + timedelta(days=days),
            **shown_with(request, refused, sent),
        )

    def _call(self, request: Request, refused: DalguError | None) -> Response:
        call = self.room.call(request.path_params["call"])
        return self._drawn(
            request,
            "desk_call.html",
            call=call,
            applications=self.room.state.of_call(call.number),
            **shown_with(request, refused),
        )

    async def _one(self, request: Request, refused: DalguError | None, sent: Sent) -> Response:
        one = self.room.application(self._number(request))
        kind = request.query_params.get("kind", "")
        return self._drawn(
            request,
            "desk_application.html",
            one=one,
            call=self.room.call(one.call),
            bookings=self.room.state.bookings_of(one.number),
            criteria=CRITERIA,
            permits=PERMITS,
            kind=kind,
            kinds=PUBLIC_TYPES,
            offered=await offered(self.desk.ground.hub, kind),
            **shown_with(request, refused, sent),
        )

    def _drawn(self, request: Request, template: str, **data: JSON) -> Response:
        return self.desk.frame.render(
            request,
            f"citizens/discovery/{template}",
            today=self.desk.today,
            stages=STAGES,
            **data,
        )
