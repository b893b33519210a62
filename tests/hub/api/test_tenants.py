"""Tenants over HTTP: whose information is meant (CIM 009 4.14, 5.5.10, 6.3.14)."""

import asyncio
from contextlib import asynccontextmanager

import httpx2
import pytest

from dalgu.hub.api import serving
from dalgu.hub.api.serving import Trunk
from dalgu.hub.api.tenants import Tenants
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hub import Delivery, Message
from dalgu.hub.outgoing import Reach
from dalgu.hub.tenants import TenantBook

ROOM = {"id": "urn:ngsi-ld:Room:1", "type": "Room"}
WEST, EAST = {"NGSILD-Tenant": "west"}, {"NGSILD-Tenant": "east"}
WISH = {
    "type": "Subscription",
    "entities": [{"type": "Room"}],
    "notification": {"endpoint": {"uri": "http://receiver.example/"}},
}
SOURCE = {
    "type": "ContextSourceRegistration",
    "endpoint": "http://peer.example",
    "information": [{"entities": [{"type": "Room"}]}],
    "operations": ["retrieveEntity"],
}


class Peer(httpx2.AsyncBaseTransport):
    """A context source that holds a room, and remembers how it was asked."""

    def __init__(self):
        self.seen = []

    async def handle_async_request(self, request):
        self.seen.append(request)
        return httpx2.Response(200, json=ROOM | {"id": request.url.path.rpartition("/")[2]})


class House:
    """A hub with tenants over the parts of a city."""

    def __init__(self, city):
        self.city, self.peer = city, Peer()
        self.book = TenantBook(city.store, city.clock, most=3)

    def app(self):
        city = self.city
        federation = Federation(city.store, city.contexts, city.clock, transport=self.peer)
        trunk = Trunk(city.hub, city.contexts, federation, city.clock, Reach())
        return Tenants(trunk.default(city.subscriptions), self.book, trunk)

    @asynccontextmanager
    async def client(self, app=None):
        transport = httpx2.ASGITransport(app=app or self.app())
        async with httpx2.AsyncClient(transport=transport, base_url="http://hub/ngsi-ld/v1") as one:
            yield one


@pytest.fixture
def run(tmp_path, city_at):
    def play(scene):
        async def whole():
            city = city_at(tmp_path / "city.db")
            try:
                return await scene(House(city))
            finally:
                await city.store.close()

        return asyncio.run(whole())

    return play


def test_a_tenant_begins_with_what_is_made_in_it_and_stays(run):
    async def scene(house):
        async with house.client() as one:
            unknown = await one.get("/entities", params={"type": "Room"}, headers=WEST)
            assert (unknown.status_code, unknown.headers["ngsild-tenant"]) == (404, "west")
            assert unknown.json()["type"].endswith("/NonexistentTenant")
            refused = await one.post("/entities", json={"type": "Room"}, headers=WEST)
            assert refused.status_code == 400
            still = await one.get("/types", headers=WEST)
            assert still.status_code == 404
            made = await one.post("/entities", json=ROOM, headers=WEST)
            assert (made.status_code, made.headers["ngsild-tenant"]) == (201, "west")
            assert (await one.get(f"/entities/{ROOM['id']}")).status_code == 404
        async with house.client() as later:
            assert (await later.get(f"/entities/{ROOM['id']}", headers=WEST)).status_code == 200

    run(scene)


def test_each_tenant_has_its_own_subscriptions_and_alias(run):
    async def scene(house):
        async with house.client() as one:
            assert (await one.post("/subscriptions", json=WISH, headers=WEST)).status_code == 201
            assert len((await one.get("/subscriptions", headers=WEST)).json()) == 1
            assert (await one.get("/subscriptions")).json() == []
            told = [await one.get("/info/sourceIdentity", headers=h) for h in ({}, WEST)]
            assert len({one.json()["contextSourceAlias"] for one in told}) == 2

    run(scene)


