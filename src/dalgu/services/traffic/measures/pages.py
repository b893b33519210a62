"""The pages of one intersection and of one corridor."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError
from dalgu.services.traffic.measures.corridor_view import (
    SPANS_MIN,
    CorridorWanted,
    better_offsets,
    corridor_view,
)
from dalgu.services.traffic.measures.signal_view import (
    HOURS,
    LiveView,
    Wanted,
    live_view,
    signal_view,
    suspicions,
)
from dalgu.services.traffic.network.model import Corridor
from dalgu.web.forms import to
from dalgu.web.frame import actor_of

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control
    from dalgu.services.traffic.desk import Desk

SIGNALS: Final = "/center/traffic/signals"
CORRIDORS: Final = "/center/traffic/corridors"
LEVEL_BADGES: Final = {
    "A": "good",
    "B": "good",
    "C": "low",
    "D": "medium",
    "E": "high",
    "F": "critical",
    "FF": "critical",
    "FFF": "critical",
}


def routes(desk: "Desk") -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(desk)
    read, run = Operation.PAGE_READ, Operation.SIGNAL_CONTROL
    return [
        Route(f"{SIGNALS}/{{signal}}", pages.signal, name=read),
        Route(f"{SIGNALS}/{{signal}}/now", pages.signal_now, name=read),
        Route(CORRIDORS, pages.corridors, name=read),
        Route(f"{CORRIDORS}/{{corridor}}", pages.corridor, name=read),
        Route(f"{CORRIDORS}/{{corridor}}/proposals", pages.propose, methods=["POST"], name=run),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk
        self.control: Control = desk.rooms.control

    async def signal(self, request: Request) -> Response:
        """Draw an intersection."""
        signal = request.path_params["signal"]
        now_s = self.desk.ground.clock.now().timestamp()
        wanted = _wanted(request.query_params)
        view = await asyncio.to_thread(signal_view, self.control, signal, wanted, now_s)
        choice = self.control.choices().get(signal)
        return self.desk.frame.render(
            request,
            "traffic/measures/intersection.html",
            view=view,
            **self._live(view.live),
            choice=choice,
            corridors=self._corridors_of(signal),
            hours=HOURS,
            until=wanted.until,
            suspicions=[
                suspicions(view.log.health, row) for row in range(len(view.log.health.device))
            ],
            hhmm=_hhmm,
        )

    async def signal_now(self, request: Request) -> Response:
        """Draw the moving part of an intersection alone: what the page puts in anew."""
        signal = request.path_params["signal"]
        live = await asyncio.to_thread(live_view, self.control, signal)
        return self.desk.frame.render(
            request, "traffic/measures/signal_now.html", **self._live(live)
        )

    async def corridors(self, request: Request) -> Response:
        """List the corridors."""
        network = self.control.network()
        return self.desk.frame.render(
            request,
            "traffic/measures/corridors.html",
            corridors=() if network is None else network.corridors,
        )

    async def corridor(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw a corridor."""
        name = request.path_params["corridor"]
        wanted = _corridor_wanted(request.query_params)
        now_s = self.desk.ground.clock.now().timestamp()
        view = await asyncio.to_thread(corridor_view, self.control, name, wanted, now_s)
        better = None
        if "better" in request.query_params and view.cycle_s is not None:
            better = await asyncio.to_thread(better_offsets, view)
        return self.desk.frame.render(
            request,
            "traffic/measures/corridor.html",
            view=view,
            better=better,
            wanted=wanted,
            spans=SPANS_MIN,
            refusal=None if refused is None else refused,
            hhmm=_hhmm,
        )

    async def propose(self, request: Request) -> Response:
        """Propose plans with the better offsets for every signal of the corridor."""
        name = request.path_params["corridor"]
        wanted = _corridor_wanted(request.query_params)
        now_s = self.desk.ground.clock.now().timestamp()
        view = await asyncio.to_thread(corridor_view, self.control, name, wanted, now_s)
        better = await asyncio.to_thread(better_offsets, view)
        why = f"{view.corridor.id}: {better.outbound_s + better.inbound_s:.0f} s"
        for signal, plan in better.plans.items():
            await self.control.propose_plan(signal, plan, why, actor_of(request))
        return to(request, "/center/traffic/control#plans")

    def _live(self, live: LiveView) -> dict[str, JSON]:
        signal = live.intersection.signal.id
        return {
            "live": live,
            "badges": LEVEL_BADGES,
            "running": self.control.mode_of(signal),
            "controller": self.control.controller_of(signal),
        }

    def _corridors_of(self, signal: str) -> list[Corridor]:
        network = self.control.network()
        every = () if network is None else network.corridors
        return [one for one in every if signal in one.signals]


def _wanted(query: Mapping[str, str]) -> Wanted:
    hours = query.get("hours", "")
    group = query.get("group", "")
    return Wanted(
        plan=query.get("plan", ""),
        group=int(group) if group.isdecimal() else -1,
        hours=int(hours) if hours.isdecimal() and int(hours) in HOURS else 2,
        until=_moment(query.get("until", "")),
    )


def _corridor_wanted(query: Mapping[str, str]) -> CorridorWanted:
    minutes = query.get("minutes", "")
    return CorridorWanted(
        plan=query.get("plan", ""),
        first=query.get("from", ""),
        last=query.get("to", ""),
        minutes=int(minutes) if minutes.isdecimal() and int(minutes) in SPANS_MIN else 10,
        is_planned=query.get("show", "real") == "plan",
        until=_moment(query.get("until", "")),
    )


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _hhmm(at_s: float) -> str:
    return f"{local(datetime.fromtimestamp(at_s, UTC)):%H:%M}"
