"""Mirrors what a sealed book tells to the hub, so that it has history, readers and indicators.

The book is the truth: entities follow it from where they were, and after a crash nothing is
left out. Doing so again changes nothing.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from dalgu.access.logbook import Entry, Logbook
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document, Entity
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

COLLECTION = "hub.mirrored"  # how far each book is in the hub
GATHER_S = 0.2  # what comes at once is written at once

Draw = Callable[[Sequence[Entry]], Iterable[Entity | Document]]


class Mirror:
    """Follows one book. Each room says which entities its entries changed, as they are now."""

    def __init__(self, hub: Hub, store: Store, book: Logbook, name: str) -> None:
        self._hub, self._store, self._book, self._name = hub, store, book, name
        self._rooms: dict[str, Draw] = {}

    def follow(self, room: str, draw: Draw) -> None:
        """Let a room draw the entities of its entries."""
        self._rooms[room] = draw

    def redrawn(self, entry: Entry) -> Iterable[Entity | Document]:
        """Return what an entry's room draws of it now: something else about it has changed."""
        draw = self._rooms.get(entry.room)
        return draw([entry]) if draw is not None else ()

    async def run(self) -> None:
        """Mirror what is new, until cancelled."""
        while True:
            await self._book.wait(self.cursor())
            await asyncio.sleep(GATHER_S)
            await self.catch_up()

    def cursor(self) -> int:
        """Return the number of the newest entry that is in the hub."""
        body = self._store.read().records.get(COLLECTION, self._name)
        return 0 if body is None else int(body)

    async def catch_up(self) -> None:
        """Mirror everything up to now."""
        while found := self._book.after(self.cursor()):
            drawn = (_drawn(room, draw, found) for room, draw in self._rooms.items())
            entities = [one for some in drawn for one in some]
            if entities:
                await self._hub.upsert(entities)
            newest = str(found[-1].seq).encode()
            await self._store.write(partial(_keep, name=self._name, newest=newest))


def _keep(tables: Tables, *, name: str, newest: bytes) -> None:
    tables.records.put(COLLECTION, name, newest)


def _drawn(room: str, draw: Draw, entries: Sequence[Entry]) -> Iterable[Entity | Document]:
    ours = [entry for entry in entries if entry.room == room]
    return draw(ours) if ours else ()
