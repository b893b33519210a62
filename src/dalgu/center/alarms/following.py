"""Follows the hub's events about alerts: nothing is lost, nothing is taken twice.

The cursor is kept in the store after what it stands for is in the book. After a cut the same
events come again, and what they came to already stands in the book. An alert that came while the
platform stood still, or whose event is no longer kept, is found by looking at all open ones once.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol

from dalgu.center.alarms.reading import PAGE, documents
from dalgu.center.ground import Ground
from dalgu.hub.hub import Event
from dalgu.hub.model import Document

COLLECTION, CURSOR = "alarms", "cursor"
EVENTS = 2_000  # read at once
PAUSE_S = 0.05  # alerts that come within it are taken together
TICK_S = 5.0  # delays run out at most this late
STALE = 2_000  # events of other types after which the cursor is kept although nothing was taken


class Taker(Protocol):
    """Whoever takes alerts."""

    async def take(self, documents: Iterable[Document]) -> Any:
        """Take Alert entities."""
        ...


class Follower:
    """Reads alerts as they come and hands them on."""

    def __init__(self, ground: Ground, taker: Taker) -> None:
        self._ground = ground
        self._taker = taker

    async def run(self) -> None:
        """Follow until cancelled."""
        held = self._kept()
        cursor = kept = await self._ground.hub.head() if held is None else held
        await self._look_at_all()
        next_tick = asyncio.get_running_loop().time() + TICK_S
        while True:
            events = await self._ground.hub.events(cursor, limit=EVENTS)
            took = await self._take(events)
            cursor = events[-1].seq if events else cursor
            if took or cursor - kept >= STALE:
                await self._keep(cursor)
                kept = cursor
            if asyncio.get_running_loop().time() >= next_tick:
                await self._taker.take(())
                next_tick = asyncio.get_running_loop().time() + TICK_S
            if len(events) < EVENTS:
                await self._wait(cursor, next_tick)

    async def _wait(self, cursor: int, until: float) -> None:
        left_s = max(0.0, until - asyncio.get_running_loop().time())
        try:
            await asyncio.wait_for(self._ground.hub.wait(cursor), left_s)
        except TimeoutError:
            return
        await asyncio.sleep(PAUSE_S)

    async def _take(self, events: list[Event]) -> int:
        ids = [one.entity for one in events if one.type == "Alert" and one.kind != "deleted"]
        if not ids:
            return 0
        await self._taker.take(await documents(self._ground.hub, ids))
        return len(ids)

    async def _look_at_all(self) -> None:
        found: list[Document] = []
        async for document in self._ground.hub.every("Alert", q='status!="closed"'):
            found.append(document)
            if len(found) >= PAGE:
                await self._taker.take(found)
                found = []
        await self._taker.take(found)

    def _kept(self) -> int | None:
        body = self._ground.store.read().records.get(COLLECTION, CURSOR)
        return None if body is None else int(body)

    async def _keep(self, cursor: int) -> None:
        body = str(cursor).encode()
        await self._ground.store.write(lambda tables: tables.records.put(COLLECTION, CURSOR, body))
