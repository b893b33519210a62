"""Small keyed bodies: accounts, subscriptions, contexts, registrations, settings."""

from collections.abc import Iterator

import apsw

from dalgu.store.connection import first_row, rows

LAST = "\U0010ffff"  # sorts behind every sign that a key may go on with


class Records:
    """Bodies in named collections, in the order of their keys."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def get(self, collection: str, key: str) -> bytes | None:
        """Return one body, `None` where there is none."""
        row = first_row(
            self._connection,
            "SELECT body FROM record WHERE collection = ? AND key = ?",
            (collection, key),
        )
        return None if row is None else row[0]

    def put(self, collection: str, key: str, body: bytes) -> None:
        """Keep one body in place of any before it."""
        self._connection.execute(
            "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
            (collection, key, body),
        )

    def delete(self, collection: str, key: str) -> bool:
        """Remove one body; return whether there was one."""
        self._connection.execute(
            "DELETE FROM record WHERE collection = ? AND key = ?", (collection, key)
        )
        return self._connection.changes() > 0

    def all(self, collection: str) -> Iterator[tuple[str, bytes]]:
        """Yield all keys and bodies of a collection, in the order of the keys.

        The rows are read at once, so the caller may write between two of them.
        """
        found = rows(
            self._connection,
            "SELECT key, body FROM record WHERE collection = ? ORDER BY key",
            (collection,),
        )
        return ((key, body) for key, body in found)

    def under(self, collection: str, prefix: str) -> Iterator[tuple[str, bytes]]:
        """Yield keys and bodies of a collection whose keys begin so, as `all` does."""
        found = rows(
            self._connection,
            "SELECT key, body FROM record WHERE collection = ? AND key >= ? AND key < ? "
            "ORDER BY key",
            (collection, prefix, prefix + LAST),
        )
        return ((key, body) for key, body in found)

    def count_under(self, collection: str, prefix: str) -> int:
        """Return how many keys of a collection begin so."""
        [(count,)] = rows(
            self._connection,
            "SELECT count(*) FROM record WHERE collection = ? AND key >= ? AND key < ?",
            (collection, prefix, prefix + LAST),
        )
        return int(count)

    def counts(self, collection: str, mark: str) -> dict[str, int]:
        """Return how many keys of a collection there are for each beginning up to a mark."""
        found = rows(
            self._connection,
            "SELECT substr(key, 1, instr(key, ?2) - 1), count(*) FROM record "
            "WHERE collection = ?1 GROUP BY 1",
            (collection, mark),
        )
        return dict(found)

    def delete_under(self, collection: str, prefix: str) -> int:
        """Remove the bodies whose keys begin so; return how many went."""
        self._connection.execute(
            "DELETE FROM record WHERE collection = ? AND key >= ? AND key < ?",
            (collection, prefix, prefix + LAST),
        )
        return self._connection.changes()
