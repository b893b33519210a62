"""A backup is made while writes go on, is the same by its hash elsewhere, or is refused."""

import asyncio
import resource
from contextlib import contextmanager
from datetime import UTC, datetime

import apsw
import pytest

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.store.backup import BackupBroken, BackupFailed, verify
from dalgu.store.sqlite import Store

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def room(number):
    heat = {"type": "Property", "value": number, "observedAt": "2026-05-01T00:00:00Z"}
    return {"id": f"urn:ngsi-ld:Room:{number}", "type": "Room", "heat": heat}


@pytest.fixture
def city(tmp_path):
    def play(story):
        async def whole():
            hub = LocalHub.open(tmp_path / "city.db", ManualClock(NOON))
            try:
                return await story(hub)
            finally:
                await hub.close()

        return asyncio.run(whole())

    return play


async def a_backup(hub, path):
    await hub.upsert([room(number) for number in range(500)])
    await hub.store.online_backup(path)
    return await hub.store.digest()


def digest_at(path):
    async def read():
        store = Store.open(path)
        try:
            return await store.digest()
        finally:
            await store.close()

    return asyncio.run(read())


def test_a_backup_has_the_hash_of_what_it_was_made_of(city, tmp_path):
    copy = tmp_path / "away" / "city.db"
    digest = city(lambda hub: a_backup(hub, copy))

    assert verify(copy, copy).digest == digest
    assert digest_at(copy) == digest


def test_a_backup_is_one_instant_of_a_city_that_is_written_to(city, tmp_path):
    copy = tmp_path / "copy.db"

    async def story(hub):
        async def write():
            for number in range(400):
                await hub.upsert([room(number)])

        writing = asyncio.create_task(write())
        await hub.store.next_commit()
        await hub.store.online_backup(copy)
        during = (await hub.types()).get("Room", 0)
        await writing
        return during

    during = city(story)
    verify(copy, copy)

    async def read():
        hub = LocalHub.open(copy, ManualClock(NOON))
        held, head = await hub.count("Room"), await hub.head()
        await hub.close()
        return held, head

    held, head = asyncio.run(read())
    assert 0 < held == head <= during  # each room is one event: none without the other


def cut_off(path):
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def turned(path):
    """Turn one value of one row, so that the file is whole and its content is not."""
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE event SET at = at + 1 WHERE seq = 7")
    connection.close()


def unsigned(path):
    connection = apsw.Connection(str(path))
    connection.execute("DELETE FROM record WHERE collection = 'backup'")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (cut_off, "no whole backup"),
        (turned, "rows are not those that were backed up"),
        (unsigned, "not made by `dalgu backup`"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused(city, tmp_path, spoil, why):
    copy = tmp_path / "copy.db"
    city(lambda hub: a_backup(hub, copy))
    spoil(copy)

    with pytest.raises(BackupBroken, match=why):
        verify(copy, copy)


@contextmanager
def files_of_at_most(size):
    """Let no file of this process grow further, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_half_backup_and_the_city_goes_on(city, tmp_path):
    away = tmp_path / "away"

    async def story(hub):
        await hub.upsert([room(number) for number in range(500)])
        with files_of_at_most(100_000), pytest.raises(BackupFailed, match="Nothing is left of it"):
            await hub.store.online_backup(away / "copy.db")
        left = list(away.iterdir())
        await hub.store.online_backup(away / "copy.db")
        await hub.create(room(1_000))
        return left

    assert city(story) == []
    verify(away / "copy.db", away / "copy.db")
