"""`dalgu import`: a file's rows into the history of entities, nothing lost, refusals named.

Each chunk of rows is one kept message, so that every history row leads to its source lines.
A second run stores nothing new: all its rows are duplicates, and named as such.
"""

import asyncio
import csv
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dalgu.devices.mapping import Mapping
from dalgu.devices.progress import Progress
from dalgu.devices.rows import RowRefused, Translator
from dalgu.devices.tabular import FORMATS_BY_SUFFIX, Chunk, Row, read_chunks
from dalgu.hub.hub import Delivery, Hub, Message
from dalgu.hub.model import Entity
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.ids import EntityId

if TYPE_CHECKING:
    from _csv import Writer

TRANSPORT = "import"
MICROSECOND = timedelta(microseconds=1)
SHOWN_REASONS = 10
COUNTED_REASONS = 1_000  # a reason may hold a value, and a file any number of them


@dataclass(slots=True)
class ImportReport:
    """What became of a file: `rows == stored + duplicates + refused`.

    `path` is the CSV that names each refused and each duplicate row with its line, the
    reason and its text. A row is a duplicate when the hub held all its numbers before.
    """

    file: str
    path: Path
    rows: int = 0
    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    values: int = 0  # history rows that are new
    elapsed_s: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        pace = self.rows / self.elapsed_s if self.elapsed_s else 0.0
        lines = [
            f"{self.file}: {self.rows:,} rows in {self.elapsed_s:.1f} s ({pace:,.0f} rows/s)",
            f"  stored      {self.stored:>10,}  ({self.values:,} history rows)",
            f"  duplicates  {self.duplicates:>10,}",
            f"  refused     {self.refused:>10,}",
        ]
        lines += [f"    {n:,} × {reason}" for reason, n in self.reasons.most_common(SHOWN_REASONS)]
        if self.refused or self.duplicates:
            lines.append(f"  each of them is named in {self.path}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Good:
    """A row that became a value."""

    row: Row
    entity: Entity

    @property
    def at(self) -> datetime:
        """The instant of its values; each row of a file has one."""
        at = self.entity.observed_at
        if at is None:
            raise RowRefused("it has no instant")
        return at


@dataclass(frozen=True, slots=True)
class _Sorted:
    """A chunk after thinking: its good rows, and the others with the reason."""

    chunk: Chunk
    good: list[_Good]
    refused: list[tuple[Row, str]]


class ReportUnwritable(InvalidInput):
    """The refused rows have nowhere to be named."""

    slug = "import-report-unwritable"
    title = "The report cannot be written"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"Report '{path}' cannot be written: {reason}. Name another file with --report.",
            report=str(path),
        )


async def import_file(  # noqa: PLR0913 - each part is its caller's to choose
    hub: Hub,
    path: Path,
    mapping: Mapping,
    *,
    progress: Callable[[Progress], None],
    clock: Clock,
    report: Path | None = None,
) -> ImportReport:
    """Load a file into the hub with its history.

    Parameters
    ----------
    hub
        Receives one delivery a chunk.
    path
        CSV, JSON Lines or Parquet, or a .zip or .gz of one such file.
    mapping
        What the columns mean.
    progress
        Called after each chunk.
    clock
        Stamps the messages and bounds the rows' instants.
    report
        Where the CSV of refused and duplicate rows goes; `<file>.report.csv` in the
        working folder when left out.

    Raises
    ------
    ReportUnwritable
        Before anything is stored.
    FileUnreadable, MappingInvalid, PartNotInstalled
        When the file cannot be read; rows before the break are stored, and a second run
        continues without harm.
    """
    target = report or Path(f"{path.name}.report.csv")
    with ExitStack() as stack:
        try:
            file = stack.enter_context(target.open("w", newline="", encoding="utf-8"))
        except OSError as error:
            raise ReportUnwritable(target, error.strerror or str(error)) from None
        run = _Run(hub, path, mapping, clock, csv.writer(file), ImportReport(path.name, target))
        await run.all(progress)
    return run.report


