"""Canonical documents on their way out: every form in which NGSI-LD shows an entity.

The functions never change the document they are given; parts that need no change are shared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dalgu.hub.attribute import ERASED_MAP, MEMBERS, OF_NOTIFICATIONS, VALUE_MEMBER
from dalgu.hub.context import CORE, Context
from dalgu.hub.merge import folded, instances
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.projection import Projection
from dalgu.hub.values import NULL

_STAMPS = frozenset(("createdAt", "modifiedAt", "expiresAt"))  # shown as sysAttrs (6.3.11)
_NOT_ATTRIBUTES = frozenset(("id", "type", "scope", "deletedAt")) | _STAMPS

# Members of a temporalValues attribute: kind -> name of its list (CIM 009 4.5.9).
_VALUES_MEMBER: dict[str, str] = {
    "Property": "values",
    "GeoProperty": "values",
    "Relationship": "objects",
    "LanguageProperty": "languageMaps",
    "VocabProperty": "vocabs",
    "ListProperty": "valueLists",
    "ListRelationship": "objectLists",
    "JsonProperty": "jsons",
}


class Form(StrEnum):
    """How much of an attribute is shown."""

    NORMALIZED = "normalized"
    CONCISE = "concise"
    SIMPLIFIED = "simplified"


@dataclass(frozen=True, slots=True)
class Representation:
    """How a client wants to see entities."""

    context: Context = CORE
    form: Form = Form.NORMALIZED
    sys_attrs: bool = False  # show createdAt and modifiedAt
    attrs: frozenset[str] = frozenset()  # stored names; empty means all
    pick: frozenset[str] = frozenset()  # stored names and id, type, scope; empty means all
    omit: frozenset[str] = frozenset()
    datasets: frozenset[str] = frozenset()  # datasetIds, @none among them; empty means all
    lang: str | None = None  # one text of a language map instead of all (4.15)
    geometry_property: str = "location"
    pick_linked: Mapping[str, Projection] = field(default_factory=dict)  # by relationship
    omit_linked: Mapping[str, Projection] = field(default_factory=dict)

    def linked(self, relationship: str) -> "Representation":
        """Return how the entities that a relationship leads to are shown (4.21)."""
        pick = self.pick_linked.get(relationship, {})
        omit = self.omit_linked.get(relationship, {})
        if not (pick or omit or self.attrs or self.pick or self.omit):
            return self
        return replace(
            self,
            attrs=frozenset(),
            pick=frozenset(pick),
            omit=frozenset(name for name, below in omit.items() if not below),
            pick_linked=pick,
            omit_linked=omit,
        )

    def shows(self, name: str) -> bool:
        """Whether a member of an entity is shown."""
        return _is_shown(name, self)


def represent(document: Document, how: Representation) -> Document:
    """Return an entity as a client wants to see it.

    >>> room = {"id": "urn:x:1", "type": "Room", "heat": {"type": "Property", "value": 21}}
    >>> represent(room, Representation(form=Form.SIMPLIFIED))
    {'id': 'urn:x:1', 'type': 'Room', 'heat': 21}
    """
    terms = how.context.terms
    is_whole = not (how.attrs or how.pick or how.omit or how.sys_attrs)
    shown: Document = {}
    for name, value in document.items():
        if name in _STAMPS if is_whole else not _is_shown(name, how):
            continue
        if name == "type":
            shown[name] = _compacted(value, how.context)
        elif name in _NOT_ATTRIBUTES:
            shown[name] = value
        else:
            attribute = represent_attribute(value, how)
            if attribute is not None:
                shown[terms[name]] = attribute
    return shown


def _is_shown(name: str, how: Representation) -> bool:
    if name in _STAMPS:
        return how.sys_attrs
    if how.attrs and name not in how.attrs and name not in _NOT_ATTRIBUTES:
        return False
    if how.pick and name not in how.pick:
        return False
    return name not in how.omit


def represent_attribute(attribute: JSON, how: Representation) -> JSON | None:
    """Return an attribute as a client wants to see it; None when none of it is asked for."""
    if isinstance(attribute, dict) and not how.datasets:
        return _instance(attribute, how)
    chosen = [
        one
        for one in instances(attribute)
        if not how.datasets or one.get("datasetId", "@none") in how.datasets
    ]
    if not chosen:
        return None
    if how.form is Form.SIMPLIFIED and len(chosen) > 1:
        return {"dataset": {one.get("datasetId", "@none"): _instance(one, how) for one in chosen}}
    return _several(chosen, how)


def _several(chosen: list[Document], how: Representation) -> JSON:
    if len(chosen) == 1:
        return _instance(chosen[0], how)
    # Beside others, an instance stays an object: a list of bare values would be one value.
    return [_instance(one, how, alone=False) for one in chosen]


def _instance(instance: Document, how: Representation, *, alone: bool = True) -> JSON:
    if how.lang is not None and instance.get("type") == "LanguageProperty":
        instance = _in_language(instance, how.lang)
    if how.form is Form.NORMALIZED:
        return _normalized(instance, how)
    if how.form is Form.SIMPLIFIED:
        return _simplified(instance, how.context)
    return _concise(instance, how, alone=alone)


# Members that are shown as they are stored, whatever the context.
_COMPACTED = frozenset(("vocab", "objectType", "previousVocab", "entityTypeSealed"))
_JOINED = frozenset(("entity", "entityList"))  # what a join has put in, shown already
_PLAIN = (MEMBERS | _JOINED) - _COMPACTED


_READ_APART = MEMBERS | OF_NOTIFICATIONS | _JOINED


def _normalized(instance: Document, how: Representation) -> Document:
    if instance.keys() <= _PLAIN:  # nearly every instance; a copy costs a third of the loop
        copy = instance.copy()
        if not how.sys_attrs:
            copy.pop("createdAt", None)
            copy.pop("modifiedAt", None)
            copy.pop("expiresAt", None)
        return copy
    shown: Document = {}
    for key, value in instance.items():
        if key in _COMPACTED:
            shown[key] = _compacted(value, how.context)
        elif key not in _READ_APART and isinstance(value, (dict, list)):
            shown[how.context.terms[key]] = _several(instances(value), how)
        elif how.sys_attrs or key not in _STAMPS:
            shown[key] = value
    return shown


def _concise(instance: Document, how: Representation, *, alone: bool) -> JSON:
    shown = _normalized(instance, how)
    kind = shown.pop("type")
    if alone and len(shown) == 1:
        if kind == "GeoProperty":
            return shown["value"]
        if kind == "Property" and not isinstance(shown["value"], (dict, list)):
            return shown["value"]
    is_told = kind != "Property" or not _looks_like_geometry(shown["value"])
    return shown if is_told else {"type": kind, **shown}


def _looks_like_geometry(value: JSON) -> bool:
    return isinstance(value, dict) and "coordinates" in value


def _simplified(instance: Document, context: Context) -> JSON:
    kind = instance["type"]
    member = VALUE_MEMBER[kind]
    value = instance[member]
    if not _JOINED.isdisjoint(instance):
        return instance["entity" if kind == "Relationship" else "entityList"]
    if member in ("value", "object", "valueList"):
        return value
    if value in (NULL, ERASED_MAP):  # of a notification: the attribute is gone
        return NULL
    if kind == "ListRelationship":
        return [item["object"] for item in value]
    return {member: _compacted(value, context) if member == "vocab" else value}


def _compacted(names: JSON, context: Context) -> JSON:
    if isinstance(names, str):
        return context.terms[names]
    return [context.terms[name] for name in names]


def _in_language(instance: Document, wanted: str) -> Document:
    """Return a LanguageProperty as a Property in the language that fits best (4.15)."""
    words = instance["languageMap"]
    tag = best_language(words, wanted)
    rest = {key: value for key, value in instance.items() if key not in ("type", "languageMap")}
    shown: Document = {"type": "Property", "value": words.get(tag, "")}
    return shown | ({} if tag in (None, "@none") else {"lang": tag}) | rest


def best_language(words: Document, wanted: str) -> str | None:
    """Return the language tag of a map that fits a preference list best (RFC 4647 look-up).

    >>> best_language({"ko": "물", "en": "water"}, "fr,en-GB;q=0.8,ko;q=0.5")
    'en'
    """
    for preference in _preferences(wanted):
        parts = preference.split("-")
        for length in range(len(parts), 0, -1):
            tag = "-".join(parts[:length])
            found = next((held for held in words if held.lower() == tag.lower()), None)
            if found is not None:
                return found
    return "@none" if "@none" in words else next(iter(words), None)


def _preferences(wanted: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for part in wanted.split(","):
        tag, _, rest = part.strip().partition(";q=")
        try:
            weight = float(rest) if rest else 1.0
        except ValueError:
            weight = 0.0
        weighted.append((-weight, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: pair[0])]


def represent_feature(document: Document, how: Representation) -> Document:
    """Return an entity as a GeoJSON Feature (4.5.16); without a geometry it is null."""
    geometry = None
    attribute = document.get(how.geometry_property)
    several = [one for one in instances(attribute) if isinstance(one, dict)]
    # Of several instances the default one, without a datasetId, gives the place (4.5.16.1).
    for one in sorted(several, key=lambda one: "datasetId" in one):
        if one.get("type") == "GeoProperty":
            geometry = one["value"]
            break
    properties = represent(document, how)
    feature_id = properties.pop("id", document["id"])
    return {"id": feature_id, "type": "Feature", "geometry": geometry, "properties": properties}


def represent_temporal(document: Document, how: Representation) -> Document:
    """Return an entity's evolution: each attribute is the list of its instances (4.5.6)."""

    def listed(several: list[Document]) -> JSON:
        told = [one for one in several if VALUE_MEMBER[one["type"]] in one]
        return [_normalized(one, how) for one in told]

    return _evolution(document, how, listed)


