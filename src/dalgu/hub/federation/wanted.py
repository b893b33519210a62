"""Which registrations a client asks for (CIM 009 5.10.2, 5.11.7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dalgu.hub.context import CORE, Context
from dalgu.hub.federation.registration import EntityInfo, Information, Registration
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.geo import GeoFilter
from dalgu.hub.query.pattern import Pattern, compile_pattern
from dalgu.hub.query.q import Predicate
from dalgu.hub.query.types import matches_types
from dalgu.hub.values import instant

_INTERVALS: Final = frozenset(("observationInterval", "managementInterval"))


@dataclass(frozen=True, slots=True)
class Interval:
    """A temporal query as an interval (None: open), and which interval it is laid against."""

    start: datetime | None
    end: datetime | None
    member: str  # observationInterval or managementInterval

    def meets(self, body: Document) -> bool:
        """Whether the registration's interval overlaps this one; none is no overlap."""
        held = body.get(self.member)
        if held is None:
            return False
        start, end = instant(held["startAt"]), instant(held.get("endAt"))
        is_before = self.end is None or start is None or start <= self.end
        return is_before and (self.start is None or end is None or end >= self.start)


@dataclass(frozen=True, slots=True)
class EntityWanted:
    """Entities that are asked for: one selector of a query or of a subscription."""

    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    pattern: Pattern | None = None

    def meets(self, info: EntityInfo) -> bool:
        """Whether some entity may be asked for and be one of the registration's."""
        if self.types and not any(matches_types(self.types, (kind,)) for kind in info.types):
            return False
        if self.ids:
            return any(info.holds(one, []) for one in self.ids)
        if self.pattern is not None and info.entity is not None:
            return self.pattern.matches(info.entity)
        return True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What registrations are asked for."""

    entities: tuple[EntityWanted, ...] = ()
    attributes: frozenset[str] = frozenset()
    condition: Predicate | None = None  # over the properties of the source
    geo: GeoFilter | None = None
    interval: Interval | None = None
    in_scope: Callable[[Document], bool] | None = None

    def narrowed(self, held: Registration) -> Registration | None:
        """Return a registration with the matching elements only, None when none matches."""
        if not self._accepts(held):
            return None
        kept = [at for at, one in enumerate(held.information) if self._meets(one)]
        if not kept:
            return None
        if len(kept) == len(held.information):
            return held
        listed = held.body["information"]
        return replace(
            held,
            information=tuple(held.information[at] for at in kept),
            body=held.body | {"information": [listed[at] for at in kept]},
        )

    def _accepts(self, held: Registration) -> bool:
        body = held.body
        if self.condition is not None and not self.condition(properties(held)):
            return False
        if self.geo is not None and not _is_at(self.geo, body):
            return False
        return self._is_in_time(body) and self._is_in_scope(body)

    def _is_in_time(self, body: Document) -> bool:
        """Whether the interval overlaps; without one, sources of the latest state are meant."""
        if self.interval is not None:
            return self.interval.meets(body)
        return _INTERVALS.isdisjoint(body)

    def _is_in_scope(self, body: Document) -> bool:
        return self.in_scope is None or self.in_scope(body)

    def _meets(self, one: Information) -> bool:
        if self.attributes and one.attributes and self.attributes.isdisjoint(one.attributes):
            return False
        if not self.entities or not one.entities:
            return True
        return any(wanted.meets(info) for wanted in self.entities for info in one.entities)


def _is_at(geo: GeoFilter, body: Document) -> bool:
    geometry = body.get(geo.geoproperty)
    return isinstance(geometry, dict) and geo.matches(geometry)


def properties(held: Registration) -> Document:
    """Return the properties of a source as a document that a condition can be asked of."""
    found: Document = {}
    for name, value in held.body.items():
        is_attribute = isinstance(value, dict) and value.get("type") in ("Property", "Relationship")
        stored = held.context.expand(name)
        found[stored] = value if is_attribute else {"type": "Property", "value": value}
    return found


def interval_of(parameters: Mapping[str, JSON]) -> Interval | None:
    """Return the interval of checked temporal parameters, None when there are none."""
    timerel = parameters.get("timerel")
    if timerel is None:
        return None
    at, end = instant(parameters.get("timeAt")), instant(parameters.get("endTimeAt"))
    is_observed = parameters.get("timeproperty", "observedAt") == "observedAt"
    member = "observationInterval" if is_observed else "managementInterval"
    if timerel == "before":
        return Interval(None, at, member)
    return Interval(at, end if timerel == "between" else None, member)


def selector(one: Document, context: Context = CORE) -> EntityWanted:
    """Return the selector of one EntityInfo-like object whose parts are checked."""
    kinds = one.get("type")
    listed = kinds if isinstance(kinds, list) else [] if kinds is None else [kinds]
    pattern = one.get("idPattern")
    return EntityWanted(
        tuple(context.expand(kind) for kind in listed if kind != "*"),
        () if "id" not in one else (one["id"],),
        None if pattern is None else compile_pattern(pattern),
    )
