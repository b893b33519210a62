"""The pages of participatory budgets that everybody sees."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import Role
from dalgu.access.policy import Operation
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.ballots.ballots import Receipt
from dalgu.services.citizens.budgets.budgets import LONGEST_TEXT, LONGEST_TITLE, IdeaDraft
from dalgu.services.citizens.budgets.pages import office
from dalgu.services.citizens.budgets.picture import HEIGHT, WIDTH, rows, spreads
from dalgu.services.citizens.budgets.refusals import BudgetStageOther
from dalgu.services.citizens.budgets.state import Round, Stage
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.people.levels import LevelTooLow
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

ONE = "/budgets/{number:int}"


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, read, take = Pages(desk), Operation.PUBLIC_READ, Operation.CITIZEN_TAKE_PART
    return [
        Route("/budgets", pages.every, name=read),
        Route(ONE, pages.one, name=read),
        Route(f"{ONE}/ideas", pages.give, methods=["POST"], name=take),
        Route(f"{ONE}/vote", pages.vote, name=read),
        Route(f"{ONE}/vote", pages.cast, methods=["POST"], name=take),
        Route(f"{ONE}/result", pages.result, name=read),
        Route(f"{ONE}/projects/{{project:int}}", pages.project, name=read),
        *office.routes(desk),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.budgets

    async def every(self, request: Request) -> Response:
        """Draw all rounds, the newest first."""
        found = sorted(self.room.all.values(), key=lambda one: -one.number)
        rounds = [(one, self.room.stage(one)) for one in found]
        return self.desk.frame.render(request, "citizens/budgets/every.html", rounds=rounds)

    async def one(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw a round: its rule, its projects, and the form for an idea."""
        found = self._round(request)
        hidden = self.desk.rooms.moderation.is_hidden
        return self.desk.frame.render(
            request,
            "citizens/budgets/one.html",
            one=found,
            stage=self.room.stage(found),
            ideas=[(idea, hidden(idea.subject)) for idea in found.ideas.values()],
            districts={one.code: one.name for one in self.desk.ground.city.districts},
            longest={"title": LONGEST_TITLE, "text": LONGEST_TEXT},
            stages=tuple(Stage),
            **shown_with(request, refused, sent),
        )

    async def give(self, request: Request) -> Response:
        """Take an idea."""
        sent, number = await sent_of(request), request.path_params["number"]
        cost = first(sent, "cost").replace(",", "")
        draft = IdeaDraft(
            first(sent, "title"),
            first(sent, "text"),
            int(cost) if cost.isdecimal() else 0,
            first(sent, "district")[:10],
        )
        try:
            project = await self.room.give(actor_of(request), number, draft)
        except DalguError as refused:
            return await self.one(request, refused, sent)
        return to(request, f"/budgets/{number}/projects/{project}")

    async def vote(
        self,
        request: Request,
        refused: DalguError | None = None,
        sent: Sent | None = None,
        receipt: Receipt | None = None,
    ) -> Response:
        """Draw the ballot as a basket with its running sum."""
        found = self._round(request)
        if not found.on_ballot or found.is_imported:
            raise BudgetStageOther(found.number, self.room.stage(found), "vote")
        box = self.desk.rooms.ballots.state(found.box)
        chosen = set() if sent is None else set(sent.get("mark", ()))
        return self.desk.frame.render(
            request,
            "citizens/budgets/vote.html",
            one=found,
            stage=self.room.stage(found),
            box=box.box,
            token_key=box.token_key,
            may_vote=self._may_vote(request, found),
            count=self.desk.rooms.ballots.count(found.box),
            chosen=chosen,
            districts={one.code: one.name for one in self.desk.ground.city.districts},
            receipt=receipt,
            **shown_with(request, refused, sent),
        )

    async def cast(self, request: Request) -> Response:
        """Take a ballot of a browser without script, and show its receipt once."""
        sent, found = await sent_of(request), self._round(request)
        marks = dict.fromkeys(sent.get("mark", []), 1)
        try:
            receipt = await self.desk.rooms.voting.vote(actor_of(request), found.box, marks)
        except DalguError as refused:
            return await self.vote(request, refused, sent)
        return await self.vote(request, receipt=receipt)

    async def result(self, request: Request) -> Response:
        """Draw both rules side by side, with the proof of each winner."""
        found = self._round(request)
        tally = await self.room.tally(found)
        return self.desk.frame.render(
            request,
            "citizens/budgets/result.html",
            one=found,
            stage=self.room.stage(found),
            tally=tally,
            rows=[] if tally is None else rows(found, tally),
            spreads=[] if tally is None else spreads(tally.equal, tally.greedy),
            bar=(WIDTH, HEIGHT),
        )

    async def project(self, request: Request) -> Response:
        """Draw a project: its check, its proof, its work."""
        found = self._round(request)
        idea = self.room.idea(found.number, request.path_params["project"])
        tally = await self.room.tally(found)
        shown = [] if tally is None else rows(found, tally)
        return self.desk.frame.render(
            request,
            "citizens/budgets/project.html",
            one=found,
            idea=idea,
            stage=self.room.stage(found),
            hidden=self.desk.rooms.moderation.is_hidden(idea.subject),
            author=self.desk.rooms.people.shown(idea.author),
            row=next((row for row in shown if row.idea.number == idea.number), None),
            tally=tally,
            districts={one.code: one.name for one in self.desk.ground.city.districts},
            bar=(WIDTH, HEIGHT),
        )

    def _round(self, request: Request) -> Round:
        return self.room.get(request.path_params["number"])

    def _may_vote(self, request: Request, found: Round) -> str:
        """Return what a reader can do: vote, drawn, climb, join, or not_admitted."""
        actor = actor_of(request)
        if actor.role is not Role.CITIZEN:
            return "join"
        try:
            has_drawn = self.desk.rooms.voting.has_drawn(actor, found.box)
        except LevelTooLow:
            return "climb"
        except DalguError:
            return "not_admitted"
        return "drawn" if has_drawn else "vote"
