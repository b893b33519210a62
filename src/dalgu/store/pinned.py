"""Pin a part of the history to a file, and read it again; `pinned_folder` says where files lie."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from dalgu.store.analysis import Analysis, Narrowing
from dalgu.store.digest import digest_of_file
from dalgu.store.durable import partial_of, publish
from dalgu.store.errors import SealedFileLost
from dalgu.store.observed import PART_ROWS, Observed
from dalgu.store.parquet import connected
from dalgu.store.pinned_folder import file_of, folder_of_pinned
from dalgu.store.sealed_folder import folder_of
from dalgu.store.tables import Tables

_ROWS = (
    "SELECT place, epoch_us(observed_at) AS at, message, number "
    "FROM read_parquet($file) f JOIN linked l ON f.entity = l.id "
    "WHERE dataset IS NULL AND place >= $first AND place < $last "
    "AND observed_at >= make_timestamp($since) AND observed_at < make_timestamp($until) "
    "ORDER BY place, observed_at, n"
)


def pin(tables: Tables, tenant: str, attribute: str, window_us: tuple[int, int]) -> str:
    """Write all history of an attribute in [since, until) to a file and return its digest.

    The columns are those of an export (docs/reference/history.md). The file is on disk when this
    returns; `pinned_folder.remember` makes it belong to the store.
    """
    database = tables.series.connection.filename
    folder = folder_of_pinned(database)
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / f".{attribute.encode().hex()}"
    with closing(Analysis(folder_of(database))) as analysis:
        analysis.gather(tables, tenant, Narrowing(None, attribute, *window_us), lambda count: None)
        analysis.export(raw, "parquet")
    digest = digest_of_file(raw)
    target = folder / file_of(digest)
    raw.replace(partial_of(target))
    publish(target, folder)
    return digest


def pinned_rows(
    database: Path, digest: str, ids: Sequence[str], window_us: tuple[int, int]
) -> Iterator[Observed]:
    """Yield the rows that a pinned file has of some entities in [since, until).

    The keys of the entities are their places in `ids`.

    Raises
    ------
    SealedFileLost
        When the file is not there or holds other bytes.
    """
    import numpy as np

    path = folder_of_pinned(database) / file_of(digest)
    if not path.is_file() or digest_of_file(path) != digest:
        raise SealedFileLost(str(path), "it is not what was pinned")
    with closing(connected(path.parent)) as duckdb:
        columns = {"id": np.array(ids, object), "place": np.arange(len(ids))}
        duckdb.execute("CREATE TABLE linked AS SELECT id, place FROM columns")
        [(count,)] = duckdb.execute("SELECT count(*) FROM read_parquet($1)", [str(path)]).fetchall()
        step = max(1, len(ids) * PART_ROWS // max(PART_ROWS, count))
        for first in range(0, len(columns["place"]), step):
            values = {
                "file": str(path), "first": first, "last": first + step,
                "since": window_us[0], "until": window_us[1],
            }  # fmt: skip
            found = duckdb.execute(_ROWS, values).fetchnumpy()
            if len(found["at"]):
                yield _in_runs({name: _plain(one) for name, one in found.items()}, window_us)


def _in_runs(columns: "dict[str, Any]", window_us: tuple[int, int]) -> Observed:
    """Return rows that are sorted by entity as one part; NaN where a value is no number."""
    import numpy as np

    place, at_us = columns["place"].astype(np.int64), columns["at"]
    start = np.concatenate([[0], np.flatnonzero(place[1:] != place[:-1]) + 1, [len(place)]])
    return Observed(
        *window_us,
        entity=place[start[:-1]],
        series=np.zeros(len(start) - 1, np.int64),
        first_us=at_us[start[:-1]],
        last_us=at_us[start[1:] - 1],
        message=columns["message"][start[1:] - 1],
        start=start,
        at_us=at_us,
        number=columns["number"],
    )


def _plain(column: Any) -> Any:
    import numpy as np

    if column.dtype.kind == "f":
        return np.ma.filled(np.ma.asarray(column), np.nan)
    return np.ma.getdata(column)
