"""Forwards subscriptions to the sources that may hold what they watch (CIM 009 5.8.1.4, 5.8.6).

What each source is to have follows from the subscriptions and the registrations; what it has is
kept. Whatever changes, the difference is sent, by one task per source: a source that is down
costs itself only, and gets what it missed when it answers again.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from dalgu.hub.context import Context
from dalgu.hub.federation.copies import changes, copy_of, spoken_in
from dalgu.hub.federation.courier import Answer, Courier, Forward, Origin, steering
from dalgu.hub.federation.errors import (
    LoopDetected,
    SourceConflict,
    SourceNotHolding,
    SourceSilent,
    SubscriptionReturned,
)
from dalgu.hub.federation.forwarded import MAX_COPIES, Copies, Copy, Pair
from dalgu.hub.federation.matching import has_passed
from dalgu.hub.federation.registration import Mode, Registration
from dalgu.hub.federation.registry import Registry
from dalgu.hub.federation.wanted import properties
from dalgu.hub.hosted import Contexts
from dalgu.hub.model import Document
from dalgu.hub.notify import Notifier
from dalgu.hub.subscription import Arrival, Subscription
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import DalguError

NOTIFY_PATH: Final = "/ngsi-ld/ex/remote-notify"
MAX_AT_ONCE: Final = 16  # sources that are spoken to
FIRST_PAUSE: Final = timedelta(seconds=1)  # doubles with every failure
LONGEST_PAUSE: Final = timedelta(minutes=5)
BREATH: Final = 200  # pairs that are looked at in one go
GLANCE: Final = timedelta(seconds=30)  # how soon it is seen that a registration has expired

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Errands:
    """What one source is still to be told: subscriptions, each once."""

    waiting: dict[str, None] = field(default_factory=dict)
    is_served: bool = False


class Forwarding:
    """Keeps the copies of subscriptions at the sources while `run` runs.

    `address` is how others reach this hub; without it, each subscription tells where it came in.
    """

    def __init__(  # noqa: PLR0913  # made in one place, by name
        self,
        copies: Copies,
        contexts: Contexts,
        clock: Clock,
        registry: Registry,
        courier: Courier,
        notifier: Notifier,
        address: str = "",
    ) -> None:
        self._address = address
        self._contexts = contexts
        self._clock = clock
        self._registry = registry
        self._courier = courier
        self._subscriptions = notifier.subscriptions
        self._tenant = notifier.tenant
        self._copies = copies
        self._changed: set[tuple[str, str]] = set()  # a subscription, or a registration
        self._errands: dict[str, Errands] = {}
        self._moved = asyncio.Event()
        self._filled = asyncio.Event()
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)
        self._subscriptions.listeners.append(self._subscription_changed)
        registry.listeners.append(self._registration_changed)

    def check(self, arrival: Arrival) -> None:
        """Raise `SubscriptionReturned` when a subscription went out from this very hub."""
        if has_passed(self._courier.alias, arrival.via):
            raise SubscriptionReturned

    # --- what has changed -------------------------------------------------------------------

    def _subscription_changed(self, key: str) -> None:
        self._changed.add((key, ""))
        self._moved.set()

    def _registration_changed(
        self, before: Registration | None, after: Registration | None
    ) -> None:
        changed = after or before
        if changed is not None:
            self._changed.add(("", changed.id))
            self._moved.set()

    async def _look(self) -> None:
        """Find what is to be brought to whom: first all that a stop left, then what changes."""
        for subscription in self._subscriptions:
            await self._note_all(self._pairs((subscription.id, "")))
        await self._note_all(copy.pair for copy in self._copies)
        while True:
            await self._moved.wait()
            self._moved.clear()
            changed, self._changed = self._changed, set()
            for one in changed:
                await self._note_all(self._pairs(one))

    def _pairs(self, changed: tuple[str, str]) -> list[Pair]:
        """Return the pairs that a subscription or a registration belongs to."""
        key, registration = changed
        if registration:
            return [(one.id, registration) for one in self._subscriptions] + [
                one.pair for one in self._copies if one.pair[1] == registration
            ]
        return [(key, one.id) for one in self._registry] + [
            one.pair for one in self._copies if one.pair[0] == key
        ]

    async def _note_all(self, pairs: Iterable[Pair]) -> None:
        for at, pair in enumerate(pairs):
            self._note(pair)
            if at % BREATH == BREATH - 1:
                await asyncio.sleep(0)  # requests go on meanwhile

    def _note(self, pair: Pair) -> None:
        """Take note when the copy of a pair may not be as it is to be."""
        if self._copies.get(pair) is not None or self._wanted(pair) is not None:
            self._errands.setdefault(pair[1], Errands()).waiting[pair[0]] = None
            self._filled.set()

    # --- what a source is to have -----------------------------------------------------------

    def _wanted(self, pair: Pair) -> tuple[Registration, Document] | None:
        """Return the copy that a source is to have, None when it is to have none."""
        try:
            held, to = self._subscriptions.get(pair[0]), self._registry.get(pair[1])
        except DalguError:
            return None
        if held.local_only or not held.arrival.address or to.mode is Mode.AUXILIARY:
            return None
        if held.status(self._clock.now()) == "expired" or _is_back(held, to, self._courier.alias):
            return None
        if held.csf is not None and not held.csf(properties(to)):
            return None
        body = copy_of(held, to, self._endpoint(held), self._context_for(held, to))
        return None if body is None else (to, body)

    def _endpoint(self, held: Subscription) -> Document:
        endpoint: Document = {
            "uri": (self._address or held.arrival.address) + NOTIFY_PATH,
            "accept": "application/json",
        }
        if self._tenant:
            tenant = {"key": "NGSILD-Tenant", "value": self._tenant}
            endpoint["receiverInfo"] = [tenant]
        return endpoint

    def _context_for(self, held: Subscription, to: Registration) -> Context:
        url = steering(to, "jsonldContext")
        return spoken_in(held) if url is None else self._contexts.resolve(url)

    # --- bringing it there ------------------------------------------------------------------

    async def run(self) -> None:
        """Bring each source what it is to have until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._look())
            tasks.create_task(self._watch_expiry())
            while True:
                await self._filled.wait()
                self._filled.clear()
                for key, errands in list(self._errands.items()):
                    if errands.waiting and not errands.is_served:
                        errands.is_served = True
                        tasks.create_task(self._serve(key, errands))

    async def _watch_expiry(self) -> None:
        while True:
            await self._clock.sleep_until(self._clock.now() + GLANCE)
            for copy in self._copies:
                if self._wanted(copy.pair) is None:
                    self._note(copy.pair)

    async def _serve(self, key: str, errands: Errands) -> None:
        """Tell one source all that it is to be told; what fails is told again later."""
        pause = FIRST_PAUSE
        try:
            while errands.waiting:
                failed = await self._round(key, errands)
                errands.waiting |= failed
                if failed:
                    await self._clock.sleep_until(self._clock.now() + pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
        finally:
            errands.is_served = False
            if not errands.waiting:
                self._errands.pop(key, None)

    async def _round(self, key: str, errands: Errands) -> dict[str, None]:
        """Run each errand that waits once; return those that failed, and are worth another go."""
        failed: dict[str, None] = {}
        due = list(errands.waiting)
        for at, subscription in enumerate(due):
            errands.waiting.pop(subscription, None)
            try:
                async with self._slots:
                    await self._settle((subscription, key))
            except SourceSilent:
                return failed | dict.fromkeys(due[at:])  # nobody is there: the rest can wait
            except DalguError as refusal:
                fields = {"subscription": subscription, "registration": key}
                log.warning("forward.failed", extra=fields | {"reason": type(refusal).__name__})
                if not isinstance(refusal, LoopDetected):
                    failed[subscription] = None
        return failed

    async def _settle(self, pair: Pair) -> None:
        """Make the copy of a pair what it is to be."""
        copy, wanted = self._copies.get(pair), self._wanted(pair)
        if copy is not None and (wanted is None or not copy.is_at(wanted[0])):
            await self._delete(copy)
            copy = None
        if wanted is None:
            return
        to, body = wanted
        if copy is None or copy.sent is None:
            await self._create(pair, to, body, copy)
        elif copy.sent != body:
            await self._update(replace(copy, to=to), body)

    async def _create(
        self, pair: Pair, to: Registration, body: Document, copy: Copy | None
    ) -> None:
        if "createSubscription" not in to.operations or len(self._copies) >= MAX_COPIES:
            return
        copy = Copy(pair, to) if copy is None else replace(copy, to=to)
        await self._copies.put(copy)  # first: a copy that nobody knows of would notify for ever
        forward = Forward("POST", "subscriptions", body={"id": copy.remote} | body)
        try:
            answer = await self._send(copy, forward)
        except SourceConflict:  # it was taken, and the answer was lost
            await self._update(copy, body)
            return
        except SourceSilent:
            raise
        except DalguError:
            await self._copies.drop(copy)
            raise
        given = answer.location.rpartition("/")[2]
        if given and given != copy.remote and ":" in given:
            copy = await self._copies.rename(copy, given)
        await self._copies.put(replace(copy, sent=body))

    async def _update(self, copy: Copy, body: Document) -> None:
        if "updateSubscription" not in copy.to.operations:
            return
        path = f"subscriptions/{copy.remote}"
        try:
            await self._send(copy, Forward("PATCH", path, body=changes(copy.sent or {}, body)))
        except SourceNotHolding:  # the source has lost it
            await self._copies.put(replace(copy, sent=None))
            await self._create(copy.pair, copy.to, body, self._copies.get(copy.pair))
            return
        await self._copies.put(replace(copy, sent=body))

    async def _delete(self, copy: Copy) -> None:
        if "deleteSubscription" in copy.to.operations:
            with contextlib.suppress(SourceNotHolding):  # it is gone, as it was to be
                await self._send(copy, Forward("DELETE", f"subscriptions/{copy.remote}"))
        await self._copies.drop(copy)

    async def _send(self, copy: Copy, forward: Forward) -> Answer:
        try:
            held = self._subscriptions.get(copy.pair[0])
            origin = Origin(self._context_for(held, copy.to), {}, held.arrival.via)
        except DalguError:  # it is deleted, and so is its copy
            origin = Origin()
        # The copy itself says that it is local (5.2.12); the resource has no parameter for it.
        return await self._courier.send(replace(copy.to, local_only=False), forward, origin)


def _is_back(held: Subscription, to: Registration, alias: str) -> bool:
    """Whether a copy would go where the subscription has been already (6.3.18)."""
    via = held.arrival.via
    return has_passed(alias, via) or (to.alias is not None and has_passed(to.alias, via))
