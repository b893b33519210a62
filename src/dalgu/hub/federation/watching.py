"""Tells subscribers which context sources come, change and go (CIM 009 5.11).

A notice waits in the bounded queue of its subscription, newest last, and is sent by one task per
subscription. Notices are about registrations, which a subscriber can query at any time, so they
are not kept over a restart.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import httpx2

from dalgu.hub.api.exchange import JSON_TYPE, encode, link_of
from dalgu.hub.context import CORE, Context
from dalgu.hub.errors import DocumentInvalid
from dalgu.hub.federation.registration import Registration
from dalgu.hub.federation.registry import Registry
from dalgu.hub.federation.wanted import EntityWanted, Wanted, interval_of
from dalgu.hub.model import JSON, Document
from dalgu.hub.notification import NotificationRefused, headers_of
from dalgu.hub.outgoing import Letter, Reach, is_taken, post
from dalgu.hub.subscription import Subscription
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import DalguError

MAX_WAITING: Final = 1_000  # notices of one subscription
MAX_AT_ONCE: Final = 16
AT_ONCE_OF_A_TENANT: Final = 4  # of one besides the default one
ATTEMPTS: Final = 5
FIRST_PAUSE: Final = timedelta(seconds=1)  # doubles with every attempt
GLANCE: Final = timedelta(seconds=1)  # how soon a new interval is seen

OWN: Final = ":sources"  # ends the id of the hub's own subscription beside one of entities
_SHARED: Final = ("entities", "watchedAttributes", "csf", "expiresAt", "status")

NEW: Final = "newlyMatching"
UPDATED: Final = "updated"
GONE: Final = "noLongerMatching"

log = logging.getLogger(__name__)


class Watchers(Subscriptions):
    """The subscriptions to registrations."""

    collection = "hub.source-subscriptions"
    states = "hub.source-subscription-states"
    of_entities: Subscriptions | None = None  # those for which sources are watched, too

    def names(self) -> list[str]:
        """Return the ids; after those of clients, those that the hub holds itself (5.8.1.4)."""
        return super().names() + [
            one.id + OWN
            for one in self.of_entities or ()
            if one.arrival.address and not one.local_only
        ]

    def shown(self, key: str, context: Context = CORE, *, sys_attrs: bool = False) -> Document:
        """Return a subscription as a client sees it; triggers are of entities, not of sources."""
        if key not in self and self.of_entities is not None and key.endswith(OWN):
            return _own(self.of_entities.shown(key.removesuffix(OWN), context), key)
        body = super().shown(key, context, sys_attrs=sys_attrs)
        if "notificationTrigger" not in self.get(key).body:
            body.pop("notificationTrigger", None)
        return body


def _own(held: Document, key: str) -> Document:
    """Return the subscription to registrations that belongs to one to entities (5.8.1.4)."""
    shared: Document = {name: held[name] for name in _SHARED if name in held}
    # The hub itself is told, within its process.
    endpoint = {"uri": "urn:ngsi-ld:local", "accept": JSON_TYPE}
    return {"id": key, "type": "Subscription", **shared, "notification": {"endpoint": endpoint}}


@dataclass(frozen=True, slots=True)
class Notice:
    """What one notification says."""

    reason: str
    registrations: tuple[Registration, ...]


@dataclass(slots=True)
class Queue:
    """The notices that one subscription is still to be told."""

    waiting: deque[Notice] = field(default_factory=deque)
    is_served: bool = False


def wanted_by(subscription: Subscription) -> Wanted:
    """Return which registrations a subscription is about (5.11.7)."""
    entities = (
        EntityWanted(one.types, () if one.entity is None else (one.entity,), one.pattern)
        for one in subscription.selectors
    )
    temporal: JSON = subscription.body.get("temporalQ")
    return Wanted(
        entities=tuple(entities),
        attributes=subscription.watched,
        condition=subscription.q,
        geo=subscription.geo,
        interval=interval_of(temporal) if isinstance(temporal, dict) else None,
        in_scope=subscription.scope,
    )


class Watching:
    """Sends the notices of all subscriptions to registrations while `run` runs."""

    def __init__(  # the composition root names each part once
        self,
        registry: Registry,
        watchers: Watchers,
        clock: Clock,
        *,
        reach: Reach = Reach(),  # noqa: B008  # a frozen value
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.watchers = watchers
        self._registry = registry
        self._clock = clock
        self._reach = reach
        self._transport = transport
        self._queues: dict[str, Queue] = {}
        self._filled = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE_OF_A_TENANT if watchers.tenant else MAX_AT_ONCE)
        registry.listeners.append(self._changed)

    async def create(self, body: JSON, context: Context) -> str:
        """Create a subscription; what matches already is told at once (5.11.2)."""
        key = await self.watchers.create(body, context)
        self._tell_all(self.watchers.get(key))
        return key

    async def update(self, key: str, patch: JSON, context: Context | None) -> None:
        """Update a subscription; what matches it now is told at once (5.11.3)."""
        given = patch.get("notification") if isinstance(patch, dict) else None
        if isinstance(given, dict) and "endpoint" not in given:  # 5.2.14.1: it has one, always
            raise DocumentInvalid("notification.endpoint", "is required.")
        await self.watchers.update(key, patch, context)
        self._tell_all(self.watchers.get(key))

    def _tell_all(self, subscription: Subscription) -> None:
        wanted = wanted_by(subscription)
        found = [one for held in self._registry if (one := wanted.narrowed(held)) is not None]
        if found and subscription.is_awake(self._clock.now()):
            self._enqueue(subscription.id, Notice(NEW, tuple(found)))

    def _changed(self, before: Registration | None, after: Registration | None) -> None:
        now = self._clock.now()
        for subscription in self.watchers:
            if not subscription.is_awake(now) or subscription.interval is not None:
                continue
            wanted = wanted_by(subscription)
            was = None if before is None else wanted.narrowed(before)
            is_now = None if after is None else wanted.narrowed(after)
            if is_now is not None:
                reason = NEW if was is None else UPDATED
                self._enqueue(subscription.id, Notice(reason, (is_now,)))
            elif was is not None:
                self._enqueue(subscription.id, Notice(GONE, (was,)))

    def _enqueue(self, key: str, notice: Notice) -> None:
        queue = self._queues.setdefault(key, Queue())
        if len(queue.waiting) >= MAX_WAITING:
            self.watchers.counters[key].dead_lettered += 1
            return
        queue.waiting.append(notice)
        self._filled.set()

    async def run(self) -> None:
        """Send until cancelled."""
        async with self._client() as client, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_intervals())
            while True:
                await self._filled.wait()
                self._filled.clear()
                for key, queue in list(self._queues.items()):
                    if queue.waiting and not queue.is_served:
                        queue.is_served = True
                        tasks.create_task(self._serve(client, key, queue))

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx2.AsyncClient]:
        client = httpx2.AsyncClient(transport=self._transport, trust_env=False)
        async with client:
            yield client

    async def _keep_intervals(self) -> None:
        """Queue what subscriptions with a time interval are due."""
        while True:
            now = self._clock.now()
            for subscription in self.watchers.due(now):
                self.watchers.counters[subscription.id].last_notification = iso(now)
                self._tell_all(subscription)
            await self._clock.sleep_until(self.watchers.next_due(now, now + GLANCE))

    async def _serve(self, client: httpx2.AsyncClient, key: str, queue: Queue) -> None:
        try:
            while queue.waiting and key in self.watchers:
                await self._send(client, key, queue.waiting.popleft())
        finally:
            queue.is_served = False
            if key not in self.watchers:
                self._queues.pop(key, None)

    async def _send(self, client: httpx2.AsyncClient, key: str, notice: Notice) -> None:
        """Send one notice, again and again if need be; it counts as one notification."""
        counters, pause = self.watchers.counters[key], FIRST_PAUSE
        counters.times_sent += 1
        counters.last_notification = iso(self._clock.now())
        for attempt in range(ATTEMPTS):
            if attempt:
                await self._clock.sleep_until(self._clock.now() + pause)
                pause *= 2
            if key not in self.watchers:
                return
            try:
                async with self._slots:
                    await self._post(client, self.watchers.get(key), notice)
            except (DalguError, httpx2.HTTPError, httpx2.InvalidURL) as failure:
                counters.times_failed += attempt == 0
                counters.last_failure = iso(self._clock.now())
                reason = type(failure).__name__
                log.warning("notice.failed", extra={"subscription": key, "reason": reason})
            else:
                counters.last_success = iso(self._clock.now())
                return
        counters.dead_lettered += 1

    async def _post(
        self, client: httpx2.AsyncClient, subscription: Subscription, notice: Notice
    ) -> None:
        endpoint = subscription.endpoint
        body, headers = self._message(subscription, notice)
        letter = Letter(endpoint.uri, encode(body), headers, endpoint.timeout_s)
        status = await post(client, letter, self._reach if self._transport is None else None)
        if not is_taken(status):
            raise NotificationRefused(subscription.id, status)

    def _message(
        self, subscription: Subscription, notice: Notice
    ) -> tuple[Document, dict[str, str]]:
        """Return the body (5.3.2) and the headers of a notification."""
        context, endpoint = subscription.how.context, subscription.endpoint
        now = self._clock.now()
        name = subscription.id.rpartition(":")[2]
        body: Document = {
            "id": f"urn:ngsi-ld:ContextSourceNotification:{name}:{now.timestamp():.6f}",
            "type": "ContextSourceNotification",
            "subscriptionId": subscription.id,
            "notifiedAt": iso(now),
            "data": [self._shown(one, context) for one in notice.registrations],
            "triggerReason": notice.reason,
        }
        headers = headers_of(endpoint, self.watchers.tenant)
        if endpoint.accept == JSON_TYPE:
            headers["Link"] = link_of(context)[1].decode()
        else:
            body["@context"] = context.source
        return body, headers

    def _shown(self, one: Registration, context: Context) -> Document:
        """Return a registration whose types are arrays, so that receivers meet one form (5.2.8)."""
        body = self._registry.shown(one, context)
        for information in body["information"]:
            for info in information.get("entities", ()):
                info["type"] = info["type"] if isinstance(info["type"], list) else [info["type"]]
        return body
