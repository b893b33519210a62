"""The city's own score: values measured or declared, and the levels it gives itself."""

from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.process.case import framework_of
from dalgu.center.pages.process.fields import number
from dalgu.center.pages.process.forms import take, upload_of
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.office.naming import is_of
from dalgu.certification.process.acts.application import Measurement
from dalgu.certification.process.state import Case
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.views import Dossier
from dalgu.certification.process.words import MeasurementStatus
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import Sent, first, follow, sent_of, shown_with
from dalgu.web.frame import actor_of

PATH = "/certification/cases/{case}/score"


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator on the page."""

    indicator: Indicator
    measured: Measurement | None
    level: int | None


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, part, post = Pages(center), Operation.CERTIFICATION_TAKE_PART, ["POST"]
    return [
        Route(PATH, pages.score, name=part),
        Route(PATH, pages.declare, methods=post, name=part),
        Route(f"{PATH}/measure", pages.measure, methods=post, name=part),
        Route(f"{PATH}/submission", pages.submit, methods=post, name=part),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def score(self, request: Request) -> Response:
        """Draw what is declared, as a form where it may still be changed."""
        return await self._draw(request)

    async def declare(self, request: Request) -> Response:
        """Declare the values and levels of the form."""
        sent, (opened, framework) = await sent_of(request), await self._opened(request)
        parts = declared(opened.case, framework, sent)
        return await self._step(request, take(self.center, request, "declare_score", parts))

    async def measure(self, request: Request) -> Response:
        """Measure this hub's city as of the reference date and declare that."""
        case = request.path_params["case"]
        return await self._step(request, self.center.office.measure(actor_of(request), case))

    async def submit(self, request: Request) -> Response:
        """Declare what another city's platform measured, from its file."""
        return await self._step(request, self._submitted(request))

    async def _submitted(self, request: Request) -> None:
        form, case = await upload_of(request), request.path_params["case"]
        await self.center.office.submit(actor_of(request), case, form.file)

    async def _step(self, request: Request, step: Awaitable[object]) -> Response:
        return await follow(step, request, PATH, partial(self._draw, request))

    async def _opened(self, request: Request) -> tuple[Dossier, Framework]:
        name = request.path_params["case"]
        opened = await self.center.office.desk.open_case(actor_of(request), name)
        return opened, await framework_of(self.center, opened)

    async def _draw(self, request: Request, refused: DalguError | None = None) -> Response:
        opened, framework = await self._opened(request)
        case = opened.case
        score = case.score
        rows = {
            one.code: Row(
                one,
                None if score is None else score.measurements.get(one.code),
                None if score is None else score.levels.get(one.code),
            )
            for one in framework.indicators
        }
        return self.center.frame.render(
            request,
            "center/process/score.html",
            case=case,
            framework=framework,
            rows=rows,
            may_declare="declare_score" in opened.allowed,
            is_own=is_of(case.government, self.center.office.home.city.ko),
            statuses=[(one, title_of(one)) for one in MeasurementStatus],
            **shown_with(request, refused),
        )


def declared(case: Case, framework: Framework, sent: Sent) -> dict[str, object]:
    """Return the parts of the command; a value that is as it was measured keeps its snapshot."""
    measurements: dict[str, object] = {}
    levels: dict[str, object] = {}
    before = {} if case.score is None else case.score.measurements
    for one in framework.indicators:
        if one.kind == "qualitative":
            level = number(first(sent, f"level.{one.code}"))
            if level is not None:
                levels[one.code] = level
            continue
        status = first(sent, f"status.{one.code}")
        if status:
            value = number(first(sent, f"value.{one.code}"))
            measurements[one.code] = _measurement(before.get(one.code), status, value)
    return {"case": case.id, "measurements": measurements, "levels": levels}


def _measurement(before: Measurement | None, status: str, value: object) -> object:
    if before is not None and before.status == status and _is_same(before.value, value):
        return before
    return {"status": status, "value": value}


def _is_same(before: float | None, value: object) -> bool:
    """Tell whether a field holds what it was drawn with."""
    if before is None or not isinstance(value, int | float):
        return before is None and value is None
    return float(shown(before)) == float(value)


def shown(value: float | None) -> str:
    """Return a value as it stands in its field: enough digits, none that say nothing.

    >>> shown(0.1 + 0.2), shown(None), shown(1234.5)
    ('0.3', '', '1234.5')
    """
    return "" if value is None else f"{value:.12g}"
