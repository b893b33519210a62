"""A batch reaches a source that takes none entity by entity (CIM 009 5.6.7 to 5.6.10, 5.6.20)."""

CAR = "urn:ngsi-ld:Vehicle:1"
ALONE = {"mode": "redirect", "operations": ["redirectionOps"]}
SPEED = {"information": [{"entities": [{"type": "Vehicle"}], "propertyNames": ["speed"]}]}


def car(**attributes):
    return {"id": CAR, "type": "Vehicle"} | attributes


def paths(peers):
    return [(one.method, one.url.path.removeprefix("/ngsi-ld/v1/")) for one in peers.seen]


def test_each_entity_of_a_batch_is_created_on_its_own(join):
    async def scene(here, there, peers):
        await here.register("there", **ALONE)
        answer = await here.client.post("/entityOperations/create", json=[car(speed=5)])
        assert (answer.status_code, answer.json()) == (201, [CAR])
        assert paths(peers) == [("POST", "entities")]
        assert await there.car() == car(speed=5)
        gone = await here.client.post("/entityOperations/delete", json=[CAR])
        assert gone.status_code == 204
        assert await there.car() == 404

    join(scene)


def test_an_upsert_changes_what_the_source_has(join):
    async def scene(here, there, peers):
        await there.create(speed=5, color="red")
        await here.register("there", **ALONE, **SPEED)
        path = "/entityOperations/upsert?options=update"
        answer = await here.client.post(path, json=[car(speed=7)])
        assert answer.status_code == 204
        assert paths(peers) == [("POST", "entities"), ("PATCH", f"entities/{CAR}/attrs/")]
        assert await there.car() == car(speed=7, color="red")

    join(scene)


def test_an_upsert_tells_what_a_source_has_made(join):
    async def scene(here, there, peers):
        await here.register("there", mode="redirect", operations=["upsertBatch"])
        first = await here.client.post("/entityOperations/upsert", json=[car(speed=5)])
        again = await here.client.post("/entityOperations/upsert", json=[car(speed=6)])
        assert (first.status_code, first.json()) == (201, [CAR])
        assert again.status_code == 204

    join(scene)


def test_an_upsert_that_may_only_create_is_refused_where_the_entity_exists(join):
    async def scene(here, there, peers):
        await there.create(speed=5)
        await here.register("there", mode="redirect", operations=["createEntity"])
        answer = await here.client.post("/entityOperations/upsert", json=[car(speed=6)])
        [error] = answer.json()["errors"]
        assert error["error"]["type"].endswith("/Conflict")
        assert await there.car() == car(speed=5)

    join(scene)


def test_an_update_in_part_names_the_attributes(join):
    async def scene(here, there, peers):
        key = await here.register("nobody", **ALONE, **SPEED)
        await here.create(color="red")
        patch = {"speed": 9, "color": "blue"}
        answer = await here.client.patch(f"/entities/{CAR}/attrs", json=patch)
        base = "https://uri.etsi.org/ngsi-ld/default-context/"
        [failed] = answer.json().pop("notUpdated")
        assert answer.status_code == 207
        assert answer.json()["updated"] == [base + "color"]
        assert (failed["attributeName"], failed["registrationId"]) == (base + "speed", key)
        assert "did not answer" in failed["reason"]

    join(scene)
