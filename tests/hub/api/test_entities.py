"""Entities over HTTP."""

import msgspec
import pytest

ROOM = "urn:ngsi-ld:Room:1"
CONTEXT = "https://city.example/context.jsonld"
LINK = f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


def room(number=1, **attributes):
    return {"id": f"urn:ngsi-ld:Room:{number}", "type": "Room"} | attributes


async def view(client, options="keyValues", entity=ROOM):
    return (await client.get(f"/entities/{entity}", params={"options": options})).json()


def test_an_entity_lives_from_create_to_delete(run):
    async def scene(city, client):
        created = await client.post("/entities", json=room(heat={"value": 21, "unitCode": "CEL"}))
        assert created.status_code == 201
        assert created.headers["location"] == f"/ngsi-ld/v1/entities/{ROOM}"
        again = await client.post("/entities", json=room())
        assert again.status_code == 409
        assert again.json()["type"] == "https://uri.etsi.org/ngsi-ld/errors/AlreadyExists"
        merged = await client.patch(f"/entities/{ROOM}", json={"heat": {"value": 22}, "light": 1})
        assert (merged.status_code, merged.content) == (204, b"")
        assert await view(client) == room(heat=22, light=1)
        replaced = await client.put(f"/entities/{ROOM}", json=room(light=2))
        assert replaced.status_code == 204
        assert await view(client) == room(light=2)
        assert (await client.delete(f"/entities/{ROOM}")).status_code == 204
        gone = await client.get(f"/entities/{ROOM}")
        assert gone.status_code == 404
        assert gone.json()["type"] == "https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound"
        assert gone.headers["content-type"] == "application/json"

    run(scene)


def test_attributes_change_one_by_one(run):
    async def scene(city, client):
        await client.post("/entities", json=room(heat=21))
        path = f"/entities/{ROOM}/attrs"
        assert (await client.post(path, json={"light": 1})).status_code == 204
        kept = await client.post(f"{path}?options=noOverwrite", json={"light": 2, "dark": 3})
        assert kept.status_code == 207
        assert kept.json()["updated"] == ["https://uri.etsi.org/ngsi-ld/default-context/dark"]
        assert kept.json()["notUpdated"][0]["attributeName"].endswith("default-context/light")
        assert (await client.patch(path, json={"heat": 22, "cold": 1})).status_code == 204
        updated = await client.patch(path, json={"heat": 22, "scope": "/Daegu"})
        assert updated.status_code == 207
        assert updated.json()["notUpdated"][0]["attributeName"].endswith("/scope")
        assert (await client.patch(f"{path}/heat", json={"value": 23})).status_code == 204
        assert (await client.put(f"{path}/light", json={"value": 5})).status_code == 204
        assert (await client.delete(f"{path}/dark")).status_code == 204
        assert (await client.delete(f"{path}/dark")).status_code == 404
        assert await view(client) == room(heat=23, light=5, cold=1)

    run(scene)


def test_a_replaced_attribute_may_come_under_its_name(run):
    async def scene(city, client):
        await client.post("/entities", json=room(heat=21, light=1))
        path = f"/entities/{ROOM}/attrs/heat"
        assert (await client.put(path, json={"heat": {"value": 22}})).status_code == 204
        assert await view(client) == room(heat=22, light=1)
        assert (await client.put(path, json={"light": {"value": 9}})).status_code == 400

    run(scene)


