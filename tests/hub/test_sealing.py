import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from benchmarks.history.kills import run_cuts, run_kills
from benchmarks.history.twins import lived

from dalgu.hub.hub import Query, Revision, TemporalQuery
from dalgu.hub.local import LocalHub
from dalgu.hub.sealing import Pressed, Sealing
from dalgu.hub.sealing_plan import MONTH_BYTES, SealTooYoung, checked_cut, plan
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.store.errors import SealedFileLost
from dalgu.store.instants import MICROSECONDS_PER_DAY, micros
from dalgu.store.sealed import EVERY_ENTITY, SealedFile
from dalgu.store.sealed_folder import SealingRuns, folder_of, held, sealing

NOON = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
CUT = datetime(2026, 5, 13, tzinfo=UTC)
WELL = entity_id("Well", "a")


def a_depth(at: datetime, value: object = 1.5) -> dict:
    stamp = at.isoformat().replace("+00:00", "Z")
    depth = {"type": "Property", "value": value, "unitCode": "MTR", "observedAt": stamp}
    return {"id": WELL, "type": "Well", "depth": depth}


async def depths(hub: LocalHub) -> list[object]:
    found = await hub.history(WELL, "depth", last=1_000)
    return [instance["value"] for instance, _ in found]


def with_sealed_hub(folder: Path, work):
    """Run work on a hub that has a value each day of two months, sealed but for the last week."""

    async def life():
        hub = LocalHub.open(folder / "city.db", ManualClock(NOON))
        try:
            await hub.upsert([a_depth(NOON - timedelta(days=n), float(n)) for n in range(60)])
            await Sealing(hub.store).run(CUT)
            return await work(hub)
        finally:
            await hub.close()

    return asyncio.run(life())


def rows_in_tables(hub: LocalHub) -> int:
    tables = hub.store.read()
    return sum(1 for _ in tables.series.hot.newest(1, tables.names.find("\ndepth")))


def test_sealing_changes_no_answer_whatever_is_told_and_asked(tmp_path):
    pairs = asyncio.run(lived(tmp_path, 2, rounds=2))

    assert [sealed for sealed, plain in pairs if sealed != plain] == []
    assert sum(bool(getattr(plain, "entities", plain)) for _, plain in pairs) > 40


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 103))
def test_no_life_tells_sealed_from_unsealed(tmp_path, seed):
    assert [
        pair for pair in asyncio.run(lived(tmp_path, seed, rounds=3)) if pair[0] != pair[1]
    ] == []


def test_a_killed_sealing_loses_and_doubles_nothing(tmp_path):
    totals = asyncio.run(run_kills(tmp_path, 2))

    assert totals["damage"] == 0


def test_a_power_cut_while_sealing_loses_and_doubles_nothing(tmp_path):
    totals = asyncio.run(run_cuts(tmp_path, 4))

    assert totals["damage"] == 0
    assert totals["cut off"] > 0


def test_sealed_days_leave_the_tables_and_whole_months_share_a_file(tmp_path):
    async def work(hub):
        files = hub.store.read().series.sealed.all()
        return rows_in_tables(hub), len(await depths(hub)), [Path(one.path).parts for one in files]

    hot, all_rows, paths = with_sealed_hub(tmp_path, work)

    assert (hot, all_rows) == (8, 60)
    assert [parts[:2] for parts in paths[:2]] == [("tenant=", "2026-03"), ("tenant=", "2026-04")]
    assert [parts[2].split(".")[0] for parts in paths[2:]] == [
        f"2026-05-{day:02}" for day in range(1, 13)
    ]


def test_a_late_value_is_told_at_once_and_folded_in_by_the_next_sealing(tmp_path):
    async def work(hub):
        late = NOON - timedelta(days=30, hours=1)
        await hub.upsert([a_depth(late, 77.5), a_depth(NOON - timedelta(days=30), 30.0)])
        told = await depths(hub)
        hot = rows_in_tables(hub)
        written = await Sealing(hub.store).run(CUT)
        return told, hot, written, rows_in_tables(hub), await depths(hub)

    told, hot, written, hot_after, after = with_sealed_hub(tmp_path, work)

    assert told.count(77.5) == told.count(30.0) == 1
    assert hot == 8 + 30 + 1  # all of April
    assert [(one.rows, one.replaces) for one in written] == [(31, 1)]
    assert hot_after == 8
    assert after == told


def test_what_is_deleted_leaves_the_disk_with_the_next_sealing(tmp_path):
    async def work(hub):
        page = await hub.evolution(TemporalQuery(Query(ids=(WELL,))))
        [one] = [one for one in page.entities[0]["depth"] if one["value"] == 45.0]
        await hub.revise(Revision(WELL, "depth", instance=one["instanceId"]))
        gone = 45.0 not in await depths(hub)
        await Sealing(hub.store).run(CUT)
        await hub.forget(WELL)
        await Sealing(hub.store).run(CUT)
        await Sealing(hub.store).run(CUT)  # removes what the one before replaced
        return gone, await depths(hub), list(folder_of(tmp_path / "city.db").rglob("*.parquet"))

    gone, told, files = with_sealed_hub(tmp_path, work)

    assert gone
    assert told == []
    assert files == []


