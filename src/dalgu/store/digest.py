"""One hash over all that a store holds, whatever pages its file has it on.

Two stores with the same digest hold the same rows in every table: a city and its backup, a
backup and what was restored from it. What a backup says of itself is left out.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import apsw
import msgspec

from dalgu.store.connection import rows

MANIFEST = "backup"  # the collection of records that a backup says of itself
ROWS_AT_ONCE = 2_000
HASHED_AT_ONCE = 1024 * 1024

_encode = msgspec.msgpack.Encoder().encode


def digest(connection: apsw.Connection) -> str:
    """Return SHA-256 over every table's name, columns and rows, in the order of their keys."""
    whole = hashlib.sha256()
    for table in _tables(connection):
        whole.update(_encode((table, _columns(connection, table))))
        for block in _blocks(connection, table):
            whole.update(block)
    return whole.hexdigest()


def digest_of_files(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    """Return SHA-256 of the sealed files of a folder that are there, by their paths within."""
    return {path: digest_of_file(folder / path) for path in paths if (folder / path).is_file()}


def digest_of_file(path: Path) -> str:
    """Return SHA-256 of a file's bytes."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(HASHED_AT_ONCE):
            found.update(block)
    return found.hexdigest()


def _tables(connection: apsw.Connection) -> list[str]:
    """Return the tables that hold something of their own: none that are SQLite's or an index's."""
    found = rows(
        connection,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') "
        "AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    return [name for (name,) in found]


def _columns(connection: apsw.Connection, table: str) -> list[str]:
    return [name for (name,) in rows(connection, "SELECT name FROM pragma_table_info(?)", (table,))]


def _key(connection: apsw.Connection, table: str) -> str:
    """Return the columns a table is ordered by: its primary key, of an R*Tree its first column."""
    found = rows(
        connection, "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,)
    )
    return ", ".join(name for (name,) in found) or "1"


def _blocks(connection: apsw.Connection, table: str) -> Iterator[bytes]:
    where = "WHERE collection <> 'backup'" if table == "record" else ""
    found = connection.execute(
        f"SELECT * FROM {table} {where} ORDER BY {_key(connection, table)}"  # noqa: S608  # own names
    )
    block: list[tuple[object, ...]] = []
    for row in found:
        block.append(row)
        if len(block) == ROWS_AT_ONCE:
            yield _encode(block)
            block = []
    yield _encode(block)
