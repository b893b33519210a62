"""Temporal queries (CIM 009 5.7.3, 5.7.4): entities with the history of their attributes."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from dalgu.hub.hub import Page, TemporalQuery
from dalgu.hub.model import Document
from dalgu.hub.past import attribute_of, instance_id, instance_of, is_tombstone
from dalgu.hub.query.geo import compile_geo
from dalgu.hub.query.q import compile_q
from dalgu.hub.query.scope import compile_scope
from dalgu.hub.search import Search
from dalgu.hub.summing import aggregated
from dalgu.store.instants import instant, micros
from dalgu.store.series import FIRST_US, LAST_US, Instance
from dalgu.store.tables import Tables

Window = tuple[int, int]
"""[since, until) in microseconds."""

SCOPE = "scope"  # the member whose history is kept as that of an attribute (4.5.6)


@dataclass(slots=True)
class Strand:
    """The rows of one series that were asked for, newest first."""

    name: str
    series: int
    rows: list[Instance]
    hollow: Document | None = None  # stands for all that was cut away

    def documents(self) -> list[Document]:
        """Return the rows as instances, with their ids."""
        found = [] if self.hollow is None else [self.hollow]
        for row in self.rows:
            one = instance_of(row, stamped=True)
            if self.name != SCOPE:
                one["instanceId"] = instance_id(row, self.series, one)
            found.append(one)
        return found


@dataclass(slots=True)
class Evolved:
    """One entity with its strands."""

    key: int
    head: Document
    strands: list[Strand]
    sums: Document | None = None  # aggregated attributes, in place of instances

    def document(self) -> Document:
        """Return the entity in temporal representation (4.5.6)."""
        document = self.head | (self.sums or {})
        for strand in self.strands:
            document.setdefault(strand.name, []).extend(strand.documents())
        return document


def evolution(tables: Tables, tenant: str, query: TemporalQuery) -> Page:
    """Return the page of a temporal query, instances newest first.

    An entity that was asked for by its id is there with its type even where no instance lies in
    the window; others are left out then.
    """
    entities = query.entities
    found: list[Evolved] = []
    total = 0
    end = entities.offset + entities.limit
    for one in evolved(tables, tenant, query):
        if entities.offset <= total < end:
            found.append(one)
        total += 1
        if total >= end and not entities.count:
            break
    counted = total if entities.count else None
    cut = _cut(found, query)
    return Page([one.document() for one in found], counted, cut)


def evolved(tables: Tables, tenant: str, query: TemporalQuery) -> Iterator[Evolved]:
    """Yield the entities that a temporal query finds, each with the rows that were asked for."""
    entities = query.entities
    is_tested = bool(entities.q or entities.georel or query.scope_q)
    for key, head in heads(tables, tenant, query):
        if is_tested:
            strands = _tested(tables, key, head, query)
        else:
            strands = list(_strands(tables, key, query, query.attrs))
        if strands is None:
            continue
        sums = None
        if query.aggregation is not None:
            sums, strands = _summed(tables, key, strands, query), []
        if strands or sums or entities.ids:
            yield Evolved(key, head, strands, sums)


def _summed(tables: Tables, key: int, strands: list[Strand], query: TemporalQuery) -> Document:
    sums: Document = {}
    for strand in strands:
        one = aggregated(tables, key, strand.series, query, window(query))
        if one is not None and strand.name != SCOPE:
            sums.setdefault(strand.name, []).append(one)
    return sums


def heads(tables: Tables, tenant: str, query: TemporalQuery) -> Iterator[tuple[int, Document]]:
    """Yield key, id and type of the entities asked for; a named one may be deleted."""
    asked = query.entities
    # What the values of the window decide is tested on them, not on the present state (5.7.4.4).
    bare = dataclasses.replace(asked, q=None, georel=None, geometry=None, attrs=())
    current = {one["id"]: one["type"] for one in Search(tenant, bare).matches(tables)}
    wanted: Iterable[str] = asked.ids or current
    if query.by_id:
        wanted = sorted(wanted, reverse=query.by_id == "desc")
    for entity in wanted:
        kept = tables.documents.find(tenant, entity)
        if kept is None or (kept.body is not None and entity not in current):
            continue
        if entity in current:
            yield kept.key, {"id": entity, "type": current[entity]}
        elif tables.series.attributes(kept.key):
            types = tables.documents.types_of(kept.key)
            yield kept.key, {"id": entity, "type": types[0] if len(types) == 1 else types}


def _strands(
    tables: Tables, key: int, query: TemporalQuery, attrs: tuple[str, ...]
) -> Iterator[Strand]:
    for text in sorted(tables.series.attributes(key)):
        name = attribute_of(text)
        dataset = text.partition("\n")[0] or "@none"
        if name == SCOPE:
            if query.entities.attrs:
                continue
        elif (attrs and name not in attrs) or (query.datasets and dataset not in query.datasets):
            continue
        series = tables.names.find(text)
        if series is None:
            continue
        if query.aggregation is not None:
            yield Strand(name, series, [])
            continue
        rows = _scope_rows(tables, key, series, query) if name == SCOPE else None
        rows = _rows(tables, key, series, query) if rows is None else rows
        if rows:
            yield Strand(name, series, rows)


def _tested(tables: Tables, key: int, head: Document, query: TemporalQuery) -> list[Strand] | None:
    """Return the strands of an entity whose instances within the window pass the tests."""
    entities = query.entities
    whole = dataclasses.replace(
        query, last=None, most=None, aggregation=None, datasets=frozenset(),
        entities=dataclasses.replace(entities, attrs=()),
    )  # fmt: skip
    strands = list(_strands(tables, key, whole, ()))
    if query.scope_q is not None:
        _keep_scoped(tables, key, strands, query)
        if not strands:
            return None
    document = Evolved(key, head, strands).document()
    if entities.q is not None and not compile_q(entities.q)(document):
        return None
    if entities.georel is not None and entities.geometry is not None:
        places = compile_geo(entities.georel, entities.geometry, entities.geoproperty)
        if not places.accepts(document):
            return None
    wanted = list(_strands(tables, key, query, query.attrs))
    if query.scope_q is not None:
        _keep_scoped(tables, key, wanted, query)
    return wanted or None


def _keep_scoped(tables: Tables, key: int, strands: list[Strand], query: TemporalQuery) -> None:
    """Keep of all strands what lies where a scope that matches was valid (4.18, C.5.16)."""
    spans = _valid_spans(tables, key, query)
    for strand in strands:
        if strand.name != SCOPE:
            strand.rows = [
                row
                for row in strand.rows
                if any(start <= at_us(row, query.timeproperty) < end for start, end in spans)
            ]
    strands[:] = [one for one in strands if one.rows]
    if all(one.name == SCOPE for one in strands):
        strands.clear()


def _valid_spans(tables: Tables, key: int, query: TemporalQuery) -> list[Window]:
    series = tables.names.find(f"\n{SCOPE}")
    if series is None or query.scope_q is None:
        return []
    accepts = compile_scope(query.scope_q)
    since, until = window(query)
    rows = list(tables.series.oldest(key, series))
    ends = [row.at_us for row in rows[1:]] + [LAST_US]
    return [
        (row.at_us, end)
        for row, end in zip(rows, ends, strict=False)  # without rows there is one end too many
        if row.at_us < until and end > since and accepts({SCOPE: instance_of(row)["value"]})
    ]


def _scope_rows(
    tables: Tables, key: int, series: int, query: TemporalQuery
) -> list[Instance] | None:
    """Return the scopes of the window, the one that was valid at its start among them."""
    since, until = window(query)
    if query.timerel not in ("after", "between") or query.timeproperty != "observedAt":
        return None
    within = list(islice(tables.series.newest(key, series, since, until), query.last))
    before = next(tables.series.newest(key, series, FIRST_US, since), None)
    return within if before is None or is_tombstone(before) else [*within, before]


def at_us(row: Instance, timeproperty: str) -> int:
    """Return the instant of a row that a temporal property names."""
    return row.stored_us if timeproperty in ("createdAt", "modifiedAt") else row.at_us


def _rows(tables: Tables, key: int, series: int, query: TemporalQuery) -> list[Instance]:
    since, until = window(query)
    if query.timeproperty in ("createdAt", "modifiedAt"):
        stored = [
            row for row in tables.series.newest(key, series) if since <= row.stored_us < until
        ]
        stored.sort(key=lambda row: row.stored_us, reverse=True)
        return _limited(stored, query)
    wanted = b'"deletedAt"' if query.timeproperty == "deletedAt" else b'"observedAt"'
    is_free = query.timerel is None and query.timeproperty == "observedAt"
    if query.last is None and query.most is not None:
        oldest = tables.series.oldest(key, series, since, until)
        rows = list(islice((r for r in oldest if is_free or wanted in r.rest), query.most + 1))
        return rows[::-1]
    newest = tables.series.newest(key, series, since, until)
    limit = query.last if query.most is None else min(query.last or 0, query.most + 1)
    return list(islice((r for r in newest if is_free or wanted in r.rest), limit))


def _limited(rows: list[Instance], query: TemporalQuery) -> list[Instance]:
    if query.last is not None:
        return rows[: query.last]
    return rows if query.most is None else rows[-query.most - 1 :]


def window(query: TemporalQuery) -> Window:
    """Return the window of a temporal query: its first instant belongs to it, its last does not."""
    if query.timerel is None or query.time_at is None:
        return FIRST_US, LAST_US
    first_us = micros(query.time_at)
    if query.timerel == "before":
        return FIRST_US, first_us
    if query.timerel == "after" or query.end_time_at is None:
        return first_us, LAST_US
    return first_us, micros(query.end_time_at)


def _cut(found: list[Evolved], query: TemporalQuery) -> tuple[datetime, datetime] | None:
    """Cut all histories of a page at one instant where one is too long (6.3.10)."""
    most = query.most
    strands = [strand for one in found for strand in one.strands]
    long = [strand.rows for strand in strands if most is not None and len(strand.rows) > most]
    if most is None or not long:
        return None

    def at(row: Instance) -> int:
        return at_us(row, query.timeproperty)

    if query.last is None:
        edge = min(at(rows[-most]) for rows in long)
    else:
        edge = max(at(rows[most - 1]) for rows in long)
    for strand in strands:
        before, strand.rows = (
            strand.rows,
            [
                row
                for row in strand.rows
                if (at(row) <= edge if query.last is None else at(row) >= edge)
            ],
        )
        if not strand.rows:
            strand.hollow = _hollow(instance_of(before[0]))
    held = [at(row) for strand in strands for row in strand.rows]
    return instant(min(held)), instant(max(held))


def _hollow(instance: Document) -> Document:
    return {member: instance[member] for member in ("type", "datasetId") if member in instance}
