"""One subscription (CIM 009 5.2.12): its body checked once, then ready to be asked of changes."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import SplitResult, urlsplit

from dalgu.hub.attribute import read_names
from dalgu.hub.context import Context
from dalgu.hub.document import types_of
from dalgu.hub.errors import BadRequestData, DocumentInvalid, OperationNotSupported
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.geo import GeoFilter, compile_geo
from dalgu.hub.query.parse import geometry_of
from dalgu.hub.query.pattern import Pattern, compile_pattern
from dalgu.hub.query.q import Predicate, compile_q, expand_q
from dalgu.hub.query.types import matches_types, parse_types
from dalgu.hub.represent import Form, Representation
from dalgu.hub.values import check_text, check_uri, instant

DEFAULT_TIMEOUT_S: Final = 10.0
MAX_TIMEOUT_S: Final = 60.0
MAX_PERIOD_S: Final = 366 * 86_400.0

DEFAULT_TRIGGERS: Final = frozenset(("attributeCreated", "attributeUpdated"))
TRIGGERS: Final = DEFAULT_TRIGGERS | frozenset(
    ("attributeDeleted", "entityCreated", "entityUpdated", "entityDeleted")
)
_FORMS: Final = {
    "normalized": Form.NORMALIZED,
    "concise": Form.CONCISE,
    "simplified": Form.SIMPLIFIED,
    "keyValues": Form.SIMPLIFIED,
}
_ACCEPTED: Final = ("application/json", "application/ld+json", "application/geo+json")
_NOT_SUPPORTED: Final = ("timeInterval", "csf", "scopeQ", "temporalQ", "datasetId")
_KNOWN: Final = frozenset(
    (
        "@context", "description", "entities", "expiresAt", "geoQ", "id", "isActive",
        "jsonldContext", "lang", "notification", "notificationTrigger", "q",
        "subscriptionName", "throttling", "type", "watchedAttributes",
        # written by the hub; accepted and left out
        "createdAt", "modifiedAt", "status",
    )
)  # fmt: skip
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~\-]{1,100}", re.ASCII)
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]{0,4000}", re.ASCII)
_OWN_HEADERS: Final = frozenset(
    ("host", "content-length", "content-type", "transfer-encoding", "connection", "link")
)


@dataclass(frozen=True, slots=True)
class Selector:
    """Which entities are watched: by type selection, by id, by a pattern of ids."""

    types: tuple[str, ...] = ()
    entity: str | None = None
    pattern: Pattern | None = None

    def selects(self, entity: str, types: list[str]) -> bool:
        """Whether an entity is watched."""
        if self.entity is not None and entity != self.entity:
            return False
        if self.entity is None and self.pattern is not None and not self.pattern.matches(entity):
            return False
        return not self.types or matches_types(self.types, types)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where notifications go, and how long the hub waits there."""

    uri: str
    accept: str = "application/json"
    timeout_s: float = DEFAULT_TIMEOUT_S
    cooldown_s: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription, ready to be asked whether a change concerns it."""

    id: str
    body: Document
    context: Context
    endpoint: Endpoint
    how: Representation
    selectors: tuple[Selector, ...] = ()
    watched: frozenset[str] = frozenset()
    triggers: frozenset[str] = DEFAULT_TRIGGERS
    q: Predicate | None = None
    geo: GeoFilter | None = None
    is_active: bool = True
    expires_at: datetime | None = None
    throttling: timedelta = timedelta()
    since: int = 0  # events up to this one happened before there was a subscription
    stamps: Document = field(default_factory=dict)

    def is_awake(self, now: datetime) -> bool:
        """Whether it is neither paused nor expired."""
        return self.is_active and (self.expires_at is None or now < self.expires_at)

    def status(self, now: datetime) -> str:
        """Return active, paused or expired."""
        if self.expires_at is not None and now >= self.expires_at:
            return "expired"
        return "active" if self.is_active else "paused"

    def concerns(self, kind: str, attributes: tuple[str, ...], document: Document) -> bool:
        """Whether a change of an entity is to be notified.

        Parameters
        ----------
        kind
            What happened: created, updated, deleted.
        attributes
            Stored names of the attributes that changed.
        document
            The entity as it is now; of a deleted one, its id and type.
        """
        if not self._is_triggered(kind, attributes, document):
            return False
        types = types_of(document)
        if self.selectors and not any(s.selects(document["id"], types) for s in self.selectors):
            return False
        if kind == "deleted":
            return True
        return (self.q is None or self.q(document)) and (
            self.geo is None or self.geo.accepts(document)
        )

    def _is_triggered(self, kind: str, attributes: tuple[str, ...], document: Document) -> bool:
        if kind == "deleted":
            return "entityDeleted" in self.triggers
        if kind == "created" and "entityCreated" in self.triggers:
            return True
        if kind == "updated" and "entityUpdated" in self.triggers:
            return True
        watched = [name for name in attributes if not self.watched or name in self.watched]
        is_held = not DEFAULT_TRIGGERS.isdisjoint(self.triggers)
        is_gone = "attributeDeleted" in self.triggers
        return any(is_held if name in document else is_gone for name in watched)


def read_subscription(body: JSON, context: Context, key: str) -> Subscription:
    """Return the subscription of a body; `key` is its id.

    Raises
    ------
    DocumentInvalid, BadRequestData, QueryInvalid
        When the body is no subscription.
    OperationNotSupported
        When it asks for what this hub does not carry.
    """
    if not isinstance(body, dict):
        raise DocumentInvalid("body", "must be an object.")
    _check_members(body)
    kept = {name: value for name, value in body.items() if name not in ("@context", "status")}
    notification = body["notification"]
    return Subscription(
        id=key,
        body=kept | {"id": key},
        context=context,
        endpoint=_endpoint(notification.get("endpoint")),
        how=_representation(notification, body, context),
        selectors=_selectors(body.get("entities"), context),
        watched=_names("watchedAttributes", body.get("watchedAttributes"), context),
        triggers=_triggers(body.get("notificationTrigger")),
        q=None if "q" not in body else compile_q(expand_q(_text("q", body["q"]), context)),
        geo=None if "geoQ" not in body else _geo(body["geoQ"], context),
        is_active=_flag("isActive", body.get("isActive", True)),
        expires_at=_instant("expiresAt", body.get("expiresAt")),
        throttling=timedelta(seconds=_seconds("throttling", body.get("throttling", 0))),
    )


def _check_members(body: Document) -> None:
    if body.get("type") != "Subscription":
        raise DocumentInvalid("type", "must be 'Subscription'.")
    for name in body.keys() - _KNOWN:
        if name in _NOT_SUPPORTED:
            raise OperationNotSupported(f"Subscriptions with '{name}' are not supported.")
        raise DocumentInvalid(name, "is no member of a subscription.")
    for name in ("subscriptionName", "description", "lang"):
        if name in body:
            _text(name, body[name])
    check_uri("jsonldContext", body.get("jsonldContext", "urn:x:none"))
    if not body.get("entities") and not body.get("watchedAttributes"):
        raise BadRequestData("A subscription must have 'entities' or 'watchedAttributes'.")
    if not isinstance(body.get("notification"), dict):
        raise DocumentInvalid("notification", "is required and must be an object.")


def _text(where: str, value: JSON) -> str:
    if not isinstance(value, str) or not value:
        raise DocumentInvalid(where, "must be text.")
    return check_text(where, value)


def _flag(where: str, value: JSON) -> bool:
    if not isinstance(value, bool):
        raise DocumentInvalid(where, "must be true or false.")
    return value


def _seconds(where: str, value: JSON, highest: float = MAX_PERIOD_S) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= highest:
        raise DocumentInvalid(where, f"must be a number of seconds from 0 to {highest:g}.")
    return float(value)


def _instant(where: str, value: JSON) -> datetime | None:
    if value is None:
        return None
    at = instant(value)
    if at is None:
        raise DocumentInvalid(where, "must be a DateTime, as 2026-01-02T03:04:05Z.")
    return at


def _names(where: str, value: JSON, context: Context) -> frozenset[str]:
    if value is None:
        return frozenset()
    names = read_names(where, value, context)
    return frozenset((names,) if isinstance(names, str) else names)


def _triggers(value: JSON) -> frozenset[str]:
    if value is None:
        return DEFAULT_TRIGGERS
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise DocumentInvalid("notificationTrigger", "must be an array of triggers.")
    if not TRIGGERS.issuperset(value):
        raise DocumentInvalid("notificationTrigger", f"may hold {', '.join(sorted(TRIGGERS))}.")
    return frozenset(value)


def _selectors(value: JSON, context: Context) -> tuple[Selector, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise DocumentInvalid("entities", "must be an array of objects.")
    return tuple(_selector(one, context) for one in value)


def _selector(one: Document, context: Context) -> Selector:
    if "type" not in one:
        raise DocumentInvalid("entities", "must name the type of each selector.")
    kind, entity, pattern = one["type"], one.get("id"), one.get("idPattern")
    return Selector(
        () if kind == "*" else parse_types(_text("entities.type", kind), context),
        None if entity is None else check_uri("entities.id", entity),
        None if pattern is None else compile_pattern(_text("entities.idPattern", pattern)),
    )


def _geo(value: JSON, context: Context) -> GeoFilter:
    if not isinstance(value, dict) or not {"georel", "geometry", "coordinates"} <= value.keys():
        raise DocumentInvalid("geoQ", "must have georel, geometry and coordinates.")
    geometry = geometry_of(value["geometry"], value["coordinates"])
    geoproperty = context.expand(_text("geoQ.geoproperty", value.get("geoproperty", "location")))
    return compile_geo(_text("geoQ.georel", value["georel"]), geometry, geoproperty)


def _representation(notification: Document, body: Document, context: Context) -> Representation:
    form = notification.get("format", "normalized")
    if not isinstance(form, str) or form not in _FORMS:
        raise DocumentInvalid("notification.format", f"must be one of {', '.join(_FORMS)}.")
    if _flag("notification.showChanges", notification.get("showChanges", False)):
        raise OperationNotSupported("Subscriptions with 'showChanges' are not supported.")
    return Representation(
        context=context,
        form=_FORMS[form],
        sys_attrs=_flag("notification.sysAttrs", notification.get("sysAttrs", False)),
        attrs=_names("notification.attributes", notification.get("attributes"), context),
        pick=_names("notification.pick", notification.get("pick"), context),
        omit=_names("notification.omit", notification.get("omit"), context),
        lang=body.get("lang"),
    )


def _endpoint(value: JSON) -> Endpoint:
    if not isinstance(value, dict):
        raise DocumentInvalid("notification.endpoint", "is required and must be an object.")
    uri = check_uri("notification.endpoint.uri", value.get("uri"))
    parts = _split(uri)
    if parts.scheme in ("mqtt", "mqtts"):
        raise OperationNotSupported("Notifications by MQTT are not supported; use an http address.")
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise DocumentInvalid("notification.endpoint.uri", "must be an http or https address.")
    accept = value.get("accept", "application/json")
    if accept not in _ACCEPTED:
        raise DocumentInvalid("notification.endpoint.accept", f"may be {', '.join(_ACCEPTED)}.")
    return Endpoint(
        uri,
        accept,
        _seconds("timeout", value.get("timeout", DEFAULT_TIMEOUT_S * 1000), 1e3 * MAX_TIMEOUT_S)
        / 1000,  # CIM 009 5.2.15: milliseconds
        _seconds("cooldown", value.get("cooldown", 0), 1e3 * MAX_PERIOD_S) / 1000,
        _headers(value.get("receiverInfo")),
    )


def _split(uri: str) -> SplitResult:
    try:
        parts = urlsplit(uri)
        _ = parts.port  # is read late, and may be no number
    except ValueError:
        raise DocumentInvalid("notification.endpoint.uri", "must be a valid address.") from None
    return parts


def _headers(value: JSON) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise DocumentInvalid("receiverInfo", "must be an array of key and value.")
    headers: list[tuple[str, str]] = []
    for one in value:
        key, text = (one.get("key"), one.get("value")) if isinstance(one, dict) else (None, None)
        if not isinstance(key, str) or not isinstance(text, str):
            raise DocumentInvalid("receiverInfo", "must be an array of key and value.")
        if not _HEADER_NAME.fullmatch(key) or not _HEADER_VALUE.fullmatch(text):
            raise DocumentInvalid("receiverInfo", "must hold names and values of HTTP headers.")
        if key.lower() in _OWN_HEADERS:
            raise DocumentInvalid("receiverInfo", f"must not set the header '{key}'.")
        headers.append((key, text))
    return tuple(headers)
