"""A hub without accounts that may reach this machine: for conformance runs, never for a city."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from dalgu.hub.api.serving import Trunk
from dalgu.hub.api.tenants import Tenants
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.fetch import Fetcher
from dalgu.hub.hosted import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.model import JSON
from dalgu.hub.notify import Notifier
from dalgu.hub.outgoing import Reach
from dalgu.hub.subscriptions import Subscriptions
from dalgu.hub.tenants import TenantBook
from dalgu.kernel.clock import SystemClock
from dalgu.store.sqlite import Store

# The suite's cases of long histories expect 206 with some twenty instances an attribute; how many
# a broker gives at once is its own choice (CIM 009 6.3.10).
MOST_INSTANCES = 15
MOST_TENANTS = 1_000  # cases name tenants at random and leave them behind


@asynccontextmanager
async def open_hub(folder: Path, bundle: Mapping[str, JSON]) -> AsyncIterator[Tenants]:
    """Yield the application of a hub on its own store; its notifications are sent meanwhile."""
    clock = SystemClock()
    store = Store.open(folder / "hub.db")
    hub = LocalHub(store, clock)
    reach = Reach(private=True, loopback=True)
    contexts = Contexts(store, clock, bundle, Fetcher(reach))
    subscriptions = Subscriptions(store, contexts, clock)
    notifier = Notifier(hub, subscriptions, store, clock, reach=reach)
    federation = Federation(store, contexts, clock, notifier=notifier, reach=reach)
    trunk = Trunk(hub, contexts, federation, clock, reach, max_instances=MOST_INSTANCES)
    book = TenantBook(store, clock, most=MOST_TENANTS)
    tenants = Tenants(trunk.default(subscriptions), book, trunk)
    running = [asyncio.create_task(one.run()) for one in (notifier, federation, tenants)]
    try:
        yield tenants
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await store.close()
