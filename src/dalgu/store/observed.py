"""When entities were observed: hot and sealed rows of many series, as arrays, part by part.

For questions that look at all of a city's history once. Most of them can be told by the stretches
in which nothing was silent for long, so DuckDB hands over where those begin: a file is sorted by
entity, series and instant, and each row is compared with the one before it, without grouping or
sorting the rows. Single instants are fetched only where their values are asked for.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from dalgu.store.connection import rows
from dalgu.store.instants import MICROSECONDS_PER_DAY
from dalgu.store.stretches import (
    BEGINS,
    FOREVER_US,
    GROUPS,
    LAST,
    MESSAGES,
    ROWS,
    Reading,
    Together,
    Wanted,
    batches,
    cut,
    together,
)
from dalgu.store.tables import Tables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PART_ROWS = 4_000_000  # of sealed files, about, at a time: 130 MB where every row is a stretch
HOT_ENTITIES = 200  # at a time: of one that speaks every minute some 10,000 rows are hot
NAMED_MESSAGES = 500  # entities that a statement names; of more it reads the whole range

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


class Observed(NamedTuple):
    """What was observed of one series of r entities in [since_us, until_us).

    `entity`, `series`, `first_us`, `last_us` and `message` (that of the last row; 0 where a part
    with a later one was told before) are shape (r,). The stretches of entity i are
    `start[i]:start[i + 1]`, oldest first, each from `at_us` to `to_us`: in between it was silent no
    longer than asked, or on no local day. Without `to_us` they are single instants, and `number`
    their values, NaN where a value is none, where those were asked for.
    """

    since_us: int
    until_us: int
    entity: "NDArray[np.int64]"
    series: "NDArray[np.int64]"
    first_us: "NDArray[np.int64]"
    last_us: "NDArray[np.int64]"
    message: "NDArray[np.int64]"
    start: "NDArray[np.int64]"
    at_us: "NDArray[np.int64]"
    to_us: "NDArray[np.int64] | None" = None
    number: "NDArray[np.float64] | None" = None


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
        by_series: dict[int, list[Wanted]] = {}
        for one in wanted:
            if len(one.entities) and one.since_us < self._until_us:
                by_series.setdefault(one.series, []).append(one)
        readings = [one for some in by_series.values() for one in self._readings(some)]
        pieces = [piece for one in readings for piece in self._ranges(one)]
        todo = list(batches(pieces, PART_ROWS))
        newest = {series: _Newest(together(some)) for series, some in by_series.items()}
        with ThreadPoolExecutor(1, thread_name_prefix="sealed rows") as ahead:
            following = [ahead.submit(self._read, one) for one in todo[:1]]
            for part in (part for some in by_series.values() for part in self._hot(some)):
                newest[int(part.series[0])].hear(part)
                yield part
            for place in range(1, len(todo) + 1):
                parts = following.pop().result()
                following += [ahead.submit(self._read, one) for one in todo[place : place + 1]]
                for reading, part in parts:
                    later = newest[reading.wanted.series].hear(part)
                    if later.any() and not reading.wanted.numbers:
                        message = ahead.submit(self._messages, part.entity[later], reading)
                        part.message[later] = message.result()
                    yield part

    def _readings(self, wanted: Sequence[Wanted]) -> Iterator["Reading"]:
        """Yield what is to be read of one series from which sealed file, the newest first."""
        sealed = self._tables.series.sealed
        horizon_us = sealed.horizon_us()
        since_us = min(one.since_us for one in wanted)
        if horizon_us is None or since_us >= horizon_us:
            return
        for file in reversed(sealed.overlapping(self._tenant, since_us, self._until_us)):
            if not file.is_answering:
                continue
            masked = frozenset(sealed.masked(file.key))
            span = (max(file.since_us, since_us), min(file.until_us, self._until_us))
            for window in cut(span, wanted):
                now = together([one for one in wanted if one.since_us <= window[0]])
                after = max(file.after_entity, int(now.entities[0]) - 1)
                last = min(file.to_entity, int(now.entities[-1]))
                if after < last:
                    yield Reading(file, now, masked, window, (after, last))

    def _ranges(self, reading: "Reading") -> Iterator["Reading"]:
        """Yield a reading in pieces of a few million rows, by ranges of entities."""
        after, last = reading.entities
        if reading.file.rows > PART_ROWS:
            count = 0
            for group_rows, to in self._tables.series.parquet.fetch(GROUPS, [reading.file], {}):
                count += group_rows
                if count >= PART_ROWS and after < to < last:
                    yield reading._replace(entities=(after, to))
                    after, count = to, 0
        yield reading._replace(entities=(after, last))

    def _read(self, batch: Sequence["Reading"]) -> list[tuple["Reading", Observed]]:
        """Return one part of each reading that has rows."""
        import numpy as np

        has_numbers = batch[0].wanted.numbers
        values: dict[str, list[int]] = {}
        statements = []
        for place, one in enumerate(batch):
            silence, named = ("", {}) if has_numbers else one.silence(place, self._day_offset_us)
            values |= named
            text = ROWS if has_numbers else BEGINS
            statements.append(text.format(place=place, source=one.source(place), silence=silence))
        order = "place, entity_key, t, n" if has_numbers else "place, entity_key, t"
        found = self._arrays(batch, statements, order, values)
        bounds = np.searchsorted(found["place"], np.arange(len(batch) + 1))
        spans = [slice(*bounds[place : place + 2].tolist()) for place in range(len(batch))]
        found_of = [{name: one[span] for name, one in found.items()} for span in spans]
        told = [place for place, one in enumerate(found_of) if len(one["t"])]
        if has_numbers:
            read = [_of_rows(found_of[place], batch[place]) for place in told]
        else:
            lasts = self._lasts(batch, {one: int(found_of[one]["entity_key"][-1]) for one in told})
            each = zip(told, lasts, strict=True)
            read = [_of_begins(found_of[place], batch[place], last) for place, last in each]
        chosen = [
            (batch[place], _chosen(part, batch[place]))
            for place, part in zip(told, read, strict=True)
        ]
        return [(reading, part) for reading, part in chosen if len(part.entity)]

    def _lasts(self, batch: Sequence["Reading"], entities: dict[int, int]) -> list[int]:
        """Return the last instants of some entities, each in another file."""
        if not entities:
            return []
        statements = [
            LAST.format(place=place, source=batch[place].source(place), entity=entity)
            for place, entity in entities.items()
        ]
        found: list[int] = self._arrays(batch, statements, "place", {})["last"].tolist()
        return found

    def _messages(self, keys: "NDArray[np.int64]", reading: Reading) -> "NDArray[np.int64]":
        """Return the messages of the last rows of some entities, sorted by their keys."""
        import numpy as np

        entities = f"entity_key BETWEEN {keys[0]:d} AND {keys[-1]:d}"
        if len(keys) <= NAMED_MESSAGES:
            entities = f"entity_key IN ({', '.join(map(str, keys.tolist()))})"
        statement = MESSAGES.format(source=reading.source(), entities=entities)
        found = self._arrays([reading], [statement], "entity_key", {})
        message: NDArray[np.int64] = found["message"]
        return message[np.searchsorted(found["entity_key"], keys)]

    def _arrays(
        self, batch: Sequence["Reading"], statements: Sequence[str], order: str, values: Any
    ) -> "dict[str, NDArray[Any]]":
        """Return what statements over a batch find, without what is none of numbers."""
        import numpy as np

        found = self._tables.series.parquet.arrays(
            f"SELECT * FROM ({' UNION ALL '.join(statements)}) ORDER BY {order}",  # noqa: S608
            [one.file for one in batch],
            values,
        )
        number = found.pop("number", None)
        plain = {name: np.ma.getdata(one).astype(np.int64) for name, one in found.items()}
        return plain if number is None else plain | {"number": _filled(number)}

    def _hot(self, wanted: Sequence[Wanted]) -> Iterator[Observed]:
        """Yield the hot rows of one series."""
        for window in cut((min(one.since_us for one in wanted), self._until_us), wanted):
            now = together([one for one in wanted if one.since_us <= window[0]])
            for first in range(0, len(now.entities), HOT_ENTITIES):
                keys = now.entities[first : first + HOT_ENTITIES]
                part = self._hot_part(now, keys.tolist(), window)
                if part is not None:
                    yield part if now.numbers else _stretched(part, now, self._day_offset_us)

    def _hot_part(
        self, wanted: Together, keys: list[int], window: tuple[int, int]
    ) -> Observed | None:
        import numpy as np

        found = rows(
            self._tables.series.connection,
            _HOT % (_HOT_NUMBERS if wanted.numbers else "NULL"),
            (msgspec.json.encode(keys).decode(), wanted.series, *window),
        )
        if not found:
            return None
        lists = [_times.decode(row[2]) for row in found]
        start = np.concatenate([[0], np.cumsum([len(one) for one in lists])])
        at_us = np.array([at for one in lists for at in one], np.int64)
        number = None
        if wanted.numbers:
            number = np.array([n for row in found for n in _numbers.decode(row[3])], np.float64)
        return Observed(
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


class _Newest:
    """The last instant that was told of each entity: its message is all that anybody asks for."""

    def __init__(self, wanted: Together) -> None:
        import numpy as np

        self._entities = wanted.entities
        self._last_us = np.full(len(wanted.entities), -FOREVER_US)

    def hear(self, part: Observed) -> "NDArray[np.bool_]":
        """Return which entities of a part it tells something later of."""
        import numpy as np

        place = np.searchsorted(self._entities, part.entity)
        later: NDArray[np.bool_] = part.last_us > self._last_us[place]
        self._last_us[place[later]] = part.last_us[later]
        return later


def only(part: Observed, keep: "NDArray[np.bool_]") -> Observed:
    """Return some entities of a part; `keep` is shape (r,)."""
    import numpy as np

    lengths = np.diff(part.start)
    inside = np.repeat(keep, lengths)
    return part._replace(
        entity=part.entity[keep],
        series=part.series[keep],
        first_us=part.first_us[keep],
        last_us=part.last_us[keep],
        message=part.message[keep],
        start=np.concatenate([[0], np.cumsum(lengths[keep])]),
        at_us=part.at_us[inside],
        to_us=None if part.to_us is None else part.to_us[inside],
        number=None if part.number is None else part.number[inside],
    )


def _of_rows(found: "dict[str, NDArray[Any]]", reading: Reading) -> Observed:
    """Return rows, sorted by entity and instant, as a part."""
    start = _starts(found["entity_key"])
    part = _of_begins(found, reading, int(found["t"][-1]))
    return part._replace(
        message=found["message"][start[1:] - 1], to_us=None, number=found["number"]
    )


def _of_begins(found: "dict[str, NDArray[Any]]", reading: Reading, last_us: int) -> Observed:
    """Return a part from where its stretches begin, and where the one before ended."""
    import numpy as np

    entity, at_us = found["entity_key"], found["t"]
    to_us = np.append(found["before"][1:], last_us) if "before" in found else at_us
    start = _starts(entity)
    return Observed(
        *reading.window,
        entity=entity[start[:-1]],
        series=np.full(len(start) - 1, reading.wanted.series, np.int64),
        first_us=at_us[start[:-1]],
        last_us=to_us[start[1:] - 1],
        message=np.zeros(len(start) - 1, np.int64),
        start=start,
        at_us=at_us,
        to_us=to_us,
    )


def _starts(entity: "NDArray[np.int64]") -> "NDArray[np.int64]":
    import numpy as np

    return np.concatenate([[0], np.flatnonzero(entity[1:] != entity[:-1]) + 1, [len(entity)]])


def _stretched(part: Observed, wanted: Together, day_offset_us: int) -> Observed:
    """Return single instants as stretches."""
    import numpy as np

    begins = np.ones(len(part.at_us), bool)
    if wanted.gap_us is None:
        day = (part.at_us + day_offset_us) // MICROSECONDS_PER_DAY
        begins[1:] = np.diff(day) > 1
    else:
        gap_us = wanted.gap_us[np.searchsorted(wanted.entities, part.entity)]
        begins[1:] = np.diff(part.at_us) > np.repeat(gap_us, np.diff(part.start))[1:]
    begins[part.start[:-1]] = True
    place = np.flatnonzero(begins)
    return part._replace(
        start=np.searchsorted(place, part.start),
        at_us=part.at_us[place],
        to_us=part.at_us[np.append(place[1:], len(begins)) - 1],
    )


def _chosen(part: Observed, reading: Reading) -> Observed:
    """Return the entities of a part that were asked for and that the file answers for."""
    import numpy as np

    wanted = reading.wanted
    place = np.searchsorted(wanted.entities, part.entity)  # none lies behind the last
    keep = wanted.entities[place] == part.entity
    hidden = [entity for entity, series in reading.masked if series == wanted.series]
    if hidden:
        keep &= ~np.isin(part.entity, hidden)
    return part if keep.all() else only(part, keep)


def _filled(numbers: Any) -> "NDArray[np.float64]":
    import numpy as np

    return np.ma.filled(np.ma.asarray(numbers).astype(np.float64), np.nan)
