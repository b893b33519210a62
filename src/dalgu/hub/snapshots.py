"""Frozen copies of what queries found (CIM 009 5.16), each a tenant of its own in the store."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

import msgspec

from dalgu.hub.errors import AlreadyExists, BadRequestData, DocumentInvalid, ResourceNotFound, shown
from dalgu.hub.freezing import Freezing, pages
from dalgu.hub.hub import Query, TemporalQuery
from dalgu.hub.local import LocalHub
from dalgu.hub.model import JSON, Document
from dalgu.hub.outgoing import Reach
from dalgu.hub.query.q import attributes_of, compile_q
from dalgu.hub.snapshot import (
    CHANGEABLE,
    DEFAULT_PRIORITY,
    DETAILS,
    MEMBERS,
    QUERIES,
    TEMPORAL_QUERIES,
    TOLD,
    checked,
    lifetime_of,
    status_of,
)
from dalgu.hub.telling import Telling
from dalgu.hub.values import check_uri
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import DalguError
from dalgu.store.tables import Tables

COLLECTION: Final = "hub.snapshots"
MAX_SNAPSHOTS: Final = 100  # of one tenant
# Entities and instances: of one snapshot, and of all that the city's own or another tenant holds.
MAX_ROWS: Final = 1_000_000
MAX_ROWS_OF_ALL: Final = 5_000_000
MAX_ROWS_OF_A_TENANT: Final = 500_000
GLANCE: Final = timedelta(minutes=1)  # how soon what has expired goes
REMOVED_AT_ONCE: Final = 100

ROWS: Final = "rows"  # members of a record that no client sees
GOING: Final = "isGoing"

Search = Callable[[Query], AsyncIterator[list[Document]]]  # pages of what a query finds


T = TypeVar("T")

log = logging.getLogger(__name__)


class SnapshotNotExisting(ResourceNotFound):
    """No snapshot has this id, or its time is over."""

    title = "The snapshot does not exist"

    def __init__(self, snapshot: str) -> None:
        super().__init__(f"Snapshot '{shown(snapshot)}' does not exist.", snapshot=shown(snapshot))


class SnapshotAlreadyExists(AlreadyExists):
    """A snapshot with this id already exists."""

    title = "The snapshot already exists"

    def __init__(self, snapshot: str) -> None:
        super().__init__(f"Snapshot '{shown(snapshot)}' already exists.", snapshot=shown(snapshot))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a new snapshot is to hold, and how its queries for the present are answered."""

    queries: Sequence[Query]
    temporal: Sequence[TemporalQuery]
    search: Search


