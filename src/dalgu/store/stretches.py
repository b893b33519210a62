"""What is asked of sealed files about a series: its stretches, in SQL that need not sort the rows.

A file is sorted by entity, series and instant, so each row is compared with the one before it; only
those that begin a stretch leave DuckDB.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dalgu.store.instants import MICROSECONDS_PER_DAY
from dalgu.store.sealed import SealedFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 16  # files that one statement reads
MOST_RUNS = 32  # of entities with one gap, that are told by comparing keys: cheaper than a list
MOST_GAPS = 200_000  # keys between the first and the last entity that a statement tells apart
FOREVER_US = 2**62  # a silence that nothing is longer than

GROUPS = (
    "SELECT row_group_num_rows, CAST(stats_max_value AS BIGINT) FROM parquet_metadata($files) "
    "WHERE path_in_schema = 'entity_key' ORDER BY row_group_id"
)
BEGINS = (  # `lag` over the rows as they lie in the file
    "SELECT {place} AS place, entity_key, t, before FROM ("
    "SELECT entity_key, epoch_us(observed_at) AS t, lag(t) OVER () AS before, "
    "lag(entity_key) OVER () AS previous {source}) "
    "WHERE previous IS DISTINCT FROM entity_key OR {silence}"
)
ROWS = (
    "SELECT {place} AS place, entity_key, epoch_us(observed_at) AS t, n, message, number {source}"
)
LAST = (
    "SELECT {place} AS place, epoch_us(max(observed_at)) AS last {source} AND entity_key = {entity}"
)
MESSAGES = (
    "SELECT entity_key, arg_max(message, observed_at) AS message {source} AND {entities} GROUP BY 1"
)


class Wanted(NamedTuple):
    """One series of some entities from an instant on.

    `entities` are their sorted keys, shape (k,), int64. `gap_us`, shape (k,), is how long each may
    be silent within a stretch; without it a stretch goes over local days that follow each other.
    `numbers` asks for every instant, with its value.
    """

    series: int
    entities: "NDArray[np.int64]"
    since_us: int
    gap_us: "NDArray[np.int64] | None" = None
    numbers: bool = False


class Together(NamedTuple):
    """What all want of one series in one window: the shortest gap of each entity."""

    series: int
    entities: "NDArray[np.int64]"
    gap_us: "NDArray[np.int64] | None"
    numbers: bool


class Reading(NamedTuple):
    """What is read of one file: a series of entities in (after, to], in a window."""

    file: SealedFile
    wanted: Together
    masked: frozenset[tuple[int, int]]
    window: tuple[int, int]
    entities: tuple[int, int]

    def source(self, place: int = 0) -> str:
        """Return SQL of the rows, in the file at a place among others; all integers."""
        told = [
            f"FROM read_parquet($files[{place + 1:d}]) WHERE series_key = {self.wanted.series:d}",
            f"entity_key > {self.entities[0]:d}",
            f"entity_key <= {self.entities[1]:d}",
        ]
        if self.window[0] > self.file.since_us:
            told.append(f"observed_at >= make_timestamp({self.window[0]:d})")
        if self.window[1] < self.file.until_us:
            told.append(f"observed_at < make_timestamp({self.window[1]:d})")
        return " AND ".join(told)

    def silence(self, place: int, day_offset_us: int) -> tuple[str, dict[str, list[int]]]:
        """Return SQL of what ends a stretch before the instant t, and the values it names."""
        import numpy as np

        if self.wanted.gap_us is None:
            day = f"({{}} + {day_offset_us:d}) // {MICROSECONDS_PER_DAY}"
            return f"{day.format('t')} - {day.format('before')} > 1", {}
        keys, (after, last) = self.wanted.entities, self.entities
        inside = slice(*np.searchsorted(keys, [after, last], side="right").tolist())
        gap_us = self.wanted.gap_us[inside]
        least = int(gap_us.min(initial=FOREVER_US))
        told = f"t - before > {least:d}"
        if not (gap_us > least).any() or last - after > MOST_GAPS:
            return told, {}
        ends = np.flatnonzero(np.append(gap_us[1:] != gap_us[:-1], True))
        if len(ends) <= MOST_RUNS:
            runs = zip(keys[inside][ends].tolist(), gap_us[ends].tolist(), strict=True)
            cases = " ".join(f"WHEN entity_key <= {key:d} THEN {gap:d}" for key, gap in runs)
            return f"({told} AND t - before > CASE {cases} END)", {}
        gaps = np.full(last - after, FOREVER_US)
        gaps[keys[inside] - after - 1] = gap_us
        each = f"t - before > $gaps{place:d}[entity_key - {after:d}]"
        return f"({told} AND {each})", {f"gaps{place:d}": gaps.tolist()}


def together(wanted: Sequence[Wanted]) -> Together:
    """Return what serves all who want one series; a day's silence leaves no local day out."""
    import numpy as np

    entities = np.unique(np.concatenate([one.entities for one in wanted]))
    gap_us = None
    if any(one.gap_us is not None for one in wanted):
        gap_us = np.full(len(entities), FOREVER_US)
        for one in wanted:
            place = np.searchsorted(entities, one.entities)
            mine = MICROSECONDS_PER_DAY if one.gap_us is None else one.gap_us
            gap_us[place] = np.minimum(gap_us[place], mine)
    return Together(wanted[0].series, entities, gap_us, any(one.numbers for one in wanted))


def cut(window: tuple[int, int], wanted: Sequence[Wanted]) -> Iterator[tuple[int, int]]:
    """Yield a window in pieces that begin where somebody begins to listen, the newest first."""
    since_us, until_us = window
    for cut in sorted({one.since_us for one in wanted}, reverse=True):
        if since_us < cut < until_us:
            yield cut, until_us
            until_us = cut
    yield since_us, until_us


def batches(readings: Sequence[Reading], most_rows: int) -> Iterator[list[Reading]]:
    """Yield readings that one statement reads: of one series, of files with so many rows."""
    batch: list[Reading] = []
    for one in readings:
        count = sum(each.file.rows for each in batch) + one.file.rows
        kind = (one.wanted.series, one.wanted.numbers)
        is_like = not batch or (batch[0].wanted.series, batch[0].wanted.numbers) == kind
        if batch and not (is_like and len(batch) < BATCH and count <= most_rows):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch
