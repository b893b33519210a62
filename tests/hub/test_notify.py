"""Subscriptions and what they send: once for each change, again after failures, never lost."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx2
import msgspec
import pytest

from dalgu.hub.dispatch import ATTEMPTS
from dalgu.hub.errors import HubError, SubscriptionNotExisting
from dalgu.hub.hosted import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.notify import MAX_WAITING, Notifier
from dalgu.hub.outgoing import AddressRefused, Reach, resolve
from dalgu.hub.subscriptions import Subscriptions
from dalgu.hub.values import NULL
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Durability, Store

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class Receiver:
    """A real ASGI endpoint that remembers what it got, and may refuse."""

    def __init__(self):
        self.bodies = []
        self.headers = []
        self.status = 200

    async def __call__(self, scope, receive, send):
        parts = b""
        while True:
            event = await receive()
            parts += event.get("body", b"")
            if not event.get("more_body"):
                break
        self.bodies.append(msgspec.json.decode(parts))
        self.headers.append(dict(scope["headers"]))
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class City:
    def __init__(self, path):
        self.clock = ManualClock(BEGIN)
        self.store = Store.open(path, durability=Durability.OFF)
        self.hub = LocalHub(self.store, self.clock)
        self.contexts = Contexts(self.store, self.clock)
        self.subscriptions = Subscriptions(self.store, self.contexts, self.clock)
        self.receiver = Receiver()

    def notifier(self):
        transport = httpx2.ASGITransport(app=self.receiver)
        return Notifier(self.hub, self.subscriptions, self.store, self.clock, transport=transport)

    @asynccontextmanager
    async def notifying(self):
        notifier = self.notifier()
        running = asyncio.create_task(notifier.run())
        await asyncio.sleep(0)
        try:
            yield notifier
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def until(self, holds):
        """Let the loop run, and the clock with it, until something holds."""
        for _ in range(3_000):
            if holds():
                return
            await asyncio.sleep(0.001)
            await self.clock.advance(timedelta(milliseconds=20))
        pytest.fail("What was waited for did not come about.")


@pytest.fixture
def run(tmp_path):
    def play(scene):
        async def whole():
            city = City(tmp_path / "city.db")
            try:
                await scene(city)
            finally:
                await city.store.close()

        asyncio.run(whole())

    return play


def subscription(**members):
    notification = members.pop("notification", {})
    return {
        "id": "urn:ngsi-ld:Subscription:1",
        "type": "Subscription",
        "entities": [{"type": "Room"}],
        "notification": {"endpoint": {"uri": "http://receiver.example/n"}} | notification,
    } | members


def room(number=1, **attributes):
    values = {name: {"type": "Property", "value": value} for name, value in attributes.items()}
    return {"id": f"urn:ngsi-ld:Room:{number}", "type": "Room"} | values


def test_a_change_is_told_to_who_asked_for_it(run):
    async def scene(city):
        await city.hub.upsert([room(9, heat=1)])  # before anybody asked
        key = await city.subscriptions.create(
            subscription(
                watchedAttributes=["heat"],
                q="heat>20",
                notification={"attributes": ["heat"], "format": "keyValues"},
            )
        )
        async with city.notifying():
            await city.hub.upsert([room(1, heat=25, light=1), room(2, heat=5), room(3, light=1)])
            await city.until(lambda: city.receiver.bodies)
        [body] = city.receiver.bodies
        assert body["type"] == "Notification"
        assert body["subscriptionId"] == key
        assert body["data"] == [{"id": "urn:ngsi-ld:Room:1", "type": "Room", "heat": 25}]
        assert b"ngsi-ld-core-context" in city.receiver.headers[0][b"link"]
        shown = city.subscriptions.shown(key)["notification"]
        assert (shown["timesSent"], shown["status"]) == (1, "ok")
        assert "timesFailed" not in shown  # it never failed

    run(scene)


def test_a_receiver_that_fails_is_asked_again_and_then_given_up(run):
    async def scene(city):
        key = await city.subscriptions.create(subscription())
        city.receiver.status = 500
        async with city.notifying() as notifier:
            await city.hub.upsert([room(1, heat=1)])
            counters = city.subscriptions.counters[key]
            await city.until(lambda: counters.dead_lettered == 1)
            assert counters.times_failed == len(city.receiver.bodies) == ATTEMPTS
            assert len({body["id"] for body in city.receiver.bodies}) == 1
            assert city.subscriptions.shown(key)["notification"]["status"] == "failed"
            city.receiver.status = 200
            await city.hub.upsert([room(1, heat=2)])
            await city.until(lambda: counters.last_success)
            await city.until(lambda: notifier.cursor == 2)
            assert await notifier.lag() == 0

    run(scene)


def test_what_was_not_delivered_is_delivered_after_a_restart(run):
    async def scene(city):
        await city.subscriptions.create(subscription())
        city.receiver.status = 500
        async with city.notifying() as notifier:
            await city.hub.upsert([room(1, heat=1)])
            await city.until(lambda: city.receiver.bodies)
            assert notifier.cursor == 0
        city.receiver.status = 200
        refused = len(city.receiver.bodies)
        async with city.notifying() as notifier:
            await city.until(lambda: len(city.receiver.bodies) > refused)
            await city.until(lambda: city.store.read().outbox.cursor("notifications") == 1)
        async with city.notifying() as notifier:
            await city.until(lambda: notifier.cursor == 1)
        assert len(city.receiver.bodies) == refused + 1

    run(scene)


def test_throttling_holds_back_and_loses_nothing(run):
    async def scene(city):
        await city.subscriptions.create(subscription(throttling=3600))
        async with city.notifying():
            await city.hub.upsert([room(1, heat=1)])
            await city.until(lambda: len(city.receiver.bodies) == 1)
            for heat in (2, 3):
                await city.hub.upsert([room(1, heat=heat)])
            await city.hub.upsert([room(2, heat=4)])
            await city.until(lambda: city.subscriptions.counters[KEY].waiting == 2)
            await city.clock.advance(timedelta(hours=1))
            await city.until(lambda: len(city.receiver.bodies) == 2)
        data = city.receiver.bodies[1]["data"]
        assert [one["heat"]["value"] for one in data] == [3, 4]

    run(scene)


KEY = "urn:ngsi-ld:Subscription:1"


def test_a_queue_has_a_bound_and_counts_what_it_refused(run):
    async def scene(city):
        await city.subscriptions.create(subscription(throttling=3600))
        async with city.notifying():
            await city.hub.upsert([room(0, heat=1)])
            await city.until(lambda: len(city.receiver.bodies) == 1)
            await city.hub.upsert([room(number, heat=1) for number in range(MAX_WAITING + 7)])
            counters = city.subscriptions.counters[KEY]
            await city.until(lambda: counters.dead_lettered == 6)  # the first is unchanged
            assert counters.waiting == MAX_WAITING

    run(scene)


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ("entityCreated", ["created"]),
        ("entityDeleted", ["deleted"]),
        ("attributeDeleted", ["without light"]),
    ],
)
def test_a_trigger_chooses_the_kind_of_change(run, trigger, expected):
    async def scene(city):
        await city.subscriptions.create(subscription(notificationTrigger=[trigger]))
        told = city.receiver.bodies
        async with city.notifying() as notifier:
            await city.hub.create(room(1, heat=1, light=1))
            await city.until(lambda: notifier.cursor == 1)
            await city.hub.merge({"id": "urn:ngsi-ld:Room:1", "light": "urn:ngsi-ld:null"})
            await city.until(lambda: notifier.cursor == 2)
            await city.hub.delete("urn:ngsi-ld:Room:1")
            await city.until(lambda: notifier.cursor == 3)
        kinds = {
            "deleted": "deletedAt" in told[0]["data"][0],
            "created": told[0]["data"][0].get("light", {}).get("value") == 1,
            "without light": told[0]["data"][0].get("light", {}).get("value") == NULL,
        }
        assert [kind for kind, holds in kinds.items() if holds] == expected
        if trigger == "attributeDeleted":  # with the entity, its other attribute goes, too
            assert told.pop()["data"][0]["heat"]["value"] == NULL
        assert len(told) == 1

    run(scene)


def test_a_change_is_shown_with_what_was_before(run):
    async def scene(city):
        await city.hub.create(room(1, heat=1, light=1))
        triggers = ["attributeUpdated", "attributeDeleted"]
        showing = subscription(notificationTrigger=triggers, notification={"showChanges": True})
        await city.subscriptions.create(showing)
        async with city.notifying() as notifier:
            await city.hub.merge({"id": "urn:ngsi-ld:Room:1", **room(1, heat=2)})
            await city.until(lambda: notifier.cursor == 2)
            await city.hub.merge({"id": "urn:ngsi-ld:Room:1", "light": NULL})
            await city.until(lambda: notifier.cursor == 3)
        updated, deleted = (body["data"][0] for body in city.receiver.bodies)
        assert updated["heat"] == {"type": "Property", "value": 2, "previousValue": 1}
        assert "previousValue" not in updated["light"]
        assert deleted["light"] == {"type": "Property", "value": NULL, "previousValue": 1}

    run(scene)


def test_an_interval_tells_what_fits_whatever_changes(run):
    async def scene(city):
        await city.hub.upsert([room(1, heat=30), room(2, heat=5)])
        await city.subscriptions.create(subscription(timeInterval=10, q="heat>20"))
        begun = city.clock.now()
        async with city.notifying():
            await city.until(lambda: len(city.receiver.bodies) == 2)
        assert timedelta(seconds=19) < city.clock.now() - begun < timedelta(seconds=25)
        told = [[one["id"] for one in body["data"]] for body in city.receiver.bodies]
        assert told == [["urn:ngsi-ld:Room:1"]] * 2

    run(scene)


def test_a_notification_goes_over_a_real_connection_to_the_address_that_was_judged(run):
    async def scene(city):
        got = asyncio.get_running_loop().create_future()

        async def answer(reader, writer):
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
            got.set_result((head, await reader.readexactly(length)))
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        endpoint = {
            "uri": f"http://localhost:{port}/n",
            "receiverInfo": [{"key": "X-City", "value": "Daegu"}],
        }
        await city.subscriptions.create(subscription(notification={"endpoint": endpoint}))
        reach = Reach(loopback=True)
        notifier = Notifier(city.hub, city.subscriptions, city.store, city.clock, reach=reach)
        running = asyncio.create_task(notifier.run())
        await city.hub.upsert([room(1, heat=1)])
        head, body = await asyncio.wait_for(got, 5)
        await city.until(lambda: city.subscriptions.counters[KEY].last_success)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        server.close()
        await server.wait_closed()
        assert f"host: localhost:{port}".encode() in head.lower()
        assert b"x-city: daegu" in head.lower()
        assert msgspec.json.decode(body)["data"][0]["id"] == "urn:ngsi-ld:Room:1"

    run(scene)


def test_a_paused_or_expired_subscription_is_silent(run):
    async def scene(city):
        await city.subscriptions.create(subscription(isActive=False))
        soon = city.clock.now() + timedelta(seconds=1)
        await city.subscriptions.create(subscription(id=KEY + "2", expiresAt=soon.isoformat()))
        await city.clock.advance(timedelta(seconds=2))
        async with city.notifying() as notifier:
            await city.hub.upsert([room(1, heat=1)])
            await city.until(lambda: notifier.cursor == 1)
        assert city.receiver.bodies == []
        assert city.subscriptions.shown(KEY)["status"] == "paused"
        assert city.subscriptions.shown(KEY + "2")["status"] == "expired"

    run(scene)


def test_subscriptions_outlive_the_process(run):
    async def scene(city):
        await city.subscriptions.create(subscription(description="before"))
        await city.subscriptions.update(KEY, {"description": "after", "throttling": 5})
        again = Subscriptions(city.store, city.contexts, city.clock)
        assert again.shown(KEY)["description"] == "after"
        assert again.get(KEY).throttling == timedelta(seconds=5)
        await again.delete(KEY)
        assert len(Subscriptions(city.store, city.contexts, city.clock)) == 0
        with pytest.raises(SubscriptionNotExisting):
            again.get(KEY)

    run(scene)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"type": "Subscription"},
        subscription(entities=[]),
        subscription(entities=["Room"]),
        subscription(entities=[{"id": "urn:x:1"}]),
        subscription(entities=[{"type": "Room", "idPattern": "(a+)+"}]),
        subscription(q="heat>"),
        subscription(throttling=-1),
        subscription(throttling=True),
        subscription(expiresAt="soon"),
        subscription(isActive="yes"),
        subscription(timeInterval=5, throttling=5),
        subscription(timeInterval=5, watchedAttributes=["heat"]),
        subscription(timeInterval=0),
        subscription(csf="(("),
        subscription(expiresAt="2025-01-01T00:00:00Z"),
        subscription(notification={"format": "keyValues", "showChanges": True}),
        subscription(notification={"pick": ["heat"], "attributes": ["heat"]}),
        subscription(notification={"pick": ["heat"], "omit": ["heat"]}),
        subscription(geoQ={"georel": "within"}),
        subscription(notificationTrigger=["always"]),
        subscription(id="no uri"),
        subscription(notification={"endpoint": None}),
        subscription(notification={"endpoint": {"uri": "ftp://a.example/"}}),
        subscription(notification={"endpoint": {"uri": "http://[::1"}}),
        subscription(notification={"endpoint": {"uri": "http://a.example:port/"}}),
        subscription(notification={"endpoint": {"uri": "http://user:pw@a.example/"}}),
        subscription(notification={"endpoint": {"uri": "mqtt://a.example/"}}),
        subscription(notification={"format": "xml"}),
        subscription(
            notification={
                "endpoint": {
                    "uri": "http://a.example/",
                    "receiverInfo": [{"key": "X-A", "value": "a\r\nX-B: b"}],
                }
            }
        ),
    ],
)
def test_what_is_no_subscription_is_refused(run, body):
    async def scene(city):
        with pytest.raises(HubError) as refusal:
            await city.subscriptions.create(body)
        assert refusal.value.status in (400, 403, 422)
        assert len(city.subscriptions) == 0

    run(scene)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]",
     "[::ffff:10.0.0.1]", "0.0.0.0", "2130706433", "[fe80::1]", "224.0.0.1"],
)  # fmt: skip
def test_an_address_inside_the_city_is_refused(host):
    with pytest.raises(AddressRefused):
        asyncio.run(resolve(f"http://{host}/n", Reach()))


def test_a_target_is_held_to_the_address_that_was_judged():
    target = asyncio.run(resolve("http://localhost:8085/n?a=1", Reach(loopback=True)))
    assert target.host == "localhost:8085"
    assert "localhost" not in target.url
    assert target.url.endswith(":8085/n?a=1")
    assert (
        asyncio.run(resolve("http://10.0.0.1/", Reach(private=True))).url == "http://10.0.0.1:80/"
    )
    with pytest.raises(AddressRefused):
        asyncio.run(resolve("http://169.254.169.254/", Reach(private=True, loopback=True)))
