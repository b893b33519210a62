"""One attribute on its way into the hub: any of its written forms becomes the normalized one.

Normalized, concise and simplified forms (CIM 009 4.5.1 to 4.5.4) of all kinds of attribute are
read by one hand-written pass; there is no schema language on this path, as every request pays it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from dalgu.hub.context import Context
from dalgu.hub.errors import DocumentInvalid
from dalgu.hub.model import JSON, Document
from dalgu.hub.values import (
    GEOMETRY_TYPES,
    MAX_DEPTH,
    NULL,
    check_date_time,
    check_geometry,
    check_json,
    check_language_map,
    check_nulls,
    check_observed_at,
    check_text,
    check_uri,
    is_uri,
    known_observed_at,
)

# Kind of attribute -> the member that holds its value (CIM 009 4.5.2 to 4.5.24).
VALUE_MEMBER: dict[str, str] = {
    "Property": "value",
    "Relationship": "object",
    "GeoProperty": "value",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
    "JsonProperty": "json",
}

# The member of a concise instance -> its kind; `value` is told apart by what it holds.
_KIND_OF_MEMBER: dict[str, str] = {
    "object": "Relationship",
    "languageMap": "LanguageProperty",
    "vocab": "VocabProperty",
    "valueList": "ListProperty",
    "objectList": "ListRelationship",
    "json": "JsonProperty",
}
_VALUE_MEMBERS = frozenset(VALUE_MEMBER.values())

ERASED_MAP = {"@none": NULL}  # how a patch deletes a LanguageProperty (4.5.18)

# What only the hub writes: accepted and left out, so that a client may send back what it got.
_OF_THE_HUB = frozenset(("createdAt", "modifiedAt", "deletedAt", "instanceId"))

# What only a notification holds (4.5.2 to 4.5.24): refused on the way in.
OF_NOTIFICATIONS = frozenset(
    (
        "previousValue", "previousObject", "previousLanguageMap", "previousVocab",
        "previousValueList", "previousObjectList", "previousJson",
    )
)  # fmt: skip

PROOF = "ngsildproof"  # the attribute that seals others (4.5.2.2), and its own members
_SEALED = frozenset(("entityIdSealed", "entityTypeSealed"))

# Members of an attribute instance that are not sub-attributes.
MEMBERS = (
    frozenset(
        ("type", "unitCode", "observedAt", "datasetId", "objectType", "valueType", "expiresAt")
    )
    | _SEALED
    | _VALUE_MEMBERS
    | _OF_THE_HUB
)

_READ_APART = MEMBERS | OF_NOTIFICATIONS  # all else is a sub-attribute

# Members that only some kinds of attribute have.
_KINDS_WITH: dict[str, frozenset[str]] = {
    "unitCode": frozenset(("Property", "ListProperty")),
    "objectType": frozenset(("Relationship", "ListRelationship")),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a body is to be read: its context, and what its place allows."""

    context: Context
    simplified: bool = False  # a bare object is a value, not an attribute in concise form
    patch: bool = False  # `urn:ngsi-ld:null` may stand for "delete this"
    partial: bool = False  # an instance need not hold a value
    merge: bool = False  # a patch whose null may stand inside of values (5.5.12), too


def read_attribute(name: str, body: JSON, reading: Reading, depth: int = 0) -> JSON:
    """Return an attribute as one normalized instance, or as a list of several.

    Raises
    ------
    DocumentInvalid
        When the body is no attribute of NGSI-LD.
    """
    if depth > MAX_DEPTH:
        raise DocumentInvalid(name, f"is nested more than {MAX_DEPTH} levels deep.")
    if type(body) is dict:
        if reading.simplified and body.keys() == {"dataset"}:
            return _read_datasets(name, body["dataset"], reading)
        return _read_instance(name, body, reading, depth)
    if type(body) is list:
        return _read_list(name, body, reading, depth)
    if body is None:
        raise DocumentInvalid(name, f"must not be null; a patch deletes by '{NULL}'.")
    if body == NULL:
        if not reading.patch:
            raise DocumentInvalid(name, f"may be '{NULL}' in a patch only.")
        return NULL
    check_json(name, body)
    return {"type": "Property", "value": body}


def _read_list(name: str, body: list[JSON], reading: Reading, depth: int) -> JSON:
    if reading.simplified or not body or not all(_is_instance(item) for item in body):
        check_json(name, body)
        return {"type": "Property", "value": body}
    instances = [_read_instance(name, item, reading, depth) for item in body]
    datasets = [instance.get("datasetId") for instance in instances]
    if len(set(datasets)) != len(datasets):
        raise DocumentInvalid(name, "has two instances with the same datasetId.")
    return instances[0] if len(instances) == 1 else instances


