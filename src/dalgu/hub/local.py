"""The hub in this process, over its store."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from copy import copy
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from dalgu.hub.arrays import columns_in, series_in
from dalgu.hub.change import Action, Applied, Change, apply_change
from dalgu.hub.errors import EntityNotExisting, KeptNotExisting, MessageNotExisting
from dalgu.hub.evolution import evolution
from dalgu.hub.hub import (
    Columns,
    Delivery,
    Event,
    Message,
    Page,
    Query,
    Receipt,
    Revision,
    Series,
    TemporalQuery,
)
from dalgu.hub.model import Document, Entity
from dalgu.hub.observing import Observing
from dalgu.hub.past import instance_of, is_tombstone, series_name
from dalgu.hub.retention import MessageEmptied
from dalgu.hub.revising import revise
from dalgu.hub.schema import Schema
from dalgu.hub.search import Search
from dalgu.hub.smart_data_models.validation import About, Validation
from dalgu.hub.transience import Sweep
from dalgu.hub.view import View
from dalgu.hub.writing import Writing
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.store.documents import Kept
from dalgu.store.instants import micros
from dalgu.store.messages import KeptMessage
from dalgu.store.sealed_folder import folder_of, held
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

T = TypeVar("T")

KEPT = "kept"  # the collection of bytes that are named by their digest
_STAMPS = ("createdAt", "modifiedAt", "expiresAt")
LARGEST_KEY = 2**63 - 1  # SQLite's integers have 64 bits
OTHERS_S = 1.0  # how soon we see what another process, a command say, has committed
PAGE = 500  # entities that `every` reads at a time

_decode = msgspec.json.Decoder(Document).decode


class LocalHub:
    """Implements `Hub` over the tables of a store; each tenant sees its own entities only."""

    def __init__(  # noqa: PLR0913  # the composition root names each part once
        self,
        store: Store,
        clock: Clock,
        tenant: str = "",
        *,
        schema: Schema | None = None,
        sweep: Sweep | None = None,
        validation: Validation | None = None,
    ) -> None:
        self.store = store
        self._clock = clock
        self._tenant = tenant
        self._is_told = True  # whether events tell of changes
        self._schema = schema or Schema(())
        self._sweep = sweep or Sweep(store, clock)
        self.validation = validation

    @classmethod
    def open(cls, path: Path | str, clock: Clock) -> "LocalHub":
        """Open a hub on its own store; end with `await hub.close()`."""
        return cls(Store.open(path), clock)

    async def close(self) -> None:
        """Close the store: what is accepted is on disk."""
        await self.store.close()

    def tenant(self, name: str) -> "LocalHub":
        """Return the hub of another tenant over the same store; "" is the default one."""
        other = copy(self)
        other._tenant = name
        return other

    def silent_tenant(self, name: str) -> "LocalHub":
        """Return the hub of a tenant whose changes nobody waits for, a snapshot say."""
        hub = self.tenant(name)
        hub._is_told = False
        return hub

    async def ingest(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Store messages with what was decoded from them, all in one commit group."""
        if self._sweep.is_due:
            await self._sweep.run()
        now = self._clock.now()
        return await self.store.write(lambda tables: self._ingest(tables, deliveries, now))

    async def upsert(self, entities: Iterable[Entity | Document]) -> int:
        """Create or merge entities (5.6.8); state follows the newest `observedAt`."""
        if self._sweep.is_due:
            await self._sweep.run()
        given = list(entities)
        for entity in given:
            if not isinstance(entity, Entity):  # typed values fit by their making
                self._schema.check(entity, entity)
        now = self._clock.now()

        def work(tables: Tables) -> int:
            writing = self._writing(tables, now)
            observing = Observing(writing)
            if self.validation is not None:
                self.validation.judge_given(tables, given, self._tenant, now)
            for entity in given:
                observing.tell(entity, -writing.now_us, 0)
            observing.finish()
            return len(given)

        return await self.store.write(work)

    async def create(self, entity: Entity | Document) -> None:
        """Create one entity; raise `EntityAlreadyExists`."""
        await self._apply_one(Action.CREATE, entity)

    async def merge(self, entity: Entity | Document) -> None:
        """Merge one existing entity (5.6.17); raise `EntityNotExisting`."""
        await self._apply_one(Action.MERGE, entity)

    async def delete(self, entity: EntityId) -> None:
        """Delete one entity (5.6.6); its history stays. Raise `EntityNotExisting`."""
        _raise_refused(await self.apply([Change(Action.DELETE, entity)]))

    async def apply(self, changes: Sequence[Change]) -> list[Applied | DalguError]:
        """Apply changes, all in one commit group; one that is refused gives its error."""
        if self._sweep.is_due:
            await self._sweep.run()
        now = self._clock.now()
        return await self.store.write(lambda tables: self._apply(tables, changes, now))

    async def forget(self, entity: EntityId) -> None:
        """Delete an entity's history (5.6.16); raise `EntityNotExisting` when there is none."""
        await self.store.write(lambda tables: self._forget(tables, entity))

    async def revise(self, revision: Revision) -> None:
        """Change the past; the state follows where it stood on what changes (5.6.13 to 5.6.15)."""
        now = self._clock.now()
        await self.store.write(lambda tables: revise(self._writing(tables, now), revision))

    async def retrieve(self, entity: EntityId) -> Document:
        """Return one entity, normalized with createdAt and modifiedAt (5.7.1)."""
        return _decode(await self.body(entity))

    async def body(self, entity: EntityId) -> bytes:
        """Return the body of one entity, as `retrieve` does; `hub.ready` shows it."""
        if self._sweep.is_due:
            await self._sweep.run()
        body = self.store.read().documents.body(self._tenant, entity)
        if body is None:
            raise EntityNotExisting(entity)
        return body

    async def query(self, query: Query) -> Page:
        """Return a page of entities in order of creation (5.7.2)."""
        if self._sweep.is_due:
            await self._sweep.run()
        search = Search(self._tenant, query)
        quick = search.quick_bodies(self.store.read())
        if quick is None:
            return await self.store.scan(search.page)
        return Page([_decode(body) for body in quick])

    async def bodies(self, query: Query) -> tuple[list[bytes], int | None]:
        """Return the bodies of a page that is in no asked order, as `query` does."""
        if self._sweep.is_due:
            await self._sweep.run()
        search = Search(self._tenant, query)
        quick = search.quick_bodies(self.store.read())
        return await self.store.scan(search.bodies) if quick is None else (quick, None)

    async def every(self, entity_type: str, *, q: str | None = None) -> AsyncIterator[Document]:
        """Yield all entities of a type, page by page, without loading them at once."""
        await self._sweep.run()
        search = Search(self._tenant, Query(types=(entity_type,), q=q))
        key = 0

        def work(tables: Tables) -> list[Kept]:
            return tables.documents.after(search.selection, key, PAGE)

        while True:
            rows = await self.store.scan(work)
            for row in rows:
                document = _decode(row.body or b"")
                if search.accepts(document):
                    yield document
            if len(rows) < PAGE:
                return
            key = rows[-1].key

    async def count(self, entity_type: str, *, q: str | None = None) -> int:
        """Return how many entities of a type match."""
        await self._sweep.run()
        search = Search(self._tenant, Query(types=(entity_type,), q=q))
        return await self.store.scan(search.count)

    async def evolution(self, query: TemporalQuery) -> Page:
        """Return entities with the history of their attributes (5.7.4)."""
        await self._sweep.run()
        return await self.store.scan(lambda tables: evolution(tables, self._tenant, query))

    async def series(
        self, entity: EntityId, attribute: str, since: datetime, until: datetime
    ) -> Series:
        """Return the numeric history of one attribute in [since, until)."""
        window = (micros(since), micros(until))
        return await self.store.scan(
            lambda tables: series_in(tables, (self._tenant, entity), attribute, window)
        )

    async def columns(
        self, entity_type: str, attribute: str, since: datetime, until: datetime
    ) -> Columns:
        """Return the numeric history of one attribute over all entities of a type."""
        window = (micros(since), micros(until))
        return await self.store.scan(
            lambda tables: columns_in(tables, (self._tenant, entity_type), attribute, window)
        )

    async def history(
        self, entity: EntityId, attribute: str, *, last: int = 100
    ) -> list[tuple[Document, int]]:
        """Return the newest instances, newest first, each with its message id (0 if none)."""

        def work(tables: Tables) -> list[tuple[Document, int]]:
            kept = tables.documents.find(self._tenant, entity)
            name = tables.names.find(series_name(attribute))
            if kept is None or name is None:
                return []
            rows = (row for row in tables.series.newest(kept.key, name) if not is_tombstone(row))
            return [(instance_of(row), row.message) for row in islice(rows, last)]

        return await self.store.scan(work)  # sealed rows are read from files: not in the loop

    async def message(self, message_id: int) -> Message:
        """Return a kept message; raise `MessageNotExisting` or `MessageEmptied`."""
        is_key = 0 < message_id <= LARGEST_KEY
        kept = self.store.read().messages.get(self._tenant, message_id) if is_key else None
        if kept is None:
            raise MessageNotExisting(message_id)
        if not kept.body and self.store.read().messages.is_emptied(message_id):
            raise MessageEmptied(message_id, kept.received_at)
        return Message(*kept[1:])

    async def messages(
        self, *, device: str | None = None, refused: bool = False, limit: int = 50
    ) -> list[tuple[int, Message]]:
        """Return the newest messages, newest first: all, of one device, or the refused ones."""
        kept = self.store.read().messages.newest(
            self._tenant, device=device, refused=refused, limit=limit
        )
        return [(one.key, Message(*one[1:])) for one in kept]

    async def keep(self, body: bytes) -> str:
        """Keep bytes for good under their SHA-256 and return it; keeping twice is harmless."""
        digest = hashlib.sha256(body).hexdigest()
        await self.store.write(lambda tables: tables.records.put(KEPT, digest, body))
        return digest

    async def kept(self, digest: str) -> bytes:
        """Return kept bytes; raise `KeptNotExisting`."""
        body = self.store.read().records.get(KEPT, digest)
        if body is None:
            raise KeptNotExisting(digest)
        return body

    async def look(self, work: Callable[[View], T]) -> T:
        """Return what a piece of work finds in one snapshot of all entities and histories."""
        await self._sweep.run()
        with held(folder_of(self.store.path)):
            return await self.store.scan(lambda tables: work(View(tables, self._tenant)))

    async def types(self) -> dict[str, int]:
        """Return how many entities there are of each type."""
        await self._sweep.run()
        return await self.store.scan(lambda tables: tables.documents.types(self._tenant))

    async def events(self, after: int, *, limit: int = 500) -> list[Event]:
        """Return events after a cursor, oldest first, at once (an empty list when none)."""
        announced = self.store.read().outbox.after(self._tenant, after, limit)
        return [
            Event(
                seq=one.seq,
                at=one.at,
                kind=one.kind,
                entity=EntityId(one.entity),
                type=one.types[0],
                attributes=tuple(name for name in one.attributes if name not in _STAMPS),
                types=tuple(one.types),
                before=one.before,
            )
            for one in announced
        ]

    async def wait(self, after: int) -> None:
        """Return as soon as there is an event past the cursor."""
        while True:
            if self._sweep.is_due:
                await self._sweep.run()
            commit = self.store.next_commit()  # asked for before looking, so that none slips by
            if await self.head() > after:
                commit.cancel()
                return
            await asyncio.wait((commit,), timeout=OTHERS_S)

    async def head(self) -> int:
        """Return the sequence number of the newest event, 0 when there is none."""
        return self.store.read().outbox.head(self._tenant)

    async def _apply_one(self, action: Action, entity: Entity | Document) -> None:
        document = entity.to_document() if isinstance(entity, Entity) else entity
        _raise_refused(await self.apply([Change(action, EntityId(document["id"]), document)]))

    def _writing(self, tables: Tables, now: datetime) -> Writing:
        return Writing(tables, self._tenant, now, self._sweep.note, is_told=self._is_told)

    def _ingest(
        self, tables: Tables, deliveries: Sequence[Delivery], now: datetime
    ) -> list[Receipt]:
        first = tables.messages.add(
            self._tenant,
            [
                KeptMessage(0, m.received_at, m.transport, m.format, m.device, m.body, m.refusal)
                for m in (delivery.message for delivery in deliveries)
            ],
        )
        if self.validation is not None:
            for delivery in deliveries:
                self.validation.judge_given(tables, delivery.entities, self._tenant, now)
        observing = Observing(self._writing(tables, now))
        brought = [
            sum(observing.tell(entity, first + owner, owner) for entity in delivery.entities)
            for owner, delivery in enumerate(deliveries)
        ]
        duplicates = [0] * len(deliveries)
        for owner in observing.finish():
            duplicates[owner] += 1
        return [
            Receipt(first + owner, rows - duplicates[owner], duplicates[owner])
            for owner, rows in enumerate(brought)
        ]

    def _apply(
        self, tables: Tables, changes: Sequence[Change], now: datetime
    ) -> list[Applied | DalguError]:
        writing = self._writing(tables, now)
        outcomes: list[Applied | DalguError] = []
        for change in changes:
            touched = writing.touch(change.entity)
            try:
                applied = apply_change(touched.document, change, now)
                if applied.document is not None:
                    self._schema.check(applied.document, applied.changed)
                    if self.validation is not None:
                        about = About(change.entity, self._tenant, now, applied.kind == "created")
                        self.validation.judge(tables, applied.document, applied.changed, about)
            except DalguError as refusal:
                outcomes.append(refusal)
                continue
            writing.lay(touched, applied)
            outcomes.append(applied)
        writing.finish()
        return outcomes

    def _forget(self, tables: Tables, entity: EntityId) -> None:
        kept = tables.documents.find(self._tenant, entity)
        if kept is None or not tables.series.remove(kept.key):
            raise EntityNotExisting(entity)


def _raise_refused(outcomes: list[Applied | DalguError]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, DalguError):
            raise outcome
