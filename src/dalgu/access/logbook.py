"""A sealed book that rooms share: who did what about what, and when.

Each room that keeps a book (those of the operation center, those of the citizens) writes its
deeds here and knows its present state by folding them; so a timeline, a replay and a report all
read the same entries, and a changed, removed or inserted one is found by `verify`. What rooms
note about one thing carries its id as the subject: its timeline is everything under that subject.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.seals import BookHead, SealedBook, SealedEntry
from dalgu.kernel.clock import Clock
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

PAGE = 1_000  # entries read at once


@dataclass(frozen=True, slots=True)
class Noted:
    """What a room wants to be written: a deed about a subject."""

    subject: str
    deed: msgspec.Struct


class Entry(msgspec.Struct, frozen=True):
    """One deed as it stands in the book."""

    seq: int
    at: datetime
    room: str
    subject: str
    actor: str  # a pseudonym, "system" for what the platform did by itself
    deed: Any  # one of the room's deeds: a struct with a tag


class _Written(msgspec.Struct, frozen=True):
    at: datetime
    room: str
    subject: str
    actor: str
    deed: msgspec.Raw


Fold = Callable[[Entry], None]


class Logbook:
    """Appends deeds, hands each to its room in order, and remembers where subjects are.

    One process holds the book, so a lock is the transaction: what a room decides from its state
    is on disk before anything else is decided.
    """

    def __init__(self, store: Store, clock: Clock, book: SealedBook) -> None:
        self._store, self._clock, self._book = store, clock, book
        self._lock = asyncio.Lock()
        self._rooms: dict[str, tuple[Any, Fold]] = {}
        self._by_subject: dict[str, list[int]] = defaultdict(list)
        self._moved = asyncio.Event()
        self.head = 0

    def open_room(self, room: str, deeds: Any, fold: Fold) -> None:
        """Let a room follow its entries. `deeds` is the union of its tagged structs."""
        self._rooms[room] = (deeds, fold)

    def load(self) -> None:
        """Fold what is on disk; call it once, after the rooms are open."""
        while found := self._book.entries(self._store.read(), after=self.head, limit=PAGE):
            for sealed in found:
                self._take(self._entry(sealed))

    async def write(
        self, actor: Actor, room: str, decide: Callable[[datetime], Sequence[Noted]]
    ) -> list[Entry]:
        """Let a room decide from its state what to write; return its entries once on disk.

        Whatever `decide` raises is raised here, and nothing is written.
        """
        async with self._lock:
            at = self._clock.now()
            noted = decide(at)
            if not noted:
                return []
            bodies = [_body(at, room, actor.id, one) for one in noted]
            numbers = await self._store.write(lambda tables: self._append(tables, bodies, at))
            entries = [
                Entry(seq, at, room, one.subject, actor.id, one.deed)
                for seq, one in zip(numbers, noted, strict=True)
            ]
            for entry in entries:
                self._take(entry)
        self._moved.set()
        self._moved = asyncio.Event()
        return entries

    async def wait(self, after: int) -> None:
        """Return as soon as there is an entry past the number."""
        while self.head <= after:
            await self._moved.wait()

    def about(self, subject: str) -> list[Entry]:
        """Return every entry about a subject, oldest first."""
        tables = self._store.read()
        return [
            self._entry(self._book.entries(tables, after=seq - 1, limit=1)[0])
            for seq in self._by_subject.get(subject, ())
        ]

    def after(self, seq: int, *, limit: int = PAGE) -> list[Entry]:
        """Return entries past a number that their rooms have folded, oldest first.

        What is on disk a moment earlier is left out: whoever follows asks the rooms about it.
        """
        found = self._book.entries(self._store.read(), after=seq, limit=limit)
        return [self._entry(sealed) for sealed in found if sealed.seq <= self.head]

    async def verify(self) -> int | None:
        """Return the number of the first entry that does not hold, `None` when all do."""
        return await self._store.scan(self._book.verify)

    def sealed_head(self) -> BookHead | None:
        """Return the sealed head: published elsewhere it bears witness later."""
        return self._book.head(self._store.read())

    def _append(self, tables: Tables, bodies: Iterable[bytes], at: datetime) -> list[int]:
        return [self._book.append(tables, body, at) for body in bodies]

    def _entry(self, sealed: SealedEntry) -> Entry:
        written = msgspec.json.decode(sealed.content, type=_Written)
        kind = self._rooms[written.room][0] if written.room in self._rooms else Any
        deed = msgspec.json.decode(written.deed, type=kind)
        return Entry(sealed.seq, written.at, written.room, written.subject, written.actor, deed)

    def _take(self, entry: Entry) -> None:
        self.head = entry.seq
        self._by_subject[entry.subject].append(entry.seq)
        if entry.room in self._rooms:
            self._rooms[entry.room][1](entry)


def _body(at: datetime, room: str, actor: str, noted: Noted) -> bytes:
    deed = msgspec.Raw(msgspec.json.encode(noted.deed))
    return msgspec.json.encode(_Written(at, room, noted.subject, actor, deed))
