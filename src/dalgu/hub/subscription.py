"""One subscription (CIM 009 5.2.12): its body checked once, then ready to be asked of changes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import unquote

from dalgu.hub.attribute import read_names
from dalgu.hub.context import Context
from dalgu.hub.document import types_of
from dalgu.hub.endpoint import MAX_PERIOD_S, Endpoint, read_endpoint
from dalgu.hub.errors import BadRequestData, DocumentInvalid
from dalgu.hub.linked import MAX_JOIN_LEVEL
from dalgu.hub.model import JSON, Document
from dalgu.hub.notified import Happening, notified
from dalgu.hub.query.geo import GeoFilter, compile_geo
from dalgu.hub.query.parse import geometry_of
from dalgu.hub.query.pattern import Pattern, compile_pattern
from dalgu.hub.query.q import (
    Find,
    Predicate,
    compile_linked_q,
    compile_q,
    expand_q,
    link_depth,
)
from dalgu.hub.query.scope import compile_scope
from dalgu.hub.query.types import matches_types, parse_types
from dalgu.hub.represent import Form, Representation
from dalgu.hub.values import check_text, check_uri, instant

DEFAULT_TRIGGERS: Final = frozenset(("attributeCreated", "attributeUpdated"))
OF_ATTRIBUTES: Final = DEFAULT_TRIGGERS | {"attributeDeleted"}
TRIGGERS: Final = OF_ATTRIBUTES | frozenset(("entityCreated", "entityUpdated", "entityDeleted"))
_FORMS: Final = {
    "normalized": Form.NORMALIZED,
    "concise": Form.CONCISE,
    "simplified": Form.SIMPLIFIED,
    "keyValues": Form.SIMPLIFIED,
}
_JOINS: Final = ("flat", "inline", "@none")
_MEMBERS: Final = frozenset(("id", "type", "scope"))  # of an entity, no attributes
_TEXTS: Final = ("subscriptionName", "description", "lang", "ngsildConformance")
# What a subscription may hold; anything else, and what the hub writes itself, is left out.
_KNOWN: Final = frozenset(
    (
        "csf", "datasetId", "description", "entities", "expandValues", "expiresAt", "geoQ", "id",
        "isActive", "jsonKeys", "jsonldContext", "lang", "localOnly", "ngsildConformance",
        "notification", "notificationTrigger", "q", "scopeQ", "splitEntities",
        "subscriptionName", "temporalQ", "throttling", "timeInterval", "type",
        "watchedAttributes",
    )
)  # fmt: skip


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
class Arrival:
    """How a subscription came: at which address of this hub, past which hubs before it."""

    address: str = ""  # as http://hub.example:8080
    via: tuple[str, ...] = ()  # of the Via header (6.3.18)


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
    scope: Predicate | None = None
    show_changes: bool = False
    join: str = "@none"
    join_level: int = 1
    interval: timedelta | None = None
    is_active: bool = True
    expires_at: datetime | None = None
    throttling: timedelta = timedelta()
    is_split: bool = False  # entities are put together from several sources before queries (5.2.12)
    local_only: bool = False
    csf: Predicate | None = None  # over the properties of the sources to be used
    arrival: Arrival = Arrival()
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

    def concerns(self, happening: Happening) -> bool:
        """Whether a change of an entity is to be notified (5.8.6)."""
        return self._is_triggered(happening) and self.selects(happening.document)

    def selects(self, document: Document) -> bool:
        """Whether an entity is subscribed to and fits the queries."""
        return self.watches(document) and self.fits(document)

    def watches(self, document: Document) -> bool:
        """Whether an entity is subscribed to."""
        types = types_of(document)
        return not self.selectors or any(s.selects(document["id"], types) for s in self.selectors)

    def fits(self, document: Document) -> bool:
        """Whether an entity fits the queries."""
        return (
            (self.q is None or self.q(document))
            and (self.geo is None or self.geo.accepts(document))
            and (self.scope is None or self.scope(document))
        )

    def _is_triggered(self, happening: Happening) -> bool:
        kind = happening.kind
        if f"entity{kind.capitalize()}" in self.triggers and (
            kind != "updated" or not (happening.before or self.watched)
        ):
            return True
        return any(
            not self.triggers.isdisjoint(happening.triggers(name))
            for name in happening.before
            if not self.watched or name in self.watched
        )

    def tells(self, happening: Happening) -> Document:
        """Return the document that a notification of a change shows, still canonical."""
        gone: frozenset[str] | None = frozenset()
        if self.show_changes:
            gone = None
        elif "attributeDeleted" in self.triggers and "entityDeleted" not in self.triggers:
            gone = self.watched or None
        return notified(
            happening, show_changes=self.show_changes, sys_attrs=self.how.sys_attrs, gone=gone
        )


def read_subscription(
    body: JSON,
    context: Context,
    key: str,
    shown_in: Context | None = None,
    find: Find | None = None,
) -> Subscription:
    """Return the subscription of a body; `key` is its id, `shown_in` the context it notifies in.

    `find` returns the entity of an id, for queries across links.

    Raises
    ------
    DocumentInvalid, BadRequestData, QueryInvalid
        When the body is no subscription.
    """
    if not isinstance(body, dict):
        raise DocumentInvalid("body", "must be an object.")
    _check_members(body)
    notification = body["notification"]
    interval = _period("timeInterval", body)
    return Subscription(
        id=key,
        body={name: value for name, value in body.items() if name in _KNOWN} | {"id": key},
        context=context,
        endpoint=read_endpoint(notification.get("endpoint")),
        how=_representation(notification, body, context, shown_in or context),
        selectors=_selectors(body.get("entities"), context),
        watched=_names("watchedAttributes", body.get("watchedAttributes"), context),
        triggers=_triggers(body.get("notificationTrigger")),
        **_queries(body, context, find),
        show_changes=_flag("notification.showChanges", notification.get("showChanges", False)),
        join=_one_of("notification.join", notification.get("join", "@none"), _JOINS),
        join_level=_level(notification.get("joinLevel", 1)),
        is_split=bool(body.get("splitEntities", False)) and not body.get("localOnly", False),
        local_only=bool(body.get("localOnly", False)),
        interval=interval,
        is_active=_flag("isActive", body.get("isActive", True)),
        expires_at=_instant("expiresAt", body.get("expiresAt")),
        throttling=_period("throttling", body) or timedelta(),
    )


def _check_members(body: Document) -> None:
    if body.get("type") != "Subscription":
        raise DocumentInvalid("type", "must be 'Subscription'.")
    for name in _TEXTS:
        if name in body:
            _text(name, body[name])
    for name in ("localOnly", "splitEntities"):
        _flag(name, body.get(name, False))
    check_uri("jsonldContext", body.get("jsonldContext", "urn:x:none"))
    if not any(body.get(name) for name in ("entities", "watchedAttributes", "localOnly")):
        raise BadRequestData("A subscription must have 'entities' or 'watchedAttributes'.")
    if "timeInterval" in body and not body.keys().isdisjoint(("watchedAttributes", "throttling")):
        raise BadRequestData("With 'timeInterval' neither attributes are watched nor throttled.")
    if not isinstance(body.get("notification"), dict):
        raise DocumentInvalid("notification", "is required and must be an object.")


def _queries(body: Document, context: Context, find: Find | None) -> dict[str, Any]:
    return {
        "csf": _predicate(_text("csf", body["csf"]), context, None) if "csf" in body else None,
        "q": _predicate(body["q"], context, find) if "q" in body else None,
        "geo": _geo(body["geoQ"], context) if "geoQ" in body else None,
        "scope": compile_scope(_text("scopeQ", body["scopeQ"])) if "scopeQ" in body else None,
    }


def _predicate(value: JSON, context: Context, find: Find | None) -> Predicate:
    # 4.9 speaks of a URL's query, so clients escape here as they do there.
    text = expand_q(unquote(_text("q", value)), context)
    return compile_linked_q(text, find) if find and link_depth(text) else compile_q(text)


def _one_of(where: str, value: JSON, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise DocumentInvalid(where, f"must be one of {', '.join(allowed)}.")
    return value


def _level(value: JSON) -> int:
    if type(value) is not int or not 1 <= value <= MAX_JOIN_LEVEL:
        raise DocumentInvalid("notification.joinLevel", f"must be from 1 to {MAX_JOIN_LEVEL}.")
    return value


def _period(name: str, body: Document) -> timedelta | None:
    if name not in body:
        return None
    value = body[name]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 < value <= MAX_PERIOD_S:
        raise DocumentInvalid(name, f"must be seconds, more than 0, to {MAX_PERIOD_S:g}.")
    return timedelta(seconds=value)


def _text(where: str, value: JSON) -> str:
    if not isinstance(value, str) or not value:
        raise DocumentInvalid(where, "must be text.")
    return check_text(where, value)


def _flag(where: str, value: JSON) -> bool:
    if not isinstance(value, bool):
        raise DocumentInvalid(where, "must be true or false.")
    return value


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
    # 5.2.12: entityUpdated is the three of attributes together
    return frozenset(value) | (OF_ATTRIBUTES if "entityUpdated" in value else frozenset())


def _selectors(value: JSON, context: Context) -> tuple[Selector, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
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


def _representation(
    notification: Document, body: Document, context: Context, shown_in: Context
) -> Representation:
    form = _one_of("notification.format", notification.get("format", "normalized"), tuple(_FORMS))
    if notification.get("showChanges") and _FORMS[form] is Form.SIMPLIFIED:
        raise BadRequestData("A simplified notification cannot show changes.")
    attrs = _names("notification.attributes", notification.get("attributes"), context)
    pick = _names("notification.pick", notification.get("pick"), context)
    omit = _names("notification.omit", notification.get("omit"), context)
    if attrs and (pick or omit or attrs & _MEMBERS):
        raise BadRequestData("'attributes' names attributes alone, without 'pick' and 'omit'.")
    if pick & omit:
        raise BadRequestData("A member cannot be in 'pick' and in 'omit'.")
    return Representation(
        context=shown_in,
        form=_FORMS[form],
        sys_attrs=_flag("notification.sysAttrs", notification.get("sysAttrs", False)),
        attrs=attrs,
        pick=pick,
        omit=omit,
        datasets=_datasets(body.get("datasetId")),
        lang=body.get("lang"),
    )


def _datasets(value: JSON) -> frozenset[str]:
    if value is None:
        return frozenset()
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not several:
        raise DocumentInvalid("datasetId", "must be an array of URIs.")
    return frozenset(one if one == "@none" else check_uri("datasetId", one) for one in several)
