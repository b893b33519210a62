"""The desk of those who serve: what is due, each step as a form, answers, questions, spaces."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.kernel.terms import Unit
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.proposals import views
from dalgu.services.citizens.proposals.configuring import keep_template, set_space
from dalgu.services.citizens.proposals.deeds import TemplateKept
from dalgu.services.citizens.proposals.figures import FIGURES
from dalgu.services.citizens.proposals.forms import (
    FIELDS,
    Forms,
    answer_of,
    choice,
    question_of,
)
from dalgu.services.citizens.proposals.inbox import AUTOMATIC, inbox
from dalgu.services.citizens.proposals.pages.filled import filled
from dalgu.services.citizens.proposals.proposals import path_of
from dalgu.services.citizens.proposals.space_form import ACTS, MOST_TIERS, space_of
from dalgu.services.citizens.proposals.spaces import departments, shipped
from dalgu.services.citizens.proposals.stages import steps_of_staff
from dalgu.services.citizens.proposals.state import Proposal
from dalgu.services.citizens.proposals.words import Act, Carry, Decision, Kind, Stage, Topic
from dalgu.web.forms import Sent, first, sent_of, to
from dalgu.web.frame import actor_of

BASE = "/center/citizens/proposals"
MOST_AT_ONCE = 100  # answers of one sending


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, serve, post = Pages(desk), Operation.CITIZENS_SERVE, ["POST"]
    return [
        Route(BASE, pages.desk_page, name=serve),
        Route(BASE, pages.answer_many, methods=post, name=serve),
        Route(f"{BASE}/ask", pages.ask_page, name=serve),
        Route(f"{BASE}/ask", pages.ask, methods=post, name=serve),
        Route(f"{BASE}/spaces", pages.spaces, name=serve),
        Route(f"{BASE}/spaces", pages.set_space, methods=post, name=serve),
        Route(f"{BASE}/templates", pages.keep_template, methods=post, name=serve),
        Route(f"{BASE}/{{number:int}}", pages.one, name=serve),
        Route(f"{BASE}/{{number:int}}/{{step}}", pages.step, methods=post, name=serve),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.proposals
        self.forms = Forms(desk.rooms.handling, desk.ground.hub)

    async def desk_page(
        self,
        request: Request,
        refused: DalguError | None = None,
        sent: Sent | None = None,
        outcome: dict[int, DalguError | None] | None = None,
    ) -> Response:
        """Draw what is due, by clock."""
        department = request.query_params.get("department", "")
        return self.desk.frame.render(
            request,
            "citizens/proposals/office.html",
            **self._shared(),
            **filled(request, refused, sent),
            inbox=inbox(self.room, self.desk.today, department=department),
            department=department,
            outcome=outcome or {},
            answerable=(Stage.ROUTED, Stage.APPEALED),
        )

    async def answer_many(self, request: Request) -> Response:
        """Give several the same answer; the page tells what became of each."""
        sent = await sent_of(request)
        try:
            numbers = [int(one) for one in sent.get("number", ()) if one.isdecimal()]
            outcome = await self.desk.rooms.handling.answer_many(
                actor_of(request), numbers[:MOST_AT_ONCE], answer_of(sent)
            )
        except DalguError as refused:
            return await self.desk_page(request, refused, sent)
        return await self.desk_page(request, outcome=outcome)

    async def one(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw one with the forms of the steps that it allows."""
        found = self.room.get(request.path_params["number"])
        steps = [
            step
            for step in FIELDS
            if step in set(steps_of_staff(found.stage, found.kind)) - AUTOMATIC
        ]
        among = [one for one in self.room.of_kind(found.kind) if one.number < found.number]
        similar = [] if "merge" not in steps else await self._similar(found, among)
        return self.desk.frame.render(
            request,
            "citizens/proposals/office_one.html",
            **self._shared(),
            **filled(request, refused, sent),
            found=found,
            steps=steps,
            fields_of=FIELDS,
            clocks=views.clocks(found, self.desk.today),
            bar=views.bar(found, self.room.space_of(found), self.desk.today),
            history=views.history(found),
            similar=similar,
            offered=self._offered(found),
            all=self.room.all,
        )

    async def _similar(self, found: Proposal, among: list[Proposal]) -> list[JSON]:
        listed = [one for one in among if views.is_listed(self.room, one)]
        return list(await self.desk.rooms.similar.to(found.title, found.text, listed))

    def _offered(self, found: Proposal) -> str:
        """Return the department that its forms offer first."""
        return found.department or shipped().routing.get(found.topic, "")

    async def step(self, request: Request) -> Response:
        """Do a step, and show it again."""
        number, step = request.path_params["number"], request.path_params["step"]
        sent = await sent_of(request)
        try:
            await self.forms.take(actor_of(request), number, step, sent)
        except DalguError as refused:
            return await self.one(request, refused, sent)
        return to(request, f"{BASE}/{number}")

    # -- questions, spaces, templates -----------------------------------------------------

    async def ask_page(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the form of a question to residents."""
        spaces = [one for one in self.room.folded.spaces.values() if one.kind is Kind.ASK]
        return self.desk.frame.render(
            request,
            "citizens/proposals/ask.html",
            **self._shared(),
            **filled(request, refused, sent),
            spaces=spaces,
            asked=self.room.of_kind(Kind.ASK)[:20],
        )

    async def ask(self, request: Request) -> Response:
        """Ask residents."""
        sent = await sent_of(request)
        try:
            number = await self.desk.rooms.handling.ask(actor_of(request), question_of(sent))
        except DalguError as refused:
            return await self.ask_page(request, refused, sent)
        return to(request, f"/ask-citizens/{number}")

    async def spaces(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the spaces with their policies, and the answers that are kept."""
        chosen = request.query_params.get("space", "talk")
        return self.desk.frame.render(
            request,
            "citizens/proposals/spaces.html",
            **self._shared(),
            **filled(request, refused, sent),
            spaces=list(self.room.folded.spaces.values()),
            chosen=self.room.folded.spaces.get(chosen),
            acts=ACTS,
            most_tiers=MOST_TIERS,
            units=tuple(Unit),
            carries=tuple(Carry),
            kinds=tuple(Kind),
        )

    async def set_space(self, request: Request) -> Response:
        """Give a space its policy."""
        sent = await sent_of(request)
        try:
            space = space_of(sent)
            await set_space(self.room, actor_of(request), space)
        except DalguError as refused:
            return await self.spaces(request, refused, sent)
        return to(request, f"{BASE}/spaces?space={space.id}")

    async def keep_template(self, request: Request) -> Response:
        """Keep an answer that is written often, or drop it."""
        sent = await sent_of(request)
        try:
            told = TemplateKept(
                first(sent, "name"), choice(Decision, sent, "decision"), first(sent, "text")
            )
            await keep_template(self.room, actor_of(request), told)
        except DalguError as refused:
            return await self.spaces(request, refused, sent)
        return to(request, f"{BASE}/spaces#templates")

    def _shared(self) -> dict[str, JSON]:
        return {
            "base": BASE,
            "departments": departments(),
            "decisions": tuple(Decision),
            "topics": tuple(Topic),
            "every_act": tuple(Act),
            "templates": self.room.folded.templates,
            "services": self.desk.rooms.requests.catalogue.services.values(),
            "figure_types": FIGURES,
            "path_of": path_of,
            "today": self.desk.today,
        }
