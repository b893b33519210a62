"""Entities and histories on their way into a snapshot: rows go as they are, instants and all."""

import dataclasses
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.errors import TooManyResults
from dalgu.hub.evolution import SCOPE, Strand, evolved, heads
from dalgu.hub.hub import Hub, Query, TemporalQuery
from dalgu.hub.local import LocalHub
from dalgu.hub.merge import folded
from dalgu.hub.model import Document
from dalgu.hub.past import instance_of, is_tombstone
from dalgu.hub.writing import Writing
from dalgu.kernel.ids import EntityId
from dalgu.store.series import Instance
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

PAGE: Final = 500
MOST_INSTANCES: Final = 100_000  # of one attribute of one entity
ROWS_AT_ONCE: Final = 5_000  # written in one transaction

Row = tuple[str, Instance]  # the store's name of the series, and the row


class History(NamedTuple):
    """What a temporal query found of one entity: its newest values, and all rows."""

    state: Document
    rows: list[Row]


class Freezing:
    """Fills one snapshot; `rows` counts the entities and instances it has taken so far."""

    def __init__(self, snapshot: LocalHub, tenant: str, most: int) -> None:
        self._snapshot = snapshot
        self._store: Store = snapshot.store
        self._tenant = tenant
        self._most = most
        self._renewed: set[tuple[str, str]] = set()  # entity and series that hold a history
        self.rows = 0

    async def take(self, documents: list[Document]) -> int:
        """Take entities as they are; return how many."""
        self._count(len(documents))
        changes = [Change(Action.UPSERT_REPLACE, EntityId(one["id"]), one) for one in documents]
        await self._snapshot.apply(changes)
        return len(documents)

    async def take_histories(self, tenant: str, query: TemporalQuery, now: datetime) -> int:
        """Take what a temporal query finds in a tenant; return of how many entities.

        Raises
        ------
        TooManyResults
            When it is more than a snapshot takes.
        """
        names = await self._store.scan(
            lambda tables: _named(tables, tenant, query, self._most - self.rows + 1)
        )
        found = 0
        for name in names:
            history = await self._store.scan(
                partial(_found, tenant=tenant, query=query, entity=name)
            )
            if history is not None:
                found += 1
                await self._lay(history, now)
        return found

    def _count(self, more: int) -> None:
        self.rows += more
        if self.rows > self._most:
            raise TooManyResults(
                f"A snapshot takes at most {self._most} entities and instances together."
            )

    async def _lay(self, history: History, now: datetime) -> None:
        self._count(1 + len(history.rows))
        entity = history.state["id"]
        await self._store.write(lambda tables: _begin(tables, self._tenant, history.state, now))
        rows = iter(history.rows)
        while part := list(islice(rows, ROWS_AT_ONCE)):
            new = {name for name, _ in part if (entity, name) not in self._renewed}
            await self._store.write(
                partial(_lay, tenant=self._tenant, entity=entity, rows=part, new=new)
            )
            self._renewed.update((entity, name) for name in new)


async def pages(hub: Hub, asked: Query) -> AsyncIterator[list[Document]]:
    """Yield what a query finds, page by page."""
    offset = 0
    while True:
        found = (await hub.query(dataclasses.replace(asked, limit=PAGE, offset=offset))).entities
        yield found
        if len(found) < PAGE:
            return
        offset += PAGE


def _named(tables: Tables, tenant: str, query: TemporalQuery, most: int) -> list[str]:
    """Return the ids that a temporal query may be about, `most` of them at most."""
    return [head["id"] for _, head in islice(heads(tables, tenant, query), most)]


def _found(tables: Tables, tenant: str, query: TemporalQuery, entity: str) -> History | None:
    """Return what a temporal query finds of one entity."""
    one = dataclasses.replace(query.entities, ids=(entity,), limit=1, offset=0)
    asked = dataclasses.replace(query, entities=one, most=MOST_INSTANCES)
    for found in evolved(tables, tenant, asked):
        if found.strands:
            _check(entity, found.strands)
            rows = list(_rows(tables, found.strands))
            return History(_state(found.head, found.strands), rows)
    return None


def _check(entity: str, strands: list[Strand]) -> None:
    for strand in strands:
        if len(strand.rows) > MOST_INSTANCES:
            raise TooManyResults(
                f"Attribute '{strand.name[:80]}' of '{entity[:120]}' has more than "
                f"{MOST_INSTANCES} instances; ask for a shorter time."
            )


def _state(head: Document, strands: list[Strand]) -> Document:
    """Return an entity with the newest value of each of its series."""
    state = dict(head)
    several: dict[str, list[Document]] = {}
    for strand in strands:
        newest = max(strand.rows, key=lambda row: (row.at_us, row.n))
        if is_tombstone(newest):
            continue
        instance = instance_of(newest, stamped=True)
        if strand.name == SCOPE:
            state[SCOPE] = instance["value"]
        else:
            several.setdefault(strand.name, []).append(instance)
    return state | {name: folded(instances) for name, instances in several.items()}


def _rows(tables: Tables, strands: list[Strand]) -> Iterator[Row]:
    for strand in strands:
        name = tables.names.text(strand.series)
        # Oldest first: of several values of one instant the order stays.
        for row in sorted(strand.rows, key=lambda row: (row.at_us, row.n)):
            yield name, row


def _begin(tables: Tables, tenant: str, state: Document, now: datetime) -> None:
    """Make an entity of its newest values, where the snapshot does not hold it yet."""
    writing = Writing(tables, tenant, now, is_told=False)
    touched = writing.touch(state["id"])
    if touched.document is None:
        stamps = {"createdAt": writing.stamp, "modifiedAt": writing.stamp}
        changed = tuple(state.keys() - {"id", "type"})
        writing.lay(touched, Applied(state | stamps, "created", changed), remember=False)
        writing.finish()


def _lay(tables: Tables, tenant: str, entity: str, rows: list[Row], new: set[str]) -> None:
    """Write rows into a snapshot's entity.

    In a series that is new here, a query for the present has left its one row, dated by the
    freezing: the history tells it better.
    """
    kept = tables.documents.find(tenant, entity)
    if kept is None:  # the snapshot is being deleted
        return
    key = kept.key
    keys = {name: tables.names.intern(name) for name in {name for name, _ in rows}}
    for name in new:
        tables.series.remove(key, keys[name])
    tables.series.add(
        [
            (key, keys[name], one.at_us, one.value, one.rest, one.message or -one.stored_us)
            for name, one in rows
        ]
    )
