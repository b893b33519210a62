"""All subscriptions of a hub: kept in the store, and found by what a change touches."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec

from dalgu.hub.context import CORE, Context
from dalgu.hub.dead_letters import collection_of
from dalgu.hub.errors import (
    BadRequestData,
    SubscriptionAlreadyExists,
    SubscriptionNotExisting,
    TooManyResults,
)
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Event
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.types import candidate_types
from dalgu.hub.subscription import DEFAULT_TRIGGERS, Arrival, Subscription, read_subscription
from dalgu.hub.values import NULL, check_uri
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import DalguError
from dalgu.store.sqlite import Store

COLLECTION = "hub.subscriptions"
STATES = "hub.subscription-states"
DEFAULT_TENANT = ""
MAX_SUBSCRIPTIONS = 10_000
MAX_OF_A_TENANT = 1_000  # of one besides the default one

_OF_THE_HUB = frozenset(
    (
        "timesSent", "timesFailed", "lastNotification", "lastSuccess", "lastFailure",
        "status", "deadLettered", "waiting", "retried",
    )
)  # fmt: skip


class Counters(msgspec.Struct):
    """What became of a subscription's notifications (CIM 009 5.2.14), kept over restarts.

    `dead_lettered` counts the changes that were given up, `retried` the repeated attempts,
    `waiting` the changes not delivered yet. All that happened up to event `done` is dealt with.
    """

    times_sent: int = 0
    times_failed: int = 0
    dead_lettered: int = 0
    waiting: int = 0
    retried: int = 0
    done: int = 0
    last_notification: str | None = None
    last_success: str | None = None
    last_failure: str | None = None

    @property
    def is_failing(self) -> bool:
        """Whether the last attempt failed."""
        return (self.last_failure or "") > (self.last_success or "")

    def shown(self) -> Document:
        """Return the members of `notification` that say it."""
        members = {
            "timesSent": self.times_sent,
            "timesFailed": self.times_failed,
            "deadLettered": self.dead_lettered,
            "waiting": self.waiting,
            "retried": self.retried,
            "lastNotification": self.last_notification,
            "lastSuccess": self.last_success,
            "lastFailure": self.last_failure,
        }
        shown = {name: value for name, value in members.items() if value}  # 5.2.14.2: over 0
        return shown | (
            {"status": "failed" if self.is_failing else "ok"} if self.times_sent else {}
        )


class Subscriptions:
    """The subscriptions, indexed by type and by watched attribute."""

    collection = COLLECTION
    states = STATES

    def __init__(
        self, store: Store, contexts: Contexts, clock: Clock, tenant: str = DEFAULT_TENANT
    ) -> None:
        self.tenant = tenant
        self._most = MAX_OF_A_TENANT if tenant else MAX_SUBSCRIPTIONS
        if tenant:
            self.collection = f"{self.collection}@{tenant}"
            self.states = f"{self.states}@{tenant}"
        self.dead_letters = collection_of(tenant)
        self._store = store
        self._contexts = contexts
        self._clock = clock
        self._all: dict[str, Subscription] = {}
        self._by_type: dict[str, dict[str, set[str]]] = {}  # type -> attribute -> ids; "" = any
        self._periodic: set[str] = set()  # those with a time interval
        self.counters: dict[str, Counters] = {}
        self.listeners: list[Callable[[str], None]] = []  # are told which one changed
        records = store.read().records
        for key, body in records.all(self.collection):
            kept = msgspec.json.decode(body)
            self._hold(self._read(key, kept))
            state = records.get(self.states, key)
            if state is not None:
                self.counters[key] = msgspec.json.decode(state, type=Counters)

    def _read(self, key: str, kept: Document) -> Subscription:
        context = self._contexts.resolve(kept["context"])
        made = self._made(kept["body"], context, key)
        arrival = msgspec.convert(kept.get("arrival", {}), Arrival)
        return replace(made, since=kept["since"], stamps=kept["stamps"], arrival=arrival)

    def _made(self, body: JSON, context: Context, key: str) -> Subscription:
        return read_subscription(body, context, key, self._shown_in(body, context), self._find)

    def _find(self, entity: str) -> Document | None:
        body = self._store.read().documents.body(self.tenant, entity)
        return None if body is None else msgspec.json.decode(body)

    def _shown_in(self, body: JSON, context: Context) -> Context:
        """Return the context in which a subscription is notified (5.8.1)."""
        url = body.get("jsonldContext") if isinstance(body, dict) else None
        if url is not None:
            check_uri("jsonldContext", url)
        return self._contexts.resolve(url) if isinstance(url, str) else context

    def _hold(self, subscription: Subscription) -> None:
        self._drop(subscription.id)
        self._all[subscription.id] = subscription
        self.counters.setdefault(subscription.id, Counters())
        if subscription.interval is not None:
            self._periodic.add(subscription.id)
            return
        for kind, attribute in _keys(subscription):
            self._by_type.setdefault(kind, {}).setdefault(attribute, set()).add(subscription.id)

    def _drop(self, key: str) -> None:
        subscription = self._all.pop(key, None)
        self._periodic.discard(key)
        if subscription is None or subscription.interval is not None:
            return
        for kind, attribute in _keys(subscription):
            self._by_type[kind][attribute].discard(key)

    def get(self, key: str) -> Subscription:
        """Return a subscription; raise `SubscriptionNotExisting`."""
        try:
            return self._all[key]
        except KeyError:
            raise SubscriptionNotExisting(key) from None

    def __contains__(self, key: object) -> bool:
        """Whether there is such a subscription."""
        return key in self._all

    def __iter__(self) -> Iterator[Subscription]:
        """Yield all subscriptions in the order of their ids."""
        return (self._all[key] for key in sorted(self._all))

    def names(self) -> list[str]:
        """Return the ids of those that are listed, in their order."""
        return sorted(self._all)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._all)

    def candidates(self, event: Event) -> list[Subscription]:
        """Return the subscriptions that a change may concern, before the entity is read."""
        found: set[str] = set()
        for kind in {event.type, *event.types, ""}:
            by_attribute = self._by_type.get(kind)
            if by_attribute is not None:
                found.update(by_attribute.get("", ()))
                for name in event.attributes:
                    found.update(by_attribute.get(name, ()))
        if not found:  # nearly every change
            return []
        now = self._clock.now()
        chosen = (self._all[key] for key in sorted(found))
        return [one for one in chosen if event.seq > one.since and one.is_awake(now)]

    def due(self, now: datetime) -> list[Subscription]:
        """Return the subscriptions whose time interval has passed."""
        held = (self._all[key] for key in sorted(self._periodic))
        return [one for one in held if one.is_awake(now) and self._due_at(one) <= now]

    def next_due(self, now: datetime, latest: datetime) -> datetime:
        """Return when to look for due subscriptions again, at the latest then."""
        awake = (self._all[key] for key in self._periodic)
        return min((self._due_at(one) for one in awake if one.is_awake(now)), default=latest)

    def _due_at(self, subscription: Subscription) -> datetime:
        created = datetime.fromisoformat(subscription.stamps["createdAt"])
        last = self.sent_at(subscription.id) or created
        if last > self._clock.now():  # the clock was set back
            return datetime.min.replace(tzinfo=UTC)
        return last + (subscription.interval or timedelta())

    async def create(
        self,
        body: JSON,
        context: Context = CORE,
        base: str = "",
        arrival: Arrival = Arrival(),  # noqa: B008  # a frozen value
    ) -> str:
        """Create a subscription (5.8.1); return its id.

        `base` is the address below which this hub serves contexts, for one that has no URL.

        Raises
        ------
        SubscriptionAlreadyExists
            When its id is taken.
        DocumentInvalid, BadRequestData, OperationNotSupported
            When the body is no subscription this hub carries.
        """
        given = body.get("id") if isinstance(body, dict) else None
        key = (
            f"urn:ngsi-ld:Subscription:{uuid.uuid4()}" if given is None else check_uri("id", given)
        )
        subscription = self._made(body, context, key)
        if key in self._all:
            raise SubscriptionAlreadyExists(key)
        if len(self._all) >= self._most:
            raise TooManyResults(f"A tenant holds at most {self._most} subscriptions.")
        stamp = iso(self._clock.now())
        since = self._store.read().outbox.head(self.tenant)
        stamps = {"createdAt": stamp, "modifiedAt": stamp}
        self._check_expiry(subscription)
        if base and "jsonldContext" not in subscription.body:
            subscription = await self._named(subscription, base)
        made = replace(subscription, since=since, stamps=stamps, arrival=arrival)
        await self._keep(made)
        return key

    def _check_expiry(self, subscription: Subscription) -> None:
        if subscription.expires_at is not None and subscription.expires_at < self._clock.now():
            raise BadRequestData("'expiresAt' must lie in the future.")

    async def _named(self, subscription: Subscription, base: str) -> Subscription:
        """Give the context of notifications a URL (5.8.1.4), and host it here if it has none."""
        context = subscription.context
        url = context.link or await self._contexts.imply(context.source, base)
        how = replace(subscription.how, context=self._contexts.resolve(url))
        return replace(subscription, body=subscription.body | {"jsonldContext": url}, how=how)

    async def update(self, key: str, patch: JSON, context: Context | None = None) -> None:
        """Update members of a subscription (5.8.2); `urn:ngsi-ld:null` takes one away."""
        held = self.get(key)
        if not isinstance(patch, dict):
            raise BadRequestData("The body must be an object.")
        if patch.get("id", key) != key:
            raise BadRequestData("The id of a subscription cannot change.")
        body = _patched(held.body, patch)
        given = context or held.context
        changed = self._made(body, given, key)
        if "expiresAt" in patch:
            self._check_expiry(changed)
        stamps = held.stamps | {"modifiedAt": iso(self._clock.now())}
        await self._keep(replace(changed, since=held.since, stamps=stamps, arrival=held.arrival))

    async def delete(self, key: str) -> None:
        """Delete a subscription (5.8.5)."""
        self.get(key)

        await self._store.write(
            lambda tables: (
                tables.records.delete(self.collection, key),
                tables.records.delete(self.states, key),
                tables.records.delete_under(self.dead_letters, f"{key} "),
            )
        )
        self._drop(key)
        self.counters.pop(key, None)
        self._tell(key)

    def _tell(self, key: str) -> None:
        for listener in self.listeners:
            listener(key)

    async def _keep(self, subscription: Subscription) -> None:
        kept = msgspec.json.encode(
            {
                "body": subscription.body,
                "context": subscription.context.source,
                "since": subscription.since,
                "stamps": subscription.stamps,
                "arrival": subscription.arrival,
            }
        )
        await self._store.write(
            lambda tables: tables.records.put(self.collection, subscription.id, kept)
        )
        self._hold(subscription)
        self._tell(subscription.id)

    def shown(self, key: str, context: Context = CORE, *, sys_attrs: bool = False) -> Document:
        """Return a subscription as a client sees it, with its counters."""
        held = self.get(key)
        body = _recompacted(held, context)
        notification = {k: v for k, v in body["notification"].items() if k not in _OF_THE_HUB}
        body["notification"] = notification | self.counters[key].shown()
        body["status"] = held.status(self._clock.now())
        body.setdefault("notificationTrigger", sorted(DEFAULT_TRIGGERS))
        return body | (held.stamps if sys_attrs else {})

    def sent_at(self, key: str) -> datetime | None:
        """Return when a subscription was last notified."""
        counters = self.counters.get(key)
        last = None if counters is None else counters.last_notification
        return None if last is None else datetime.fromisoformat(last)


def _patched(held: Document, patch: Document) -> Document:
    body = dict(held)
    for name, value in patch.items():
        if value == NULL or value is None:
            body.pop(name, None)
        elif name != "@context":
            body[name] = value
    return body


def _keys(subscription: Subscription) -> list[tuple[str, str]]:
    """Return the (type, attribute) pairs under which a subscription is found; "" means any."""
    kinds: set[str] = set()
    for selector in subscription.selectors:
        kinds.update(candidate_types(selector.types) if selector.types else ("",))
    watches_entities = any(trigger.startswith("entity") for trigger in subscription.triggers)
    attributes = {""} if watches_entities or not subscription.watched else subscription.watched
    return [(kind, attribute) for kind in kinds or {""} for attribute in attributes]


def _recompacted(held: Subscription, context: Context) -> Document:
    """Return the body with the names of another context, where they are names alone."""
    body = {k: v for k, v in held.body.items() if k not in ("createdAt", "modifiedAt")}
    if held.context is context:
        return body
    parts = [body, *(dict(one) for one in body.get("entities") or ())]
    notification = body["notification"] = dict(body["notification"])
    if len(parts) > 1:
        body["entities"] = parts[1:]
    for part in (*parts, notification):
        for name in ("watchedAttributes", "attributes", "pick", "omit"):
            if name in part:
                part[name] = _renamed(part[name], held.context, context)
    for selector in parts[1:]:
        selector["type"] = _renamed(selector["type"], held.context, context)
    return body


def _renamed(value: JSON, before: Context, after: Context) -> JSON:
    if isinstance(value, list):
        return [_renamed(one, before, after) for one in value]
    try:
        return after.compact(before.expand(value))
    except DalguError:  # a selection expression, not a name
        return value
