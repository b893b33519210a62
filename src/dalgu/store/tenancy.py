"""Removing all that is kept of one tenant, piece by piece, so that no transaction is long."""

# ruff: noqa: S608  # the only text put in is our own

import apsw

from dalgu.store.connection import first_row, rows

# A tenant's own parts, its snapshots, are tenants named after it with a space in between: no
# client can name one (0x20 is the space, "!" the sign after it).
_OF = "(tenant = ?1 OR (tenant >= ?1 || ' ' AND tenant < ?1 || '!'))"


class Tenancy:
    """What is kept of a tenant, in whichever table."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def count(self, tenant: str) -> int:
        """Return how many entities a tenant has, without those of its snapshots."""
        [(found,)] = rows(
            self._connection,
            "SELECT count(*) FROM entity WHERE tenant = ? AND body IS NOT NULL",
            (tenant,),
        )
        return int(found)

    def remove_entities(self, tenant: str, limit: int) -> int:
        """Remove up to `limit` entities with their history; return how many went."""
        found = rows(
            self._connection, f"SELECT pk FROM entity WHERE {_OF} LIMIT ?2", (tenant, limit)
        )
        for statement in (
            # With their entity: whatever cuts a removal short, no index names what is gone.
            "DELETE FROM entity_type WHERE entity = ?1 "
            "AND tenant = (SELECT tenant FROM entity WHERE pk = ?1) "
            "AND type IN (SELECT name.pk FROM entity, json_each(types), name "
            "WHERE entity.pk = ?1 AND name.text = json_each.value)",
            "DELETE FROM entity_place WHERE entity = ?",
            "DELETE FROM entity_expiry WHERE entity = ?",
            "DELETE FROM series WHERE entity = ?",
            "DELETE FROM sealed_series WHERE entity = ?",
            # The newest row stays, nameless: no key is ever given to a second entity.
            "UPDATE entity SET tenant = ' ', id = pk, types = '[]', body = NULL "
            "WHERE pk = ? AND pk = (SELECT max(pk) FROM entity)",
            "DELETE FROM entity WHERE pk = ? AND tenant <> ' '",
        ):
            self._connection.executemany(statement, found)
        return len(found)

    def remove_messages(self, tenant: str, after: int, limit: int) -> int:
        """Remove a tenant's messages among the `limit` after a number; return where to go on.

        0 says that all were looked at. There is no index by tenant: nearly all are the city's.
        """
        row = first_row(
            self._connection,
            "SELECT max(pk), count(*) FROM "
            "(SELECT pk FROM message WHERE pk > ? ORDER BY pk LIMIT ?)",
            (after, limit),
        )
        if row is None or row[0] is None:
            return 0
        last, looked_at = row
        self._connection.execute(
            f"DELETE FROM message WHERE {_OF} AND pk > ?2 AND pk <= ?3", (tenant, after, last)
        )
        return int(last) if looked_at == limit else 0

    def remove_rest(self, tenant: str) -> None:
        """Remove what is small: events, cursors, records, and which files are theirs."""
        # The files themselves leave the disk with the next sealing.
        for statement in (
            "INSERT OR IGNORE INTO sealed_litter SELECT path FROM sealed_file WHERE {}",
            "DELETE FROM sealed_mask WHERE file IN (SELECT pk FROM sealed_file WHERE {})",
            "DELETE FROM sealed_file WHERE {}",
        ):
            self._connection.execute(statement.format(_OF), (tenant,))
        # Their events stay, nameless, until they are pruned: the numbers have no holes, so that
        # one which got lost is found, and none is ever given twice.
        self._connection.execute(
            f"UPDATE event SET tenant = ' ', entity = 0, attributes = '[]' WHERE {_OF}", (tenant,)
        )
        self._connection.execute(
            "DELETE FROM reader WHERE substr(name, -length(?1)) = ?1", (f"@{tenant}",)
        )
        self._connection.execute(
            "DELETE FROM record WHERE collection IN ("
            " SELECT DISTINCT collection FROM record WHERE substr(collection, -length(?1)) = ?1)",
            (f"@{tenant}",),
        )
