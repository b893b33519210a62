"""Old days move from hot rows to Parquet; late and changed rows are folded in.

A day that is over and older than `hub.hot_days` becomes one file. Once its whole month is that old,
the days of the month become one file, so that a year of one meter lies in twelve places, not in
365. A file in which series were changed is written anew.
"""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from dalgu.hub.sealing_plan import Window, place_of, plan
from dalgu.store.instants import MICROSECONDS_PER_DAY, instant, micros
from dalgu.store.sealed import EVERY_ENTITY, SealedFile
from dalgu.store.sealed_folder import folder_of, remove, sealing
from dalgu.store.sealer import (
    NAMED,
    READ_ROWS,
    Directories,
    Pressing,
    Slice,
    hand_over,
    old_days,
    read_slice,
    still_answered,
    strands,
    tenants,
)
from dalgu.store.series import FIRST_US, LAST_US
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables
from dalgu.store.thinning import Due, digest, thinned


@dataclass(frozen=True, slots=True)
class Pressed:
    """One file that was written, or with `--dry-run` would be."""

    tenant: str
    since: datetime
    until: datetime
    rows: int = 0
    bytes: int = 0
    replaces: int = 0  # files


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file has come."""

    tenant: str
    since: datetime
    until: datetime
    step: str  # read, write, hand over
    rows: int  # read so far


Told = Callable[[Progress], None]


DueAt = Callable[[datetime], list[Due]]
"""Tells what the retention rules leave of rows that all lie before an instant."""


def nothing_due(until: datetime) -> list[Due]:
    """Leave all rows as they are."""
    return []


class Sealing:
    """One run over all tenants of a store; two at a time are refused."""

    def __init__(self, store: Store, told: Told | None = None, due: DueAt = nothing_due) -> None:
        self._store = store
        self._due = due
        self._folder = folder_of(store.path)
        self._told = told or (lambda progress: None)

    async def due(self, cut: datetime) -> list[Pressed]:
        """Return what a run would write."""
        return [
            Pressed(tenant, instant(since_us), instant(until_us))
            for tenant, (since_us, until_us) in await self._planned(cut)
        ]

    async def run(self, cut: datetime) -> list[Pressed]:
        """Seal what lies before the cut; return the files that were written.

        Raises
        ------
        SealingRuns
            When another process seals the same store.

        """
        with sealing(self._folder):
            await self._tidy()
            found = [await self._finish(file) for file in await self._unfinished()]
            planned = await self._planned(cut)
            if not planned:  # DuckDB need not even be loaded
                return found
            with closing(await asyncio.to_thread(Pressing, self._folder)) as pressing:
                found += [await self._press(pressing, tenant, one) for tenant, one in planned]
        return found

    async def _planned(self, cut: datetime) -> list[tuple[str, Window]]:
        return [
            (tenant, window)
            for tenant in await self._store.scan(tenants)
            for window in await self._store.scan(self._planning(tenant, micros(cut)))
        ]

    def _planning(self, tenant: str, cut_us: int) -> Callable[[Tables], list[Window]]:
        def work(tables: Tables) -> list[Window]:
            sealed = tables.series.sealed
            files = sealed.overlapping(tenant, FIRST_US, LAST_US)
            dirty = {
                file.key for file in files if sealed.masks(file.key) or is_due(file, self._due)
            }
            return plan(old_days(tables, tenant, cut_us), files, dirty, cut_us)

        return work

    async def _tidy(self) -> None:
        """Remove what a killed run left half written, and what the last run replaced."""

        def give_up(tables: Tables) -> list[str]:
            sealed = tables.series.sealed
            sealed.retire(file.key for file in sealed.all() if not file.is_durable)
            return sealed.litter()

        litter = await self._store.write(give_up)
        removed = await asyncio.to_thread(remove, self._folder, litter)
        await self._store.write(lambda tables: tables.series.sealed.sweep(removed))

    async def _unfinished(self) -> list[SealedFile]:
        files = await self._store.scan(lambda tables: tables.series.sealed.all())
        # A file that another is taking the place of is not unfinished: it answers from some key on.
        return [one for one in files if one.is_durable and not one.is_handed_over]

    async def _press(self, pressing: Pressing, tenant: str, window: Window) -> Pressed:
        folder = f"tenant={quote(tenant, safe='')}/{place_of(window)}"
        file = await self._store.write(
            lambda tables: tables.series.sealed.begin(tenant, window, folder)
        )
        pressing.clear()
        await self._read(pressing, file)
        source = await self._store.scan(lambda tables: _source(tables, pressing, file))
        self._tell(file, "write", 0)
        due = self._due(instant(file.until_us))
        size = await asyncio.to_thread(pressing.write, file, thinned(source, due))
        rules = digest(due)
        await self._store.write(lambda tables: tables.series.sealed.written(file.key, size, rules))
        return await self._finish(file._replace(rows=size[0], bytes=size[1]))

    async def _read(self, pressing: Pressing, file: SealedFile) -> None:
        """Let a pressing take in the hot rows of a file's range, day by day."""
        count = 0
        for since_us in range(file.since_us, file.until_us, MICROSECONDS_PER_DAY):
            window = (since_us, min(since_us + MICROSECONDS_PER_DAY, file.until_us))
            after = 0
            while after < EVERY_ENTITY:
                taken, rows, after = await self._store.scan(_reading(file.tenant, after, window))
                if taken is not None:
                    await asyncio.to_thread(pressing.add, taken)
                count += rows
                self._tell(file, "read", count)
        await self._store.scan(pressing.name)

    async def _finish(self, file: SealedFile) -> Pressed:
        """Let a durable file take the place of hot rows and older files, slice by slice."""

        def look(tables: Tables) -> tuple[list[SealedFile], Directories]:
            others = _others(tables, file)
            return others, Directories(tables, [file, *others])

        replaced, directories = await self._store.scan(look)
        left = file
        while not left.is_handed_over:
            left = left._replace(to_entity=await self._hand_over(left, replaced, directories))
            self._tell(file, "hand over", 0)
        since, until = instant(file.since_us), instant(file.until_us)
        return Pressed(file.tenant, since, until, file.rows, file.bytes, len(replaced))

    async def _hand_over(
        self, file: SealedFile, replaced: list[SealedFile], directories: Directories
    ) -> int:
        return await self._store.write(
            lambda tables: hand_over(tables, file, replaced, directories)
        )

    def _tell(self, file: SealedFile, step: str, rows: int) -> None:
        since, until = instant(file.since_us), instant(file.until_us)
        self._told(Progress(file.tenant, since, until, step, rows))


def is_due(file: SealedFile, due: DueAt) -> bool:
    """Whether rules leave less of a file than it holds by those it has been through."""
    wanted = digest(due(instant(file.until_us)))
    return bool(wanted) and wanted != file.rules


def _reading(
    tenant: str, after: int, window: Window
) -> Callable[[Tables], tuple[Slice | None, int, int]]:
    def work(tables: Tables) -> tuple[Slice | None, int, int]:
        found, to = strands(tables, tenant, after, window, READ_ROWS)
        if not found:
            return None, 0, to
        taken = read_slice(tables, [place for place, _ in found], window)
        return taken, sum(count for _, count in found), to

    return work


def _others(tables: Tables, file: SealedFile) -> list[SealedFile]:
    """Return the files whose place a file takes."""
    found = tables.series.sealed.overlapping(file.tenant, file.since_us, file.until_us)
    return [one for one in found if one.key != file.key]


def _source(tables: Tables, pressing: Pressing, file: SealedFile) -> str:
    parts = [still_answered(tables, pressing.duckdb, one) for one in _others(tables, file)]
    return " UNION ALL ".join((NAMED, *parts))