def _evolution(
    document: Document, how: Representation, show: Callable[[list[Document]], JSON]
) -> Document:
    """Return what identifies an entity, and each shown attribute's instances in one form."""
    terms = how.context.terms
    shown: Document = {}
    for name, value in document.items():
        if not _is_shown(name, how):
            continue
        if name == "type":
            shown[name] = _compacted(value, how.context)
        elif name in _NOT_ATTRIBUTES and name != "scope":
            shown[name] = value
        else:
            chosen = _chosen(value, how)
            if chosen:
                shown[_term(name, terms)] = show(chosen)
    return shown


def _term(name: str, terms: Mapping[str, str]) -> str:
    return name if name == "scope" else terms[name]


def _chosen(attribute: JSON, how: Representation) -> list[Document]:
    several = instances(attribute)
    if how.datasets:
        several = [one for one in several if one.get("datasetId", "@none") in how.datasets]
    if how.lang is None:
        return several
    return [
        _in_language(one, how.lang) if one["type"] == "LanguageProperty" else one for one in several
    ]


def represent_temporal_values(
    document: Document, how: Representation, timeproperty: str = "observedAt"
) -> Document:
    """Return an entity's evolution in short: pairs of value and instant (4.5.9)."""

    def paired(several: list[Document]) -> JSON:
        groups = _by_dataset(several)
        return folded([_values(group, how.context, timeproperty) for group in groups])

    return _evolution(document, how, paired)


