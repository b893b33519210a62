"""What an operator sees of subscribers, and does about what they were not told."""

import asyncio

import pytest

from dalgu.app.commands.opening import any_city
from dalgu.app.commands.subscribers import (
    drop_dead_letters,
    list_dead_letters,
    list_subscribers,
    replay_dead_letters,
)
from dalgu.hub.dead_letters import DeadLetter, Reason, SubscriptionWithoutLetters
from dalgu.hub.notified import Happening
from dalgu.hub.waiting import Item
from dalgu.kernel.settings import Settings

KEY = "urn:ngsi-ld:Subscription:1"
ROOM = {"id": "urn:ngsi-ld:Room:1", "type": "Room"}


@pytest.fixture
def settings(tmp_path):
    settings = Settings(data_dir=str(tmp_path / "city"))

    async def prepare():
        async with any_city(settings) as platform:
            endpoint = {"uri": "http://receiver.example/n"}
            wanted = {"entities": [{"type": "Room"}], "notification": {"endpoint": endpoint}}
            await platform.subscriptions.create({"id": KEY, "type": "Subscription", **wanted})
            why = Reason("2026-01-01T00:00:00Z", "the receiver was silent")
            letters = platform.notifier.letters
            letters.add(DeadLetter.of(KEY, Item(1, Happening("created", ROOM)), why))
            await platform.store.write(letters.writing().write)

    asyncio.run(prepare())
    return settings


def test_subscribers_are_listed_with_what_they_were_not_told(settings):
    [one] = asyncio.run(list_subscribers(settings))
    assert (one.id, one.endpoint, one.status) == (KEY, "http://receiver.example/n", "active")
    assert (one.lag, one.dead_letters) == (0, 1)
    [letter] = asyncio.run(list_dead_letters(settings, ""))
    assert (letter.entity, letter.reason) == (ROOM["id"], "the receiver was silent")


def test_dead_letters_are_asked_for_again_or_dropped_by_a_command(settings):
    assert asyncio.run(replay_dead_letters(settings, KEY)) == 1
    assert len(asyncio.run(list_dead_letters(settings, KEY))) == 1  # until it has arrived
    assert asyncio.run(drop_dead_letters(settings, KEY)) == 1
    assert asyncio.run(list_dead_letters(settings, KEY)) == []
    with pytest.raises(SubscriptionWithoutLetters, match="has no dead letters"):
        asyncio.run(drop_dead_letters(settings, KEY))
