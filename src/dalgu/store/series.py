"""History rows, clustered by entity, attribute and instant.

A value is a number, or the bytes of its JSON. What else an instance says (type, unit, …) is
its `rest`: the key of a name where it repeats, bytes of JSON where it does not. A row names its
message, or, where it has none, holds minus the instant of storing in that place. An identical
value at the same instant is the same observation; a different one is kept beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
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
    n: int = 0  # tells apart the values of one instant


class Buckets(NamedTuple):
    """What SQL summed up of one period of a series; what was not asked for is 0."""

    period: int
    rows: int
    most: float | bytes  # bytes where any value is no number: those sort last
    rest: bytes
    other_rest: bytes  # differs from `rest` where the rows are not alike
    least: float
    distinct: int
    total: float  # of the differences to a pivot: sums of squares keep their digits
    squares: float


class Sums(NamedTuple):
    """Which sums are asked for, and the value they are taken around."""

    pivot: float
    least: bool = False
    distinct: bool = False
    total: bool = False
    squares: bool = False

    @property
    def columns(self) -> str:
        """The columns that `Buckets` ends with."""
        return ", ".join(
            column if wanted else "0"
            for wanted, column in (
                (self.least, "min(value)"),
                (self.distinct, "count(DISTINCT value)"),
                (self.total, "total(value - ?)"),
                (self.squares, "total((value - ?) * (value - ?))"),
            )
        )

    @property
    def pivots(self) -> tuple[float, ...]:
        """The pivot, once for each place the columns have for it."""
        return (self.pivot,) * (self.total + 2 * self.squares)


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
        return self._rows(entity, attribute, since_us, until_us, "ORDER BY at DESC, n DESC")

    def oldest(
        self, entity: int, attribute: int, since_us: int = FIRST_US, until_us: int = LAST_US
    ) -> Iterator[Instance]:
        """Yield the rows of one series in [since, until), oldest first, read as they are asked."""
        return self._rows(entity, attribute, since_us, until_us, "ORDER BY at, n")

    def _rows(
        self, entity: int, attribute: int, since_us: int, until_us: int, order: str
    ) -> Iterator[Instance]:
        found = self._connection.execute(
            f"SELECT at, value, rest, message, {_STORED}, n FROM series "  # noqa: S608  # own text
            f"WHERE entity = ? AND attribute = ? AND at >= ? AND at < ? {order}",
            (entity, attribute, since_us, until_us),
        )
        return (self._instance(row) for row in found)

    def periods(
        self,
        entity: int,
        attribute: int,
        window_us: tuple[int, int],
        sums: Sums,
        grid: tuple[int, int] | None = None,
    ) -> list[Buckets]:
        """Sum up one series, by periods where a `grid` of origin and length is given."""
        period, group = "0", "HAVING count(*) > 0"
        if grid is not None:
            origin_us, length_us = grid
            period, group = f"(at - {origin_us:d}) / {length_us:d}", "GROUP BY 1"
        found = rows(
            self._connection,
            f"SELECT {period}, count(*), max(value), min(rest), max(rest),"  # noqa: S608
            f" {sums.columns} FROM series"
            f" WHERE entity = ? AND attribute = ? AND at >= ? AND at < ? {group}",
            (*sums.pivots, entity, attribute, *window_us),
        )
        alike = {row[3] for row in found} | {row[4] for row in found}
        rests = {rest: self._rest(rest) for rest in alike}  # of nearly all series one
        return [
            Buckets(row[0], row[1], row[2], rests[row[3]], rests[row[4]], *row[5:]) for row in found
        ]

    def take(self, entity: int, attribute: int, at_us: int, n: int) -> int:
        """Remove one row; return how many went, one or none."""
        self._connection.execute(
            "DELETE FROM series WHERE entity = ? AND attribute = ? AND at = ? AND n = ?",
            (entity, attribute, at_us, n),
        )
        return self._connection.changes()

    def put(self, row: NewRow) -> None:
        """Keep a row beside whatever its instant holds."""
        entity, attribute, at, value, rest, message = row
        self._connection.execute(
            "INSERT INTO series VALUES (?1, ?2, ?3, (SELECT ifnull(max(n) + 1, 0) FROM series "
            "WHERE entity = ?1 AND attribute = ?2 AND at = ?3), ?4, ?5, ?6)",
            (entity, attribute, at, value, rest, message),
        )

    def lay_back(self, place: tuple[int, int], instances: Iterable[Instance]) -> None:
        """Keep rows that were sealed just as they were."""
        self._connection.executemany(
            "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (*place, row.at_us, row.n, row.value, self._kept_rest(row.rest),
                 row.message or -row.stored_us)
                for row in instances
            ),
        )  # fmt: skip

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
        at, value, rest, message, stored, n = row
        known_us = at if stored is None else stored
        return Instance(at, value, self._rest(rest), max(message, 0), known_us, n)

    def _kept_rest(self, rest: bytes) -> int | bytes:
        key = self._names.find(rest.decode())
        return rest if key is None else key

    def _rest(self, rest: int | bytes) -> bytes:
        return rest if isinstance(rest, bytes) else self._names.text(rest).encode()


def _numbers_of(at: str, value: str, message: str) -> Numbers:
    return Numbers(_integers.decode(at), _numbers.decode(value), _integers.decode(message))
