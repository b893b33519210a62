"""Queries over the store's tables: index, box, then the exact predicates."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec

from dalgu.hub.errors import TooManyResults
from dalgu.hub.hub import Page, Query, Selector
from dalgu.hub.model import Document
from dalgu.hub.query.geo import GeoFilter, compile_geo
from dalgu.hub.query.narrow import Read, reader_of, texts_of
from dalgu.hub.query.order import MAX_SORTED, Ordering, ordered
from dalgu.hub.query.pattern import compile_pattern
from dalgu.hub.query.q import compile_linked_q, compile_q, link_depth
from dalgu.hub.query.scope import compile_scope
from dalgu.hub.query.types import candidate_types, matches_types
from dalgu.hub.writing import PLACE
from dalgu.store.collation import collation_keys
from dalgu.store.documents import ALL, Selection
from dalgu.store.tables import Tables

QUICK_LOOK = 400  # documents, about 1 ms; a query that needs more goes to the pool

Predicate = Callable[[Document], bool]

_decode = msgspec.json.Decoder(Document).decode


class Search:
    """One query, compiled: which rows to look at, and which of them match."""

    def __init__(self, tenant: str, query: Query) -> None:
        self._query = query
        self._tests: list[Predicate] = []
        self._tables: Tables | None = None  # those that are read just now
        self._read: Read = _decode
        box = None
        if query.georel is not None and query.geometry is not None:
            places: GeoFilter = compile_geo(query.georel, query.geometry, query.geoproperty)
            box = places.box if query.geoproperty == PLACE else None
            self._tests.append(places.accepts)
        self._add_tests(query)
        texts: tuple[bytes, ...] = ()
        if query.q is not None and not query.ids:
            texts = texts_of(query.q)
            if len(self._tests) == 1:  # nothing but the expression asks for attributes
                self._read = reader_of(query.q) or _decode
        self.selection = Selection(tenant, tuple(candidate_types(query.types)), box, texts)

    @property
    def is_indexed(self) -> bool:
        """Whether the indexes alone answer it, without a look into the documents."""
        return not (self._tests or self._query.ids or self._query.order_by)

    def quick_bodies(self, tables: Tables) -> list[bytes] | None:
        """Return the bodies of the page if few tell it, so that no thread need be asked."""
        query = self._query
        if query.count or query.order_by:
            return None
        if self.is_indexed:
            return tables.documents.page(self.selection, limit=query.limit, offset=query.offset)
        wanted = query.offset + query.limit
        found = list(islice(self._matching(tables, QUICK_LOOK), wanted))
        if len(found) < wanted and self._has_more(tables):
            return None
        return found[query.offset :]

    def _has_more(self, tables: Tables) -> bool:
        """Whether a quick look has not seen all there is."""
        if self._query.ids:
            return len(self._query.ids) > QUICK_LOOK
        return tables.documents.has_more(self.selection, QUICK_LOOK)

    def bodies(self, tables: Tables) -> tuple[list[bytes], int | None]:
        """Return the bodies of the page the query asks for, and how many match if it counts."""
        query = self._query
        if self.is_indexed:
            documents = tables.documents
            found = documents.page(self.selection, limit=query.limit, offset=query.offset)
            return found, documents.count(self.selection) if query.count else None
        found = []
        end = query.offset + query.limit
        total = 0
        for body in self._matching(tables):
            if query.offset <= total < end:
                found.append(body)
            total += 1
            if total >= end and not query.count:
                break
        return found, total if query.count else None

    def page(self, tables: Tables) -> Page:
        """Return the page the query asks for."""
        if self._query.order_by:
            return self._ordered_page(tables, self._query.order_by)
        found, total = self.bodies(tables)
        return Page([_decode(body) for body in found], total)

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
        return sum(1 for _ in self._matching(tables))

    def matches(self, tables: Tables) -> Iterator[Document]:
        """Yield every matching entity in stable order."""
        return map(_decode, self._matching(tables))

    def _matching(self, tables: Tables, within: int = ALL) -> Iterator[bytes]:
        """Yield the body of every matching entity among so many, in stable order."""
        read = self._read
        accepts = self._tests[0] if len(self._tests) == 1 else self.accepts
        for body in self._bodies(tables, within):
            if accepts(read(body)):
                yield body

    def accepts(self, document: Document) -> bool:
        """Whether an entity that was found by its type matches."""
        return all(test(document) for test in self._tests)

    def _find(self, entity: str) -> Document | None:
        """Return the entity that a link leads to."""
        if self._tables is None:
            return None
        body = self._tables.documents.body(self.selection.tenant, entity)
        return None if body is None else _decode(body)

    def _bodies(self, tables: Tables, within: int) -> Iterator[bytes]:
        self._tables = tables
        if not self._query.ids:
            yield from tables.documents.scan(self.selection, within)
            return
        ids = dict.fromkeys(self._query.ids)
        for entity in islice(ids, None if within == ALL else within):
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
            self._tests.append(selected_by(query.any_of))
        if query.scope_q is not None:
            self._tests.append(compile_scope(query.scope_q))


def selected_by(selectors: Iterable[Selector]) -> Predicate:
    """Return the predicate of entities that one of the selectors selects (5.2.33)."""
    tests = [_selected(one) for one in selectors]
    return lambda document: any(test(document) for test in tests)


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
