"""Temporal queries (CIM 009 5.7.3, 5.7.4): entities with the history of their attributes."""

from collections.abc import Iterator
from itertools import islice

from dalgu.hub.hub import Page, TemporalQuery
from dalgu.hub.model import JSON, Document
from dalgu.hub.past import attribute_of, instance_of
from dalgu.hub.search import Search
from dalgu.store.instants import micros
from dalgu.store.series import FIRST_US, LAST_US, Instance
from dalgu.store.tables import Tables

Window = tuple[int, int]
"""[since, until) in microseconds."""


def evolution(tables: Tables, tenant: str, query: TemporalQuery) -> Page:
    """Return the page of a temporal query, instances newest first.

    An entity that was asked for by its id is there with its type even where no instance lies in
    the window; others are left out then.
    """
    entities = query.entities
    found: list[Document] = []
    total = 0
    end = entities.offset + entities.limit
    for document in _evolved(tables, tenant, query):
        if entities.offset <= total < end:
            found.append(document)
        total += 1
        if total >= end and not entities.count:
            break
    return Page(found, total if entities.count else None)


def _evolved(tables: Tables, tenant: str, query: TemporalQuery) -> Iterator[Document]:
    for key, head in _heads(tables, tenant, query):
        document = head | _attributes(tables, key, query)
        if query.entities.ids or len(document) > len(head):
            yield document


def _heads(tables: Tables, tenant: str, query: TemporalQuery) -> Iterator[tuple[int, Document]]:
    """Yield key, id and type of the entities asked for; a named one may be deleted."""
    search = Search(tenant, query.entities)
    current = {document["id"]: document["type"] for document in search.matches(tables)}
    for entity in query.entities.ids or current:
        kept = tables.documents.find(tenant, entity)
        if kept is None or (kept.body is not None and entity not in current):
            continue
        yield kept.key, {"id": entity, "type": _type(current, entity, tables, kept.key)}


def _type(current: dict[str, JSON], entity: str, tables: Tables, key: int) -> JSON:
    if entity in current:
        return current[entity]
    types = tables.documents.types_of(key)
    return types[0] if len(types) == 1 else types


def _attributes(tables: Tables, key: int, query: TemporalQuery) -> Document:
    attributes: Document = {}
    for series in sorted(tables.series.attributes(key)):
        name = attribute_of(series)
        if query.attrs and name not in query.attrs:
            continue
        interned = tables.names.find(series)
        rows = [] if interned is None else _rows(tables, key, interned, query)
        if rows:
            attributes.setdefault(name, []).extend(instance_of(row, stamped=True) for row in rows)
    return attributes


def _rows(tables: Tables, key: int, series: int, query: TemporalQuery) -> list[Instance]:
    since, until = window(query)
    if query.timeproperty == "observedAt":
        rows = tables.series.newest(key, series, since, until)
        wanted = (row for row in rows if query.timerel is None or b'"observedAt"' in row.rest)
        return list(islice(wanted, query.last))
    stored = [row for row in tables.series.newest(key, series) if since <= row.stored_us < until]
    return sorted(stored, key=lambda row: row.stored_us, reverse=True)[: query.last]


def window(query: TemporalQuery) -> Window:
    """Return the window of a temporal query; `after` leaves its instant out."""
    if query.timerel is None or query.time_at is None:
        return FIRST_US, LAST_US
    at_us = micros(query.time_at)
    if query.timerel == "before":
        return FIRST_US, at_us
    if query.timerel == "after" or query.end_time_at is None:
        return at_us + 1, LAST_US
    return at_us, micros(query.end_time_at)
