import asyncio

import pytest
from tests.access.test_logbook import NIGHT, NOW, Room, Said, book, store  # noqa: F401

from dalgu.access.following import Follower
from dalgu.access.logbook import Logbook, Noted
from dalgu.kernel.clock import ManualClock

PLACE = ("followers", "one")


def said(logbook, *texts):
    for text in texts:
        asyncio.run(logbook.write(NIGHT, "room", lambda at, text=text: [Noted("a", Said(text))]))


def test_a_follower_takes_each_entry_once_and_goes_on_where_it_was(store, book):  # noqa: F811
    logbook, taken = Logbook(store, ManualClock(NOW), book), []
    Room(logbook)

    async def take(entries):
        taken.extend(entry.deed.text for entry in entries)

    said(logbook, "one", "two")
    asyncio.run(Follower(store, logbook, PLACE, take).catch_up())
    said(logbook, "three")
    later = Follower(store, logbook, PLACE, take)
    assert later.cursor() == 2
    asyncio.run(later.catch_up())
    asyncio.run(later.catch_up())
    assert taken == ["one", "two", "three"]


def test_what_was_cut_off_while_it_was_taken_comes_again(store, book):  # noqa: F811
    logbook, taken = Logbook(store, ManualClock(NOW), book), []
    Room(logbook)

    async def fails(entries):
        raise OSError("cut off")

    async def take(entries):
        taken.extend(entry.deed.text for entry in entries)

    said(logbook, "one")
    with pytest.raises(OSError, match="cut off"):
        asyncio.run(Follower(store, logbook, PLACE, fails).catch_up())
    asyncio.run(Follower(store, logbook, PLACE, take).catch_up())
    assert taken == ["one"]
