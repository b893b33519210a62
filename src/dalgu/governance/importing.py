"""A file into a register: read and judged whole, then stored in batches, each whole or not at all.

Doing it twice changes nothing: rows that the hub holds already are counted as unchanged.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from dalgu.devices.progress import Progress
from dalgu.governance.entities.city import Register as RegisterEntity
from dalgu.governance.headers import Matcher
from dalgu.governance.mapping import NO_MAPPING, OwnMapping
from dalgu.governance.pseudonyms import Pseudonyms
from dalgu.governance.register import Register
from dalgu.governance.replacing import replace_absent
from dalgu.governance.report import Rejection, Report
from dalgu.governance.rows import NO_COLUMN, Entry, Sorted, Translator, sort_rows
from dalgu.governance.sheets import Table, read_table
from dalgu.hub.change import Action, Change
from dalgu.hub.hub import Delivery, Hub, Message, Query
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text

BATCH_ROWS = 2_000  # one commit
TRANSPORT = "register"
_STAMPS = frozenset(("createdAt", "modifiedAt"))


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is taken.

    `own` names the file's columns; `strict` stores nothing when a row is rejected; `trial`
    stores nothing at all; `replace` ends the entries that the file, a full export, no longer
    has; `origin` is what the entries say of where they come from.
    """

    own: OwnMapping = NO_MAPPING
    strict: bool = False
    trial: bool = False
    replace: bool = False
    origin: str = "register"


@dataclass(frozen=True, slots=True)
class Desk:
    """What every import stands on."""

    hub: Hub
    pseudonyms: Pseudonyms
    clock: Clock


def no_progress(_: Progress) -> None:
    """Show nothing."""


async def import_register(  # noqa: PLR0913 - each part is its caller's to choose
    desk: Desk,
    register: Register,
    name: str,
    body: bytes,
    options: Options | None = None,
    *,
    progress: Callable[[Progress], None] = no_progress,
) -> Report:
    """Fill a register from a file and tell what became of every row.

    Raises
    ------
    RegisterFileUnfit, RegisterFileTooLarge, FormulaInFile, HeaderLacksColumns
        When the file as a whole cannot be used; then nothing is stored.
    """
    run = _Run(desk, register, options or Options(), progress)
    return await run.all(name, body)


