"""Clients that write to a hub over its own interface, and remember what was acknowledged.

Each owns some entities, so what they must hold is known: all that was acknowledged, and of the
one request that may have been under way either all or nothing.
"""

import base64
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np

ROOT = "/ngsi-ld/v1"
UPLINKS = "/hub/v1/deliveries"
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
FAR = "2099-01-01T00:00:00Z"
TYPES = ("Sluice", "Gauge", "Gate")
ATTRIBUTES = ("level", "flow", "heat")
BATCH = 5

Values = dict[str, Any]  # attribute -> value
Ask = Callable[[str, str, Any], Awaitable[int]]  # method, path, body -> status
_encode = msgspec.json.encode


@dataclass
class Request:
    """One request, and what it makes of each entity it names (None: it is gone)."""

    method: str
    path: str
    body: Any
    makes: dict[str, Values | None] = field(default_factory=dict)
    past: list[tuple[str, str, Any]] = field(default_factory=list)  # entity, attribute, value
    record: tuple[str, bool] | None = None  # a path below the root, and whether it is there then


@dataclass
class Client:
    """One writer with entities of its own."""

    name: str
    rng: np.random.Generator
    held: dict[str, Values | None] = field(default_factory=dict)  # acknowledged
    past: list[tuple[str, str, Any]] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)  # acknowledged ones, of each entity
    records: dict[str, bool] = field(default_factory=dict)
    doubtful: Request | None = None  # under way when the power went
    acknowledged: int = 0
    tick: int = 0

    async def work(self, ask: Ask, requests: int) -> None:
        """Send requests one after the other; end at the first that is not acknowledged."""
        for _ in range(requests):
            request = self.next()
            self.doubtful = request
            status = await ask(request.method, request.path, request.body)
            if status in range(400, 500):
                raise ValueError(f"{request.method} {request.path} answers {status}")
            if status >= 300:
                return
            self.keep(request)

    def keep(self, request: Request) -> None:
        """Remember that a request was acknowledged."""
        self.doubtful = None
        self.acknowledged += 1
        self.held.update(request.makes)
        self.past += request.past
        for entity in request.makes:
            self.changes[entity] = self.changes.get(entity, 0) + 1
        if request.record is not None:
            self.records[request.record[0]] = request.record[1]

    def next(self) -> Request:
        """Return the next request."""
        self.tick += 1
        alive = [entity for entity, values in self.held.items() if values is not None]
        if len(alive) < 3:
            return self._create()
        kinds: list[Callable[[str], Request]] = [
            lambda _: self._create(), self._merge, self._merge, self._update, self._replace,
            lambda _: self._batch(alive), self._temporal, self._uplinks, self._delete,
            lambda _: self._subscription(), lambda _: self._registration(),
            lambda _: self._context(), lambda _: self._snapshot(),
        ]  # fmt: skip
        kind = kinds[int(self.rng.integers(len(kinds)))]
        return kind(alive[int(self.rng.integers(len(alive)))])

    def _value(self) -> str:
        return f"{self.name}-{self.tick}"

    def _document(self, entity: str, values: Values) -> dict[str, Any]:
        document: dict[str, Any] = {"id": entity, "type": entity.split(":")[2]}
        for name, value in values.items():
            document[name] = {"type": "Property", "value": value}
        if self.rng.random() < 0.6:
            place = [128.5 + self.rng.random() / 5, 35.8 + self.rng.random() / 5]
            point = {"type": "Point", "coordinates": place}
            document["location"] = {"type": "GeoProperty", "value": point}
        if self.rng.random() < 0.3:
            document["heat"] = {"type": "Property", "value": self._value(), "expiresAt": FAR}
        return document

    def _fresh(self) -> str:
        kind = TYPES[int(self.rng.integers(len(TYPES)))]
        gone = [entity for entity, values in self.held.items() if values is None]
        if gone and self.rng.random() < 0.5:  # what was deleted comes back
            return gone[int(self.rng.integers(len(gone)))]
        return f"urn:ngsi-ld:{kind}:{self.name}:{self.tick}"

    def _create(self) -> Request:
        entity = self._fresh()
        document = self._document(entity, {"level": self._value(), "flow": self.tick})
        return Request("POST", "/entities", document, {entity: _values(document)}, _past(document))

    def _merge(self, entity: str) -> Request:
        name = ATTRIBUTES[int(self.rng.integers(len(ATTRIBUTES)))]
        body = {name: {"type": "Property", "value": self._value()}}
        made = {**(self.held[entity] or {}), name: self._value()}
        past = [(entity, name, self._value())]
        return Request("PATCH", f"/entities/{entity}", body, {entity: made}, past)

    def _update(self, entity: str) -> Request:
        body = {"type": "Property", "value": self._value()}
        made = {**(self.held[entity] or {}), "level": self._value()}
        past = [(entity, "level", self._value())]
        appended = {"level": body}
        return Request("POST", f"/entities/{entity}/attrs", appended, {entity: made}, past)

    def _replace(self, entity: str) -> Request:
        document = self._document(entity, {"level": self._value()})
        makes = {entity: _values(document)}
        return Request("PUT", f"/entities/{entity}", document, makes, _past(document))

    def _batch(self, alive: list[str]) -> Request:
        named = list(dict.fromkeys([*alive[:BATCH], f"urn:ngsi-ld:Gate:{self.name}:{self.tick}"]))
        if self.rng.random() < 0.3:
            gone = alive[:2]
            makes: dict[str, Values | None] = dict.fromkeys(gone)
            return Request("POST", "/entityOperations/delete", gone, makes)
        documents = [self._document(one, {"level": self._value()}) for one in named]
        makes = {
            one["id"]: {**(self.held.get(one["id"]) or {}), **_values(one)} for one in documents
        }
        past = [row for one in documents for row in _past(one)]
        path = "/entityOperations/upsert?options=update"
        return Request("POST", path, documents, makes, past)

    def _temporal(self, entity: str) -> Request:
        """Add readings out of order; the state follows the newest."""
        minutes = self.rng.permutation(4) + 10 * self.tick
        readings = [
            {"type": "Property", "value": f"{self._value()}.{n}", "observedAt": _stamp(int(n))}
            for n in minutes
        ]
        newest = f"{self._value()}.{max(minutes)}"
        made = {**(self.held[entity] or {}), "reading": newest}
        past = [(entity, "reading", one["value"]) for one in readings]
        path = f"/temporal/entities/{entity}/attrs"
        return Request("POST", path, {"reading": readings}, {entity: made}, past)

    def _uplinks(self, entity: str) -> Request:
        """Hand in two messages of a device, as the device entrance does."""
        made = {**(self.held[entity] or {}), "echo": f"{self._value()}.1"}
        kind = entity.split(":")[2]
        sent = []
        for n in range(2):
            echo = {"type": "Property", "value": f"{self._value()}.{n}"}
            echo["observedAt"] = _stamp(10 * self.tick + n)
            body = base64.b64encode(self._value().encode() * 60).decode()
            message = {
                "receivedAt": _stamp(self.tick), "transport": "http", "format": "heartbeat",
                "device": entity, "body": body, "refusal": None,
            }  # fmt: skip
            sent.append(
                {"message": message, "entities": [{"id": entity, "type": kind, "echo": echo}]}
            )
        past = [(entity, "echo", f"{self._value()}.{n}") for n in range(2)]
        return Request("POST", UPLINKS, sent, {entity: made}, past)

    def _delete(self, entity: str) -> Request:
        return Request("DELETE", f"/entities/{entity}", None, {entity: None})

    def _subscription(self) -> Request:
        key = f"urn:ngsi-ld:Subscription:{self.name}:{self.tick}"
        body = {
            "id": key,
            "type": "Subscription",
            "entities": [{"type": "Nothing"}],
            "notification": {"endpoint": {"uri": "http://receiver.example/"}},
        }
        return self._posted("/subscriptions", key, body)

    def _registration(self) -> Request:
        key = f"urn:ngsi-ld:ContextSourceRegistration:{self.name}:{self.tick}"
        body = {
            "id": key,
            "type": "ContextSourceRegistration",
            "information": [{"entities": [{"type": f"Far{self.tick}"}]}],
            "endpoint": "http://192.0.2.1",  # not public, so asked in vain at once
            "operations": ["retrieveOps"],
        }
        return self._posted("/csourceRegistrations", key, body)

    def _posted(self, path: str, key: str, body: Any) -> Request:
        there = [one for one, is_there in self.records.items() if is_there and path in one]
        if len(there) > 3:
            return Request("DELETE", there[0], None, record=(there[0], False))
        return Request("POST", path, body, record=(f"{path}/{key}", True))

    def _context(self) -> Request:
        body = {"@context": {f"term{self.tick}": f"https://{self.name}.example/{self.tick}"}}
        return Request("POST", "/jsonldContexts", body)

    def _snapshot(self) -> Request:
        key = f"urn:ngsi-ld:Snapshot:{self.name}:{self.tick}"
        queries = [{"type": "Query", "entities": [{"type": "Sluice"}]}]
        body = {"id": key, "type": "Snapshot", "snapshotQueries": queries}
        return self._posted("/snapshots", key, body)

    def allowed(self, entity: str) -> list[Values | None]:
        """Return every state an entity may be in now."""
        states = [self.held.get(entity)]
        if self.doubtful is not None and entity in self.doubtful.makes:
            states.append(self.doubtful.makes[entity])
        return states

    def settle(self, entity: str, found: Values | None) -> None:
        """Take over what became of an entity that the last request was about."""
        if self.doubtful is not None and entity in self.doubtful.makes:
            self.held[entity] = found

    @property
    def entities(self) -> Iterable[str]:
        """Every entity this client ever named."""
        doubtful = () if self.doubtful is None else self.doubtful.makes
        return dict.fromkeys((*self.held, *doubtful))


def _values(document: dict[str, Any]) -> Values:
    return {
        name: attribute["value"]
        for name, attribute in document.items()
        if isinstance(attribute, dict) and attribute["type"] == "Property"
    }


def _past(document: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(document["id"], name, value) for name, value in _values(document).items()]


def values_of(document: dict[str, Any]) -> Values:
    """Return what a client knows of a normalized entity."""
    return _values(document)


def _stamp(minutes: int) -> str:
    return (NOON + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def encoded(body: Any) -> bytes:
    """Return a body as it is sent."""
    return b"" if body is None else _encode(body)
