"""Writes a framework as the folder that `loading` reads: `framework.toml` and a file per item.

What is at its default is left out, so that an entry shows what it says and nothing else.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from dalgu.certification.framework.loading import FRAMEWORK_FILE
from dalgu.certification.framework.model import Framework, Indicator

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\n": "\\n",
        "\t": "\\t",
        **{chr(n): f"\\u{n:04x}" for n in (*range(32), 127) if chr(n) not in "\n\t"},
    }
)


def write(framework: Framework, folder: Path, *, heading: str = "") -> None:
    """Write a framework into an existing folder; files of items without indicators are left out.

    `heading` becomes a comment at the head of `framework.toml`.
    """
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    head = _said(msgspec.structs.replace(framework, indicators=[]))
    (folder / FRAMEWORK_FILE).write_text(comment + "\n".join(_table(head, ())) + "\n", "utf-8")
    for area in framework.areas:
        for item in area.items:
            indicators = framework.of_item(item)
            if indicators:
                file = folder / f"{_file_name(item.code)}.toml"
                file.write_text(_item(item.code, indicators), "utf-8")


def _item(code: str, indicators: list[Indicator]) -> str:
    lines = [f"item = {_value(code)}"]
    for indicator in indicators:
        entry = _said(msgspec.structs.replace(indicator, item=""))
        lines += ["", "[[indicators]]", *_table(entry, ("indicators",))]
    return "\n".join(lines) + "\n"


def _file_name(code: str) -> str:
    return re.sub(r"[^A-Za-z0-9가-힣]+", "-", code).strip("-").lower() or "item"


def _said(struct: msgspec.Struct) -> dict[str, Any]:
    """Return the fields of a struct that are not at their defaults, and so on down."""
    said: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        default = (
            field.default_factory()
            if field.default_factory is not msgspec.NODEFAULT
            else field.default
        )
        if value is not None and value != default:
            said[field.name] = _plain(value)
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _said(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, date) else msgspec.to_builtins(value)


def _table(entry: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table: plain fields first, then the tables below it."""
    below = {key: one for key, one in entry.items() if key in ("variables", "areas")}
    for key, one in entry.items():
        if key not in below:
            yield from _field(key, one)
    for name, variable in below.get("variables", {}).items():
        yield from ("", f"[{'.'.join((*path, 'variables', _key(name)))}]")
        yield from _table(variable, path)
    for area in below.get("areas", []):
        yield from ("", "[[areas]]")
        yield from _table(area, path)


def _field(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        yield f"{_key(key)} = ["
        yield from (f"  {_value(one)}," for one in value)
        yield "]"
        return
    yield f"{_key(key)} = {_value(value)}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    """Return a value as TOML writes it.

    >>> _value({"ko": '"물"', "n": [1, 2.5, True]})
    '{ ko = "\\\\"물\\\\"", n = [1, 2.5, true] }'
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES)}"'
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)
