"""Whether the tables agree: each index against the bodies, the outbox against itself.

What an index should say of an entity only the layer above knows; it is asked body by body, so a
large store is looked through in a steady, small memory.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import apsw
import msgspec

from dalgu.store.connection import first_row, rows
from dalgu.store.documents import Bounds
from dalgu.store.names import Names

_types = msgspec.json.Decoder(list[str])


class Demanded(NamedTuple):
    """What the indexes must say of one body."""

    types: list[str]
    bounds: Bounds | None
    ends_us: int | None


class _Entity(NamedTuple):
    key: int
    tenant: str
    id: str
    types: list[str]


Demand = Callable[[bytes], Demanded]


class Inspection:
    """Looks through the whole store; meant for a snapshot of it."""

    def __init__(self, connection: apsw.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names

    def faults(self, demand: Demand) -> Iterator[str]:
        """Yield a sentence for everything that does not agree."""
        [(verdict,)] = rows(self._connection, "PRAGMA integrity_check(1)")
        if verdict != "ok":
            yield f"The file is damaged: {verdict}."
            return
        yield from self._index_faults(demand)
        yield from self._stray_faults()
        yield from self._outbox_faults()

    def _index_faults(self, demand: Demand) -> Iterator[str]:
        boxes = _Boxes()
        found = self._connection.execute("SELECT pk, tenant, id, types, body FROM entity")
        for key, tenant, name, types, body in found:
            entity = _Entity(key, tenant, name, _types.decode(types))
            demanded = Demanded([], None, None) if body is None else demand(body)
            if body is not None and entity.types != demanded.types:
                yield f"Entity '{name}' has other types in its row than in its body."
            if self._kinds(entity) != set(demanded.types):
                yield f"Entity '{name}' is indexed under other types than its body names."
            if self._place(key) != boxes.kept(demanded.bounds):
                yield f"Entity '{name}' is indexed at another place than its body names."
            if self._ends_us(key) != demanded.ends_us:
                yield f"Entity '{name}' is to expire at another instant than its body names."

    def _kinds(self, entity: _Entity) -> set[str]:
        """Return the types an entity is indexed under, of those it ever had in its row."""
        keys = [self._names.find(name) for name in entity.types]
        marks = ", ".join("?" * len(keys))
        found = rows(
            self._connection,
            "SELECT type FROM entity_type WHERE tenant = ? AND entity = ? "  # noqa: S608
            f"AND type IN ({marks})",
            (entity.tenant, entity.key, *keys),
        )
        return {self._names.text(key) for (key,) in found}

    def _place(self, key: int) -> Bounds | None:
        return first_row(
            self._connection,
            "SELECT min_lon, max_lon, min_lat, max_lat FROM entity_place WHERE entity = ?",
            (key,),
        )

    def _ends_us(self, key: int) -> int | None:
        row = first_row(self._connection, "SELECT at FROM entity_expiry WHERE entity = ?", (key,))
        return None if row is None else row[0]

    def _stray_faults(self) -> Iterator[str]:
        """Yield rows that no living entity accounts for."""
        for table, rows_of, condition in (
            ("entity_type", "1", "body IS NOT NULL AND tenant = t.tenant"),
            ("entity_place", "1", "body IS NOT NULL"),
            ("entity_expiry", "1", "body IS NOT NULL"),
            # The city's own entities are never removed; those of other tenants may be.
            ("event", "t.tenant = ''", "1"),
        ):
            [(count,)] = rows(
                self._connection,
                f"SELECT count(*) FROM {table} t WHERE {rows_of} AND NOT EXISTS "  # noqa: S608
                f"(SELECT 1 FROM entity WHERE pk = t.entity AND {condition})",
            )
            if count:
                yield f"Table '{table}' has {count} rows of entities that are not there."
        [(listed, alive)] = rows(
            self._connection,
            "SELECT (SELECT count(*) FROM entity_type), (SELECT total(json_array_length(types)) "
            "FROM entity WHERE body IS NOT NULL)",
        )
        if listed > alive:
            yield f"Table 'entity_type' has {listed} rows where the bodies name {alive:.0f} types."

    def _outbox_faults(self) -> Iterator[str]:
        [(count, oldest, newest)] = rows(
            self._connection, "SELECT count(*), ifnull(min(seq), 1), ifnull(max(seq), 0) FROM event"
        )
        if count != newest - oldest + 1:
            yield f"The outbox has {count} events from number {oldest} to {newest}: some are gone."
        ahead = rows(self._connection, "SELECT name FROM reader WHERE seq > ?", (newest,))
        for (name,) in ahead:
            yield f"Reader '{name}' is past the newest event."


class _Boxes:
    """An R*Tree beside the store's: it rounds a box as the store's tree does, outward to 32 bit."""

    def __init__(self) -> None:
        self._connection = apsw.Connection(":memory:")
        self._connection.execute("CREATE VIRTUAL TABLE box USING rtree (pk, w, e, s, n)")

    def kept(self, bounds: Bounds | None) -> Bounds | None:
        if bounds is None:
            return None
        west, south, east, north = bounds
        self._connection.execute(
            "INSERT OR REPLACE INTO box VALUES (1, ?, ?, ?, ?)", (west, east, south, north)
        )
        return first_row(self._connection, "SELECT w, e, s, n FROM box")
