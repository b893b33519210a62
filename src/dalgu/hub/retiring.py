"""What the retention rules take away: told before, and done."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from dalgu.hub.sealing import DueAt, is_due
from dalgu.store.instants import instant, micros
from dalgu.store.sealed import SealedFile
from dalgu.store.sealed_folder import folder_of, held
from dalgu.store.sealer import Pressing, still_answered
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables
from dalgu.store.thinning import thinned


@dataclass(frozen=True, slots=True)
class Going:
    """What rules leave of one sealed file."""

    tenant: str
    since: datetime
    until: datetime
    rows: int
    left: int
    bytes: int

    @property
    def freed_bytes(self) -> int:
        """About how many bytes go, by the share of the rows."""
        return self.bytes * (self.rows - self.left) // max(self.rows, 1)


@dataclass(frozen=True, slots=True)
class Emptied:
    """How many messages lost their bodies, and what that freed."""

    messages: int
    bytes: int


async def going(store: Store, due: DueAt) -> list[Going]:
    """Return what the rules would leave of each file they are due for; change nothing."""
    folder = folder_of(store.path)
    files = await store.scan(lambda tables: tables.series.sealed.all())
    wanted = [file for file in files if file.is_answering and is_due(file, due)]
    with held(folder), closing(await asyncio.to_thread(Pressing, folder)) as pressing:
        return [await store.scan(_counting(file, due, pressing)) for file in wanted]


def _counting(file: SealedFile, due: DueAt, pressing: Pressing) -> Callable[[Tables], Going]:
    def work(tables: Tables) -> Going:
        source = still_answered(tables, pressing.duckdb, file)
        until = instant(file.until_us)
        rows, left = pressing.count(source), pressing.count(thinned(source, due(until)))
        return Going(file.tenant, instant(file.since_us), until, rows, left, file.bytes)

    return work


async def empty_messages(store: Store, before: datetime, cited: Collection[int]) -> Emptied:
    """Empty the messages from before an instant, but for those that are cited and the refused."""
    messages, freed, after = 0, 0, 0
    while True:
        emptied, size, after = await store.write(_emptying(after, micros(before), cited))
        messages, freed = messages + emptied, freed + size
        if not after:
            return Emptied(messages, freed)


async def messages_going(store: Store, before: datetime, cited: Collection[int]) -> Emptied:
    """Return what `empty_messages` would do; change nothing."""
    return Emptied(
        *await store.scan(lambda tables: tables.messages.emptiable(micros(before), cited))
    )


def _emptying(
    after: int, before_us: int, cited: Collection[int]
) -> Callable[[Tables], tuple[int, int, int]]:
    return lambda tables: tables.messages.empty(after, before_us, cited)