def test_a_tenant_without_a_proper_name_is_refused(run):
    async def scene(house):
        async with house.client() as one:
            for bad in (b"../west", b"\xb2", b"a b", b"a,b", b"x" * 65):
                answer = await one.post("/entities", json=ROOM, headers={b"NGSILD-Tenant": bad})
                assert answer.status_code == 400
                assert "ngsild-tenant" not in answer.headers
            twice = [("NGSILD-Tenant", "west"), ("NGSILD-Tenant", "east")]
            assert (await one.post("/entities", json=ROOM, headers=twice)).status_code == 400

    run(scene)


def test_a_hosted_context_is_its_tenants_alone(run):
    async def scene(house):
        async with house.client() as one:
            body = {"@context": {"Room": "https://west.example/Room"}}
            made = await one.post("/jsonldContexts", json=body, headers=WEST)
            path = made.headers["location"].removeprefix("/ngsi-ld/v1")
            assert made.status_code == 201
            for other in (EAST, {}):
                assert (await one.get(path, headers=other)).status_code == 404
                assert (await one.delete(path, headers=other)).status_code == 404
                assert (await one.get("/jsonldContexts?kind=Hosted", headers=other)).json() == []
            [url] = (await one.get("/jsonldContexts?kind=Hosted", headers=WEST)).json()
            linked = {"Link": f'<{url}>; rel="http://www.w3.org/ns/json-ld#context"'}
            assert (await one.post("/entities", json=ROOM, headers=linked)).status_code == 504
            within = await one.post("/entities", json=ROOM, headers=WEST | linked)
            assert within.status_code == 201
            other = await one.post("/jsonldContexts", json=body)
            assert other.headers["location"] != made.headers["location"]
        async with house.client() as later:
            assert (await later.get(path, headers=WEST)).json() == body
            assert (await later.delete(path, headers=WEST)).status_code == 204

    run(scene)


def test_a_registration_counts_in_its_tenant_and_asks_the_peers_default_one(run):
    async def scene(house):
        async with house.client() as one:
            made = await one.post("/csourceRegistrations", json=SOURCE, headers=WEST)
            assert made.status_code == 201
            path = made.headers["location"].removeprefix("/ngsi-ld/v1")
            assert (await one.get(path)).status_code == 404
            assert (await one.get("/entities/urn:ngsi-ld:Room:9")).status_code == 404
            assert house.peer.seen == []
            found = await one.get("/entities/urn:ngsi-ld:Room:9", headers=WEST)
            assert found.status_code == 200
            assert "ngsild-tenant" not in house.peer.seen[-1].headers
            assert house.peer.seen[-1].headers["via"].endswith("-west")
            tenant = {"tenant": "north"}
            assert (await one.patch(path, json=tenant, headers=WEST)).status_code == 204
            await one.get("/entities/urn:ngsi-ld:Room:9", headers=WEST)
            assert house.peer.seen[-1].headers["ngsild-tenant"] == "north"

    run(scene)


def test_there_are_no_more_tenants_than_the_hub_carries(run):
    async def scene(house):
        async with house.client() as one:
            made = [
                await one.post("/entities", json=ROOM, headers={"NGSILD-Tenant": f"t{number}"})
                for number in range(4)
            ]
            assert [answer.status_code for answer in made] == [201, 201, 201, 403]
            assert made[-1].json()["type"].endswith("/TooManyResults")

    run(scene)


def test_two_first_requests_at_once_make_one_tenant(run):
    async def scene(house):
        app = house.app()
        async with house.client(app) as one:
            bodies = [WISH | {"id": f"urn:ngsi-ld:Subscription:{number}"} for number in range(4)]
            await asyncio.gather(
                *(one.post("/subscriptions", json=body, headers=WEST) for body in bodies),
                one.post("/subscriptions", json={}, headers=WEST),
            )
            assert len((await one.get("/subscriptions", headers=WEST)).json()) == 4

    run(scene)


