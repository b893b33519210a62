"""Values as devices tell them, laid over what the hub holds: the hottest path of the house.

An attribute's state follows the newest instant; every observed value becomes history. Typed
entities go a short way of their own: the document is touched once for all values of a batch.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.change import Action, Change, apply_change
from dalgu.hub.document import ENTITY_MEMBERS, instances, types_of
from dalgu.hub.model import JSON, Attribute, Document, Entity
from dalgu.hub.past import outranks, series_name, template, value_of
from dalgu.hub.writing import Touched, Writing, micros_of
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.store.instants import EPOCH, micros
from dalgu.store.series import Value

_STAMPS = frozenset(("createdAt", "modifiedAt"))


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one declared attribute is written; worked out once for each entity type."""

    attribute: Attribute
    field: str
    name: str
    is_observed: bool
    series: str
    template: str


_PLANS: dict[type[Entity], tuple[_Plan, ...]] = {}


def _plans(entity_type: type[Entity]) -> tuple[_Plan, ...]:
    plans = _PLANS.get(entity_type)
    if plans is None:
        plans = tuple(_plan(attribute) for attribute in entity_type.attributes)
        _PLANS[entity_type] = plans
    return plans


def _plan(attribute: Attribute) -> _Plan:
    observed: Document = {"type": attribute.kind, VALUE_MEMBER[attribute.kind]: None}
    if attribute.unit is not None:
        observed["unitCode"] = attribute.unit
    observed["observedAt"] = None
    return _Plan(
        attribute,
        attribute.field,
        attribute.name,
        attribute.is_observed,
        series_name(attribute.name),
        template(observed).decode(),
    )


class _Newest(NamedTuple):
    """The newest observation of one attribute; what the hub held already has no plan."""

    at_us: int
    value: Value
    plan: _Plan | None = None
    told: JSON = None
    observed: datetime = EPOCH


_NONE = _Newest(-(2**63), 0)  # older than any instant


