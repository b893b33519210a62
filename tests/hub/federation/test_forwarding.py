"""Subscriptions at other hubs: made once, kept as they are here, and told on when they speak."""

import asyncio
from contextlib import asynccontextmanager

SUBSCRIPTIONS = {"operations": ["federationOps"]}
CAR = "urn:ngsi-ld:Vehicle:1"


@asynccontextmanager
async def both(here, there):
    async with here.running(), there.running():
        yield


async def speed(there, value, **more):
    body = {"id": CAR, "type": "Vehicle", "speed": value} | more
    await there.client.post("/entityOperations/upsert", json=[body], params={"options": "update"})


def copies(there):
    return [there.subscriptions.get(key).body for key in there.subscriptions.names()]


def test_a_change_at_a_source_is_told_under_our_own_id(join):
    async def scene(here, there, peers):
        await here.register("there", **SUBSCRIPTIONS)
        async with both(here, there):
            key = await here.subscribe(q="speed>50", notification={
                "endpoint": {"uri": "http://listener-here/n"}, "format": "keyValues",
            })  # fmt: skip
            await here.until(lambda: len(there.subscriptions) == 1)
            [copy] = copies(there)
            assert copy["q"] == "speed>50"
            assert copy["notification"]["endpoint"]["uri"].startswith("http://here/ngsi-ld/ex/")
            await speed(there, 40)
            await speed(there, 60)
            await here.until(lambda: here.listener.heard)
            [told] = here.listener.heard
            assert told["subscriptionId"] == key
            assert told["data"] == [{"id": CAR, "type": "Vehicle", "speed": 60}]

    join(scene)


def test_a_source_watches_and_is_believed_in_what_it_registered_only(join):
    async def scene(here, there, peers):
        info = {"entities": [{"type": "Vehicle"}], "propertyNames": ["speed"]}
        await here.register("there", information=[info], **SUBSCRIPTIONS)
        async with both(here, there):
            await here.subscribe()
            await here.until(lambda: len(there.subscriptions) == 1)
            assert copies(there)[0]["watchedAttributes"] == ["speed"]
            await speed(there, 1, color="red")
            await here.until(lambda: here.listener.heard)
            [car] = here.listener.heard[0]["data"]
            assert "color" not in car

    join(scene)


def test_an_update_and_a_deletion_follow_the_subscription(join):
    async def scene(here, there, peers):
        await here.register("there", **SUBSCRIPTIONS)
        async with both(here, there):
            key = await here.subscribe(q="speed>50")
            await here.until(lambda: len(there.subscriptions) == 1)
            patch = {"isActive": False, "q": "urn:ngsi-ld:null"}
            assert (await here.client.patch(f"/subscriptions/{key}", json=patch)).status_code == 204
            await here.until(lambda: copies(there)[0].get("isActive") is False)
            assert "q" not in copies(there)[0]
            await here.client.delete(f"/subscriptions/{key}")
            await here.until(lambda: not len(there.subscriptions))

    join(scene)


def test_registrations_that_come_and_go_add_and_remove_copies(join):
    async def scene(here, there, peers):
        async with both(here, there):
            await here.subscribe()
            registration = await here.register("there", **SUBSCRIPTIONS)
            await here.until(lambda: len(there.subscriptions) == 1)
            await here.client.delete(f"/csourceRegistrations/{registration}")
            await here.until(lambda: not len(there.subscriptions))

    join(scene)


def test_a_restart_neither_loses_nor_doubles_a_copy(join):
    async def scene(here, there, peers):
        await here.register("there", **SUBSCRIPTIONS)
        async with there.running():
            async with here.running():
                key = await here.subscribe()
                await here.until(lambda: len(there.subscriptions) == 1)
            before = there.subscriptions.names()
            await here.client.patch(f"/subscriptions/{key}", json={"q": "speed>1"})
            await here.close()  # the change was never brought to the source
            here.open()
            async with here.running():
                await here.until(lambda: copies(there)[0].get("q") == "speed>1")
                assert there.subscriptions.names() == before
                await here.client.delete(f"/subscriptions/{key}")
                await here.until(lambda: not len(there.subscriptions))

    join(scene)


def test_a_lost_answer_makes_no_second_copy(join):
    async def scene(here, there, peers):
        await here.register("there", **SUBSCRIPTIONS)
        api, lost = peers.hubs["there"], []

        async def losing(scope, receive, send):
            async def nothing(event):
                lost.append(event)

            if scope["method"] == "POST" and not lost:
                await api(scope, receive, nothing)
                await send({"type": "http.response.start", "status": 504, "headers": []})
                await send({"type": "http.response.body", "body": b""})
            else:
                await api(scope, receive, send)

        peers.hubs["there"] = losing
        async with both(here, there):
            await here.subscribe()
            await here.until(lambda: any(one.method == "PATCH" for one in peers.seen))
            assert len(there.subscriptions) == 1

    join(scene)


