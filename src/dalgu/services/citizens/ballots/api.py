"""Doors of voters' browsers and of whoever recounts: blind tokens, ballots, the published file.

`token` asks who it is; `cast` must not, and asks for a token alone: browsers send it no cookie.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.errors import InvalidInput
from dalgu.services.citizens.ballots.refusals import BlindedInvalid
from dalgu.services.citizens.desk import Desk
from dalgu.web.forms import body_of
from dalgu.web.frame import actor_of

LONGEST_BODY = 65_536
T = TypeVar("T")
UNKEPT = {"cache-control": "no-store"}


class Blinded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a voter's browser blinded: one number, base64url."""

    blinded: str


class Signed(msgspec.Struct, frozen=True):
    """Its signature, base64url."""

    signed: str


class Cast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ballot with its token."""

    token: str
    marks: dict[str, int]


class Receipt(msgspec.Struct, frozen=True):
    """What the voter keeps."""

    code: str
    seq: int
    digest: str
    signature: str


def routes(desk: Desk) -> list[Route]:
    """Return the routes."""
    doors, post = Doors(desk), ["POST"]
    read, take = Operation.PUBLIC_READ, Operation.CITIZEN_TAKE_PART
    return [
        Route("/citizens/ballots/key.txt", doors.key, name=read),
        Route("/citizens/ballots/{box:path}/ballots.jsonl", doors.file, name=read),
        Route("/citizens/ballots/{box:path}/token", doors.token, methods=post, name=take),
        Route("/citizens/ballots/{box:path}/cast", doors.cast, methods=post, name=read),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.ballots

    async def key(self, request: Request) -> Response:
        """Return the public key that receipts and counts are checked with."""
        return Response(f"{self.room.public_key}\n", media_type="text/plain")

    async def file(self, request: Request) -> Response:
        """Return the published count of a closed box."""
        body = await self.room.file(request.path_params["box"])
        name = request.path_params["box"].replace("/", "-").replace(":", "-")
        headers = {"content-disposition": f'attachment; filename="{name}.jsonl"'}
        return Response(body, headers=headers, media_type="application/jsonl")

    async def token(self, request: Request) -> Response:
        """Sign what a voter blinded, once for a voice."""
        box = request.path_params["box"]
        asked = await _read(request, Blinded)
        try:
            blinded = urlsafe_b64decode(asked.blinded + "=" * (-len(asked.blinded) % 4))
        except ValueError:
            raise BlindedInvalid(box) from None
        signed = await self.desk.rooms.voting.blind_token(actor_of(request), box, blinded)
        return _json(Signed(urlsafe_b64encode(signed).rstrip(b"=").decode()))

    async def cast(self, request: Request) -> Response:
        """Put a ballot into its box; whose it is, nobody asks."""
        cast = await _read(request, Cast)
        one = await self.room.cast(request.path_params["box"], cast.token, cast.marks)
        return _json(Receipt(one.code, one.seq, one.digest, one.signature))


async def _read(request: Request, kind: type[T]) -> T:
    body = await body_of(request, "ballot", LONGEST_BODY)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as why:
        raise InvalidInput(f"The body is invalid: {why}.") from None


def _json(body: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(body), headers=UNKEPT, media_type="application/json")
