"""One form for any command of the process, made from what the command asks for."""

from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation, allow
from dalgu.center.context import Center
from dalgu.center.pages.process.choices import Setting
from dalgu.center.pages.process.fields import Field, fields_of, kept, parts_of
from dalgu.center.pages.process.forms import title_of_command
from dalgu.certification.process.acts.review import OpenCase
from dalgu.certification.process.errors import CommandUnknown
from dalgu.certification.process.permission import authorise
from dalgu.certification.process.state import Case, World
from dalgu.certification.process.table import BY_NAME
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import sent_of, shown_with
from dalgu.web.frame import actor_of, language_of

# What the address of a form may fix, so that it is shown and not asked for.
FIXED = (
    "case",
    "certificate",
    "round",
    "programme",
    "session",
    "motion",
    "group",
    "role",
    "person",
    "evidence",
)
BACK = "back"  # where to go when it is done; a path of these pages
PATH = "/certification/do/{name}"
GRANTING = frozenset({"define_programme"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that a page asks for, with its form."""

    command: str
    fields: list[Field]
    back: str


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, part = Pages(center), Operation.CERTIFICATION_TAKE_PART
    return [
        Route(PATH, pages.form, name=part),
        Route(PATH, pages.do, methods=["POST"], name=part),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def form(self, request: Request) -> Response:
        """Draw the form of a command."""
        return self._draw(request, await self._asked(request))

    async def do(self, request: Request) -> Response:
        """Follow the command, then go back to where it was asked for; or say why not."""
        asked, sent = await self._asked(request), await sent_of(request)
        body = msgspec.json.encode(parts_of(asked.fields, sent))
        try:
            if asked.command in GRANTING:
                allow(actor_of(request), Operation.CERTIFICATION_GRANT)
            await self.center.office.do_json(actor_of(request), asked.command, body)
        except DalguError as refused:
            again = Asked(asked.command, kept(asked.fields, sent), asked.back)
            return self._draw(request, again, refused)
        return RedirectResponse(f"/{language_of(request)}{asked.back}", 303)

    async def _asked(self, request: Request) -> Asked:
        name = request.path_params["name"]
        if name not in BY_NAME or BY_NAME[name].is_internal:
            raise CommandUnknown(name[:80])
        given = {key: request.query_params.get(key, "") for key in FIXED}
        given = {key: value for key, value in given.items() if value}
        setting = await setting_of(self.center, request, given)
        fields = fields_of(name, given, setting.choices(), setting.defaults())
        return Asked(name, fields, _back(request, given))

    def _draw(self, request: Request, asked: Asked, refused: DalguError | None = None) -> Response:
        return self.center.frame.render(
            request,
            "center/process/command.html",
            asked=asked,
            title=title_of_command(asked.command),
            **shown_with(request, refused),
            refused_field="" if refused is None else str(refused.parts.get("field", "")),
        )


async def setting_of(center: Center, request: Request, given: dict[str, str]) -> Setting:
    """Return where a form is filled in; what is about a case, only whoever may open it sees."""
    world, actor = await center.office.desk.world(), actor_of(request)
    case = _case(world, given)
    if case is not None:
        authorise(world, OpenCase(case=case.id), actor, center.clock.now())
    planned = world.rounds.get(given.get("round", "") or ("" if case is None else case.round))
    programme = given.get("programme", "")
    if planned is not None:
        programme = planned.plan.programme
    framework = None if case is None else center.office.framework(
        world.rounds[case.round].plan.framework
    )  # fmt: skip
    return Setting(
        world,
        actor,
        center.today,
        programme=programme,
        case=case,
        round="" if case is not None or planned is None else planned.plan.round,
        framework=framework,
    )


def _case(world: World, given: dict[str, str]) -> Case | None:
    certificate = world.certificates.get(given.get("certificate", ""))
    motion = world.motions.get(given.get("motion", ""))
    name = given.get("case", "")
    if certificate is not None and not name:
        name = certificate.case
    if motion is not None:
        name = motion.put.case
    return world.cases.get(name)


def _back(request: Request, given: dict[str, str]) -> str:
    """Return where to go afterwards: a path of the certification, never another site's."""
    back = request.query_params.get(BACK, "")
    if back.startswith("/certification/") and back.isprintable() and "\\" not in back:
        return back
    return f"/certification/cases/{given['case']}" if "case" in given else "/certification/rounds"


def address_of(command: str, back: str, **given: str) -> str:
    """Return where the form of a command is, without a language."""
    return f"{PATH.format(name=command)}?{urlencode({**given, BACK: back})}"
