"""The doors of Open311 GeoReport v2, with the extensions that its servers agree on.

The page of a city's own programs and those of others: discovery, services, requests, updates,
tokens, photos. Every answer, an error too, is XML or JSON as the address asks.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.requests.api.answering import (
    READABLE,
    Answer,
    Elsewhere,
    check_format,
    door,
    query_of,
    sent_of,
    view_of,
)
from dalgu.services.citizens.requests.draft import Draft, Word
from dalgu.services.citizens.requests.open311 import asking, finding, shown, stepping
from dalgu.services.citizens.requests.open311.asking import Sent, text
from dalgu.services.citizens.requests.refusals import (
    ApiKeyInvalid,
    JurisdictionUnknown,
    PhotoNotExisting,
    RequestArgumentInvalid,
    RequestNotExisting,
)
from dalgu.services.citizens.requests.state import ServiceRequest
from dalgu.services.citizens.requests.words import OF_EXTENDED, Channel
from dalgu.web.frame import actor_of, remote_of

ROOT = "/open311/v2"


@dataclass(frozen=True, slots=True)
class Form:
    """What a program posts: fields, files, and in whose name."""

    sent: Sent
    files: list[bytes]
    actor: Actor
    remote: str


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(desk)
    see, file = Operation.PUBLIC_READ, Operation.REQUEST_FILE
    own = [
        Route("/open311/discovery.{response_format}", door(doors.discovery), name=see),
        Route(f"{ROOT}/discovery.{{response_format}}", door(doors.discovery), name=see),
        Route(f"{ROOT}/services.{{response_format}}", door(doors.services), name=see),
        Route(
            f"{ROOT}/services/{{service_code}}.{{response_format}}",
            door(doors.definition),
            name=see,
        ),
        Route(f"{ROOT}/requests.{{response_format}}", door(doors.requests), name=see),
        Route(
            f"{ROOT}/requests.{{response_format}}", door(doors.file), methods=["POST"], name=file
        ),
        Route(
            f"{ROOT}/requests/{{service_request_id}}.{{response_format}}",
            door(doors.request),
            name=see,
        ),
        Route(f"{ROOT}/tokens/{{token}}.{{response_format}}", door(doors.token), name=see),
        Route(f"{ROOT}/servicerequestupdates.{{response_format}}", door(doors.updates), name=see),
        Route(
            f"{ROOT}/servicerequestupdates.{{response_format}}",
            door(doors.update),
            methods=["POST"],
            name=file,
        ),
        Route(f"{ROOT}/media/{{digest}}.jpg", door(doors.media), name=see),
    ]
    return [*own, Route("/open311/{rest:path}", Elsewhere(own), name=see)]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.requests

    async def discovery(self, request: Request) -> Answer:
        """Answer which endpoints there are."""
        check_format(request)
        is_test = self.desk.frame.is_simulated
        told = shown.discovery(self.room.catalogue, view_of(request), is_test=is_test)
        return Answer("discovery", told)

    async def services(self, request: Request) -> Answer:
        """Answer what can be reported."""
        self._asked(request)
        view, catalogue = view_of(request), self.room.catalogue
        some = [shown.service(one, catalogue, view) for one in catalogue.services.values()]
        return Answer("services", some)

    async def definition(self, request: Request) -> Answer:
        """Answer what a service asks."""
        self._asked(request)
        service = self.room.catalogue.get(request.path_params["service_code"])
        return Answer("service_definition", shown.definition(service, view_of(request)))

    async def requests(self, request: Request) -> Answer:
        """Answer requests by the filters of the query."""
        sent = self._asked(request)
        asked = asking.listing(sent, self.desk.ground.clock.now())
        some = finding.found(self.room, asked)
        view = view_of(request)
        page = [shown.request(self.room, one, view) for one in finding.paged(some, asked)]
        return Answer("service_requests", page, headers={"x-total-count": str(len(some))})

    async def request(self, request: Request) -> Answer:
        """Answer one request."""
        self._asked(request)
        one = self._named(request.path_params["service_request_id"])
        return Answer("service_requests", [shown.request(self.room, one, view_of(request))])

    async def token(self, request: Request) -> Answer:
        """Answer the number of what a client filed under a token of its own."""
        self._asked(request)
        token = request.path_params["token"]
        one = self.room.of_token(token)
        return Answer("service_requests", [{"service_request_id": str(one.number), "token": token}])

    async def file(self, request: Request) -> Answer:
        """File a request."""
        form = await self._form(request)
        sent, view = form.sent, view_of(request)
        draft = Draft(
            code=text(sent, "service_code"),
            description=text(sent, "description"),
            lon=asking.number(sent, "long"),
            lat=asking.number(sent, "lat"),
            address=text(sent, "address_string"),
            address_id=text(sent, "address_id"),
            attributes=asking.attributes(sent),
            contact=asking.contact(sent),
            photos=tuple(one for one in form.files if one),
            media_url=text(sent, "media_url"),
            channel=Channel.OPEN311,
            token=text(sent, "token")[:100],
            remote=form.remote,
        )
        made = await self.room.take(form.actor, draft)
        service = self.room.catalogue.get(self.room.get(made.number).filed.code)
        said = shown.notice(service, view)
        if made.code:
            said += f" [{made.code}]"  # proves later who filed it: to reopen it
        return Answer("service_requests", shown.receipt(made.number, said), 201)

    async def updates(self, request: Request) -> Answer:
        """Answer what became of requests, line by line."""
        sent = self._asked(request)
        now, view = self.desk.ground.clock.now(), view_of(request)
        asked = asking.listing({k: v for k, v in sent.items() if not k.endswith("_date")}, now)
        since, until = (asking.instant(sent, name) for name in ("start_date", "end_date"))
        lines = finding.updates(self.room, asked, since, until)
        some = [shown.update(self.room, one, step, view) for one, step in lines]
        return Answer("service_request_updates", some)

    async def update(self, request: Request) -> Answer:
        """Add a word to a request; with the right to, bring it into another state."""
        form = await self._form(request)
        one = self._named(text(form.sent, "service_request_id"), is_sent=True)
        known = text(form.sent, "update_id")[:100]
        before = next((step for step in one.steps if known and step.external == known), None)
        seq = before.seq if before else await self._told(form, one)
        return Answer("service_request_updates", [{"update_id": str(seq)}], 201)

    async def _told(self, form: Form, one: ServiceRequest) -> int:
        sent, status = form.sent, text(form.sent, "status").upper()
        if status == "REOPEN":
            await self.room.work.reopen(
                form.actor,
                one.number,
                text(sent, "description"),
                code=text(sent, "receipt"),
                remote=form.remote,
            )
        elif status in OF_EXTENDED and may(form.actor, Operation.CITIZENS_SERVE):
            await self.room.work.move(form.actor, stepping.moved(sent, one, status))
        else:
            stepping.check_word(sent, status)
            word = Word(
                text(sent, "description"),
                form.remote,
                text(sent, "update_id"),
                text(sent, "media_url"),
            )
            return await self.room.update(form.actor, one.number, word)
        return self.room.get(one.number).steps[-1].seq

    async def media(self, request: Request) -> Response:
        """Answer a photo: the coarse one, or the clear one once somebody has looked."""
        digest = request.path_params["digest"]
        one = self.room.all.get(self.room.by_photo.get(digest, 0))
        if one is None or not self._may_see(actor_of(request), one, digest):
            raise PhotoNotExisting
        body = await self.desk.ground.hub.kept(digest)
        headers = READABLE | {"cache-control": "no-cache"}
        return Response(body, headers=headers, media_type="image/jpeg")

    def _may_see(self, actor: Actor, one: ServiceRequest, digest: str) -> bool:
        if may(actor, Operation.CITIZENS_SERVE):
            return True
        if self.room.is_hidden(one):
            return False
        cleared = {one.photos[coarse].clear for coarse in one.clear}
        return digest in one.photos or digest in cleared

    def _named(self, told: str, *, is_sent: bool = False) -> ServiceRequest:
        if not told and is_sent:
            raise RequestArgumentInvalid("service_request_id", "sent")
        if not finding.is_id(told):
            raise RequestNotExisting(told[:60])
        return self.room.get(int(told))

    def _asked(self, request: Request) -> Sent:
        """Return the query of a request for this city, in a format that there is."""
        check_format(request)
        sent = query_of(request)
        self._check_jurisdiction(sent)
        return sent

    def _check_jurisdiction(self, sent: Sent) -> None:
        own, told = self.room.catalogue.jurisdiction, text(sent, "jurisdiction_id")
        if told and told.lower() not in (own, self.desk.ground.city.id):
            raise JurisdictionUnknown(told[:60], own)

    async def _form(self, request: Request) -> Form:
        """Return what was posted, and in whose name: a token, a session, or nobody's."""
        check_format(request)
        sent, files = await sent_of(request)
        self._check_jurisdiction(sent)
        key, actor = text(sent, "api_key"), actor_of(request)
        if key:
            known = await self.desk.ground.access.actor_of_token(key)
            if known is None:
                raise ApiKeyInvalid
            actor = known
        host = remote_of(request)
        who = text(sent, "device_id") or text(sent, "email") or text(sent, "account_id")
        remote = f"{actor.id}|{who}" if key else host
        return Form(sent, files, actor, remote)
