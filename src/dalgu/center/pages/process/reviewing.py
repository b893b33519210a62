"""A reviewer's sheet: every indicator with its rubric and evidence beside the word on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.process.case import framework_of
from dalgu.center.pages.process.declaring import shown
from dalgu.center.pages.process.fields import number
from dalgu.center.pages.process.forms import take
from dalgu.certification.framework.model import HIGHEST_LEVEL, Framework, Indicator
from dalgu.certification.process.acts.application import Evidence, Link, Measurement
from dalgu.certification.process.acts.review import ReviewLine
from dalgu.certification.process.agreement import needs_adjudication
from dalgu.certification.process.rules.review import lacking_of, levels_of
from dalgu.certification.process.state import Case
from dalgu.certification.process.views import Dossier
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import Sent, first, follow, sent_of, shown_with
from dalgu.web.frame import actor_of

PATH = "/certification/cases/{case}/review"


@dataclass(frozen=True, slots=True)
class Judged:
    """One indicator on the sheet: what is claimed, what proves it, what was said of it."""

    indicator: Indicator
    measured: Measurement | None
    self_level: int | None
    evidence: list[tuple[Evidence, Link]]
    mine: ReviewLine | None
    levels: list[int]  # of all reviewers, where the reader may see them
    is_disputed: bool
    settled: int | None
    others: int  # reviewers who have judged it, as far as the reader may know


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, part, post = Pages(center), Operation.CERTIFICATION_TAKE_PART, ["POST"]
    return [
        Route(PATH, pages.sheet, name=part),
        Route(PATH, pages.file, methods=post, name=part),
        Route(f"{PATH}/settle", pages.settle, methods=post, name=part),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def sheet(self, request: Request) -> Response:
        """Draw the sheet."""
        return await self._draw(request)

    async def file(self, request: Request) -> Response:
        """File the word on every indicator that has a reason."""
        sent, (opened, framework) = await sent_of(request), await self._opened(request)
        lines = {
            one.code: line for one in framework.indicators if (line := _line(one, sent)) is not None
        }
        parts = {"case": opened.case.id, "lines": lines}
        return await self._step(request, "file_review", parts, sent)

    async def settle(self, request: Request) -> Response:
        """Settle a level on which reviewers differ by more than two."""
        sent = await sent_of(request)
        parts = {
            "case": request.path_params["case"],
            "indicator": first(sent, "indicator"),
            "level": number(first(sent, "level")),
            "reason": first(sent, "reason"),
        }
        return await self._step(request, "adjudicate", parts, None)

    async def _step(
        self, request: Request, command: str, parts: Mapping[str, object], sent: Sent | None
    ) -> Response:
        step = take(self.center, request, command, parts)
        return await follow(step, request, PATH, partial(self._draw, request, sent))

    async def _opened(self, request: Request) -> tuple[Dossier, Framework]:
        name = request.path_params["case"]
        opened = await self.center.office.desk.open_case(actor_of(request), name)
        return opened, await framework_of(self.center, opened)

    async def _draw(
        self, request: Request, sent: Sent | None = None, refused: DalguError | None = None
    ) -> Response:
        opened, framework = await self._opened(request)
        person, case = actor_of(request).id, opened.case
        world = await self.center.office.desk.world()
        use = world.rounds[case.round].plan.framework
        allowed = opened.allowed
        judged = {one.code: _judged(case, one, person) for one in framework.indicators}
        return self.center.frame.render(
            request,
            "center/process/review.html",
            opened=opened,
            case=case,
            framework=framework,
            judged=judged,
            levels=range(HIGHEST_LEVEL + 1),
            done=sum(one.mine is not None for one in judged.values()),
            may_file="file_review" in allowed,
            may_settle="adjudicate" in allowed and person == case.lead,
            lacking=lacking_of(case, use) if opened.role in ("operator", "ministry") else (),
            shown=shown,
            **shown_with(request, refused, sent),
        )


def _judged(case: Case, one: Indicator, person: str) -> Judged:
    score = case.score
    levels = levels_of(case, one.code)
    return Judged(
        indicator=one,
        measured=None if score is None else score.measurements.get(one.code),
        self_level=None if score is None else score.levels.get(one.code),
        evidence=[
            (evidence, link)
            for evidence in case.evidence.values()
            for link in evidence.links
            if link.indicator == one.code
        ],
        mine=case.reviews.get(person, {}).get(one.code),
        levels=levels,
        is_disputed=needs_adjudication(levels),
        settled=case.adjudicated.get(one.code),
        others=sum(one.code in review for review in case.reviews.values()),
    )


def _line(one: Indicator, sent: Sent) -> dict[str, object] | None:
    """Return the word on an indicator; without a reason there is none."""
    reason = first(sent, f"reason.{one.code}")
    if not reason:
        return None
    given = {
        "is_accepted": first(sent, f"accepted.{one.code}") != "no",
        "reason": reason,
        "value": number(first(sent, f"value.{one.code}")),
        "level": number(first(sent, f"level.{one.code}")),
        "needs_site_check": bool(first(sent, f"site.{one.code}")),
    }
    return {name: part for name, part in given.items() if part is not None}
