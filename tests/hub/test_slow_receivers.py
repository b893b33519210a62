"""A slow, hanging or dead receiver costs itself only; what it was not told is kept for it.

Over real connections: endpoints that never answer, that answer byte by byte, that hang up, and
among them healthy ones, which get everything.
"""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from dalgu.hub.dead_letters import QUEUE_FULL, SubscriptionWithoutLetters
from dalgu.hub.dispatch import ATTEMPTS, MAX_AT_ONCE
from dalgu.hub.hosted import Contexts
from dalgu.hub.lanes import Lanes
from dalgu.hub.local import LocalHub
from dalgu.hub.notify import MAX_WAITING, Notifier
from dalgu.hub.outgoing import Reach
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Durability, Store

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TIMEOUT_MS = 150
ENTITIES = 20


class Receivers:
    """One server; the path of a request says how it is treated."""

    def __init__(self):
        self.told = Counter()
        self.entities = {}
        self.is_mended = False
        self.writers = []

    async def __call__(self, reader, writer):
        self.writers.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
                body = await reader.readexactly(length)
                path = head.split(b" ")[1].decode()
                await getattr(self, "healthy" if self.is_mended else path.split("/")[1])(
                    path, body, writer
                )
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    async def healthy(self, path, body, writer):
        self.told[path] += 1
        seen = self.entities.setdefault(path, set())
        seen.update(one["id"] for one in msgspec.json.decode(body)["data"])
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()

    async def silent(self, path, body, writer):
        self.told[path] += 1
        await asyncio.Event().wait()

    async def dripping(self, path, body, writer):
        self.told[path] += 1
        while True:
            writer.write(b"H")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def closing(self, path, body, writer):
        self.told[path] += 1
        raise ConnectionError

    async def endless(self, path, body, writer):
        self.told[path] += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()


class City:
    def __init__(self, path, port):
        self.clock = ManualClock(BEGIN)
        self.store = Store.open(path, durability=Durability.OFF)
        self.hub = LocalHub(self.store, self.clock)
        self.subscriptions = Subscriptions(self.store, Contexts(self.store, self.clock), self.clock)
        self.port = port

    async def subscribe(self, how, number=0):
        key = f"urn:ngsi-ld:Subscription:{how}{number}"
        uri = f"http://127.0.0.1:{self.port}/{how}/{number}"
        # Each has a host of its own: 127.0.0.0/8 all lead here.
        uri = uri.replace("127.0.0.1", f"127.0.{number % 250}.{1 + len(how)}")
        patience = {} if how in ("healthy", "endless") else {"timeout": TIMEOUT_MS}
        await self.subscriptions.create(
            {
                "id": key,
                "type": "Subscription",
                "entities": [{"type": "Room"}],
                "notification": {"endpoint": {"uri": uri} | patience},
            }
        )
        return key

    @asynccontextmanager
    async def notifying(self):
        reach = Reach(loopback=True)
        notifier = Notifier(self.hub, self.subscriptions, self.store, self.clock, reach=reach)
        running = asyncio.create_task(notifier.run())
        try:
            yield notifier
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def until(self, holds, *, passing=timedelta(milliseconds=200)):
        for _ in range(6_000):
            if holds():
                return
            await asyncio.sleep(0.002)
            await self.clock.advance(passing)
        pytest.fail("What was waited for did not come about.")


@pytest.fixture
def play(tmp_path):
    def run(scene):
        async def whole():
            receivers = Receivers()
            server = await asyncio.start_server(receivers, "0.0.0.0", 0)
            city = City(tmp_path / "city.db", server.sockets[0].getsockname()[1])
            try:
                await scene(city, receivers)
            finally:
                server.close()
                for writer in receivers.writers:
                    writer.transport.abort()
                await asyncio.sleep(0)
                await city.store.close()

        asyncio.run(whole())

    return run


def room(number, heat=1):
    return {
        "id": f"urn:ngsi-ld:Room:{number}",
        "type": "Room",
        "heat": {"type": "Property", "value": heat},
    }


