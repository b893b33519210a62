"""A hub in a process of its own, as the platform serves it but without accounts.

    python server.py PORT [FILE]

Without a file it answers each request with the same 520 bytes: what the server alone costs.
"""

import asyncio
import sys
from pathlib import Path

import uvicorn

from dalgu.app.serving import calm_collector, new_event_loop, server_config
from dalgu.hub.api.app import HubApi
from dalgu.hub.api.exchange import Receive, Scope, Send
from dalgu.hub.api.tenants import Served, Tenants
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hosted import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.notify import Notifier
from dalgu.hub.outgoing import Reach
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import SystemClock
from dalgu.store.sqlite import Store

CONSTANT = b"x" * 520


async def serve_hub(file: Path, port: int) -> None:
    """Serve a hub until terminated."""
    clock = SystemClock()
    store = Store.open(file)
    hub, contexts = LocalHub(store, clock), Contexts(store, clock)
    reach = Reach(private=True, loopback=True)
    subscriptions = Subscriptions(store, contexts, clock)
    notifier = Notifier(hub, subscriptions, store, clock, reach=reach)
    federation = Federation(store, contexts, clock, reach=reach)
    api = HubApi(hub, subscriptions, contexts, clock=clock, federation=federation)
    tenants = Tenants(api, store, _no_tenants)
    running = [asyncio.create_task(one.run()) for one in (notifier, federation, tenants)]
    calm_collector()
    await uvicorn.Server(server_config(tenants, port=port)).serve()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await store.close()


def _no_tenants(name: str) -> Served:
    raise NotImplementedError(name)


async def serve_constant(port: int) -> None:
    """Serve an application that does nothing."""
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"520")]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": CONSTANT})

    await uvicorn.Server(server_config(app, port=port)).serve()


if __name__ == "__main__":
    work = serve_hub(Path(sys.argv[2]), int(sys.argv[1])) if sys.argv[2:] else None
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(work or serve_constant(int(sys.argv[1])))