def test_a_deleted_tenant_leaves_nothing_behind_and_touches_no_other(run):
    async def scene(house):
        app = house.app()
        async with house.client(app) as one:
            speed = {"speed": {"type": "Property", "value": 1}}
            for headers in (WEST, EAST, {}):
                await one.post("/entities", json=ROOM | speed, headers=headers)
                await one.post("/subscriptions", json=WISH, headers=headers)
                body = {"@context": {"Room": "https://west.example/Room"}}
                await one.post("/jsonldContexts", json=body, headers=headers)
            message = Message(house.city.clock.now(), "http", "ttn", "device:1", b"{}")
            await house.city.hub.tenant("west").ingest([Delivery(message)])
            before = _counts(house.city.store.read(), "east")
            await house.book.remove("west")
            gone = await one.get("/entities?type=Room", headers=WEST)
            assert gone.json()["type"].endswith("/NonexistentTenant")
            assert sum(_counts(house.city.store.read(), "west")) == 0
            assert _counts(house.city.store.read(), "east") == before
            assert (await one.get(f"/entities/{ROOM['id']}")).status_code == 200
            # Of the same name another one may begin, and knows nothing of the first.
            await one.post("/entities", json=ROOM, headers=WEST)
            assert (await one.get("/subscriptions", headers=WEST)).json() == []
            past = await one.get(f"/temporal/entities/{ROOM['id']}", headers=WEST)
            assert "speed" not in past.json()

    run(scene)


def _counts(tables, tenant):
    """Return how many rows of each kind name a tenant."""
    return [
        tables.tenancy.count(tenant),
        len(tables.outbox.after(tenant, 0, 100)),
        len(list(tables.messages.newest(tenant, device=None, refused=False, limit=10))),
        *(
            len(list(tables.records.all(f"hub.{kind}@{tenant}")))
            for kind in ("subscriptions", "contexts", "subscription-states")
        ),
    ]


def test_a_deletion_that_was_cut_short_serves_nothing_and_goes_on(run):
    async def scene(house):
        app = house.app()
        async with house.client(app) as one:
            await one.post("/entities", json=ROOM, headers=WEST)
            held = house.book.get("west")
            going = b'{"name":"west","is_going":true}'
            await house.city.store.write(
                lambda tables: tables.records.put("hub.tenants", "west", going)
            )
            for answer in (
                await one.get("/entities?type=Room", headers=WEST),
                await one.post("/entities", json=ROOM, headers=WEST),
            ):
                assert answer.status_code == 409
            await house.book.remove("west")
            assert house.book.get("west") is None
            assert held.created_at is not None

    run(scene)


async def ticks(number=20):
    for _ in range(number):
        await asyncio.sleep(0)


def test_a_tenants_senders_come_and_go_with_it(run):
    async def scene(house):
        app = house.app()
        running = asyncio.create_task(app.run())
        try:
            async with house.client(app) as one:
                await one.post("/entities", json=ROOM, headers=WEST)
                assert [(one.tenant, one.requests) for one in await app.figures()] == [("west", 1)]
                await ticks()
                assert set(app._running) == {"west"}
                await house.book.remove("west")
                app._changed.set()
                await ticks()
                assert set(app._running) == set()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    run(scene)


def test_a_tenant_has_senders_once_it_has_somebody_to_tell(run, monkeypatch):
    monkeypatch.setattr(serving, "GLANCE_S", 0.001)

    async def scene(house):
        app = house.app()
        running = asyncio.create_task(app.run())
        try:
            async with house.client(app) as one:
                await one.post("/subscriptions", json=WISH, headers=WEST)
                heat = {"heat": {"type": "Property", "value": 20}}
                await one.post("/entities", json=ROOM | heat, headers=WEST)
                async with asyncio.timeout(10):
                    # The receiver has no address: what matters is that it was tried.
                    while True:
                        [held] = (await one.get("/subscriptions", headers=WEST)).json()
                        if "timesSent" in held["notification"]:
                            return
                        await asyncio.sleep(0.005)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    run(scene)
