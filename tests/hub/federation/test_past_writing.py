"""Changes of histories go to the hubs that hold them."""

CAR = "urn:ngsi-ld:Vehicle:1"
PAST = f"/temporal/entities/{CAR}"
WRITING = {
    "operations": [
        "upsertTemporal", "appendAttrsTemporal", "deleteAttrsTemporal", "deleteTemporal",
        "updateAttrInstanceTemporal", "deleteAttrInstanceTemporal", "retrieveTemporal",
    ]
}  # fmt: skip
SPEED_ALONE = {
    "mode": "exclusive",
    "information": [
        {"entities": [{"id": CAR, "type": "Vehicle"}], "propertyNames": ["speed"]},
    ],
}


def told(day, value):
    at = f"2026-05-{day:02}T00:00:00Z"
    return {"type": "Property", "value": value, "observedAt": at}


def evolution(**attributes):
    return {"id": CAR, "type": "Vehicle", **attributes}


async def held(place):
    answer = await place.client.get(PAST, params={"local": "true"})
    if answer.status_code != 200:
        return answer.status_code
    rest = answer.json().items()
    return {k: [one["value"] for one in v] for k, v in rest if k not in ("id", "type")}


def test_what_a_source_holds_alone_is_kept_there_alone(join):
    async def scene(here, there, peers):
        await here.register("there", **SPEED_ALONE, **WRITING)
        body = evolution(speed=[told(1, 10)], color=[told(1, "red")])
        made = await here.client.post("/temporal/entities", json=body)
        assert made.status_code == 201, made.text
        assert (await held(here), await held(there)) == ({"color": ["red"]}, {"speed": [10]})
        more = {"speed": [told(2, 20)]}
        assert (await here.client.post(f"{PAST}/attrs", json=more)).status_code == 204
        assert await held(there) == {"speed": [10, 20]}
        gone = await here.client.delete(f"{PAST}/attrs/speed", params={"deleteAll": "true"})
        assert gone.status_code == 204
        assert "speed" not in (await held(there) if await held(there) != 404 else {})
        assert await held(here) == {"color": ["red"]}

    join(scene)


def test_an_inclusive_source_is_written_to_beside_us(join):
    async def scene(here, there, peers):
        await here.register("there", **WRITING)
        made = await here.client.post("/temporal/entities", json=evolution(speed=[told(1, 10)]))
        assert made.status_code == 201
        assert await held(here) == await held(there) == {"speed": [10]}
        assert (await here.client.delete(PAST)).status_code == 204
        assert (await held(here), await held(there)) == (404, 404)

    join(scene)


def test_what_only_a_source_holds_is_changed_there(join):
    async def scene(here, there, peers):
        await here.register("there", mode="redirect", **WRITING)
        await there.client.post("/temporal/entities", json=evolution(speed=[told(1, 10)]))
        seen = (await here.client.get(PAST)).json()["speed"][0]["instanceId"]
        patch = {"speed": [told(1, 11)]}
        changed = await here.client.patch(f"{PAST}/attrs/speed/{seen}", json=patch)
        assert changed.status_code == 204, changed.text
        assert await held(there) == {"speed": [11]}
        seen = (await here.client.get(PAST)).json()["speed"][0]["instanceId"]
        assert (await here.client.delete(f"{PAST}/attrs/speed/{seen}")).status_code == 204
        assert await held(here) == 404

    join(scene)


def test_a_source_that_may_not_be_written_to_is_a_conflict(join):
    async def scene(here, there, peers):
        await here.register("there", **SPEED_ALONE, operations=["retrieveTemporal"])
        alone = await here.client.post("/temporal/entities", json=evolution(speed=[told(1, 10)]))
        assert alone.status_code == 409
        body = evolution(speed=[told(1, 10)], color=[told(1, "red")])
        partly = await here.client.post("/temporal/entities", json=body)
        assert partly.status_code == 207
        assert partly.json()["success"] == [CAR]
        assert await held(here) == {"color": ["red"]}
        assert all(one.method == "GET" for one in peers.seen)

    join(scene)


def test_a_silent_source_fails_its_part(join):
    async def scene(here, there, peers):
        await here.register("nowhere", mode="redirect", **WRITING)
        lost = await here.client.post("/temporal/entities", json=evolution(speed=[told(1, 10)]))
        assert lost.status_code == 504
        assert await held(here) == 404

    join(scene)


def test_what_is_invalid_goes_nowhere(join):
    async def scene(here, there, peers):
        await here.register("there", mode="redirect", **WRITING)
        for body in ({"id": "no uri", "type": "Vehicle"}, evolution(speed=[{"type": "Nothing"}])):
            refused = await here.client.post("/temporal/entities", json=body)
            assert refused.status_code == 400
        assert peers.seen == []

    join(scene)


def test_a_change_that_came_back_is_not_made_again(join):
    async def scene(here, there, peers):
        await here.register("there", mode="redirect", **WRITING)
        await there.register("here", mode="redirect", **WRITING)
        looped = await here.client.post("/temporal/entities", json=evolution(speed=[told(1, 10)]))
        assert looped.status_code == 508
        assert (await held(here), await held(there)) == (404, 404)

    join(scene)
