"""Entities on their way into the hub: a body of any form becomes a canonical document.

The canonical document is normalized NGSI-LD with stored names (see `context.py`): `id`, `type`
(text, or a list of several), optionally `scope`, and one member for each attribute: an instance,
or a list of instances told apart by `datasetId`. The hub adds createdAt and modifiedAt.
"""

import re
from collections.abc import Iterator

from dalgu.hub.attribute import Reading, read_attribute, read_names
from dalgu.hub.context import CORE, Context
from dalgu.hub.errors import DocumentInvalid, InvalidRequest
from dalgu.hub.merge import Mode, instances, merge_document
from dalgu.hub.model import JSON, Document
from dalgu.hub.values import NULL, check_date_time, check_uri

__all__ = [
    "ENTITY_MEMBERS",
    "Mode",
    "attribute_names",
    "instances",
    "merge_document",
    "parse_attribute",
    "parse_entity",
    "parse_fragment",
    "parse_temporal",
    "types_of",
]

MAX_ATTRIBUTES = 2_000  # of one entity

# Members of an entity that are not attributes.
ENTITY_MEMBERS = frozenset(
    ("id", "type", "scope", "expiresAt", "createdAt", "modifiedAt", "deletedAt", "@context")
)

# JSON-LD's own spelling of two of them (4.0): read, never written.
_KEYWORDS = {"@id": "id", "@type": "type"}
# Names that belong to the inside of attributes, and so can name none (4.5.1).
_NOT_REIFIED = frozenset(
    (
        "datasetId", "instanceId", "observedAt", "unitCode", "objectType", "valueType",
        "entityIdSealed", "entityTypeSealed",
    )
)  # fmt: skip
# Geoproperties whose kind the core fixes (4.7.1).
_PLACES = frozenset(("location", "observationSpace", "operationSpace"))

# CIM 009 4.18: levels that start with a letter, of letters, numbers and underscores.
_SCOPE = re.compile(r"/?[^\W\d_]\w*(?:/[^\W\d_]\w*)*")


def types_of(document: Document) -> list[str]:
    """Return the types of an entity.

    >>> types_of({"id": "urn:ngsi-ld:A:1", "type": "A"})
    ['A']
    """
    kinds = document["type"]
    return [kinds] if isinstance(kinds, str) else kinds


def attribute_names(document: Document) -> Iterator[str]:
    """Yield the names of the attributes of a canonical document."""
    return (name for name in document if name not in ENTITY_MEMBERS)


def parse_entity(body: JSON, context: Context = CORE, *, simplified: bool = False) -> Document:
    """Return a whole entity as a canonical document.

    Parameters
    ----------
    body
        A decoded JSON object in normalized, concise or simplified form; `@context` is skipped.
    context
        The context its names are written in.
    simplified
        Read a bare object as the value of a Property (`options=keyValues`).

    Raises
    ------
    DocumentInvalid
        When the body is no entity of NGSI-LD.

    Examples
    --------
    >>> parse_entity({"id": "urn:ngsi-ld:Room:1", "type": "Room", "temperature": 21.5})
    {'id': 'urn:ngsi-ld:Room:1', 'type': 'Room', 'temperature': {'type': 'Property', 'value': 21.5}}

    """
    document = _parse(body, Reading(context, simplified=simplified))
    if "id" not in document:
        raise DocumentInvalid("id", "is required for an entity.")
    if "type" not in document:
        raise DocumentInvalid("type", "is required for an entity.")
    return document


def parse_fragment(
    body: JSON,
    context: Context = CORE,
    *,
    simplified: bool = False,
    patch: bool = True,
    merge: bool = True,
) -> Document:
    """Return a piece of an entity as a canonical document; `id` and `type` may be absent.

    With `patch`, `urn:ngsi-ld:null` may stand for an attribute, a sub-attribute or a value that
    is to be deleted; with `merge`, also for a member inside of a value (5.5.4).
    """
    reading = Reading(context, simplified=simplified, patch=patch, merge=patch and merge)
    return _parse(body, reading)


