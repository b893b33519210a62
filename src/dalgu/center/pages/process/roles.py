"""Who has which role in a programme: granted and taken by those who may."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.pages.process.commands import address_of
from dalgu.certification.process.acts.programme import ProgrammeDefined, RoleGranted
from dalgu.certification.process.permission import role_of
from dalgu.certification.process.rules.programme import GRANTS
from dalgu.certification.process.state import World
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.words import ProgrammeRole
from dalgu.kernel.text import Text
from dalgu.web.frame import actor_of

PATH = "/certification/roles"
SEES = frozenset({ProgrammeRole.ADMINISTRATOR, ProgrammeRole.MINISTRY, ProgrammeRole.OPERATOR})


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    return [Route(PATH, Pages(center).roles, name=Operation.CERTIFICATION_TAKE_PART)]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def roles(self, request: Request) -> Response:
        """Draw the programmes, one's own role, and the roles of others where one may know them."""
        world, actor = await self.center.office.desk.world(), actor_of(request)
        may_define = may(actor, Operation.CERTIFICATION_GRANT)
        return self.center.frame.render(
            request,
            "center/process/roles.html",
            programmes=[_shown(world, actor, one) for one in world.programmes.values()],
            may_define=may_define,
            define_address=address_of("define_programme", PATH),
        )


def _shown(world: World, actor: Actor, programme: ProgrammeDefined) -> dict[str, object]:
    name = programme.programme
    role = role_of(world, actor, name)
    grantable = GRANTS.get(role, frozenset()) if role is not None else frozenset()
    grants = [one for (of, _), one in world.grants.items() if of == name]
    return {
        "programme": programme,
        "title": Text(programme.title_ko, programme.title_en),
        "kind": title_of(programme.kind),
        "role": None if role is None else title_of(role),
        "grants": [
            _grant(one, may_take=one.role in grantable)
            for one in grants
            if role in SEES or one.person == actor.id
        ],
        "grantable": [
            (title_of(one), address_of("grant_role", PATH, programme=name, role=one.value))
            for one in ProgrammeRole
            if one in grantable
        ],
    }


def _grant(one: RoleGranted, *, may_take: bool) -> dict[str, object]:
    address = address_of("take_role", PATH, programme=one.programme, person=one.person)
    return {
        "person": one.person,
        "role": title_of(one.role),
        "organisation": one.organisation,
        "address": address if may_take else "",
    }
