"""The hub as every other part sees it: one facade, in this process or remote.

Methods are named after the NGSI-LD operations. Everything written here is durable when the
call returns (group commit with a full sync), and is announced by an event of the outbox.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from dalgu.hub.aggregate import Aggregation
from dalgu.hub.change import Applied, Change
from dalgu.hub.model import Document, Entity
from dalgu.hub.query.order import Ordering
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Message:
    """What came in by the device entrance, kept as it came: the end of every evidence chain."""

    received_at: datetime
    transport: str  # http, mqtt, import, simulation
    format: str  # chirpstack, ttn, oms, camera, heartbeat, …
    device: str
    body: bytes
    refusal: str | None = None  # why it could not be used; it is kept all the same


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and the entity values decoded from it: stored together or not at all."""

    message: Message
    entities: Sequence[Entity | Document] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one delivery."""

    message_id: int
    stored: int  # history rows that are new
    duplicates: int  # rows the hub already held, to the value


@dataclass(frozen=True, slots=True)
class Selector:
    """Entities of these types, with one of these ids or an id like this (5.2.33)."""

    types: tuple[str, ...]
    ids: tuple[str, ...] = ()
    id_pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """NGSI-LD entity query (CIM 009 5.7.2), already parsed from its HTTP form."""

    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    id_pattern: str | None = None
    q: str | None = None
    attrs: tuple[str, ...] = ()  # entities must hold at least one of them
    georel: str | None = None
    geometry: Document | None = None  # GeoJSON geometry the georel speaks of
    geoproperty: str = "location"
    limit: int = 20
    offset: int = 0
    count: bool = False
    scope_q: str | None = None  # scope query (4.19)
    order_by: Ordering | None = None  # order of creation when there is none
    any_of: tuple[Selector, ...] = ()  # entities must be selected by one of them


@dataclass(frozen=True, slots=True)
class TemporalQuery:
    """NGSI-LD temporal query (5.7.3, 5.7.4): entities, and which instances of their history."""

    entities: Query
    timerel: str | None = None  # before, after, between
    time_at: datetime | None = None
    end_time_at: datetime | None = None
    timeproperty: str = "observedAt"  # or createdAt, modifiedAt: of storing; or deletedAt
    attrs: tuple[str, ...] = ()  # attributes to return; all when empty
    last: int | None = None  # newest instances of each attribute only
    most: int | None = None  # instances of one attribute at most; a page with more is cut short
    scope_q: str | None = None
    datasets: frozenset[str] = frozenset()  # datasetIds to return, @none among them; empty: all
    by_id: str = ""  # asc, desc: entities in order of their ids; of their creation when empty
    aggregation: Aggregation | None = None  # values of periods in place of instances


@dataclass(frozen=True, slots=True)
class Page:
    """One page of entities; `total` is there when the query asked to count."""

    entities: list[Document]
    total: int | None = None
    cut: tuple[datetime, datetime] | None = None  # histories reach from here to there, no further


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of the past (5.6.13 to 5.6.15): an attribute, or one instance of it.

    Without `instance` the history of the attribute goes, of one dataset or of every one; with
    it, that instance is patched, or goes where there is no patch.
    """

    entity: EntityId
    attribute: str
    dataset: str | None = None
    every_dataset: bool = False
    instance: str | None = None
    patch: Document | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """History of one attribute of one entity, oldest first.

    `at_s` is shape (n,), float64 seconds since 1970 UTC; `value` shape (n,), float64, NaN where
    the value is no number; `message_id` shape (n,), int64, 0 where a value came by another
    way than a message.
    """

    at_s: "NDArray[np.float64]"
    value: "NDArray[np.float64]"
    message_id: "NDArray[np.int64]"


