"""One registration of a context source (CIM 009 5.2.9): its body checked once, then matched."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from dalgu.hub.context import Context
from dalgu.hub.errors import BadRequestData, DocumentInvalid
from dalgu.hub.federation.members import (
    check_geometries,
    check_interval,
    check_key_values,
    check_management,
    check_texts,
    operations_of,
    seconds_of,
)
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.pattern import Pattern, compile_pattern
from dalgu.hub.query.types import matches_types
from dalgu.hub.values import check_date_time, check_uri

MAX_INFORMATION: Final = 1_000  # elements of one registration
OF_THE_HUB: Final = frozenset(
    ("status", "timesSent", "timesFailed", "lastSuccess", "lastFailure", "createdAt", "modifiedAt")
)
KNOWN: Final = OF_THE_HUB | frozenset(
    (
        "@context", "id", "type", "endpoint", "contextSourceInfo", "information",
        "contextSourceAlias", "description", "datasetId", "expiresAt", "location", "management",
        "managementInterval", "mode", "observationInterval", "observationSpace", "operations",
        "operationSpace", "refreshRate", "registrationName", "scope", "tenant", "localOnly",
    )
)  # fmt: skip


class Mode(StrEnum):
    """How a source shares in operations (4.3.6)."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"
    REDIRECT = "redirect"
    AUXILIARY = "auxiliary"

    @property
    def is_proxied(self) -> bool:
        """Whether what matches is held by the source alone."""
        return self in (Mode.EXCLUSIVE, Mode.REDIRECT)


@dataclass(frozen=True, slots=True)
class EntityInfo:
    """Entities of a registration: of a type, perhaps one id or a pattern of ids (5.2.8)."""

    types: tuple[str, ...]
    entity: str | None = None
    pattern: Pattern | None = None

    def holds(self, entity: str | None, types: list[str]) -> bool:
        """Whether it may speak of an entity; what is not known about it (None, []) decides not."""
        if types and not matches_types(self.types, types):
            return False
        if entity is None:
            return True
        if self.entity is not None:
            return entity == self.entity
        return self.pattern is None or self.pattern.matches(entity)


@dataclass(frozen=True, slots=True)
class Information:
    """One element of `information` (5.2.10): entities, and which of their attributes."""

    entities: tuple[EntityInfo, ...] = ()
    attributes: frozenset[str] = frozenset()  # stored names; empty means all

    def holds(self, entity: str | None, types: list[str]) -> bool:
        """Whether it may speak of an entity."""
        return not self.entities or any(one.holds(entity, types) for one in self.entities)