class _Run:
    """One import under way."""

    def __init__(  # noqa: PLR0913 - the parts of one run, made in one place
        self,
        hub: Hub,
        path: Path,
        mapping: Mapping,
        clock: Clock,
        writer: "Writer",
        report: ImportReport,
    ) -> None:
        self.report = report
        self._hub = hub
        self._path = path
        self._mapping = mapping
        self._clock = clock
        self._writer = writer
        self._format = mapping.source.format or _format_of(path)
        self._translator = Translator(mapping, clock.now())
        self._numeric = [
            name for name, one in mapping.attributes.items() if one.kind in ("number", "integer")
        ]

    async def all(self, progress: Callable[[Progress], None]) -> None:
        """Read and think one chunk ahead in the pool, while the hub stores the one before."""
        began_s = time.monotonic()
        self._writer.writerow(("line", "outcome", "reason", "row"))
        chunks = self._sorted_chunks()
        ahead = await asyncio.to_thread(next, chunks, None)
        while ahead is not None:
            current = ahead
            _, ahead = await asyncio.gather(
                self._store(current.good), asyncio.to_thread(next, chunks, None)
            )
            await self._refuse(current)
            self.report.rows += len(current.chunk.rows)
            self.report.elapsed_s = time.monotonic() - began_s
            progress(self._moment(current.chunk))
        self.report.elapsed_s = time.monotonic() - began_s

    def _moment(self, chunk: Chunk) -> Progress:
        report = self.report
        return Progress(
            done=chunk.done,
            total=chunk.total,
            rows=report.rows,
            refused=report.refused,
            duplicates=report.duplicates,
            elapsed_s=report.elapsed_s,
        )

    def _sorted_chunks(self) -> Iterator[_Sorted]:
        for chunk in read_chunks(self._path, self._mapping.source, self._mapping.columns):
            yield _sort(chunk, self._translator)

    async def _store(self, good: Sequence[_Good]) -> None:
        """Store rows as one message; where the hub refuses them, halve until the row is found."""
        if not good:
            return
        delivery = Delivery(self._message([one.row for one in good]), self._entities(good))
        try:
            [receipt] = await self._hub.ingest([delivery])
        except InvalidInput as error:
            if len(good) == 1:
                await self._keep_refused([(good[0].row, error.detail)])
                return
            middle = len(good) // 2
            await self._store(good[:middle])
            await self._store(good[middle:])
            return
        self.report.values += receipt.stored
        doubles = await self._duplicates(good, receipt.message_id) if receipt.duplicates else []
        for row in doubles:
            self._writer.writerow((row.line, "duplicate", "the hub holds it", _text(row)))
        self.report.duplicates += len(doubles)
        self.report.stored += len(good) - len(doubles)

    async def _refuse(self, current: _Sorted) -> None:
        if current.refused:
            await self._keep_refused(current.refused)

    async def _keep_refused(self, refused: Sequence[tuple[Row, str]]) -> None:
        message = self._message(
            [row for row, _ in refused], refusal=f"{len(refused)} rows: {refused[0][1]}"
        )
        await self._hub.ingest([Delivery(message)])
        for row, reason in refused:
            self._writer.writerow((row.line, "refused", reason, _text(row)))
            reasons = self.report.reasons
            known = reason in reasons or len(reasons) < COUNTED_REASONS
            reasons[reason if known else "other reasons"] += 1
        self.report.refused += len(refused)

    def _message(self, rows: Sequence[Row], *, refusal: str | None = None) -> Message:
        return Message(
            received_at=self._clock.now(),
            transport=TRANSPORT,
            format=self._format,
            device=f"import:{self._path.name}",
            body=b"".join(row.raw for row in rows),
            refusal=refusal,
        )

    def _entities(self, good: Sequence[_Good]) -> list[Entity]:
        entities = [one.entity for one in good]
        met = dict.fromkeys(entity.id for entity in entities)
        constants = (self._translator.constants(entity) for entity in met)
        return [*(one for one in constants if one is not None), *entities]

    async def _duplicates(self, good: Sequence[_Good], message_id: int) -> list[Row]:
        """Return the rows of a stored message whose numbers the hub held before.

        A history row names the message that brought it first, so a row whose numbers all
        lead to another message, or twice to this one, brought nothing.
        """
        fresh: set[tuple[str, str, int, float]] = set()
        for entity, group in itertools.groupby(sorted(good, key=_entity_of), _entity_of):
            instants = [one.at for one in group]
            for name in self._numeric:
                series = await self._hub.series(
                    entity, name, min(instants), max(instants) + MICROSECOND
                )
                ours = series.message_id == message_id
                fresh.update(
                    (entity, name, round(at_s * 1e6), value)
                    for at_s, value in zip(
                        series.at_s[ours].tolist(), series.value[ours].tolist(), strict=True
                    )
                )
        return [one.row for one in good if not self._takes(one, fresh)]

    def _takes(self, one: _Good, fresh: set[tuple[str, str, int, float]]) -> bool:
        """Return whether a row brought one of the fresh values; each is brought once."""
        at_us = round(one.at.timestamp() * 1e6)
        brought = False
        for name in self._numeric:
            value = getattr(one.entity, name)
            if value is None:
                continue
            key = (one.entity.id, name, at_us, float(value))
            if key in fresh:
                fresh.remove(key)
                brought = True
        return brought


def _sort(chunk: Chunk, translator: Translator) -> _Sorted:
    good: list[_Good] = []
    refused: list[tuple[Row, str]] = []
    for row in chunk.rows:
        if row.problem is not None:
            refused.append((row, row.problem))
            continue
        try:
            entity = translator.translate(row.cells)
        except RowRefused as reason:
            refused.append((row, str(reason)))
            continue
        good.append(_Good(row, entity))
    return _Sorted(chunk, good, refused)


def _entity_of(one: _Good) -> EntityId:
    return one.entity.id


def _format_of(path: Path) -> str:
    """Return the format a file's name says, past the archive's ending."""
    for suffix in reversed(path.suffixes):
        if suffix.lower() in FORMATS_BY_SUFFIX:
            return FORMATS_BY_SUFFIX[suffix.lower()]
    return "csv"


def _text(row: Row) -> str:
    return row.raw.decode("utf-8", "replace").rstrip("\r\n")