@dataclass(frozen=True, slots=True)
class Columns:
    """History of one attribute of all entities of a type, clustered by entity, oldest first.

    `entity` is shape (n,), int64 positions into `ids`; the others as in `Series`.
    """

    ids: list[EntityId]
    entity: "NDArray[np.int64]"
    at_s: "NDArray[np.float64]"
    value: "NDArray[np.float64]"
    message_id: "NDArray[np.int64]"


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one entity, as the outbox announces it."""

    seq: int
    at: datetime
    kind: str  # created, updated, deleted
    entity: EntityId
    type: str  # the first of them when it has several
    attributes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()  # all of them, when it has several
    before: bytes = b""  # a JSON object: what each attribute was, null where there was none


class Hub(Protocol):
    """The operations that services, devices, certification and the center stand on."""

    async def ingest(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Store messages with what was decoded from them, all in one commit group.

        An attribute's state changes only where the new `observedAt` is not older; every
        value becomes a history row, told apart by (entity, attribute, instant, value), so
        duplicates, replays, back-fill and out-of-order messages give the same store.
        """
        ...

    async def upsert(self, entities: Iterable[Entity | Document]) -> int:
        """Create or merge entities (batch, CIM 009 5.6.8, `options=update`); return how many."""
        ...

    async def create(self, entity: Entity | Document) -> None:
        """Create one entity; raise `EntityAlreadyExists`."""
        ...

    async def merge(self, entity: Entity | Document) -> None:
        """Merge one existing entity (5.6.17); raise `EntityNotExisting`."""
        ...

    async def delete(self, entity: EntityId) -> None:
        """Delete one entity (5.6.6); its history stays. Raise `EntityNotExisting`."""
        ...

    async def apply(self, changes: Sequence[Change]) -> list[Applied | DalguError]:
        """Apply changes by `change.apply_change`, all in one commit group.

        Each change stands alone: one that is refused gives its error, in its place, and leaves
        nothing behind. Two changes of one entity are applied in their order.
        """
        ...

    async def evolution(self, query: TemporalQuery) -> Page:
        """Return entities with the history of their attributes (5.7.4).

        Each entity has `id`, `type` and for each attribute the list of its instances, newest
        first. A named entity that is deleted still has its history.
        """
        ...

    async def forget(self, entity: EntityId) -> None:
        """Delete an entity's history (5.6.16); raise `EntityNotExisting` when there is none."""
        ...

    async def revise(self, revision: Revision) -> None:
        """Change the past; the state follows where it stood on what changes.

        Raise `EntityNotExisting`, `AttributeNotExisting` or `InstanceNotExisting`.
        """
        ...

    async def retrieve(self, entity: EntityId) -> Document:
        """Return one entity, normalized with createdAt and modifiedAt (5.7.1)."""
        ...

    async def query(self, query: Query) -> Page:
        """Return a page of entities in stable order (5.7.2)."""
        ...

    def every(self, entity_type: str, *, q: str | None = None) -> AsyncIterator[Document]:
        """Yield all entities of a type, page by page, without loading them at once."""
        ...

    async def count(self, entity_type: str, *, q: str | None = None) -> int:
        """Return how many entities of a type match."""
        ...

    async def series(
        self,
        entity: EntityId,
        attribute: str,
        since: datetime,
        until: datetime,
    ) -> Series:
        """Return the numeric history of one attribute in [since, until)."""
        ...

    async def columns(
        self, entity_type: str, attribute: str, since: datetime, until: datetime
    ) -> Columns:
        """Return the numeric history of one attribute over all entities of a type, for analysis."""
        ...

    async def history(
        self, entity: EntityId, attribute: str, *, last: int = 100
    ) -> list[tuple[Document, int]]:
        """Return the newest instances, newest first, each with its message id (0 if none)."""
        ...

    async def message(self, message_id: int) -> Message:
        """Return a kept message; raise `MessageNotExisting`."""
        ...

    async def messages(
        self, *, device: str | None = None, refused: bool = False, limit: int = 50
    ) -> list[tuple[int, Message]]:
        """Return the newest messages, newest first: all, of one device, or the refused ones."""
        ...

    async def keep(self, body: bytes) -> str:
        """Keep bytes for good under their SHA-256 and return it; keeping twice is harmless."""
        ...

    async def kept(self, digest: str) -> bytes:
        """Return kept bytes; raise `KeptNotExisting`."""
        ...

    async def types(self) -> dict[str, int]:
        """Return how many entities there are of each type."""
        ...

    async def events(self, after: int, *, limit: int = 500) -> list[Event]:
        """Return events after a cursor, oldest first, at once (an empty list when none)."""
        ...

    async def wait(self, after: int) -> None:
        """Return as soon as there is an event past the cursor."""
        ...

    async def head(self) -> int:
        """Return the sequence number of the newest event, 0 when there is none."""
        ...
