"""The public pages of problems: the funnel, a round, a problem, and what citizens do there."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.discovery import fields, sankey, views
from dalgu.services.citizens.discovery.deeds import VisitNoted
from dalgu.services.citizens.discovery.evaluation import CRITERIA
from dalgu.services.citizens.discovery.evidence import PUBLIC_TYPES, offered
from dalgu.services.citizens.discovery.funnel import funnel, reason_title
from dalgu.services.citizens.discovery.problems import SHEET
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

Step = Callable[[Request, Sent], Awaitable[None]]
ROUND, PROBLEM = "/problems/rounds/{round:int}", "/problems/{number:int}"


def routes(of: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(of)
    read, take = Operation.PUBLIC_READ, Operation.CITIZEN_TAKE_PART
    return [
        Route("/problems", pages.front, name=read),
        Route(ROUND, pages.round, name=read),
        Route(f"{ROUND}/{{deed}}", pages.round_step, methods=["POST"], name=take),
        Route(PROBLEM, pages.problem, name=read),
        Route(f"{PROBLEM}/evidence", pages.evidence, name=take),
        Route(f"{PROBLEM}/{{deed}}", pages.problem_step, methods=["POST"], name=take),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, of: Desk) -> None:
        self.desk = of
        self.room = of.rooms.discovery
        self.round_steps: dict[str, Step] = {
            "apply": self._apply,
            "withdraw": self._withdraw,
            "observe": self._observe,
        }
        self.problem_steps: dict[str, Step] = {
            "sheet": self._sheet,
            "evidence": self._link,
            "visit": self._visit,
            "define": self._define,
            "evaluate": self._evaluate,
        }

    async def front(self, request: Request) -> Response:
        """Draw the funnel first, then rounds and problems."""
        state = self.room.state
        told = funnel(state.rounds.values(), state.problems.values())
        return self._drawn(
            request,
            "front.html",
            funnel=told,
            drawing=sankey.drawn(told) if told.problems else None,
            rounds=sorted(state.rounds.values(), key=lambda one: -one.number),
            problems=sorted(state.problems.values(), key=lambda one: -one.number),
            reason_title=reason_title,
        )

    async def round(self, request: Request) -> Response:
        """Draw one round."""
        return await self._round(request, None, {})

    async def _round(
        self, request: Request, refused: DalguError | None, sent: Sent, receipt: JSON = None
    ) -> Response:
        found = self.room.round(request.path_params["round"])
        actor = actor_of(request)
        return self._drawn(
            request,
            "round.html",
            round=found,
            problems=self.room.state.of_round(found.number),
            on_ballot=views.on_ballot(self.room, found),
            team=found.team_of(actor.id),
            receipt=receipt,
            **shown_with(request, refused, sent),
        )

    async def problem(self, request: Request) -> Response:
        """Draw one problem with its gates, sheet, evidence, money and evaluation."""
        return await self._problem(request, None, {})

    async def _problem(self, request: Request, refused: DalguError | None, sent: Sent) -> Response:
        problem = self.room.problem(request.path_params["number"])
        shown = await views.problem(self.desk.ground.hub, self.room, problem)
        actor = actor_of(request)
        return self._drawn(
            request,
            "problem.html",
            shown=shown,
            problem=problem,
            is_author=self.room.problems.is_author(actor.id, problem),
            criteria=CRITERIA,
            **shown_with(request, refused, sent),
        )

    async def evidence(self, request: Request) -> Response:
        """Draw the choice of a series as evidence."""
        problem = self.room.problem(request.path_params["number"])
        kind = request.query_params.get("kind", "")
        return self._drawn(
            request,
            "evidence.html",
            problem=problem,
            kind=kind,
            kinds=PUBLIC_TYPES,
            offered=await offered(self.desk.ground.hub, kind),
            back=f"/problems/{problem.number}",
        )

    async def round_step(self, request: Request) -> Response:
        """Apply, withdraw, vote, or name a problem."""
        sent, deed = await sent_of(request), request.path_params["deed"]
        number = request.path_params["round"]
        if deed == "vote":
            return await self._vote(request, sent)
        if deed not in self.round_steps:
            raise NotExisting(f"Step '{deed[:40]}' of a round does not exist.")
        try:
            await self.round_steps[deed](request, sent)
        except DalguError as refused:
            return await self._round(request, refused, sent)
        return to(request, f"/problems/rounds/{number}")

    async def problem_step(self, request: Request) -> Response:
        """Take a step on a problem as a member of its team, or score it as a citizen."""
        sent, deed = await sent_of(request), request.path_params["deed"]
        if deed not in self.problem_steps:
            raise NotExisting(f"Step '{deed[:40]}' of a problem does not exist.")
        try:
            await self.problem_steps[deed](request, sent)
        except DalguError as refused:
            return await self._problem(request, refused, sent)
        return to(request, f"/problems/{request.path_params['number']}")

    async def _vote(self, request: Request, sent: Sent) -> Response:
        """Cast a ballot; the receipt is shown once and kept nowhere."""
        chosen = [int(one) for one in sent.get("problem", []) if one.isdecimal()]
        number = request.path_params["round"]
        try:
            receipt = await self.room.rounds.vote(actor_of(request), number, chosen)
        except DalguError as refused:
            return await self._round(request, refused, sent)
        return await self._round(request, None, {}, receipt)

    async def _apply(self, request: Request, sent: Sent) -> None:
        number = request.path_params["round"]
        await self.room.rounds.apply(actor_of(request), number, first(sent, "motive"))

    async def _withdraw(self, request: Request, sent: Sent) -> None:
        await self.room.rounds.withdraw(actor_of(request), request.path_params["round"])

    async def _observe(self, request: Request, sent: Sent) -> None:
        title, place = first(sent, "title"), first(sent, "place")
        number = request.path_params["round"]
        await self.room.problems.observe(actor_of(request), number, title, place)

    async def _sheet(self, request: Request, sent: Sent) -> None:
        parts = {name: first(sent, name) for name in SHEET}
        number = request.path_params["number"]
        await self.room.problems.write_sheet(actor_of(request), number, parts)

    async def _link(self, request: Request, sent: Sent) -> None:
        number, says = request.path_params["number"], first(sent, "says")
        window = fields.window_of(sent)
        await self.room.problems.link(actor_of(request), number, window, says)

    async def _visit(self, request: Request, sent: Sent) -> None:
        number = request.path_params["number"]
        visit = VisitNoted(
            number, fields.day_of(sent, "on"), first(sent, "kind"), first(sent, "place")[:80],
            first(sent, "found"),
        )  # fmt: skip
        await self.room.problems.note_visit(actor_of(request), number, visit)

    async def _define(self, request: Request, sent: Sent) -> None:
        number, checked = request.path_params["number"], len(sent.get("check", []))
        await self.room.problems.define(actor_of(request), number, checked)

    async def _evaluate(self, request: Request, sent: Sent) -> None:
        number, marks = request.path_params["number"], fields.marks_of(sent, CRITERIA)
        await self.room.problems.score(actor_of(request), number, marks)

    def _drawn(self, request: Request, template: str, **data: JSON) -> Response:
        return self.desk.frame.render(
            request,
            f"citizens/discovery/{template}",
            person=self.desk.rooms.people.person(actor_of(request)),
            today=self.desk.today,
            **data,
        )
