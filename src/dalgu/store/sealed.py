"""Which Parquet files hold the sealed days of which tenant, and which series they answer for.

A change of a sealed day first brings the rows of that series back ("thaws" them) and masks the
series in the file; from then on it is as if it had never been sealed, and the next sealing writes
the file anew. A file that is still being written is masked too, so that what it read before the
change never answers.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import apsw

from dalgu.store.connection import rows

EVERY_ENTITY = 2**63 - 1
_COLUMNS = "f.pk, f.tenant, f.since, f.until, f.path, f.after_entity, f.to_entity, f.rows, f.bytes"

Place = tuple[int, int]
"""(entity, attribute): the keys of one series."""


class SealedFile(NamedTuple):
    """One Parquet file; it answers for entities in (after_entity, to_entity]."""

    key: int
    tenant: str
    since_us: int
    until_us: int
    path: str  # within the history folder
    after_entity: int
    to_entity: int
    rows: int
    bytes: int
    rules: str = ""  # digest of the retention rules it has been through

    @property
    def is_answering(self) -> bool:
        """Whether it answers for any entity."""
        return self.to_entity > 0

    @property
    def is_durable(self) -> bool:
        """Whether it is complete on disk, answering or not."""
        return self.bytes > 0

    @property
    def is_handed_over(self) -> bool:
        """Whether no older file and no hot row stands in its place any more."""
        return self.to_entity == EVERY_ENTITY


class SealedFiles:
    """The register of sealed files."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def horizon_us(self) -> int | None:
        """Return the instant from which on nothing is sealed; None where nothing ever was."""
        [(found,)] = rows(self._connection, "SELECT max(until) FROM sealed_file")
        horizon_us: int | None = found
        return horizon_us

    def of_series(self, place: Place, since_us: int, until_us: int) -> list[SealedFile]:
        """Return the files that answer for a series in [since, until), oldest first."""
        entity, attribute = place
        found = rows(
            self._connection,
            f"SELECT {_COLUMNS} FROM sealed_file f "  # noqa: S608  # own text
            "WHERE f.tenant = (SELECT tenant FROM entity WHERE pk = ?1) "
            "AND f.until > ?3 AND f.since < ?4 AND f.after_entity < ?1 AND f.to_entity >= ?1 "
            "AND NOT EXISTS (SELECT 1 FROM sealed_mask m "
            " WHERE m.file = f.pk AND m.entity = ?1 AND m.attribute = ?2) ORDER BY f.since",
            (entity, attribute, since_us, until_us),
        )
        return [SealedFile(*row) for row in found]

    def overlapping(self, tenant: str, since_us: int, until_us: int) -> list[SealedFile]:
        """Return all files of a tenant that reach into [since, until), oldest first."""
        found = rows(
            self._connection,
            f"SELECT {_COLUMNS}, f.rules FROM sealed_file f "  # noqa: S608  # own text
            "WHERE f.tenant = ? AND f.until > ? AND f.since < ? ORDER BY f.since, f.pk",
            (tenant, since_us, until_us),
        )
        return [SealedFile(*row) for row in found]

    def all(self) -> list[SealedFile]:
        """Return every file, by tenant and time."""
        found = rows(
            self._connection,
            f"SELECT {_COLUMNS}, f.rules FROM sealed_file f "  # noqa: S608  # own text
            "ORDER BY f.tenant, f.since, f.pk",
        )
        return [SealedFile(*row) for row in found]

    def unmasked_at(self, place: Place, at_us: int) -> list[SealedFile]:
        """Return the files, unfinished ones too, whose range holds an instant of a series."""
        entity, attribute = place
        found = rows(
            self._connection,
            f"SELECT {_COLUMNS} FROM sealed_file f "  # noqa: S608  # own text
            "WHERE f.tenant = (SELECT tenant FROM entity WHERE pk = ?1) "
            "AND f.until > ?3 AND f.since <= ?3 AND NOT EXISTS (SELECT 1 FROM sealed_mask m "
            " WHERE m.file = f.pk AND m.entity = ?1 AND m.attribute = ?2)",
            (entity, attribute, at_us),
        )
        return [SealedFile(*row) for row in found]

    def mask(self, file: int, places: Iterable[Place]) -> None:
        """Let a file answer no more for some series."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO sealed_mask VALUES (?, ?, ?)",
            ((file, entity, attribute) for entity, attribute in places),
        )

    def mask_everywhere(self, places: Iterable[Place]) -> None:
        """Let no file answer for some series, those being written included."""
        for entity, attribute in places:
            self._connection.execute(
                "INSERT OR IGNORE INTO sealed_mask SELECT pk, ?1, ?2 FROM sealed_file "
                "WHERE tenant = (SELECT tenant FROM entity WHERE pk = ?1)",
                (entity, attribute),
            )

    def masked(self, file: int, after: int = 0, to: int = EVERY_ENTITY) -> list[Place]:
        """Return the series, of entities in (after, to], that a file does not answer for."""
        return [
            (entity, attribute)
            for entity, attribute in rows(
                self._connection,
                "SELECT entity, attribute FROM sealed_mask "
                "WHERE file = ? AND entity > ? AND entity <= ?",
                (file, after, to),
            )
        ]

    def masks(self, file: int) -> int:
        """Return for how many series a file does not answer."""
        [(found,)] = rows(
            self._connection, "SELECT count(*) FROM sealed_mask WHERE file = ?", (file,)
        )
        return int(found)

    def series_of(self, entity: int) -> list[Place]:
        """Return the series of an entity that have sealed rows."""
        found = rows(
            self._connection,
            "SELECT entity, attribute FROM sealed_series WHERE entity = ?",
            (entity,),
        )
        return [(key, attribute) for key, attribute in found]

    def rows_of(self, place: Place) -> int:
        """Return how many sealed rows a series has."""
        found = rows(
            self._connection,
            "SELECT rows FROM sealed_series WHERE entity = ? AND attribute = ?",
            place,
        )
        return int(found[0][0]) if found else 0

    def count(self, changes: Iterable[tuple[Place, int]]) -> None:
        """Add to the number of sealed rows of some series."""
        for (entity, attribute), change in changes:
            if change:
                self._connection.execute(
                    "INSERT INTO sealed_series VALUES (?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET rows = rows + excluded.rows",
                    (entity, attribute, change),
                )
            self._connection.execute(
                "DELETE FROM sealed_series WHERE entity = ? AND attribute = ? AND rows <= 0",
                (entity, attribute),
            )

    def begin(self, tenant: str, window_us: tuple[int, int], folder: str) -> SealedFile:
        """Register a file that is about to be written; from now on changes mask it."""
        since_us, until_us = window_us
        [(key,)] = rows(
            self._connection,
            "INSERT INTO sealed_file (tenant, since, until, path, after_entity, to_entity, rows, "
            "bytes, rules) VALUES (?, ?, ?, '', 0, 0, 0, 0, '') RETURNING pk",
            (tenant, since_us, until_us),
        )
        path = f"{folder}.{key:x}.parquet"
        self._connection.execute("UPDATE sealed_file SET path = ? WHERE pk = ?", (path, key))
        return SealedFile(key, tenant, since_us, until_us, path, 0, 0, 0, 0)

    def is_registered(self, file: int) -> bool:
        """Whether a file is still wanted; that of a tenant that was removed is not."""
        return bool(rows(self._connection, "SELECT 1 FROM sealed_file WHERE pk = ?", (file,)))

    def written(self, file: int, size: tuple[int, int], rules: str) -> None:
        """Note rows and bytes of a file that is durable now."""
        self._connection.execute(
            "UPDATE sealed_file SET rows = ?, bytes = ?, rules = ? WHERE pk = ?",
            (*size, rules, file),
        )

    def advance(self, file: int, replaced: Sequence[int], to_entity: int) -> None:
        """Let a file answer for the entities up to one, and those it replaces no more."""
        self._connection.execute(
            "UPDATE sealed_file SET to_entity = ? WHERE pk = ?", (to_entity, file)
        )
        for key in replaced:
            self._connection.execute(
                "UPDATE sealed_file SET after_entity = ? WHERE pk = ?", (to_entity, key)
            )

    def retire(self, files: Iterable[int]) -> None:
        """Take files out of the register; they stay on disk until the next `litter`."""
        for key in files:
            self._connection.execute(
                "INSERT OR IGNORE INTO sealed_litter SELECT path FROM sealed_file WHERE pk = ?",
                (key,),
            )
            self._connection.execute("DELETE FROM sealed_mask WHERE file = ?", (key,))
            self._connection.execute("DELETE FROM sealed_file WHERE pk = ?", (key,))

    def litter(self) -> list[str]:
        """Return the files that nothing points to."""
        return [path for (path,) in rows(self._connection, "SELECT path FROM sealed_litter")]

    def sweep(self, paths: Iterable[str]) -> None:
        """Forget files that have been removed from the disk."""
        self._connection.executemany(
            "DELETE FROM sealed_litter WHERE path = ?", ((path,) for path in paths)
        )
