"""Hot rows become a Parquet file: read, written and synced, then handed over slice by slice.

The order is what makes a kill at any point harmless: the file is registered before anything is
read, so that every later change masks it; it is on disk, synced under its name, before it answers
for anyone; and it begins to answer for the entities of a slice in the transaction that removes
their hot rows. A run that was killed goes on where it stood, or begins the file anew.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dalgu.store.connection import Row, rows
from dalgu.store.durable import partial_of, publish
from dalgu.store.errors import SealedFileLost
from dalgu.store.instants import MICROSECONDS_PER_DAY
from dalgu.store.parquet import COLUMNS, connected
from dalgu.store.sealed import EVERY_ENTITY, Place, SealedFile
from dalgu.store.tables import Tables

if TYPE_CHECKING:
    import apsw
    import duckdb

ROW_GROUP_ROWS = 20_480  # measured: half the time to one series of DuckDB's default of 122,880
READ_ROWS = 100_000  # about, at a time
HAND_OVER_ROWS = 10_000  # about, in one transaction: other writes wait for some 20 ms
ENTITIES_LOOKED_AT = 2_000  # at most, in one transaction

Window = tuple[int, int]

# Each series of some entities, found by one step of the index for each, not by reading rows.
_STRANDS = (
    "WITH RECURSIVE strand(entity, attribute) AS ("
    " SELECT pk, (SELECT min(attribute) FROM series WHERE entity = pk) FROM ("
    "  SELECT pk FROM entity NOT INDEXED WHERE tenant = ?1 AND pk > ?2 ORDER BY pk LIMIT ?3)"
    " UNION ALL SELECT entity, (SELECT min(attribute) FROM series s"
    "  WHERE s.entity = strand.entity AND s.attribute > strand.attribute)"
    " FROM strand WHERE attribute IS NOT NULL ORDER BY 1, 2) "
)
_COUNTED = _STRANDS + (  # noqa: S608  # own text
    "SELECT entity, attribute, iif(attribute IS NULL, 0, (SELECT count(*) FROM series s "
    "WHERE s.entity = strand.entity AND s.attribute = strand.attribute AND at >= ?4 AND at < ?5)) "
    "FROM strand"
)
_OLD_DAYS = _STRANDS + (  # noqa: S608  # own text
    ", old(entity, attribute, at) AS ("
    " SELECT entity, attribute, (SELECT min(at) FROM series s"
    "  WHERE s.entity = strand.entity AND s.attribute = strand.attribute)"
    " FROM strand WHERE attribute IS NOT NULL"
    " UNION ALL SELECT entity, attribute, (SELECT min(at) FROM series s"
    "  WHERE s.entity = old.entity AND s.attribute = old.attribute"
    "  AND s.at >= old.at - (old.at % ?5 + ?5) % ?5 + ?5)"
    " FROM old WHERE at < ?4) "
    "SELECT DISTINCT at - (at % ?5 + ?5) % ?5 FROM old WHERE at < ?4 ORDER BY 1"
)
_STORED = (
    "CASE WHEN message > 0 THEN ifnull("
    "(SELECT received FROM message m WHERE m.pk = s.message), s.at) ELSE -message END"
)


class Column(NamedTuple):
    """One column on its way from SQLite to DuckDB."""

    name: str
    type: str
    hot: str  # SQL over the hot row `s`


_PLAIN = (
    Column("entity", "BIGINT", "entity"),
    Column("series", "BIGINT", "attribute"),
    Column("at_us", "BIGINT", "at"),
    Column("number", "DOUBLE", "value"),
    Column("rest", "BIGINT", "rest"),
    Column("message", "BIGINT", "max(message, 0)"),
    Column("stored_us", "BIGINT", _STORED),
)
_ODD = (
    *(one for one in _PLAIN if one.name not in ("number", "rest")),
    Column("n", "INTEGER", "n"),
    Column("number", "DOUBLE", "iif(typeof(value) = 'blob', NULL, value)"),
    Column("integer", "BIGINT", "iif(typeof(value) = 'integer', value, NULL)"),
    Column("json", "VARCHAR", "iif(typeof(value) = 'blob', CAST(value AS TEXT), NULL)"),
    Column("rest", "BIGINT", "iif(typeof(rest) = 'blob', NULL, rest)"),
    Column("rest_text", "VARCHAR", "iif(typeof(rest) = 'blob', CAST(rest AS TEXT), NULL)"),
)
_IS_PLAIN = "typeof(value) = 'real' AND n = 0 AND typeof(rest) = 'integer'"


class Slice(NamedTuple):
    """Hot rows of some entities: two kinds of columns, each a JSON array."""

    plain: Row  # as _PLAIN: floating numbers, which nearly all are, go by way of numpy
    odd: Row  # as _ODD


def tenants(tables: Tables) -> list[str]:
    """Return the tenants that have entities."""
    found = rows(
        _of(tables),
        "WITH RECURSIVE t(tenant) AS (SELECT min(tenant) FROM entity UNION ALL "
        "SELECT (SELECT min(tenant) FROM entity e WHERE e.tenant > t.tenant) FROM t "
        "WHERE tenant IS NOT NULL) SELECT tenant FROM t WHERE tenant IS NOT NULL",
    )
    return [tenant for (tenant,) in found]


def old_days(tables: Tables, tenant: str, before_us: int) -> list[int]:
    """Return where each UTC day begins that has hot rows before an instant."""
    day = MICROSECONDS_PER_DAY
    found = rows(_of(tables), _OLD_DAYS, (tenant, 0, -1, before_us, day))
    return [start for (start,) in found]


def strands(
    tables: Tables, tenant: str, after: int, window: Window, most_rows: int
) -> tuple[list[tuple[Place, int]], int]:
    """Return series with their rows in a window, for the next entities after a key.

    Returns
    -------
    found
        (place, rows) by key, together about `most_rows`; series without rows are left out.
    to
        The key of the last entity looked at, `EVERY_ENTITY` when there are no more.

    """
    found: list[tuple[Place, int]] = []
    total, last, looked = 0, after, 0
    values = (tenant, after, ENTITIES_LOOKED_AT, *window)
    for entity, attribute, count in _of(tables).execute(_COUNTED, values):
        if entity != last:
            if total >= most_rows:
                return found, last
            last, looked = entity, looked + 1
        if count:
            found.append(((entity, attribute), count))
            total += count
    return found, last if looked >= ENTITIES_LOOKED_AT else EVERY_ENTITY


def read_slice(tables: Tables, places: Sequence[Place], window: Window) -> Slice:
    """Return the hot rows of some series in a window."""
    connection = _of(tables)
    wanted = f"[{','.join(f'[{entity},{attribute}]' for entity, attribute in places)}]"
    values = (wanted, *window)
    return Slice(
        rows(connection, _select(_PLAIN, _IS_PLAIN), values)[0],
        rows(connection, _select(_ODD, f"NOT ({_IS_PLAIN})"), values)[0],
    )


def _select(columns: Sequence[Column], where: str) -> str:
    arrays = ", ".join(f"json_group_array({one.hot})" for one in columns)
    return (
        f"SELECT {arrays} FROM "  # noqa: S608  # own text
        "(SELECT value ->> 0 AS e, value ->> 1 AS a FROM json_each(?)) "
        "CROSS JOIN series s ON s.entity = e AND s.attribute = a "
        f"WHERE s.at >= ? AND s.at < ? AND {where}"
    )


def hand_over(
    tables: Tables, file: SealedFile, replaced: Sequence[SealedFile], directories: "Directories"
) -> int:
    """Let a file answer for the next entities in place of the hot table; return up to which.

    One transaction: the hot rows of the slice go, and the file answers for them.
    """
    if not tables.series.sealed.is_registered(file.key):
        return EVERY_ENTITY
    window = (file.since_us, file.until_us)
    found, to = strands(tables, file.tenant, file.to_entity, window, HAND_OVER_ROWS)
    sealed = tables.series.sealed
    masked = set(sealed.masked(file.key, file.to_entity, to))
    _of(tables).executemany(
        "DELETE FROM series WHERE entity = ? AND attribute = ? AND at >= ? AND at < ?",
        ((*place, *window) for place, _ in found if place not in masked),
    )
    moved = directories.of(file, file.to_entity, to)
    changes = {place: count for place, count in moved if place not in masked}
    for old in replaced:
        gone = set(sealed.masked(old.key, file.to_entity, to))
        for place, count in directories.of(old, file.to_entity, to):
            if place not in gone:
                changes[place] = changes.get(place, 0) - count
    sealed.count(changes.items())
    sealed.advance(file.key, [old.key for old in replaced], to)
    if to == EVERY_ENTITY:
        sealed.retire(old.key for old in (replaced if file.rows else (*replaced, file)))
    return to


class Directories:
    """How many rows of each series files hold, masked or not."""

    def __init__(self, tables: Tables, files: Sequence[SealedFile]) -> None:
        self._found = {file.key: tables.series.parquet.directory(file) for file in files}

    def of(self, file: SealedFile, after: int, to: int) -> Iterator[tuple[Place, int]]:
        """Yield the series of entities in (after, to]."""
        found = self._found[file.key]
        begin = bisect_right(found, after, key=lambda row: row[0])
        for position in range(begin, len(found)):
            entity, attribute, count = found[position]
            if entity > to:
                return
            yield (entity, attribute), count


class Pressing:
    """Rows on their way into one Parquet file; for one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.duckdb: duckdb.DuckDBPyConnection = connected(folder)
        self.clear()

    def clear(self) -> None:
        """Forget all rows: what comes in next is for another file."""
        self.duckdb.execute(
            "CREATE OR REPLACE TABLE hot (entity BIGINT, series BIGINT, at_us BIGINT, n INTEGER, "
            "number DOUBLE, integer BIGINT, json VARCHAR, rest BIGINT, rest_text VARCHAR, "
            "message BIGINT, stored_us BIGINT);"
            "CREATE OR REPLACE TABLE entity_of (key BIGINT, id VARCHAR, types VARCHAR[]);"
            "CREATE OR REPLACE TABLE name_of (key BIGINT, text VARCHAR)"
        )

    def close(self) -> None:
        """Free what is held."""
        self.duckdb.close()

    def add(self, taken: Slice) -> None:
        """Take over hot rows."""
        self._add_plain(taken.plain)
        self._add_odd(taken.odd)

    def _add_plain(self, arrays: Row) -> None:
        import msgspec
        import numpy as np

        types = {"BIGINT": (list[int], np.int64), "DOUBLE": (list[float], np.float64)}
        columns = {}
        for column, text in zip(_PLAIN, arrays, strict=True):
            listed, kind = types[column.type]
            columns[column.name] = np.array(msgspec.json.decode(text, type=listed), dtype=kind)
        if len(columns["entity"]):
            names = ", ".join(columns)
            self.duckdb.execute(
                f"INSERT INTO hot BY NAME SELECT {names}, 0 AS n FROM columns"  # noqa: S608
            )

    def _add_odd(self, arrays: Row) -> None:
        if arrays[0] == "[]":
            return
        taken = ", ".join(
            f"unnest(from_json(${place}, '[\"{column.type}\"]')) AS {column.name}"
            for place, column in enumerate(_ODD, start=1)
        )
        self.duckdb.execute(f"INSERT INTO hot BY NAME SELECT {taken}", arrays)

    def name(self, tables: Tables) -> None:
        """Look up ids, types and texts of the keys that have come in."""
        connection = _of(tables)
        keys = self.duckdb.execute("SELECT DISTINCT entity FROM hot").fetchall()
        self._look_up(
            "INSERT INTO entity_of SELECT unnest(from_json($1, '[\"BIGINT\"]')), "
            "unnest(from_json($2, '[\"VARCHAR\"]')), unnest(from_json($3, '[[\"VARCHAR\"]]'))",
            connection,
            "SELECT json_group_array(pk), json_group_array(id), json_group_array(json(types)) "
            "FROM entity WHERE pk IN (SELECT value FROM json_each(?))",
            keys,
        )
        keys = self.duckdb.execute(
            "SELECT series FROM hot UNION SELECT rest FROM hot WHERE rest IS NOT NULL"
        ).fetchall()
        self._look_up(
            "INSERT INTO name_of SELECT unnest(from_json($1, '[\"BIGINT\"]')), "
            "unnest(from_json($2, '[\"VARCHAR\"]'))",
            connection,
            "SELECT json_group_array(pk), json_group_array(text) "
            "FROM name WHERE pk IN (SELECT value FROM json_each(?))",
            keys,
        )

    def _look_up(
        self, insert: str, connection: "apsw.Connection", select: str, keys: list[tuple[int]]
    ) -> None:
        wanted = f"[{','.join(str(key) for (key,) in keys)}]"
        [found] = rows(connection, select, (wanted,))
        self.duckdb.execute(insert, found)

    def count(self, source: str) -> int:
        """Return how many rows a relation has."""
        [(found,)] = self.duckdb.execute(
            f"SELECT count(*) FROM ({source})"  # noqa: S608  # own text
        ).fetchall()
        return int(found)

    def write(self, file: SealedFile, source: str) -> tuple[int, int]:
        """Write the rows of a relation, sorted, to the file's place; return rows and bytes.

        When this returns, the file is on disk under its name, whatever happens to the power.
        """
        target = self._folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_of(target)
        names = ", ".join(COLUMNS)
        self.duckdb.execute(
            f"COPY (SELECT {names} FROM ({source}) "  # noqa: S608  # own text
            f"ORDER BY entity_key, series_key, observed_at, n) TO '{_quoted(partial)}' "
            "(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, "
            f"ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
        )
        [(count,)] = self.duckdb.execute(
            "SELECT count(*) FROM read_parquet($1)", [str(partial)]
        ).fetchall()
        publish(target, self._folder)
        return count, target.stat().st_size