def test_a_file_that_somebody_may_read_stays_on_disk(tmp_path):
    folder = folder_of(tmp_path / "city.db")

    async def work(hub):
        await hub.upsert([a_depth(NOON - timedelta(days=30, hours=1), 77.5)])
        await Sealing(hub.store).run(CUT)
        with held(folder):
            await Sealing(hub.store).run(CUT)
            during = len(list(folder.rglob("*.parquet")))
        await Sealing(hub.store).run(CUT)
        return during, len(list(folder.rglob("*.parquet")))

    during, after = with_sealed_hub(tmp_path, work)

    assert (during, after) == (15, 14)


def test_a_dry_run_tells_what_a_run_writes(tmp_path):
    async def work():
        hub = LocalHub.open(tmp_path / "city.db", ManualClock(NOON))
        try:
            await hub.upsert([a_depth(NOON - timedelta(days=n), float(n)) for n in range(40)])
            due = await Sealing(hub.store).due(CUT)
            run = await Sealing(hub.store).run(CUT)
            return due, run, await Sealing(hub.store).due(CUT)
        finally:
            await hub.close()

    due, run, due_after = asyncio.run(work())

    assert due == [Pressed(one.tenant, one.since, one.until) for one in run]
    assert due_after == []


def test_a_backup_holds_the_sealed_history_too(tmp_path):
    async def work(hub):
        await hub.store.online_backup(tmp_path / "kept" / "monday.db")
        return await depths(hub)

    told = with_sealed_hub(tmp_path, work)

    async def look():
        kept = LocalHub.open(tmp_path / "kept" / "monday.db", ManualClock(NOON))
        try:
            return await depths(kept)
        finally:
            await kept.close()

    assert asyncio.run(look()) == told


def test_a_lost_file_is_named(tmp_path):
    async def work(hub):
        [april] = folder_of(tmp_path / "city.db").rglob("2026-04.*.parquet")
        april.unlink()
        await depths(hub)

    with pytest.raises(SealedFileLost, match="2026-04"):
        with_sealed_hub(tmp_path, work)


def test_two_runs_at_a_time_are_refused(tmp_path):
    async def work(hub):
        with sealing(folder_of(tmp_path / "city.db")):
            await Sealing(hub.store).run(CUT)

    with pytest.raises(SealingRuns):
        with_sealed_hub(tmp_path, work)


def test_a_day_that_is_not_over_is_not_sealed():
    with pytest.raises(SealTooYoung):
        checked_cut(NOON + timedelta(days=1), NOON)


def a_file(since: datetime, days: int, size: int = 1_000, key: int = 1) -> SealedFile:
    since_us = micros(since)
    until_us = since_us + days * MICROSECONDS_PER_DAY
    return SealedFile(key, "", since_us, until_us, "x", 0, EVERY_ENTITY, 9, size)


def test_the_days_of_a_large_month_stay_apart():
    april = datetime(2026, 4, 1, tzinfo=UTC)
    days = [april + timedelta(days=n) for n in range(3)]
    small = [a_file(day, 1, key=n) for n, day in enumerate(days, 1)]
    large = [a_file(day, 1, MONTH_BYTES // 2, key=n) for n, day in enumerate(days, 1)]
    cut_us = micros(CUT)

    [month] = plan([], small, set(), cut_us)
    assert month == (micros(april), micros(datetime(2026, 5, 1, tzinfo=UTC)))
    assert plan([], large, set(), cut_us) == []
    assert plan([], large, {2}, cut_us) == [(large[1].since_us, large[1].until_us)]


def test_a_month_becomes_one_file_once_all_of_it_is_old():
    may = datetime(2026, 5, 1, tzinfo=UTC)
    days = [micros(may + timedelta(days=n)) for n in range(3)]

    assert len(plan(days, [], set(), micros(CUT))) == 3
    assert len(plan(days, [], set(), micros(datetime(2026, 6, 1, tzinfo=UTC)))) == 1


def test_a_removed_tenant_takes_its_sealed_history_along(tmp_path):
    async def work(hub):
        busan = hub.tenant("busan")
        await busan.upsert([a_depth(NOON - timedelta(days=30))])
        await Sealing(hub.store).run(CUT)
        sealed = list(folder_of(tmp_path / "city.db").glob("tenant=busan/*/*"))
        await hub.store.write(lambda tables: tables.tenancy.remove_entities("busan", 9))
        await hub.store.write(lambda tables: tables.tenancy.remove_rest("busan"))
        await Sealing(hub.store).run(CUT)
        return sealed, list(folder_of(tmp_path / "city.db").glob("tenant=busan/*/*"))

    before, after = with_sealed_hub(tmp_path, work)

    assert len(before) == 1
    assert after == []
