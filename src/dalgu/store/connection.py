"""How a connection to the file is opened: the pragmas that durability and speed hang on."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import apsw

from dalgu.store.errors import BLAMELESS, failure_of

Row = tuple[Any, ...]  # what SQLite answers is typed by the statement, not by Python

STATEMENTS_CACHED = 200  # above the number of distinct statements in this folder
BUSY_TIMEOUT_MS = 10_000  # another process may hold the file for a moment: backup, import
WRITER_CACHE_KIB = 65_536
READER_CACHE_KIB = 16_384
CHECKPOINT_PAGES = 4_000  # 16 MB between checkpoints: the same page is copied back once, not often
WAL_LEFT_BYTES = 64 * 1024 * 1024


class Durability(StrEnum):
    """How hard a commit insists on the disk; all but FULL lose acknowledged rows at a power cut.

    NORMAL and OFF are there so that the power-cut test can show that it would notice.
    """

    FULL = "FULL"
    NORMAL = "NORMAL"
    OFF = "OFF"


def prepare_writer(connection: apsw.Connection, durability: Durability) -> None:
    """Make a connection the one that writes; its log is folded in by the writer, not by SQLite."""
    connection.pragma("synchronous", durability)
    connection.pragma("journal_mode", "wal")
    connection.pragma("wal_autocheckpoint", 0)
    connection.pragma("journal_size_limit", WAL_LEFT_BYTES)
    connection.pragma("cache_size", -WRITER_CACHE_KIB)


def connect_reader(path: str, vfs: str | None) -> apsw.Connection:
    """Open a connection that refuses to write; raise `StoreFailed` when the file does not open."""
    try:
        connection = connect(path, vfs)
        connection.pragma("query_only", 1)
        connection.pragma("cache_size", -READER_CACHE_KIB)
    except BLAMELESS as cause:
        raise failure_of(cause) from cause
    return connection


def rows(connection: apsw.Connection, statement: str, values: Sequence[object] = ()) -> list[Row]:
    """Return all rows of a statement; raise `StoreFailed` when the disk does not give them."""
    try:
        found: list[Row] = connection.execute(statement, tuple(values)).fetchall()
    except BLAMELESS as cause:
        raise failure_of(cause) from cause
    return found


def first_row(
    connection: apsw.Connection, statement: str, values: Sequence[object] = ()
) -> Row | None:
    """Return the first row of a statement, `None` where it has none; raise as `rows` does."""
    try:
        found: Row | None = connection.execute(statement, tuple(values)).fetchone()
    except BLAMELESS as cause:
        raise failure_of(cause) from cause
    return found


def connect(path: str, vfs: str | None) -> apsw.Connection:
    """Open the file without touching it."""
    connection = apsw.Connection(path, vfs=vfs, statementcachesize=STATEMENTS_CACHED)
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    return connection
