"""Incidents as they stood at any instant of the last days: their entries, folded until then."""

import asyncio
from bisect import bisect_right
from datetime import datetime, timedelta

from dalgu.access.logbook import PAGE, Entry
from dalgu.center.ground import Ground
from dalgu.center.incidents.deeds import Raised
from dalgu.center.incidents.fold import fold
from dalgu.center.incidents.incidents import ROOM, Incidents, number_of
from dalgu.center.incidents.state import Incident

REACH = timedelta(days=8)
MOST_ENTRIES = 200_000  # held; a book that grows faster is replayed less far back


class Past:
    """Folds forwards from where it stands; going back, it begins anew."""

    def __init__(self, ground: Ground, incidents: Incidents) -> None:
        self._ground, self._incidents = ground, incidents
        self._entries: list[Entry] = []
        self._times: list[datetime] = []
        self._head: int | None = None
        self._folded = 0
        self._state: dict[int, Incident] = {}
        self._lock = asyncio.Lock()

    async def at(self, at: datetime) -> dict[int, Incident]:
        """Return all incidents that were known at an instant.

        They are the fold's own and change with the next question: read them before any await.
        """
        async with self._lock:
            await self._catch_up()
            until = bisect_right(self._times, at)
            if until < self._folded:
                self._state, self._folded = {}, 0
            for entry in self._entries[self._folded : until]:
                number = number_of(entry.subject)
                if number in self._state or isinstance(entry.deed, Raised):
                    self._state[number] = fold(self._state.get(number), number, entry)
            self._folded = until
            return self._state

    async def _catch_up(self) -> None:
        book = self._ground.logbook
        if self._head is None:
            self._begin()
        while found := book.after(self._head or 0):
            self._take([entry for entry in found if entry.room == ROOM])
            self._head = found[-1].seq
            if len(found) == PAGE:
                await asyncio.sleep(0)
        self._bound()

    def _begin(self) -> None:
        """Take the entries of incidents that were raised before the reach and open within it."""
        since = self._ground.clock.now() - REACH
        self._head = self._seq_before(since)
        old = [
            one
            for one in self._incidents.all.values()
            if one.raised_at < since and (one.closed_at is None or one.closed_at >= since)
        ]
        book = self._ground.logbook
        entries = [entry for one in old for entry in book.about(one.id) if entry.seq <= self._head]
        self._take(sorted((e for e in entries if e.room == ROOM), key=lambda e: e.seq))

    def _take(self, entries: list[Entry]) -> None:
        self._entries += entries
        self._times += [entry.at for entry in entries]

    def _bound(self) -> None:
        beyond = len(self._entries) - MOST_ENTRIES
        if beyond > 0:
            del self._entries[:beyond], self._times[:beyond]
            self._state, self._folded = {}, 0

    def _seq_before(self, at: datetime) -> int:
        """Return the number of the last entry before an instant, by halving."""
        book = self._ground.logbook
        low, high = 0, book.head
        while low < high:
            middle = (low + high) // 2
            [entry] = book.after(middle, limit=1)
            low, high = (middle + 1, high) if entry.at < at else (low, middle)
        return low
