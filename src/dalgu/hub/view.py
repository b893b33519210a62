"""One snapshot of a tenant, read by columns: for those who look at a whole city at once."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from dalgu.hub.model import Document
from dalgu.hub.past import series_name
from dalgu.hub.query.q import compile_linked_q
from dalgu.hub.table import Table, read_table
from dalgu.store.instants import micros
from dalgu.store.observed import Observed, ObservedRows
from dalgu.store.pinned_folder import remember
from dalgu.store.sqlite import Store
from dalgu.store.stretches import Wanted
from dalgu.store.tables import Tables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_decode = msgspec.json.Decoder(Document).decode


async def remember_pinned(store: Store, digests: Iterable[str]) -> None:
    """Let pinned files belong to a hub: backups take them along."""
    some = set(digests)
    await store.write(lambda tables: remember(tables.records, some))


def pinned_observations(
    store: Store, digest: str, ids: Sequence[str], window_us: tuple[int, int]
) -> Iterator[Observed]:
    """Yield the observations that a pinned file has of entities in [since, until).

    The keys of the entities are their places in `ids`; instants are microseconds since 1970.
    """
    from dalgu.store.pinned import pinned_rows

    return pinned_rows(store.path, digest, ids, window_us)


class History(NamedTuple):
    """The history of an attribute of some entities from an instant on.

    `entities` are their keys as tables have them, sorted, shape (k,). It is told by stretches in
    which each entity was silent no longer than its `gap_us`, shape (k,); without it, by stretches
    of local days. `numbers` asks for every instant, with its value.
    """

    attribute: str
    entities: "NDArray[np.int64]"
    since: datetime
    gap_us: "NDArray[np.int64] | None" = None
    numbers: bool = False


class View:
    """What a piece of work sees of the hub; it ends with the work."""

    def __init__(self, tables: Tables, tenant: str) -> None:
        self._tables = tables
        self._tenant = tenant

    def types(self) -> dict[str, int]:
        """Return how many entities there are of each type."""
        return self._tables.documents.types(self._tenant)

    def table(self, entity_type: str, attributes: Sequence[str]) -> Table:
        """Return all entities of a type with some of their attributes."""
        return read_table(self._tables, self._tenant, entity_type, attributes)

    def matching(self, ids: Sequence[str], q: str) -> list[bool]:
        """Return which entities match an NGSI-LD query, by the hub's own matcher."""
        accepts = compile_linked_q(q, self._find)
        return [accepts(self._find(one) or {}) for one in ids]

    def attribute_key(self, attribute: str) -> int | None:
        """Return the key of an attribute's series, `None` where nothing has such a history."""
        return self._tables.names.find(series_name(attribute))

    def observed(
        self, wanted: Iterable[History], until: datetime, *, day_offset: timedelta
    ) -> Iterator[Observed]:
        """Yield what was observed of some histories until an instant, each from its own on.

        Each part tells of one attribute. Local days are those of an offset from UTC.
        """
        reader = ObservedRows(
            self._tables, self._tenant, micros(until), day_offset // timedelta(microseconds=1)
        )
        keyed = [(self.attribute_key(one.attribute), one) for one in wanted]
        return reader.parts(
            [
                Wanted(key, one.entities, micros(one.since), one.gap_us, one.numbers)
                for key, one in keyed
                if key is not None
            ]
        )

    def pin(self, attribute: str, since: datetime, until: datetime) -> str:
        """Write all history of an attribute in [since, until) to a file of its own.

        Returns
        -------
        digest
            Names the file; `remember_pinned` makes it belong to the hub.

        """
        from dalgu.store.pinned import pin

        window = (micros(since), micros(until))
        return pin(self._tables, self._tenant, attribute, window)

    def _find(self, entity: str) -> Document | None:
        body = self._tables.documents.body(self._tenant, entity)
        return None if body is None else _decode(body)
