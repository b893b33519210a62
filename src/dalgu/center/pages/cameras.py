"""Grants of images, one camera, and the page that a grant's link opens."""

from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.center.cameras.api import PRIVATE, first, grant_asked, sent_of
from dalgu.center.cameras.cameras import Seen
from dalgu.center.cameras.grants import Grant, Standing
from dalgu.center.cameras.purposes import (
    purpose_of,
    purposes,
    receivers,
    title_of_purpose,
    title_of_receiver,
)
from dalgu.center.cameras.register import Camera
from dalgu.center.context import Center
from dalgu.center.incidents.incidents import number_of
from dalgu.center.incidents.state import Incident
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.web.forms import told
from dalgu.web.frame import actor_of, language_of

CHOICE = 8  # cameras offered for a grant
PAST = 50
EVERY = 100_000  # cameras: all that there are
LOOKS = 50
# The secret in the address must not travel on, nor be found by a search engine.
SECRET = {**PRIVATE, "x-robots-tag": "noindex, nofollow"}


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, post = Pages(center), ["POST"]
    grant, see = Operation.CAMERA_GRANT, Operation.CAMERA_SEE
    return [
        Route("/center/cameras", pages.grants, name=grant),
        Route("/center/cameras", pages.make, methods=post, name=grant),
        Route("/center/cameras/grants/{grant}/revoke", pages.revoke, methods=post, name=grant),
        Route("/center/cameras/{camera:path}", pages.camera, name=see),
        Route("/grants/{secret}", pages.granted, name=Operation.PUBLIC_READ),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.cameras = center.rooms.cameras
        self.incidents = center.rooms.incidents

    async def grants(self, request: Request) -> Response:
        """Draw the grants that are open and those that were, who looked, and a form."""
        return await self._grants(request)

    async def _grants(
        self,
        request: Request,
        sent: Mapping[str, list[str]] | None = None,
        *,
        refused: DalguError | None = None,
        secret: str = "",
    ) -> Response:
        await self.cameras.end_due()
        actor, language = actor_of(request), language_of(request)
        chosen = first(sent, "incident") if sent else request.query_params.get("incident", "")
        opened = self._served(actor, self.incidents.open_ones())
        incident = next((one for one in opened if str(one.number) == chosen), None)
        status = 201 if secret else 200 if refused is None else refused.status
        page = self.center.frame.render(
            request,
            "center/cameras/grants.html",
            status=status,
            open_grants=self._rows(actor, self.cameras.grants.open_ones()),
            past_grants=self._rows(actor, self.cameras.grants.past_ones())[:PAST],
            looks=self._looks(actor),
            incidents=sorted(opened, key=lambda one: -one.number),
            incident=incident,
            choice=await self._choice(actor, incident),
            purposes=purposes(),
            receivers=receivers(),
            sent=dict(sent or {}),
            link=f"{request.base_url}{language}/grants/{secret}" if secret else "",
            refusal=None if refused is None else told(language, refused),
        )
        page.headers.update(PRIVATE)
        return page

    async def make(self, request: Request) -> Response:
        """Make a grant and show its link, this once."""
        sent = await sent_of(request)
        try:
            _, secret = await self.cameras.grant(actor_of(request), grant_asked(sent))
        except DalguError as refused:
            return await self._grants(request, sent, refused=refused)
        return await self._grants(request, secret=secret)

    async def revoke(self, request: Request) -> Response:
        """Take a grant back and go on with the list."""
        sent = await sent_of(request)
        grant = request.path_params["grant"]
        await self.cameras.revoke(actor_of(request), grant, first(sent, "reason"))
        return RedirectResponse(f"/{language_of(request)}/center/cameras", 303)

    async def camera(self, request: Request) -> Response:
        """Draw one camera: what it sees, where it looks, where its stills come from."""
        actor = actor_of(request)
        camera = await self.cameras.camera(request.path_params["camera"])
        await self.center.access.require(
            actor, Operation.CAMERA_SEE, camera.id, district=camera.district
        )
        seen = Seen(camera, 0.0, camera.bearing_deg or 0.0, sees=True)
        source = await self.cameras.sources.of(camera.id)
        return self.center.frame.render(
            request,
            "center/cameras/camera.html",
            seen=seen,
            camera=camera,
            source_url="" if source is None else source.url,
        )

    async def granted(self, request: Request) -> Response:
        """Draw what a grant's link opens: the cameras, what for, until when; or that it is over."""
        secret = request.path_params["secret"]
        grant = await self.cameras.opened(secret)
        is_open = grant.standing is Standing.OPEN
        incident = self._incident(grant)
        page = self.center.frame.render(
            request,
            "center/cameras/granted.html",
            status=200 if is_open else 410,
            grant=grant,
            is_open=is_open,
            secret=secret,
            incident=incident,
            purpose=title_of_purpose(grant.purpose),
            basis=purpose_of(grant.purpose).basis if is_open else None,
            receiver=title_of_receiver(grant.receiver),
            granted=await self._seen(grant, incident) if is_open else [],
        )
        page.headers.update(SECRET)
        return page

    async def _seen(self, grant: Grant, incident: Incident | None) -> list[Seen]:
        """Return the cameras of a grant, with how each lies to the incident's place."""
        if incident is None or incident.lon is None or incident.lat is None:
            cameras = [await self.cameras.camera(one) for one in grant.cameras]
            return [Seen(one, 0.0, 0.0, sees=False) for one in cameras]
        near = await self.cameras.near(incident.lon, incident.lat, limit=EVERY)
        return [one for one in near if one.camera.id in grant.cameras]

    async def _choice(self, actor: Actor, incident: Incident | None) -> list[Seen]:
        if incident is None or incident.lon is None or incident.lat is None:
            return []
        near = await self.cameras.near(incident.lon, incident.lat, limit=CHOICE * 4)
        return [one for one in near if actor.serves(one.camera.district or "")][:CHOICE]

    def _rows(self, actor: Actor, grants: Iterable[Grant]) -> list[dict[str, JSON]]:
        return [
            {
                "grant": one,
                "incident": incident,
                "purpose": title_of_purpose(one.purpose),
                "receiver": title_of_receiver(one.receiver),
            }
            for one in grants
            if (incident := self._incident(one)) is not None and _serves(actor, incident)
        ]

    def _looks(self, actor: Actor) -> list[dict[str, JSON]]:
        found: list[dict[str, JSON]] = []
        for look in self.cameras.looks.newest:
            camera = self._known(look.camera)
            if camera is None or not actor.serves(camera.district or ""):
                continue
            number = number_of(look.incident) if look.incident else None
            found.append(
                {
                    "look": look,
                    "camera": camera,
                    "number": number,
                    "purpose": title_of_purpose(look.purpose),
                }
            )
            if len(found) == LOOKS:
                break
        return found

    def _known(self, camera: str) -> Camera | None:
        try:
            return self.cameras.register.get(camera)
        except NotExisting:
            return None

    def _incident(self, grant: Grant) -> Incident | None:
        return self.incidents.all.get(number_of(grant.incident))

    def _served(self, actor: Actor, incidents: Iterable[Incident]) -> list[Incident]:
        return [one for one in incidents if _serves(actor, one)]


def _serves(actor: Actor, incident: Incident) -> bool:
    return not actor.districts or (
        incident.district is not None and actor.serves(incident.district)
    )
