"""The control desk: who runs which signal, what was decided why, what shadow would have saved."""

from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError
from dalgu.services.traffic.control import seeking, views
from dalgu.services.traffic.control.api import instant
from dalgu.services.traffic.control.control import SHADOW_FIRST, Control, Wish
from dalgu.services.traffic.control.refusals import ChoiceOfControlInvalid, MomentUnreadable
from dalgu.services.traffic.control.scopes import districts, signals_of
from dalgu.services.traffic.control.state import Running, Step
from dalgu.services.traffic.desk import Desk
from dalgu.services.traffic.measures.detector_watch import open_faults
from dalgu.services.traffic.network.model import Signal
from dalgu.services.traffic.signals.explain import reasons
from dalgu.services.traffic.signals.registry import CONTROLLERS
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

PATH: Final = "/center/traffic/control"
SHOWN_DEEDS: Final = 30
SHOWN_DECISIONS: Final = 60
SHOWN_FAULTS: Final = 60
LOOK_BACK: Final = timedelta(minutes=15)


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, post = Pages(desk), ["POST"]
    read, run = Operation.PAGE_READ, Operation.SIGNAL_CONTROL
    return [
        Route(PATH, pages.desk_page, name=read),
        Route(f"{PATH}/choices", pages.choose, methods=post, name=run),
        Route(f"{PATH}/judgements", pages.judge, methods=post, name=run),
        Route(f"{PATH}/plans/{{proposal:int}}/{{step}}", pages.plan, methods=post, name=run),
        Route(f"{PATH}/{{signal}}/decisions", pages.decisions, name=read),
        Route(f"{PATH}/{{signal}}/decisions/{{at}}", pages.decision, name=read),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.control = desk.rooms.control

    async def desk_page(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the desk."""
        control = self.control
        listed = views.rows(control)
        proposals = [one for one in control.state.proposals.values() if one.step is not Step.ENDED]
        return self.desk.frame.render(
            request,
            "traffic/control/desk.html",
            network=control.network(),
            taken=control.state.network,
            taken_at=control.state.taken_at,
            is_connected=control.live.is_connected,
            rows=listed,
            sums=views.sums(control, listed),
            controllers={name: make() for name, make in CONTROLLERS.items()},
            modes=tuple(Running),
            districts=districts(control, self.desk.ground.city),
            shadow_minutes=int(SHADOW_FIRST.total_seconds() // 60),
            faults=views.fault_lines(control, await open_faults(self.desk.ground.hub)),
            shown_faults=SHOWN_FAULTS,
            judgements=control.state.judgements[::-1],
            proposals=proposals[::-1],
            told=control.state.told[: -SHOWN_DEEDS - 1 : -1],
            **shown_with(request, refused, sent),
        )

    async def choose(self, request: Request) -> Response:
        """Give signals a controller, or their own plan back."""
        sent = await sent_of(request)
        try:
            await self.control.choose(self._wish(sent), actor_of(request))
        except DalguError as refused:
            return await self.desk_page(request, refused, sent)
        return to(request, f"{PATH}?chosen=1")

    async def judge(self, request: Request) -> Response:
        """Reckon now what a controller would save, on the queue simulation."""
        sent = await sent_of(request)
        try:
            await self.control.judging.judge(first(sent, "controller"), actor_of(request))
        except DalguError as refused:
            return await self.desk_page(request, refused, sent)
        return to(request, f"{PATH}?judged=1#shadow")

    async def plan(self, request: Request) -> Response:
        """Take a proposed plan, or refuse or end it."""
        sent, number = await sent_of(request), int(request.path_params["proposal"])
        try:
            if request.path_params["step"] == "take":
                await self.control.take_plan(number, actor_of(request))
            else:
                await self.control.end_plan(number, first(sent, "why"), actor_of(request))
        except DalguError as refused:
            return await self.desk_page(request, refused, sent)
        return to(request, f"{PATH}#plans")

    async def decisions(self, request: Request) -> Response:
        """List the newest decisions of a signal."""
        control, signal = self.control, request.path_params["signal"]
        now = self.desk.ground.clock.now()
        until = instant(request.query_params.get("until")) or now
        position = control.position(signal)
        records = []
        for record in seeking.kept(control, signal, until - LOOK_BACK, until):
            records.append(record)
            if len(records) >= SHOWN_DECISIONS:
                break
        return self.desk.frame.render(
            request,
            "traffic/control/decisions.html",
            signal=_named(control, signal),
            lines=[views.decision_line(control, record, position) for record in records],
            until=until,
            earlier=until - LOOK_BACK,
            choice=control.choices().get(signal),
        )

    async def decision(self, request: Request) -> Response:
        """Draw one decision: what was seen, how stages were weighed, and that it is replayed."""
        control, signal = self.control, request.path_params["signal"]
        at = instant(request.path_params["at"])
        if at is None:
            raise MomentUnreadable("")
        replayed, position = seeking.again(control, signal, at)
        compiled = control.require()
        layout, network = compiled.layout, compiled.network
        return self.desk.frame.render(
            request,
            "traffic/control/decision.html",
            signal=_named(control, signal),
            at=at,
            time=f":{local(at):%S}",
            replayed=replayed,
            stages=views.stage_lines(replayed, layout, network, position),
            lanes=list(views.lane_lines(replayed, layout, network, position)),
            reasons=reasons(layout, replayed.seen, replayed.decision, position),
        )

    def _wish(self, sent: Sent) -> Wish:
        try:
            running = Running(first(sent, "mode"))
        except ValueError:
            raise ChoiceOfControlInvalid("mode must be plan, shadow or live.") from None
        signals = signals_of(self.control, self.desk.ground.city, first(sent, "scope"))
        return Wish(signals, first(sent, "controller"), running, first(sent, "why"))


def _named(control: Control, signal: str) -> Signal:
    return control.require().network.signals[control.position(signal)]
