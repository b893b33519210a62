"""Queries over the store's tables: index, box, then the exact predicates."""

from collections.abc import Callable, Iterator

import msgspec

from dalgu.hub.errors import TooManyResults
from dalgu.hub.hub import Page, Query, Selector
from dalgu.hub.model import Document
from dalgu.hub.query.geo import GeoFilter, compile_geo
from dalgu.hub.query.order import MAX_SORTED, Ordering, ordered
from dalgu.hub.query.pattern import compile_pattern
from dalgu.hub.query.q import compile_linked_q, compile_q, link_depth
from dalgu.hub.query.scope import compile_scope
from dalgu.hub.query.types import candidate_types, matches_types
from dalgu.hub.writing import PLACE
from dalgu.store.collation import collation_keys
from dalgu.store.documents import Selection
from dalgu.store.tables import Tables

QUICK_LOOK = 200  # documents, about 1 ms; a query that needs more goes to the pool

Predicate = Callable[[Document], bool]

_decode = msgspec.json.Decoder(Document).decode


class Search:
    """One query, compiled: which rows to look at, and which of them match."""

    def __init__(self, tenant: str, query: Query) -> None:
        self._query = query
        self._tests: list[Predicate] = []
        self._tables: Tables | None = None  # those that are read just now
        box = None
        if query.georel is not None and query.geometry is not None:
            places: GeoFilter = compile_geo(query.georel, query.geometry, query.geoproperty)
            box = places.box if query.geoproperty == PLACE else None
            self._tests.append(places.accepts)
        self._add_tests(query)
        self.selection = Selection(tenant, tuple(candidate_types(query.types)), box)

    @property
    def is_indexed(self) -> bool:
        """Whether the indexes alone answer it, without a look into the documents."""
        return not (self._tests or self._query.ids or self._query.order_by)

    def quick_page(self, tables: Tables) -> Page | None:
        """Return the page if few documents tell it, so that no thread need be asked."""
        if self._query.count or self._query.order_by:
            return None
        if self.is_indexed:
            return self.page(tables)
        found: list[Document] = []
        wanted = self._query.offset + self._query.limit
        for looked_at, body in enumerate(self._bodies(tables)):
            if looked_at == QUICK_LOOK:
                return None
            document = _decode(body)
            if self.accepts(document):
                found.append(document)
                if len(found) == wanted:
                    break
        return Page(found[self._query.offset : wanted])

    def page(self, tables: Tables) -> Page:
        """Return the page the query asks for."""
        query = self._query
        if self.is_indexed:
            documents = tables.documents
            bodies = documents.page(self.selection, limit=query.limit, offset=query.offset)
            total = documents.count(self.selection) if query.count else None
            return Page([_decode(body) for body in bodies], total)
        if query.order_by:
            return self._ordered_page(tables, query.order_by)
        found: list[Document] = []
        end = query.offset + query.limit
        total = 0
        for document in self.matches(tables):
            if query.offset <= total < end:
                found.append(document)
            total += 1
            if total >= end and not query.count:
                break
        return Page(found, total if query.count else None)

    def _ordered_page(self, tables: Tables, order: Ordering) -> Page:
        query = self._query
        found: list[Document] = []
        for document in self.matches(tables):
            if len(found) == MAX_SORTED:
                raise TooManyResults(f"At most {MAX_SORTED} entities can be ordered.")
            found.append(document)
        in_order = ordered(found, order, collation_keys)
        page = in_order[query.offset : query.offset + query.limit]
        return Page(page, len(found) if query.count else None)

    def count(self, tables: Tables) -> int:
        """Return how many entities match."""
        if self.is_indexed:
            return tables.documents.count(self.selection)
        return sum(1 for _ in self.matches(tables))

    def matches(self, tables: Tables) -> Iterator[Document]:
        """Yield every matching entity in stable order."""
        for body in self._bodies(tables):
            document = _decode(body)
            if self.accepts(document):
                yield document

    def accepts(self, document: Document) -> bool:
        """Whether an entity that was found by its type matches."""
        return all(test(document) for test in self._tests)

    def _find(self, entity: str) -> Document | None:
        """Return the entity that a link leads to."""
        if self._tables is None:
            return None
        body = self._tables.documents.body(self.selection.tenant, entity)
        return None if body is None else _decode(body)

    def _bodies(self, tables: Tables) -> Iterator[bytes]:
        self._tables = tables
        if not self._query.ids:
            yield from tables.documents.scan(self.selection)
            return
        for entity in dict.fromkeys(self._query.ids):
            body = tables.documents.body(self.selection.tenant, entity)
            if body is not None:
                yield body

    def _add_tests(self, query: Query) -> None:
        selects = query.types
        if selects and (query.ids or any(";" in names for names in selects)):
            self._tests.append(lambda document: matches_types(selects, _types(document)))
        if query.id_pattern is not None:
            pattern = compile_pattern(query.id_pattern)
            self._tests.append(lambda document: pattern.matches(document["id"]))
        if query.attrs:
            attrs = frozenset(query.attrs)
            self._tests.append(lambda document: not attrs.isdisjoint(document))
        if query.q is not None:
            is_linked = link_depth(query.q) > 0
            self._tests.append(
                compile_linked_q(query.q, self._find) if is_linked else compile_q(query.q)
            )
        if query.any_of:
            tests = [_selected(one) for one in query.any_of]
            self._tests.append(lambda document: any(test(document) for test in tests))
        if query.scope_q is not None:
            self._tests.append(compile_scope(query.scope_q))


def _selected(selector: Selector) -> Predicate:
    ids = frozenset(selector.ids)
    pattern = None if selector.id_pattern is None else compile_pattern(selector.id_pattern)

    def test(document: Document) -> bool:
        if ids and document["id"] not in ids:
            return False
        if pattern is not None and not pattern.matches(document["id"]):
            return False
        return not selector.types or matches_types(selector.types, _types(document))

    return test


def _types(document: Document) -> list[str]:
    kinds = document["type"]
    return [kinds] if isinstance(kinds, str) else kinds
