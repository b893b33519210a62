"""What programs ask of links: send, read again, and what agencies tell us back."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center.cameras.api import PRIVATE, first, sent_of
from dalgu.center.cameras.refusals import NumberInvalid
from dalgu.center.context import Center
from dalgu.center.incidents.incidents import number_of
from dalgu.center.links.inbound import Answer, Report
from dalgu.center.links.kinds import link_of, schema
from dalgu.center.links.messages import readable
from dalgu.center.links.state import Message
from dalgu.center.links.telling import Telling
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import InvalidInput, NotExisting
from dalgu.web.answer import json_answer
from dalgu.web.forms import body_of
from dalgu.web.frame import actor_of
from dalgu.web.problem import wants_page

LONGEST_BODY = 16 * 1024
EXTRA = ("person", "age_band", "appearance", "last_seen_at")
T = TypeVar("T")


class AgencyBodyInvalid(InvalidInput):
    """What an agency sent does not fit."""

    slug = "link-body-invalid"
    title = "The body does not fit"

    def __init__(self, why: str) -> None:
        super().__init__(f"The body does not fit: {why}.", why=why)


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors, post = Doors(center), ["POST"]
    read, send = Operation.LINK_READ, Operation.LINK_SEND
    # agencies have no account: the token in their header is what opens these
    public = Operation.PUBLIC_READ
    return [
        Route("/links/messages/{message}.json", doors.message, name=read),
        Route("/links/{link}/schema.json", doors.schema, name=public),
        Route("/links/{link}/send", doors.send, methods=post, name=send),
        Route("/links/{link}/test", doors.test, methods=post, name=send),
        Route("/links/{link}/status", doors.status, methods=post, name=public),
        Route("/links/{link}/reports", doors.report, methods=post, name=public),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.links = center.rooms.links

    async def message(self, request: Request) -> Response:
        """Answer a message as it was sent; images only to those who may see them."""
        actor = actor_of(request)
        one = self.links.ledger.get(request.path_params["message"])
        await require_read(self.center, actor, one)
        told = readable(self.links.body(one.id), with_images=may_see_images(actor, one))
        return json_answer({**row(one), "body": told}, headers=PRIVATE)

    async def schema(self, request: Request) -> Response:
        """Answer the JSON Schema of a link's messages."""
        body = msgspec.json.encode(schema(link_of(request.path_params["link"])))
        return Response(body, media_type="application/schema+json")

    async def send(self, request: Request) -> Response:
        """Tell an agency of an incident."""
        sent = await sent_of(request)
        telling = telling_of(sent)
        one = await self.links.send(
            actor_of(request), request.path_params["link"], telling, address=address_of(request)
        )
        if wants_page(request):
            language = "en" if request.query_params.get("language") == "en" else "ko"
            goal = f"/{language}/center/incidents/{telling.incident}#links"
            return RedirectResponse(goal, 303)
        return json_answer(row(one), 202, headers=PRIVATE)

    async def test(self, request: Request) -> Response:
        """Send a test message the way real ones go."""
        one = await self.links.test(actor_of(request), request.path_params["link"])
        if wants_page(request):
            language = "en" if request.query_params.get("language") == "en" else "ko"
            return RedirectResponse(f"/{language}/center/links", 303)
        return json_answer(row(one), 202, headers=PRIVATE)

    async def status(self, request: Request) -> Response:
        """Take what an agency says of a message."""
        answer = await _body(request, Answer)
        one = await self.links.answer(
            request.path_params["link"], request.headers.get("link-token", ""), answer
        )
        return json_answer({"message": one.id, "status": answer.status}, headers=PRIVATE)

    async def report(self, request: Request) -> Response:
        """Take what an agency has heard itself."""
        report = await _body(request, Report)
        alert = await self.links.hear(
            request.path_params["link"], request.headers.get("link-token", ""), report
        )
        return json_answer({"alert": alert}, 201, headers=PRIVATE)


async def require_read(center: Center, actor: Actor, one: Message) -> None:
    """Return when an actor may read a message, and write down that they did."""
    district = district_of(center, one)
    await center.access.require(actor, Operation.LINK_READ, one.id, district=district)
    await center.access.audit(actor, Operation.LINK_READ, one.id)


def district_of(center: Center, one: Message) -> str | None:
    """Return the district of the incident that a message is about, `None` where there is none."""
    if ":Incident:" not in one.subject:
        return None
    try:
        return center.rooms.incidents.get(number_of(one.subject)).district
    except NotExisting:
        return None


def may_see_images(actor: Actor, one: Message) -> bool:
    """Tell whether an actor's role may see what cameras saw."""
    return may(actor, Operation.CAMERA_SEE, next(iter(actor.districts), None))


def telling_of(sent: Mapping[str, list[str]]) -> Telling:
    """Return what a form asks to tell; raise `NumberInvalid`."""
    incident = first(sent, "incident")
    if not (incident.isascii() and incident.isdigit() and len(incident) < 9):
        raise NumberInvalid("incident", incident)
    extra = {name: first(sent, name) for name in EXTRA if first(sent, name)}
    return Telling(int(incident), first(sent, "note"), extra)


def address_of(request: Request) -> str:
    """Return how others reach us: no slash at its end."""
    return str(request.base_url).rstrip("/")


def row(one: Message) -> Document:
    """Return a message without what it says."""
    return {
        "message": one.id,
        "link": one.link,
        "subject": one.subject,
        "target": one.target,
        "sentAt": iso(one.sent_at),
        "sentBy": one.sent_by,
        "digest": one.digest,
        "size": one.size,
        "isDrill": one.is_drill,
        "way": one.way,
        "attempts": one.attempts,
        "reason": one.reason,
        "answers": [
            {"status": status, "at": iso(at), "note": note} for status, at, note in one.answers
        ],
    }


async def _body(request: Request, kind: type[T]) -> T:
    body = await body_of(request, "body", LONGEST_BODY)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise AgencyBodyInvalid(str(wrong)) from None