def parse_attribute(
    name: str, body: JSON, context: Context = CORE, *, partial: bool = False
) -> tuple[str, JSON]:
    """Return the stored name and the normalized instance(s) of one attribute.

    With `partial`, the body is a change of an instance: it may lack type and value.
    """
    reading = Reading(context, patch=partial, partial=partial)
    stored = attribute_name(name, context)
    if stored in ENTITY_MEMBERS:
        raise DocumentInvalid(name, "is no attribute: it cannot be updated or replaced as one.")
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key != "@context"}
    return stored, _checked(stored, read_attribute(name, body, reading))


def attribute_name(name: str, context: Context = CORE) -> str:
    """Return the stored name of an attribute; raise when it names no attribute, nor the scope."""
    stored = context.expand(name)
    if stored in _NOT_REIFIED or (stored in ENTITY_MEMBERS and stored not in _DELETABLE):
        raise DocumentInvalid(name, "is no name for an attribute.")
    return stored


_DELETABLE = frozenset(("scope", "expiresAt"))  # members that are deleted as attributes are


def _checked(name: str, attribute: JSON) -> JSON:
    """Refuse a place of the core that is no GeoProperty (4.7.1)."""
    if name in _PLACES and type(attribute) in (dict, list):
        for one in attribute if type(attribute) is list else (attribute,):
            if one.get("type", "GeoProperty") != "GeoProperty" and one.get("value") != NULL:
                raise DocumentInvalid(name, "must be a GeoProperty.")
    return attribute


def parse_temporal(body: JSON, context: Context = CORE) -> list[Document]:
    """Return an entity in temporal representation as canonical documents, one for each instant.

    Each attribute of the body is an array of instances (CIM 009 4.5.6); the k-th document holds
    the k-th instance of every attribute.
    """
    if not isinstance(body, dict):
        raise DocumentInvalid("body", "must be an object.")
    fixed = {key: value for key, value in body.items() if key in ENTITY_MEMBERS}
    layers: list[Document] = [{}]
    for key, value in body.items():
        if key in ENTITY_MEMBERS:
            continue
        for index, instance in enumerate(value if isinstance(value, list) else [value]):
            if index == len(layers):
                layers.append({})
            layers[index][key] = instance
    return [parse_entity(fixed | layer, context) for layer in layers]


def _parse(body: JSON, reading: Reading) -> Document:
    if type(body) is not dict:
        raise InvalidRequest("The body must be an object.")
    if len(body) > MAX_ATTRIBUTES:
        raise DocumentInvalid("body", f"must have at most {MAX_ATTRIBUTES} attributes.")
    document: Document = {}
    names = reading.context.names
    for key, value in body.items():
        if key in ENTITY_MEMBERS:
            _read_member(document, key, value, reading)
            continue
        if key in _KEYWORDS:
            _read_member(document, _KEYWORDS[key], value, reading)
            continue
        name = names[key]
        if name in ENTITY_MEMBERS or name in _NOT_REIFIED:
            raise DocumentInvalid(key, "is no name for an attribute.")
        if name in document:
            raise DocumentInvalid(key, "is the name of two attributes.")
        attribute = read_attribute(key, value, reading)
        document[name] = _checked(name, attribute) if name in _PLACES else attribute
    return document


def _read_member(document: Document, key: str, value: JSON, reading: Reading) -> None:
    if key == "id":
        document[key] = check_uri("id", value)
        if value == NULL:
            raise DocumentInvalid(key, f"must not be '{NULL}'.")
    elif key == "type":
        document[key] = read_names("type", value, reading.context)
        if value in ("id", "type"):
            raise DocumentInvalid(key, "must not be the name of a member.")
    elif key == "scope":
        document[key] = value if value == NULL and reading.patch else _read_scope(value)
    elif key == "expiresAt":
        is_erased = value == NULL and reading.patch
        document[key] = value if is_erased else check_date_time(key, value)


def _read_scope(value: JSON) -> JSON:
    scopes = value if type(value) is list else [value]
    for scope in scopes:
        if type(scope) is not str or not _SCOPE.fullmatch(scope):
            raise DocumentInvalid("scope", "must be text, or an array of texts, as /Daegu/Dalseo.")
    return value
