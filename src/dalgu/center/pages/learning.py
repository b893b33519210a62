"""The pages of what is learned: times and targets, lessons, evidence of maturity."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.documents import label_of
from dalgu.center.incidents.desk import Desk, visible
from dalgu.center.incidents.words import Priority
from dalgu.center.learning.cases import targets
from dalgu.center.learning.evidence import sentence
from dalgu.center.learning.figures import DIVISIONS, Division, figures
from dalgu.center.learning.filing import span_words
from dalgu.center.learning.learning import Lesson, LessonInvalid
from dalgu.center.learning.reading import read_cases
from dalgu.center.learning.rubric import YEAR, read_rubric
from dalgu.center.learning.times import Measure
from dalgu.hub.model import JSON, Document
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Language
from dalgu.web.forms import first, sent_of, told
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import catalogue, phrase

PATH = "/center/learning"
TREND = (Measure.ACKNOWLEDGE, Measure.RESPOND)
NUMBER_DIGITS = 9
NOTHING: Mapping[str, str] = MappingProxyType({})


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    seen, handled = Operation.PAGE_READ, Operation.INCIDENT_HANDLE
    return [
        Route(PATH, pages.times, name=seen),
        Route(PATH + "/rubric", pages.rubric, name=seen),
        Route(PATH + "/lessons", pages.lessons, name=Operation.INCIDENT_READ),
        Route(PATH + "/lessons", pages.note, methods=["POST"], name=handled),
        Route(PATH + "/lessons/{lesson:int}/{step}", pages.step, methods=["POST"], name=handled),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.learning
        self.desk = Desk(center.rooms.incidents, center.access, center.city)

    async def times(self, request: Request) -> Response:
        """Draw how long things took in the last 12 months, over the actor's districts."""
        now, language = self.center.clock.now(), language_of(request)
        mine = visible(actor_of(request), self.center.rooms.incidents.all.values())
        recent = [one for one in mine if now - one.raised_at <= YEAR]
        cases = await read_cases(self.center.hub, recent)
        drill = request.query_params.get("drills") == "yes"
        shown = [one for one in cases if one.is_drill is drill]
        found = figures(shown)
        by = request.query_params.get("by", "")
        return self.center.frame.render(
            request,
            "center/learning/times.html",
            figures=found,
            counts=Counter(one.is_drill for one in cases),
            is_drill=drill,
            by=by if by in DIVISIONS else DIVISIONS[0],
            divisions=DIVISIONS,
            measures=list(Measure),
            targets=targets(),
            priorities=list(Priority),
            synthetic=sum(one.origin == "synthetic" for one in shown),
            lines=_trend(found.divisions["month"], language),
            name=lambda by, key: self._name(by, key, language),
            span=lambda seconds: span_words(seconds, language),
        )

    def _name(self, by: str, key: str, language: Language) -> str:
        if key == "-":
            return phrase(language, "learning.unknown")
        if by == "district":
            found = (d.name.say(language) for d in self.center.city.districts if d.code == key)
            return next(found, key)
        if by == "category":
            return catalogue(language).get(f"learning.word.category.{key}") or label_of(
                key, language
            )
        return key

    async def rubric(self, request: Request) -> Response:
        """Draw what the platform can show for each level of the rubric."""
        language, found = language_of(request), await read_rubric(self.center.rooms)
        return self.center.frame.render(
            request,
            "center/learning/rubric.html",
            rubric=found,
            levels=sorted({one.level for one in found.facts}),
            said=lambda fact: sentence(fact, language),
        )

    async def lessons(
        self, request: Request, sent: Mapping[str, str] = NOTHING, refused: DalguError | None = None
    ) -> Response:
        """List the lessons of incidents that the actor may see: overdue, open, done."""
        actor, language = actor_of(request), language_of(request)
        seen = {one.number: one for one in visible(actor, self.desk.incidents.all.values())}
        found = [one for one in self.room.lessons.values() if one.incident in seen]
        today = self.center.today
        found.sort(key=lambda one: (one.done_at is not None, one.due, one.number))
        return self.center.frame.render(
            request,
            "center/learning/lessons.html",
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language, refused),
            sent=sent or {"incident": request.query_params.get("incident", "")},
            lessons=found,
            incidents=seen,
            is_overdue=lambda one: one.is_overdue(today),
            overdue=sum(one.is_overdue(today) for one in found),
            open=sum(one.done_at is None for one in found),
        )

    async def note(self, request: Request) -> Response:
        """Write a lesson down."""
        sent = await sent_of(request)
        try:
            await self._note(request, sent)
        except DalguError as refused:
            return await self.lessons(request, _flat(sent), refused)
        return RedirectResponse(f"/{language_of(request)}{PATH}/lessons", 303)

    async def _note(self, request: Request, sent: Mapping[str, list[str]]) -> Lesson:
        actor, number = actor_of(request), first(sent, "incident")
        if not (number.isascii() and number.isdigit() and len(number) <= NUMBER_DIGITS):
            raise LessonInvalid("incident", "be the number of an incident")
        await self._require(request, int(number))
        text, owner, due = (first(sent, name) for name in ("text", "owner", "due"))
        return await self.room.note(actor, int(number), text, owner, due)

    async def step(self, request: Request) -> Response:
        """Say what was done about a lesson."""
        sent, lesson = await sent_of(request), request.path_params["lesson"]
        await self._require(request, self.room.get(lesson).incident)
        try:
            step, text = request.path_params["step"], first(sent, "text")
            await self.room.step(actor_of(request), lesson, step, text)
        except DalguError as refused:
            return await self.lessons(request, NOTHING, refused)
        return RedirectResponse(f"/{language_of(request)}{PATH}/lessons#lesson-{lesson}", 303)

    async def _require(self, request: Request, number: int) -> None:
        incident = self.desk.incidents.get(number)
        await self.center.access.require(
            actor_of(request),
            Operation.INCIDENT_HANDLE,
            incident.id,
            district=incident.district,
        )


def _trend(months: Sequence[Division], language: Language) -> list[Document]:
    """Return the medians of each month as lines of a chart, in minutes."""
    lines = []
    for measure in TREND:
        words = phrase(language, f"learning.measure.{measure}")
        points: list[JSON] = [
            {"at": f"{one.key}-15T00:00:00Z", "value": _minutes(one.spreads[measure].p50_s)}
            for one in months
        ]
        name = phrase(language, "learning.trend_p50", measure=words)
        unit = phrase(language, "learning.minutes")
        lines.append({"name": name, "unit": unit, "points": points})
    return lines


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 2)


def _flat(sent: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: values[0] for name, values in sent.items()}
