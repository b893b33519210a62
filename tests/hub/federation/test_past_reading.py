"""Histories that live in two hubs are one history to who asks."""

from datetime import timedelta

import pytest

CAR = "urn:ngsi-ld:Vehicle:1"
TEMPORAL = {"operations": ["retrieveTemporal", "queryTemporal"]}
LONG_AGO = {"timerel": "after", "timeAt": "2020-01-01T00:00:00Z"}


def told(day, value, **more):
    at = f"2026-05-{day:02}T00:00:00Z"
    return {"type": "Property", "value": value, "observedAt": at} | more


async def keep(place, *instances, entity=CAR, **attributes):
    body = {"id": entity, "type": "Vehicle", "speed": list(instances)} | attributes
    answer = await place.client.post(
        "/temporal/entities", json={k: v for k, v in body.items() if v}, params={"local": "true"}
    )
    assert answer.status_code in (201, 204), answer.text


async def speeds(place, path=f"/temporal/entities/{CAR}", **parameters):
    answer = await place.client.get(path, params=LONG_AGO | parameters)
    assert answer.status_code in (200, 206), answer.text
    body = answer.json()
    return [one["value"] for one in (body if isinstance(body, dict) else body[0])["speed"]]


def test_instances_of_both_hubs_are_one_series(join):
    async def scene(here, there, peers):
        await here.register("there", **TEMPORAL)
        await keep(here, told(1, 10), told(4, 40))
        await keep(there, told(2, 20), told(3, 30))
        assert await speeds(here) == [10, 20, 30, 40]
        assert await speeds(here, lastN=2) == [40, 30]
        assert await speeds(here, "/temporal/entities", type="Vehicle") == [10, 20, 30, 40]
        assert await speeds(here, local="true") == [10, 40]

    join(scene)


def test_what_only_the_other_hub_holds_is_found(join):
    async def scene(here, there, peers):
        await here.register("there", **TEMPORAL)
        await keep(there, told(2, 20), told(3, 30), color=[told(1, "red")])
        assert await speeds(here) == [20, 30]
        window = {"timerel": "between", "timeAt": "2026-05-03T00:00:00Z"}
        assert await speeds(here, **window, endTimeAt="2026-05-04T00:00:00Z") == [30]
        answer = await here.client.get(
            f"/temporal/entities/{CAR}", params=LONG_AGO | {"attrs": "color"}
        )
        assert answer.json().keys() == {"id", "type", "color"}
        posted = await here.client.post(
            "/temporal/entityOperations/query",
            json={"type": "Query", "entities": [{"type": "Vehicle"}], "temporalQ": LONG_AGO},
        )
        assert [one["id"] for one in posted.json()] == [CAR]

    join(scene)


def test_the_same_instant_of_a_dataset_is_told_once(join):
    async def scene(here, there, peers):
        await here.register("there", **TEMPORAL)
        await keep(here, told(1, 10), told(1, 11, datasetId="urn:x:a"))
        await there.clock.advance(timedelta(hours=1))
        await keep(there, told(1, 12))
        assert sorted(await speeds(here)) == [11, 12]

    join(scene)


def test_an_auxiliary_source_fills_only_what_is_missing(join):
    async def scene(here, there, peers):
        await here.register("there", mode="auxiliary", operations=["retrieveOps"])
        key = await here.register("there", **TEMPORAL)
        await keep(here, told(1, 10))
        await keep(there, told(1, 99), told(2, 20))
        assert await speeds(here) == [10, 20]
        await here.client.delete(f"/csourceRegistrations/{key}")
        assert await speeds(here) == [10]

    join(scene)


def test_sums_are_those_of_the_whole_series(join):
    async def scene(here, there, peers):
        await here.register("there", **TEMPORAL)
        await keep(here, told(1, 100))
        await keep(there, told(2, 300))
        asked = {"options": "aggregatedValues", "aggrMethods": "avg,max,totalCount"}
        answer = await here.client.get(f"/temporal/entities/{CAR}", params=LONG_AGO | asked)
        summed = answer.json()["speed"]
        assert (summed["avg"][0][0], summed["max"][0][0], summed["totalCount"][0][0]) == (
            200, 300, 2,
        )  # fmt: skip

    join(scene)


def test_queries_across_parts_are_asked_of_the_whole(join):
    async def scene(here, there, peers):
        await here.register("there", **TEMPORAL)
        await keep(here, color=[told(1, "red")])
        await keep(there, told(2, 60))
        asked = {"type": "Vehicle", "q": 'speed>50;color=="red"'}
        parts = await here.client.get("/temporal/entities", params=LONG_AGO | asked)
        assert parts.json() == []
        whole = await here.client.get(
            "/temporal/entities", params=LONG_AGO | asked | {"splitEntities": "true"}
        )
        assert whole.json()[0].keys() == {"id", "type", "color", "speed"}

    join(scene)


def test_pages_over_both_hubs_hold_each_entity_once(join):
    async def scene(here, there, peers):
        await here.register("there", **TEMPORAL)
        for number in range(5):
            place = here if number % 2 else there
            await keep(place, told(1, number), entity=f"urn:ngsi-ld:Vehicle:{number}")
        seen = []
        for offset in (0, 2, 4):
            asked = {"type": "Vehicle", "limit": 2, "offset": offset, "count": "true"}
            page = await here.client.get("/temporal/entities", params=LONG_AGO | asked)
            assert page.headers["ngsild-results-count"] == "5"
            seen += [one["id"] for one in page.json()]
        assert len(seen) == len(set(seen)) == 5

    join(scene)


def test_a_source_of_another_time_is_not_asked(join):
    async def scene(here, there, peers):
        interval = {"startAt": "2026-01-01T00:00:00Z", "endAt": "2026-02-01T00:00:00Z"}
        await here.register("there", observationInterval=interval, **TEMPORAL)
        await keep(there, told(2, 20))
        answer = await here.client.get(f"/temporal/entities/{CAR}", params={
            "timerel": "after", "timeAt": "2026-03-01T00:00:00Z",
        })  # fmt: skip
        assert (answer.status_code, peers.seen) == (404, [])

    join(scene)


def test_a_history_cut_by_its_source_is_told_as_cut(join):
    async def scene(here, there, peers):
        await here.register("there", **TEMPORAL)
        there.serve(max_instances=3)
        await keep(here, told(1, 1), told(9, 9))
        await keep(there, *(told(day, day) for day in range(2, 8)))
        answer = await here.client.get(f"/temporal/entities/{CAR}", params=LONG_AGO)
        assert answer.status_code == 206
        assert [one["value"] for one in answer.json()["speed"]] == [1, 2, 3, 4]

    join(scene)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{", "111"), (b"[1]", "111"), (b'[{"id": 1}]', "111"), (b"null", "111")],
)
def test_a_source_that_makes_no_sense_is_warned_of(join, body, code):
    async def scene(here, there, peers):
        async def confused(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": body})

        peers.hubs["confused"] = confused
        await here.register("confused", **TEMPORAL)
        await keep(here, told(1, 10))
        answer = await here.client.get(f"/temporal/entities/{CAR}", params=LONG_AGO)
        assert [one["value"] for one in answer.json()["speed"]] == [10]
        assert answer.headers["ngsild-warning"].startswith(code)

    join(scene)
