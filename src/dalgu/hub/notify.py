"""Notifications: the outbox is read by a durable cursor, matched, and sent to endpoints.

Each subscription has one bounded queue in which the changes of one entity are one item, always
the newest; what does not fit, or cannot be delivered after several attempts, is counted in the
subscription. The cursor moves past an event only when everything it caused is delivered or
given up, so a restart may repeat notifications and never loses one (at least once).
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import httpx2
import msgspec

from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Event, Hub, Query
from dalgu.hub.linked import Join, Shown, join_entities
from dalgu.hub.model import Document
from dalgu.hub.notification import NotificationRefused, notification
from dalgu.hub.notified import Happening
from dalgu.hub.outgoing import Letter, Reach, is_taken, post
from dalgu.hub.publish import publish
from dalgu.hub.subscription import Subscription
from dalgu.hub.subscriptions import Counters, Subscriptions
from dalgu.hub.waiting import Assembler, Item, Queue
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import DalguError, Overloaded
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

READER: Final = "notifications"  # name of the durable cursor
RELAYED: Final = "hub.relayed-notices"  # what other hubs notified, until it is told on
MAX_WAITING: Final = 1_000  # entities in the queue of one subscription
MAX_ENTITIES: Final = 100  # in one notification
MAX_LOOKED_AT: Final = 100_000  # entities that one interval looks at
MAX_AT_ONCE: Final = 32  # requests on their way
AT_ONCE_OF_A_TENANT: Final = 8  # of one besides the default one
ATTEMPTS: Final = 5
FIRST_PAUSE: Final = timedelta(seconds=1)  # doubles with every attempt
GLANCE: Final = timedelta(seconds=1)  # how soon a new interval is seen

log = logging.getLogger(__name__)

decode = msgspec.json.Decoder(Document).decode


class Notifier:
    """Sends the notifications of all subscriptions while `run` runs."""

    def __init__(  # noqa: PLR0913  # the composition root names each part once
        self,
        hub: Hub,
        subscriptions: Subscriptions,
        store: Store,
        clock: Clock,
        *,
        reach: Reach = Reach(),  # noqa: B008  # a frozen value
        transport: httpx2.AsyncBaseTransport | None = None,
        tenant: str = "",
    ) -> None:
        self._reader = f"{READER}@{tenant}" if tenant else READER
        self._relayed = f"{RELAYED}@{tenant}" if tenant else RELAYED
        self.tenant = tenant
        self._at_once = AT_ONCE_OF_A_TENANT if tenant else MAX_AT_ONCE
        self._hub = hub
        self._subscriptions = subscriptions
        self.assembler: Assembler | None = None
        self._store = store
        self._clock = clock
        self._reach = reach
        self._transport = transport
        self._queues: dict[str, Queue] = {}
        self._read = 0  # the newest event that was matched
        self._changed = asyncio.Event()  # something is to be written down
        self._dirty: set[str] = set()
        self._done: set[str] = set()  # receipts of what is dealt with
        self._arrived = asyncio.Event()  # another hub notified something
        self._slots = asyncio.Semaphore(self._at_once)

    @property
    def hub(self) -> Hub:
        """The hub whose events are told."""
        return self._hub

    @property
    def subscriptions(self) -> Subscriptions:
        """The subscriptions that are served."""
        return self._subscriptions

    @property
    def cursor(self) -> int:
        """The newest event all of whose notifications are dealt with."""
        oldest = [seq for queue in self._queues.values() if (seq := queue.oldest()) is not None]
        return min(self._read, min(oldest) - 1) if oldest else self._read

    async def lag(self) -> int:
        """Return how many events the notifications are behind."""
        return await self._hub.head() - self.cursor

    async def run(self) -> None:
        """Match and send until cancelled."""
        # What happened before there was any subscription is not even read.
        first = min((one.since for one in self._subscriptions), default=await self._hub.head())
        self._read = max(first, self._store.read().outbox.cursor(self._reader))
        async with self._client() as client, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write_down())
            tasks.create_task(self._keep_intervals(tasks, client))
            tasks.create_task(self._start_relayed(tasks, client))
            while True:
                events = await self._hub.events(self._read)
                for event in events:
                    await self._match(event)
                    self._read = event.seq
                self._start(tasks, client)
                self._changed.set()
                if not events:
                    await self._hub.wait(self._read)

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx2.AsyncClient]:
        limits = httpx2.Limits(
            max_connections=self._at_once, max_keepalive_connections=self._at_once
        )
        client = httpx2.AsyncClient(transport=self._transport, limits=limits, trust_env=False)
        async with client:
            yield client

    async def _match(self, event: Event) -> None:
        candidates = self._subscriptions.candidates(event)
        happening = await self._happening(event) if candidates else None
        if happening is None:
            return
        for subscription in candidates:
            if subscription.concerns(happening):
                self._enqueue(subscription, Item(event.seq, happening))

    async def _happening(self, event: Event) -> Happening | None:
        before = decode(event.before) if event.before else dict.fromkeys(event.attributes)
        if event.kind == "deleted":
            kinds = list(event.types) if len(event.types) > 1 else event.type
            last: Document = {"id": event.entity, "type": kinds, **before}
            gone = {name: before.get(name) for name in event.attributes}
            return Happening("deleted", last, gone, iso(event.at))
        try:
            document = await self._hub.retrieve(event.entity)
        except EntityNotExisting:
            return None  # it went since; its own event follows
        return Happening(event.kind, document, before, iso(event.at))

    async def relay(self, key: str, source: str, documents: list[Document]) -> None:
        """Tell on what a context source notified (5.8.6); it is durable when this returns.

        Raises
        ------
        Overloaded
            When too much waits for the subscriber already: the source tries again.
        """
        queue = self._queues.setdefault(key, Queue())
        if len(queue.waiting) + len(documents) > MAX_WAITING:
            raise Overloaded(f"More than {MAX_WAITING} entities wait for '{key[:200]}'.")
        at = iso(self._clock.now())  # so that what a stop leaves is taken up in its order
        kept = {f"{at} {uuid.uuid4()}": (key, source, one) for one in documents}
        bodies = {receipt: msgspec.json.encode(one) for receipt, one in kept.items()}
        await self._store.write(partial(self._keep_relayed, bodies=bodies))
        if key in self._subscriptions:
            self._take_up(kept.items())

    def _keep_relayed(self, tables: Tables, bodies: dict[str, bytes]) -> None:
        for receipt, body in bodies.items():
            tables.records.put(self._relayed, receipt, body)

    def _take_up(self, kept: Iterable[tuple[str, tuple[str, str, Document]]]) -> None:
        for receipt, (key, source, document) in kept:
            if key not in self._subscriptions:  # deleted since
                self._done.add(receipt)
                continue
            item = Item(self._read, Happening("relayed", document), source, (receipt,))
            self._enqueue(self._subscriptions.get(key), item)
        self._arrived.set()

    async def _start_relayed(self, tasks: asyncio.TaskGroup, client: httpx2.AsyncClient) -> None:
        """Send what other hubs notified: first what a stop left, then what comes."""
        left = self._store.read().records.all(self._relayed)
        known = {receipt for queue in self._queues.values() for receipt in queue.receipts}
        self._take_up((key, msgspec.json.decode(body)) for key, body in left if key not in known)
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self._start(tasks, client)
            self._changed.set()

    async def _keep_intervals(self, tasks: asyncio.TaskGroup, client: httpx2.AsyncClient) -> None:
        """Queue what subscriptions with a time interval are due, whatever changes (5.8.6)."""
        while True:
            now = self._clock.now()
            for subscription in self._subscriptions.due(now):
                counters = self._subscriptions.counters[subscription.id]
                counters.last_notification = iso(now)  # an empty interval counts, too
                await self._enqueue_all(subscription)
            self._start(tasks, client)
            await self._clock.sleep_until(self._subscriptions.next_due(now, now + GLANCE))

    async def _enqueue_all(self, subscription: Subscription) -> None:
        types = tuple(name for one in subscription.selectors for name in one.types)
        has_all = any(not one.types for one in subscription.selectors)
        offset = 0
        while offset < MAX_LOOKED_AT:
            asked = Query(types=() if has_all else types, limit=MAX_WAITING, offset=offset)
            found = (await self._hub.query(asked)).entities
            for document in found:
                if subscription.selects(document):
                    self._enqueue(subscription, Item(self._read, Happening("due", document)))
            if len(found) < MAX_WAITING:
                return
            offset += MAX_WAITING

    def _enqueue(self, subscription: Subscription, item: Item) -> None:
        queue = self._queues.setdefault(subscription.id, Queue())
        counters = self._subscriptions.counters[subscription.id]
        place = item.happening.document["id"], item.source
        earlier = queue.waiting.get(place)
        if earlier is None and len(queue.waiting) >= MAX_WAITING:
            counters.dead_lettered += 1
            self._dirty.add(subscription.id)
            self._done.update(item.receipts)
            return
        if earlier is not None:
            item = item.after(earlier)
        queue.waiting[place] = item
        counters.waiting = len(queue.waiting)

    def _start(self, tasks: asyncio.TaskGroup, client: httpx2.AsyncClient) -> None:
        for key, queue in self._queues.items():
            if queue.waiting and not queue.is_served:
                queue.is_served = True
                tasks.create_task(self._serve(client, key, queue))

    async def _serve(self, client: httpx2.AsyncClient, key: str, queue: Queue) -> None:
        """Send what waits for one subscription until nothing does."""
        try:
            while queue.waiting and key in self._subscriptions:
                await self._hold_back(key)
                if key not in self._subscriptions:
                    break
                chosen = [queue.waiting.pop(one) for one in list(queue.waiting)[:MAX_ENTITIES]]
                queue.under_way = [one.seq for one in chosen]
                shown = await self._shown(self._subscriptions.get(key), chosen)
                if shown:
                    await self._send(client, key, shown, max(queue.under_way))
                self._done.update(receipt for one in chosen for receipt in one.receipts)
                queue.under_way = []
                self._note(key, queue)
        finally:
            queue.is_served = False
            if key not in self._subscriptions:
                self._done |= queue.receipts
                queue.waiting.clear()
                queue.under_way = []

    async def _shown(self, subscription: Subscription, items: list[Item]) -> list[Shown]:
        """Return what a notification shows, with the linked entities it is to bring."""
        if subscription.is_split:
            items = await self._whole(subscription, items)
        documents = [subscription.tells(one.happening) for one in items]
        if subscription.join == "@none":
            return [(one, subscription.how) for one in documents]
        join = Join(flat=subscription.join == "flat", levels=subscription.join_level)
        return await join_entities(self._hub, documents, subscription.how, join)

    async def _whole(self, subscription: Subscription, items: list[Item]) -> list[Item]:
        """Put together what sources notified in parts, and keep what fits the queries (5.8.6).

        What happened here was asked the queries already, as it stands here.
        """
        found: list[Item] = []
        for item in items:
            if not item.source or item.is_gone or self.assembler is None:
                found.append(item)
                continue
            happening = item.happening
            document = await self.assembler.whole(subscription, happening.document, item.source)
            if subscription.fits(document):
                found.append(replace(item, happening=replace(happening, document=document)))
        return found

    async def _hold_back(self, key: str) -> None:
        """Wait until the subscription's throttling lets the next notification go."""
        subscription = self._subscriptions.get(key)
        last = self._subscriptions.sent_at(key)
        if last is not None and subscription.throttling:
            await self._clock.sleep_until(last + subscription.throttling)

    def _note(self, key: str, queue: Queue) -> None:
        counters = self._subscriptions.counters.get(key)
        if counters is not None:
            counters.waiting = len(queue.waiting)
            self._dirty.add(key)
        self._changed.set()

    async def _send(
        self, client: httpx2.AsyncClient, key: str, shown: list[Shown], seq: int
    ) -> None:
        """Send one notification, again and again if need be, and count what came of it."""
        cooldown_s = self._subscriptions.get(key).endpoint.cooldown_s
        pause = max(FIRST_PAUSE, timedelta(seconds=cooldown_s))
        for attempt in range(ATTEMPTS):
            if key not in self._subscriptions:  # deleted meanwhile
                return
            if attempt:
                await self._clock.sleep_until(self._clock.now() + pause)
                pause *= 2
            if await self._attempt(client, key, shown, seq):
                return
        counters = self._subscriptions.counters.get(key)
        if counters is not None:
            counters.dead_lettered += len(shown)

    async def _attempt(
        self, client: httpx2.AsyncClient, key: str, shown: list[Shown], seq: int
    ) -> bool:
        if key not in self._subscriptions:
            return True
        subscription, counters = self._subscriptions.get(key), self._subscriptions.counters[key]
        counters.times_sent += 1
        counters.last_notification = iso(self._clock.now())
        try:
            async with self._slots:
                await self._post(client, subscription, shown, seq)
        except (DalguError, httpx2.HTTPError, httpx2.InvalidURL) as failure:
            self._count_failure(subscription, counters, failure)
            return False
        counters.last_success = iso(self._clock.now())
        return True

    def _count_failure(
        self, subscription: Subscription, counters: Counters, failure: Exception
    ) -> None:
        counters.times_failed += 1
        counters.last_failure = iso(self._clock.now())
        log.warning(
            "notification.failed",
            extra={"subscription": subscription.id, "reason": type(failure).__name__},
        )
        self._dirty.add(subscription.id)
        self._changed.set()

    async def _post(
        self,
        client: httpx2.AsyncClient,
        subscription: Subscription,
        shown: list[Shown],
        seq: int,
    ) -> None:
        endpoint = subscription.endpoint
        told = notification(subscription, shown, seq, iso(self._clock.now()), self.tenant)
        if endpoint.is_mqtt:
            await publish(endpoint, told.over_mqtt(), self._reach, subscription.id)
            return
        letter = Letter(endpoint.uri, told.over_http(), told.headers, endpoint.timeout_s)
        status = await post(client, letter, self._reach if self._transport is None else None)
        if not is_taken(status):
            raise NotificationRefused(subscription.id, status)

    async def _write_down(self) -> None:
        """Write cursor and counters whenever they changed; what gathers meanwhile goes at once."""
        written = self._read
        while True:
            await self._changed.wait()
            self._changed.clear()
            cursor, dirty, done = self.cursor, self._dirty, self._done
            self._dirty, self._done = set(), set()
            states = {
                key: msgspec.json.encode(self._subscriptions.counters[key])
                for key in dirty
                if key in self._subscriptions.counters
            }
            if cursor == written and not states and not done:
                continue
            await self._store.write(partial(self._keep, cursor=cursor, states=states, done=done))
            written = cursor

    def _keep(self, tables: Tables, cursor: int, states: dict[str, bytes], done: set[str]) -> None:
        tables.outbox.advance(self._reader, cursor)
        for receipt in done:
            tables.records.delete(self._relayed, receipt)
        for key, state in states.items():
            tables.records.put(self._subscriptions.states, key, state)
