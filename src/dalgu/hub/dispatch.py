"""The way of a notification to its endpoint: in its lane, again after failures, then given up.

An endpoint that goes on failing is asked ever less often, up to once in `LONGEST_PAUSE`: the
pauses grow over the notifications of a subscription, not within one alone.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import httpx2

from dalgu.hub.lanes import MAX_ASIDE, Lanes
from dalgu.hub.linked import Shown
from dalgu.hub.notification import NotificationRefused, notification
from dalgu.hub.outgoing import Letter, Reach, is_taken, post
from dalgu.hub.publish import publish
from dalgu.hub.subscription import Subscription
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import DalguError

MAX_AT_ONCE: Final = 32  # requests on their way in each lane
AT_ONCE_OF_A_TENANT: Final = 8  # of one besides the default one
ATTEMPTS: Final = 5
FIRST_PAUSE: Final = timedelta(seconds=1)  # doubles with every attempt
LONGEST_PAUSE: Final = timedelta(minutes=1)

log = logging.getLogger(__name__)


class Dispatch:
    """Sends notifications and counts what becomes of them; `on_change` hears of each count."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        clock: Clock,
        on_change: Callable[[str], None],
        *,
        reach: Reach = Reach(),  # noqa: B008  # a frozen value
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._subscriptions = subscriptions
        self._clock = clock
        self._on_change = on_change
        self._reach = reach
        self._transport = transport
        self._at_once = AT_ONCE_OF_A_TENANT if subscriptions.tenant else MAX_AT_ONCE
        self._lanes = Lanes(self._at_once)
        self._failures: dict[str, int] = {}  # attempts since the last success, by subscription
        self._client: httpx2.AsyncClient | None = None

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Hold connections to the endpoints open meanwhile."""
        most = 2 * self._at_once + MAX_ASIDE
        limits = httpx2.Limits(max_connections=most, max_keepalive_connections=self._at_once)
        client = httpx2.AsyncClient(transport=self._transport, limits=limits, trust_env=False)
        async with client:
            self._client = client
            yield

    async def send(self, key: str, shown: list[Shown], seq: int) -> str | None:
        """Send one notification, again and again if need be; return why it was given up."""
        reason: str | None = None
        for attempt in range(ATTEMPTS):
            await self._rest(key)
            if key not in self._subscriptions:  # deleted meanwhile
                self._failures.pop(key, None)
                return None
            if attempt:
                self._subscriptions.counters[key].retried += 1
            reason = await self._attempt(key, shown, seq)
            if reason is None:
                self._failures.pop(key, None)
                return None
            self._failures[key] = self._failures.get(key, 0) + 1
        return reason

    async def _rest(self, key: str) -> None:
        """Wait for as long as the failures of an endpoint ask for."""
        failures = self._failures.get(key)
        if not failures or key not in self._subscriptions:
            return
        cooldown_s = self._subscriptions.get(key).endpoint.cooldown_s
        pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        await self._clock.sleep_until(self._clock.now() + max(pause, timedelta(seconds=cooldown_s)))

    async def _attempt(self, key: str, shown: list[Shown], seq: int) -> str | None:
        """Send once; return why it failed, `None` when it did not."""
        subscription = self._subscriptions.get(key)
        counters = self._subscriptions.counters[key]
        counters.times_sent += 1
        counters.last_notification = iso(self._clock.now())
        try:
            async with self._lanes.place(_host(subscription.endpoint.uri)):
                await self._post(subscription, shown, seq)
        except (DalguError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as failure:
            counters.times_failed += 1
            counters.last_failure = iso(self._clock.now())
            reason = getattr(failure, "detail", "") or str(failure) or type(failure).__name__
            told = {"subscription": key, "reason": type(failure).__name__}
            log.warning("notification.failed", extra=told)
            self._on_change(key)
            return str(reason)[:400]
        counters.last_success = iso(self._clock.now())
        return None

    async def _post(self, subscription: Subscription, shown: list[Shown], seq: int) -> None:
        assert self._client is not None  # `connected` holds it
        endpoint = subscription.endpoint
        now, tenant = iso(self._clock.now()), self._subscriptions.tenant
        told = notification(subscription, shown, seq, now, tenant)
        if endpoint.is_mqtt:
            await publish(endpoint, told.over_mqtt(), self._reach, subscription.id)
            return
        letter = Letter(endpoint.uri, told.over_http(), told.headers, endpoint.timeout_s)
        status = await post(self._client, letter, self._reach if self._transport is None else None)
        if not is_taken(status):
            raise NotificationRefused(subscription.id, status)


def _host(uri: str) -> str:
    return urlsplit(uri).netloc
