"""What those who take part ask: their cases, commands, files and papers."""

from typing import Any
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from dalgu.access.actor import ANONYMOUS, Actor
from dalgu.access.policy import Operation, allow
from dalgu.certification.api.bodies import (
    DEFAULT_NAME,
    LARGEST_COMMAND_BYTES,
    DayInvalid,
    day_of,
    evidence_of,
)
from dalgu.certification.api.open_doors import answer, pdf
from dalgu.certification.api.told import command_told, outcome, round_told
from dalgu.certification.certification import DEFAULT
from dalgu.certification.office.errors import CallFrameworkUnfit
from dalgu.certification.office.office import Office
from dalgu.certification.office.paperwork import Paperwork
from dalgu.certification.office.submission import LARGEST_SUBMISSION_BYTES
from dalgu.certification.process.permission import role_of
from dalgu.certification.process.table import SPECS
from dalgu.certification.process.words import ProgrammeRole
from dalgu.web.forms import body_of

# What is the platform's own to give, whatever the process says.
OF_THE_PLATFORM = frozenset({"define_programme"})
SEES_ROLES = frozenset(
    {ProgrammeRole.ADMINISTRATOR, ProgrammeRole.MINISTRY, ProgrammeRole.OPERATOR}
)


class Doors:
    """The handlers for those who take part, with what they stand on."""

    def __init__(self, office: Office, paperwork: Paperwork) -> None:
        self._office = office
        self._paperwork = paperwork

    # -- cases ------------------------------------------------------------------------------

    async def cases(self, request: Request) -> Response:
        """Answer with the cases that are the actor's to see."""
        return answer({"cases": await self._office.desk.cases(actor_of(request))})

    async def case(self, request: Request) -> Response:
        """Answer with one opened case."""
        opened = await self._office.desk.open_case(actor_of(request), _case(request))
        return answer(opened)

    async def timeline(self, request: Request) -> Response:
        """Answer with the log of a case."""
        found = await self._office.desk.timeline(actor_of(request), _case(request))
        return answer({"entries": found})

    async def steps(self, request: Request) -> Response:
        """Answer what the actor may do next, and why not the rest."""
        found = await self._office.desk.next_steps(actor_of(request), _case(request))
        return answer({"steps": found})

    async def deadlines(self, request: Request) -> Response:
        """Answer with the open deadlines, the earliest first."""
        return answer({"deadlines": await self._office.desk.deadlines(actor_of(request))})

    async def receive(self, request: Request) -> Response:
        """Take in a file of a case."""
        name = request.query_params.get("name", "") or DEFAULT_NAME
        body = await evidence_of(request, name)
        noted = await self._office.desk.receive_file(actor_of(request), _case(request), name, body)
        told = msgspec.to_builtins(noted)
        return answer({name: part for name, part in told.items() if name != "event"})

    async def file(self, request: Request) -> Response:
        """Answer with the bytes of a file, never to be opened within the platform's pages."""
        case, sha256 = _case(request), request.path_params["sha256"]
        body = await self._office.desk.file(actor_of(request), case, sha256)
        name = (await self._office.desk.world()).cases[case].files[sha256].name
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "x-content-type-options": "nosniff",
        }
        return Response(body, media_type="application/octet-stream", headers=headers)

    async def papers(self, request: Request) -> Response:
        """Answer which papers of a case there are."""
        opened = await self._office.desk.open_case(actor_of(request), _case(request))
        return answer({"papers": await self._paperwork.papers(actor_of(request), opened)})

    async def paper(self, request: Request) -> Response:
        """Answer with one paper of a case."""
        case, name = _case(request), request.path_params["name"]
        return pdf(await self._paperwork.paper(actor_of(request), case, name), f"{case}-{name}")

    async def measure(self, request: Request) -> Response:
        """Measure this hub's city for a case, and declare it."""
        return answer(outcome(await self._office.measure(actor_of(request), _case(request))))

    async def submit(self, request: Request) -> Response:
        """Declare what another city's platform measured."""
        body = await body_of(request, "submission", LARGEST_SUBMISSION_BYTES)
        return answer(outcome(await self._office.submit(actor_of(request), _case(request), body)))

    async def command(self, request: Request) -> Response:
        """Follow a command."""
        name = request.path_params["name"]
        if name in OF_THE_PLATFORM:
            allow(actor_of(request), Operation.CERTIFICATION_GRANT)
        body = await body_of(request, "command", LARGEST_COMMAND_BYTES)
        return answer(outcome(await self._office.do_json(actor_of(request), name, body)))

    async def commands(self, request: Request) -> Response:
        """Answer with every command: its roles, the stages it needs, the schema of its parts."""
        return answer({"commands": [command_told(one) for one in SPECS if not one.is_internal]})

    # -- programmes -------------------------------------------------------------------------

    async def rounds(self, request: Request) -> Response:
        """Answer with all rounds."""
        world = await self._office.desk.world()
        return answer({"rounds": [round_told(world, one) for one in world.rounds.values()]})

    async def roles(self, request: Request) -> Response:
        """Answer with the programmes and who is what in those where the actor may know."""
        world, actor = await self._office.desk.world(), actor_of(request)
        found: list[Any] = []
        for name, programme in world.programmes.items():
            role = role_of(world, actor, name)
            grants = [one for (of, _), one in world.grants.items() if of == name]
            mine = [one for one in grants if role in SEES_ROLES or one.person == actor.id]
            found.append({"programme": programme, "role": role, "grants": mine})
        return answer({"programmes": found})

    async def frameworks(self, request: Request) -> Response:
        """Answer how a round names each framework."""
        return answer({"frameworks": self._office.frameworks()})

    async def submission(self, request: Request) -> Response:
        """Measure this hub's city and answer with the file that another platform takes in."""
        name = request.query_params.get("framework", "") or DEFAULT
        reference = day_of(request, "reference")
        if reference is None:
            raise DayInvalid("reference")
        use = next((one for one in self._office.frameworks() if one.name == name), None)
        if use is None:
            raise CallFrameworkUnfit(name[:80], "it is not here, or gives no points")
        found = await self._office.own_submission(use, reference)
        headers = {"content-disposition": f'attachment; filename="{reference.isoformat()}.json"'}
        return Response(msgspec.json.encode(found), media_type="application/json", headers=headers)

    async def log(self, request: Request) -> Response:
        """Answer whether the sealed log is whole, and its newest entry."""
        tampered = await self._office.desk.verify()
        head = self._office.desk.head()
        return answer({"is_whole": tampered is None, "first_tampered": tampered, "head": head})


def actor_of(request: Request) -> Actor:
    """Return who asks, as the composition root's middleware found out; nobody without it."""
    actor: Actor = request.scope.get("actor", ANONYMOUS)
    return actor


def _case(request: Request) -> str:
    case: str = request.path_params["case"]
    return case
