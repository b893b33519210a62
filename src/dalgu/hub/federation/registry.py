"""All registrations of a hub: kept in the store, found by what a request asks for."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

import msgspec

from dalgu.hub.context import CORE, Context
from dalgu.hub.errors import BadRequestData, TooManyResults
from dalgu.hub.federation.conflicts import check_conflicts
from dalgu.hub.federation.errors import RegistrationAlreadyExists, RegistrationNotExisting
from dalgu.hub.federation.registration import KNOWN, Registration, read_registration
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Document
from dalgu.hub.subscriptions import DEFAULT_TENANT
from dalgu.hub.values import NULL, check_uri
from dalgu.kernel.clock import Clock, iso
from dalgu.store.sqlite import Store

COLLECTION: Final = "hub.registrations"
IDENTITY: Final = "hub.identity"
MAX_REGISTRATIONS: Final = 10_000
MAX_OF_A_TENANT: Final = 1_000  # of one besides the default one


class Listener(Protocol):
    """Is told of every change of a registration, with what it was and what it is."""

    def __call__(self, before: Registration | None, after: Registration | None) -> None:
        """Take note of a change."""
        ...


class Counters(msgspec.Struct):
    """What became of the requests sent to a source (CIM 009 table 5.2.9-2), since the start."""

    times_sent: int = 0
    times_failed: int = 0
    last_success: str | None = None
    last_failure: str | None = None
    failed_at_s: float | None = None

    def shown(self) -> Document:
        """Return the members of a registration that say it."""
        if not self.times_sent:
            return {}
        has_failed = (self.last_failure or "") > (self.last_success or "")
        members = {
            "timesSent": self.times_sent,
            "timesFailed": self.times_failed,
            "lastSuccess": self.last_success,
            "lastFailure": self.last_failure,
            "status": "failed" if has_failed else "ok",
        }
        return {name: value for name, value in members.items() if value is not None}


class Registry:
    """The registrations of context sources, of one tenant (CIM 009 4.14)."""

    def __init__(
        self,
        store: Store,
        contexts: Contexts,
        clock: Clock,
        tenant: str = DEFAULT_TENANT,
        *,
        hub_alias: str | None = None,
    ) -> None:
        self.tenant = tenant
        self._collection = f"{COLLECTION}@{tenant}" if tenant else COLLECTION
        self._most = MAX_OF_A_TENANT if tenant else MAX_REGISTRATIONS
        self._store = store
        self._contexts = contexts
        self._clock = clock
        self._all: dict[str, Registration] = {}
        self.counters: dict[str, Counters] = {}
        self.listeners: list[Listener] = []
        # The pseudonym of this hub in Via headers; each tenant is a source of its own (4.3.6.4).
        self.hub_alias = hub_alias or _kept_alias(store)
        self.alias = f"{self.hub_alias}-{tenant}" if tenant else self.hub_alias
        for key, body in store.read().records.all(self._collection):
            kept = msgspec.json.decode(body)
            self._hold(self._read(key, kept))

    def _read(self, key: str, kept: Document) -> Registration:
        body = kept["body"]
        context = self._contexts.resolve(kept["context"])
        # What has expired while the hub slept is read all the same, and swept out when it is seen.
        rest = {name: value for name, value in body.items() if name != "expiresAt"}
        made = read_registration(rest, context, key, self._clock.now())
        expires_at = kept.get("expires_at")
        return replace(
            made,
            body=body,
            stamps=kept["stamps"],
            expires_at=None if expires_at is None else datetime.fromisoformat(expires_at),
        )

    def _hold(self, registration: Registration) -> None:
        self._all[registration.id] = registration
        self.counters.setdefault(registration.id, Counters())

    def now(self) -> datetime:
        """Return the instant that the hub's clock shows."""
        return self._clock.now()

    def __len__(self) -> int:
        """Return how many there are, expired ones too."""
        return len(self._all)

    def __iter__(self) -> Iterator[Registration]:
        """Yield the registrations that have not expired, in the order of their creation."""
        now = self._clock.now()
        return (one for one in list(self._all.values()) if one.is_awake(now))

    def get(self, key: str) -> Registration:
        """Return a registration; raise `RegistrationNotExisting`."""
        found = self._all.get(key)
        if found is None or not found.is_awake(self._clock.now()):
            raise RegistrationNotExisting(key)
        return found

    async def create(self, body: JSON, context: Context, hub: Hub) -> str:
        """Register a context source (5.9.2); return its id.

        Raises
        ------
        RegistrationAlreadyExists
            When its id is taken.
        Conflict
            When it would hold alone what others hold already.
        DocumentInvalid, BadRequestData
            When the body is no registration.
        """
        given = body.get("id") if isinstance(body, dict) else None
        key = (
            f"urn:ngsi-ld:ContextSourceRegistration:{uuid.uuid4()}"
            if given is None
            else check_uri("id", given)
        )
        made = read_registration(body, context, key, self._clock.now())
        await self._sweep()
        if key in self._all:
            raise RegistrationAlreadyExists(key)
        if len(self._all) >= self._most:
            raise TooManyResults(f"A tenant holds at most {self._most} registrations.")
        await check_conflicts(made, self, hub)
        stamp = iso(self._clock.now())
        await self._keep(replace(made, stamps={"createdAt": stamp, "modifiedAt": stamp}))
        return key

    async def update(self, key: str, patch: JSON, context: Context | None, hub: Hub) -> None:
        """Update members of a registration (5.9.3); null takes one away."""
        held = self.get(key)
        if not isinstance(patch, dict):
            raise BadRequestData("The body must be an object.")
        if patch.get("id", key) != key:
            raise BadRequestData("The id of a registration cannot change.")
        body = dict(held.body)
        for name, value in patch.items():
            if value == NULL or value is None:
                body.pop(name, None)
            elif name != "@context":
                body[name] = value
        changed = read_registration(body, context or held.context, key, self._clock.now())
        if changed.information != held.information or changed.mode is not held.mode:
            await check_conflicts(changed, self, hub)
        stamps = held.stamps | {"modifiedAt": iso(self._clock.now())}
        await self._keep(replace(changed, stamps=stamps))

    async def delete(self, key: str) -> None:
        """Delete a registration (5.9.4)."""
        self.get(key)
        await self._drop([key])

    async def _sweep(self) -> None:
        """Delete what has expired (5.9.2.4)."""
        now = self._clock.now()
        gone = [key for key, one in self._all.items() if not one.is_awake(now)]
        if gone:
            await self._drop(gone)

    async def _drop(self, keys: list[str]) -> None:
        await self._store.write(
            lambda tables: [tables.records.delete(self._collection, key) for key in keys]
        )
        for key in keys:
            before = self._all.pop(key, None)
            self.counters.pop(key, None)
            self._tell(before, None)

    async def _keep(self, made: Registration) -> None:
        kept = msgspec.json.encode(
            {
                "body": made.body,
                "context": made.context.source,
                "stamps": made.stamps,
                "expires_at": made.expires_at,
            }
        )
        await self._store.write(lambda tables: tables.records.put(self._collection, made.id, kept))
        before = self._all.get(made.id)
        self._hold(made)
        self._tell(before, made)

    def _tell(self, before: Registration | None, after: Registration | None) -> None:
        for listener in self.listeners:
            listener(before, after)

    def note(self, key: str, *, is_success: bool) -> None:
        """Count one request that was sent to a source."""
        counters = self.counters.get(key)
        if counters is None:
            return
        now = self._clock.now()
        counters.times_sent += 1
        if is_success:
            counters.last_success, counters.failed_at_s = iso(now), None
        else:
            counters.times_failed += 1
            counters.last_failure, counters.failed_at_s = iso(now), now.timestamp()

    def is_cooling(self, registration: Registration) -> bool:
        """Whether a source failed so lately that it is left alone (5.2.34 cooldown)."""
        counters = self.counters.get(registration.id)  # none where it is deleted already
        failed_at_s = None if counters is None else counters.failed_at_s
        if failed_at_s is None or not registration.cooldown_s:
            return False
        return self._clock.now().timestamp() < failed_at_s + registration.cooldown_s

    def shown(
        self, held: Registration, context: Context = CORE, *, sys_attrs: bool = False
    ) -> Document:
        """Return a registration as a client sees it."""
        body = recompacted(held, context) | {"mode": str(held.mode)}
        counters = self.counters.get(held.id, Counters())
        return body | counters.shown() | (held.stamps if sys_attrs else {})

    async def keep_alias(self) -> None:
        """Keep the pseudonym for good, so that a loop is known after a restart, too."""
        if self._store.read().records.get(IDENTITY, "alias") is None:
            body = self.hub_alias.encode()
            await self._store.write(lambda tables: tables.records.put(IDENTITY, "alias", body))


def _kept_alias(store: Store) -> str:
    kept = store.read().records.get(IDENTITY, "alias")
    return f"dalgu-{uuid.uuid4().hex[:12]}" if kept is None else kept.decode()


def recompacted(held: Registration, context: Context) -> Document:
    """Return the body of a registration with the names of another context."""

    def renamed(names: JSON) -> JSON:
        if isinstance(names, list):
            return [renamed(name) for name in names]
        return context.compact(held.context.expand(names))

    body = {name if name in KNOWN else renamed(name): value for name, value in held.body.items()}
    body["information"] = [
        {
            member: renamed(value)
            if member != "entities"
            else [{k: renamed(v) if k == "type" else v for k, v in info.items()} for info in value]
            for member, value in one.items()
        }
        for one in body["information"]
    ]
    return body
