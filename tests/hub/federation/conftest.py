"""Two real hubs in one process, each on its own store, joined by a transport."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx2
import msgspec
import pytest

from dalgu.hub.api.app import HubApi
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hosted import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.notify import Notifier
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Durability, Store

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
CAR = "urn:ngsi-ld:Vehicle:1"


class Peers(httpx2.AsyncBaseTransport):
    """Leads each host to the hub of that name; the others are not there."""

    def __init__(self):
        self.hubs = {}
        self.seen = []

    async def handle_async_request(self, request):
        self.seen.append(request)
        hub = self.hubs.get(request.url.host)
        if hub is None:
            raise httpx2.ConnectError("nobody is there")
        return await httpx2.ASGITransport(app=hub).handle_async_request(request)


class Listener:
    """A subscriber that remembers what it was told."""

    def __init__(self):
        self.heard = []

    async def __call__(self, scope, receive, send):
        self.heard.append(msgspec.json.decode((await receive())["body"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Place:
    def __init__(self, name, path, peers):
        self.name, self.path, self.peers = name, path, peers
        self.clock = ManualClock(BEGIN)
        self.listener = peers.hubs[f"listener-{name}"] = Listener()
        self.open()

    def open(self):
        self.store = Store.open(self.path, durability=Durability.OFF)
        self.hub, contexts = LocalHub(self.store, self.clock), Contexts(self.store, self.clock)
        self.subscriptions = Subscriptions(self.store, contexts, self.clock)
        self.notifier = Notifier(
            self.hub, self.subscriptions, self.store, self.clock, transport=self.peers
        )
        self.contexts = contexts
        self.federate()

    def federate(self, **options):
        self.federation = Federation(
            self.store,
            self.contexts,
            self.clock,
            notifier=self.notifier,
            transport=self.peers,
            **options,
        )
        self.serve()

    def serve(self, **limits):
        api = HubApi(
            self.hub,
            self.subscriptions,
            self.federation.contexts,
            clock=self.clock,
            federation=self.federation,
            **limits,
        )
        self.peers.hubs[self.name] = api
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=api), base_url=f"http://{self.name}/ngsi-ld/v1"
        )

    async def close(self):
        await self.client.aclose()
        await self.federation.courier.aclose()
        await self.store.close()

    @asynccontextmanager
    async def running(self):
        tasks = [asyncio.create_task(one.run()) for one in (self.notifier, self.federation)]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def until(self, holds):
        """Let the loop run, and the clock with it, until something holds."""
        for _ in range(2_000):
            if holds():
                return
            await asyncio.sleep(0.001)
            await self.clock.advance(timedelta(milliseconds=20))
        pytest.fail("What was waited for did not come about.")

    async def subscribe(self, **members):
        body = {
            "type": "Subscription",
            "entities": [{"type": "Vehicle"}],
            "notification": {"endpoint": {"uri": f"http://listener-{self.name}/n"}},
        }
        made = await self.client.post("/subscriptions", json=body | members)
        assert made.status_code == 201, made.text
        return made.headers["location"].rpartition("/")[2]

    async def register(self, to, **members):
        body = {
            "type": "ContextSourceRegistration",
            "endpoint": f"http://{to}",
            "information": [{"entities": [{"type": "Vehicle"}]}],
            "operations": ["redirectionOps", "createBatch", "queryBatch"],
        }
        answer = await self.client.post("/csourceRegistrations", json=body | members)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"].rpartition("/")[2]

    async def create(self, **attributes):
        local = {"local": "true"}
        body = {"id": CAR, "type": "Vehicle", **attributes}
        assert (await self.client.post("/entities", json=body, params=local)).status_code == 201

    async def car(self, **parameters):
        asked = {"options": "keyValues"} | parameters
        answer = await self.client.get(f"/entities/{CAR}", params=asked)
        return answer.json() if answer.status_code == 200 else answer.status_code


@pytest.fixture
def join(tmp_path):
    """Run a scene with a hub here and a hub there."""

    def joined(scene):
        async def play():
            peers = Peers()
            here, there = (Place(n, tmp_path / f"{n}.db", peers) for n in ("here", "there"))
            await scene(here, there, peers)
            for place in (here, there):
                await place.close()

        asyncio.run(play())

    return joined
