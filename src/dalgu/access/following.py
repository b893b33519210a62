"""Following a sealed book from where one was: after a crash nothing is left out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from dalgu.access.logbook import Entry, Logbook
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

GATHER_S = 0.2  # what comes at once is taken at once


class Follower:
    """Hands the entries of a book on, in order, and keeps how far it has come.

    The place is kept after the entries were taken: cut off between the two, they come again.
    `place` is the collection and the key of that record.
    """

    def __init__(
        self,
        store: Store,
        book: Logbook,
        place: tuple[str, str],
        take: Callable[[Sequence[Entry]], Awaitable[None]],
        *,
        gather_s: float = GATHER_S,
    ) -> None:
        self._store, self._book = store, book
        self._place, self._take, self._gather_s = place, take, gather_s

    async def run(self) -> None:
        """Take what is new, until cancelled."""
        while True:
            await self._book.wait(self.cursor())
            await asyncio.sleep(self._gather_s)
            await self.catch_up()

    def cursor(self) -> int:
        """Return the number of the newest entry that was taken."""
        body = self._store.read().records.get(*self._place)
        return 0 if body is None else int(body)

    async def catch_up(self) -> None:
        """Take everything up to now."""
        while found := self._book.after(self.cursor()):
            await self._take(found)
            await self._store.write(partial(_keep, place=self._place, newest=found[-1].seq))


def _keep(tables: Tables, *, place: tuple[str, str], newest: int) -> None:
    tables.records.put(*place, str(newest).encode())
