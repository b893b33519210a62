"""What a client may ask of a query: links, orders, projections, entity maps."""

from datetime import timedelta

HALL, CITY, LAND = (f"urn:ngsi-ld:{kind}:1" for kind in ("Hall", "City", "Land"))
BAD = "https://uri.etsi.org/ngsi-ld/errors/BadRequestData"
INVALID = "https://uri.etsi.org/ngsi-ld/errors/InvalidRequest"


def link(target):
    return {"type": "Relationship", "object": target}


async def build(client):
    """A hall in a city in a land, which is content with the hall."""
    land = {"id": LAND, "type": "Land", "name": "Korea", "likes": link(HALL)}
    city = {"id": CITY, "type": "City", "name": "Daegu", "isIn": link(LAND)}
    hall = {"id": HALL, "type": "Hall", "name": "Hall", "isIn": link(CITY)}
    await client.post("/entityOperations/create", json=[hall, city, land])


def test_linked_entities_stand_within_or_beside(run):
    async def scene(city, client):
        await build(client)

        async def halls(query):
            return (await client.get(f"/entities?type=Hall&{query}")).json()

        [inline] = await halls("join=inline&joinLevel=2")
        assert inline["isIn"]["object"] == CITY
        assert inline["isIn"]["entity"]["isIn"]["entity"]["name"]["value"] == "Korea"
        [short] = await halls("join=inline&options=keyValues")
        assert short["isIn"] == {"id": CITY, "type": "City", "name": "Daegu", "isIn": LAND}
        flat = await halls("join=flat&joinLevel=9&options=keyValues")
        assert [one["id"] for one in flat] == [HALL, CITY, LAND]  # round once, and no further
        picked = await halls("join=flat&joinLevel=2&pick=id,isIn{isIn{name}}&options=keyValues")
        assert picked == [{"id": HALL, "isIn": CITY}, {"isIn": LAND}, {"name": "Korea"}]
        held = await halls(f"join=flat&containedBy={CITY}")
        assert [one["id"] for one in held] == [HALL]
        one = await client.get(f"/entities/{HALL}?join=flat&omit=isIn{{name}}&options=keyValues")
        assert one.json()[1] == {"id": CITY, "type": "City", "isIn": LAND}

    run(scene)


def test_a_query_asks_linked_entities(run):
    async def scene(city, client):
        await build(client)

        async def found(q):
            answer = await client.get("/entities", params={"type": "Hall", "q": q} | two)
            return len(answer.json())

        two = {"join": "inline", "joinLevel": "2"}
        assert await found('isIn{isIn{name}}=="Korea"') == 1
        assert await found('isIn{City:isIn{name}}=="Korea"') == 1
        assert await found('isIn{Land:isIn{name}}=="Korea"') == 0
        assert await found('isIn{name}=="Korea"') == 0
        deep = await client.get("/entities", params={"type": "Hall", "q": "isIn{name}"})
        assert (deep.status_code, deep.json()["type"]) == (400, BAD)

    run(scene)


def test_what_asks_for_everything_or_contradicts_itself_is_refused(run):
    async def scene(city, client):
        for query in (
            "", "attrs=id,type", "attrs=createdAt", f"id={HALL}", "type=A&pick=a&attrs=a",
            "type=A&pick=a&omit=a", "type=A&pick=a{b}", "type=A&join=near", "type=*&local=false",
            "type=A&join=flat&joinLevel=0", "type=A&geometryProperty=location", "type=A&csf=)",
            "type=A&orderBy=a&collation=!!", "q=modifiedAt>2020-01-01T00:00:00Z",
            "type=A&georel=near;maxDistance==0&geometry=Point&coordinates=[1,1]",
        ):  # fmt: skip
            answer = await client.get(f"/entities?{query}")
            assert (answer.status_code, answer.json()["type"]) == (400, BAD), query
        for query in ("type=A&options=pretty", "type=A&format=pretty"):
            answer = await client.get(f"/entities?{query}")
            assert (answer.status_code, answer.json()["type"]) == (400, INVALID), query

    run(scene)


def test_of_an_entity_without_what_is_asked_for_nothing_is_shown(run):
    async def scene(city, client):
        await build(client)
        assert (await client.get(f"/entities/{HALL}?pick=price")).status_code == 404
        assert (await client.get(f"/entities/{HALL}?type=City")).status_code == 404
        assert (await client.get(f"/entities/{HALL}?type=Hall")).status_code == 200
        assert (await client.get("/entities?type=*&pick=likes")).json()[0].keys() == {"likes"}

    run(scene)


def test_vocabulary_is_compared_in_full(run):
    async def scene(city, client):
        use = {"type": "VocabProperty", "vocab": "Sleeping"}
        await client.post("/entities", json={"id": HALL, "type": "Hall", "use": use})
        query = "/entities?type=Hall&q=use==Sleeping"
        assert (await client.get(query)).json() == []
        assert len((await client.get(f"{query}&expandValues=use")).json()) == 1

    run(scene)


def test_scopes_select(run):
    async def scene(city, client):
        await client.post("/entities", json={"id": HALL, "type": "Hall", "scope": "/Daegu/Jung"})
        for scope, count in (("/Daegu/%23", 1), ("/Daegu", 0), ("/%2B/Jung,/Busan", 1)):
            assert len((await client.get(f"/entities?type=Hall&scopeQ={scope}")).json()) == count

    run(scene)


