"""The registers over HTTP: how they stand, blank files, and filling one from a file.

Each route carries the operation of the access policy as its name; the composition root checks
it. A file is the body of the request as it is, never larger than one import takes.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import ANONYMOUS, Actor
from dalgu.access.policy import Operation
from dalgu.governance.blanks import template
from dalgu.governance.errors import RegisterFileTooLarge
from dalgu.governance.filing import Filing
from dalgu.governance.importing import Options
from dalgu.governance.register import register
from dalgu.governance.sheets import MAX_BYTES
from dalgu.governance.standing import standings
from dalgu.web.answer import json_answer

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TRUE = frozenset(("1", "true", "yes"))
LONGEST_NAME = 200


def routes(filing: Filing) -> list[Route]:
    """Return the routes under /registers/v1."""
    doors = _Doors(filing)
    read, write = Operation.ENTITY_READ, Operation.REGISTER_WRITE
    one = "/registers/v1/{name}"
    return [
        Route("/registers/v1", doors.every, methods=["GET"], name=read),
        Route(f"{one}/template", doors.template, methods=["GET"], name=read),
        Route(one, doors.fill, methods=["POST"], name=write),
    ]


class _Doors:
    """The handlers, with what they stand on."""

    def __init__(self, filing: Filing) -> None:
        self._filing = filing

    async def every(self, request: Request) -> Response:
        desk = self._filing.desk
        found = await standings(desk.hub, desk.clock)
        return json_answer({"registers": [one.document() for one in found]})

    async def template(self, request: Request) -> Response:
        asked = register(request.path_params["name"])
        form = request.query_params.get("form", "xlsx")
        return attachment(template(asked, form), f"{asked.name}.{form}", form)

    async def fill(self, request: Request) -> Response:
        asked = register(request.path_params["name"])
        options = Options(
            strict=_is_set(request, "strict"),
            trial=_is_set(request, "trial"),
            replace=_is_set(request, "replace"),
        )
        name = request.query_params.get("file", "upload")[:LONGEST_NAME]
        body = await bounded_body(request, name)
        report = await self._filing.fill(_actor(request), asked, name, body, options)
        return json_answer(report.document())


async def bounded_body(request: Request, name: str) -> bytes:
    """Return the body of a request; raise `RegisterFileTooLarge` before it is all in memory."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise RegisterFileTooLarge(name, "bytes", MAX_BYTES)
    return bytes(body)


def attachment(body: bytes, name: str, form: str) -> Response:
    """Return a file to keep, under its name."""
    told = f"attachment; filename*=UTF-8''{quote(name)}"
    headers = {"content-disposition": told, "cache-control": "no-cache"}
    return Response(body, headers=headers, media_type=MEDIA_TYPES[form])


def _actor(request: Request) -> Actor:
    """Return who asks, as the composition root's middleware found out; nobody without it."""
    actor: Actor = request.scope.get("actor", ANONYMOUS)
    return actor


def _is_set(request: Request, name: str) -> bool:
    return request.query_params.get(name, "").lower() in TRUE
