"""Instances as history rows: a value, and a template of the rest with holes to fill.

`{"type": "Property", "value": 3, "unitCode": "MTQ", "observedAt": "…"}` becomes the value 3 and
the template `{"type":"Property","value":null,"unitCode":"MTQ","observedAt":null}`, which all
readings of a meter share: the store keeps it once.
"""

import math
import re

import msgspec

from dalgu.hub.attribute import ERASED_MAP, VALUE_MEMBER
from dalgu.hub.errors import DocumentInvalid
from dalgu.hub.model import JSON, Document
from dalgu.hub.values import MAX_INTEGER, NULL
from dalgu.kernel.clock import iso
from dalgu.store.instants import instant
from dalgu.store.names import Names
from dalgu.store.series import Instance, Value

_STAMPS = frozenset(("createdAt", "modifiedAt"))
# A template of these members only is one of few; any other member may differ each time.
_REPEATING = frozenset((*VALUE_MEMBER.values(), "type", "unitCode", "observedAt", *_STAMPS))

MAX_SHAPES = 10_000  # remembered; a city has hundreds

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
        return value or 0.0  # -0.0 is 0.0: the store's JSON has no sign for it
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


def template(instance: Document, *, keep: tuple[str, ...] = ()) -> bytes:
    """Return the template of an instance as JSON; of the stamps, it holds those to `keep`.

    >>> template({"type": "Relationship", "object": "urn:x:1", "createdAt": "2026-01-01T00:00:00Z"})
    b'{"type":"Relationship","object":null}'
    """
    bare = {key: value for key, value in instance.items() if key not in _STAMPS or key in keep}
    bare[VALUE_MEMBER[instance["type"]]] = None
    for member in ("observedAt", "deletedAt"):
        if member in bare:
            bare[member] = None
    return msgspec.json.encode(bare)


def row_of(names: Names, name: str, instance: Document) -> tuple[int, Value, int | bytes]:
    """Return series, value and rest of an instance as a history row holds them."""
    kind = instance["type"]
    # All readings of a meter have one shape, so its keys are worked out once.
    shape = (name, kind, instance.get("unitCode"), *instance)
    keys = names.derived.get(shape)
    value = value_of(name, instance.get(VALUE_MEMBER[kind]))
    if keys is not None:
        return keys[0], value, keys[1]
    series = names.intern(series_name(name, instance.get("datasetId")))
    if "datasetId" in instance or not _REPEATING.issuperset(instance):
        return series, value, template(instance)
    common = dict.fromkeys(instance) | {"type": kind}
    if "unitCode" in instance:
        common["unitCode"] = instance["unitCode"]
    rest = names.intern(template(common).decode())
    if len(names.derived) >= MAX_SHAPES:
        names.derived.clear()
    names.derived[shape] = series, rest
    return series, value, rest


def instance_of(row: Instance, *, stamped: bool = False) -> Document:
    """Return a history row as the instance it was; with `stamped`, with its instant of storing."""
    instance: Document = msgspec.json.decode(row.rest)
    value = row.value
    instance[VALUE_MEMBER[instance["type"]]] = (
        msgspec.json.decode(value) if isinstance(value, bytes) else value
    )
    for member in ("observedAt", "deletedAt"):
        if member in instance:
            instance[member] = iso(instant(row.at_us))
    if stamped:
        stored = iso(instant(row.stored_us))
        instance.setdefault("createdAt", stored)  # a revised row holds when it was made
        instance["modifiedAt"] = stored
    return instance


def is_tombstone(row: Instance) -> bool:
    """Whether a row says that the attribute was deleted (4.5.7), not what it was."""
    return b'"deletedAt"' in row.rest


def tombstone(kind: str, dataset: str | None = None, *, scope: bool = False) -> Document:
    """Return the instance that tells of a deletion (4.5.7, 4.5.18, 4.18).

    >>> tombstone("Relationship")
    {'type': 'Relationship', 'object': 'urn:ngsi-ld:null', 'deletedAt': None}
    """
    value: JSON = [] if scope else ERASED_MAP if kind == "LanguageProperty" else NULL
    instance: Document = {"type": kind, VALUE_MEMBER[kind]: value}
    if dataset is not None:
        instance["datasetId"] = dataset
    return instance | {"deletedAt": None}


_INSTANCE = "urn:ngsi-ld:Instance:"
_PLACE = re.compile(rf"{_INSTANCE}(-?[0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)", re.ASCII)


def instance_id(row: Instance, series: int, instance: Document) -> str:
    """Return the id of a row: the one it was given when it was moved, or the one of its place."""
    given: str | None = instance.get("instanceId")
    return given or f"{_INSTANCE}{row.at_us:x}.{row.n:x}.{series:x}"


def place_of(wanted: str) -> tuple[int, int, int] | None:
    """Return the instant, number and series that an instance id tells of, if it is one of ours.

    >>> place_of("urn:ngsi-ld:Instance:ff.0.3")
    (255, 0, 3)
    """
    found = _PLACE.fullmatch(wanted)
    if found is None:
        return None
    at_us, n, series = (int(part, 16) for part in found.groups())
    return at_us, n, series
