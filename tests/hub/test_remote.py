"""A hub elsewhere answers as the hub here does."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
import numpy as np
import pytest

from dalgu.hub.api.app import HubApi
from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.errors import (
    EntityAlreadyExists,
    EntityNotExisting,
    MessageNotExisting,
)
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Delivery, Message, Query, TemporalQuery
from dalgu.hub.local import LocalHub
from dalgu.hub.remote import HubUnreachable, RemoteHub
from dalgu.hub.subscriptions import Subscriptions
from dalgu.hub.types import Device
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import Forbidden
from dalgu.store.sqlite import Durability, Store

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def meter(number, volume, hour):
    return {
        "id": f"urn:ngsi-ld:WaterMeter:{number}",
        "type": "WaterMeter",
        "volume": {
            "type": "Property",
            "value": volume,
            "unitCode": "MTQ",
            "observedAt": f"2026-01-01T{hour:02}:00:00Z",
        },
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [128.6, 35.8]},
        },
    }


def message(number):
    return Message(BEGIN + timedelta(hours=number), "http", "oms", "wmbus:1", b"\x00\xff\x10", None)


@pytest.fixture
def run(tmp_path):
    def play(scene, authorize=None):
        async def whole():
            clock = ManualClock(BEGIN)
            store = Store.open(tmp_path / "city.db", durability=Durability.OFF)
            local = LocalHub(store, clock)
            contexts = Contexts(store, clock)
            subscriptions = Subscriptions(store, contexts, clock)
            api = HubApi(local, subscriptions, contexts, authorize=authorize)
            remote = RemoteHub("http://hub", "secret", transport=httpx2.ASGITransport(app=api))
            try:
                return await scene(local, remote)
            finally:
                await remote.close()
                await store.close()

        return asyncio.run(whole())

    return play


async def fill(remote):
    deliveries = [
        Delivery(message(hour), [meter(number, 10.0 * number + hour, hour)])
        for hour in range(3)
        for number in range(4)
    ]
    return await remote.ingest(deliveries)


def test_what_is_ingested_there_is_read_the_same(run):
    async def scene(local, remote):
        receipts = await fill(remote)
        assert [one.message_id for one in receipts] == list(range(1, 13))
        assert all(one.stored for one in receipts)
        again = await fill(remote)
        assert sum(one.stored for one in again) == 0
        entity, since, until = "urn:ngsi-ld:WaterMeter:1", BEGIN, BEGIN + timedelta(days=1)
        assert await remote.retrieve(entity) == await local.retrieve(entity)
        assert await remote.types() == await local.types() == {"WaterMeter": 4}
        for name in ("series", "columns"):
            subject = entity if name == "series" else "WaterMeter"
            here = await getattr(local, name)(subject, "volume", since, until)
            there = await getattr(remote, name)(subject, "volume", since, until)
            np.testing.assert_array_equal(here.value, there.value)
            np.testing.assert_array_equal(here.at_s, there.at_s)
            np.testing.assert_array_equal(here.message_id, there.message_id)
        assert await remote.history(entity, "volume") == await local.history(entity, "volume")
        assert await remote.message(1) == await local.message(1) == message(0)
        assert await remote.messages(device="wmbus:1", limit=2) == await local.messages(limit=2)
        assert await remote.events(0) == await local.events(0)
        assert await remote.head() == await local.head()
        assert await remote.count("WaterMeter", q="volume>15") == 2

    run(scene)


@pytest.mark.parametrize(
    "query",
    [
        Query(types=("WaterMeter",), limit=3, count=True),
        Query(types=("WaterMeter",), q="volume>15;volume<35", limit=2, offset=1),
        Query(ids=("urn:ngsi-ld:WaterMeter:2",)),
        Query(id_pattern="[12]$"),
        Query(attrs=("volume",), limit=1),
        Query(types=("WaterMeter;Other", "WaterMeter")),
        Query(limit=100),
        Query(
            georel="near;maxDistance==10",
            geometry={"type": "Point", "coordinates": [128.6, 35.8]},
        ),
    ],
)
def test_a_query_finds_the_same(run, query):
    async def scene(local, remote):
        await fill(remote)
        assert await remote.query(query) == await local.query(query)

    run(scene)


def test_all_of_a_type_come_page_by_page(run):
    async def scene(local, remote):
        await remote.upsert([meter(number, 1.0, 1) for number in range(700)])
        found = [one["id"] async for one in remote.every("WaterMeter")]
        assert len(set(found)) == 700
        assert len((await remote.query(Query(types=("WaterMeter",), limit=1500))).entities) == 700

    run(scene)


def test_the_past_is_told_the_same(run):
    async def scene(local, remote):
        await fill(remote)
        query = TemporalQuery(
            Query(types=("WaterMeter",), limit=2),
            timerel="after",
            time_at=BEGIN + timedelta(minutes=30),
            attrs=("volume",),
        )
        here, there = await local.evolution(query), await remote.evolution(query)
        assert [one["volume"] for one in here.entities] == [one["volume"] for one in there.entities]

    run(scene)


def test_errors_come_back_as_what_they_are(run):
    async def scene(local, remote):
        device = Device(id="urn:ngsi-ld:Device:1", category="gateway")
        await remote.create(device)
        with pytest.raises(EntityAlreadyExists, match="already exists"):
            await remote.create(device)
        with pytest.raises(EntityNotExisting) as refusal:
            await remote.retrieve("urn:ngsi-ld:Device:2")
        assert refusal.value.parts["entity"] == "urn:ngsi-ld:Device:2"
        with pytest.raises(MessageNotExisting):
            await remote.message(99)
        await remote.merge(Device(id="urn:ngsi-ld:Device:1", category="camera"))
        assert (await remote.retrieve("urn:ngsi-ld:Device:1"))["category"]["value"] == "camera"
        outcomes = await remote.apply(
            [
                Change(Action.DELETE_ATTRIBUTE, "urn:ngsi-ld:Device:1", attribute="category"),
                Change(Action.DELETE, "urn:ngsi-ld:Device:9"),
            ]
        )
        assert isinstance(outcomes[0], Applied)
        assert isinstance(outcomes[1], EntityNotExisting)
        await remote.delete("urn:ngsi-ld:Device:1")
        assert await local.types() == {}

    run(scene)


def test_bytes_are_kept_there(run):
    async def scene(local, remote):
        digest = await remote.keep(b"\x00evidence")
        assert await remote.kept(digest) == await local.kept(digest) == b"\x00evidence"

    run(scene)


def test_waiting_ends_with_the_next_event(run):
    async def scene(local, remote):
        waiting = asyncio.create_task(remote.wait(0))
        await local.upsert([meter(1, 1.0, 1)])
        await asyncio.wait_for(waiting, 5)

    run(scene)


def test_a_refused_token_is_told(run):
    async def authorize(scope, operation):
        raise Forbidden(f"The actor may not {operation}.")

    async def scene(local, remote):
        with pytest.raises(Forbidden, match=r"entity\.read"):
            await remote.types()

    run(scene, authorize)


def test_a_hub_that_does_not_answer_is_named():
    async def scene():
        remote = RemoteHub("http://127.0.0.1:9")
        try:
            await remote.types()
        finally:
            await remote.close()

    with pytest.raises(HubUnreachable, match=r"127\.0\.0\.1"):
        asyncio.run(scene())