@dataclass(frozen=True, slots=True)
class Registration:
    """A context source and what it may hold, ready to be matched."""

    id: str
    body: Document
    context: Context
    endpoint: str
    information: tuple[Information, ...]
    mode: Mode = Mode.INCLUSIVE
    operations: frozenset[str] = frozenset()
    headers: tuple[tuple[str, str], ...] = ()  # contextSourceInfo
    alias: str | None = None
    tenant: str | None = None
    local_only: bool = False
    expires_at: datetime | None = None
    timeout_s: float | None = None
    cooldown_s: float = 0.0
    stamps: Document = field(default_factory=dict)

    def is_awake(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or now < self.expires_at

    def scope_of(self, entity: str | None, types: list[str]) -> frozenset[str] | None:
        """Return the attributes it holds of an entity (empty: all), None when it holds none."""
        found = [one.attributes for one in self.information if one.holds(entity, types)]
        if not found:
            return None
        return frozenset() if not all(found) else frozenset().union(*found)


def read_registration(body: JSON, context: Context, key: str, now: datetime) -> Registration:
    """Return the registration of a body; `key` is its id.

    Raises
    ------
    DocumentInvalid, BadRequestData, QueryInvalid
        When the body is no registration.
    """
    if not isinstance(body, dict):
        raise BadRequestData("The body must be an object.")
    if body.get("type") != "ContextSourceRegistration":
        raise DocumentInvalid("type", "must be 'ContextSourceRegistration'.")
    _check_rest(body)
    mode = _mode(body.get("mode", "inclusive"))
    management = check_management(body.get("management"))
    made = Registration(
        id=key,
        body={k: v for k, v in body.items() if k not in OF_THE_HUB and k != "@context"}
        | {"id": key},
        context=context,
        endpoint=_endpoint(body.get("endpoint")),
        information=_information(body.get("information"), context),
        mode=mode,
        operations=operations_of(body.get("operations"), is_auxiliary=mode is Mode.AUXILIARY),
        headers=check_key_values(body.get("contextSourceInfo")),
        alias=body.get("contextSourceAlias"),
        tenant=body.get("tenant"),
        local_only=bool(management.get("localOnly", body.get("localOnly", False))),
        expires_at=_expiry(body.get("expiresAt"), now),
        timeout_s=seconds_of(management, "timeout"),
        cooldown_s=seconds_of(management, "cooldown") or 0.0,
    )
    if mode is Mode.EXCLUSIVE:
        _check_exclusive(made)
    return made


def _check_rest(body: Document) -> None:
    check_texts(body, ("description", "registrationName", "contextSourceAlias", "tenant"))
    check_geometries(body, ("location", "observationSpace", "operationSpace"))
    for name in ("managementInterval", "observationInterval"):
        if name in body:
            check_interval(name, body[name])
    if not isinstance(body.get("localOnly", False), bool):
        raise DocumentInvalid("localOnly", "must be true or false.")


def _mode(value: JSON) -> Mode:
    if value not in tuple(Mode):
        raise DocumentInvalid("mode", f"must be one of {', '.join(Mode)}.")
    return Mode(str(value))


def _endpoint(value: JSON) -> str:
    uri = check_uri("endpoint", value)
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        raise DocumentInvalid("endpoint", "must be a valid address.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise DocumentInvalid("endpoint", "must be an http or https address.")
    return uri.rstrip("/").removesuffix("/ngsi-ld/v1")


def _information(value: JSON, context: Context) -> tuple[Information, ...]:
    if not isinstance(value, list) or not value or len(value) > MAX_INFORMATION:
        raise DocumentInvalid("information", "must be an array that is not empty.")
    return tuple(_one_information(one, context) for one in value)


def _one_information(one: JSON, context: Context) -> Information:
    if not isinstance(one, dict):
        raise DocumentInvalid("information", "must hold objects.")
    entities = one.get("entities")
    names: list[str] = []
    for member in ("propertyNames", "relationshipNames"):
        listed = one.get(member, [])
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            raise DocumentInvalid(member, "must be an array of names.")
        names += listed
    if entities is None and not names:
        raise DocumentInvalid("information", "must name entities, properties or relationships.")
    if entities is not None and (not isinstance(entities, list) or not entities):
        raise DocumentInvalid("information.entities", "must be an array that is not empty.")
    infos = tuple(_entity_info(info, context) for info in entities or ())
    return Information(infos, frozenset(map(context.expand, names)))


def _entity_info(info: JSON, context: Context) -> EntityInfo:
    kinds = info.get("type") if isinstance(info, dict) else None
    listed = kinds if isinstance(kinds, list) else [kinds]
    if not isinstance(info, dict) or not all(isinstance(one, str) and one for one in listed):
        raise DocumentInvalid("information.entities", "must name the type of each element.")
    entity, pattern = info.get("id"), info.get("idPattern")
    if pattern is not None and not isinstance(pattern, str):
        raise DocumentInvalid("information.entities.idPattern", "must be text.")
    return EntityInfo(
        tuple(map(context.expand, listed)),
        None if entity is None else check_uri("information.entities.id", entity),
        None if pattern is None else compile_pattern(pattern),
    )


def _expiry(value: JSON, now: datetime) -> datetime | None:
    if value is None:
        return None
    text = check_date_time("expiresAt", value.strip() if isinstance(value, str) else value)
    at = datetime.fromisoformat(text)
    if at <= now:
        raise DocumentInvalid("expiresAt", "must be in the future.")
    return at


def _check_exclusive(made: Registration) -> None:
    """Refuse an exclusive registration that does not name entities and attributes (4.3.6.3)."""
    for one in made.information:
        if not one.attributes:
            raise BadRequestData("An exclusive registration must name the attributes it holds.")
        if not one.entities or any(info.entity is None for info in one.entities):
            raise BadRequestData("An exclusive registration must name each entity by its id.")
