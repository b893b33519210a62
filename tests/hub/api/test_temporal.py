from dalgu.kernel.clock import iso

METER = "urn:ngsi-ld:Meter:1"
PATH = f"/temporal/entities/{METER}"


def readings(*values, hour=0):
    return [
        {"type": "Property", "value": value, "observedAt": f"2026-01-01T{hour + at:02d}:00:00Z"}
        for at, value in enumerate(values)
    ]


async def told(client, *values, **more):
    body = {"id": METER, "type": "Meter", "flow": readings(*values), **more}
    return await client.post("/temporal/entities", json=body)


async def values_of(client, **parameters):
    answer = await client.get(PATH, params=parameters)
    return [one["value"] for one in answer.json().get("flow", [])]


def test_a_history_comes_oldest_first_and_the_last_newest_first(run):
    async def scene(city, client):
        assert (await told(client, 1, 2, 3)).status_code == 201
        after = {"timerel": "after", "timeAt": "2026-01-01T01:00:00Z"}
        return (
            await values_of(client),
            await values_of(client, lastN=2),
            await values_of(client, **after),
        )

    assert run(scene) == ([1, 2, 3], [3, 2], [2, 3])


def test_an_instance_keeps_its_id_when_it_is_changed_and_the_state_follows(run):
    async def scene(city, client):
        await told(client, 1, 2)
        last = (await client.get(PATH)).json()["flow"][1]["instanceId"]
        patch = {"type": "Property", "value": 5, "observedAt": "2026-01-01T03:00:00Z"}
        changed = await client.patch(f"{PATH}/attrs/flow/{last}", json=patch)
        moved = (await client.get(PATH)).json()["flow"][1]
        state = (await client.get(f"/entities/{METER}")).json()["flow"]["value"]
        gone = await client.delete(f"{PATH}/attrs/flow/{last}")
        again = await client.delete(f"{PATH}/attrs/flow/{last}")
        left = (await client.get(f"/entities/{METER}")).json()["flow"]["value"]
        codes = [changed.status_code, gone.status_code, again.status_code]
        return codes, moved["instanceId"] == last, state, left

    assert run(scene) == ([204, 204, 404], True, 5, 1)


def test_a_deleted_attribute_leaves_a_tombstone_in_its_history(run):
    async def scene(city, client):
        await told(client, 1)
        await client.delete(f"/entities/{METER}/attrs/flow")
        asked = {"timeproperty": "deletedAt"}
        answer = await client.get(PATH, params=asked)
        return await values_of(
            client, timerel="after", timeAt="2020-01-01T00:00:00Z"
        ), answer.json()

    values, gone = run(scene)
    assert values == [1]
    assert [(one["value"], "deletedAt" in one) for one in gone["flow"]] == [
        ("urn:ngsi-ld:null", True)
    ]


def test_a_deleted_history_takes_its_entity_with_it(run):
    async def scene(city, client):
        await told(client, 1)
        codes = [(await client.delete(PATH)).status_code for _ in range(2)]
        return [*codes, (await client.get(PATH)).status_code, (await told(client, 2)).status_code]

    assert run(scene) == [204, 404, 404, 201]


def test_values_are_summed_up_by_periods(run):
    async def scene(city, client):
        await told(client, 1, 3, 5)
        asked = {
            "aggrMethods": "sum,max",
            "aggrPeriodDuration": "PT2H",
            "options": "aggregatedValues",
        }
        return (await client.get(PATH, params=asked)).json()["flow"]

    flow = run(scene)
    assert flow["sum"] == [
        [4, "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"],
        [5, "2026-01-01T02:00:00Z", "2026-01-01T04:00:00Z"],
    ]
    assert [one[0] for one in flow["max"]] == [3, 5]


def test_a_history_that_is_too_long_is_cut_for_all_attributes_at_once(run):
    async def scene(city, client):
        from dalgu.hub.api.app import HubApi

        await told(client, 1, 2, 3, heat=readings(7, 8, hour=1))
        short = HubApi(
            city.hub, city.subscriptions, city.contexts, clock=city.clock, max_instances=2
        )
        client._transport.app = short
        return await client.get(PATH)

    answer = run(scene)
    assert answer.status_code == 206
    assert answer.headers["content-range"] == (
        "date-time 2026-01-01T00:00:00Z-2026-01-01T01:00:00Z/*"
    )
    assert [one["value"] for one in answer.json()["flow"]] == [1, 2]
    assert [one["value"] for one in answer.json()["heat"]] == [7]


def test_a_scope_selects_what_was_measured_while_it_was_valid(run):
    async def scene(city, client):
        scope = [
            {"type": "Property", "value": "/A", "observedAt": "2026-01-01T00:00:00Z"},
            {"type": "Property", "value": "/B", "observedAt": "2026-01-01T01:00:00Z"},
        ]
        await told(client, 1, 2, 3, scope=scope)
        found = await client.get("/temporal/entities", params={"type": "Meter", "scopeQ": "/B"})
        return [one["value"] for one in found.json()[0]["flow"]]

    assert run(scene) == [2, 3]


def test_a_scope_without_an_instant_is_valid_from_when_it_was_set(run):
    async def scene(city, client):
        past = {"type": "Property", "value": 0, "observedAt": "2025-01-01T00:00:00Z"}
        now = {"type": "Property", "value": 1, "observedAt": iso(city.clock.now())}
        await told(client, scope="/A", flow=[past, now])
        found = await client.get("/temporal/entities", params={"type": "Meter", "scopeQ": "/A"})
        return [one["value"] for one in found.json()[0]["flow"]]

    assert run(scene) == [1]  # the other was measured before it (4.18, C.5.16)
