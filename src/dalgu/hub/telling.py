"""Notifications of a snapshot's status (CIM 009 5.16.6), through the guarded way out."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import Final

import httpx2

from dalgu.hub.api.exchange import encode, link_of
from dalgu.hub.context import CORE
from dalgu.hub.endpoint import Endpoint
from dalgu.hub.model import Document
from dalgu.hub.notification import NotificationRefused, headers_of
from dalgu.hub.outgoing import Letter, Reach, is_taken, post
from dalgu.hub.publish import publish
from dalgu.hub.snapshot import endpoint_of, notification_of
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import DalguError

MAX_WAITING: Final = 200
AT_ONCE: Final = 4
ATTEMPTS: Final = 3
FIRST_PAUSE: Final = timedelta(seconds=1)  # doubles with every attempt

log = logging.getLogger(__name__)


class Telling:
    """Sends what waits while `run` runs, a few at once; what does not fit is dropped."""

    def __init__(
        self,
        clock: Clock,
        *,
        reach: Reach = Reach(),  # noqa: B008  # a frozen value
        tenant: str = "",
    ) -> None:
        self._clock = clock
        self._reach = reach
        self._tenant = tenant
        self._waiting: asyncio.Queue[tuple[Endpoint, Document]] = asyncio.Queue(MAX_WAITING)

    def tell(self, held: Document, *, is_gone: bool = False) -> None:
        """Note that the status of a snapshot is to be told, if somebody asked for it."""
        endpoint = endpoint_of(held)
        if endpoint is None:
            return
        body = notification_of(held, self._clock.now(), is_gone=is_gone)
        try:
            self._waiting.put_nowait((endpoint, body))
        except asyncio.QueueFull:
            log.warning("snapshot.untold", extra={"snapshot": held["id"]})

    async def run(self) -> None:
        """Send until cancelled."""
        slots = asyncio.Semaphore(AT_ONCE)
        endpoint, body = await self._waiting.get()  # most tenants never tell: no client for them
        client = httpx2.AsyncClient(trust_env=False)
        async with client, asyncio.TaskGroup() as tasks:
            while True:
                await slots.acquire()
                task = tasks.create_task(self._send(client, endpoint, body))
                task.add_done_callback(lambda _: slots.release())
                endpoint, body = await self._waiting.get()

    async def _send(self, client: httpx2.AsyncClient, endpoint: Endpoint, body: Document) -> None:
        pause = FIRST_PAUSE
        for attempt in range(ATTEMPTS):
            if attempt:
                await self._clock.sleep_until(self._clock.now() + pause)
                pause *= 2
            with suppress(DalguError, httpx2.HTTPError, httpx2.InvalidURL):
                await self._post(client, endpoint, body)
                return
        log.warning("snapshot.untold", extra={"snapshot": body["snapshotId"]})

    async def _post(self, client: httpx2.AsyncClient, endpoint: Endpoint, body: Document) -> None:
        name, link = link_of(CORE)
        headers = headers_of(endpoint, self._tenant) | {name.decode(): link.decode()}
        if endpoint.is_mqtt:
            message = encode({"metadata": headers, "body": body})
            await publish(endpoint, message, self._reach, body["snapshotId"])
            return
        letter = Letter(endpoint.uri, encode(body), headers, endpoint.timeout_s)
        status = await post(client, letter, self._reach)
        if not is_taken(status):
            raise NotificationRefused(body["snapshotId"], status)
