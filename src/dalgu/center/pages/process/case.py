"""One case: where it stands, what comes next and who may do it, deadlines, papers, the log."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.process.commands import address_of
from dalgu.center.pages.process.fields import is_simple
from dalgu.certification.framework.model import Framework
from dalgu.certification.process.acts.review import DeclareConflicts
from dalgu.certification.process.errors import ConflictUndeclared
from dalgu.certification.process.steps import NextStep
from dalgu.certification.process.table import BY_NAME
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.views import Dossier
from dalgu.certification.process.words import Stage
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.web.forms import told, why
from dalgu.web.frame import actor_of, language_of

LINE = (
    Stage.DRAFT,
    Stage.SUBMITTED,
    Stage.DOCUMENT_REVIEW,
    Stage.SITE_VISIT,
    Stage.COMMITTEE,
    Stage.REPORTED,
    Stage.OBJECTION,
    Stage.GRANTED,
)
ASIDE = {
    Stage.SUPPLEMENT: Stage.SUBMITTED,
    Stage.REFUSED: Stage.SUBMITTED,
    Stage.NOT_GRANTED: Stage.GRANTED,
    Stage.WITHDRAWN: Stage.DRAFT,
}
# Commands that have a page of their own, where a form made of their parts would be bad.
OWN_PAGES = {
    "declare_score": "score",
    "add_evidence": "evidence",
    "remove_evidence": "evidence",
    "file_review": "review",
    "adjudicate": "review",
    "plan_visit": "visit",
    "reveal_sample": "visit",
    "record_finding": "visit",
    "put_motion": "committee",
}
# Steps off the straight way: offered, and never the loudest button.
CALM = frozenset(
    {
        "withdraw_application",
        "request_supplement",
        "refuse_review",
        "request_documents",
        "exclude_person",
        "challenge_person",
        "file_objection",
        "suspend_certificate",
        "open_revocation",
        "drop_revocation",
    }
)
PATH = "/certification/cases/{case}"


@dataclass(frozen=True, slots=True)
class Offered:
    """A step that may be taken: on its own page, in a form, or by one press."""

    command: str
    title: Text
    address: str
    is_press: bool = False

    @property
    def is_calm(self) -> bool:
        """Whether the step lies off the straight way."""
        return self.command in CALM


@dataclass(frozen=True, slots=True)
class Mark:
    """One stage on the line."""

    title: Text
    state: str  # done, here, next, later


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, part = Pages(center), Operation.CERTIFICATION_TAKE_PART
    return [
        Route(PATH, pages.case, name=part),
        Route(f"{PATH}/declare-none", pages.declare_none, methods=["POST"], name=part),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def case(self, request: Request) -> Response:
        """Draw the case; who judges and has not declared is asked for that first."""
        actor, name = actor_of(request), request.path_params["case"]
        try:
            opened = await self.center.office.desk.open_case(actor, name)
        except ConflictUndeclared as refused:
            return self._ask_first(request, name, refused)
        language = language_of(request)
        return self.center.frame.render(
            request,
            "center/process/case.html",
            opened=opened,
            case=opened.case,
            line=stage_line(opened.case.stage),
            offered=offered(opened),
            refused=[
                (one.title, why(language, one.problem, one.reason))
                for one in opened.steps
                if not one.is_allowed
            ],
            papers=await self.center.paperwork.papers(actor, opened),
            entries=await self.center.office.desk.timeline(actor, name),
            pages=own_pages(opened),
            has_legal_effect=await has_legal_effect(self.center, opened),
            framework=await framework_of(self.center, opened),
        )

    async def declare_none(self, request: Request) -> Response:
        """Declare that there is no conflict of interest, and open the case."""
        name = request.path_params["case"]
        await self.center.office.do(actor_of(request), DeclareConflicts(case=name, grounds=()))
        return RedirectResponse(f"/{language_of(request)}{PATH.format(case=name)}", 303)

    def _ask_first(self, request: Request, name: str, refused: DalguError) -> Response:
        return self.center.frame.render(
            request,
            "center/process/conflicts.html",
            status=refused.status,
            case_id=name,
            told=told(language_of(request), refused),
            address=address_of("declare_conflicts", PATH.format(case=name), case=name),
        )


def stage_line(stage: Stage) -> list[Mark]:
    """Return the stages in order, with where the case is; a stage aside stands in its place.

    >>> [one.state for one in stage_line(Stage.SUPPLEMENT)][:3]
    ['done', 'here', 'next']
    """
    place = LINE.index(ASIDE.get(stage, stage))
    marks = []
    for at, one in enumerate(LINE):
        shown = stage if at == place else one
        state = "done" if at < place else "here" if at == place else "later"
        is_next = at == place + 1 and stage not in (Stage.REFUSED, Stage.WITHDRAWN)
        marks.append(Mark(title_of(shown), "next" if is_next else state))
    return marks


def offered(opened: Dossier) -> list[Offered]:
    """Return what the reader may do now, what lies off the straight way last."""
    steps = (one for one in opened.steps if one.is_allowed and _is_step(one))
    return sorted((_offer(opened, one) for one in steps), key=lambda one: one.is_calm)


def _is_step(one: NextStep) -> bool:
    return one.command != "open_case"


def _offer(opened: Dossier, one: NextStep) -> Offered:
    case = opened.case
    path = PATH.format(case=case.id)
    if one.command in OWN_PAGES:
        return Offered(one.command, one.title, f"{path}/{OWN_PAGES[one.command]}")
    kind = BY_NAME[one.command].command
    asked = {"case": case.id}
    if "certificate" in kind.__struct_fields__:
        asked = {"certificate": case.certificate}
    address = address_of(one.command, path, **asked)
    return Offered(one.command, one.title, address, is_press=is_simple(kind))


def own_pages(opened: Dossier) -> list[str]:
    """Return the other pages of a case that have something to show its reader."""
    case = opened.case
    found = ["score", "evidence"]
    if case.reviewers and opened.role != "applicant":
        found.append("review")
    if case.visit is not None or case.stage is Stage.SITE_VISIT:
        found.append("visit")
    if opened.role in ("operator", "ministry", "committee_member"):
        found.append("committee")
    return found


async def has_legal_effect(center: Center, opened: Dossier) -> bool:
    """Tell whether what the case is about would be a certificate in law."""
    world = await center.office.desk.world()
    return world.programmes[opened.case.programme].kind.has_legal_effect


async def framework_of(center: Center, opened: Dossier) -> Framework:
    """Return the framework that the case is judged by."""
    world = await center.office.desk.world()
    return center.office.framework(world.rounds[opened.case.round].plan.framework)
