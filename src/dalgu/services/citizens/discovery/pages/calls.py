"""The public pages of test-bed calls: what is offered, who applied, what was measured."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.discovery import fields
from dalgu.services.citizens.discovery.calls.refusals import TestbedApplicationNotExisting
from dalgu.services.citizens.discovery.calls.rules import STAGES
from dalgu.services.citizens.discovery.evaluation import CRITERIA
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

PATH = "/testbed-calls"
PARTS = ("firm", "title", "what", "needs")


def routes(of: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(of)
    read, take = Operation.PUBLIC_READ, Operation.CITIZEN_TAKE_PART
    return [
        Route(PATH, pages.every, name=read),
        Route(f"{PATH}/{{call:int}}", pages.one, name=read),
        Route(f"{PATH}/{{call:int}}/apply", pages.apply, methods=["POST"], name=take),
        Route(f"{PATH}/runs/{{application:int}}", pages.run, name=read),
        Route(f"{PATH}/runs/{{application:int}}/score", pages.score, methods=["POST"], name=take),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, of: Desk) -> None:
        self.desk = of
        self.room = of.rooms.testbed_calls

    async def every(self, request: Request) -> Response:
        """Draw all calls, and what runs."""
        calls = sorted(self.room.state.calls.values(), key=lambda one: -one.number)
        rows = [(one, self.room.state.of_call(one.number)) for one in calls]
        return self._drawn(request, "calls.html", rows=rows)

    async def one(self, request: Request) -> Response:
        """Draw one call with its applications."""
        return self._one(request, None, {})

    async def apply(self, request: Request) -> Response:
        """Apply in the name of a firm or a group."""
        sent, number = await sent_of(request), request.path_params["call"]
        given = {name: first(sent, name) for name in PARTS}
        try:
            await self.room.submit(actor_of(request), number, given)
        except DalguError as refused:
            return self._one(request, refused, sent)
        return to(request, f"{PATH}/{number}")

    async def run(self, request: Request) -> Response:
        """Draw one run: agreement, indicators, citizens' scores, certificate."""
        return self._run(request, None, {})

    async def score(self, request: Request) -> Response:
        """Score a run."""
        sent, number = await sent_of(request), request.path_params["application"]
        try:
            await self.room.score(actor_of(request), number, fields.marks_of(sent, CRITERIA))
        except DalguError as refused:
            return self._run(request, refused, sent)
        return to(request, f"{PATH}/runs/{number}")

    def _one(self, request: Request, refused: DalguError | None, sent: Sent) -> Response:
        call = self.room.call(request.path_params["call"])
        return self._drawn(
            request,
            "call.html",
            call=call,
            applications=self.room.state.of_call(call.number),
            **shown_with(request, refused, sent),
        )

    def _run(self, request: Request, refused: DalguError | None, sent: Sent) -> Response:
        one = self.room.application(request.path_params["application"])
        if one.agreement is None and one.stage != "stopped":
            raise TestbedApplicationNotExisting(one.number)  # not public before the agreement
        return self._drawn(
            request,
            "run.html",
            one=one,
            call=self.room.call(one.call),
            bookings=self.room.state.bookings_of(one.number),
            criteria=CRITERIA,
            **shown_with(request, refused, sent),
        )

    def _drawn(self, request: Request, template: str, **data: JSON) -> Response:
        return self.desk.frame.render(
            request,
            f"citizens/discovery/{template}",
            today=self.desk.today,
            stages=STAGES,
            person=self.desk.rooms.people.person(actor_of(request)),
            **data,
        )