class Observing:
    """The values of one work, entity by entity."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._newest: dict[str, dict[str, _Newest]] = {}

    def tell(self, entity: Entity | Document, message: int, owner: int) -> int:
        """Lay one value over its entity; return how many history rows it brings."""
        if isinstance(entity, Entity):
            touched = self._writing.touch(entity.id)
            rows = len(touched.past)
            self._tell_typed(touched, entity, message)
        else:
            touched = self._writing.touch(entity["id"])
            self._settle(touched)
            rows = len(touched.past)
            self._tell_document(touched, entity, message)
        brought = len(touched.past) - rows
        touched.owners.extend([owner] * brought)
        return brought

    def finish(self) -> list[int]:
        """Write all; return the owner of each history row that was held already."""
        for entity in list(self._newest):
            self._settle(self._writing.touch(entity))
        return self._writing.finish()

    def _tell_typed(self, touched: Touched, entity: Entity, message: int) -> None:
        observed = entity.observed_at
        at_us = 0 if observed is None else micros(observed)
        document = self._own_document(touched, entity)
        newest = self._newest.setdefault(touched.entity, {})
        intern = self._writing.tables.names.intern
        for plan in _plans(type(entity)):
            told = getattr(entity, plan.field)
            if told is None:
                continue
            if observed is None or not plan.is_observed:
                self._tell_fixed(touched, document, plan, told, message)
                continue
            name = plan.name
            value = value_of(name, told)
            touched.past.append((intern(plan.series), at_us, value, intern(plan.template), message))
            held = newest.get(name)
            if held is None:
                held = newest[name] = _held(name, document.get(name))
            if at_us > held.at_us or (at_us == held.at_us and outranks(value, held.value)):
                newest[name] = _Newest(at_us, value, plan, told, observed)

    def _own_document(self, touched: Touched, entity: Entity) -> Document:
        """Return the document of an entity, made where there is none, free to be changed."""
        if touched.entity in self._newest and touched.document is not None:
            document = touched.document
        elif touched.document is None:
            stamp = self._writing.stamp
            document = {"id": entity.id, "type": entity.type}
            document |= {"createdAt": stamp, "modifiedAt": stamp}
            touched.is_changed = True
        else:
            document = dict(touched.document)
        touched.document = document
        if entity.type != document["type"] and entity.type not in types_of(document):
            document["type"] = [*types_of(document), entity.type]  # they join, CIM 009 5.6.3
            self._note(touched, document)
        return document

    def _tell_fixed(
        self, touched: Touched, document: Document, plan: _Plan, told: JSON, message: int
    ) -> None:
        """Lay down what carries no instant: state and history have it where it changes."""
        held = document.get(plan.name)
        instance = plan.attribute.instance(told, None)
        before = None if held is None else _default(held)
        if before is not None and _bare(before) == instance:
            return
        self._writing.remember(touched, plan.name, instance, message)
        instance["createdAt"] = self._writing.stamp if before is None else before["createdAt"]
        instance["modifiedAt"] = self._writing.stamp
        document[plan.name] = _with_default(held, instance)
        self._newest[touched.entity].pop(plan.name, None)
        self._note(touched, document, plan.name)

    def _settle(self, touched: Touched) -> None:
        """Write the newest observations of this batch into the document."""
        newest = self._newest.pop(touched.entity, None)
        document = touched.document
        if newest is None or document is None:
            return
        for name, one in newest.items():
            if one.plan is None:
                continue
            held = document.get(name)
            before = None if held is None else _default(held)
            instance = one.plan.attribute.instance(one.told, iso(one.observed))
            instance["createdAt"] = self._writing.stamp if before is None else before["createdAt"]
            instance["modifiedAt"] = self._writing.stamp
            document[name] = _with_default(held, instance)
            self._note(touched, document, name)

    def _note(self, touched: Touched, document: Document, name: str | None = None) -> None:
        touched.is_changed = True
        document["modifiedAt"] = self._writing.stamp
        if name is not None:
            touched.changed[name] = None

    def _tell_document(self, touched: Touched, given: Document, message: int) -> None:
        """Lay a canonical document over its entity, and keep its instances."""
        current = touched.document
        patch = given if current is None else _without_outranked(current, given)
        if "scope" in given:
            patch = self._tell_scope(touched, patch, message)
        change = Change(Action.OBSERVE, EntityId(touched.entity), patch)
        applied = apply_change(current, change, self._writing.now)
        self._writing.lay(touched, applied, remember=False)
        for name, attribute in given.items():
            if name in ENTITY_MEMBERS:
                continue
            for instance in instances(attribute):
                if "observedAt" in instance or name in applied.changed:
                    self._writing.remember(touched, name, instance, message)

    def _tell_scope(self, touched: Touched, given: Document, message: int) -> Document:
        """Keep the history of a scope; return the document with the scope that is valid now."""
        before = None if touched.document is None else touched.document.get("scope")
        told = [one for one in instances(given["scope"]) if isinstance(one, dict)]
        if not told:
            self._writing.remember_scope(touched, before, given["scope"])
            return given
        for one in told:
            self._writing.remember(touched, "scope", one, message)
        newest = max(told, key=lambda one: micros_of(one.get("observedAt", self._writing.stamp)))
        rest = {name: value for name, value in given.items() if name != "scope"}
        return rest | {"scope": newest["value"]}


def _bare(instance: Document) -> Document:
    return {key: value for key, value in instance.items() if key not in _STAMPS}


def _default(attribute: JSON) -> Document | None:
    """Return the instance without datasetId, the one that typed entities speak of."""
    if isinstance(attribute, dict):
        return None if "datasetId" in attribute else attribute
    return next((one for one in attribute if "datasetId" not in one), None)


def _with_default(attribute: JSON, instance: Document) -> JSON:
    """Return an attribute with another default instance; those of data sets stay."""
    if not isinstance(attribute, list) and (attribute is None or "datasetId" not in attribute):
        return instance
    return [instance, *(one for one in instances(attribute) if "datasetId" in one)]


def _held(name: str, attribute: JSON) -> _Newest:
    instance = None if attribute is None else _default(attribute)
    if instance is None or "observedAt" not in instance:
        return _NONE
    at_us = micros_of(instance["observedAt"])
    return _Newest(at_us, value_of(name, instance.get(VALUE_MEMBER[instance["type"]])))


def _without_outranked(current: Document, given: Document) -> Document:
    """Leave out instances whose instant the hub holds with a value that wins over theirs."""
    return {
        name: attribute
        for name, attribute in given.items()
        if name in ENTITY_MEMBERS or not _is_outranked(name, current.get(name), attribute)
    }


def _is_outranked(name: str, held: JSON, given: JSON) -> bool:
    if not isinstance(held, dict) or not isinstance(given, dict):
        return False
    at = given.get("observedAt")
    if at is None or "observedAt" not in held or held.get("datasetId") != given.get("datasetId"):
        return False
    if datetime.fromisoformat(at) != datetime.fromisoformat(held["observedAt"]):
        return False
    values = (value_of(name, one.get(VALUE_MEMBER[one["type"]])) for one in (held, given))
    return outranks(*values)
