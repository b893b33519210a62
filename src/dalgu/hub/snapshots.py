"""Frozen copies of what queries found (CIM 009 5.16), each a tenant of its own in the store."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from dalgu.hub.change import Action, Change
from dalgu.hub.endpoint import read_endpoint
from dalgu.hub.errors import (
    AlreadyExists,
    BadRequestData,
    DocumentInvalid,
    OperationNotSupported,
    ResourceNotFound,
    shown,
)
from dalgu.hub.hub import Hub, Query
from dalgu.hub.local import LocalHub
from dalgu.hub.maps import parse_lifetime
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.q import attributes_of, compile_q
from dalgu.hub.values import check_uri
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId

COLLECTION: Final = "hub.snapshots"
TENANT: Final = "snapshot "  # no client can name a tenant with a space
PAGE: Final = 500
MAX_SNAPSHOTS: Final = 100
DEFAULT_LIFETIME: Final = timedelta(days=1)
DEFAULT_PRIORITY: Final = 5

_GIVEN: Final = frozenset(
    ("snapshotQueries", "snapshotLifetime", "snapshotPriority", "endpoint", "receiverInfo")
)
_CHANGEABLE: Final = _GIVEN - {"snapshotQueries"}
_TOLD: Final = frozenset(
    (
        "snapshotStatus", "snapshotQueriesDetails", "snapshotTemporalQueriesDetails",
        "createdAt", "modifiedAt", "expiresAt", "lastUsedAt",
    )
)  # fmt: skip
_MEMBERS: Final = _GIVEN | _TOLD | {"id", "type", "snapshotTemporalQueries"}

Search = Callable[[Query], AsyncIterator[list[Document]]]  # pages of what a query finds


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


class Snapshots:
    """The snapshots of a hub: what is known of each, and the hub that serves its entities."""

    def __init__(self, hub: LocalHub, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock
        self._filling: dict[str, asyncio.Task[None]] = {}
        self._all: dict[str, Document] = {
            key: msgspec.json.decode(body) for key, body in hub.store.read().records.all(COLLECTION)
        }
        for held in self._all.values():
            if held["snapshotStatus"] == "preparing":  # the process ended meanwhile
                held["snapshotStatus"] = "failure"

    def get(self, key: str) -> Document:
        """Return what is known of a snapshot (5.16.3); raise `SnapshotNotExisting`."""
        held = self._all.get(key)
        if held is None or datetime.fromisoformat(held["expiresAt"]) <= self._clock.now():
            raise SnapshotNotExisting(key)
        return held

    def hub(self, key: str) -> LocalHub:
        """Return the hub of a snapshot's entities (6.3.22); it counts as used."""
        self.get(key)["lastUsedAt"] = iso(self._clock.now())
        return self._hub.tenant(TENANT + key)

    async def create(self, body: JSON, asked: list[Query], search: Search) -> str:
        """Make a snapshot of what queries find (5.16.1); it fills behind the answer.

        Raises
        ------
        DocumentInvalid, BadRequestData, SnapshotAlreadyExists
            When the body is no snapshot, or its id is taken.
        """
        made = await self._begun(body, _GIVEN)
        made["snapshotQueries"] = body["snapshotQueries"] if isinstance(body, dict) else []
        return await self._start(made, lambda: self._fill(made, asked, search))

    async def clone(self, source: str, body: JSON) -> str:
        """Copy a snapshot (5.16.2)."""
        held = self.get(source)
        made = await self._begun(body, _CHANGEABLE)
        made["snapshotQueries"] = held["snapshotQueries"]
        return await self._start(made, lambda: self._copy(made, source))

    async def update(self, key: str, body: JSON) -> Document:
        """Change what a client may change of a snapshot (5.16.4)."""
        held = self.get(key)
        if not isinstance(body, dict):
            raise DocumentInvalid("body", "must be an object.")
        for name in body.keys() - _CHANGEABLE - _TOLD:
            if body[name] != held.get(name) or name not in ("id", "type"):
                raise BadRequestData(f"Member '{name[:80]}' of a snapshot cannot change.")
        held |= _checked({name: body[name] for name in body.keys() & _CHANGEABLE})
        now = self._clock.now()
        if "snapshotLifetime" in body:
            held["expiresAt"] = iso(now + _lifetime(held))
        held["modifiedAt"] = iso(now)
        await self._keep(held)
        return held

    async def delete(self, key: str) -> None:
        """Delete a snapshot with its entities (5.16.5)."""
        self.get(key)
        await self._drop(key)

    async def purge(self, q: str) -> None:
        """Delete the snapshots that match a query over their own members (5.16.7)."""
        if not attributes_of(q) <= _MEMBERS:
            raise BadRequestData("A purge asks for members of snapshots alone.")
        matches = compile_q(q)
        for key, held in list(self._all.items()):
            told = {name: {"type": "Property", "value": value} for name, value in held.items()}
            if matches(told | {"id": key, "type": "Snapshot"}):
                await self._drop(key)

    async def _begun(self, body: JSON, known: frozenset[str]) -> Document:
        if not isinstance(body, dict) or body.get("type") != "Snapshot":
            raise DocumentInvalid("type", "must be 'Snapshot'.")
        if "snapshotTemporalQueries" in body:
            raise OperationNotSupported("Snapshots of temporal queries are not supported.")
        await self._drop_expired()
        key = body.get("id", f"urn:ngsi-ld:Snapshot:{uuid.uuid4()}")
        if check_uri("id", key) in self._all:
            raise SnapshotAlreadyExists(key)
        if len(self._all) >= MAX_SNAPSHOTS:
            raise BadRequestData(f"A hub holds at most {MAX_SNAPSHOTS} snapshots.")
        now = self._clock.now()
        made = {"snapshotPriority": DEFAULT_PRIORITY}
        made |= _checked({name: body[name] for name in body.keys() & (known & _CHANGEABLE)})
        stamps = dict.fromkeys(("createdAt", "modifiedAt", "lastUsedAt"), iso(now))
        ends = {"expiresAt": iso(now + _lifetime(made))}
        return {"id": key, "type": "Snapshot", "snapshotStatus": "preparing"} | made | stamps | ends

    async def _start(self, made: Document, work: Callable[[], Awaitable[None]]) -> str:
        self._all[made["id"]] = made
        await self._keep(made)

        async def filled() -> None:
            try:
                await work()
                if made["id"] in self._all:
                    await self._keep(made)
            except DalguError as failure:  # the disk, say: nobody waits for this task
                made["snapshotStatus"] = "failure"
                log.warning(
                    "snapshot.failed", extra={"snapshot": made["id"], "reason": failure.detail}
                )

        task = asyncio.create_task(filled())
        key = str(made["id"])
        self._filling[key] = task
        task.add_done_callback(lambda _: self._filling.pop(key, None))
        return key

    async def _fill(self, made: Document, asked: list[Query], search: Search) -> None:
        details: list[Document] = []
        for query in asked:
            try:
                found = 0
                async for documents in search(query):
                    await self._store(made["id"], documents)
                    found += len(documents)
                details.append({"resultStatus": "success" if found else "empty"})
            except DalguError as failure:
                details.append({"resultStatus": "failure", "problemDetails": failure.problem()})
        made["snapshotQueriesDetails"] = details
        made["snapshotStatus"] = _status([one["resultStatus"] for one in details])

    async def _copy(self, made: Document, source: str) -> None:
        if source in self._filling:  # what is still being prepared is copied when it is there
            await asyncio.wait((self._filling[source],))
        held = self._all.get(source, {"snapshotStatus": "failure"})
        async for documents in pages(self._hub.tenant(TENANT + source), Query()):
            await self._store(made["id"], documents)
        for name in ("snapshotStatus", "snapshotQueriesDetails"):
            if name in held:
                made[name] = held[name]

    async def _store(self, key: str, documents: list[Document]) -> None:
        changes = [Change(Action.UPSERT_REPLACE, EntityId(one["id"]), one) for one in documents]
        await self._hub.tenant(TENANT + key).apply(changes)

    async def _keep(self, held: Document) -> None:
        body = msgspec.json.encode(held)
        await self._hub.store.write(lambda tables: tables.records.put(COLLECTION, held["id"], body))

    async def _drop(self, key: str) -> None:
        del self._all[key]
        await self._hub.store.write(lambda tables: tables.records.delete(COLLECTION, key))
        hub = self._hub.tenant(TENANT + key)
        while documents := (await hub.query(Query(limit=PAGE))).entities:
            await hub.apply([Change(Action.DELETE, EntityId(one["id"])) for one in documents])
            for one in documents:
                await hub.forget(EntityId(one["id"]))

    async def _drop_expired(self) -> None:
        now = iso(self._clock.now())
        for key in [key for key, held in self._all.items() if held["expiresAt"] <= now]:
            await self._drop(key)


