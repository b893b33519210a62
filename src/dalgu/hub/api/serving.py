"""One tenant at work: its interface, and what runs behind it until it ends."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

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
        """Send notifications until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.notifier.run())
            tasks.create_task(self.federation.run())
            tasks.create_task(self.api.run())


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
