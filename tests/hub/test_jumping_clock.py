"""The city's clock jumps by days: order, queues, expiries and stamps stay sane."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hosted import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.soundness import faults
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import iso

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAYS = (0, 3, -2, 400, 1, -30)


class JumpingClock:
    def __init__(self):
        self.at = NOON

    def now(self):
        return self.at

    async def sleep_until(self, at):
        await asyncio.sleep(0)


@pytest.fixture
def play(tmp_path):
    def run(scene):
        async def whole():
            clock = JumpingClock()
            hub = LocalHub.open(tmp_path / "city.db", clock)
            try:
                return await scene(hub, clock)
            finally:
                await hub.close()

        return asyncio.run(whole())

    return run


def room(number, heat):
    return {
        "id": f"urn:ngsi-ld:Room:{number}",
        "type": "Room",
        "heat": {"type": "Property", "value": heat},
    }


def test_events_keep_their_order_and_no_write_is_lost(play):
    async def scene(hub, clock):
        for number, days in enumerate(DAYS):
            clock.at = NOON + timedelta(days=days)
            await hub.upsert([room(number, days), room(99, days)])
        events = await hub.events(0)
        past = [one["value"] for one, _ in await hub.history("urn:ngsi-ld:Room:99", "heat")]
        state = await hub.retrieve("urn:ngsi-ld:Room:99")
        return events, past, state, await faults(hub.store)

    events, past, state, found = play(scene)
    assert [one.seq for one in events] == list(range(1, 2 * len(DAYS) + 1))
    assert sorted(past) == sorted(DAYS)
    assert state["heat"]["value"] == DAYS[-1]
    assert found == []


def test_what_expires_does_so_by_the_clock_as_it_is_now(play):
    async def scene(hub, clock):
        await hub.create(room(1, 1) | {"expiresAt": iso(NOON + timedelta(days=1))})
        clock.at = NOON - timedelta(days=7)
        assert (await hub.retrieve("urn:ngsi-ld:Room:1"))["heat"]["value"] == 1
        clock.at = NOON + timedelta(days=2)
        with pytest.raises(EntityNotExisting):
            await hub.retrieve("urn:ngsi-ld:Room:1")
        clock.at = NOON
        await hub.create(room(1, 2))  # its id is free again
        return await faults(hub.store)

    assert play(scene) == []


def test_an_interval_is_due_again_after_the_clock_was_set_back(play):
    async def scene(hub, clock):
        subscriptions = Subscriptions(hub.store, Contexts(hub.store, clock), clock)
        key = await subscriptions.create(
            {
                "type": "Subscription",
                "entities": [{"type": "Room"}],
                "timeInterval": 60,
                "notification": {"endpoint": {"uri": "http://receiver.example/"}},
            }
        )
        subscriptions.counters[key].last_notification = iso(NOON + timedelta(days=9))
        clock.at = NOON + timedelta(minutes=2)
        return len(subscriptions.due(clock.now()))

    assert play(scene) == 1
