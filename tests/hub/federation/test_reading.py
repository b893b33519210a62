"""A query goes to the sources that can answer it, and asks them for no more than they hold."""

import msgspec

CAR = "urn:ngsi-ld:Vehicle:1"
BUS = "urn:ngsi-ld:Vehicle:2"
DAEGU = {"type": "Point", "coordinates": [128.6, 35.87]}
AROUND_DAEGU = {
    "type": "Polygon",
    "coordinates": [[[128, 35], [129, 35], [129, 36], [128, 36], [128, 35]]],
}
NEAR = "georel=near;maxDistance==5000&geometry=Point&coordinates="


async def found(place, query):
    answer = await place.client.get(f"/entities?type=Vehicle&options=keyValues&{query}")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()]


def test_who_offers_only_to_retrieve_is_not_asked_a_query(join):
    async def scene(here, there, peers):
        await here.register("there", operations=["retrieveEntity"])
        await there.create(speed=5)
        assert await found(here, "") == []
        assert await here.car() == {"id": CAR, "type": "Vehicle", "speed": 5}

    join(scene)


def test_a_source_is_asked_about_places_that_it_covers(join):
    async def scene(here, there, peers):
        await here.register("there", location=AROUND_DAEGU)
        await there.create(location=DAEGU)
        assert await found(here, NEAR + "[128.6,35.87]") == [CAR]
        asked = len(peers.seen)
        assert await found(here, NEAR + "[126.98,37.57]") == []
        assert len(peers.seen) == asked

    join(scene)


def test_a_source_is_asked_for_the_ids_that_it_may_hold(join):
    async def scene(here, there, peers):
        infos = [{"entities": [{"type": "Vehicle", "idPattern": "Vehicle:2$"}]}]
        await here.register("there", information=infos)
        await here.create(speed=5)
        assert await found(here, f"id={CAR},{BUS}") == [CAR]
        assert peers.seen[-1].url.params["id"] == BUS

    join(scene)


def test_a_source_of_other_datasets_is_not_asked(join):
    async def scene(here, there, peers):
        await here.register("there", datasetId=["urn:x:b"])
        await there.create(speed=5)
        assert await found(here, "datasetId=urn:x:a") == []
        assert await found(here, "") == [CAR]
        assert len(peers.seen) == 1

    join(scene)


def test_filters_of_split_entities_hold_for_the_whole(join):
    async def scene(here, there, peers):
        await here.register("there")
        await here.create(speed=5)
        await there.create(location=DAEGU)
        split = "splitEntities=true&q=speed>0&" + NEAR
        assert await found(here, split + "[128.6,35.87]") == [CAR]
        assert await found(here, split + "[126.98,37.57]") == []

    join(scene)


def test_several_selectors_are_asked_of_the_sources_and_kept_apart(join):
    async def scene(here, there, peers):
        await here.register("there")
        await here.create(color="red")
        bus = {"id": BUS, "type": "Vehicle", "speed": 7}
        await there.client.post("/entities", json=bus)
        selectors = [{"type": "Vehicle", "id": CAR}, {"type": "Bicycle", "id": BUS}]
        path = "/entityOperations/query?options=keyValues"
        body = {"type": "Query", "entities": selectors}
        answer = await here.client.post(path, json=body)
        assert answer.json() == [{"id": CAR, "type": "Vehicle", "color": "red"}]
        body["entities"][1]["type"] = "Vehicle"
        answer = await here.client.post(path, json=body)
        assert [one["id"] for one in answer.json()] == [CAR, BUS]

    join(scene)


def test_patterns_of_ids_are_taken_to_meet(join):
    async def scene(here, there, peers):
        infos = [{"entities": [{"type": "Vehicle", "idPattern": "Vehicle:2$"}]}]
        await here.register("there", information=infos)
        await there.create(speed=5)
        assert await found(here, "idPattern=Vehicle:1$") == [CAR]
        assert await found(here, "") == []

    join(scene)


def test_of_values_that_are_equally_old_the_source_registered_last_is_taken(join):
    async def scene(here, there, peers):
        for name, color in (("first", "red"), ("last", "blue")):
            await here.register(name)
            peers.hubs[name] = Answering({"id": CAR, "type": "Vehicle", "color": color})
        assert (await here.car())["color"] == "blue"

    join(scene)


class Answering:
    """A source that always gives the same answer."""

    def __init__(self, body):
        self.body = msgspec.json.encode(body)

    async def __call__(self, scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": self.body})
