"""Sealed rows, read from Parquet by DuckDB.

A file is sorted as the hot rows are: by entity, series, instant and number. So the statistics of
its row groups lead to one series without reading the others.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dalgu.store.errors import SealedFileLost
from dalgu.store.sealed import Place, SealedFile
from dalgu.store.sealed_folder import folder_of
from dalgu.store.series import Instance, Value

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "384MB"  # of one connection; beyond it DuckDB spills to its temporary folder
THREADS = 2

COLUMNS = {
    "entity": "VARCHAR",
    "types": "VARCHAR[]",
    "attribute": "VARCHAR",
    "dataset": "VARCHAR",
    "observed_at": "TIMESTAMP",
    "n": "INTEGER",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "text": "VARCHAR",
    "json": "VARCHAR",
    "unit": "VARCHAR",
    "instance": "VARCHAR",
    "message": "BIGINT",
    "stored_at": "TIMESTAMP",
    "entity_key": "BIGINT",
    "series_key": "BIGINT",
}
"""The columns of a sealed file, in order; docs/reference/history.md says what each means."""

_INSTANCE = (
    "epoch_us(observed_at), number, integer, json, instance, message, epoch_us(stored_at), n"
)
_OF_SERIES = (
    f"SELECT {_INSTANCE} FROM read_parquet($files) "  # noqa: S608  # own text
    "WHERE entity_key = $entity AND series_key = $series "
    "AND observed_at >= make_timestamp($since) AND observed_at < make_timestamp($until) "
    "ORDER BY observed_at, n"
)
_OF_MANY = (
    f"SELECT entity_key, series_key, {_INSTANCE} FROM read_parquet($files) "  # noqa: S608
    "WHERE entity_key IN (SELECT unnest($entities)) AND series_key IN (SELECT unnest($series)) "
    "AND entity_key BETWEEN $first AND $last"
)
_DIRECTORY = (
    "SELECT entity_key, series_key, count(*) FROM read_parquet($files) GROUP BY ALL ORDER BY ALL"
)


def connected(folder: Path) -> "duckdb.DuckDBPyConnection":
    """Return an empty DuckDB with bounded memory, which spills into the folder."""
    import duckdb  # 0.1 s and 65 MB: only a city that has sealed days pays for it

    return duckdb.connect(
        ":memory:",
        config={
            "threads": str(THREADS),
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(folder / ".spill"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )


class ParquetFiles:
    """Reads the sealed files of one store; for one thread."""

    def __init__(self, database: str) -> None:
        self._database = database

    @cached_property
    def folder(self) -> Path:
        """Where the files lie."""
        return folder_of(self._database)

    @cached_property
    def _duckdb(self) -> "duckdb.DuckDBPyConnection":
        connection = connected(self.folder)
        connection.execute("SET parquet_metadata_cache = true")  # a file never changes
        return connection

    def instances(
        self, files: Sequence[SealedFile], place: Place, since_us: int, until_us: int
    ) -> list[Instance]:
        """Return the rows of one series in [since, until), oldest first."""
        if not files:
            return []
        window = {
            "since": max(since_us, files[0].since_us),
            "until": min(until_us, files[-1].until_us),
        }
        found = self.fetch(_OF_SERIES, files, {"entity": place[0], "series": place[1]} | window)
        return [_instance(row) for row in found]

    def instances_of(
        self, file: SealedFile, places: Iterable[Place]
    ) -> dict[Place, list[Instance]]:
        """Return all rows that a file has of some series."""
        wanted = set(places)
        if not wanted:
            return {}
        entities = sorted({entity for entity, _ in wanted})
        values = {
            "entities": entities,
            "series": sorted({series for _, series in wanted}),
            "first": entities[0],
            "last": entities[-1],
        }
        found: dict[Place, list[Instance]] = {}
        for entity, series, *row in self.fetch(_OF_MANY, [file], values):
            if (entity, series) in wanted:
                found.setdefault((entity, series), []).append(_instance(row))
        return found

    def directory(self, file: SealedFile) -> list[tuple[int, int, int]]:
        """Return (entity, attribute, rows) of each series in a file, masked or not."""
        return self.fetch(_DIRECTORY, [file], {})

    def fetch(
        self, statement: str, files: Sequence[SealedFile], values: dict[str, Any]
    ) -> list[Any]:
        """Return the rows of a statement over `$files`."""
        return self._execute(statement, files, values).fetchall()

    def arrays(
        self, statement: str, files: Sequence[SealedFile], values: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the columns of a statement over `$files` as arrays."""
        found: dict[str, Any] = self._execute(statement, files, values).fetchnumpy()
        return found

    def _execute(
        self, statement: str, files: Sequence[SealedFile], values: dict[str, Any]
    ) -> "duckdb.DuckDBPyConnection":
        import duckdb

        paths = self.paths(files)
        try:
            return self._duckdb.execute(statement, {"files": paths} | values)
        except (duckdb.IOException, duckdb.InvalidInputException) as cause:
            lost = next((path for path in paths if not Path(path).is_file()), paths[0])
            raise SealedFileLost(lost, str(cause).partition("\n")[0]) from cause

    def paths(self, files: Iterable[SealedFile]) -> list[str]:
        """Return where files lie."""
        return [str(self.folder / file.path) for file in files]


def _instance(row: Sequence[Any]) -> Instance:
    at_us, number, integer, json, rest, message, stored_us, n = row
    value: Value = number
    if json is not None:
        value = json.encode()
    elif integer is not None:
        value = integer
    return Instance(at_us, value, rest.encode(), message, stored_us, n)