async def pages(hub: Hub, asked: Query) -> AsyncIterator[list[Document]]:
    """Yield what a query finds, page by page."""
    offset = 0
    while True:
        found = (await hub.query(replace(asked, limit=PAGE, offset=offset))).entities
        yield found
        if len(found) < PAGE:
            return
        offset += PAGE


def _checked(given: Document) -> Document:
    priority = given.get("snapshotPriority", DEFAULT_PRIORITY)
    if type(priority) is not int or not 1 <= priority <= 10:  # as 5.2.41 says
        raise DocumentInvalid("snapshotPriority", "must be a whole number from 1 to 10.")
    _lifetime(given)
    if "endpoint" in given:
        read_endpoint({"uri": given["endpoint"], "receiverInfo": given.get("receiverInfo")})
        raise OperationNotSupported("Notifications of a snapshot's status are not supported.")
    return given


def _lifetime(given: Document) -> timedelta:
    if "snapshotLifetime" not in given:
        return DEFAULT_LIFETIME
    text = given["snapshotLifetime"]
    if not isinstance(text, str):
        raise DocumentInvalid("snapshotLifetime", "must be a duration, as PT1H.")
    return parse_lifetime(text)


def _status(results: list[str]) -> str:
    """Return the status of a snapshot from those of its queries (5.16.1.4)."""
    if results and set(results) == {"success"}:
        return "success"
    if "success" in results:
        return "partial"
    return "empty" if "empty" in results else "failure"
