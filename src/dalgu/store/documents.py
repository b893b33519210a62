"""Bodies of current entities, with an index by type and one by place."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import apsw
import msgspec

from dalgu.store.connection import first_row, rows
from dalgu.store.names import Names

Bounds = tuple[float, float, float, float]
"""(min_lon, min_lat, max_lon, max_lat) in degrees, WGS 84."""

ALL = -1  # entities to look at: every one

_types = msgspec.json.Decoder(list[str])


class Kept(NamedTuple):
    """The row of an entity; `body` is `None` once it is deleted."""

    key: int
    body: bytes | None


class Selection(NamedTuple):
    """Which entities a scan looks at: of any of the types (all when empty), near a box."""

    tenant: str
    types: tuple[str, ...] = ()
    bounds: Bounds | None = None
    texts: tuple[bytes, ...] = ()  # pieces that a scanned body must hold


class Documents:
    """Entities by id, by type, by place; keys grow in order of creation."""

    def __init__(self, connection: apsw.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names

    def find(self, tenant: str, entity: str) -> Kept | None:
        """Return the row of an entity, deleted or not; `None` where there never was one."""
        row = first_row(
            self._connection,
            "SELECT pk, body FROM entity WHERE tenant = ? AND id = ?",
            (tenant, entity),
        )
        return None if row is None else Kept(*row)

    def body(self, tenant: str, entity: str) -> bytes | None:
        """Return the body of an entity, `None` where there is none."""
        row = first_row(
            self._connection,
            "SELECT body FROM entity WHERE tenant = ? AND id = ?",
            (tenant, entity),
        )
        return None if row is None else row[0]

    def write(self, bodies: Sequence[tuple[bytes, int]]) -> None:
        """Keep the new bodies of entities, each with the key of its row."""
        self._connection.executemany("UPDATE entity SET body = ? WHERE pk = ?", bodies)

    def types_of(self, key: int) -> list[str]:
        """Return the types of an entity, the last ones of a deleted one."""
        [(types,)] = rows(self._connection, "SELECT types FROM entity WHERE pk = ?", (key,))
        return _types.decode(types)

    def create(self, tenant: str, entity: str, types: Sequence[str], body: bytes) -> int:
        """Keep an entity that never was; return its key."""
        self._connection.execute(
            "INSERT INTO entity (tenant, id, types, body) VALUES (?, ?, ?, ?)",
            (tenant, entity, _encoded(types), body),
        )
        key = self._connection.last_insert_rowid()
        self._index(tenant, key, types)
        return key

    def retype(self, tenant: str, key: int, types: Sequence[str]) -> None:
        """Index an entity under these types and no others."""
        self._unindex(key)
        self._connection.execute("UPDATE entity SET types = ? WHERE pk = ?", (_encoded(types), key))
        self._index(tenant, key, types)

    def locate(self, key: int, bounds: Bounds | None) -> None:
        """Index an entity at a place, or nowhere."""
        if bounds is None:
            self._connection.execute("DELETE FROM entity_place WHERE entity = ?", (key,))
            return
        west, south, east, north = bounds
        self._connection.execute(
            "INSERT OR REPLACE INTO entity_place VALUES (?, ?, ?, ?, ?)",
            (key, west, east, south, north),
        )

    def remove(self, key: int) -> None:
        """Delete the body and leave the indexes; key, id and types stay for history."""
        self._unindex(key)
        self.locate(key, None)
        self._connection.execute("UPDATE entity SET body = NULL WHERE pk = ?", (key,))

    def types(self, tenant: str) -> dict[str, int]:
        """Return how many entities there are of each type."""
        found = rows(
            self._connection,
            "SELECT type, count(*) FROM entity_type WHERE tenant = ? GROUP BY type",
            (tenant,),
        )
        counts = {self._names.text(key): count for key, count in found}
        return dict(sorted(counts.items()))

    def count(self, selection: Selection) -> int:
        """Return how many entities a selection holds."""
        source, values = self._source(selection)
        [(count,)] = rows(
            self._connection,
            f"SELECT count(*) FROM ({source})",  # noqa: S608  # own text
            values,
        )
        return int(count)

    def page(self, selection: Selection, *, limit: int, offset: int) -> list[bytes]:
        """Return bodies of a selection in order of creation."""
        source, values = self._source(selection)
        found = rows(
            self._connection,
            f"SELECT body FROM ({source} LIMIT ? OFFSET ?) JOIN entity ON pk = key "  # noqa: S608
            "ORDER BY key",
            (*values, limit, offset),
        )
        return [body for (body,) in found]

    def after(self, selection: Selection, key: int, limit: int) -> list[Kept]:
        """Return keys and bodies of a selection past a key, in order of creation."""
        source, values = self._source(selection, key)
        found = rows(
            self._connection,
            f"SELECT pk, body FROM ({source} LIMIT ?) JOIN entity ON pk = key "  # noqa: S608
            "ORDER BY pk",
            (*values, limit),
        )
        return [Kept(*row) for row in found]

    def scan(self, selection: Selection, within: int = ALL) -> Iterator[bytes]:
        """Yield bodies of a selection in order of creation, from one snapshot.

        It looks at the first entities `within` the selection only.
        """
        source, values = self._source(selection)
        held = " AND ".join("instr(body, ?)" for _ in selection.texts)
        where = f"WHERE {held} " if held else ""
        limit = "" if within == ALL else f" LIMIT {within:d}"  # a LIMIT keeps SQLite from streaming
        found = self._connection.execute(
            f"SELECT body FROM ({source}{limit}) JOIN entity ON pk = key {where}"  # noqa: S608
            "ORDER BY key",
            (*values, *selection.texts),
        )
        for (body,) in found:
            yield body

    def has_more(self, selection: Selection, than: int) -> bool:
        """Whether a selection, its texts left aside, holds more entities than so many."""
        source, values = self._source(selection)
        found = first_row(self._connection, f"{source} LIMIT 1 OFFSET ?", (*values, than))
        return found is not None

    def _source(self, selection: Selection, after: int = 0) -> tuple[str, tuple[object, ...]]:
        """Return the SELECT that gives the keys of a selection, in order, and its bindings."""
        values: tuple[object, ...]
        if selection.types:
            keys = [self._names.find(name) for name in selection.types]
            marks = ", ".join("?" * len(keys))
            distinct = "" if len(keys) == 1 else "DISTINCT "
            source = (
                f"SELECT {distinct}entity AS key FROM entity_type "  # noqa: S608  # own text
                f"WHERE tenant = ? AND type IN ({marks}) AND entity > ?"
            )
            values = (selection.tenant, *keys, after)
        else:
            # The sign + keeps the planner on the primary key, which gives the order for free.
            source = (
                "SELECT pk AS key FROM entity WHERE +tenant = ? AND pk > ? AND body IS NOT NULL"
            )
            values = (selection.tenant, after)
        if selection.bounds is not None:
            west, south, east, north = selection.bounds
            source += (
                " AND key IN (SELECT entity FROM entity_place WHERE max_lon >= ? "
                "AND min_lon <= ? AND max_lat >= ? AND min_lat <= ?)"
            )
            values = (*values, west, east, south, north)
        return f"{source} ORDER BY key", values

    def _index(self, tenant: str, key: int, types: Sequence[str]) -> None:
        for name in types:
            self._connection.execute(
                "INSERT OR IGNORE INTO entity_type VALUES (?, ?, ?)",
                (tenant, self._names.intern(name), key),
            )

    def _unindex(self, key: int) -> None:
        [(tenant, types)] = rows(
            self._connection, "SELECT tenant, types FROM entity WHERE pk = ?", (key,)
        )
        self._connection.executemany(
            "DELETE FROM entity_type WHERE tenant = ? AND type = ? AND entity = ?",
            [(tenant, self._names.find(name), key) for name in _types.decode(types)],
        )


def _encoded(types: Sequence[str]) -> str:
    return msgspec.json.encode(types).decode()
