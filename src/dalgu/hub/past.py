"""Instances as history rows: a value, and a template of the rest with holes to fill.

`{"type": "Property", "value": 3, "unitCode": "MTQ", "observedAt": "…"}` becomes the value 3 and
the template `{"type":"Property","value":null,"unitCode":"MTQ","observedAt":null}`, which all
readings of a meter share: the store keeps it once.
"""

import math
from functools import lru_cache

import msgspec

from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.errors import DocumentInvalid
from dalgu.hub.model import JSON, Document
from dalgu.hub.values import MAX_INTEGER
from dalgu.kernel.clock import iso
from dalgu.store.instants import instant
from dalgu.store.names import Names
from dalgu.store.series import Instance, Value

_STAMPS = frozenset(("createdAt", "modifiedAt"))
# A template of these members only is one of few; any other member may differ each time.
_REPEATING = frozenset((*VALUE_MEMBER.values(), "type", "unitCode", "observedAt", *_STAMPS))

_encode = msgspec.json.Encoder(order="sorted").encode


def series_name(attribute: str, dataset: str | None = None) -> str:
    """Return the name under which the store keeps one series of an attribute.

    The dataset stands first because a URI has no line break, and an attribute's name may.
    """
    return f"{dataset or ''}\n{attribute}"


def attribute_of(name: str) -> str:
    """Return the attribute of a series' name."""
    return name.partition("\n")[2]


def value_of(name: str, value: JSON) -> Value:
    """Return a value as the store keeps it: a number as it is, all else as JSON.

    Raises
    ------
    DocumentInvalid
        When a number is not finite, or too large for any store.

    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise DocumentInvalid(name, "holds a number that is not finite.")
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise DocumentInvalid(name, "holds an integer of more than 63 bits.")
        return value
    return _encode(value)


def outranks(one: Value, other: Value) -> bool:
    """Whether a value wins where two claim one instant, whichever came first.

    The order has no meaning but that it is one: so any order of arrival gives the same state.
    """
    if isinstance(one, bytes) or isinstance(other, bytes):
        return isinstance(one, bytes) and (not isinstance(other, bytes) or one > other)
    return one > other


def template(instance: Document) -> bytes:
    """Return the template of an instance as JSON.

    >>> template({"type": "Relationship", "object": "urn:x:1", "createdAt": "2026-01-01T00:00:00Z"})
    b'{"type":"Relationship","object":null}'
    """
    bare = {key: value for key, value in instance.items() if key not in _STAMPS}
    bare[VALUE_MEMBER[instance["type"]]] = None
    if "observedAt" in bare:
        bare["observedAt"] = None
    return msgspec.json.encode(bare)


@lru_cache(maxsize=1_024)
def _common_template(kind: str, members: tuple[str, ...], unit: str | None) -> str:
    instance = dict.fromkeys(members) | {"type": kind}
    if unit is not None:
        instance["unitCode"] = unit
    return template(instance).decode()


def row_of(names: Names, name: str, instance: Document) -> tuple[Value, int | bytes]:
    """Return value and rest of an instance as a history row holds them."""
    kind = instance["type"]
    value = value_of(name, instance.get(VALUE_MEMBER[kind]))
    if "datasetId" not in instance and _REPEATING.issuperset(instance):
        return value, names.intern(
            _common_template(kind, tuple(instance), instance.get("unitCode"))
        )
    return value, template(instance)


def instance_of(row: Instance, *, stamped: bool = False) -> Document:
    """Return a history row as the instance it was; with `stamped`, with its instant of storing."""
    instance: Document = msgspec.json.decode(row.rest)
    value = row.value
    instance[VALUE_MEMBER[instance["type"]]] = (
        msgspec.json.decode(value) if isinstance(value, bytes) else value
    )
    if "observedAt" in instance:
        instance["observedAt"] = iso(instant(row.at_us))
    if stamped:
        instance["createdAt"] = instance["modifiedAt"] = iso(instant(row.stored_us))
    return instance
