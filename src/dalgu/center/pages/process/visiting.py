"""The site visit: the sealed draw, the sample, the checklist, what was found."""

from collections.abc import Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.process.case import framework_of
from dalgu.center.pages.process.fields import number
from dalgu.center.pages.process.forms import take
from dalgu.certification.process.sampling import commitment_of, is_secret
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.words import Outcome
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import Sent, first, follow, sent_of, shown_with
from dalgu.web.frame import actor_of

PATH = "/certification/cases/{case}/visit"


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, part, post = Pages(center), Operation.CERTIFICATION_TAKE_PART, ["POST"]
    return [
        Route(PATH, pages.visit, name=part),
        Route(f"{PATH}/plan", pages.plan, methods=post, name=part),
        Route(f"{PATH}/reveal", pages.reveal, methods=post, name=part),
        Route(f"{PATH}/found", pages.found, methods=post, name=part),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def visit(self, request: Request) -> Response:
        """Draw the visit: its plan, its sample, its checklist."""
        return await self._draw(request)

    async def plan(self, request: Request) -> Response:
        """Plan the visit; of the secret only its digest is handed on."""
        sent = await sent_of(request)
        secret = first(sent, "secret")
        parts = {
            "case": request.path_params["case"],
            "on": first(sent, "on"),
            "commitment": commitment_of(secret) if is_secret(secret) else secret,
            "pool": pool_of(first(sent, "pool")),
            "sample_size": number(first(sent, "sample_size")) or 0,
            "checklist": sent.get("checklist", []),
        }
        return await self._step(request, "plan_visit", parts, sent)

    async def reveal(self, request: Request) -> Response:
        """Reveal the secret and draw the sample."""
        sent = await sent_of(request)
        parts = {"case": request.path_params["case"], "secret": first(sent, "secret")}
        return await self._step(request, "reveal_sample", parts, sent)

    async def found(self, request: Request) -> Response:
        """Record what was seen of one indicator or of one sampled item."""
        sent = await sent_of(request)
        parts = {
            "case": request.path_params["case"],
            "indicator": first(sent, "indicator"),
            "item": first(sent, "item"),
            "outcome": first(sent, "outcome"),
            "note": first(sent, "note"),
            "value": number(first(sent, "value")),
            "level": number(first(sent, "level")),
            "photos": [one for one in sent.get("photos", []) if one],
        }
        return await self._step(request, "record_finding", parts, sent)

    async def _step(
        self, request: Request, command: str, parts: Mapping[str, object], sent: Sent
    ) -> Response:
        step = take(self.center, request, command, parts)
        return await follow(step, request, PATH, partial(self._draw, request, sent))

    async def _draw(
        self, request: Request, sent: Sent | None = None, refused: DalguError | None = None
    ) -> Response:
        name = request.path_params["case"]
        opened = await self.center.office.desk.open_case(actor_of(request), name)
        case = opened.case
        framework = await framework_of(self.center, opened)
        visit = case.visit
        found = {} if visit is None else {(one.indicator, one.item): one for one in visit.findings}
        return self.center.frame.render(
            request,
            "center/process/visit.html",
            case=case,
            visit=visit,
            framework=framework,
            names={one.code: one.name for one in framework.indicators},
            kinds={one.code: one.kind for one in framework.indicators},
            asked=() if case.reviewed is None else case.reviewed.site_checks,
            found=found,
            outcomes=[(one, title_of(one)) for one in Outcome],
            allowed=opened.allowed,
            checked=set() if sent is None else set(sent.get("checklist", ())),
            today=self.center.today,
            **shown_with(request, refused, sent),
        )


def pool_of(text: str) -> list[dict[str, str]]:
    """Return what can be sampled: a line each, the indicator's code first.

    >>> pool_of("K63-42 meter 7")
    [{'indicator': 'K63-42', 'item': 'meter 7'}]
    """
    lines = (line.strip().partition(" ") for line in text.splitlines() if line.strip())
    return [{"indicator": code, "item": item.strip()} for code, _, item in lines]
