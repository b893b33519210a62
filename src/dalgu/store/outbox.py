"""What changed, in order of commit; each reader keeps its own place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import apsw
import msgspec

from dalgu.store.connection import first_row, rows
from dalgu.store.instants import instant

CREATED, UPDATED, DELETED = 0, 1, 2
EVENTS_KEPT = 1_000_000  # days of a busy city; a reader that sleeps longer misses what went
PRUNED_EVERY = 4_096  # events; about 3 ms each time

KINDS = ("created", "updated", "deleted")

_names = msgspec.json.Decoder(list[str])
_before = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Change(NamedTuple):
    """One change of one entity, as it is written."""

    kind: int
    entity: int  # key of the entity's row
    attributes: Sequence[str] | Mapping[str, Any]  # names, or each with what it was before


class Announced(NamedTuple):
    """One change as a reader sees it."""

    seq: int
    at: datetime
    kind: str
    entity: str
    types: list[str]
    attributes: list[str]
    before: bytes = b""  # a JSON object: what each attribute was, null where there was none


class Outbox:
    """Events that are written in the transaction of what they announce."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def append(self, tenant: str, at_us: int, changes: Sequence[Change]) -> None:
        """Announce changes that happened at one instant, and prune now and then."""
        if not changes:
            return
        self._connection.executemany(
            "INSERT INTO event (at, tenant, kind, entity, attributes) VALUES (?, ?, ?, ?, ?)",
            [
                (at_us, tenant, kind, entity, msgspec.json.encode(names).decode())
                for kind, entity, names in changes
            ],
        )
        newest = self._connection.last_insert_rowid()
        if newest // PRUNED_EVERY != (newest - len(changes)) // PRUNED_EVERY:
            self.prune(EVENTS_KEPT)

    def after(self, tenant: str, seq: int, limit: int) -> list[Announced]:
        """Return events past a number, oldest first."""
        found = rows(
            self._connection,
            "SELECT seq, at, kind, id, types, attributes FROM event "
            "JOIN entity ON entity.pk = event.entity "
            "WHERE seq > ? AND event.tenant = ? ORDER BY seq LIMIT ?",
            (seq, tenant, limit),
        )
        return [
            Announced(seq, instant(at), KINDS[kind], entity, _names.decode(types), *_read(names))
            for seq, at, kind, entity, types, names in found
        ]

    def head(self, tenant: str) -> int:
        """Return the number of a tenant's newest event, 0 when there is none."""
        row = first_row(
            self._connection,
            "SELECT seq FROM event WHERE tenant = ? ORDER BY seq DESC LIMIT 1",
            (tenant,),
        )
        return 0 if row is None else row[0]

    def cursor(self, reader: str) -> int:
        """Return how far a reader has come, 0 at the start."""
        row = first_row(self._connection, "SELECT seq FROM reader WHERE name = ?", (reader,))
        return 0 if row is None else row[0]

    def readers(self) -> dict[str, int]:
        """Return how far each reader has come."""
        return dict(rows(self._connection, "SELECT name, seq FROM reader"))

    def newest(self) -> int:
        """Return the number of the newest event of all tenants, 0 when there is none."""
        row = first_row(self._connection, "SELECT max(seq) FROM event")
        return 0 if row is None else row[0] or 0

    def newest_at(self) -> datetime | None:
        """Return when the newest event happened, `None` when there is none."""
        row = first_row(self._connection, "SELECT at FROM event ORDER BY seq DESC LIMIT 1")
        return None if row is None else instant(row[0])

    def advance(self, reader: str, seq: int) -> None:
        """Write down how far a reader has come; it never goes back."""
        self._connection.execute(
            "INSERT INTO reader VALUES (?, ?) "
            "ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
            (reader, seq),
        )

    def prune(self, keep: int) -> int:
        """Remove all but the newest events; return how many went.

        The newest one always stays, so that no number is ever given twice. A reader that is
        further behind than `keep` misses what went: a dead reader must not fill the disk.
        """
        self._connection.execute(
            "DELETE FROM event WHERE seq <= (SELECT max(seq) FROM event) - ?", (max(1, keep),)
        )
        return self._connection.changes()


def lags(outbox: Outbox) -> tuple[int, dict[str, int]]:
    """Return the newest event, and how many events each reader is behind its tenant's newest.

    A reader of a tenant is named `reader@tenant`; of these the one that is furthest behind counts.
    """
    behind: dict[str, int] = {}
    for name, seq in outbox.readers().items():
        reader, _, tenant = name.partition("@")
        # Not more than `head - seq` events: numbers are given to all tenants in turn.
        behind[reader] = max(behind.get(reader, 0), outbox.head(tenant) - seq)
    return outbox.newest(), behind


def _read(names: str) -> tuple[list[str], bytes]:
    """Return the names of attributes, and what they were where the change tells it."""
    if names.startswith("["):
        return _names.decode(names), b""
    return list(_before.decode(names)), names.encode()