def test_a_map_keeps_its_entities_and_loses_those_that_no_longer_fit(run):
    async def scene(city, client):
        halls = [{"id": f"urn:ngsi-ld:Hall:{n}", "type": "Hall", "n": n} for n in range(5)]
        await client.post("/entityOperations/create", json=halls[:4])
        first = await client.get("/entities?type=Hall&entityMap=true&limit=2&orderBy=n;desc")
        assert first.status_code == 201
        assert [one["id"][-1] for one in first.json()] == ["3", "2"]
        where = {"ngsild-entitymap": first.headers["ngsild-entitymap"]}
        await client.post("/entities", json=halls[4])
        await client.delete("/entities/urn:ngsi-ld:Hall:1")
        rest = await client.get("/entities?type=Hall&limit=2&offset=2", headers=where)
        assert [one["id"][-1] for one in rest.json()] == ["0"]
        counted = await client.get("/entities?type=Hall&limit=1&count=true", headers=where)
        assert counted.headers["ngsild-results-count"] == "3"
        path = where["ngsild-entitymap"].removeprefix("/ngsi-ld/v1")
        kept = (await client.get(path)).json()
        assert [one[-1] for one in kept["entityMap"]] == ["3", "2", "0"]
        later = {"expiresAt": "2099-01-01T00:00:00Z"}
        assert (await client.patch(path, json=later)).status_code == 204
        assert (await client.get(path)).json()["expiresAt"] == "2026-01-02T00:00:00Z"
        await city.clock.advance(timedelta(days=1))
        assert (await client.get(path)).status_code == 404
        assert (await client.delete(path)).status_code == 404

    run(scene)


def test_a_query_body_says_what_parameters_say(run):
    async def scene(city, client):
        await build(client)

        async def posted(**members):
            body = {"type": "Query", "entities": [{"type": "Hall"}]} | members
            return await client.post("/entityOperations/query?options=keyValues", json=body)

        [hall] = (await posted(join="inline", pick=["id", "isIn{name}"])).json()
        assert hall == {"id": HALL, "isIn": {"name": "Daegu"}}
        several = [{"type": "Hall", "id": HALL}, {"type": "City", "id": CITY}]
        assert len((await posted(entities=several)).json()) == 2
        crossed = [{"type": "Hall", "id": CITY}, {"type": "Land", "idPattern": "Land:"}]
        assert [one["id"] for one in (await posted(entities=crossed)).json()] == [LAND]
        every = [{"type": "Hall"}, {"type": "Land"}]
        ordered = (await posted(entities=every, ordering={"orderBy": ["name;desc"]})).json()
        assert [one["id"] for one in ordered] == [LAND, HALL]
        for wrong in (
            {"entities": []}, {"entities": [{"id": HALL}]}, {"attrs": []}, {"joinLevel": 0},
            {"temporalQ": {}}, {"ordering": {"orderBy": ["a;dist-asc"]}}, {"ordering": {}},
        ):  # fmt: skip
            assert (await posted(**wrong)).status_code == 400, wrong

    run(scene)


def test_a_place_in_geojson_is_that_of_the_default_instance(run):
    async def scene(city, client):
        points = [{"type": "Point", "coordinates": [n, n]} for n in (1, 2)]
        location = [
            {"type": "GeoProperty", "value": points[0], "datasetId": "urn:ngsi-ld:Dataset:gps"},
            {"type": "GeoProperty", "value": points[1]},
        ]
        await client.post("/entities", json={"id": HALL, "type": "Hall", "location": location})
        geo = {"accept": "application/geo+json"}
        feature = (await client.get(f"/entities/{HALL}", headers=geo)).json()
        assert feature["geometry"] == points[1]

    run(scene)


def test_an_earlier_edition_is_shown_what_it_knows(run):
    async def scene(city, client):
        hall = {
            "id": HALL,
            "type": ["Hall", "House"],
            "scope": "/Daegu",
            "use": {"type": "VocabProperty", "vocab": "Living"},
            "name": {"type": "LanguageProperty", "languageMap": {"ko": "홀"}},
            "heat": {"value": 21, "unitCode": "CEL", "by": {"type": "JsonProperty", "json": {}}},
        }
        await client.post("/entities", json=hall)

        async def preferring(edition, query=""):
            wanted = {"prefer": f"ngsi-ld={edition}"}
            return await client.get(f"/entities/{HALL}{query}", headers=wanted)

        new = await preferring("1.9")
        assert (new.status_code, new.headers["preference-applied"]) == (200, "ngsi-ld=1.9")
        old = await preferring("1.0")
        assert (old.status_code, old.headers["preference-applied"]) == (203, "ngsi-ld=1.0")
        assert old.json() == {
            "id": HALL,
            "type": "Hall",
            "use": {"type": "Property", "value": "Living"},
            "name": {"type": "Property", "value": {"ko": "홀"}},
            "heat": {"type": "Property", "value": 21, "by": {"type": "Property", "value": {}}},
        }
        between = (await preferring("1.5", "?options=concise")).json()
        assert between["use"] == {"value": "Living"}
        assert between["name"] == {"languageMap": {"ko": "홀"}}

    run(scene)
