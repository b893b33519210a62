"""Deleting what a query selects."""

import pytest


def room(number, **attributes):
    return {"id": f"urn:ngsi-ld:Room:{number}", "type": "Room"} | attributes


async def rooms(client):
    found = await client.get("/entities", params={"type": "Room", "options": "keyValues"})
    return found.json()


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"id": "urn:ngsi-ld:Room:1"},
        {"idPattern": ".*"},
        {"attrs": "createdAt"},
        {"q": 'modifiedAt>"2020-01-01T00:00:00Z"'},
        {"type": "Room", "keep": "heat", "drop": "light"},
        {"type": "Room", "q": 'owner{name}=="x"'},
        {"type": "Room", "drop": "datasetId"},
    ],
)
def test_a_purge_that_is_too_wide_or_unclear_is_refused(run, parameters):
    async def scene(city, client):
        await client.post("/entities", json=room(1, heat=1))
        refused = await client.delete("/entities", params=parameters)
        assert (refused.status_code, len(await rooms(client))) == (400, 1)
        assert refused.json()["type"].endswith("/BadRequestData")

    run(scene)


def test_a_purge_takes_what_it_selects(run):
    async def scene(city, client):
        many = [room(number, heat=number, light=1) for number in range(1, 4)]
        await client.post("/entityOperations/create", json=many)
        assert (await client.delete("/entities", params={"q": "heat>2"})).status_code == 204
        assert [one["heat"] for one in await rooms(client)] == [1, 2]
        await client.delete("/entities", params={"q": "heat==1", "drop": "heat"})
        assert await rooms(client) == [room(1, light=1), room(2, heat=2, light=1)]
        await client.delete("/entities", params={"type": "Room", "keep": "heat"})
        assert await rooms(client) == [room(1), room(2, heat=2)]
        assert (await client.delete("/entities", params={"local": "true"})).status_code == 204
        assert await rooms(client) == []

    run(scene)
