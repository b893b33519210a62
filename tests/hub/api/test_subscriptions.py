"""Subscriptions over HTTP."""

KEY = "urn:ngsi-ld:Subscription:1"
CONTEXT = "https://city.example/context.jsonld"
LINK = {"link": f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"'}


def subscription(**members):
    return {
        "id": KEY,
        "type": "Subscription",
        "entities": [{"type": "Room"}],
        "watchedAttributes": ["heat"],
        "notification": {"endpoint": {"uri": "http://receiver.example/n"}},
    } | members


def test_a_subscription_lives_from_create_to_delete(run):
    async def scene(city, client):
        created = await client.post("/subscriptions", json=subscription())
        assert (created.status_code, created.headers["location"]) == (
            201,
            f"/ngsi-ld/v1/subscriptions/{KEY}",
        )
        assert (await client.post("/subscriptions", json=subscription())).status_code == 409
        path = f"/subscriptions/{KEY}"
        assert (await client.patch(path, json={"isActive": False})).status_code == 204
        shown = (await client.get(path)).json()
        assert (shown["status"], shown["watchedAttributes"]) == ("paused", ["heat"])
        assert (await client.patch(path, json={"q": "heat>"})).status_code == 400
        assert (await client.get(f"{path}?options=sysAttrs")).json()["createdAt"]
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404
        assert (await client.delete(path)).status_code == 404

    run(scene)


def test_an_id_is_given_where_there_is_none(run):
    async def scene(city, client):
        body = subscription()
        del body["id"]
        created = await client.post("/subscriptions", json=body)
        key = created.headers["location"].rpartition("/")[2]
        assert (await client.get(f"/subscriptions/{key}")).json()["id"] == key

    run(scene)


def test_names_are_shown_in_the_readers_context(run):
    async def scene(city, client):
        await client.post("/subscriptions", json=subscription(), headers=LINK)
        bare = (await client.get(f"/subscriptions/{KEY}")).json()
        assert bare["watchedAttributes"] == ["https://city.example/heat"]
        assert bare["entities"] == [{"type": "https://city.example/Room"}]
        linked = (await client.get(f"/subscriptions/{KEY}", headers=LINK)).json()
        assert linked["watchedAttributes"] == ["heat"]

    run(scene)


def test_the_list_is_paged_and_counted(run):
    async def scene(city, client):
        for number in range(5):
            await client.post("/subscriptions", json=subscription(id=f"{KEY}{number}"))
        page = await client.get("/subscriptions?limit=2&offset=2&count=true")
        assert [one["id"] for one in page.json()] == [f"{KEY}2", f"{KEY}3"]
        assert page.headers["ngsild-results-count"] == "5"
        assert 'rel="next"' in page.headers["link"]

    run(scene)
