"""Stores of earlier schemas open; a migration that is cut off goes on at the next start."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import apsw
import numpy as np
import pytest
from benchmarks.reliability.disk import LAYER, Disk, DiskLayer

from dalgu.hub.local import LocalHub
from dalgu.hub.soundness import faults
from dalgu.kernel.clock import ManualClock
from dalgu.store.errors import SchemaTooNew, StoreFailed
from dalgu.store.migrate import scripts
from dalgu.store.sqlite import Store

EARLIER = Path(__file__).parent / "earlier"
WELL = "urn:ngsi-ld:Well:1"


@pytest.fixture(params=sorted(path.stem for path in EARLIER.glob("*.sql")))
def earlier(request, tmp_path):
    """A file that an earlier schema wrote."""
    path = tmp_path / "city.db"
    connection = apsw.Connection(str(path))
    connection.execute((EARLIER / f"{request.param}.sql").read_text("utf-8"))
    connection.close()
    return path


def version(path):
    connection = apsw.Connection(str(path))
    found = connection.pragma("user_version")
    connection.close()
    return found


def test_a_store_of_an_earlier_schema_opens_with_all_it_held(earlier):
    assert version(earlier) < len(scripts())

    async def story():
        hub = LocalHub.open(earlier, ManualClock(datetime(2026, 6, 1, tzinfo=UTC)))
        try:
            state = await hub.retrieve(WELL)
            past = [one["value"] for one, _ in await hub.history(WELL, "depth")]
            [(_, message)] = await hub.messages()
            book = hub.store.read().ledger.verify("audit")
            await hub.merge({"id": WELL, "depth": {"type": "Property", "value": 9}})
            return state, past, message, book, await hub.types(), await faults(hub.store)
        finally:
            await hub.close()

    state, past, message, book, types, found = asyncio.run(story())
    assert state["depth"]["value"] == 4.25
    assert past == [4.25, 3.5]
    assert message.body == b"x" * 300
    assert (book, types, found) == (None, {"Well": 2}, [])
    assert version(earlier) == len(scripts())


def test_a_migration_that_the_power_cuts_off_goes_on_at_the_next_start(earlier):
    """The power goes at every third step of the disk, until a migration gets through."""
    before, disk = earlier.read_bytes(), Disk(np.random.default_rng(1))
    layer, cut = DiskLayer(disk), 0
    while True:
        cut += 3
        earlier.write_bytes(before)
        for left in earlier.parent.glob("city.db-*"):
            left.unlink()
        disk.restart(cut)
        try:
            store = Store.open(earlier, vfs=LAYER)
        except (StoreFailed, apsw.Error):
            disk.lose()
        else:
            asyncio.run(store.close())
            break
        store = Store.open(earlier)
        assert asyncio.run(faults(store)) == []
        assert store.read().records.get("settings", "city") == b'"daegu"'
        asyncio.run(store.close())
        assert version(earlier) == len(scripts())
    del layer
    assert cut > 5  # the migration has several steps


def test_a_store_of_a_newer_schema_is_refused_and_left_as_it_is(earlier):
    connection = apsw.Connection(str(earlier))
    connection.pragma("user_version", len(scripts()) + 1)
    connection.close()
    before = earlier.read_bytes()

    with pytest.raises(SchemaTooNew, match="Install the release that wrote it"):
        Store.open(earlier)

    assert earlier.read_bytes() == before


def test_two_processes_may_meet_over_an_old_store(earlier):
    """The second finds the first one's migration done, though both saw the old schema."""
    from dalgu.store.migrate import check, migrate

    first, second = (apsw.Connection(str(earlier)) for _ in range(2))
    seen = [check(one, str(earlier)) for one in (first, second)]
    migrate(first, seen[0])
    migrate(second, seen[1])
    for one in (first, second):
        one.close()
    assert version(earlier) == len(scripts())