def _by_dataset(several: list[Document]) -> list[list[Document]]:
    groups: dict[tuple[str | None, str], list[Document]] = {}
    for one in several:
        groups.setdefault((one.get("datasetId"), one["type"]), []).append(one)
    return list(groups.values())


def _values(group: list[Document], context: Context, timeproperty: str) -> Document:
    kind = group[0]["type"]
    member = VALUE_MEMBER[kind]
    shown: Document = {"type": kind}
    if "datasetId" in group[0]:
        shown["datasetId"] = group[0]["datasetId"]
    shown[_VALUES_MEMBER[kind]] = [
        [_short(one, context), one.get(timeproperty) or one.get("modifiedAt") or ""]
        for one in group
        if member in one
    ]
    return shown


def _short(instance: Document, context: Context) -> JSON:
    """Return a value as the pairs of 4.5.9 hold it: some kinds keep the name of their member."""
    kind = instance["type"]
    member = VALUE_MEMBER[kind]
    value = instance[member]
    if kind == "ListRelationship" and isinstance(value, list):
        return [item["object"] for item in value]
    if kind == "VocabProperty":
        return {member: _compacted(value, context)}
    return {member: value} if kind in ("LanguageProperty", "JsonProperty") else value


def represent_sums(document: Document, how: Representation) -> Document:
    """Return an entity with the aggregated values of its attributes (4.5.19)."""
    shown: Document = {}
    for name, value in document.items():
        if not _is_shown(name, how):
            continue
        if name == "type":
            shown[name] = _compacted(value, how.context)
        elif name in _NOT_ATTRIBUTES:
            shown[name] = value
        else:
            shown[how.context.terms[name]] = folded(instances(value))
    return shown
