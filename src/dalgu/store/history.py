"""All rows of all series, hot in SQLite or sealed in Parquet: callers need not know where.

What lies after the newest sealed day never looks at a file. Changes of sealed days bring the rows
of that series back first, so that the hot table alone decides what is held already.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import apsw

from dalgu.store.connection import rows
from dalgu.store.names import Names
from dalgu.store.parquet import ParquetFiles
from dalgu.store.sealed import Place, SealedFile, SealedFiles
from dalgu.store.series import (
    FIRST_US,
    LAST_US,
    Buckets,
    Instance,
    NewRow,
    Numbers,
    SeriesTable,
    Sums,
)

GROWTH = 8  # of the number of files that are opened at once while a reader goes on reading

Span = tuple[int, int, Sequence[SealedFile]]
"""[since, until) with the files that lie in it."""

_NUMBERS_OF_TYPE = (
    "SELECT entity_key, epoch_us(observed_at) AS at_us, number, message "
    "FROM read_parquet($files) WHERE series_key = $series "
    "AND observed_at >= make_timestamp($since) AND observed_at < make_timestamp($until) "
    "AND entity_key > $after AND entity_key <= $to ORDER BY entity_key, observed_at, n"
)


class History:
    """Has the methods of `SeriesTable`, over hot and sealed rows as one."""

    def __init__(self, connection: apsw.Connection, names: Names) -> None:
        self.connection = connection
        self.hot = SeriesTable(connection, names)
        self.sealed = SealedFiles(connection)
        self.parquet = ParquetFiles(connection.filename)
        self._names = names

    # Reading

    def newest(
        self, entity: int, attribute: int, since_us: int = FIRST_US, until_us: int = LAST_US
    ) -> Iterator[Instance]:
        """Yield the rows of one series in [since, until), newest first, read as they are asked."""
        place = (entity, attribute)
        files = self._files(place, since_us, until_us)
        if not files:
            return self.hot.newest(entity, attribute, since_us, until_us)
        return self._read(place, _spans_backwards(files, since_us, until_us), backwards=True)

    def oldest(
        self, entity: int, attribute: int, since_us: int = FIRST_US, until_us: int = LAST_US
    ) -> Iterator[Instance]:
        """Yield the rows of one series in [since, until), oldest first, read as they are asked."""
        place = (entity, attribute)
        files = self._files(place, since_us, until_us)
        if not files:
            return self.hot.oldest(entity, attribute, since_us, until_us)
        return self._read(place, _spans_forwards(files, since_us, until_us), backwards=False)

    def numbers(self, entity: int, attribute: int, since_us: int, until_us: int) -> Numbers:
        """Return the rows of one series in [since, until) as numbers."""
        place = (entity, attribute)
        files = self._files(place, since_us, until_us)
        if not files:
            return self.hot.numbers(entity, attribute, since_us, until_us)
        found = self._woven(place, (since_us, until_us, files))
        return Numbers(
            [row.at_us for row in found],
            [None if isinstance(row.value, bytes) else float(row.value) for row in found],
            [row.message for row in found],
        )

    def numbers_of_type(
        self, tenant: str, entity_type: int, attribute: int, window_us: tuple[int, int]
    ) -> Iterator[tuple[str, Numbers]]:
        """Yield id and rows, as numbers, of each entity of a type that has any, by key."""
        hot = self.hot.numbers_of_type(tenant, entity_type, attribute, window_us)
        horizon_us = self.sealed.horizon_us()
        if horizon_us is None or window_us[0] >= horizon_us:
            return hot
        files = [file for file in self.sealed.overlapping(tenant, *window_us) if file.is_answering]
        if not files:
            return hot
        keys: dict[int, str] = dict(
            rows(
                self.connection,
                "SELECT entity, (SELECT id FROM entity WHERE pk = entity) FROM entity_type "
                "WHERE tenant = ? AND type = ? ORDER BY entity",
                (tenant, entity_type),
            )
        )
        return self._merged(
            keys, dict(hot), self._sealed_numbers(keys, files, attribute, window_us)
        )

    def periods(
        self,
        entity: int,
        attribute: int,
        window_us: tuple[int, int],
        sums: Sums,
        grid: tuple[int, int] | None = None,
    ) -> list[Buckets]:
        """Sum up one series, by periods where a `grid` of origin and length is given."""
        files = self._files((entity, attribute), *window_us)
        if not files:
            return self.hot.periods(entity, attribute, window_us, sums, grid)
        return self._scratch((entity, attribute), (*window_us, files)).periods(
            entity, attribute, window_us, sums, grid
        )

    def gathered(
        self, entity: int, attribute: int, window_us: tuple[int, int]
    ) -> "History | SeriesTable":
        """Return where to read one series in a window several times over."""
        place = (entity, attribute)
        files = self._files(place, *window_us)
        return self._scratch(place, (*window_us, files)) if files else self.hot

    def attributes(self, entity: int) -> list[str]:
        """Return the names of the series an entity has, without reading their rows."""
        hot = self.hot.attributes(entity)
        if self.sealed.horizon_us() is None:
            return hot
        sealed = [self._names.text(attribute) for _, attribute in self.sealed.series_of(entity)]
        return list(dict.fromkeys((*hot, *sealed)))

    # Changing

    def add(self, new: Sequence[NewRow]) -> list[int]:
        """Keep rows; return the positions of those that were held already, to the value."""
        horizon_us = self.sealed.horizon_us()
        if horizon_us is not None:
            self._thaw([row for row in new if row[2] < horizon_us])
        return self.hot.add(new)

    def take(self, entity: int, attribute: int, at_us: int, n: int) -> int:
        """Remove one row; return how many went, one or none."""
        self._thaw([(entity, attribute, at_us)])
        return self.hot.take(entity, attribute, at_us, n)

    def put(self, row: NewRow) -> None:
        """Keep a row beside whatever its instant holds."""
        self._thaw([row])
        self.hot.put(row)

    def remove(self, entity: int, attribute: int | None = None) -> int:
        """Remove the history of an entity, or of one of its series; return how many rows went."""
        if self.sealed.horizon_us() is None:
            return self.hot.remove(entity, attribute)
        places = {(entity, key) for key in self._keys(entity)}
        if attribute is not None:
            places &= {(entity, attribute)}
        counts = [(place, self.sealed.rows_of(place)) for place in places]
        self.sealed.mask_everywhere(places)
        self.sealed.count((place, -count) for place, count in counts)
        return self.hot.remove(entity, attribute) + sum(count for _, count in counts)

    # Within

    def _files(self, place: Place, since_us: int, until_us: int) -> list[SealedFile]:
        horizon_us = self.sealed.horizon_us()
        if horizon_us is None or since_us >= horizon_us:
            return []
        return self.sealed.of_series(place, since_us, until_us)

    def _read(self, place: Place, spans: Iterable[Span], *, backwards: bool) -> Iterator[Instance]:
        hot = self.hot.newest if backwards else self.hot.oldest
        for since_us, until_us, files in spans:
            if not files:
                yield from hot(*place, since_us, until_us)
            else:
                found = self._woven(place, (since_us, until_us, files))
                yield from reversed(found) if backwards else found

    def _woven(self, place: Place, span: Span) -> list[Instance]:
        """Return hot and sealed rows of a span, oldest first; an instant is hot or sealed."""
        since_us, until_us, files = span
        found = list(self.hot.oldest(*place, since_us, until_us))
        if files:
            found += self.parquet.instances(files, place, since_us, until_us)
            found.sort(key=lambda row: (row.at_us, row.n))
        return found

    def _scratch(self, place: Place, span: Span) -> SeriesTable:
        """Return the rows of a span in a table in memory.

        The statements of the hot table over the same rows in the same order: to the last digit
        what it would say.
        """
        connection = apsw.Connection(":memory:")
        connection.execute(
            "CREATE TABLE series (entity, attribute, at, n, value, rest, message, "
            "PRIMARY KEY (entity, attribute, at, n)) WITHOUT ROWID; "
            "CREATE TABLE message (pk INTEGER PRIMARY KEY, received)"
        )
        with connection:
            connection.executemany(
                "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (*place, row.at_us, row.n, row.value, row.rest, -row.stored_us)
                    for row in self._woven(place, span)
                ),
            )
        return SeriesTable(connection, self._names)

    def _thaw(self, changed: Iterable[NewRow | tuple[int, int, int]]) -> None:
        """Bring series back from the files whose range holds an instant of theirs."""
        late: dict[SealedFile, set[Place]] = {}
        for entity, attribute, at_us, *_ in changed:
            place = (entity, attribute)
            for file in self.sealed.unmasked_at(place, at_us):
                late.setdefault(file, set()).add(place)
        for file, places in late.items():
            answered = [one for one in places if file.after_entity < one[0] <= file.to_entity]
            for place, found in self.parquet.instances_of(file, answered).items():
                self.hot.lay_back(place, found)
                self.sealed.count([(place, -len(found))])
            self.sealed.mask(file.key, places)

    def _keys(self, entity: int) -> Iterator[int]:
        for name in self.attributes(entity):
            key = self._names.find(name)
            if key is not None:
                yield key

    def _sealed_numbers(
        self, keys: dict[int, str], files: list[SealedFile], series: int, window_us: tuple[int, int]
    ) -> dict[str, list[Numbers]]:
        found: dict[str, list[Numbers]] = {}
        for file in files:
            masked = {
                entity for entity, attribute in self.sealed.masked(file.key) if attribute == series
            }
            columns = self.parquet.arrays(
                _NUMBERS_OF_TYPE,
                [file],
                {
                    "series": series,
                    "since": max(window_us[0], file.since_us),
                    "until": min(window_us[1], file.until_us),
                    "after": file.after_entity,
                    "to": file.to_entity,
                },
            )
            for key, numbers in _by_entity(columns):
                if key in keys and key not in masked:
                    found.setdefault(keys[key], []).append(numbers)
        return found

    @staticmethod
    def _merged(
        keys: dict[int, str], hot: dict[str, Numbers], sealed: dict[str, list[Numbers]]
    ) -> Iterator[tuple[str, Numbers]]:
        for entity in keys.values():
            parts = sealed.get(entity, [])
            if entity in hot:
                parts = [*parts, hot[entity]]
            if parts:
                yield entity, _joined(parts)


def _spans_backwards(files: list[SealedFile], since_us: int, until_us: int) -> Iterator[Span]:
    """Cut a window, newest first: whoever asks for the last few rows opens few files."""
    remaining = files[::-1]
    upper_us, size = until_us, 1
    if files[-1].until_us < until_us:
        upper_us = max(files[-1].until_us, since_us)
        yield upper_us, until_us, ()
    while remaining:
        batch, remaining = remaining[:size], remaining[size:]
        lower_us = max(since_us, remaining[0].until_us if remaining else since_us)
        yield lower_us, upper_us, batch[::-1]
        upper_us, size = lower_us, size * GROWTH


def _spans_forwards(files: list[SealedFile], since_us: int, until_us: int) -> Iterator[Span]:
    """Cut a window, oldest first."""
    remaining = files
    lower_us, size = since_us, 1
    while remaining:
        batch, remaining = remaining[:size], remaining[size:]
        upper_us = min(until_us, batch[-1].until_us)
        yield lower_us, upper_us, batch
        lower_us, size = upper_us, size * GROWTH
    if lower_us < until_us:
        yield lower_us, until_us, ()


def _by_entity(columns: dict[str, Any]) -> Iterator[tuple[int, Numbers]]:
    """Yield the rows of each entity of columns that are sorted by entity."""
    import numpy as np

    value = np.ma.filled(np.ma.asarray(columns["number"]).astype(float), np.nan)
    told = zip(
        np.ma.getdata(columns["entity_key"]).tolist(),
        np.ma.getdata(columns["at_us"]).tolist(),
        [None if one != one else one for one in value.tolist()],  # a NaN is no number
        np.ma.getdata(columns["message"]).tolist(),
        strict=True,
    )
    for key, group in groupby(told, key=itemgetter(0)):
        _, at_us, values, messages = zip(*group, strict=True)
        yield key, Numbers(list(at_us), list(values), list(messages))


def _joined(parts: Sequence[Numbers]) -> Numbers:
    """Return parts, none of which share an instant, as one; by instant."""
    if len(parts) == 1:
        return parts[0]
    told = sorted(
        (row for part in parts for row in zip(*part, strict=True)),
        key=itemgetter(0),
    )  # stable: rows of one instant come from one part and keep their order
    at_us, value, message = zip(*told, strict=True)
    return Numbers(list(at_us), list(value), list(message))
