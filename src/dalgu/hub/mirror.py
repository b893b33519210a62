"""Mirrors what a sealed book tells to the hub, so that it has history, readers and indicators.

The book is the truth: entities follow it from where they were, and after a crash nothing is
left out. Doing so again changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence

from dalgu.access.following import Follower
from dalgu.access.logbook import Entry, Logbook
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document, Entity
from dalgu.store.sqlite import Store

COLLECTION = "hub.mirrored"  # how far each book is in the hub

Draw = Callable[[Sequence[Entry]], Iterable[Entity | Document]]


class Mirror:
    """Follows one book. Each room says which entities its entries changed, as they are now."""

    def __init__(self, hub: Hub, store: Store, book: Logbook, name: str) -> None:
        self._hub = hub
        self._rooms: dict[str, Draw] = {}
        self._follower = Follower(store, book, (COLLECTION, name), self._write)

    def follow(self, room: str, draw: Draw) -> None:
        """Let a room draw the entities of its entries."""
        self._rooms[room] = draw

    def redrawn(self, entry: Entry) -> Iterable[Entity | Document]:
        """Return what an entry's room draws of it now: something else about it has changed."""
        draw = self._rooms.get(entry.room)
        return draw([entry]) if draw is not None else ()

    async def run(self) -> None:
        """Mirror what is new, until cancelled."""
        await self._follower.run()

    async def catch_up(self) -> None:
        """Mirror everything up to now."""
        await self._follower.catch_up()

    async def _write(self, entries: Sequence[Entry]) -> None:
        drawn = (_drawn(room, draw, entries) for room, draw in self._rooms.items())
        entities = [one for some in drawn for one in some]
        if entities:
            await self._hub.upsert(entities)


def _drawn(room: str, draw: Draw, entries: Sequence[Entry]) -> Iterable[Entity | Document]:
    ours = [entry for entry in entries if entry.room == room]
    return draw(ours) if ours else ()
