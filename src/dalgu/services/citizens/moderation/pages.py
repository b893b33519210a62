"""The pages of moderation: rules, log, reports, appeals, and the queue of those who look."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.moderation.words import rules
from dalgu.services.citizens.people.levels import Level
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

QUEUE = "/center/citizens/moderation"
REPORT, APPEAL = "/moderation/report", "/moderation/appeal"
LATEST = 200  # lines of the log on a page


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, post = Pages(desk), ["POST"]
    read, take = Operation.PUBLIC_READ, Operation.CITIZEN_TAKE_PART
    moderate = Operation.CITIZENS_MODERATE
    return [
        Route("/moderation/rules", pages.rules, name=read),
        Route("/moderation/log", pages.log, name=read),
        Route(REPORT, pages.report, name=take),
        Route(REPORT, pages.take_report, methods=post, name=take),
        Route(APPEAL, pages.appeal, name=take),
        Route(APPEAL, pages.take_appeal, methods=post, name=take),
        Route(QUEUE, pages.queue, name=moderate),
        Route(f"{QUEUE}/{{step}}", pages.step, methods=post, name=moderate),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.moderation
        self.people = desk.rooms.people

    async def rules(self, request: Request) -> Response:
        """Draw the published rules, and what happens to what breaks them."""
        return self.desk.frame.render(
            request,
            "citizens/moderation/rules.html",
            rules=list(rules().values()),
            reports_hide=self.desk.ground.settings.citizens.reports_hide,
        )

    async def log(self, request: Request) -> Response:
        """Draw every removal and every return, with rule and reason."""
        return self.desk.frame.render(
            request,
            "citizens/moderation/log.html",
            log=self.room.log()[:LATEST],
            rules=rules(),
            find=self.room.things.find,
        )

    async def report(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Ask which rule something breaks."""
        subject = _subject(request, sent)
        self.people.require(actor_of(request), Level.EMAIL)
        return self.desk.frame.render(
            request,
            "citizens/moderation/report.html",
            thing=self.room.thing(subject),
            rules=list(rules().values()),
            is_sent=request.query_params.get("sent") == "1",
            **shown_with(request, refused, sent),
        )

    async def take_report(self, request: Request) -> Response:
        """Take a report."""
        sent, actor = await sent_of(request), actor_of(request)
        subject = first(sent, "subject")
        try:
            person = self.people.require(actor, Level.EMAIL)
            voice = self.people.voice_in(person, f"report {subject}")
            await self.room.report(actor, voice, subject, first(sent, "rule"))
        except DalguError as refused:
            return await self.report(request, refused, sent)
        return to(request, f"{REPORT}?subject={subject}&sent=1")

    async def appeal(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Show an author why a text was taken off, and ask for their words."""
        return self.desk.frame.render(
            request,
            "citizens/moderation/appeal.html",
            case=self.room.case(_subject(request, sent)),
            rules=rules(),
            actor_id=actor_of(request).id,
            find=self.room.things.find,
            **shown_with(request, refused, sent),
        )

    async def take_appeal(self, request: Request) -> Response:
        """Take an appeal."""
        sent = await sent_of(request)
        subject = first(sent, "subject")
        try:
            await self.room.appeal(actor_of(request), subject, first(sent, "words"))
        except DalguError as refused:
            return await self.appeal(request, refused, sent)
        return to(request, f"{APPEAL}?subject={subject}")

    async def queue(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw what waits for a person, appeals first."""
        rows = [(case, self.room.things.find(case.subject)) for case in self.room.queue()]
        hidden = [
            (case, self.room.things.find(case.subject))
            for case in self.room.cases.values()
            if case.is_hidden and not case.is_waiting
        ]
        return self.desk.frame.render(
            request,
            "citizens/moderation/queue.html",
            rows=rows,
            hidden=hidden,
            rules=rules(),
            own=actor_of(request).id,
            **shown_with(request, refused, sent),
        )

    async def step(self, request: Request) -> Response:
        """Take a step and go back to the queue."""
        sent = await sent_of(request)
        try:
            await self._step(request, sent)
        except DalguError as refused:
            return await self.queue(request, refused, sent)
        return to(request, QUEUE)

    def _step(self, request: Request, sent: Sent) -> Awaitable[None]:
        actor, subject, reason = actor_of(request), first(sent, "subject"), first(sent, "reason")
        room = self.room
        steps: Mapping[str, Callable[[], Awaitable[None]]] = {
            "hide": partial(room.hide, actor, subject, first(sent, "rule"), reason),
            "keep": partial(room.keep, actor, subject, reason),
            "uphold": partial(room.decide_appeal, actor, subject, reason, stays_off=True),
            "overturn": partial(room.decide_appeal, actor, subject, reason, stays_off=False),
        }
        step = request.path_params["step"]
        if step not in steps:
            raise NotExisting(f"Step '{step[:40]}' of moderation does not exist.")
        return steps[step]()


def _subject(request: Request, sent: Sent | None) -> str:
    return first(sent, "subject") if sent else request.query_params.get("subject", "")
