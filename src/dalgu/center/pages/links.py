"""The links to agencies: how each stands, what went over it, where it goes."""

from collections.abc import Iterable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.center.cameras.api import PRIVATE, first, sent_of
from dalgu.center.context import Center
from dalgu.center.links.api import district_of, may_see_images, require_read
from dalgu.center.links.kinds import field_of, links
from dalgu.center.links.messages import readable
from dalgu.center.links.rows import incident_of, standing, title_of_link
from dalgu.center.links.state import Message
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import told
from dalgu.web.frame import actor_of, language_of

SHOWN = 60


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, post = Pages(center), ["POST"]
    read, keep = Operation.LINK_READ, Operation.CREDENTIAL_WRITE
    return [
        Route("/center/links", pages.links, name=read),
        Route("/center/links/messages/{message}", pages.message, name=read),
        Route("/center/links/{link}/endpoint", pages.endpoint, methods=post, name=keep),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.links

    async def links(self, request: Request) -> Response:
        """Draw the five links and the newest messages."""
        return await self._links(request)

    async def _links(
        self,
        request: Request,
        *,
        refused: DalguError | None = None,
        callback: tuple[str, str] | None = None,
    ) -> Response:
        actor, language = actor_of(request), language_of(request)
        mine = list(self._served(actor, reversed(self.room.ledger.messages.values())))
        page = self.center.frame.render(
            request,
            "center/links/links.html",
            status=200 if refused is None else refused.status,
            agency_links=[self._link(code, mine) for code in (one.code for one in links())],
            messages=[self._message(one) for one in mine[:SHOWN]],
            callback=callback,
            address=str(request.base_url).rstrip("/"),
            refusal=None if refused is None else told(language, refused),
        )
        page.headers.update(PRIVATE)
        return page

    async def message(self, request: Request) -> Response:
        """Draw a message as it was sent; who read it is written down."""
        actor = actor_of(request)
        one = self.room.ledger.get(request.path_params["message"])
        await require_read(self.center, actor, one)
        body = readable(self.room.body(one.id), with_images=may_see_images(actor, one))
        images = body.pop("stills", [])
        known = [(name, field_of(name), value) for name, value in body.items() if is_field(name)]
        return self.center.frame.render(
            request,
            "center/links/message.html",
            fields=known,
            images=images,
            raw=msgspec.json.format(msgspec.json.encode(body), indent=2).decode(),
            **self._message(one),
        )

    async def endpoint(self, request: Request) -> Response:
        """Set where a link goes, and show the token for the agency, this once."""
        sent, link = await sent_of(request), request.path_params["link"]
        actor = actor_of(request)
        try:
            token = await self.room.set_endpoint(
                actor, link, first(sent, "url"), first(sent, "token")
            )
        except DalguError as refused:
            return await self._links(request, refused=refused)
        return await self._links(request, callback=(link, token))

    def _link(self, code: str, mine: list[Message]) -> dict[str, JSON]:
        state = self.room.ledger.link(code)
        own = [one for one in mine if one.link == code]
        link = next(one for one in links() if one.code == code)
        return {"link": link, "state": state, "standing": standing(state, own[:1])}

    def _message(self, one: Message) -> dict[str, JSON]:
        return {"one": one, "title": title_of_link(one.link), "number": incident_of(one)}

    def _served(self, actor: Actor, messages: Iterable[Message]) -> Iterable[Message]:
        """Yield the messages of the actor's districts; tests are for those of all districts."""
        for one in messages:
            district = district_of(self.center, one)
            if not actor.districts or (district is not None and actor.serves(district)):
                yield one


def is_field(name: str) -> bool:
    """Tell whether a member of a message is one of its link's fields."""
    try:
        field_of(name)
    except KeyError:
        return False
    return True
