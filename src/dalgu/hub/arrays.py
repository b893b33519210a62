"""Histories as arrays, for those who think about them."""

from collections.abc import Iterable

from dalgu.hub.hub import Columns, Series
from dalgu.hub.past import series_name
from dalgu.kernel.ids import EntityId
from dalgu.store.instants import MICROSECONDS_PER_S
from dalgu.store.series import Numbers
from dalgu.store.tables import Tables


def series_of(numbers: Numbers) -> Series:
    """Return one history."""
    import numpy as np

    return Series(
        np.array(numbers.at_us, dtype=np.float64) / MICROSECONDS_PER_S,
        np.array(numbers.value, dtype=np.float64),
        np.array(numbers.message, dtype=np.int64),
    )


def columns_of(rows: Iterable[tuple[str, Numbers]]) -> Columns:
    """Return the histories of many entities, clustered by entity."""
    import numpy as np

    ids: list[EntityId] = []
    parts: list[Series] = []
    for entity, numbers in rows:
        ids.append(EntityId(entity))
        parts.append(series_of(numbers))
    empty = series_of(Numbers([], [], []))
    whole = [*parts, empty]
    lengths = [len(part.at_s) for part in parts]
    return Columns(
        ids,
        np.repeat(np.arange(len(ids), dtype=np.int64), lengths),
        np.concatenate([part.at_s for part in whole]),
        np.concatenate([part.value for part in whole]),
        np.concatenate([part.message_id for part in whole]),
    )


def series_in(
    tables: Tables, entity: tuple[str, EntityId], attribute: str, window_us: tuple[int, int]
) -> Series:
    """Return one history of an entity, which its tenant and id name."""
    kept = tables.documents.find(*entity)
    name = tables.names.find(series_name(attribute))
    if kept is None or name is None:
        return series_of(Numbers([], [], []))
    return series_of(tables.series.numbers(kept.key, name, *window_us))


def columns_in(
    tables: Tables, kind: tuple[str, str], attribute: str, window_us: tuple[int, int]
) -> Columns:
    """Return the histories of all entities of a tenant's type."""
    tenant, entity_type = kind
    key = tables.names.find(entity_type)
    name = tables.names.find(series_name(attribute))
    if key is None or name is None:
        return columns_of([])
    return columns_of(tables.series.numbers_of_type(tenant, key, name, window_us))
