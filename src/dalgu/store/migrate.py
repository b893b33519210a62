"""Bring a file to the schema of this release: numbered scripts, each in one transaction."""

from importlib.resources import files

import apsw

from dalgu.store.connection import rows
from dalgu.store.errors import SchemaTooNew, StoreForeign

APPLICATION_ID = 0x44414C47  # "DALG", told by file(1) and checked before anything is written


def scripts() -> list[str]:
    """Return the migrations in order; the n-th brings the schema to version n."""
    folder = files("dalgu.store") / "migrations"
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text("utf-8") for name in found]


def check(connection: apsw.Connection, path: str) -> int:
    """Return the version of the file's schema, 0 when it is new; write nothing.

    Raises
    ------
    SchemaTooNew
        When a newer release wrote the file.
    StoreForeign
        When the file is a database of something else, or no database.

    """
    try:
        found: int = connection.pragma("user_version")
        application: int = connection.pragma("application_id")
        [(tables,)] = rows(connection, "SELECT count(*) FROM sqlite_schema")
    except apsw.NotADBError:
        raise StoreForeign(path) from None
    if application != APPLICATION_ID and (found or tables):
        raise StoreForeign(path)
    if found > len(scripts()):
        raise SchemaTooNew(path, found, len(scripts()))
    return found


def migrate(connection: apsw.Connection, found: int) -> None:
    """Bring a checked file from the schema `found` to the newest; each script is done or undone."""
    known = scripts()
    for version, script in enumerate(known[found:], start=found + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have been faster since the file was checked.
            if connection.pragma("user_version") < version:
                connection.execute(script)
                connection.execute(f"PRAGMA user_version={version}")
                connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
