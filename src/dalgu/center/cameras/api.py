"""What pages and programs ask of cameras beyond the pages themselves."""

import math
from collections.abc import Mapping
from urllib.parse import parse_qs, quote

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.cameras.cameras import Asked, Picture, Seen
from dalgu.center.cameras.refusals import NumberInvalid
from dalgu.center.context import Center
from dalgu.center.outside import CameraSilent
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.geo import Position
from dalgu.kernel.text import Language
from dalgu.web.answer import json_answer
from dalgu.web.forms import body_of
from dalgu.web.frame import actor_of
from dalgu.web.problem import wants_page

LONGEST_BODY = 16 * 1024
MOST_FIELDS = 60
MOST_NEAR = 50
WIDER = 4  # so many times as many are looked at where some are another district's
# An image is of its second, and a link's secret must not travel on.
PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    see, grant, post = Operation.CAMERA_SEE, Operation.CAMERA_GRANT, ["POST"]
    keep, public = Operation.CREDENTIAL_WRITE, Operation.PUBLIC_READ
    return [
        Route("/cameras/near.json", doors.near, name=Operation.INCIDENT_READ),
        Route("/cameras/grants", doors.grant, methods=post, name=grant),
        Route("/cameras/grants/{grant}/revoke", doors.revoke, methods=post, name=grant),
        Route("/cameras/{camera:path}/still", doors.still, name=see),
        Route("/cameras/{camera:path}/source", doors.source, methods=post, name=keep),
        # the secret of the grant is what opens it
        Route("/grants/{secret}/{camera:path}/still", doors.granted, name=public),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.cameras = center.rooms.cameras

    async def near(self, request: Request) -> Response:
        """Answer the cameras for a place, those of the actor's districts."""
        query, actor = request.query_params, actor_of(request)
        place = place_asked(query)
        limit = min(_whole("limit", query.get("limit", "4")), MOST_NEAR)
        language: Language = "en" if query.get("language") == "en" else "ko"
        looked_at = limit * WIDER if actor.districts else limit
        found = await self.cameras.near(*place, limit=looked_at)
        mine = [one for one in found if actor.serves(one.camera.district or "")][:limit]
        return json_answer([row(one, language) for one in mine], headers=PRIVATE)

    async def still(self, request: Request) -> Response:
        """Answer what a camera sees: coarse, or clear for a purpose that the query names."""
        query, actor = request.query_params, actor_of(request)
        camera = await self.cameras.camera(request.path_params["camera"])
        incident = query.get("incident", "")
        number = _whole("incident", incident) if incident else None
        purpose = query.get("purpose", "")
        try:
            if purpose:
                return answered(await self.cameras.see(actor, camera, purpose, number))
            return answered(await self.cameras.overview(actor, camera, number))
        except CameraSilent as silent:
            return unanswered(silent)

    async def granted(self, request: Request) -> Response:
        """Answer what a granted camera sees to whoever has the grant's link."""
        secret, camera = request.path_params["secret"], request.path_params["camera"]
        try:
            return answered(await self.cameras.see_by_grant(secret, camera))
        except CameraSilent as silent:
            return unanswered(silent)

    async def grant(self, request: Request) -> Response:
        """Make a grant and answer its link; the secret in it is told this once."""
        asked = grant_asked(await sent_of(request))
        grant, secret = await self.cameras.grant(actor_of(request), asked)
        told = {
            "grant": grant.id,
            "until": iso(grant.until),
            "cameras": list(grant.cameras),
            "link": f"{str(request.base_url).rstrip('/')}/grants/{secret}",
        }
        return json_answer(told, 201, headers=PRIVATE)

    async def revoke(self, request: Request) -> Response:
        """Take a grant back."""
        sent = await sent_of(request)
        grant = await self.cameras.revoke(
            actor_of(request), request.path_params["grant"], first(sent, "reason")
        )
        return json_answer({"grant": grant.id, "standing": grant.standing}, headers=PRIVATE)

    async def source(self, request: Request) -> Response:
        """Set or forget where a camera gives its stills."""
        actor, sent = actor_of(request), await sent_of(request)
        camera = await self.cameras.camera(request.path_params["camera"])
        url = first(sent, "url")
        if url:
            user, password = first(sent, "user"), first(sent, "password")
            await self.cameras.sources.keep(actor, camera.id, url, user, password)
        else:
            await self.cameras.sources.forget(actor, camera.id)
        if wants_page(request):
            language = "en" if request.query_params.get("language") == "en" else "ko"
            return RedirectResponse(f"/{language}/center/cameras/{quote(camera.key)}", 303)
        return Response(status_code=204)


def row(seen: Seen, language: Language) -> Document:
    """Return a camera for a place as plain JSON."""
    camera = seen.camera
    return {
        "id": camera.id,
        "name": camera.name.say(language),
        "lon": camera.place[0],
        "lat": camera.place[1],
        "distance_m": round(seen.distance_m, 1),
        "bearing": round(seen.bearing, 1),
        "sees": seen.sees,
        "axis": camera.bearing_deg,
        "fieldOfView": camera.field_of_view_deg,
        "reach": camera.reach_m,
        "district": camera.district,
        "origin": camera.origin,
        "still": f"/cameras/{quote(camera.key)}/still",
    }


def answered(picture: Picture) -> Response:
    """Return an image with its instant and its kind beside it; nobody keeps it."""
    headers = {
        **PRIVATE,
        "taken-at": iso(picture.taken_at),
        "image-kind": "clear" if picture.is_clear else "coarse",
        "image-origin": "synthetic" if picture.is_synthetic else "camera",
    }
    return Response(picture.body, headers=headers, media_type=picture.media_type)


def unanswered(silent: CameraSilent) -> Response:
    """Return that there is no image now, and why: a state of a camera, no fault of the platform."""
    return Response(
        status_code=204, headers={**PRIVATE, "image-silent": str(silent.parts["reason"])}
    )


def grant_asked(sent: Mapping[str, list[str]]) -> Asked:
    """Return what a form asks to grant; raise `NumberInvalid`."""
    return Asked(
        incident=_whole("incident", first(sent, "incident")),
        receiver=first(sent, "receiver"),
        desk=first(sent, "desk"),
        purpose=first(sent, "purpose"),
        minutes=_whole("minutes", first(sent, "minutes")),
        cameras=tuple(sent.get("cameras", ())),
    )


async def sent_of(request: Request) -> dict[str, list[str]]:
    """Return the fields that were sent, by JSON or by a form; raise `BodyOverLimit`."""
    body = await body_of(request, "request", LONGEST_BODY)
    if "json" not in request.headers.get("content-type", ""):
        try:
            return parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
        except ValueError:
            raise InvalidInput(f"The form must hold at most {MOST_FIELDS} fields.") from None
    try:
        sent = msgspec.json.decode(body, type=dict[str, str | int | list[str]])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInput("The body must be a JSON object of texts, numbers and lists.") from None
    return {name: one if isinstance(one, list) else [str(one)] for name, one in sent.items()}


def first(sent: Mapping[str, list[str]], name: str) -> str:
    """Return the first value of a field, empty where there is none."""
    return (sent.get(name) or [""])[0].strip()


def place_asked(query: Mapping[str, str]) -> Position:
    """Return the place that a query names; raise `NumberInvalid`."""
    return _degrees("lon", query.get("lon", ""), 180), _degrees("lat", query.get("lat", ""), 90)


def _degrees(name: str, text: str, most: float) -> float:
    try:
        found = float(text)
    except ValueError:
        raise NumberInvalid(name, text) from None
    if not math.isfinite(found) or abs(found) > most:
        raise NumberInvalid(name, text)
    return found


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise NumberInvalid(name, text)
    return int(text)
