"""History rows, clustered by entity, attribute and instant.

A value is a number, or the bytes of its JSON. What else an instance says (type, unit, …) is
its `rest`: the key of a name where it repeats, bytes of JSON where it does not. A row names its
message, or, where it has none, holds minus the instant of storing in that place. An identical
value at the same instant is the same observation; a different one is kept beside it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import apsw
import msgspec

from dalgu.store.connection import Row, rows
from dalgu.store.names import Names

Value = int | float | bytes
NewRow = tuple[int, int, int, Value, int | bytes, int]
"""(entity, attribute, at_us, value, rest, message) as `SeriesTable.add` takes it."""

_INSERT = (
    "INSERT INTO series (entity, attribute, at, n, value, rest, message) "
    "VALUES (?, ?, ?, 0, ?, ?, ?) ON CONFLICT DO NOTHING"
)
# The instant of storing: that of the message, or the one kept in place of its number.
_STORED = (
    "CASE WHEN message > 0 "
    "THEN (SELECT received FROM message m WHERE m.pk = series.message) ELSE -message END"
)
# Whole series leave SQLite as three JSON arrays (numbers keep all 17 digits): half the CPU of
# fetching rows, and one step per series, so that other threads are not kept waiting row by row.
_ARRAYS = (
    "json_group_array(at), json_group_array(iif(typeof(value) = 'blob', null, value)), "
    "json_group_array(max(message, 0))"
)

FIRST_US, LAST_US = -(2**62), 2**62  # before and after every instant that Python can name

_integers = msgspec.json.Decoder(list[int])
_numbers = msgspec.json.Decoder(list[float | None])


class Instance(NamedTuple):
    """One history row as it is read; `rest` is JSON."""

    at_us: int
    value: Value
    rest: bytes
    message: int  # 0 where it came by another way than a message
    stored_us: int


class Numbers(NamedTuple):
    """The rows of one series, oldest first, `None` where the value is no number.

    All lists have one length.
    """

    at_us: list[int]
    value: list[float | None]
    message: list[int]


class SeriesTable:
    """Rows of all series."""

    def __init__(self, connection: apsw.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names

    def add(self, new: Sequence[NewRow]) -> list[int]:
        """Keep rows; return the positions of those that were held already, to the value."""
        conflicts: list[int] = []
        self._connection.executemany(_INSERT, self._feed(new, conflicts))
        return [position for position in conflicts if not self._add_beside(new[position])]

    def _feed(self, new: Sequence[NewRow], conflicts: list[int]) -> Iterator[NewRow]:
        """Yield each row and, once it has been stepped, note whether its instant was taken."""
        changes = self._connection.changes
        for position, row in enumerate(new):
            yield row
            if not changes():
                conflicts.append(position)

    def _add_beside(self, row: NewRow) -> bool:
        entity, attribute, at, value, rest, message = row
        held = rows(
            self._connection,
            "SELECT n, value FROM series WHERE entity = ? AND attribute = ? AND at = ?",
            (entity, attribute, at),
        )
        if any(value == other for _, other in held):
            return False
        n = max(number for number, _ in held) + 1
        self._connection.execute(
            "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?)",
            (entity, attribute, at, n, value, rest, message),
        )
        return True

    def numbers(self, entity: int, attribute: int, since_us: int, until_us: int) -> Numbers:
        """Return the rows of one series in [since, until) as numbers."""
        [row] = rows(
            self._connection,
            f"SELECT {_ARRAYS} FROM series "  # noqa: S608  # own text
            "WHERE entity = ? AND attribute = ? AND at >= ? AND at < ?",
            (entity, attribute, since_us, until_us),
        )
        return _numbers_of(*row)

    def numbers_of_type(
        self, tenant: str, entity_type: int, attribute: int, window_us: tuple[int, int]
    ) -> Iterator[tuple[str, Numbers]]:
        """Yield id and rows, as numbers, of each entity of a type that has any, by key."""
        found = self._connection.execute(
            f"SELECT (SELECT id FROM entity WHERE pk = t.entity), {_ARRAYS} "  # noqa: S608
            "FROM entity_type t CROSS JOIN series s ON s.entity = t.entity "
            "WHERE t.tenant = ? AND t.type = ? AND s.attribute = ? AND at >= ? AND at < ? "
            "GROUP BY t.entity",
            (tenant, entity_type, attribute, *window_us),
        )
        for entity, at, value, message in found:
            yield entity, _numbers_of(at, value, message)

    def newest(
        self, entity: int, attribute: int, since_us: int = FIRST_US, until_us: int = LAST_US
    ) -> Iterator[Instance]:
        """Yield the rows of one series in [since, until), newest first, read as they are asked."""
        found = self._connection.execute(
            f"SELECT at, value, rest, message, {_STORED} FROM series "  # noqa: S608  # own text
            "WHERE entity = ? AND attribute = ? AND at >= ? AND at < ? ORDER BY at DESC, n DESC",
            (entity, attribute, since_us, until_us),
        )
        return (self._instance(row) for row in found)

    def attributes(self, entity: int) -> list[str]:
        """Return the names of the series an entity has, without reading their rows."""
        found = rows(
            self._connection,
            "WITH RECURSIVE a(x) AS ("
            " SELECT min(attribute) FROM series WHERE entity = ?1 UNION ALL"
            " SELECT (SELECT min(attribute) FROM series WHERE entity = ?1 AND attribute > x)"
            " FROM a WHERE x IS NOT NULL"
            ") SELECT text FROM a JOIN name ON name.pk = a.x",
            (entity,),
        )
        return [text for (text,) in found]

    def remove(self, entity: int, attribute: int | None = None) -> int:
        """Remove the history of an entity, or of one of its series; return how many rows went."""
        where = "entity = ?" if attribute is None else "entity = ? AND attribute = ?"
        values = (entity,) if attribute is None else (entity, attribute)
        self._connection.execute(f"DELETE FROM series WHERE {where}", values)  # noqa: S608
        return self._connection.changes()

    def _instance(self, row: Row) -> Instance:
        at, value, rest, message, stored = row
        template = rest if isinstance(rest, bytes) else self._names.text(rest).encode()
        return Instance(at, value, template, max(message, 0), at if stored is None else stored)


def _numbers_of(at: str, value: str, message: str) -> Numbers:
    return Numbers(_integers.decode(at), _numbers.decode(value), _integers.decode(message))
