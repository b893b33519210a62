"""When transient entities, or parts of them, end."""

import apsw

from dalgu.store.connection import rows


class Expiries:
    """The soonest end of each entity that has one."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def put(self, entity: int, at_us: int | None) -> None:
        """Keep the soonest end of an entity, or that it has none."""
        if at_us is None:
            self._connection.execute("DELETE FROM entity_expiry WHERE entity = ?", (entity,))
            return
        self._connection.execute(
            "INSERT INTO entity_expiry VALUES (?1, ?2) "
            "ON CONFLICT (entity) DO UPDATE SET at = excluded.at",
            (entity, at_us),
        )

    def soonest(self) -> int | None:
        """Return the next end of all, `None` where nothing ends."""
        [(at_us,)] = rows(self._connection, "SELECT min(at) FROM entity_expiry")
        return None if at_us is None else int(at_us)

    def due(self, now_us: int, limit: int) -> list[tuple[str, str]]:
        """Return tenants and ids of entities of which something has ended, oldest end first."""
        found = rows(
            self._connection,
            "SELECT tenant, id FROM entity_expiry JOIN entity ON pk = entity "
            "WHERE at <= ? ORDER BY at LIMIT ?",
            (now_us, limit),
        )
        return [(tenant, entity) for tenant, entity in found]
