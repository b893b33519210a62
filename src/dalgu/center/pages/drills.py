"""The pages of drills: choose and start one, its live board, what it showed."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.drills import board, scenarios
from dalgu.center.drills.state import Started
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting
from dalgu.kernel.text import Language
from dalgu.web.forms import Sent, first, sent_of, told
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import catalogue

SPEEDS = (0.5, 1.0, 2.0, 4.0, 10.0)  # scenario seconds per second
LARGEST_SEED = 10**9
LONGEST_TEXT, MOST_PARTICIPANTS = 500, 20


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    run = Operation.DRILL_RUN
    return [
        Route("/center/drills", pages.every, name=run),
        Route("/center/drills", pages.start, methods=["POST"], name=run),
        Route("/center/drills/{number:int}", pages.one, name=run),
        Route("/center/drills/{number:int}/board", pages.board, name=run),
        Route("/center/drills/{number:int}/{step}", pages.step, methods=["POST"], name=run),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.drills = center.rooms.drills

    async def every(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw the scenarios, the form of the chosen one, and the drills that were."""
        known = scenarios.load()
        chosen = known.get(request.query_params.get("scenario", ""))
        past = sorted(self.drills.all.values(), key=lambda one: -one.number)
        return self.center.frame.render(
            request,
            "center/drills/drills.html",
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language_of(request), refused),
            scenarios=list(known.values()),
            chosen=chosen,
            speeds=SPEEDS,
            seed=len(past) + 1,
            current=self.drills.current(),
            past=[board.line(self.drills, one) for one in past],
        )

    async def start(self, request: Request) -> Response:
        """Start a drill and go to its board."""
        actor, sent = actor_of(request), await sent_of(request)
        try:
            started = self._started(sent)
            await self.center.access.require(
                actor, Operation.DRILL_RUN, started.scenario, district=started.district
            )
            drill = await self.drills.start(actor, started)
        except DalguError as refused:
            return await self.every(request, refused)
        await self.center.access.audit(actor, Operation.DRILL_RUN, drill.id, step="start")
        return _to(request, f"/center/drills/{drill.number}")

    def _started(self, sent: Sent) -> Started:
        dong = next((d for d in self.center.city.dongs if d.code == first(sent, "dong")), None)
        if dong is None:
            raise NotExisting("The neighbourhood of the drill does not exist; choose one.")
        scenario = self.drills.scenario(first(sent, "scenario"))
        named = (part.strip() for part in first(sent, "participants").split(","))
        return Started(
            scenario=scenario.name,
            lon=dong.centre[0],
            lat=dong.centre[1],
            place_ko=dong.name.ko,
            place_en=dong.name.en,
            district=dong.district,
            speed=_one_of(first(sent, "speed")),
            seed=_seed(first(sent, "seed")),
            objectives=tuple(one.key for one in scenario.chosen(tuple(sent.get("objective", ())))),
            participants=tuple(part[:60] for part in named if part)[:MOST_PARTICIPANTS],
        )

    async def one(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw the live board of a drill, or its evaluation."""
        drill = self.drills.get(request.path_params["number"])
        return self.center.frame.render(
            request,
            "center/drills/drill.html",
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language_of(request), refused),
            **await self._shown(request, drill.number),
        )

    async def board(self, request: Request) -> Response:
        """Draw what changes on the board, for the page that is open."""
        shown = await self._shown(request, request.path_params["number"])
        return self.center.frame.render(request, "center/drills/board.html", **shown)

    async def _shown(self, request: Request, number: int) -> Mapping[str, JSON]:
        drill = self.drills.get(number)
        scenario = self.drills.scenario(drill.told.scenario)
        return {
            "drill": drill,
            "scenario": scenario,
            "plan": len(await self.drills.plan(drill)),
            "elapsed_s": drill.elapsed_s(self.center.clock.now()),
            "shown": self.drills.evaluation(drill),
            "objectives": {one.key: one for one in scenario.objectives},
            "incidents": {one.number: one for one in self.drills.incidents_of(drill)},
            "deed_name": partial(_deed_name, language_of(request)),
            "timeline": board.timeline(self.center.rooms.ground.logbook, self.drills, drill),
        }

    async def step(self, request: Request) -> Response:
        """Pause, go on, stop, break off, take part, or note something."""
        actor, sent = actor_of(request), await sent_of(request)
        number, step = request.path_params["number"], request.path_params["step"]
        drill = self.drills.get(number)
        await self.center.access.require(
            actor, Operation.DRILL_RUN, drill.id, district=drill.told.district
        )
        try:
            await self._follow(actor, number, step, first(sent, "text")[:LONGEST_TEXT])
        except DalguError as refused:
            return await self.one(request, refused)
        await self.center.access.audit(actor, Operation.DRILL_RUN, drill.id, step=step)
        return _to(request, f"/center/drills/{number}")

    async def _follow(self, actor: Actor, number: int, step: str, text: str) -> None:
        drills = self.drills
        steps: dict[str, Callable[[], Awaitable[object]]] = {
            "pause": lambda: drills.pause(actor, number),
            "resume": lambda: drills.resume(actor, number),
            "stop": lambda: drills.stop(actor, number),
            "part": lambda: drills.take_part(actor, number),
            "abort": lambda: drills.abort(actor, number, text),
            "remark": lambda: drills.remark(actor, number, text),
        }
        if step not in steps:
            raise NotExisting(f"Step '{step[:40]}' of a drill does not exist.")
        if step in ("abort", "remark") and not text:
            raise InvalidInput("A text is required.")
        await steps[step]()


def _deed_name(language: Language, tag: str) -> str:
    """Return what people call a deed of any room; its tag where nobody named it."""
    return catalogue(language).get(f"drills.deed.{tag}", tag)


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(f"/{language_of(request)}{path}", 303)


def _one_of(text: str) -> float:
    known = {f"{speed:g}": speed for speed in SPEEDS}
    if text not in known:
        raise InvalidInput(f"The speed must be one of {', '.join(known)}.")
    return known[text]


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:12]) <= LARGEST_SEED):
        raise InvalidInput("The seed must be a whole number from 0 to 1,000,000,000.")
    return int(text)