def test_names_go_through_the_context_that_the_client_names(run):
    async def scene(city, client):
        body = room(heat=21) | {"@context": CONTEXT}
        headers = {"content-type": "application/ld+json"}
        created = await client.post("/entities", content=msgspec.json.encode(body), headers=headers)
        assert created.status_code == 201
        bare = await client.get(f"/entities/{ROOM}")
        assert bare.json()["type"] == "https://city.example/Room"
        assert "ngsi-ld-core-context" in bare.headers["link"]
        linked = await client.get(f"/entities/{ROOM}", headers={"link": LINK})
        assert linked.json()["heat"]["value"] == 21
        assert CONTEXT in linked.headers["link"]
        as_ld = {"link": LINK, "accept": "application/ld+json"}
        inside = await client.get("/entities?type=Room&q=heat>20", headers=as_ld)
        assert inside.headers["content-type"] == "application/ld+json"
        assert inside.json()[0]["@context"] == CONTEXT
        assert (await client.get("/entities?type=Room&q=heat>20")).json() == []

    run(scene)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "text/plain"}, b"{}", 415),
        ({}, b"{}", 415),
        ({"content-type": "application/json", "accept": "text/html"}, b"{}", 400),
        ({"content-type": "application/json"}, b"{", 400),
        ({"content-type": "application/json"}, b"\xff", 400),
        ({"content-type": "application/json"}, b"[" * 100_000, 400),
        ({"content-type": "application/json"}, b'{"id":"urn:a:1","type":"T","a":1e999}', 400),
        ({"content-type": "application/json"}, b'{"id":"urn:a:1","type":"T","a":"\\ud800"}', 400),
        ({"content-type": "application/json"}, b'{"id":"urn:a:1","type":"T","@context":[]}', 400),
        ({"content-type": "application/ld+json"}, b'{"id":"urn:a:1","type":"T"}', 400),
        ({"content-type": "application/ld+json"}, b'{"@context":"https://no.example/"}', 504),
        ({"content-type": "application/json", "link": LINK.replace("city", "no")}, b"{}", 504),
        ({"content-type": "application/json", "ngsild-tenant": "a"}, b"{}", 501),
        ({"content-type": "application/json"}, b" " * 17_000_000, 413),
    ],
)  # fmt: skip
def test_a_create_that_cannot_be_is_refused_by_type(run, headers, body, status):
    async def scene(city, client):
        answer = await client.post("/entities", content=body, headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert await city.hub.types() == {}

    run(scene)


def test_the_path_and_the_method_must_exist(run):
    async def scene(city, client):
        assert (await client.get("/nothing")).status_code == 404
        assert (await client.get("/entities/a/b/c/d/e")).status_code == 404
        wrong = await client.delete("/types")
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
        assert (
            await client.get(f"/entities/{ROOM}", headers={"accept": "text/html"})
        ).status_code == 406
        assert (await client.get("/entities/no uri")).status_code == 400
        assert (await client.get("/entities/%ff%fe")).status_code == 400
        assert (await client.get(f"/entities/{ROOM}?magic=1")).status_code == 400

    run(scene)


def test_an_id_may_hold_a_slash(run):
    async def scene(city, client):
        await client.post("/entities", json={"id": "urn:x:a/b", "type": "Room"})
        assert (await client.get("/entities/urn:x:a%2Fb")).json()["id"] == "urn:x:a/b"

    run(scene)


def test_pages_link_to_their_neighbours(run):
    async def scene(city, client):
        await client.post("/entityOperations/create", json=[room(n, heat=n) for n in range(5)])
        page = await client.get("/entities?type=Room&limit=2&offset=2&count=true")
        assert [one["id"][-1] for one in page.json()] == ["2", "3"]
        assert page.headers["ngsild-results-count"] == "5"
        links = page.headers["link"]
        assert 'limit=2&offset=4&type=Room>;rel="next"' in links
        assert 'limit=2&offset=0&type=Room>;rel="prev"' in links
        last = await client.get("/entities?type=Room&limit=2&offset=4")
        assert 'rel="next"' not in last.headers["link"]
        none = await client.get("/entities?type=Room&limit=0&count=true")
        assert (none.json(), none.headers["ngsild-results-count"]) == ([], "5")

    run(scene)


def test_entities_are_found_by_what_they_hold(run):
    async def scene(city, client):
        place = {"type": "Point", "coordinates": [128.6, 35.87]}
        rooms = [room(n, heat=n * 10, location=place) for n in range(3)]
        await client.post("/entityOperations/create", json=[*rooms, room(9)])

        async def ids(query):
            answer = await client.get("/entities?options=keyValues&" + query)
            assert answer.status_code == 200, answer.text
            return [one["id"][-1] for one in answer.json()]

        near = "georel=near;maxDistance==100&geometry=Point&coordinates=[128.6,35.8701]"
        assert await ids("type=Room&q=heat>5") == ["1", "2"]
        assert await ids("attrs=heat&limit=1") == ["0"]
        assert await ids(near) == ["0", "1", "2"]
        assert await ids("type=Room&idPattern=Room:[12]$") == ["1", "2"]
        assert await ids(f"local=true&id={ROOM}") == ["1"]
        body = {"type": "Query", "entities": [{"type": "Room"}], "q": "heat==10"}
        posted = await client.post("/entityOperations/query", json=body)
        assert [one["id"] for one in posted.json()] == [ROOM]
        geo = {"accept": "application/geo+json"}
        features = (await client.get("/entities?type=Room&limit=2", headers=geo)).json()
        assert features["type"] == "FeatureCollection"
        assert features["features"][0]["geometry"] == place

    run(scene)


def test_a_batch_says_what_became_of_each(run):
    async def scene(city, client):
        first = await client.post("/entityOperations/create", json=[room(1), room(2)])
        assert (first.status_code, len(first.json())) == (201, 2)
        mixed = await client.post("/entityOperations/create", json=[room(2), room(3), {"id": "x"}])
        assert mixed.status_code == 207
        assert mixed.json()["success"] == ["urn:ngsi-ld:Room:3"]
        assert [one["error"]["status"] for one in mixed.json()["errors"]] == [409, 400]
        upsert = await client.post("/entityOperations/upsert?options=update", json=[room(3, a=1)])
        assert upsert.status_code == 204
        updated = await client.post("/entityOperations/update", json=[room(3, a=2), room(8, a=1)])
        assert updated.json()["errors"][0]["entityId"] == "urn:ngsi-ld:Room:8"
        merged = await client.post("/entityOperations/merge", json=[room(3, b=1)])
        assert merged.status_code == 204
        assert await view(client, entity="urn:ngsi-ld:Room:3") == room(3, a=2, b=1)
        ids = ["urn:ngsi-ld:Room:3", "urn:ngsi-ld:Room:8"]
        deleted = await client.post("/entityOperations/delete", json=ids)
        assert deleted.json()["success"] == ids[:1]
        assert (await client.post("/entityOperations/create", json=[])).status_code == 400
        assert (await client.post("/entityOperations/create", json={})).status_code == 400

    run(scene)


def test_the_past_of_an_entity_is_told(run):
    async def scene(city, client):
        def at(hour, value):
            return {"value": value, "observedAt": f"2026-01-01T0{hour}:00:00Z"}

        body = room(heat=[at(1, 10), at(2, 20)])
        assert (await client.post("/temporal/entities", json=body)).status_code == 201
        assert (
            await client.post("/temporal/entities", json=room(heat=[at(3, 30)]))
        ).status_code == 204
        path = f"/temporal/entities/{ROOM}"
        short = await client.get(
            f"{path}?options=temporalValues&timerel=after&timeAt=2026-01-01T01:30:00Z"
        )
        values = short.json()["heat"]["values"]
        assert sorted(values) == [[20, "2026-01-01T02:00:00Z"], [30, "2026-01-01T03:00:00Z"]]
        last = (await client.get(f"{path}?lastN=1")).json()
        assert [one["value"] for one in last["heat"]] == [30]
        many = (
            await client.get(
                "/temporal/entities?type=Room&timerel=before&timeAt=2026-01-01T01:30:00Z"
            )
        ).json()
        assert [one["value"] for one in many[0]["heat"]] == [10]
        now = await view(client)
        assert now["heat"] == 30
        assert (await client.delete(path)).status_code == 204
        assert (await client.delete(path)).status_code == 404

    run(scene)


def test_types_and_attributes_are_listed(run):
    async def scene(city, client):
        await client.post("/entities", json=room(heat=1, next={"object": "urn:x:1"}))
        assert (await client.get("/types")).json()["typeList"] == ["Room"]
        detail = (await client.get("/types/Room")).json()
        assert detail["entityCount"] == 1
        assert detail["attributeDetails"][1]["attributeTypes"] == ["Relationship"]
        assert (await client.get("/types?details=true")).json()[0]["attributeNames"] == [
            "heat",
            "next",
        ]
        assert (await client.get("/attributes")).json()["attributeList"] == ["heat", "next"]
        assert (await client.get("/attributes/heat")).json()["attributeCount"] == 1
        assert (await client.get("/types/Nothing")).status_code == 404
        assert (await client.get("/attributes/nothing")).status_code == 404
        identity = (await client.get("/info/sourceIdentity")).json()
        assert identity["type"] == "ContextSourceIdentity"

    run(scene)


def test_contexts_are_hosted_listed_and_forgotten(run):
    async def scene(city, client):
        body = {"@context": {"heat": "https://mine.example/heat"}}
        added = await client.post("/jsonldContexts", json=body)
        path = added.headers["location"].removeprefix("/ngsi-ld/v1")
        assert (await client.get(path)).json() == body
        details = (await client.get(f"{path}?details=true")).json()
        link = {"link": f'<{details["URL"]}>; rel="http://www.w3.org/ns/json-ld#context"'}
        created = await client.post("/entities", json=room(heat=1), headers=link)
        assert created.status_code == 201
        assert "https://mine.example/heat" in await view(client)
        assert len((await client.get("/jsonldContexts")).json()) == 2
        assert len((await client.get("/jsonldContexts?kind=Hosted")).json()) == 1
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404
        assert (await client.post("/jsonldContexts", json={})).status_code == 400

    run(scene)


def test_only_who_is_allowed_gets_through(run):
    from dalgu.hub.api.app import HubApi
    from dalgu.kernel.errors import Forbidden

    asked = []

    async def authorize(scope, operation):
        asked.append(operation)
        if operation != "entity.read":
            raise Forbidden("The actor may only read.")

    async def scene(city, client):
        city.api = HubApi(city.hub, city.subscriptions, city.contexts, authorize=authorize)
        async with city.client() as guarded:
            assert (await guarded.get("/types")).status_code == 200
            assert (await guarded.post("/entities", json=room())).status_code == 403
            assert (await guarded.delete(f"/entities/{ROOM}")).status_code == 403
        assert asked == ["entity.read", "entity.write", "entity.delete"]
        assert await city.hub.types() == {}

    run(scene)


def test_a_body_must_say_its_length_and_may_come_in_parts(run):
    async def scene(city, client):
        async def post(headers, *parts):
            events = [{"body": part, "more_body": part is not parts[-1]} for part in parts]
            sent = []

            async def receive():
                return {"type": "http.request"} | events.pop(0)

            async def send(event):
                sent.append(event)

            scope = {"type": "http", "method": "POST", "path": "/ngsi-ld/v1/entities"}
            kind = (b"content-type", b"application/json")
            scope |= {"raw_path": b"", "query_string": b"", "headers": [kind, *headers]}
            await city.api(scope, receive, send)
            return sent[0]["status"]

        body = msgspec.json.encode(room(heat=1))
        assert await post([], body) == 411
        assert await post([(b"transfer-encoding", b"chunked")], body) == 411
        length = str(len(body)).encode()
        assert await post([(b"content-length", length)], body[:9], body[9:]) == 201
        assert await post([(b"content-length", b"99999999999")], b"{}") == 413

    run(scene)
