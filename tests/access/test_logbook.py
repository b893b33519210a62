import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from dalgu.access.actor import Actor, Role
from dalgu.access.keys import create_keys
from dalgu.access.logbook import Logbook, Noted
from dalgu.access.seals import SealedBook
from dalgu.center.ground import BOOK
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
NIGHT = Actor("person:night", Role.OPERATOR)


class Said(msgspec.Struct, frozen=True, tag="said"):
    text: str


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    n: int


class Room:
    def __init__(self, logbook):
        self.heard = []
        logbook.open_room("room", Said | Counted, self.heard.append)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "city.db")
    yield opened
    asyncio.run(opened.close())


@pytest.fixture
def book(tmp_path):
    return SealedBook.named(create_keys(tmp_path / "keys"), BOOK)


def test_a_deed_is_folded_when_written_and_again_when_the_book_is_opened(store, book):
    logbook = Logbook(store, ManualClock(NOW), book)
    room = Room(logbook)
    asyncio.run(
        logbook.write(NIGHT, "room", lambda at: [Noted("a", Said("물")), Noted("b", Counted(2))])
    )

    again = Logbook(store, ManualClock(NOW), book)
    later = Room(again)
    again.load()

    assert later.heard == room.heard
    assert [(e.subject, e.deed) for e in room.heard] == [("a", Said("물")), ("b", Counted(2))]
    assert again.about("b")[0].actor == "person:night"
    assert again.head == 2


def test_what_a_room_refuses_is_not_written(store, book):
    logbook = Logbook(store, ManualClock(NOW), book)
    Room(logbook)

    def refuse(at):
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        asyncio.run(logbook.write(NIGHT, "room", refuse))
    assert logbook.head == 0


def test_who_follows_the_book_sees_what_is_folded_and_no_more(store, book):
    logbook = Logbook(store, ManualClock(NOW), book)
    room = Room(logbook)
    asyncio.run(logbook.write(NIGHT, "room", lambda at: [Noted("a", Said("one"))]))
    # What another task has put on disk, and its room does not know yet.
    later = msgspec.json.encode(
        {
            "at": NOW,
            "room": "room",
            "subject": "b",
            "actor": "x",
            "deed": {"type": "said", "text": "two"},
        }
    )
    asyncio.run(store.write(lambda tables: book.append(tables, later, NOW)))
    assert [entry.deed for entry in logbook.after(0)] == [Said("one")]
    logbook.load()
    assert [entry.deed for entry in logbook.after(0)] == [one.deed for one in room.heard]
    assert len(room.heard) == 2


def test_decisions_come_one_after_the_other(store, book):
    logbook = Logbook(store, ManualClock(NOW), book)
    room = Room(logbook)

    async def count():
        def next_one(at):
            return [Noted("a", Counted(len(room.heard)))]

        await asyncio.gather(*(logbook.write(NIGHT, "room", next_one) for _ in range(20)))

    asyncio.run(count())
    assert [entry.deed.n for entry in room.heard] == list(range(20))


def test_every_one_of_a_thousand_tamperings_is_found(store, book):
    import numpy as np

    logbook = Logbook(store, ManualClock(NOW), book)
    Room(logbook)

    async def fill():
        for k in range(8):
            noted = [Noted(f"s{k}", Said(f"entry {k} {j}")) for j in range(5)]
            await logbook.write(NIGHT, "room", lambda at, noted=noted: noted)

    asyncio.run(fill())
    connection = store._connection
    rows = list(
        connection.execute(
            "SELECT ledger, seq, at, body, digest FROM ledger WHERE ledger=?", (BOOK,)
        )
    )
    chance = np.random.default_rng(5)
    assert asyncio.run(logbook.verify()) is None
    for _ in range(1000):
        row = int(chance.integers(len(rows)))
        body, where = bytearray(rows[row][3]), 0
        where = int(chance.integers(len(body)))
        body[where] ^= int(chance.integers(1, 256))
        connection.execute(
            "UPDATE ledger SET body=? WHERE ledger=? AND seq=?", (bytes(body), BOOK, row + 1)
        )
        assert book.verify(store.read()) == row + 1
        connection.execute(
            "UPDATE ledger SET body=? WHERE ledger=? AND seq=?", (rows[row][3], BOOK, row + 1)
        )
    assert asyncio.run(logbook.verify()) is None
