"""Notifications: the outbox is read by a durable cursor, matched, and sent to endpoints.

Each subscription has one bounded queue in which the changes of one entity are one item, always
the newest; what does not fit, or cannot be delivered after several attempts, is counted in the
subscription. The cursor moves past an event only when everything it caused is delivered or
given up, so a restart may repeat notifications and never loses one (at least once).
"""

import asyncio
import logging
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import httpx2
import msgspec

from dalgu.hub.dead_letters import QUEUE_FULL, DeadLetter, DeadLetters, Reason, Written
from dalgu.hub.dispatch import Dispatch
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Event, Hub, Query
from dalgu.hub.linked import Join, Shown, join_entities
from dalgu.hub.model import Document
from dalgu.hub.notified import Happening
from dalgu.hub.outgoing import Reach
from dalgu.hub.subscription import Subscription
from dalgu.hub.subscriptions import Subscriptions
from dalgu.hub.waiting import Assembler, Item, Queue
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import Overloaded
from dalgu.store.errors import StoreFailed
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

READER: Final = "notifications"  # name of the durable cursor
RELAYED: Final = "hub.relayed-notices"  # what other hubs notified, until it is told on
MAX_WAITING: Final = 1_000  # entities in the queue of one subscription
MAX_ENTITIES: Final = 100  # in one notification
MAX_LOOKED_AT: Final = 100_000  # entities that one interval looks at
HELD_UP_S: Final = 1.0  # until the disk is tried again
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
        self.reader = f"{READER}@{tenant}" if tenant else READER
        self._relayed = f"{RELAYED}@{tenant}" if tenant else RELAYED
        self.tenant = tenant
        self._hub = hub
        self._subscriptions = subscriptions
        self.assembler: Assembler | None = None
        self._store = store
        self._clock = clock
        self._queues: dict[str, Queue] = {}
        self._read = 0  # the newest event that was matched
        self._changed = asyncio.Event()  # something is to be written down
        self._dirty: set[str] = set()
        self._done: set[str] = set()  # receipts of what is dealt with
        self._arrived = asyncio.Event()  # another hub notified something
        self.letters = DeadLetters(store, tenant)
        self._dispatch = Dispatch(
            subscriptions, clock, self._mark, reach=reach, transport=transport
        )

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
        self._read = max(first, self._store.read().outbox.cursor(self.reader))
        self._queues.clear()  # a second run reads again what the first one left
        async with self._dispatch.connected(), asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write_down())
            tasks.create_task(self._keep_intervals(tasks))
            tasks.create_task(self._start_relayed(tasks))
            while True:
                try:
                    await self._turn(tasks)
                except StoreFailed as failure:  # the events stay, and the disk may come back
                    log.warning("notifications.held_up", extra={"reason": failure.detail})
                    await asyncio.sleep(HELD_UP_S)

    async def _turn(self, tasks: asyncio.TaskGroup) -> None:
        """Match what happened since, and wait where nothing did."""
        events = await self._hub.events(self._read)
        for event in events:
            await self._match(event)
            self._read = event.seq
        self._start(tasks)
        self._changed.set()
        if not events:
            await self._hub.wait(self._read)

    async def _match(self, event: Event) -> None:
        candidates = self._subscriptions.candidates(event)
        happening = await self._happening(event) if candidates else None
        if happening is None:
            return
        for subscription in candidates:
            if event.seq <= self._subscriptions.counters[subscription.id].done:
                continue  # told before a restart: only others are behind
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

    async def _start_relayed(self, tasks: asyncio.TaskGroup) -> None:
        """Send what other hubs notified: first what a stop left, then what comes."""
        left = self._store.read().records.all(self._relayed)
        known = {receipt for queue in self._queues.values() for receipt in queue.receipts}
        self._take_up((key, msgspec.json.decode(body)) for key, body in left if key not in known)
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self._start(tasks)
            self._changed.set()

    async def _keep_intervals(self, tasks: asyncio.TaskGroup) -> None:
        """Queue what is due whatever changes (5.8.6), and dead letters that are asked for."""
        while True:
            now = self._clock.now()
            try:
                for subscription in self._subscriptions.due(now):
                    counters = self._subscriptions.counters[subscription.id]
                    counters.last_notification = iso(now)  # an empty interval counts, too
                    await self._enqueue_all(subscription)
                for letter in self.letters.asked_again():
                    self._tell_again(letter)
            except StoreFailed as failure:
                log.warning("notifications.held_up", extra={"reason": failure.detail})
            self._start(tasks)
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

    def _tell_again(self, letter: DeadLetter) -> None:
        if letter.subscription in self._subscriptions:
            subscription = self._subscriptions.get(letter.subscription)
            self._enqueue(subscription, Item(self._read, letter.happening, letter.source))
            self._changed.set()

    def _enqueue(self, subscription: Subscription, item: Item) -> None:
        queue = self._queues.setdefault(subscription.id, Queue())
        counters = self._subscriptions.counters[subscription.id]
        place = item.happening.document["id"], item.source
        earlier = queue.waiting.get(place)
        if earlier is None and len(queue.waiting) >= MAX_WAITING:
            self._give_up(subscription.id, item, QUEUE_FULL)
            return
        if earlier is not None:
            item = item.after(earlier)
        queue.waiting[place] = item
        counters.waiting = len(queue.waiting)

    def _give_up(self, key: str, item: Item, reason: str) -> None:
        """Keep a change as a dead letter, and count it."""
        self.letters.add(DeadLetter.of(key, item, Reason(iso(self._clock.now()), reason)))
        self._done.update(item.receipts)
        self._subscriptions.counters[key].dead_lettered += 1
        self._mark(key)

    def _mark(self, key: str) -> None:
        """Note that what is known of a subscription is to be written down."""
        self._dirty.add(key)
        self._changed.set()

    def _start(self, tasks: asyncio.TaskGroup) -> None:
        for key, queue in list(self._queues.items()):
            if queue.waiting and not queue.is_served:
                queue.is_served = True
                tasks.create_task(self._serve(key, queue))
            elif not queue.is_served and key not in self._subscriptions:
                del self._queues[key]

    async def _serve(self, key: str, queue: Queue) -> None:
        """Send what waits for one subscription until nothing does."""
        try:
            while queue.waiting and key in self._subscriptions:
                await self._hold_back(key)
                if key not in self._subscriptions:
                    break
                chosen = [queue.waiting.pop(one) for one in list(queue.waiting)[:MAX_ENTITIES]]
                queue.under_way = [one.seq for one in chosen]
                self._settle(key, chosen, await self._tell(self._subscriptions.get(key), chosen))
                queue.under_way = []
                self._note(key, queue)
        finally:
            queue.is_served = False
            if key not in self._subscriptions:
                self._done |= queue.receipts
                queue.waiting.clear()
                queue.under_way = []

    async def _tell(self, subscription: Subscription, items: list[Item]) -> str | None:
        """Send one notification; return why it was given up."""
        while True:
            try:
                shown = await self._shown(subscription, items)
            except StoreFailed:  # linked entities cannot be read: the disk may come back
                await asyncio.sleep(HELD_UP_S)
            except Exception:  # one subscription must not end the others
                log.exception("notification.unshown", extra={"subscription": subscription.id})
                return "the entities could not be shown; the log names the reason"
            else:
                newest = max(one.seq for one in items)
                return await self._dispatch.send(subscription.id, shown, newest) if shown else None

    def _settle(self, key: str, sent: list[Item], failure: str | None) -> None:
        """Keep what was given up as dead letters; take those away that arrived at last."""
        for item in sent:
            if failure is not None and key in self._subscriptions:
                self._give_up(key, item, failure)
                continue
            self._done.update(item.receipts)
            self.letters.delivered(key, item.happening.document["id"])

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
            # A clock that was set back must not make the wait longer than was asked for.
            await self._clock.sleep_until(min(last, self._clock.now()) + subscription.throttling)

    def _note(self, key: str, queue: Queue) -> None:
        counters = self._subscriptions.counters.get(key)
        if counters is not None:
            counters.waiting = len(queue.waiting)
            self._mark(key)

    async def _write_down(self) -> None:
        """Write cursor and counters whenever they changed; what gathers meanwhile goes at once."""
        written = self._read
        while True:
            await self._changed.wait()
            self._changed.clear()
            cursor, dirty, done = self.cursor, self._dirty, self._done
            letters = self.letters.writing()
            self._dirty, self._done = set(), set()
            states = self._states(dirty)
            if cursor == written and not states and not done and letters.is_empty:
                continue
            try:
                await self._store.write(partial(self._keep, cursor, states, done, letters))
            except (StoreFailed, Overloaded) as failure:  # what was told stays told
                log.warning("notifications.unwritten", extra={"reason": failure.detail})
                letters.put_back()
                self._dirty |= dirty
                self._done |= done
                self._changed.set()
                await asyncio.sleep(HELD_UP_S)
            else:
                written = cursor

    def _states(self, dirty: set[str]) -> dict[str, bytes]:
        """Return the counters that are to be written, each with how far its subscriber is."""
        states: dict[str, bytes] = {}
        for key in dirty & self._subscriptions.counters.keys():
            counters, queue = self._subscriptions.counters[key], self._queues.get(key)
            oldest = None if queue is None else queue.oldest()
            counters.done = self._read if oldest is None else min(self._read, oldest - 1)
            states[key] = msgspec.json.encode(counters)
        return states

    def _keep(
        self,
        cursor: int,
        states: dict[str, bytes],
        done: set[str],
        letters: Written,
        tables: Tables,
    ) -> None:
        tables.outbox.advance(self.reader, cursor)
        letters.write(tables)
        for receipt in done:
            tables.records.delete(self._relayed, receipt)
        for key, state in states.items():
            tables.records.put(self._subscriptions.states, key, state)
