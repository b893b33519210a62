"""Rooms over a real store, and incidents in them."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from dalgu import cities
from dalgu.access.keys import create_keys
from dalgu.access.logbook import Logbook
from dalgu.access.seals import SealedBook
from dalgu.center.ground import BOOK, Ground
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.live.live import Live
from dalgu.center.moving.moving import Moving
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)


@pytest.fixture
def tell(tmp_path):
    """Return what runs a story, a coroutine function of a center whose stream is running."""

    async def whole(story):
        store, clock = Store.open(tmp_path / "city.db"), ManualClock(NOW)
        hub = LocalHub(store, clock)
        book = SealedBook.named(create_keys(tmp_path / "keys"), BOOK)
        logbook = Logbook(store, clock, book)
        ground = Ground(hub, store, clock, None, cities.load("daegu"), (), logbook)
        incidents, moving = Incidents(ground), Moving(ground)
        live = Live(ground, incidents, moving)
        logbook.load()
        running = asyncio.create_task(live.run())
        await asyncio.sleep(0)
        try:
            return await story(
                SimpleNamespace(
                    hub=hub, clock=clock, incidents=incidents, moving=moving, live=live, store=store
                )
            )
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await store.close()

    return lambda story: asyncio.run(whole(story))
