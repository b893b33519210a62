"""The pages of one intersection and of one corridor."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.clock import LOCAL, local
from dalgu.kernel.errors import DalguError
from dalgu.services.traffic.measures.corridor_view import (
    FAVOURS,
    SPANS_MIN,
    CorridorWanted,
    better_offsets,
    corridor_view,
)
from dalgu.services.traffic.measures.refusals import EventFileMissing
from dalgu.services.traffic.measures.replay_view import ReplayAsked, ReplayView, replay_view
from dalgu.services.traffic.measures.signal_view import (
    HOURS,
    LiveView,
    Wanted,
    live_view,
    signal_view,
)
from dalgu.services.traffic.network.model import Corridor
from dalgu.web.forms import shown_with, to, upload_of
from dalgu.web.frame import actor_of
from dalgu.web.upload import Form

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control
    from dalgu.services.traffic.desk import Desk

SIGNALS: Final = "/center/traffic/signals"
CORRIDORS: Final = "/center/traffic/corridors"
REPLAY: Final = "/center/traffic/replay"
MOST_DIGITS: Final = 6
LARGEST_LOG: Final = 64 * 2**20  # bytes: a day of a busy intersection is 10 MB of CSV
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
        Route(REPLAY, pages.replay, name=read),
        Route(REPLAY, pages.replayed, methods=["POST"], name=read),
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
            until_field=f"{local(wanted.until):%Y-%m-%dT%H:%M}" if wanted.until else "",
            hhmm=_hhmm,
        )

    async def signal_now(self, request: Request) -> Response:
        """Draw the moving part of an intersection alone: what the page puts in anew."""
        signal = request.path_params["signal"]
        live = await asyncio.to_thread(live_view, self.control, signal)
        return self.desk.frame.render(
            request, "traffic/measures/signal_now.html", **self._live(live)
        )

    async def replay(
        self, request: Request, refused: DalguError | None = None, view: ReplayView | None = None
    ) -> Response:
        """Draw what a file of controller events tells, or the form that takes one."""
        return self.desk.frame.render(
            request,
            "traffic/measures/replay.html",
            view=view,
            hhmm=_hhmm,
            **shown_with(request, refused),
        )

    async def replayed(self, request: Request) -> Response:
        """Measure a file; nothing of it is kept."""
        try:
            form = await upload_of(request, LARGEST_LOG)
            view = await asyncio.to_thread(_measured, form)
        except DalguError as refused:
            return await self.replay(request, refused)
        return await self.replay(request, view=view)

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
        better, favour = None, request.query_params.get("better", "")
        if favour in FAVOURS and view.cycle_s is not None:
            better = await asyncio.to_thread(better_offsets, view, favour)
        return self.desk.frame.render(
            request,
            "traffic/measures/corridor.html",
            view=view,
            better=better,
            favour=favour,
            favours=FAVOURS,
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
        favour = request.query_params.get("better", "fair")
        better = await asyncio.to_thread(better_offsets, view, favour)
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


def _measured(form: Form) -> ReplayView:
    """Lay uploads down as files, for the readers want files, and measure them."""
    given = [one for one in form.files if one]
    if not given:
        raise EventFileMissing
    with TemporaryDirectory(prefix="dalgu-events-") as kept:
        events = Path(kept) / f"events{_suffix(given[0])}"
        events.write_bytes(given[0])
        detectors = Path(kept) / "detectors.csv" if len(given) > 1 else None
        if detectors is not None:
            detectors.write_bytes(given[1])
        phase = _whole(form.fields.get("phase", ""))
        asked = ReplayAsked(form.fields.get("device", "").strip(), -1 if phase is None else phase)
        return replay_view(events, detectors, asked, LOCAL)


def _suffix(body: bytes) -> str:
    """Return what a file is by how it begins: names of uploads tell little."""
    if body.startswith(b"PAR1"):
        return ".parquet"
    return ".csv.gz" if body.startswith(b"\x1f\x8b") else ".csv"


def _wanted(query: Mapping[str, str]) -> Wanted:
    hours, group = _whole(query.get("hours", "")), _whole(query.get("group", ""))
    return Wanted(
        plan=query.get("plan", ""),
        group=-1 if group is None else group,
        hours=hours if hours in HOURS else 2,
        until=_moment(query.get("until", "")),
    )


def _corridor_wanted(query: Mapping[str, str]) -> CorridorWanted:
    minutes = _whole(query.get("minutes", ""))
    return CorridorWanted(
        plan=query.get("plan", ""),
        first=query.get("from", ""),
        last=query.get("to", ""),
        minutes=minutes if minutes in SPANS_MIN else 10,
        is_planned=query.get("show", "real") == "plan",
        until=_moment(query.get("until", "")),
    )


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def _moment(text: str) -> datetime | None:
    """Return an instant; what names no zone, as a browser's field does, is the city's time."""
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo is not None else at.replace(tzinfo=LOCAL)
        at.timestamp()  # the first and last days of the calendar have none
    except (ValueError, OverflowError):
        return None
    return at


def _hhmm(at_s: float) -> str:
    return f"{local(datetime.fromtimestamp(at_s, UTC)):%H:%M}"
