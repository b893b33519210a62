"""Two real hubs side by side: what one asks, the other answers."""

import asyncio
from datetime import timedelta

import msgspec

CAR = "urn:ngsi-ld:Vehicle:1"

EXCLUSIVE = {
    "mode": "exclusive",
    "information": [
        {"entities": [{"id": CAR, "type": "Vehicle"}], "propertyNames": ["speed"]},
    ],
}


def test_an_entity_is_put_together_from_both_hubs(join):
    async def scene(here, there, peers):
        await here.register("there")
        await here.create(color="red")
        await there.create(speed=50)
        assert await here.car() == {"id": CAR, "type": "Vehicle", "color": "red", "speed": 50}
        assert await here.car(local="true") == {"id": CAR, "type": "Vehicle", "color": "red"}
        found = await here.client.get("/entities?type=Vehicle&options=keyValues&count=true")
        assert found.json() == [{"id": CAR, "type": "Vehicle", "color": "red", "speed": 50}]
        assert found.headers["ngsild-results-count"] == "1"

    join(scene)


def test_the_newer_value_wins_and_auxiliary_values_only_fill(join):
    async def scene(here, there, peers):
        old, new = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
        await here.create(speed={"value": 1, "observedAt": old}, color="red")
        await there.create(speed={"value": 2, "observedAt": new}, color="blue", seats=4)
        key = await here.register("there", operations=["retrieveOps"])
        assert (await here.car())["speed"] == 2
        await here.client.patch(f"/csourceRegistrations/{key}", json={"mode": "auxiliary"})
        assert await here.car() == {
            "id": CAR, "type": "Vehicle", "speed": 1, "color": "red", "seats": 4,
        }  # fmt: skip

    join(scene)


def test_what_a_source_holds_alone_is_written_there_alone(join):
    async def scene(here, there, peers):
        await here.register("there", **EXCLUSIVE)
        body = {"id": CAR, "type": "Vehicle", "speed": 50, "color": "red"}
        created = await here.client.post("/entities", json=body)
        assert created.status_code == 201
        assert await here.car(local="true") == {"id": CAR, "type": "Vehicle", "color": "red"}
        assert await there.car() == {"id": CAR, "type": "Vehicle", "speed": 50}
        assert (await here.client.delete(f"/entities/{CAR}")).status_code == 204
        assert (await here.car(), await there.car()) == (404, 404)

    join(scene)


def test_a_batch_reaches_a_source_as_one_request(join):
    async def scene(here, there, peers):
        await here.register("there", mode="redirect")
        cars = [{"id": f"urn:ngsi-ld:Vehicle:{n}", "type": "Vehicle"} for n in range(3)]
        created = await here.client.post("/entityOperations/create", json=cars)
        assert created.status_code == 201
        assert [one.url.path for one in peers.seen] == ["/ngsi-ld/v1/entityOperations/create"]
        assert len((await there.client.get("/entities?type=Vehicle")).json()) == 3
        assert (await here.client.get("/entities?type=Vehicle&local=true")).json() == []

    join(scene)


def test_done_in_part_says_what_was_not_done(join):
    async def scene(here, there, peers):
        await here.register("there")
        await here.create(color="red")
        answer = await here.client.post("/entities", json={"id": CAR, "type": "Vehicle"})
        assert answer.status_code == 207
        assert answer.json()["success"] == [CAR]
        assert [one["error"]["status"] for one in answer.json()["errors"]] == [409]

    join(scene)


def test_a_source_that_may_not_be_written_to_is_a_conflict(join):
    async def scene(here, there, peers):
        await here.register("there", mode="redirect", operations=["retrieveOps"])
        answer = await here.client.post("/entities", json={"id": CAR, "type": "Vehicle"})
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "Conflict")
        assert peers.seen == []

    join(scene)


def test_a_silent_source_is_warned_of_when_reading_and_fails_writing(join):
    async def scene(here, there, peers):
        await here.create(color="red")
        await here.register("nowhere")
        read = await here.client.get(f"/entities/{CAR}")
        assert read.status_code == 200
        assert read.headers["ngsild-warning"].startswith("199 dalgu-")
        written = await here.client.patch(f"/entities/{CAR}", json={"color": "blue"})
        assert written.status_code == 207
        assert written.json()["errors"][0]["error"]["status"] == 504

    join(scene)


def test_a_loop_of_two_hubs_ends(join):
    async def scene(here, there, peers):
        await here.register("there", mode="redirect")
        await there.register("here", mode="redirect")
        answer = await here.client.post("/entities", json={"id": CAR, "type": "Vehicle"})
        assert answer.status_code == 508
        assert len(peers.seen) == 2
        assert await here.car() == 404

    join(scene)


def test_an_expired_registration_is_not_asked(join):
    async def scene(here, there, peers):
        await here.register("there", expiresAt="2026-01-02T00:00:00Z")
        await there.create(speed=50)
        await here.clock.advance(timedelta(days=2))
        assert await here.car() == 404
        assert peers.seen == []

    join(scene)


def test_a_source_hears_only_what_its_registration_says(join):
    async def scene(here, there, peers):
        headers = [
            {"key": "X-City", "value": "daegu"},
            {"key": "X-User", "value": "urn:ngsi-ld:request"},
            {"key": "Via", "value": "1.1 evil"},
        ]
        await here.register("there", contextSourceInfo=headers)
        await here.client.get(f"/entities/{CAR}", headers={"X-User": "u1", "Authorization": "no"})
        [request] = peers.seen
        assert (request.headers["x-city"], request.headers["x-user"]) == ("daegu", "u1")
        assert "authorization" not in request.headers
        assert "evil" not in request.headers["via"]

    join(scene)


def test_registrations_that_claim_the_same_alone_are_refused(join):
    async def scene(here, there, peers):
        await here.register("there", **EXCLUSIVE)
        body = {"type": "ContextSourceRegistration", "endpoint": "http://x.example"} | EXCLUSIVE
        again = await here.client.post("/csourceRegistrations", json=body)
        assert again.status_code == 409
        body["information"] = [{"entities": [{"type": "Vehicle"}], "propertyNames": ["speed"]}]
        vague = await here.client.post("/csourceRegistrations", json=body)
        assert vague.status_code == 400

    join(scene)


def test_a_subscriber_is_told_of_sources_that_come_and_go(join):
    async def scene(here, there, peers):
        running = asyncio.create_task(here.federation.run())
        body = {
            "type": "Subscription",
            "entities": [{"type": "Vehicle"}],
            "notification": {"endpoint": {"uri": "http://listener/notify"}},
        }
        told = asyncio.Queue()

        async def listener(scope, receive, send):
            told.put_nowait(msgspec.json.decode((await receive())["body"]))
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        peers.hubs["listener"] = listener
        made = await here.client.post("/csourceSubscriptions", json=body)
        assert made.status_code == 201
        key = await here.register("there")
        await here.client.patch(f"/csourceRegistrations/{key}", json={"description": "cars"})
        await here.client.delete(f"/csourceRegistrations/{key}")
        async with asyncio.timeout(10):
            heard = [await told.get() for _ in range(3)]
        reasons = [one["triggerReason"] for one in heard]
        assert reasons == ["newlyMatching", "updated", "noLongerMatching"]
        assert {one["data"][0]["id"] for one in heard} == {key}
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    join(scene)
