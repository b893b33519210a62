"""Questions across all entities, and exports: over hot and sealed history as one table."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dalgu.store.analysis import Analysis, Answer, AskTooCostly, Narrowing
from dalgu.store.durable import partial_of
from dalgu.store.instants import micros
from dalgu.store.sealed_folder import folder_of, held
from dalgu.store.series import FIRST_US, LAST_US
from dalgu.store.sqlite import Store

MOST_ROWS = 10_000  # of an answer
MOST_S = 60.0  # that a question may take, once the hot rows are there
MOST_HOT_ROWS = 20_000_000  # that are copied for one question: about 1.5 GB, most of it on disk

Told = Callable[[int], None]  # is told how many hot rows have been read


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the history is looked at; all of it by default."""

    type: str | None = None
    attribute: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    tenant: str = ""

    @property
    def narrowing(self) -> Narrowing:
        """The same as the store wants it."""
        since_us = FIRST_US if self.since is None else micros(self.since)
        until_us = LAST_US if self.until is None else micros(self.until)
        return Narrowing(self.type, self.attribute, since_us, until_us)


async def ask(store: Store, question: str, part: Part, told: Told) -> Answer:
    """Answer one SELECT over the views `history` and `entities`.

    Raises
    ------
    AskRefused
        When it is anything else, or wrong.
    AskTooCostly
        When it takes too long or too much memory.

    """
    folder = folder_of(store.path)
    with held(folder), closing(Analysis(folder)) as analysis:
        views = analysis.views_of(question)
        if "history" in views:
            await store.scan(
                lambda tables: analysis.gather(tables, part.tenant, part.narrowing, bounded(told))
            )
        if "entities" in views:
            await store.scan(lambda tables: analysis.gather_entities(tables, part.tenant))
        return await asyncio.to_thread(
            analysis.answer, question, most_rows=MOST_ROWS, most_s=MOST_S
        )


async def export(store: Store, target: Path, format: str, part: Part, told: Told) -> int:
    """Write a part of the history to a file, `csv` or `parquet`; return how many rows.

    The file takes its name once it is whole.
    """
    folder = folder_of(store.path)
    with held(folder), closing(Analysis(folder)) as analysis:
        await store.scan(
            lambda tables: analysis.gather(tables, part.tenant, part.narrowing, bounded(told))
        )
        partial = partial_of(target)
        count = await asyncio.to_thread(analysis.export, partial, format)
        partial.replace(target)
        return count


def bounded(told: Told) -> Told:
    """Return a listener that refuses more hot rows than one question may copy."""

    def tell(count: int) -> None:
        if count > MOST_HOT_ROWS:
            raise AskTooCostly(f"it reads more than {MOST_HOT_ROWS:,} rows that are not sealed")
        told(count)

    return tell
