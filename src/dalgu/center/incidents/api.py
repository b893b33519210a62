"""What pages and programs ask of incidents beyond the pages themselves."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.incidents.desk import Desk, visible
from dalgu.center.incidents.listing import asked, in_order
from dalgu.center.incidents.refusals import DeedUnreadable
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.sheet import sheet
from dalgu.web.answer import asked_language, json_answer
from dalgu.web.forms import body_of
from dalgu.web.frame import actor_of
from dalgu.web.problem import wants_page

LONGEST_BODY = 64 * 1024  # bytes: a deed is some sentences
MOST_FIELDS = 40
MOST_ROWS = 10_000


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    seen, handled = Operation.INCIDENT_READ, Operation.INCIDENT_HANDLE
    return [
        Route("/incidents.json", doors.list, name=seen),
        Route("/incidents/{number:int}.json", doors.one, name=seen),
        Route("/incidents", doors.raise_one, methods=["POST"], name=handled),
        Route("/incidents/{number:int}/{deed}", doors.do, methods=["POST"], name=handled),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.desk = Desk(center.rooms.incidents, center.access, center.city)

    async def list(self, request: Request) -> Response:
        """Answer the rows that the actor may see, as the query narrows them."""
        wanted, language = asked(request.query_params), asked_language(request)
        mine = visible(actor_of(request), self.desk.incidents.all.values())
        found = in_order(one for one in mine if wanted.fits(one))[:MOST_ROWS]
        return json_answer([row(one, language) for one in found])

    async def one(self, request: Request) -> Response:
        """Answer everything about one incident, and write down who read it."""
        actor = actor_of(request)
        incident = await self.desk.read(actor, request.path_params["number"])
        await self.center.access.audit(actor, Operation.INCIDENT_READ, incident.id)
        return json_answer(sheet(incident, self.center.rooms, asked_language(request)))

    async def raise_one(self, request: Request) -> Response:
        """Begin an incident that a person tells of."""
        actor = actor_of(request)
        incident = await self.desk.raise_by_hand(actor, await sent_of(request))
        language = asked_language(request)
        if wants_page(request):
            return RedirectResponse(f"/{language}/center/incidents/{incident.number}", 303)
        return json_answer(
            row(incident, language), 201, {"location": f"/incidents/{incident.number}.json"}
        )

    async def do(self, request: Request) -> Response:
        """Do one deed in the actor's name."""
        number, deed = request.path_params["number"], request.path_params["deed"]
        actor, sent = actor_of(request), await sent_of(request)
        incident = await self.desk.do(actor, number, deed, sent)
        language = asked_language(request)
        if wants_page(request):
            return RedirectResponse(f"/{language}/center/incidents/{number}", 303)
        return json_answer(row(incident, language))


async def sent_of(request: Request) -> Mapping[str, Any]:
    """Return what was sent, by JSON or by a form; raise `DeedUnreadable` or `BodyOverLimit`.

    An empty field of a form is one that was not filled in.
    """
    body = await body_of(request, "deed", LONGEST_BODY)
    if "form" in request.headers.get("content-type", ""):
        return _fields(body)
    if not body:
        return {}
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise DeedUnreadable(str(wrong)) from None


def _fields(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise DeedUnreadable(f"a form has at most {MOST_FIELDS} fields") from None
    return {name: values[0].strip() for name, values in fields.items() if values[0].strip()}
