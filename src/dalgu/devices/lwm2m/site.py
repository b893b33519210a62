"""The CoAP resources of the server: `/rd` to register, `/dp` to send (LwM2M 1.1, 6.2 and 6.4)."""

from typing import TYPE_CHECKING

from aiocoap import (
    BAD_REQUEST,
    CHANGED,
    CREATED,
    DELETED,
    NOT_FOUND,
    SERVICE_UNAVAILABLE,
    Code,
    Message,
)
from aiocoap.resource import PathCapable, Resource, Site

from dalgu.kernel.errors import DalguError, Overloaded

if TYPE_CHECKING:
    from dalgu.devices.lwm2m.server import Lwm2mServer


def site(server: "Lwm2mServer") -> Site:
    """Return the resources of a server."""
    built = Site()
    built.add_resource(("rd",), Register(server))
    built.add_resource(("rd",), Registered(server))
    built.add_resource(("dp",), Sends(server))
    return built


class Register(Resource):
    """`POST /rd?ep=…&lt=…` registers."""

    def __init__(self, server: "Lwm2mServer") -> None:
        super().__init__()
        self._server = server

    async def render_post(self, request: Message) -> Message:
        """Answer a registration."""
        try:
            client = self._server.register(request)
        except DalguError as refused:
            return refusal(BAD_REQUEST, refused)
        return Message(code=CREATED, location_path=("rd", client.location))


class Registered(Resource, PathCapable):
    """`POST /rd/1` renews, `DELETE /rd/1` leaves."""

    def __init__(self, server: "Lwm2mServer") -> None:
        super().__init__()
        self._server = server

    async def render_post(self, request: Message) -> Message:
        """Answer a renewal."""
        try:
            client = self._server.renew(request, request.opt.uri_path[0])
        except DalguError as refused:
            return refusal(BAD_REQUEST, refused)
        return Message(code=NOT_FOUND if client is None else CHANGED)

    async def render_delete(self, request: Message) -> Message:
        """Answer a client that leaves."""
        location = request.opt.uri_path[0]
        self._server.forget(location)
        gone = self._server.clients.remove(location)
        return Message(code=NOT_FOUND if gone is None else DELETED)


class Sends(Resource):
    """`POST /dp`: what a registered client sends by itself; acknowledged once it is durable."""

    def __init__(self, server: "Lwm2mServer") -> None:
        super().__init__()
        self._server = server

    async def render_post(self, request: Message) -> Message:
        """Answer a Send: the client is known by the address it registered from."""
        endpoint = self._server.endpoint_at(request.remote.hostinfo)
        if endpoint is None:
            return Message(code=NOT_FOUND, payload=b"Register first.")
        try:
            await self._server.take(endpoint, request)
        except Overloaded as full:
            return refusal(SERVICE_UNAVAILABLE, full)
        except DalguError as refused:
            return refusal(BAD_REQUEST, refused)
        return Message(code=CHANGED)


def refusal(code: Code, error: DalguError) -> Message:
    """Return an error as CoAP tells it: a diagnostic payload (RFC 7252, 5.5.2)."""
    return Message(code=code, payload=error.detail.encode())
