"""Calls and rounds: what is open, who has applied, what is due; the operator plans a new one."""

from dataclasses import dataclass
from datetime import date

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.pages.process.commands import address_of
from dalgu.certification.framework.model import Framework
from dalgu.certification.process.acts.programme import FrameworkUse
from dalgu.certification.process.permission import role_of
from dalgu.certification.process.state import Round, World
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.views import CaseSummary
from dalgu.certification.process.words import ProgrammeRole
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.web.forms import Sent, first, sent_of, shown_with
from dalgu.web.frame import actor_of, language_of

PATH = "/certification/rounds"


@dataclass(frozen=True, slots=True)
class Shown:
    """A round as its page shows it to one reader."""

    round: Round
    title: Text
    kind: Text
    has_legal_effect: bool
    state: str  # planned, announced, open, closed
    may_apply: bool
    is_operator: bool
    apply_address: str
    announce_address: str
    cases: tuple[CaseSummary, ...]


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, part = Pages(center), Operation.CERTIFICATION_TAKE_PART
    return [
        Route(PATH, pages.rounds, name=Operation.PUBLIC_READ),
        Route(f"{PATH}/plan", pages.form, name=part),
        Route(f"{PATH}/plan", pages.plan, methods=["POST"], name=part),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def rounds(self, request: Request) -> Response:
        """Draw the rounds with the cases that are the reader's to see."""
        actor = actor_of(request)
        world = await self.center.office.desk.world()
        takes_part = may(actor, Operation.CERTIFICATION_TAKE_PART)
        cases = await self.center.office.desk.cases(actor) if takes_part else []
        roles = {name: role_of(world, actor, name) for name in world.programmes}
        shown = [
            _shown(world, one, roles[one.plan.programme], cases, self.center.today)
            for one in reversed(list(world.rounds.values()))
        ]
        return self.center.frame.render(
            request,
            "center/process/rounds.html",
            shown=[one for one in shown if one.is_operator or one.state != "planned"],
            deadlines=await self.center.office.desk.deadlines(actor) if takes_part else [],
            may_plan=ProgrammeRole.OPERATOR in roles.values(),
            takes_part=takes_part,
        )

    async def form(self, request: Request) -> Response:
        """Draw the form of a new round."""
        return await self._draw(request, {})

    async def plan(self, request: Request) -> Response:
        """Plan a round by a framework of this platform, with a group for each type of city."""
        sent = await sent_of(request)
        try:
            body = msgspec.json.encode(self._planned(sent))
            await self.center.office.do_json(actor_of(request), "plan_round", body)
        except DalguError as refused:
            return await self._draw(request, sent, refused)
        return RedirectResponse(f"/{language_of(request)}{PATH}", 303)

    def _planned(self, sent: Sent) -> dict[str, object]:
        use = self._use(first(sent, "framework"))
        year = first(sent, "year")
        framework = self.center.certification.framework(use.name)
        return {
            "round": first(sent, "round"),
            "programme": first(sent, "programme"),
            "year": int(year) if year.isascii() and year.isdigit() else year,
            "framework": use,
            **{name: first(sent, name) for name in ("announced_on", "intake_from", "intake_until")},
            "groups": groups_of(framework),
        }

    def _use(self, name: str) -> FrameworkUse:
        found = self.center.office.frameworks()
        return next((one for one in found if one.name == name), found[0])

    async def _draw(
        self, request: Request, sent: Sent, refused: DalguError | None = None
    ) -> Response:
        world, actor = await self.center.office.desk.world(), actor_of(request)
        mine = [
            one
            for name, one in world.programmes.items()
            if role_of(world, actor, name) is ProgrammeRole.OPERATOR
        ]
        frameworks = [
            self.center.certification.framework(one.name) for one in self.center.office.frameworks()
        ]
        return self.center.frame.render(
            request,
            "center/process/plan.html",
            programmes=mine,
            frameworks=frameworks,
            today=self.center.today,
            **shown_with(request, refused, sent),
        )


def groups_of(framework: Framework) -> list[dict[str, object]]:
    """Return one group for each type of city that a framework knows."""
    return [
        {
            "code": one.code,
            "title_ko": one.name.ko,
            "title_en": one.name.en,
            "city_types": [one.code],
        }
        for one in framework.city_types
    ]


def _shown(
    world: World,
    one: Round,
    role: ProgrammeRole | None,
    cases: list[CaseSummary],
    today: date,
) -> Shown:
    plan, programme = one.plan, world.programmes[one.plan.programme]
    state = _state(one, today)
    return Shown(
        round=one,
        title=Text(programme.title_ko, programme.title_en),
        kind=title_of(programme.kind),
        has_legal_effect=programme.kind.has_legal_effect,
        state=state,
        may_apply=role is ProgrammeRole.APPLICANT and state in ("announced", "open"),
        is_operator=role is ProgrammeRole.OPERATOR,
        apply_address=address_of("open_application", PATH, round=plan.round),
        announce_address=address_of("announce_call", PATH, round=plan.round),
        cases=tuple(case for case in cases if case.round == plan.round),
    )


def _state(one: Round, today: date) -> str:
    if one.announced_on is None:
        return "planned"
    if today < one.plan.intake_from:
        return "announced"
    return "open" if today <= one.plan.intake_until else "closed"
