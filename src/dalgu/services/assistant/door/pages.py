"""The page of the conversation: works by form alone; a script only makes it smoother."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.errors import DalguError
from dalgu.services.assistant.desk import Desk
from dalgu.services.assistant.door.shown import filing_path
from dalgu.services.assistant.handovers.handovers import State
from dalgu.services.assistant.handovers.hours import PHONE, answered_by, is_open
from dalgu.services.assistant.sections.section import Section
from dalgu.services.assistant.talks.talks import LIFE, LONGEST
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import language_of, remote_of

if TYPE_CHECKING:
    from dalgu.hub.model import JSON

COOKIE = "talk"
FIRST = ("passport-papers", "move-in", "trash-big", "bus-fare", "fine-objection")  # suggested


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, ask, read = Pages(desk), Operation.ASSISTANT_ASK, Operation.PUBLIC_READ
    return [
        Route("/ask", pages.talk, name=read),
        Route("/ask", pages.say, methods=["POST"], name=ask),
        Route("/ask/person", pages.hand_over, methods=["POST"], name=ask),
        Route("/ask/end", pages.end, methods=["POST"], name=ask),
        Route("/ask/handbook", pages.handbook, name=read),
        Route("/ask/sections/{section}", pages.section, name=read),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.rooms = desk.rooms

    async def talk(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the conversation of this browser, or the beginning of one."""
        code, now = request.cookies.get(COOKIE, ""), self.desk.ground.clock.now()
        talk, ticket = self.rooms.talks.find(code), self.rooms.talks.ticket(code)
        return self.desk.frame.render(
            request,
            "assistant/ask.html",
            turns=[] if talk is None else talk.turns,
            ticket=ticket,
            is_live=ticket is not None and ticket.state is not State.ENDED,
            first=self._first(),
            filing_path=filing_path,
            phone=PHONE,
            is_open=is_open(now),
            answered_by=answered_by(now),
            longest=LONGEST,
            **shown_with(request, refused, sent),
        )

    async def say(self, request: Request) -> Response:
        """Take a question; the page comes again with the reply."""
        sent = await sent_of(request)
        section = first(sent, "section")
        try:
            talk = await self.rooms.talks.say(
                request.cookies.get(COOKIE, ""),
                first(sent, "question") or self._title(request, section),
                language_of(request),
                remote=remote_of(request),
                section=section,
            )
        except DalguError as refused:
            return await self._refused(request, refused, sent)
        return self._with_code(request, to(request, "/ask#newest"), talk.code)

    async def hand_over(self, request: Request) -> Response:
        """Hand the conversation over to a person."""
        sent, code = await sent_of(request), request.cookies.get(COOKIE, "")
        try:
            await self.rooms.talks.hand_over(code, language_of(request))
        except DalguError as refused:
            return await self._refused(request, refused, sent)
        return to(request, "/ask#newest")

    async def end(self, request: Request) -> Response:
        """Begin anew: this browser forgets the conversation."""
        answer = to(request, "/ask")
        answer.delete_cookie(COOKIE)
        return answer

    async def handbook(self, request: Request) -> Response:
        """Draw all that the assistant knows, by department."""
        departments: dict[str, list[Section]] = {}
        for one in self.rooms.sections.held():
            departments.setdefault(one.document, []).append(one)
        return self.desk.frame.render(request, "assistant/handbook.html", departments=departments)

    async def section(self, request: Request) -> Response:
        """Draw a section as it is quoted; one that does not hold is not drawn."""
        section = self.rooms.sections.quoted(request.path_params["section"])
        return self.desk.frame.render(
            request,
            "assistant/section.html",
            section=section,
            changed_on=self.rooms.sections.changed_on(section.id),
        )

    async def _refused(self, request: Request, refused: DalguError, sent: Sent) -> Response:
        answer = await self.talk(request, refused, sent)
        wait: JSON = refused.parts.get("retry_after_s")
        if wait:
            answer.headers["retry-after"] = str(wait)
        return answer

    def _title(self, request: Request, section: str) -> str:
        """Return what a reader asks by choosing a suggestion: its title."""
        if not section:
            return ""
        title = self.rooms.sections.quoted(section).title
        return title.say(language_of(request)) or title.ko

    def _first(self) -> list[Section]:
        held = {one.id: one for one in self.rooms.sections.held()}
        return [held[one] for one in FIRST if one in held] or list(held.values())[:5]

    def _with_code(self, request: Request, answer: Response, code: str) -> Response:
        answer.set_cookie(
            COOKIE,
            code,
            max_age=int(LIFE.total_seconds()) * 48,  # a ticket is answered by the next day
            httponly=True,
            samesite="lax",
            secure=self.desk.ground.settings.is_secure,
        )
        return answer
