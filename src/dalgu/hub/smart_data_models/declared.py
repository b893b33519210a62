"""The registry of the types this platform declares: which model each follows, and where it departs.

A declared type keeps to its own form (`hub/schema.py`). Where that form is the model's, both
speak of the same thing under the same name; where it departs, the registry says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from dalgu.hub.context import full_name
from dalgu.hub.core_context import CORE_CONTEXT, CORE_TERMS
from dalgu.hub.model import Attribute, Document, Entity
from dalgu.hub.smart_data_models.catalogue import Model, ModelAttribute, catalogue
from dalgu.kernel.text import Text

CONTEXT_PATH = "/hub/v1/context.jsonld"  # where a hub serves the context of its declared types

# What a declared value is in JSON, and which types of the models' tables it can stand for. One
# value stands for an array of it; text may be a phrase in languages or the id of an entity.
_STANDS_FOR = {
    float: frozenset(("number", "integer", "")),
    int: frozenset(("number", "integer", "")),
    str: frozenset(("string", "array", "")),
    bool: frozenset(("boolean", "")),
    list: frozenset(("array", "")),
    dict: frozenset(("object", "")),
}


class Standing(StrEnum):
    """How a declared attribute stands to the model of its type."""

    MODEL = "model"  # the model has it in this form
    DEPARTS = "departs"  # the model has it in another form
    OWN = "own"  # the model does not have it


@dataclass(frozen=True, slots=True)
class DeclaredAttribute:
    """One attribute of a declared type beside that of its model."""

    name: str
    iri: str
    kind: str
    unit: str | None
    meaning: Text
    standing: Standing
    in_model: str  # the IRI that the model has for it, empty where it has none


@dataclass(frozen=True)
class DeclaredType:
    """One declared type beside its model."""

    entity: type[Entity]

    @property
    def name(self) -> str:
        """Return the type's name."""
        return self.entity.type

    @property
    def iri(self) -> str:
        """Return the IRI under which the hub keeps the type."""
        return full_name(self.name)

    @cached_property
    def model(self) -> Model | None:
        """Return the model it follows, `None` where it follows none."""
        return catalogue().find(self.entity.model) if self.entity.model else None

    @cached_property
    def attributes(self) -> tuple[DeclaredAttribute, ...]:
        """Return its attributes, each beside the model's."""
        hints = get_type_hints(self.entity)
        return tuple(self._attribute(one, hints[one.field]) for one in self.entity.attributes)

    def _attribute(self, one: Attribute, hint: Any) -> DeclaredAttribute:
        there = None if self.model is None else self.model.by_name.get(one.name)
        return DeclaredAttribute(
            one.name,
            full_name(one.name),
            one.kind,
            one.unit,
            one.meaning,
            self._standing(one, hint, there),
            "" if there is None else there.iri,
        )

    def _standing(self, one: Attribute, hint: Any, there: ModelAttribute | None) -> Standing:
        if there is None:
            return Standing.OWN
        is_own = one.name in self.entity.own_values or not _has_form(one, hint, there)
        return Standing.DEPARTS if is_own else Standing.MODEL

    @property
    def departures(self) -> frozenset[str]:
        """Return the attributes whose form is not the model's."""
        return (
            frozenset(one.name for one in self.attributes if one.standing is Standing.DEPARTS)
            | self._absent
        )

    @property
    def _absent(self) -> frozenset[str]:
        """Return what the model requires and this type says in another way."""
        declared = {one.name for one in self.entity.attributes}
        required = () if self.model is None else self.model.required
        return frozenset(one for one in required if one not in declared)


def _has_form(one: Attribute, hint: Any, there: ModelAttribute) -> bool:
    if there.kind == "GeoProperty" or one.kind == "GeoProperty":
        return there.kind == one.kind
    if one.kind in ("LanguageProperty", "Relationship"):
        return there.type in _STANDS_FOR[str]
    members = [member for member in get_args(hint) if member is not NoneType] or [hint]
    value = get_origin(members[0]) or members[0]
    return there.kind == "Property" and (value is Any or there.type in _STANDS_FOR[value])


def registry(types: Iterable[type[Entity]]) -> dict[str, DeclaredType]:
    """Return the declared types by name."""
    return {one.type: DeclaredType(one) for one in types}


def context_of_declared(types: Iterable[type[Entity]]) -> Document:
    """Return the JSON-LD context of the declared types: each term and the IRI the hub keeps.

    The hub keeps them in NGSI-LD's default vocabulary, whatever other contexts a client uses, so
    that a reader needs no context to read a city.
    """
    terms = {
        name: full_name(name)
        for kind in types
        for name in (kind.type, *(one.name for one in kind.attributes))
        if name not in CORE_TERMS
    }
    return {"@context": [dict(sorted(terms.items())), CORE_CONTEXT]}