def test_healthy_receivers_get_everything_among_many_that_hang(play):
    async def scene(city, receivers):
        for number in range(MAX_AT_ONCE + 4):  # more than there are places on the way
            await city.subscribe("silent", number)
        bad = [await city.subscribe(how) for how in ("dripping", "closing")]
        for number in range(3):
            await city.subscribe("healthy", number)
        async with city.notifying():
            for heat in range(3):
                await city.hub.upsert([room(number, heat) for number in range(ENTITIES)])
            await city.until(
                lambda: (
                    [len(receivers.entities.get(f"/healthy/{n}", ())) for n in range(3)]
                    == [ENTITIES] * 3
                )
            )
            await city.until(
                lambda: all(city.subscriptions.counters[one].dead_lettered for one in bad)
            )
        for one in bad:
            counters = city.subscriptions.counters[one]
            assert counters.times_failed >= ATTEMPTS
            assert counters.retried >= ATTEMPTS - 1
            assert city.subscriptions.shown(one)["notification"]["status"] == "failed"
            assert "lastFailure" in city.subscriptions.shown(one)["notification"]
        healthy = city.subscriptions.counters["urn:ngsi-ld:Subscription:healthy0"]
        assert (healthy.times_failed, healthy.dead_lettered) == (0, 0)

    play(scene)


def test_an_answer_without_end_is_hung_up_on_and_counts_as_taken(play):
    async def scene(city, receivers):
        key = await city.subscribe("endless")
        async with city.notifying():
            await city.hub.upsert([room(1)])
            await city.until(lambda: city.subscriptions.counters[key].last_success)
        assert city.subscriptions.counters[key].times_failed == 0

    play(scene)


def test_dead_letters_are_kept_told_again_and_gone(play):
    async def scene(city, receivers):
        key = await city.subscribe("closing")
        async with city.notifying() as notifier:
            await city.hub.upsert([room(1), room(2)])
            await city.until(lambda: len(notifier.letters.every(key)) == 2)
            [one, two] = notifier.letters.every(key)
            assert (one.entity, one.kind) == ("urn:ngsi-ld:Room:1", "created")
            assert one.given_up_at >= "2026-01-01T00:00:01"
            assert one.reason
            assert two.seq == 2
        receivers.is_mended = True
        async with city.notifying() as notifier:
            assert await notifier.letters.replay(key) == 2
            await city.until(lambda: not notifier.letters.every())
        assert receivers.entities["/closing/0"] == {"urn:ngsi-ld:Room:1", "urn:ngsi-ld:Room:2"}
        with pytest.raises(SubscriptionWithoutLetters):
            await notifier.letters.replay(key)

    play(scene)


def test_dead_letters_can_be_dropped_and_go_with_their_subscription(play):
    async def scene(city, receivers):
        keys = [await city.subscribe("closing", number) for number in range(2)]
        async with city.notifying() as notifier:
            await city.hub.upsert([room(1)])
            await city.until(lambda: len(notifier.letters.every()) == 2)
            assert await notifier.letters.drop(keys[0]) == 1
            await city.subscriptions.delete(keys[1])
            assert notifier.letters.every() == []

    play(scene)


def test_what_a_full_queue_refuses_is_a_dead_letter_too(play):
    async def scene(city, receivers):
        key = await city.subscribe("silent")
        async with city.notifying() as notifier:
            await city.hub.upsert([room(0)])
            await city.until(lambda: receivers.told, passing=timedelta())
            await city.hub.upsert([room(number) for number in range(1, MAX_WAITING + 4)])
            await city.until(lambda: notifier.letters.every(key), passing=timedelta())
            assert {one.reason for one in notifier.letters.every(key)} == {QUEUE_FULL}
            assert len(notifier.letters.every(key)) == 3

    play(scene)


def test_a_restart_repeats_nothing_to_those_who_were_told(play):
    async def scene(city, receivers):
        slow = await city.subscribe("silent")
        await city.subscribe("healthy")
        async with city.notifying() as notifier:
            await city.hub.upsert([room(1)])
            await city.until(lambda: receivers.told["/healthy/0"] == 1, passing=timedelta())
            told = "urn:ngsi-ld:Subscription:healthy0"
            await city.until(
                lambda: b'"done":1' in (city.store.read().records.get(
                    "hub.subscription-states", told) or b""), passing=timedelta(),
            )  # fmt: skip
            assert notifier.cursor == 0
        async with city.notifying():
            await city.hub.upsert([room(2)])
            await city.until(lambda: receivers.told["/healthy/0"] == 2)
            await city.until(lambda: city.subscriptions.counters[slow].times_failed > 1)
        assert receivers.told["/healthy/0"] == 2

    play(scene)


def test_a_place_in_the_fast_lane_is_given_away_by_who_takes_long():
    async def scene():
        lanes, released = Lanes(1, patience_s=0.01), asyncio.Event()

        async def slow():
            async with lanes.place("slow"):
                await released.wait()

        hanging = [asyncio.create_task(slow()) for _ in range(2)]
        async with asyncio.timeout(5), lanes.place("healthy"):
            pass
        released.set()
        await asyncio.gather(*hanging)
        async with asyncio.timeout(5), lanes.place("slow"), lanes.place("healthy"):
            pass  # in lanes of their own

    asyncio.run(scene())
