"""What the resources of an object mean: a table, from paths and values to named fields."""

import math
import struct
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from dalgu.devices.lwm2m.errors import Lwm2mPayloadInvalid
from dalgu.devices.lwm2m.records import RELATIVE_BEFORE_S, Record, Value
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso

RESOURCE_DEPTH = 3  # object, instance, resource


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One resource: the field it becomes and the kind of its value."""

    field: str
    kind: Literal["float", "int", "bool", "text"]
    name: str


class ObjectTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One object with the resources that are read."""

    title: dict[str, str]
    resources: dict[int, Resource]


@cache
def objects() -> dict[int, ObjectTable]:
    """Return the objects that are read, by their number."""
    text = resources.files(__package__).joinpath("objects.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[int, ObjectTable], strict=False)


def fields_of(records: Iterable[Record], received_at: datetime) -> dict[str, JSON]:
    """Return the fields of an object's records, registers of several instants as a list.

    Raises
    ------
    Lwm2mPayloadInvalid
        When a value is of another kind than its resource.

    Examples
    --------
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> fields_of([Record((3424, 0, 1), 12.5), Record((3424, 0, 10), False)], at)
    {'volume_m3': 12.5, 'leak': False}

    """
    values: dict[str, JSON] = {}
    registers: dict[datetime, float] = {}
    for record in records:
        resource = _resource(record.path)
        if resource is None:
            continue
        value = _typed(resource, record.value)
        at = _instant(record.at_s, received_at)
        if resource.field == "volume_m3" and at is not None:
            registers[at] = float(value)
        else:
            values[resource.field] = value
    if registers:
        values["values"] = [
            {"Type": "Volume", "Value": volume, "Unit": "m3", "Timestamp": iso(at)}
            for at, volume in sorted(registers.items(), reverse=True)
        ]
    return values


def _resource(path: tuple[int, ...]) -> Resource | None:
    if len(path) < RESOURCE_DEPTH:
        return None
    known = objects().get(path[0])
    return None if known is None else known.resources.get(path[2])


def _instant(at_s: float | None, received_at: datetime) -> datetime | None:
    """Return an instant; a small time is relative to the receipt (RFC 8428, 4.5.3)."""
    if at_s is None:
        return None
    seconds = at_s + received_at.timestamp() if at_s < RELATIVE_BEFORE_S else at_s
    try:
        return datetime.fromtimestamp(round(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        raise Lwm2mPayloadInvalid(f"the time {at_s:g} is none") from None


def _typed(resource: Resource, value: Value) -> JSON:
    if isinstance(value, bytes):
        value = _from_bytes(resource, value)
    if resource.kind == "text":
        return str(value)
    if resource.kind == "bool":
        if isinstance(value, str) or value not in (0, 1):
            raise Lwm2mPayloadInvalid(f"'{resource.name}' is not true or false")
        return bool(value)
    if isinstance(value, str | bool):
        raise Lwm2mPayloadInvalid(f"'{resource.name}' is not a number")
    return int(value) if resource.kind == "int" else float(value)


def _from_bytes(resource: Resource, value: bytes) -> Value:
    """Read the bytes of a TLV resource (7.4.3): big endian, floats as IEEE 754."""
    if resource.kind == "text":
        return value.decode("utf-8", "replace")
    if resource.kind == "float" and len(value) in (4, 8):
        number: float = struct.unpack(">f" if len(value) == 4 else ">d", value)[0]
        if not math.isfinite(number):
            raise Lwm2mPayloadInvalid(f"'{resource.name}' is not finite")
        return number
    if len(value) not in (1, 2, 4, 8):
        raise Lwm2mPayloadInvalid(f"'{resource.name}' has {len(value)} bytes")
    return int.from_bytes(value, "big", signed=True)