def test_a_source_that_was_down_gets_its_copy_when_it_is_back(join):
    async def scene(here, there, peers):
        await here.register("there", **SUBSCRIPTIONS)
        api = peers.hubs.pop("there")
        async with both(here, there):
            await here.subscribe()
            await here.until(lambda: len(peers.seen) > 2)
            peers.hubs["there"] = api
            await here.until(lambda: len(there.subscriptions) == 1)

    join(scene)


def test_parts_are_put_together_before_the_queries_are_asked(join):
    async def scene(here, there, peers):
        await here.register("there", **SUBSCRIPTIONS)
        await here.create(color="red")
        async with both(here, there):
            await here.subscribe(q='speed>50;color=="red"', splitEntities=True)
            await here.until(lambda: len(there.subscriptions) == 1)
            assert "q" not in copies(there)[0]
            await speed(there, 10)
            await speed(there, 60)
            await here.until(lambda: here.listener.heard)
            [told] = here.listener.heard
            assert [(one["speed"]["value"], one["color"]["value"]) for one in told["data"]] == [
                (60, "red")
            ]

    join(scene)


def test_hubs_that_register_each_other_make_no_loop(join):
    async def scene(here, there, peers):
        await here.register("there", **SUBSCRIPTIONS)
        await there.register("here", **SUBSCRIPTIONS)
        async with both(here, there):
            await here.subscribe()
            await here.until(lambda: len(there.subscriptions) == 1)
            await there.until(lambda: len(peers.seen) >= 2)
            await asyncio.sleep(0.05)
            assert (len(here.subscriptions), len(there.subscriptions)) == (1, 1)

    join(scene)


def test_what_a_source_notified_outlives_a_stop(join):
    async def scene(here, there, peers):
        await here.register("there", **SUBSCRIPTIONS)
        async with both(here, there):
            await here.subscribe()
            await here.until(lambda: len(there.subscriptions) == 1)
        remote = there.subscriptions.names()[0]
        notice = {
            "type": "Notification",
            "subscriptionId": remote,
            "data": [{"id": CAR, "type": "Vehicle", "speed": {"type": "Property", "value": 7}}],
        }
        taken = await here.client.post("http://here/ngsi-ld/ex/remote-notify", json=notice)
        assert taken.status_code == 200
        await here.close()
        here.open()
        async with here.running():
            await here.until(lambda: here.listener.heard)
        assert here.listener.heard[0]["data"][0]["speed"]["value"] == 7
        await here.close()
        here.open()
        async with here.running():
            await asyncio.sleep(0.05)
        assert len(here.listener.heard) == 1

    join(scene)


def test_a_notification_of_no_subscription_of_ours_is_refused(join):
    async def scene(here, there, peers):
        notice = {"type": "Notification", "subscriptionId": "urn:x:forged", "data": []}
        refused = await here.client.post("http://here/ngsi-ld/ex/remote-notify", json=notice)
        assert refused.status_code == 404
        for body in ({}, [], {"type": "Notification", "subscriptionId": "urn:x:1", "data": 1}):
            wrong = await here.client.post("http://here/ngsi-ld/ex/remote-notify", json=body)
            assert wrong.status_code == 400

    join(scene)


def test_the_hub_shows_that_it_watches_sources_for_a_subscription(join):
    async def scene(here, there, peers):
        key = await here.subscribe()
        await here.subscribe(localOnly=True)
        listed = (await here.client.get("/csourceSubscriptions")).json()
        assert [one["id"] for one in listed] == [f"{key}:sources"]
        one = await here.client.get(f"/csourceSubscriptions/{key}:sources")
        assert one.json()["entities"] == [{"type": "Vehicle"}]

    join(scene)


def test_sources_notify_the_hub_where_the_city_says_it_is(join):
    async def scene(here, there, peers):
        here.federate(address="https://city.example")
        await here.register("there", **SUBSCRIPTIONS)
        async with both(here, there):
            await here.subscribe()
            await here.until(lambda: len(there.subscriptions) == 1)
        endpoint = copies(there)[0]["notification"]["endpoint"]
        assert endpoint["uri"] == "https://city.example/ngsi-ld/ex/remote-notify"

    join(scene)
