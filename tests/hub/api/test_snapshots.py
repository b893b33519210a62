"""Snapshots over HTTP: what they hold stays, whatever becomes of the city (CIM 009 5.16)."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from dalgu.hub import freezing, snapshots


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


TEMPORAL = QUERY | {
    "temporalQ": {
        "timerel": "between",
        "timeAt": "2026-01-01T00:00:10Z",
        "endTimeAt": "2026-01-01T00:00:40Z",
    }
}


def moved(second, speed):
    at = f"2026-01-01T00:00:{second:02}Z"
    return {"type": "Property", "value": speed, "observedAt": at, "unitCode": "KMH"}


async def driven(client):
    """A vehicle with five observations, one every ten seconds."""
    speeds = [moved(10 * number, 50 + number) for number in range(5)]
    body = {"id": FAST["id"], "type": "Vehicle", "speed": speeds}
    assert (await client.post("/temporal/entities", json=body)).status_code == 201


async def frozen(client, **members):
    body = {"type": "Snapshot"} | members
    answer = await client.post("/snapshots", json=body)
    assert answer.status_code == 201, answer.text
    return await ready(client, answer.headers["location"].removeprefix("/ngsi-ld/v1"))


def test_a_snapshot_of_a_temporal_query_keeps_its_instances_to_the_last_stamp(run):
    async def scene(city, client):
        await driven(client)
        between = "/temporal/entities?type=Vehicle&options=sysAttrs&" + "&".join(
            f"{name}={value}" for name, value in TEMPORAL["temporalQ"].items()
        )
        before = (await client.get(between)).json()
        told = await frozen(client, snapshotTemporalQueries=[TEMPORAL])
        later = {"speed": [moved(20, 99), moved(50, 99)]}
        await client.post(f"/temporal/entities/{FAST['id']}/attrs", json=later)
        await client.delete(f"/temporal/entities/{FAST['id']}")
        within = {"NGSILD-Snapshot": told["id"]}
        all_of_it = "/temporal/entities?type=Vehicle&options=sysAttrs&timerel=after" + (
            "&timeAt=2020-01-01T00:00:00Z"
        )
        answers = [await client.get(one, headers=within) for one in (between, all_of_it)]
        state = await client.get(f"/entities/{FAST['id']}", headers=within)
        clone = await client.post(f"/snapshots/{told['id']}/clone", json={"type": "Snapshot"})
        copy = await ready(client, clone.headers["location"].removeprefix("/ngsi-ld/v1"))
        copied = await client.get(all_of_it, headers={"NGSILD-Snapshot": copy["id"]})
        return before, told, [one.json() for one in answers], state.json(), copy, copied.json()

    before, told, [found, whole], state, copy, copied = run(scene)
    assert told["snapshotStatus"] == copy["snapshotStatus"] == "success"
    assert told["snapshotTemporalQueriesDetails"] == [{"resultStatus": "success"}]
    assert "snapshotQueriesDetails" not in told
    assert [one["value"] for one in before[0]["speed"]] == [51, 52, 53]
    assert [one["speed"] for one in found] == [before[0]["speed"]]  # instanceId, modifiedAt, all
    assert [one["speed"] for one in whole] == [before[0]["speed"]]  # and nothing else
    assert [one["speed"] for one in copied] == [before[0]["speed"]]
    assert state["speed"]["value"] == 53  # as it was at the end of what was asked for


def test_present_and_past_are_frozen_side_by_side_and_each_query_told(run):
    async def scene(city, client):
        await driven(client)
        await client.post("/entities", json=SLOW)
        last = QUERY | {"temporalQ": {"timerel": "before", "timeAt": "2026-02-01T00:00:00Z"}}
        last["temporalQ"]["lastN"] = 2
        told = await frozen(
            client,
            snapshotQueries=[QUERY, QUERY | {"entities": [{"type": "Ship"}]}],
            snapshotTemporalQueries=[last | {"attrs": ["speed"]}],
        )
        within = {"NGSILD-Snapshot": told["id"]}
        present = await client.get("/entities?type=Vehicle", headers=within)
        past = await client.get(f"/temporal/entities/{FAST['id']}", headers=within)
        return told, present.json(), past.json()

    told, present, past = run(scene)
    results = [[one["resultStatus"] for one in told[f"snapshot{kind}QueriesDetails"]]
               for kind in ("", "Temporal")]  # fmt: skip
    assert (results, told["snapshotStatus"]) == ([["success", "empty"], ["success"]], "partial")
    assert {one["id"]: one["speed"]["value"] for one in present} == {FAST["id"]: 54, SLOW["id"]: 30}
    assert [one["value"] for one in past["speed"]] == [53, 54]


def test_within_a_snapshot_nothing_of_the_living_city_is_told(run):
    async def scene(city, client):
        told = await frozen(client, snapshotQueries=[QUERY])
        within = {"NGSILD-Snapshot": told["id"]}
        paths = ("types", "subscriptions", "entityMaps", "jsonldContexts")
        return [(await client.get(f"/{path}", headers=within)).status_code for path in paths]

    assert run(scene) == [422, 422, 422, 200]


@pytest.mark.parametrize(
    "body",
    [
        {"snapshotTemporalQueries": [QUERY]},
        {"snapshotTemporalQueries": [TEMPORAL | {"aggrParams": {"aggrMethods": ["avg"]}}]},
        {"snapshotTemporalQueries": TEMPORAL},
        {"snapshotTemporalQueries": [TEMPORAL | {"temporalQ": {"timerel": "after"}}]},
        {"snapshotTemporalQueries": []},
        {"snapshotQueries": [QUERY], "endpoint": "ftp://a.example/"},
        {"snapshotQueries": [QUERY], "endpoint": {"uri": "http://a.example/"}},
        {"snapshotQueries": [QUERY], "receiverInfo": "x"},
    ],
)
def test_what_no_snapshot_can_hold_or_tell_is_refused(run, body):
    async def scene(city, client):
        return (await client.post("/snapshots", json={"type": "Snapshot"} | body)).status_code

    assert run(scene) == 400


@asynccontextmanager
async def listening():
    """A receiver on this machine: its address, and a queue of headers and bodies."""
    heard = asyncio.Queue()

    async def hear(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = json.loads(await reader.readexactly(int(fields["content-length"])))
        heard.put_nowait((fields, body))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/", heard


@asynccontextmanager
async def looked_after(city):
    """What runs behind the interface."""
    running = asyncio.create_task(city.api.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_the_status_of_a_snapshot_is_told_once_it_is_ready_and_when_it_changes(run):
    async def scene(city, client):
        await driven(client)
        async with listening() as (uri, heard), looked_after(city):
            told = await frozen(
                client,
                snapshotTemporalQueries=[TEMPORAL],
                snapshotPriority=7,
                endpoint=uri,
                receiverInfo=[{"key": "X-Desk", "value": "night"}],
            )
            first = await asyncio.wait_for(heard.get(), 10)
            changed = {"snapshotLifetime": "PT2H"}
            answer = await client.patch(f"/snapshots/{told['id']}", json=changed)
            second = await asyncio.wait_for(heard.get(), 10)
        return told, first, answer.json(), second[1]

    told, (fields, body), changed, again = run(scene)
    assert (fields["x-desk"], fields["content-type"]) == ("night", "application/json")
    assert body.pop("id").startswith("urn:ngsi-ld:SnapshotNotification:")
    assert body == {
        "type": "SnapshotNotification",
        "notifiedAt": "2026-01-01T00:00:00Z",
        "snapshotId": told["id"],
        "snapshotStatus": "success",
        "snapshotPriority": 7,
        "expiresAt": told["expiresAt"],
        "temporalSnapshotQueriesDetails": [{"resultStatus": "success"}],
    }
    assert again["expiresAt"] == changed["expiresAt"] == "2026-01-01T02:00:00Z"


def test_a_snapshot_that_would_be_too_large_fails_and_says_why(run, monkeypatch):
    monkeypatch.setattr(snapshots, "MAX_ROWS", 2)

    async def scene(city, client):
        await driven(client)
        one = await frozen(client, snapshotTemporalQueries=[TEMPORAL])
        monkeypatch.setattr(snapshots, "MAX_ROWS", 100)
        monkeypatch.setattr(freezing, "MOST_INSTANCES", 2)
        return one, await frozen(client, snapshotTemporalQueries=[TEMPORAL])

    for told in run(scene):
        assert told["snapshotStatus"] == "failure"
        [detail] = told["snapshotTemporalQueriesDetails"]
        assert detail["problemDetails"]["type"].endswith("/TooManyResults")


def test_the_least_wanted_snapshot_makes_room_and_is_told_gone(run, monkeypatch):
    monkeypatch.setattr(snapshots, "MAX_SNAPSHOTS", 2)

    async def scene(city, client):
        async with listening() as (uri, heard), looked_after(city):
            low = await frozen(client, snapshotQueries=[QUERY], snapshotPriority=2, endpoint=uri)
            await asyncio.wait_for(heard.get(), 10)
            await frozen(client, snapshotQueries=[QUERY])
            same = {"type": "Snapshot", "snapshotQueries": [QUERY], "snapshotPriority": 2}
            refused = await client.post("/snapshots", json=same)
            await frozen(client, snapshotQueries=[QUERY], snapshotPriority=9)
            _, body = await asyncio.wait_for(heard.get(), 10)
            gone = await client.get(f"/snapshots/{low['id']}")
        return low, refused.status_code, body, gone.status_code

    low, refused, body, gone = run(scene)
    assert (refused, gone, body["snapshotId"]) == (400, 404, low["id"])
    assert body["expiresAt"] < body["notifiedAt"]


def test_a_snapshot_lives_a_week_at_most_and_leaves_nothing_behind(run):
    async def scene(city, client):
        await driven(client)
        told = await frozen(
            client,
            snapshotQueries=[QUERY],
            snapshotTemporalQueries=[TEMPORAL],
            snapshotLifetime="P1Y",
        )
        name = f"snapshot {told['id']}"
        tables = city.store.read()
        held = tables.tenancy.count(name)
        quiet = tables.outbox.after(name, 0, 10)  # nobody waits for its events
        async with looked_after(city):
            await city.clock.advance(timedelta(days=8))
            async with asyncio.timeout(10):
                while tables.records.get(snapshots.COLLECTION, told["id"]):  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
        left = tables.tenancy.count(name), tables.documents.types(name)
        return told, held, quiet, left

    told, held, quiet, left = run(scene)
    assert told["expiresAt"] == "2026-01-08T00:00:00Z"
    assert (held, quiet, left) == (1, [], (0, {}))