class Snapshots:
    """The snapshots of a tenant: what is known of each, and the hub that serves its entities."""

    def __init__(
        self,
        hub: LocalHub,
        clock: Clock,
        *,
        reach: Reach = Reach(),  # noqa: B008  # a frozen value
        tenant: str = "",
    ) -> None:
        self._hub = hub
        self._store = hub.store
        self._clock = clock
        self._tenant = tenant
        self._collection = f"{COLLECTION}@{tenant}" if tenant else COLLECTION
        self._telling = Telling(clock, reach=reach, tenant=tenant)
        self._filling: dict[str, asyncio.Task[None]] = {}
        records = self._store.read().records.all(self._collection)
        self._all: dict[str, Document] = {key: msgspec.json.decode(body) for key, body in records}
        for held in self._all.values():
            if held["snapshotStatus"] == "preparing":  # the process ended meanwhile
                held["snapshotStatus"] = "failure"

    async def run(self) -> None:
        """Notify, and let go what has expired, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._telling.run())
            while True:
                await self._drop_expired()
                await self._clock.sleep_until(self._clock.now() + GLANCE)

    def _held(self, key: str) -> Document:
        held = self._all.get(key)
        if held is None or GOING in held or self._is_over(held):
            raise SnapshotNotExisting(key)
        return held

    def _is_over(self, held: Document) -> bool:
        return datetime.fromisoformat(held["expiresAt"]) <= self._clock.now()

    def get(self, key: str) -> Document:
        """Return what is known of a snapshot (5.16.3); raise `SnapshotNotExisting`."""
        return {name: value for name, value in self._held(key).items() if name in MEMBERS}

    def hub(self, key: str) -> LocalHub:
        """Return the hub of a snapshot's entities (6.3.22); it counts as used."""
        self._held(key)["lastUsedAt"] = iso(self._clock.now())
        return self._of(key)

    def _name(self, key: str) -> str:
        """Return the tenant that a snapshot is in the store: no client can name one with a space.

        It begins with its owner's name, by which it goes when that goes.
        """
        return f"{self._tenant} snapshot {key}".lstrip()

    def _of(self, key: str) -> LocalHub:
        return self._hub.silent_tenant(self._name(key))

    async def create(self, body: JSON, asked: Asked) -> str:
        """Make a snapshot of what queries find (5.16.1); it fills behind the answer.

        Raises
        ------
        DocumentInvalid, BadRequestData, SnapshotAlreadyExists
            When the body is no snapshot, or its id is taken.
        """
        made = await self._begun(body)
        for member in (QUERIES, TEMPORAL_QUERIES):
            if isinstance(body, dict) and body.get(member):
                made[member] = body[member]
        return await self._start(made, lambda: self._fill(made, asked))

    async def clone(self, source: str, body: JSON) -> str:
        """Copy a snapshot (5.16.2)."""
        held = self._held(source)
        if isinstance(body, dict) and body.keys() & DETAILS.keys():
            raise BadRequestData("A clone takes over the queries of its snapshot; leave them out.")
        made = await self._begun(body)
        made |= {name: held[name] for name in DETAILS if name in held}
        return await self._start(made, lambda: self._copy(made, source))

    async def update(self, key: str, body: JSON) -> Document:
        """Change what a client may change of a snapshot (5.16.4); it is told where asked."""
        held = self._held(key)
        if not isinstance(body, dict):
            raise DocumentInvalid("body", "must be an object.")
        for name in body.keys() - CHANGEABLE - TOLD:
            if body[name] != held.get(name) or name not in ("id", "type"):
                raise BadRequestData(f"Member '{name[:80]}' of a snapshot cannot change.")
        before = dict(held)
        held |= checked({name: body[name] for name in body.keys() & CHANGEABLE})
        now = self._clock.now()
        if "snapshotLifetime" in body:
            held["expiresAt"] = iso(now + lifetime_of(held))
        held["modifiedAt"] = iso(now)
        try:
            await self._keep(held)
        except DalguError:  # what the store does not have, nobody may see
            held.clear()
            held |= before
            raise
        self._telling.tell(held)
        return self.get(key)

    async def delete(self, key: str) -> None:
        """Delete a snapshot with its entities (5.16.5)."""
        self._held(key)
        await self._drop(key)

    async def purge(self, q: str) -> None:
        """Delete the snapshots that match a query over their own members (5.16.7)."""
        if not attributes_of(q) <= MEMBERS:
            raise BadRequestData("A purge asks for members of snapshots alone.")
        matches = compile_q(q)
        for key, held in list(self._all.items()):
            told = {
                name: {"type": "Property", "value": value}
                for name, value in held.items()
                if name in MEMBERS
            }
            if matches(told | {"id": key, "type": "Snapshot"}):
                await self._drop(key)

    async def _begun(self, body: JSON) -> Document:
        if not isinstance(body, dict) or body.get("type") != "Snapshot":
            raise DocumentInvalid("type", "must be 'Snapshot'.")
        key = body.get("id", f"urn:ngsi-ld:Snapshot:{uuid.uuid4()}")
        now = self._clock.now()
        made: Document = {"id": check_uri("id", key), "type": "Snapshot"}
        made |= {"snapshotStatus": "preparing", "snapshotPriority": DEFAULT_PRIORITY}
        made |= checked({name: body[name] for name in body.keys() & CHANGEABLE})
        made |= dict.fromkeys(("createdAt", "modifiedAt", "lastUsedAt"), iso(now))
        made["expiresAt"] = iso(now + lifetime_of(made))
        await self._drop_expired()
        if key in self._all:
            raise SnapshotAlreadyExists(key)
        await self._make_room(made["snapshotPriority"])
        return made

    async def _make_room(self, priority: int) -> None:
        """Let a snapshot of less priority go where there are too many (5.5.15)."""
        if len(self._all) < MAX_SNAPSHOTS and self._room() > 0:
            return
        least = min(self._all.values(), key=lambda one: (one["snapshotPriority"], one["expiresAt"]))
        if least["snapshotPriority"] >= priority:
            raise BadRequestData(
                f"A tenant holds at most {MAX_SNAPSHOTS} snapshots, of {self._most} entities and "
                "instances together; delete one, or ask for more priority."
            )
        self._telling.tell(least, is_gone=True)
        await self._drop(least["id"])

    @property
    def _most(self) -> int:
        return MAX_ROWS_OF_A_TENANT if self._tenant else MAX_ROWS_OF_ALL

    def _room(self) -> int:
        held = sum(int(one.get(ROWS, 0)) for one in self._all.values())
        return self._most - held

    async def _start(self, made: Document, work: Callable[[], Awaitable[None]]) -> str:
        self._all[made["id"]] = made
        try:
            await self._keep(made)
        except DalguError:  # what the store does not have, nobody may see
            del self._all[made["id"]]
            raise

        async def filled() -> None:
            try:
                await work()
            except DalguError as failure:  # the disk, say: nobody waits for this task
                made["snapshotStatus"] = "failure"
                reason = {"snapshot": made["id"], "reason": failure.detail}
                log.warning("snapshot.failed", extra=reason)
            await self._finish(made)

        task = asyncio.create_task(filled())
        key = str(made["id"])
        self._filling[key] = task
        task.add_done_callback(lambda _: self._filling.pop(key, None))
        return key

    async def _finish(self, made: Document) -> None:
        if self._all.get(made["id"]) is not made or GOING in made:
            return
        try:
            await self._keep(made)
        except DalguError as failure:
            reason = {"snapshot": made["id"], "reason": failure.detail}
            log.warning("snapshot.failed", extra=reason)
        self._telling.tell(made)

    def _freezing(self, made: Document) -> Freezing:
        key = made["id"]
        return Freezing(self._of(key), self._name(key), min(MAX_ROWS, self._room()))

    async def _fill(self, made: Document, asked: Asked) -> None:
        freezing = self._freezing(made)

        async def now(query: Query) -> int:
            return sum([await freezing.take(page) async for page in asked.search(query)])

        async def then(query: TemporalQuery) -> int:
            return await freezing.take_histories(self._tenant, query, self._clock.now())

        details = {
            DETAILS[QUERIES]: [await self._executed(now, one) for one in asked.queries],
            DETAILS[TEMPORAL_QUERIES]: [await self._executed(then, one) for one in asked.temporal],
        }
        made |= {name: results for name, results in details.items() if results}
        made[ROWS] = freezing.rows
        found = [one["resultStatus"] for results in details.values() for one in results]
        made["snapshotStatus"] = status_of(found)

    async def _executed(self, take: Callable[[T], Awaitable[int]], query: T) -> Document:
        """Execute a query; return how it went (5.2.42)."""
        try:
            return {"resultStatus": "success" if await take(query) else "empty"}
        except DalguError as failure:
            return {"resultStatus": "failure", "problemDetails": failure.problem()}

    async def _copy(self, made: Document, source: str) -> None:
        if source in self._filling:  # what is still being prepared is copied when it is there
            await asyncio.wait((self._filling[source],))
        held = self._all.get(source, {"snapshotStatus": "failure"})
        freezing = self._freezing(made)
        async for documents in pages(self._of(source), Query()):
            await freezing.take(documents)
        await freezing.take_histories(self._name(source), TemporalQuery(Query()), self._clock.now())
        made[ROWS] = freezing.rows
        for name in ("snapshotStatus", *DETAILS.values()):
            if name in held:
                made[name] = held[name]

    async def _keep(self, held: Document) -> None:
        body = msgspec.json.encode(held)
        await self._store.write(
            lambda tables: tables.records.put(self._collection, held["id"], body)
        )

    async def _drop(self, key: str) -> None:
        """Take a snapshot away; cut short, the next start goes on."""
        held = self._all[key]
        held[GOING] = True
        try:
            await self._keep(held)
        except DalguError:  # what the store does not know of goes on
            del held[GOING]
            raise
        if key in self._filling:
            self._filling[key].cancel()
            await asyncio.wait((self._filling[key],))
        name = self._name(key)
        while await self._store.write(
            lambda tables: tables.tenancy.remove_entities(name, REMOVED_AT_ONCE)
        ):
            pass

        def end(tables: Tables) -> None:
            tables.tenancy.remove_rest(name)
            tables.records.delete(self._collection, key)

        await self._store.write(end)
        self._all.pop(key, None)

    async def _drop_expired(self) -> None:
        for key, held in list(self._all.items()):
            if (GOING in held or self._is_over(held)) and key in self._all:
                await self._drop(key)
