"""An LwM2M server (OMA LwM2M 1.1 Core) as far as meters need one: register, observe, send.

A client registers under `/rd`, is asked to observe each object that we read, and from then on
notifies; or it sends by itself to `/dp`. A message is acknowledged once the hub holds it. The
transport is CoAP over UDP: run it inside the operator's private network, or behind a gateway
that ends DTLS.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from dalgu.devices.errors import CoapAddressInvalid
from dalgu.devices.formats.lwm2m import FORMAT, Sent
from dalgu.devices.intake import Intake
from dalgu.devices.lwm2m.clients import Client, ClientBook
from dalgu.devices.lwm2m.objects import objects
from dalgu.devices.lwm2m.records import SENML_CBOR
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import DalguError, Overloaded

if TYPE_CHECKING:
    from aiocoap import Message
    from aiocoap.resource import Site

log = logging.getLogger(__name__)

PORT = 5683
MOST_OBSERVED = 8  # instances of one client
ANSWER_S = 30.0  # a sleeping meter answers late, or not at all


def address_of(url: str) -> tuple[str, int]:
    """Return host and port of a CoAP address.

    Raises
    ------
    CoapAddressInvalid
        When the scheme, host or port cannot be used.

    Examples
    --------
    >>> address_of("coap://0.0.0.0")
    ('0.0.0.0', 5683)

    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CoapAddressInvalid(str(error)) from None
    if parts.scheme != "coap" or not parts.hostname:
        raise CoapAddressInvalid("it must be coap://host or coap://host:port")
    return parts.hostname, PORT if port is None else port


class Lwm2mServer:
    """One CoAP entrance of LwM2M clients.

    Parameters
    ----------
    intake
        Takes what clients send.
    address
        Where to listen, as `coap://0.0.0.0:5683`.
    clock
        Ends registrations.
    """

    def __init__(self, intake: Intake, address: str, clock: Clock) -> None:
        self.address = address_of(address)
        self.clients = ClientBook()
        self.is_listening = asyncio.Event()
        self._intake = intake
        self._clock = clock
        self._observers: dict[str, asyncio.Task[None]] = {}  # by location
        self._context: Any = None
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Listen until cancelled."""
        from aiocoap import Context

        self._context = await Context.create_server_context(self._site(), bind=self.address)
        log.info("coap.listening address=%s:%s", *self.address)
        try:
            async with asyncio.TaskGroup() as self._group:
                self.is_listening.set()
                await asyncio.Event().wait()
        finally:
            self.is_listening.clear()
            await self._context.shutdown()

    async def take(self, endpoint: str, message: "Message", path: str = "/") -> None:
        """Hand a payload to the intake; raise `DalguError` when no part of it can be used."""
        sent = Sent(
            endpoint=endpoint,
            content_format=int(message.opt.content_format or 0),
            payload=message.payload.hex(),
            path=path,
            received_at=self._clock.now(),
        )
        await self._intake.accept(FORMAT, msgspec.json.encode(sent), transport="coap")

    def _site(self) -> "Site":
        from dalgu.devices.lwm2m.site import site

        return site(self)

    def registered(self, client: Client, message: "Message") -> None:
        """Begin to observe a client in place of what was observed of it before."""
        self.forget(client.location)
        if self._group is not None:
            task = self._group.create_task(self._observe(client, message.remote))
            self._observers[client.location] = task

    def register(self, request: "Message") -> Client:
        """Take in a registration; raise `Lwm2mPayloadInvalid` where it is none."""
        query, links = query_of(request), request.payload.decode("utf-8", "replace")
        remote, now = request.remote.hostinfo, self._clock.now()
        client = self.clients.register(query.get("ep", ""), remote, links, query.get("lt", ""), now)
        self.registered(client, request)
        return client

    def renew(self, request: "Message", location: str) -> Client | None:
        """Extend a registration; `None` where there is none."""
        query, links = query_of(request), request.payload.decode("utf-8", "replace")
        renewed = self.clients.renew(location, links, query.get("lt", ""), self._clock.now())
        if renewed is not None and (links or location not in self._observers):
            self.registered(renewed, request)
        return renewed

    def endpoint_at(self, remote: str) -> str | None:
        """Return the endpoint that registered from an address."""
        return self.clients.endpoint_at(remote, self._clock.now())

    def forget(self, location: str) -> None:
        """Stop observing a client."""
        task = self._observers.pop(location, None)
        if task is not None:
            task.cancel()

    async def _observe(self, client: Client, remote: Any) -> None:
        read = objects()
        wanted = [one for one in client.instances if one[0] in read][:MOST_OBSERVED]
        async with asyncio.TaskGroup() as group:
            for number, instance in wanted:
                group.create_task(self._follow(client, remote, f"/{number}/{instance}"))

    async def _follow(self, client: Client, remote: Any, path: str) -> None:
        """Take the first answer and every notification of one object instance."""
        from aiocoap import GET, Message
        from aiocoap.error import Error

        request = Message(code=GET, observe=0, accept=SENML_CBOR)
        request.opt.uri_path = tuple(path.strip("/").split("/"))
        request.remote = remote
        asked = self._context.request(request)
        try:
            async with asyncio.timeout(ANSWER_S):
                first = await asked.response
            await self._told(client, first, path)
            async for message in asked.observation:
                await self._told(client, message, path)
        except (Error, TimeoutError, OSError) as error:
            log.info("lwm2m.unobserved endpoint=%s reason=%r", client.endpoint, error)

    async def _told(self, client: Client, message: "Message", path: str) -> None:
        if not message.code.is_successful():
            log.info("lwm2m.refused endpoint=%s path=%s code=%s", client.endpoint, path,
                     message.code)  # fmt: skip
            return
        await retried(lambda: self.take(client.endpoint, message, path))


def query_of(request: "Message") -> Mapping[str, str]:
    """Return the query options of a request by name."""
    pairs = (option.partition("=") for option in request.opt.uri_query)
    return {name: value for name, _, value in pairs}


async def retried(take: Callable[[], Awaitable[None]]) -> None:
    """Take a notification, waiting while the platform is overloaded; a refusal is kept there."""
    while True:
        try:
            await take()
        except Overloaded as error:
            await asyncio.sleep(error.retry_after_s)
        except DalguError as refused:
            log.info("lwm2m.refused reason=%s", refused.detail)
            return
        else:
            return
