import asyncio
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from dalgu.kernel.errors import Overloaded
from dalgu.store.errors import SchemaTooNew, StoreClosed, StoreForeign
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def put(key: str, body: bytes = b"x"):
    return lambda tables: tables.records.put("things", key, body)


def put_then_fail(key: str):
    def work(tables: Tables) -> None:
        tables.records.put("things", key, b"half")
        tables.names.intern(f"name of {key}")
        raise LookupError(key)

    return work


def keys(tables: Tables) -> list[str]:
    return [key for key, _ in tables.records.all("things")]


def run(tmp_path: Path, story, **options):
    async def whole():
        store = Store.open(tmp_path / "city.db", **options)
        try:
            return await story(store)
        finally:
            await store.close()

    return asyncio.run(whole())


def test_a_write_is_read_back_at_once_and_after_a_restart(tmp_path):
    async def write(store):
        result = await store.write(lambda tables: tables.records.put("things", "a", b"1") or "done")
        return result, store.read().records.get("things", "a")

    async def read(store):
        return store.read().records.get("things", "a")

    assert run(tmp_path, write) == ("done", b"1")
    assert run(tmp_path, read) == b"1"


def test_a_failing_work_undoes_only_itself(tmp_path):
    async def story(store):
        works = [put("a"), put_then_fail("b"), put("c"), put_then_fail("d"), put("e")]
        outcomes = await asyncio.gather(
            *(store.write(work) for work in works), return_exceptions=True
        )
        names = [store.read().names.find(f"name of {key}") for key in "bd"]
        return [type(outcome) for outcome in outcomes], keys(store.read()), names

    kinds, kept, names = run(tmp_path, story)

    assert kinds == [type(None), LookupError, type(None), LookupError, type(None)]
    assert kept == ["a", "c", "e"]
    assert names == [None, None]


def test_a_name_interned_by_an_undone_work_can_be_interned_again(tmp_path):
    async def story(store):
        with pytest.raises(LookupError):
            await store.write(put_then_fail("b"))
        key = await store.write(lambda tables: tables.names.intern("name of b"))
        return store.read().names.text(key)

    assert run(tmp_path, story) == "name of b"


def test_work_that_fails_before_it_writes_does_not_make_others_run_twice(tmp_path):
    runs: list[str] = []

    def counted(key):
        def work(tables):
            runs.append(key)
            if key == "bad":
                raise LookupError(key)
            tables.records.put("things", key, b"")

        return work

    async def story(store):
        works = [counted(key) for key in ("a", "bad", "b")]
        await asyncio.gather(*(store.write(work) for work in works), return_exceptions=True)

    run(tmp_path, story)

    assert runs == ["a", "bad", "b"]


def test_a_full_queue_refuses_and_says_so(tmp_path):
    async def story(store):
        tasks = [asyncio.ensure_future(store.write(put(str(n)))) for n in range(2_000)]
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, Overloaded)]
        return len(refused), store.refused, len(keys(store.read()))

    refused, counted, kept = run(tmp_path, story, waiting_limit=10)

    assert refused == counted
    assert refused > 0
    assert kept == 2_000 - refused


def test_a_cancelled_caller_does_not_stop_the_writer(tmp_path):
    async def story(store):
        task = asyncio.ensure_future(store.write(put("a")))
        await asyncio.sleep(0)
        task.cancel()
        await store.write(put("b"))
        return keys(store.read())

    assert "b" in run(tmp_path, story)


def test_a_scan_sees_one_snapshot_while_the_writer_goes_on(tmp_path):
    async def story(store):
        await store.write(put("a"))
        loop = asyncio.get_running_loop()

        def scan(tables):
            before = keys(tables)
            asyncio.run_coroutine_threadsafe(store.write(put("b")), loop).result()
            return before, keys(tables)

        return await store.scan(scan), keys(store.read())

    (before, within), after = run(tmp_path, story)

    assert before == within == ["a"]
    assert after == ["a", "b"]


def test_readers_cannot_write(tmp_path):
    async def story(store):
        with pytest.raises(apsw.ReadOnlyError):
            store.read().records.put("things", "a", b"")

    run(tmp_path, story)


def test_the_next_commit_wakes_whoever_waits(tmp_path):
    async def story(store):
        commit = store.next_commit()
        await store.write(put("a"))
        await asyncio.wait_for(commit, 5)

    run(tmp_path, story)


def test_work_after_close_is_refused(tmp_path):
    async def story():
        store = Store.open(tmp_path / "city.db")
        await store.close()
        await store.close()
        with pytest.raises(StoreClosed):
            await store.write(put("a"))
        with pytest.raises(StoreClosed):
            store.read()

    asyncio.run(story())


def test_a_backup_is_one_whole_store(tmp_path):
    async def story(store):
        await store.write(put("a"))
        await store.online_backup(tmp_path / "copies" / "city.db")
        await store.write(put("b"))

    run(tmp_path, story)

    async def read(store):
        return keys(store.read())

    assert run(tmp_path / "copies", read) == ["a"]
    assert not list((tmp_path / "copies").glob("*.partial*"))


def test_a_store_of_a_newer_release_is_left_alone(tmp_path):
    async def nothing(store):
        pass

    run(tmp_path, nothing)
    connection = apsw.Connection(str(tmp_path / "city.db"))
    connection.pragma("user_version", 99)
    connection.close()

    with pytest.raises(SchemaTooNew) as caught:
        run(tmp_path, nothing)

    assert caught.value.parts["found"] == 99


def test_a_foreign_database_is_left_alone(tmp_path):
    connection = apsw.Connection(str(tmp_path / "city.db"))
    connection.execute("CREATE TABLE other (x)")
    connection.close()

    with pytest.raises(StoreForeign):
        Store.open(tmp_path / "city.db")


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    (tmp_path / "city.db").write_bytes(b"meter,volume\n" * 1_000)

    with pytest.raises(StoreForeign):
        Store.open(tmp_path / "city.db")

    assert (tmp_path / "city.db").read_bytes().startswith(b"meter,volume")