class _Run:
    """One import under way."""

    def __init__(
        self,
        desk: Desk,
        register: Register,
        options: Options,
        progress: Callable[[Progress], None],
    ) -> None:
        self._desk = desk
        self._hub = desk.hub
        self._register = register
        self._options = options
        self._progress = progress
        self._began_s = time.monotonic()
        self._written = [
            attribute.name
            for column in register.columns
            if (attribute := register.attribute_of(column)) is not None
        ]

    async def all(self, name: str, body: bytes) -> Report:
        """Read, judge, store, end what is absent, and note that the register was filled."""
        register, options = self._register, self._options
        matcher = Matcher(register, options.own)
        table = await asyncio.to_thread(read_table, name, body, matcher, sheet=options.own.sheet)
        known = await self._targets()
        found = await asyncio.to_thread(self._sorted, table, known)
        report = Report(
            register.name,
            name,
            hashlib.sha256(body).hexdigest(),
            rows=len(table.rows),
            unchanged=found.repeated,
            rejections=found.rejections,
            ignored=table.matched.ignored,
        )
        report.is_stored = not options.trial and not (options.strict and found.rejections)
        await self._store_all(found.entries, report)
        if options.replace:
            await replace_absent(self._desk, register, found.entries, report)
        if report.is_stored:
            await self._note(report)
        report.rejections.sort(key=lambda one: one.row)
        report.elapsed_s = time.monotonic() - self._began_s
        return report

    def _sorted(self, table: Table, known: dict[str, set[str]]) -> Sorted:
        translator = Translator(
            self._register,
            self._desk.pseudonyms,
            table.matched.places,
            now=self._desk.clock.now(),
            constants=self._options.own.constants,
            known=known,
            origin=self._options.origin,
        )
        return sort_rows(table, translator, self._register)

    async def _targets(self) -> dict[str, set[str]]:
        """Return the ids that links may lead to, by type."""
        return {
            kind: {document["id"] async for document in self._hub.every(kind)}
            for kind in sorted(self._register.links)
        }

    async def _store_all(self, entries: Sequence[Entry], report: Report) -> None:
        store = self._observe if self._register.observed else self._store
        is_filled = await self._hub.count(self._register.entity.type) > 0
        for begin in range(0, len(entries), BATCH_ROWS):
            batch = entries[begin : begin + BATCH_ROWS]
            held = await self._held(batch) if is_filled else {}
            await store(batch, held, report)
            self._progress(self._moment(begin + len(batch), len(entries), report))

    async def _held(self, batch: Sequence[Entry]) -> dict[str, Document]:
        ids = tuple(dict.fromkeys(entry.entity.id for entry in batch))
        page = await self._hub.query(Query(ids=ids, limit=len(ids)))
        return {document["id"]: document for document in page.entities}

    async def _store(
        self, batch: Sequence[Entry], held: dict[str, Document], report: Report
    ) -> None:
        """Store the entries of a batch that are new or say otherwise, in one commit."""
        if not held and report.is_stored and await self._stored_as_new(batch):
            report.created += len(batch)
            return
        changes: list[Change] = []
        owners: list[Entry] = []
        for entry in batch:
            wanted = self._changes(entry, held.get(entry.entity.id))
            changes += wanted
            owners += [entry] * len(wanted)
            report.unchanged += not wanted
        outcomes = await self._hub.apply(changes) if changes and report.is_stored else []
        refused = {
            owner.row: outcome
            for owner, outcome in zip(owners, outcomes, strict=False)
            if isinstance(outcome, DalguError)
        }
        for entry in {owner.row: owner for owner in owners}.values():
            if entry.row in refused:
                report.rejections.append(_by_the_hub(entry.row, refused[entry.row]))
            elif entry.entity.id in held:
                report.updated += 1
            else:
                report.created += 1

    async def _stored_as_new(self, batch: Sequence[Entry]) -> bool:
        """Store a batch of new entries the short way; false where the hub refuses one of them."""
        try:
            await self._hub.upsert([entry.entity for entry in batch])
        except DalguError:
            return False  # each is tried by itself, so that the one is named
        return True

    def _changes(self, entry: Entry, held: Document | None) -> list[Change]:
        document = entry.entity.to_document()
        entity = entry.entity.id
        if held is None:
            return [Change(Action.UPSERT_UPDATE, entity, document)]
        differs = any(
            not _is_same(held.get(name), instance)
            for name, instance in document.items()
            if name not in ("id", "type")
        )
        # A cell that was emptied takes its value back: a milestone that is open again.
        emptied = [name for name in self._written if name in held and name not in document]
        changes = [Change(Action.UPSERT_UPDATE, entity, document)] if differs else []
        return changes + [
            Change(Action.DELETE_ATTRIBUTE, entity, attribute=name, every_dataset=True)
            for name in emptied
        ]

    async def _observe(
        self, batch: Sequence[Entry], held: dict[str, Document], report: Report
    ) -> None:
        """Lay observations into the history of entries that exist, with the rows as evidence."""
        good = [entry for entry in batch if entry.entity.id in held]
        report.rejections += [
            Rejection(entry.row, self._key_title(), "", _NOT_IN_REGISTER)
            for entry in batch
            if entry.entity.id not in held
        ]
        if not good or not report.is_stored:
            report.updated += len(good)
            return
        delivery = Delivery(self._message(good), [_observation(entry) for entry in good])
        [receipt] = await self._hub.ingest([delivery])
        report.updated += min(receipt.stored, len(good))
        report.unchanged += max(len(good) - receipt.stored, 0)

    def _key_title(self) -> Text:
        return self._register.column(self._register.key[0]).title

    def _message(self, entries: Sequence[Entry]) -> Message:
        rows = [entry.entity.to_document() for entry in entries]
        return Message(
            received_at=self._desk.clock.now(),
            transport=TRANSPORT,
            format=self._register.name,
            device=f"register:{self._register.name}",
            body=msgspec.json.encode(rows),
        )

    def _moment(self, done: int, total: int, report: Report) -> Progress:
        return Progress(
            done=done,
            total=total,
            rows=done,
            refused=len(report.rejections),
            duplicates=report.unchanged,
            elapsed_s=time.monotonic() - self._began_s,
        )

    async def _note(self, report: Report) -> None:
        entry = RegisterEntity(
            id=register_id(self._register),
            name=self._register.title,
            entity_type=self._register.entity.type,
            imported_at=iso(self._desk.clock.now()),
            file_sha256=report.sha256,
            rows=report.rows,
            stored=report.stored,
            unchanged=report.unchanged,
            rejected=report.rejected,
            origin=self._options.origin,
        )
        await self._hub.upsert([entry])


_NOT_IN_REGISTER = Text(
    "대장에 없는 항목입니다. 그 대장을 먼저 올려 주십시오",
    "no entry has this key; fill its register first",
)


def register_id(register: Register) -> EntityId:
    """Return the id of the entity that tells how a register was last filled."""
    return entity_id(RegisterEntity.type, register.name)


def _is_same(held: JSON, instance: JSON) -> bool:
    if not isinstance(held, dict):
        return False
    return bool({name: value for name, value in held.items() if name not in _STAMPS} == instance)


def _observation(entry: Entry) -> Document:
    """Return what was observed alone: the entry itself is its own register's to write."""
    document = entry.entity.to_document()
    return {
        name: value
        for name, value in document.items()
        if name in ("id", "type") or "observedAt" in value
    }


def _by_the_hub(row: int, refusal: DalguError) -> Rejection:
    reason = Text("허브가 받지 않았습니다", refusal.detail.rstrip("."))
    return Rejection(row, NO_COLUMN, "", reason)