def _read_datasets(name: str, body: JSON, reading: Reading) -> JSON:
    """Read the simplified form of several instances: datasetId to value (CIM 009 4.5.5)."""
    if type(body) is not dict or not body:
        raise DocumentInvalid(name, "must hold a value for each datasetId.")
    instances: list[JSON] = []
    for dataset, value in body.items():
        instance = read_attribute(name, value, reading, 1)
        if type(instance) is not dict:
            raise DocumentInvalid(name, "must hold one value for each datasetId.")
        if dataset != "@none":
            instance["datasetId"] = check_uri(f"{name}.datasetId", dataset)
        instances.append(instance)
    return instances[0] if len(instances) == 1 else instances


def _is_instance(item: JSON) -> bool:
    if type(item) is not dict:
        return False
    kind = item.get("type")
    return (type(kind) is str and kind in VALUE_MEMBER) or not _VALUE_MEMBERS.isdisjoint(item)


def _read_instance(  # noqa: C901  # one branch a kind of member: a call costs more than a branch
    name: str, body: Document, reading: Reading, depth: int
) -> Document:
    kind = body.get("type")
    if type(kind) is not str or kind not in VALUE_MEMBER:
        if "type" not in body and not reading.simplified:
            kind = _kind_of_concise(name, body, reading)
        else:
            return _bare_object(name, body, kind, reading)
    member = VALUE_MEMBER[kind] if kind else None
    instance: Document = {"type": kind} if kind else {}
    for key, value in body.items():
        if key == "type":
            continue
        if key == member:
            instance[key] = (
                value
                if value == NULL and reading.patch
                else _READERS[str(kind)](name, value, reading)
            )
        elif key == "observedAt" and type(value) is str and (at := known_observed_at(value)):
            instance[key] = at
        elif key == "unitCode" and kind == "Property" and _is_plain_text(value):
            instance[key] = value
        elif key in _READ_APART:
            _read_member(name, instance, key, value, reading)
        else:
            instance[reading.context.names[key]] = read_attribute(key, value, reading, depth + 1)
    if member not in instance and not reading.partial:
        raise DocumentInvalid(name, f"is a {kind} and must have a member '{member}'.")
    return instance


def _bare_object(name: str, body: Document, kind: JSON, reading: Reading) -> Document:
    """Read an object that is itself the value: a geometry, or anything in simplified form."""
    if type(kind) is str and kind in GEOMETRY_TYPES and "coordinates" in body:
        return {"type": "GeoProperty", "value": check_geometry(name, body)}
    if not reading.simplified:
        raise DocumentInvalid(
            name, f"must have a type; it must be one of {', '.join(VALUE_MEMBER)}."
        )
    if len(body) == 1:
        [(member, value)] = body.items()
        wrapped = _KIND_OF_MEMBER.get(member)
        if wrapped is not None and wrapped != "Relationship":
            return {"type": wrapped, member: _READERS[wrapped](name, value, reading)}
    check_json(name, body)
    return {"type": "Property", "value": body}


def _kind_of_concise(name: str, body: Document, reading: Reading) -> str | None:
    found = [member for member in body if member in _VALUE_MEMBERS]
    if len(found) > 1:
        raise DocumentInvalid(name, f"has both '{found[0]}' and '{found[1]}'.")
    if not found:
        if reading.partial:
            return None
        raise DocumentInvalid(name, "must have a value, as {'value': 1}.")
    if found[0] != "value":
        return _KIND_OF_MEMBER[found[0]]
    value = body["value"]
    is_geometry = (
        type(value) is dict
        and type(value.get("type")) is str
        and value["type"] in GEOMETRY_TYPES
        and "coordinates" in value
    )
    return "GeoProperty" if is_geometry else "Property"


_INSTANTS = {"observedAt": check_observed_at, "expiresAt": check_date_time}


def _read_member(name: str, instance: Document, key: str, value: JSON, reading: Reading) -> None:
    if key in _INSTANTS:
        instance[key] = _erasable(value, reading) or _INSTANTS[key](f"{name}.{key}", value)
    elif key == "datasetId" and value == "@none":
        return  # names the default instance, which carries no datasetId
    elif key == "datasetId":
        instance[key] = _dataset(f"{name}.{key}", value)
    elif key in _OF_THE_HUB:
        return
    elif not _may_have(name, instance.get("type"), key, value):
        raise DocumentInvalid(name, f"is a {instance.get('type')} and must not have '{key}'.")
    elif key == "objectType":
        instance[key] = read_names(f"{name}.{key}", value, reading.context)
    elif key == "entityTypeSealed":
        instance[key] = reading.context.names[_word(f"{name}.{key}", value)]
    else:
        instance[key] = _word(f"{name}.{key}", value)


