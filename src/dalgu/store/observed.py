"""When entities were observed: hot and sealed rows of many series, as arrays, part by part.

For questions that look at all of a city's history once. Sealed rows come straight from Parquet in
the order they lie in, hot rows series by series; no part holds more than a few million rows.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from dalgu.store.connection import rows
from dalgu.store.sealed import SealedFile
from dalgu.store.tables import Tables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PART_ROWS = 2_000_000  # of one file, about, at a time: some 80 MB
HOT_ENTITIES = 1_000  # at a time

_times = msgspec.json.Decoder(list[int])
_numbers = msgspec.json.Decoder(list[float | None])

_SERIES = "series WHERE entity = e.value AND attribute = ?2 AND at >= ?3 AND at < ?4"
_HOT = (
    f"SELECT e.value, (SELECT json_group_array(at) FROM {_SERIES}), %s, "  # noqa: S608  # own text
    f"(SELECT max(message, 0) FROM {_SERIES} ORDER BY at DESC, n DESC LIMIT 1) AS last "
    "FROM json_each(?1) AS e WHERE last IS NOT NULL"
)
_HOT_NUMBERS = f"(SELECT json_group_array(iif(typeof(value) = 'blob', null, value)) FROM {_SERIES})"
_GROUPS = (
    "SELECT row_group_num_rows, CAST(stats_max_value AS BIGINT) FROM parquet_metadata($files) "
    "WHERE path_in_schema = 'entity_key' ORDER BY row_group_id"
)


class Wanted(NamedTuple):
    """One series of some entities: its key, the sorted keys of the entities, shape (k,), int64."""

    series: int
    entities: "NDArray[np.int64]"


class Observed(NamedTuple):
    """Rows of r series, each oldest first: those of series i are [start[i], start[i + 1]).

    `entity`, `series` and `message` (that of the last row) are shape (r,), `start` (r + 1,),
    `at_us` and `number` shape (n,). `number` is None unless it was asked for; NaN where a value
    is no number.
    """

    entity: "NDArray[np.int64]"
    series: "NDArray[np.int64]"
    start: "NDArray[np.int64]"
    at_us: "NDArray[np.int64]"
    message: "NDArray[np.int64]"
    number: "NDArray[np.float64] | None" = None


class ObservedRows:
    """Reads the rows of some series of a tenant in a window [since, until), in microseconds."""

    def __init__(
        self, tables: Tables, tenant: str, window_us: tuple[int, int], *, with_numbers: bool
    ) -> None:
        self._tables = tables
        self._tenant = tenant
        self._window = window_us
        self._with_numbers = with_numbers

    def parts(self, wanted: Sequence[Wanted]) -> Iterator[Observed]:
        """Yield all rows, sealed ones first; a series may come in several parts."""
        some = [one for one in wanted if len(one.entities)]
        if some:
            yield from self._sealed(some)
            for one in some:
                yield from self._hot(one)

    def _sealed(self, wanted: Sequence[Wanted]) -> Iterator[Observed]:
        sealed = self._tables.series.sealed
        horizon_us = sealed.horizon_us()
        if horizon_us is None or self._window[0] >= horizon_us:
            return
        for file in sealed.overlapping(self._tenant, *self._window):
            if file.is_answering:
                masked = set(sealed.masked(file.key))
                for after, to in self._ranges(file, wanted):
                    part = self._read(file, wanted, (after, to))
                    if len(part.at_us):
                        yield from _chosen(part, wanted, masked)

    def _ranges(self, file: SealedFile, wanted: Sequence[Wanted]) -> Iterator[tuple[int, int]]:
        """Yield ranges (after, to] of entities that a file answers for, each with few rows."""
        after = max(file.after_entity, min(int(one.entities[0]) for one in wanted) - 1)
        last = min(file.to_entity, max(int(one.entities[-1]) for one in wanted))
        if file.rows > PART_ROWS:
            count = 0
            for group_rows, to in self._tables.series.parquet.fetch(_GROUPS, [file], {}):
                count += group_rows
                if count >= PART_ROWS and after < to < last:
                    yield after, to
                    after, count = to, 0
        if after < last:
            yield after, last

    def _read(
        self, file: SealedFile, wanted: Sequence[Wanted], entities: tuple[int, int]
    ) -> Observed:
        import numpy as np

        keys = ", ".join(str(one.series) for one in wanted)
        since, until = self._window
        told = [
            f"series_key IN ({keys})",
            f"entity_key > {entities[0]:d}",
            f"entity_key <= {entities[1]:d}",
        ]
        if since > file.since_us:
            told.append(f"observed_at >= make_timestamp({since:d})")
        if until < file.until_us:
            told.append(f"observed_at < make_timestamp({until:d})")
        number = ", number" if self._with_numbers else ""
        statement = (
            f"SELECT entity_key, series_key, observed_at, message{number} "  # noqa: S608
            f"FROM read_parquet($files) WHERE {' AND '.join(told)}"  # integers
        )
        found = self._tables.series.parquet.arrays(statement, [file], {})
        columns = {name: np.ma.getdata(one) for name, one in found.items()}
        return in_runs(columns, found.get("number"))

    def _hot(self, wanted: Wanted) -> Iterator[Observed]:
        import numpy as np

        statement = _HOT % (_HOT_NUMBERS if self._with_numbers else "NULL")
        for first in range(0, len(wanted.entities), HOT_ENTITIES):
            keys = wanted.entities[first : first + HOT_ENTITIES].tolist()
            found = rows(
                self._tables.series.connection,
                statement,
                (msgspec.json.encode(keys).decode(), wanted.series, *self._window),
            )
            if not found:
                continue
            times = [np.array(_times.decode(row[1]), np.int64) for row in found]
            numbers = None
            if self._with_numbers:
                numbers = np.array(
                    [one for row in found for one in _numbers.decode(row[2])], np.float64
                )
            yield Observed(
                entity=np.array([row[0] for row in found], np.int64),
                series=np.full(len(found), wanted.series, np.int64),
                start=np.concatenate([[0], np.cumsum([len(one) for one in times])]),
                at_us=np.concatenate(times),
                message=np.array([row[3] for row in found], np.int64),
                number=numbers,
            )


def in_runs(columns: "dict[str, NDArray[np.int64]]", numbers: object) -> Observed:
    """Return rows that are sorted by series, as those of a file are, with their runs."""
    import numpy as np

    entity, series = columns["entity_key"], columns["series_key"]
    changes = (entity[1:] != entity[:-1]) | (series[1:] != series[:-1])
    start = np.concatenate([[0], np.flatnonzero(changes) + 1, [len(entity)]])
    if not len(entity):
        start = np.zeros(1, np.int64)
    first = start[:-1]
    number = None
    if numbers is not None:
        number = np.ma.filled(np.ma.asarray(numbers).astype(np.float64), np.nan)
    return Observed(
        entity=entity[first],
        series=series[first],
        start=start,
        at_us=columns["observed_at"].astype("datetime64[us]", copy=False).view(np.int64),
        message=columns["message"][start[1:] - 1],
        number=number,
    )


def _chosen(
    part: Observed, wanted: Sequence[Wanted], masked: set[tuple[int, int]]
) -> Iterator[Observed]:
    """Yield the runs of a part that were asked for and that the file answers for."""
    import numpy as np

    keep = np.zeros(len(part.entity), bool)
    for one in wanted:
        place = np.searchsorted(one.entities, part.entity)
        place[place == len(one.entities)] = 0
        keep |= (part.series == one.series) & (one.entities[place] == part.entity)
    if masked:
        places = zip(part.entity.tolist(), part.series.tolist(), strict=True)
        keep &= np.array([place not in masked for place in places])
    if keep.all():
        yield part
    elif keep.any():
        yield only(part, keep)


def only(part: Observed, keep: "NDArray[np.bool_]") -> Observed:
    """Return some runs of a part; `keep` is shape (r,)."""
    import numpy as np

    lengths = np.diff(part.start)
    inside = np.repeat(keep, lengths)
    return Observed(
        entity=part.entity[keep],
        series=part.series[keep],
        start=np.concatenate([[0], np.cumsum(lengths[keep])]),
        at_us=part.at_us[inside],
        message=part.message[keep],
        number=None if part.number is None else part.number[inside],
    )
