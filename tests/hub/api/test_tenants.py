"""Tenants over HTTP: whose information is meant."""

import asyncio

import httpx2
import pytest

from dalgu.hub.api.app import HubApi
from dalgu.hub.api.tenants import Served, Tenants
from dalgu.hub.subscriptions import Subscriptions

ROOM = {"id": "urn:ngsi-ld:Room:1", "type": "Room"}
WEST = {"NGSILD-Tenant": "west"}


@pytest.fixture
def run(tmp_path, city_at):
    def play(scene):
        async def whole():
            city = city_at(tmp_path / "city.db")

            def serve(tenant):
                its = Subscriptions(city.store, city.contexts, city.clock, tenant)
                api = HubApi(city.hub.tenant(tenant), its, city.contexts, clock=city.clock)
                return Served(api, asyncio.Event().wait)

            def client():
                tenants = Tenants(city.api, city.store, serve)
                transport = httpx2.ASGITransport(app=tenants)
                return httpx2.AsyncClient(transport=transport, base_url="http://hub/ngsi-ld/v1")

            try:
                await scene(client)
            finally:
                await city.store.close()

        asyncio.run(whole())

    return play


def test_a_tenant_begins_with_what_is_made_in_it_and_stays(run):
    async def scene(client):
        async with client() as one:
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
        async with client() as later:
            assert (await later.get(f"/entities/{ROOM['id']}", headers=WEST)).status_code == 200

    run(scene)


def test_each_tenant_has_its_own_subscriptions_and_alias(run):
    async def scene(client):
        wish = {
            "type": "Subscription",
            "entities": [{"type": "Room"}],
            "notification": {"endpoint": {"uri": "http://receiver.example/"}},
        }
        async with client() as one:
            assert (await one.post("/subscriptions", json=wish, headers=WEST)).status_code == 201
            assert len((await one.get("/subscriptions", headers=WEST)).json()) == 1
            assert (await one.get("/subscriptions")).json() == []
            told = [await one.get("/info/sourceIdentity", headers=h) for h in ({}, WEST)]
            assert len({one.json()["contextSourceAlias"] for one in told}) == 2

    run(scene)


def test_a_tenant_without_a_proper_name_is_refused(run):
    async def scene(client):
        async with client() as one:
            bad = {"NGSILD-Tenant": "../west"}
            assert (await one.post("/entities", json=ROOM, headers=bad)).status_code == 400

    run(scene)
