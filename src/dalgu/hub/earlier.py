"""What is shown, as a client of an earlier edition of NGSI-LD can read it (CIM 009 4.3.6.8)."""

import re

from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.model import JSON, Document

Edition = tuple[int, int]  # major, minor

NEWEST: Edition = (1, 9)

_PREFERENCE = re.compile(
    r"(?:^|[,;\s])ngsi-ld=\"?(\d{1,3})\.(\d{1,3})\"?(?=$|[,;\s])", re.ASCII | re.IGNORECASE
)

# Kind of attribute -> the edition that brought it, and what it is before that.
_KIND_SINCE: dict[str, tuple[Edition, str]] = {
    "LanguageProperty": ((1, 4), "Property"),
    "JsonProperty": ((1, 8), "Property"),
    "VocabProperty": ((1, 8), "Property"),
    "ListProperty": ((1, 8), "Property"),
    "ListRelationship": ((1, 8), "Relationship"),
}
_KIND_OF = {VALUE_MEMBER[kind]: kind for kind in _KIND_SINCE}  # in the concise form
_MEMBER_SINCE: dict[str, Edition] = {
    "datasetId": (1, 3),
    "observedAt": (1, 3),
    "unitCode": (1, 3),
    "objectType": (1, 8),
    "valueType": (1, 9),
    "expiresAt": (1, 9),
}
_SEVERAL_SINCE: Edition = (1, 3)  # types of an entity, instances of an attribute
_SCOPE_SINCE: Edition = (1, 4)
_NOT_ATTRIBUTES = frozenset(("@context", "id", "type", "createdAt", "modifiedAt"))


def preferred_edition(prefer: str | None) -> Edition | None:
    """Return the edition that a Prefer header asks for, None when it asks for none.

    >>> preferred_edition("ngsi-ld=1.5")
    (1, 5)
    """
    found = None if prefer is None else _PREFERENCE.search(prefer)
    return None if found is None else (int(found.group(1)), int(found.group(2)))


def earlier_entity(entity: Document, edition: Edition) -> Document:
    """Return an entity, normalized or concise, without what the edition does not know.

    >>> use = {"type": "VocabProperty", "vocab": "Living"}
    >>> earlier_entity({"id": "urn:x:1", "type": "Room", "use": use}, (1, 5))["use"]
    {'type': 'Property', 'value': 'Living'}
    """
    shown: Document = {}
    for name, value in entity.items():
        if name == "type" and isinstance(value, list) and edition < _SEVERAL_SINCE:
            shown[name] = value[0]
        elif name == "scope":
            if edition >= _SCOPE_SINCE:
                shown[name] = value
        elif name in _NOT_ATTRIBUTES:
            shown[name] = value
        elif edition >= _MEMBER_SINCE.get(name, (0, 0)):
            shown[name] = _attribute(value, edition)
    return shown


def _attribute(value: JSON, edition: Edition) -> JSON:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return _instance(value, edition) if isinstance(value, dict) else value
    if edition < _SEVERAL_SINCE and value:
        default = next((one for one in value if "datasetId" not in one), value[0])
        return _instance(default, edition)
    return [_instance(one, edition) for one in value]


def _instance(instance: Document, edition: Edition) -> Document:
    kind = instance.get("type") or next((_KIND_OF[key] for key in instance if key in _KIND_OF), "")
    since, before = _KIND_SINCE.get(kind, ((0, 0), ""))
    value_member = VALUE_MEMBER.get(kind, "value")
    shown: Document = {}
    for key, value in instance.items():
        if edition < _MEMBER_SINCE.get(key, (0, 0)):
            continue
        if key == value_member:
            if edition < since:
                shown[VALUE_MEMBER[before]] = _plain_value(kind, value)
            else:
                shown[key] = value
        elif key == "type" and edition < since:
            shown[key] = before
        elif isinstance(value, dict) and key not in ("value", "entity"):
            shown[key] = _instance(value, edition)
        else:
            shown[key] = value
    return shown


def _plain_value(kind: str, value: JSON) -> JSON:
    if kind == "ListRelationship":
        return [one["object"] if isinstance(one, dict) else one for one in value]
    return value