NAMED = (
    "SELECT e.id AS entity, e.types AS types, "
    "substr(s.text, instr(s.text, chr(10)) + 1) AS attribute, "
    "nullif(split_part(s.text, chr(10), 1), '') AS dataset, "
    "make_timestamp(at_us) AS observed_at, n, coalesce(number, integer) AS number, integer, "
    "CASE WHEN json LIKE '\"%' THEN json ->> '$' END AS text, json, "
    "coalesce(rest_text, r.text) ->> 'unitCode' AS unit, "
    "coalesce(rest_text, r.text) AS instance, message, make_timestamp(stored_us) AS stored_at, "
    "hot.entity AS entity_key, series AS series_key "
    "FROM hot JOIN entity_of e ON e.key = hot.entity JOIN name_of s ON s.key = series "
    "LEFT JOIN name_of r ON r.key = rest"
)
"""The hot rows that have come in, as a sealed file has them."""


def still_answered(tables: Tables, duckdb: "duckdb.DuckDBPyConnection", file: SealedFile) -> str:
    """Return SQL of the rows of a file that it answers for."""
    path = tables.series.parquet.folder / file.path
    if not path.is_file():
        raise SealedFileLost(str(path), "it is not there")
    masks = f"mask_{file.key}"
    duckdb.execute(f"CREATE OR REPLACE TEMP TABLE {masks} (entity BIGINT, series BIGINT)")
    masked = tables.series.sealed.masked(file.key)
    if masked:
        places = ", ".join(f"({entity}, {series})" for entity, series in masked)
        duckdb.execute(f"INSERT INTO {masks} VALUES {places}")  # noqa: S608  # integers
    names = ", ".join(COLUMNS)
    return (
        f"SELECT {names} FROM read_parquet('{_quoted(path)}') f "  # noqa: S608  # own text
        f"WHERE entity_key > {file.after_entity} AND entity_key <= {file.to_entity} "
        f"AND NOT EXISTS (SELECT 1 FROM {masks} m "
        "WHERE m.entity = entity_key AND m.series = series_key)"
    )


def _of(tables: Tables) -> "apsw.Connection":
    return tables.series.connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
