"""When entities were observed: hot and sealed rows of many series, as arrays, part by part.

For questions that look at all of a city's history once. What can be told of a series by when it
was first and last observed, and on which days, DuckDB tells; single instants are fetched only of
series for which they are asked. No part holds more than a few million rows.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from dalgu.store.connection import rows
from dalgu.store.instants import MICROSECONDS_PER_DAY
from dalgu.store.sealed import SealedFile
from dalgu.store.tables import Tables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PART_ROWS = 4_000_000  # of one file, about, at a time: some 60 MB
HOT_ENTITIES = 200  # at a time: of one that speaks every minute some 10,000 rows are hot
MOST_DAYS = 62  # that one number can tell apart

_times = msgspec.json.Decoder(list[int])
_numbers = msgspec.json.Decoder(list[float | None])

_SERIES = "series WHERE entity = e.value AND attribute = ?2 AND at >= ?3 AND at < ?4"
_HOT = (
    f"SELECT e.value, (SELECT max(message, 0) FROM {_SERIES} "  # noqa: S608  # own text
    f"ORDER BY at DESC, n DESC LIMIT 1) AS last, (SELECT json_group_array(at) FROM {_SERIES}), %s "
    "FROM json_each(?1) AS e WHERE last IS NOT NULL"
)
_HOT_NUMBERS = (
    "(SELECT json_group_array(iif(typeof(value) = 'blob', null, value)) "  # noqa: S608
    f"FROM {_SERIES})"
)
_GROUPS = (
    "SELECT row_group_num_rows, CAST(stats_max_value AS BIGINT) FROM parquet_metadata($files) "
    "WHERE path_in_schema = 'entity_key' ORDER BY row_group_id"
)


class Wanted(NamedTuple):
    """One series of some entities from an instant on.

    `entities` are the sorted keys of the entities, shape (k,), int64. `instants` asks for every
    instant, `numbers` for the values as well.
    """

    series: int
    entities: "NDArray[np.int64]"
    since_us: int
    instants: bool = True
    numbers: bool = False


class Observed(NamedTuple):
    """What was observed of r series in [since_us, until_us).

    `entity`, `series`, `first_us`, `last_us` and `message` (that of the last row) are shape (r,).
    `days` has a bit for each day observed, counted from `first_day`, where single instants were
    not asked for; days are local (since 1970). Otherwise those of series i are
    `at_us[start[i]:start[i + 1]]`, oldest first, and `number` their values, NaN where a value is
    none, where those were asked for.
    """

    since_us: int
    until_us: int
    entity: "NDArray[np.int64]"
    series: "NDArray[np.int64]"
    first_us: "NDArray[np.int64]"
    last_us: "NDArray[np.int64]"
    message: "NDArray[np.int64]"
    first_day: int = 0
    days: "NDArray[np.int64] | None" = None
    start: "NDArray[np.int64] | None" = None
    at_us: "NDArray[np.int64] | None" = None
    number: "NDArray[np.float64] | None" = None


class _Reading(NamedTuple):
    """What is read at once: series of entities in (after, to], in a window of one file."""

    file: SealedFile
    wanted: Sequence[Wanted]
    masked: frozenset[tuple[int, int]]
    window: tuple[int, int]
    entities: tuple[int, int]

    def condition(self, series: Sequence[int] = ()) -> str:
        """Return SQL of the rows, of these series or of all that are wanted; all integers."""
        wanted = series or sorted({one.series for one in self.wanted})
        told = [
            f"series_key IN ({', '.join(map(str, wanted))})",
            f"entity_key > {self.entities[0]:d}",
            f"entity_key <= {self.entities[1]:d}",
        ]
        if self.window[0] > self.file.since_us:
            told.append(f"observed_at >= make_timestamp({self.window[0]:d})")
        if self.window[1] < self.file.until_us:
            told.append(f"observed_at < make_timestamp({self.window[1]:d})")
        return " AND ".join(told)


class ObservedRows:
    """Reads series of a tenant until an instant; days are told in an offset from UTC."""

    def __init__(self, tables: Tables, tenant: str, until_us: int, day_offset_us: int) -> None:
        self._tables = tables
        self._tenant = tenant
        self._until_us = until_us
        self._day_offset_us = day_offset_us

    def parts(self, wanted: Sequence[Wanted]) -> Iterator[Observed]:
        """Yield all that was observed; a series comes in several parts, in no order.

        No part reaches over the instant from which on a series is wanted. While the caller is at
        one part, the next is read.
        """
        some = [one for one in wanted if len(one.entities) and one.since_us < self._until_us]
        readings = [one for reading in self._readings(some) for one in self._ranges(reading)]
        with ThreadPoolExecutor(1, thread_name_prefix="sealed rows") as ahead:
            following = [ahead.submit(self._read, one) for one in readings[:1]]
            for one in some:
                cuts = [other.since_us for other in some if other.series == one.series]
                for window in _cut((one.since_us, self._until_us), cuts):
                    yield from self._hot(one, window)
            for place, reading in enumerate(readings, start=1):
                parts = following.pop().result()
                following += [ahead.submit(self._read, one) for one in readings[place : place + 1]]
                for part in parts:
                    yield from _chosen(part, reading.wanted, reading.masked)

    def _readings(self, wanted: Sequence[Wanted]) -> Iterator["_Reading"]:
        """Yield what is to be read from which sealed file."""
        sealed = self._tables.series.sealed
        horizon_us = sealed.horizon_us()
        since_us = min((one.since_us for one in wanted), default=self._until_us)
        if horizon_us is None or since_us >= horizon_us:
            return
        cuts = [one.since_us for one in wanted]
        for file in sealed.overlapping(self._tenant, since_us, self._until_us):
            if not file.is_answering:
                continue
            masked = frozenset(sealed.masked(file.key))
            span = (max(file.since_us, since_us), min(file.until_us, self._until_us))
            for window in _cut(span, cuts):
                now = [one for one in wanted if one.since_us <= window[0]]
                after = max(file.after_entity, min(int(one.entities[0]) for one in now) - 1)
                last = min(file.to_entity, max(int(one.entities[-1]) for one in now))
                if after < last:
                    yield _Reading(file, now, masked, window, (after, last))

    def _ranges(self, reading: "_Reading") -> Iterator["_Reading"]:
        """Yield a reading in pieces of a few million rows, by ranges of entities."""
        after, last = reading.entities
        if reading.file.rows > PART_ROWS:
            count = 0
            for group_rows, to in self._tables.series.parquet.fetch(_GROUPS, [reading.file], {}):
                count += group_rows
                if count >= PART_ROWS and after < to < last:
                    yield reading._replace(entities=(after, to))
                    after, count = to, 0
        yield reading._replace(entities=(after, last))

    def _read(self, reading: "_Reading") -> list[Observed]:
        """Return one part of the series whose instants are asked for, and one of the others."""
        import numpy as np

        window, offset = reading.window, self._day_offset_us
        base = (window[0] + offset) // MICROSECONDS_PER_DAY
        is_short = window[1] - window[0] <= MOST_DAYS * MICROSECONDS_PER_DAY
        days = (
            f"bit_or(1::BIGINT << ((epoch_us(observed_at) + {offset}) "
            f"// {MICROSECONDS_PER_DAY} - {base})::INTEGER)"
        )
        source = f"FROM read_parquet($files) WHERE {reading.condition()}"
        statement = (
            "SELECT entity_key, series_key, count(*) AS rows, min(epoch_us(observed_at)) AS first, "
            "max(epoch_us(observed_at)) AS last, arg_max(message, observed_at) AS message, "
            f"{days if is_short else '0'} AS days {source} GROUP BY 1, 2 ORDER BY 1, 2"  # integers
        )
        found = self._arrays(reading.file, statement)
        whole = Observed(
            *window,
            entity=found["entity_key"],
            series=found["series_key"],
            first_us=found["first"],
            last_us=found["last"],
            message=found["message"],
            first_day=base,
            days=found["days"],
        )
        by_row = {one.series for one in reading.wanted if one.instants or one.numbers}
        is_by_row = np.isin(whole.series, sorted(by_row)) if is_short else whole.series > 0
        some = only(whole, is_by_row)
        parts = [only(whole, ~is_by_row)]
        if len(some.entity):
            keys = sorted(set(some.series.tolist()))
            parts.append(self._with_rows(some, found["rows"][is_by_row], reading, keys))
        return [part for part in parts if len(part.entity)]

    def _with_rows(
        self,
        part: Observed,
        lengths: "NDArray[np.int64]",
        reading: "_Reading",
        series: Sequence[int],
    ) -> Observed:
        import numpy as np

        number = ", number" if any(one.numbers for one in reading.wanted) else ""
        found = self._tables.series.parquet.arrays(
            f"SELECT epoch_us(observed_at) AS at{number} "  # noqa: S608  # integers
            f"FROM read_parquet($files) WHERE {reading.condition(series)}",
            [reading.file],
            {},
        )
        return part._replace(
            days=None,
            start=np.concatenate([[0], np.cumsum(lengths)]),
            at_us=np.ma.getdata(found["at"]),
            number=_filled(found["number"]) if number else None,
        )

    def _arrays(self, file: SealedFile, statement: str) -> "dict[str, NDArray[np.int64]]":
        import numpy as np

        found = self._tables.series.parquet.arrays(statement, [file], {})
        return {name: np.ma.getdata(one).astype(np.int64) for name, one in found.items()}

    def _hot(self, wanted: Wanted, window: tuple[int, int]) -> Iterator[Observed]:
        import numpy as np

        statement = _HOT % (_HOT_NUMBERS if wanted.numbers else "NULL")
        for first in range(0, len(wanted.entities), HOT_ENTITIES):
            keys = wanted.entities[first : first + HOT_ENTITIES].tolist()
            found = rows(
                self._tables.series.connection,
                statement,
                (msgspec.json.encode(keys).decode(), wanted.series, *window),
            )
            if not found:
                continue
            lists = [_times.decode(row[2]) for row in found]
            start = np.concatenate([[0], np.cumsum([len(one) for one in lists])])
            at_us = np.array([at for one in lists for at in one], np.int64)
            number = None
            if wanted.numbers:
                number = np.array([n for row in found for n in _numbers.decode(row[3])], np.float64)
            yield Observed(
                *window,
                entity=np.array([row[0] for row in found], np.int64),
                series=np.full(len(found), wanted.series, np.int64),
                first_us=at_us[start[:-1]],
                last_us=at_us[start[1:] - 1],
                message=np.array([row[1] for row in found], np.int64),
                start=start,
                at_us=at_us,
                number=number,
            )


def only(part: Observed, keep: "NDArray[np.bool_]") -> Observed:
    """Return some series of a part; `keep` is shape (r,)."""
    import numpy as np

    chosen = part._replace(
        entity=part.entity[keep],
        series=part.series[keep],
        first_us=part.first_us[keep],
        last_us=part.last_us[keep],
        message=part.message[keep],
        days=None if part.days is None else part.days[keep],
    )
    if part.start is None or part.at_us is None:
        return chosen
    lengths = np.diff(part.start)
    inside = np.repeat(keep, lengths)
    return chosen._replace(
        start=np.concatenate([[0], np.cumsum(lengths[keep])]),
        at_us=part.at_us[inside],
        number=None if part.number is None else part.number[inside],
    )


def _cut(window: tuple[int, int], cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield a window in pieces that begin where somebody begins to listen."""
    since_us, until_us = window
    for cut in sorted(set(cuts)):
        if since_us < cut < until_us:
            yield since_us, cut
            since_us = cut
    yield since_us, until_us


def _chosen(
    part: Observed, wanted: Sequence[Wanted], masked: frozenset[tuple[int, int]]
) -> Iterator[Observed]:
    """Yield the series of a part that were asked for and that the file answers for."""
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


def _filled(numbers: Any) -> "NDArray[np.float64]":
    import numpy as np

    return np.ma.filled(np.ma.asarray(numbers).astype(np.float64), np.nan)
