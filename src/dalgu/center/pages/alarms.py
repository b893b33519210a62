"""The pages of alarms: how healthy they are, by the standards; the rules; the events."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center.alarms import views
from dalgu.center.alarms.asking import setting_of
from dalgu.center.alarms.why import kind_of
from dalgu.center.context import Center
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Priority
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import sent_of, told
from dalgu.web.frame import actor_of, language_of

PATH = "/center/alarms"
MOST_OPERATORS = 50
SHOWN_EVENTS = 200
SHOWN_SETTINGS = 50


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    read, put = Operation.PAGE_READ, Operation.CENTER_SET
    return [
        Route(PATH, pages.health, name=read),
        Route(f"{PATH}/rules", pages.rules, name=read),
        Route(f"{PATH}/rules", pages.set_rule, methods=["POST"], name=put),
        Route(f"{PATH}/events", pages.events, name=read),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.alarms

    async def health(self, request: Request) -> Response:
        """Draw how healthy alarms are over a day, a week or a month."""
        span = request.query_params.get("span", "day")
        span = span if span in views.SPANS else "day"
        operators = _operators(request.query_params.get("operators", ""))
        now = self.center.clock.now()
        mine = self._mine(actor_of(request))
        return self.center.frame.render(
            request,
            "center/alarms/health.html",
            span=span,
            spans=tuple(views.SPANS),
            operators=operators,
            report=views.report(self.room, mine, now, span, operators),
            wide=views.WIDE,
            high=views.HIGH,
            kind_of=kind_of,
        )

    async def rules(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw the rules in force with what each has done, and who set what."""
        actor = actor_of(request)
        testbeds = self.center.rooms.testbeds.known
        return self.center.frame.render(
            request,
            "center/alarms/rules.html",
            status=200 if refused is None else refused.status,
            records=views.records(self.room, self._mine(actor)),
            event_rules=views.event_counts(self.room),
            settings=self.room.tally.set_before[::-1][:SHOWN_SETTINGS],
            titles={one.name: one.title.text for one in self.room.written.rules},
            testbeds={name: one.title for name, one in testbeds.items()},
            kind_of=kind_of,
            priorities=list(Priority),
            refused=None if refused is None else told(language_of(request), refused),
            may_set=may(actor, Operation.CENTER_SET),
        )

    async def set_rule(self, request: Request) -> Response:
        """Set a rule and go back, or draw the page again with why not."""
        try:
            await self.room.set_rule(setting_of(await sent_of(request)), actor_of(request))
        except DalguError as refused:
            return await self.rules(request, refused)
        return RedirectResponse(f"/{language_of(request)}{PATH}/rules", 303)

    async def events(self, request: Request) -> Response:
        """Draw the alerts of which nobody has to do anything, newest first."""
        # An event names no district: those who serve some alone see its count only.
        is_free = not actor_of(request).districts
        rows = views.events(self.room, SHOWN_EVENTS) if is_free else []
        return self.center.frame.render(
            request,
            "center/alarms/events.html",
            rows=rows,
            is_free=is_free,
            counts=views.event_counts(self.room),
            titles={one.name: one.title.text for one in self.room.written.events},
            kind_of=kind_of,
        )

    def _mine(self, actor: Actor) -> list[Incident]:
        every = self.center.rooms.incidents.all.values()
        if not actor.districts:
            return list(every)
        return [one for one in every if one.district and actor.serves(one.district)]


def _operators(text: str) -> int:
    return min(MOST_OPERATORS, max(1, int(text))) if text.isdecimal() else 1
