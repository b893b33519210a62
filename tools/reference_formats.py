"""The reference page of device messages: formats, their fields, the profiles that decode them."""

import inspect
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_args, get_origin

import msgspec
from reference_markdown import Row, code, first_line, prose, table

from dalgu import services
from dalgu.devices.formats import FORMATS
from dalgu.devices.mqtt import TOPICS

VALUES = {
    "datetime": "instant (ISO 8601 with offset)",
    "dict": "object",
    "list": "list",
    "float": "number",
    "int": "whole number",
    "str": "text",
    "bool": "true or false",
}


def formats_page() -> str:
    """Return the message formats of the device entrance and the profiles that decode them."""
    parts = [
        "# Device messages",
        "A message comes by `POST /devices/<format>` or from an MQTT broker. Its *format* says "
        "how it is wrapped; the *profile* of the registered device says what its values mean. "
        "Fields that are not listed are passed over.",
        "MQTT topics listened to: " + ", ".join(code(topic) for topic in TOPICS) + ".",
    ]
    for module, names in _formats().items():
        parts += [f"## {module.__name__.rpartition('.')[2]}", prose(module)]
        parts += ["Formats: " + ", ".join(code(name) for name in names) + ".", _fields_of(module)]
    parts += ["## Profiles", _profiles(), *_wires()]
    return "\n\n".join(parts)


def _formats() -> dict[ModuleType, list[str]]:
    modules: dict[ModuleType, list[str]] = {}
    for name, parse in FORMATS.items():
        modules.setdefault(sys.modules[parse.__module__], []).append(name)
    return modules


def _fields_of(module: ModuleType) -> str:
    """Return one table for all bodies that a format's module decodes."""
    rows: dict[str, Row] = {}
    for decoder in vars(module).values():
        if isinstance(decoder, msgspec.json.Decoder):
            members = get_args(decoder.type) or (decoder.type,)
            for struct in (one for one in members if _is_struct(one)):
                for row in _struct_fields(struct, ""):
                    rows.setdefault(str(row[0]), row)
    return table(("field", "value", "required"), rows.values())


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _struct_fields(struct: type[msgspec.Struct], prefix: str) -> Iterator[tuple[str, str, str]]:
    for field in msgspec.structs.fields(struct):
        name = prefix + field.encode_name
        inner = [one for one in _kinds(field.type) if _is_struct(one)]
        for below in inner:
            mark = "[]." if get_origin(field.type) is list else "."
            yield from _struct_fields(below, name + mark)
        if not inner:
            yield code(name), _in_words(field.type), "yes" if field.required else ""


def _kinds(kind: Any) -> tuple[Any, ...]:
    return (kind, *(inner for one in get_args(kind) for inner in _kinds(one)))


def _in_words(kind: Any) -> str:
    names = (re.sub(r"\W", "", getattr(one, "__name__", "")) for one in _kinds(kind))
    return next((VALUES[name] for name in names if name in VALUES), "value")


def _profiles() -> str:
    rows = [
        (code(profile), service.title.en, first_line(decode))
        for service in services.load()
        for profile, decode in service.decoders.items()
    ]
    rows.append((code("heartbeat"), "devices", "The device was heard; there is nothing to decode."))
    return table(("profile", "service", "what the decoder gives"), rows)


def _wires() -> Iterator[str]:
    """Yield the services' own words on their messages, frames drawn byte by byte."""
    decoders = [one for service in services.load() for one in service.decoders.values()]
    wires = dict.fromkeys(sys.modules[decode.__module__] for decode in decoders)
    for wire in wires:
        owned = [one for one in vars(wire).values() if inspect.ismodule(one)]
        for module in (wire, *(one for one in owned if _is_neighbour(one, wire))):
            yield f"### `{module.__name__}`"
            yield prose(module)


def _is_neighbour(module: ModuleType, wire: ModuleType) -> bool:
    return module.__name__.rpartition(".")[0] == wire.__name__.rpartition(".")[0]
