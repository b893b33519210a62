"""Entity maps over several hubs: who holds what is found once, and followed from then on."""

import msgspec
import pytest

OPERATIONS = {"operations": ["federationOps", "queryTemporal"]}
HEADER = "NGSILD-EntityMap"


def car(number, speed=1):
    return {"id": f"urn:ngsi-ld:Vehicle:{number}", "type": "Vehicle", "speed": speed}


async def hold(place, *numbers):
    for number in numbers:
        made = await place.client.post("/entities", json=car(number), params={"local": "true"})
        assert made.status_code == 201


async def mapped(place, path="/entities", **parameters):
    asked = {"type": "Vehicle", "entityMap": "true"} | parameters
    answer = await place.client.get(path, params=asked)
    assert answer.status_code == 201, answer.text
    shown = await place.client.get("/entityMaps/" + answer.headers[HEADER].rpartition("/")[2])
    return answer, shown.json()


async def page(place, answer, **parameters):
    asked = {"type": "Vehicle"} | parameters
    headers = {HEADER: answer.headers[HEADER]}
    found = await place.client.get("/entities", params=asked, headers=headers)
    assert found.status_code == 200, found.text
    return [one["id"].rpartition(":")[2] for one in found.json()]


@pytest.mark.parametrize("operations", [["federationOps"], ["queryEntity"], ["queryBatch"]])
def test_a_map_names_who_holds_each_entity(join, operations):
    async def scene(here, there, peers):
        key = await here.register("there", operations=operations)
        await hold(here, 1, 2)
        await hold(there, 2, 3)
        _, shown = await mapped(here)
        assert shown["entityMap"] == {
            "urn:ngsi-ld:Vehicle:1": ["@none"],
            "urn:ngsi-ld:Vehicle:2": ["@none", key],
            "urn:ngsi-ld:Vehicle:3": [key],
        }
        assert list(shown["linkedMaps"]) == ([key] if operations == ["federationOps"] else [])

    join(scene)


def test_pages_follow_the_map_and_ask_each_source_for_its_own(join):
    async def scene(here, there, peers):
        await here.register("there", **OPERATIONS)
        await hold(here, 1)
        await hold(there, 2, 3)
        answer, shown = await mapped(here)
        await hold(there, 4)  # came later
        peers.seen.clear()
        pages = [await page(here, answer, limit=1, offset=offset) for offset in range(4)]
        assert pages == [["1"], ["2"], ["3"], []]
        [linked] = shown["linkedMaps"].values()
        assert all(one.headers[HEADER].endswith(linked) for one in peers.seen)
        assert all("Vehicle:1" not in str(one.url) for one in peers.seen)
        await there.client.delete(f"/entities/{car(2)['id']}")
        assert await page(here, answer) == ["1", "3"]

    join(scene)


def test_a_silent_source_loses_no_entity_of_the_map(join):
    async def scene(here, there, peers):
        await here.register("there", **OPERATIONS)
        await hold(here, 1)
        await hold(there, 2)
        answer, _ = await mapped(here)
        api = peers.hubs.pop("there")
        assert await page(here, answer) == ["1"]
        peers.hubs["there"] = api
        assert await page(here, answer) == ["1", "2"]

    join(scene)


def test_more_than_one_page_of_a_source_is_mapped(join):
    async def scene(here, there, peers):
        await here.register("there", operations=["queryEntity"])
        cars = [car(number) for number in range(1_050)]
        for at in (0, 500, 1_000):
            made = await there.client.post("/entityOperations/create", json=cars[at : at + 500])
            assert made.status_code == 201
        _, shown = await mapped(here)
        assert len(shown["entityMap"]) == 1_050

    join(scene)


@pytest.mark.parametrize("operation", ["queryTemporal", "createEntityMapQueryTemporal"])
def test_a_map_of_histories_is_followed_too(join, operation):
    async def scene(here, there, peers):
        operations = {"operations": [operation, "queryTemporal"]}
        await here.register("there", **operations)
        for place, number in ((here, 1), (there, 2)):
            instance = {"type": "Property", "value": number, "observedAt": "2026-05-01T00:00:00Z"}
            body = car(number) | {"speed": [instance]}
            await place.client.post("/temporal/entities", json=body, params={"local": "true"})
        window = {"timerel": "after", "timeAt": "2020-01-01T00:00:00Z"}
        answer, _ = await mapped(here, "/temporal/entities", **window)
        assert len(answer.json()) == 2
        again = await here.client.get(
            "/temporal/entities",
            params={"type": "Vehicle"} | window,
            headers={HEADER: answer.headers[HEADER]},
        )
        assert [one["speed"][0]["value"] for one in again.json()] == [1, 2]

    join(scene)


def test_a_source_that_lies_about_its_map_is_asked_for_its_entities(join):
    async def scene(here, there, peers):
        await here.register("there", **OPERATIONS)
        await hold(there, 2)
        api = peers.hubs["there"]

        async def lying(scope, receive, send):
            if "/entityMaps" not in scope["path"]:
                await api(scope, receive, send)
                return
            body = msgspec.json.encode({"id": "urn:x:1", "type": "EntityMap", "entityMap": [1]})
            await send({"type": "http.response.start", "status": 201, "headers": []})
            await send({"type": "http.response.body", "body": body})

        peers.hubs["there"] = lying
        answer, shown = await mapped(here)
        assert list(shown["entityMap"]) == [car(2)["id"]]
        assert "ngsild-warning" not in answer.headers

    join(scene)
