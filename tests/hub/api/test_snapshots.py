"""Snapshots over HTTP: what they hold stays, whatever becomes of the city (CIM 009 5.16)."""

import asyncio
from datetime import timedelta

import pytest


def vehicle(number, speed):
    held = {"type": "Property", "value": speed}
    return {"id": f"urn:ngsi-ld:Vehicle:{number}", "type": "Vehicle", "speed": held}


FAST, SLOW = vehicle(1, 80), vehicle(2, 30)
QUERY = {"type": "Query", "entities": [{"type": "Vehicle"}]}


async def made(client, **members):
    body = {"type": "Snapshot", "snapshotQueries": [QUERY]} | members
    answer = await client.post("/snapshots", json=body)
    assert answer.status_code == 201
    return answer.headers["location"].removeprefix("/ngsi-ld/v1")


async def ready(client, location):
    for _ in range(200):
        told = (await client.get(location)).json()
        if told["snapshotStatus"] != "preparing":
            return told
        await asyncio.sleep(0.005)
    raise AssertionError(location)


def test_a_snapshot_stays_as_it_was_and_so_does_its_clone(run):
    async def scene(city, client):
        for one in (FAST, SLOW):
            await client.post("/entities", json=one)
        original = await made(client, snapshotQueries=[QUERY | {"q": "speed>50"}])
        told = await ready(client, original)
        clone = await client.post(f"{original}/clone", json={"type": "Snapshot"})
        copy = await ready(client, clone.headers["location"].removeprefix("/ngsi-ld/v1"))
        await client.delete(original)
        await client.patch(f"/entities/{FAST['id']}/attrs", json={"speed": {"value": 10}})
        within = {"NGSILD-Snapshot": copy["id"]}
        found = await client.get("/entities?type=Vehicle", headers=within)
        gone = await client.get("/entities", headers={"NGSILD-Snapshot": told["id"]})
        return told, found, gone

    told, found, gone = run(scene)
    assert (told["snapshotStatus"], told["snapshotPriority"]) == ("success", 5)
    assert told["snapshotQueriesDetails"] == [{"resultStatus": "success"}]
    assert [(one["id"], one["speed"]["value"]) for one in found.json()] == [(FAST["id"], 80)]
    assert found.headers["ngsild-snapshot"]
    assert gone.status_code == 404


def test_a_clone_of_a_snapshot_that_is_still_being_prepared_waits_for_it(run):
    async def scene(city, client):
        await client.post("/entities", json=FAST)
        original = await made(client, snapshotQueries=[QUERY])
        clone = await client.post(f"{original}/clone", json={"type": "Snapshot"})
        assert clone.status_code == 201
        copy = await ready(client, clone.headers["location"].removeprefix("/ngsi-ld/v1"))
        found = await client.get("/entities?type=Vehicle", headers={"NGSILD-Snapshot": copy["id"]})
        return copy, found.json()

    copy, found = run(scene)
    assert copy["snapshotStatus"] == "success"
    assert copy["snapshotQueriesDetails"] == [{"resultStatus": "success"}]
    assert [one["id"] for one in found] == [FAST["id"]]


def test_a_snapshot_that_found_nothing_is_empty_and_ends_with_its_lifetime(run):
    async def scene(city, client):
        location = await made(client, snapshotLifetime="PT1H")
        told = await ready(client, location)
        await city.clock.advance(timedelta(hours=2))
        return told, await client.get(location)

    told, late = run(scene)
    assert told["snapshotStatus"] == "empty"
    assert late.status_code == 404


def test_a_purge_asks_for_members_of_snapshots(run):
    async def scene(city, client):
        low, high = await made(client, snapshotPriority=2), await made(client)
        refused = await client.delete("/snapshots", params={"q": "speed>50"})
        purged = await client.delete("/snapshots", params={"q": "snapshotPriority<5"})
        left = [(await client.get(one)).status_code for one in (low, high)]
        return refused.status_code, purged.status_code, left

    assert run(scene) == (400, 204, [404, 200])


@pytest.mark.parametrize(
    "body",
    [
        {"type": "Snapshot"},
        {"type": "Snapshot", "snapshotQueries": []},
        {"type": "Picture", "snapshotQueries": [QUERY]},
        {"type": "Snapshot", "snapshotQueries": [QUERY | {"temporalQ": {}}]},
        {"type": "Snapshot", "snapshotQueries": [QUERY], "snapshotPriority": 11},
        {"type": "Snapshot", "snapshotQueries": [QUERY], "snapshotLifetime": "long"},
    ],
)
def test_what_is_no_snapshot_is_refused(run, body):
    async def scene(city, client):
        return (await client.post("/snapshots", json=body)).status_code

    assert run(scene) == 400