def _dataset(where: str, value: JSON) -> str:
    if value == NULL:
        raise DocumentInvalid(where, f"must not be '{NULL}'.")
    return check_uri(where, value)


def _may_have(name: str, kind: JSON, key: str, value: JSON) -> bool:
    """Whether a member belongs to an attribute; a partial one need not say its kind."""
    if key in _VALUE_MEMBERS or key in OF_NOTIFICATIONS:
        return False
    if key in _SEALED:
        return name == PROOF
    if key == "valueType" and kind == "LanguageProperty":
        return bool(value == "langString")
    kinds = _KINDS_WITH.get(key)
    return kinds is None or kind is None or kind in kinds


def _is_plain_text(value: JSON) -> bool:
    """Whether a value is text that no check of text could refuse."""
    return type(value) is str and value != "" and value.isascii()


def _word(where: str, value: JSON) -> str:
    if type(value) is not str or not value:
        raise DocumentInvalid(where, "must be text.")
    return check_text(where, value)


def _erasable(value: JSON, reading: Reading) -> str | None:
    return NULL if reading.patch and value == NULL else None


def read_names(where: str, value: JSON, context: Context) -> str | list[str]:
    """Return the stored names of one type, or of several in the order they came."""
    if type(value) is str:
        return context.names[value]
    if type(value) is not list or not value or not all(type(item) is str for item in value):
        raise DocumentInvalid(where, "must be text or an array of texts.")
    names = list(dict.fromkeys(context.names[item] for item in value))
    return names[0] if len(names) == 1 else names


def _value(name: str, value: JSON, reading: Reading) -> JSON:
    kind = type(value)  # nearly every value is a bare number, a flag or a word
    if name != PROOF and (
        kind is bool
        or (kind is float and isfinite(value))
        or (kind is str and value.isascii() and value != NULL)
    ):
        return value
    if value is None:
        raise DocumentInvalid(name, "must not have the value null.")
    if name == PROOF and type(value) is not dict:
        raise DocumentInvalid(name, "must have an object as its value.")
    if value == NULL and not reading.patch:
        raise DocumentInvalid(name, f"may be '{NULL}' in a patch only.")
    if type(value) is dict and type(value.get("@value")) in (str, int, float, bool):
        value = value["@value"]  # a typed value of JSON-LD: {"@type": "DateTime", "@value": …}
    check_json(name, value)
    if type(value) in (dict, list):
        check_nulls(name, value, merge=reading.merge)
    return value


def _object(name: str, value: JSON, reading: Reading) -> JSON:
    if type(value) is list and value:
        return [check_uri(f"{name}.object", item) for item in value]
    uri = value if is_uri(value) else check_uri(f"{name}.object", value)
    if uri == NULL and not reading.patch:
        raise DocumentInvalid(name, f"may be '{NULL}' in a patch only.")
    return uri


def _vocab(name: str, value: JSON, reading: Reading) -> JSON:
    return read_names(f"{name}.vocab", value, reading.context)


def _value_list(name: str, value: JSON, reading: Reading) -> list[JSON]:
    if type(value) is not list:
        raise DocumentInvalid(f"{name}.valueList", "must be an array.")
    check_json(name, value)
    return value


def _object_list(name: str, value: JSON, reading: Reading) -> list[Document]:
    if type(value) is not list:
        raise DocumentInvalid(f"{name}.objectList", "must be an array.")
    where = f"{name}.objectList"
    uris = (item.get("object") if type(item) is dict else item for item in value)
    return [{"object": check_uri(where, uri)} for uri in uris]


def _language_map(name: str, value: JSON, reading: Reading) -> Document:
    words = check_language_map(f"{name}.languageMap", value)
    if not (reading.patch and words == ERASED_MAP):
        check_nulls(f"{name}.languageMap", words, merge=reading.merge)
    return words


def _json(name: str, value: JSON, reading: Reading) -> JSON:
    if value is None:
        raise DocumentInvalid(name, "must not have the value null.")
    if type(value) not in (dict, list):
        raise DocumentInvalid(f"{name}.json", "must be an object or an array.")
    check_json(name, value)
    return value


def _geometry(name: str, value: JSON, reading: Reading) -> Document:
    return check_geometry(name, value)


_READERS: dict[str, Callable[[str, JSON, Reading], JSON]] = {
    "Property": _value,
    "Relationship": _object,
    "GeoProperty": _geometry,
    "LanguageProperty": _language_map,
    "VocabProperty": _vocab,
    "ListProperty": _value_list,
    "ListRelationship": _object_list,
    "JsonProperty": _json,
}
