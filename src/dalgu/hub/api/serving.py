"""One tenant at work: its interface, and what runs behind it until it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from dalgu.hub.api import models
from dalgu.hub.api.app import Authorize, HubApi
from dalgu.hub.api.exchange import MAX_BODY_BYTES
from dalgu.hub.api.temporal import MOST
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hosted import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.notify import Notifier
from dalgu.hub.outgoing import Reach
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import Clock

GLANCE_S: Final = 1.0  # how soon the first subscription or source of a tenant is seen


def open_to_all(tenant: str) -> Authorize | None:
    """Return no guard: whoever reaches the hub may do all."""
    return None


@dataclass(frozen=True, slots=True)
class Served:
    """One tenant's interface and its senders."""

    api: HubApi
    notifier: Notifier
    federation: Federation

    async def run(self) -> None:
        """Look after snapshots and send notifications until cancelled.

        Senders hold connections and look for news each second: a tenant that has nobody to tell
        has none. What happened before they began is in the outbox.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.api.run())
            tasks.create_task(_once(self._has_subscriptions, self.notifier.run))
            tasks.create_task(_once(self._has_sources, self.federation.run))

    async def lag(self) -> int:
        """Return how many events the notifications are behind."""
        return await self.notifier.lag() if self._has_subscriptions() else 0

    def _has_subscriptions(self) -> bool:
        return len(self.notifier.subscriptions) > 0

    def _has_sources(self) -> bool:
        return not self.federation.is_idle or len(self.federation.watching.watchers) > 0


async def _once(is_needed: Callable[[], bool], run: Callable[[], Awaitable[None]]) -> None:
    while not is_needed():  # noqa: ASYNC110  # it is asked of several parts, which tell nobody
        await asyncio.sleep(GLANCE_S)
    await run()


@dataclass(frozen=True, slots=True)
class Trunk:
    """The default tenant's parts, of which those of every other tenant are made."""

    hub: LocalHub
    contexts: Contexts
    federation: Federation
    clock: Clock
    reach: Reach
    guard: Callable[[str], Authorize | None] = open_to_all  # that of a tenant
    max_body_bytes: int = MAX_BODY_BYTES
    max_instances: int = MOST
    declared: models.Declared = ()

    def serve(self, tenant: str) -> Served:
        """Return the parts of a tenant; nothing runs yet."""
        hub, contexts = self.hub.tenant(tenant), self.contexts.tenant(tenant)
        subscriptions = Subscriptions(hub.store, contexts, self.clock, tenant)
        notifier = Notifier(
            hub, subscriptions, hub.store, self.clock, reach=self.reach, tenant=tenant
        )
        federation = self.federation.tenant(contexts, notifier)
        api = self.api(tenant, hub, subscriptions, contexts, federation)
        return Served(api, notifier, federation)

    def default(self, subscriptions: Subscriptions) -> HubApi:
        """Return the interface of the default tenant."""
        return self.api("", self.hub, subscriptions, self.contexts, self.federation)

    def api(  # the parts that differ from tenant to tenant
        self,
        tenant: str,
        hub: LocalHub,
        subscriptions: Subscriptions,
        contexts: Contexts,
        federation: Federation,
    ) -> HubApi:
        """Return the interface over the parts of one tenant."""
        return HubApi(
            hub,
            subscriptions,
            contexts,
            authorize=self.guard(tenant),
            clock=self.clock,
            federation=federation,
            max_body_bytes=self.max_body_bytes,
            max_instances=self.max_instances,
            declared=self.declared,
            reach=self.reach,
        )
