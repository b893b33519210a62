"""Reads frameworks from their folders, and names file, line and field of what is wrong.

A framework is a folder: `framework.toml` and one file per evaluation item. Variables that
several indicators stand on are declared once, in `shared.toml` beside the folders.
"""

import hashlib
import math
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from dalgu.certification.errors import FrameworkInvalid, FrameworkNotExisting
from dalgu.certification.framework.checks import problems
from dalgu.certification.framework.lines import field_of, line_of, reason_of
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.framework.query import Variable
from dalgu.kernel.toml import read_toml

FRAMEWORKS = Path(__file__).parent.parent / "frameworks"
FRAMEWORK_FILE, SHARED_FILE = "framework.toml", "shared.toml"

_T = TypeVar("_T")


class _ItemFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    item: str
    indicators: list[Indicator]


class _SharedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    variables: dict[str, Variable]


def names() -> tuple[str, ...]:
    """Return the names of the frameworks that ship with the platform."""
    return tuple(sorted(file.parent.name for file in FRAMEWORKS.glob(f"*/{FRAMEWORK_FILE}")))


@cache
def load(name: str) -> Framework:
    """Load a framework that ships with the platform.

    Raises
    ------
    FrameworkNotExisting
        When no framework has the name.
    FrameworkInvalid
        When a file breaks the schema or its own logic; the sentence names file, line and field.
    """
    if name not in names():
        raise FrameworkNotExisting(name, names())
    return read(FRAMEWORKS / name, FRAMEWORKS / SHARED_FILE)


def read(folder: Path, shared: Path | None = None) -> Framework:
    """Read a framework from a folder; `load` says what it raises."""
    framework = _struct(folder / FRAMEWORK_FILE, Framework)
    common = {} if shared is None else _struct(shared, _SharedFile).variables
    known = {item.code for area in framework.areas for item in area.items}
    indicators: list[Indicator] = []
    for file in sorted(folder.glob("*.toml")):
        if file.name == FRAMEWORK_FILE:
            continue
        entry = _struct(file, _ItemFile)
        if entry.item not in known:
            raise FrameworkInvalid(file.name, 1, "item", f"'{entry.item}' is no item of it")
        for place, indicator in enumerate(entry.indicators):
            whole = _with_shared(file, place, indicator, common)
            for field, reason in problems(framework, whole):
                raise FrameworkInvalid(file.name, *_at(file, place, field), reason)
            indicators.append(msgspec.structs.replace(whole, item=entry.item))
    order = {code: n for n, code in enumerate(_item_codes(framework))}
    indicators.sort(key=lambda one: order[one.item])  # stable: files are in order of their items
    return msgspec.structs.replace(framework, indicators=indicators)


def content_hash(framework: Framework) -> str:
    """Return the SHA-256 of all that a framework says, in one canonical form."""
    return hashlib.sha256(frozen(framework)).hexdigest()


def frozen(framework: Framework) -> bytes:
    """Return a framework as canonical bytes: what a call keeps of it."""
    return msgspec.json.encode(framework, order="deterministic")


def thaw(body: bytes) -> Framework:
    """Return the framework of frozen bytes."""
    return msgspec.json.decode(body, type=Framework)


def _item_codes(framework: Framework) -> list[str]:
    return [item.code for area in framework.areas for item in area.items]


def _with_shared(
    file: Path, place: int, indicator: Indicator, common: dict[str, Variable]
) -> Indicator:
    for name in indicator.shared:
        if name not in common or name in indicator.variables:
            reason = f"'{name}' is no shared variable, or is declared here as well"
            raise FrameworkInvalid(file.name, *_at(file, place, "shared"), reason)
    taken = {name: common[name] for name in indicator.shared}
    return msgspec.structs.replace(indicator, variables=indicator.variables | taken, shared=[])


def _at(file: Path, place: int, field: str) -> tuple[int, str]:
    path = f"indicators[{place}].{field}"
    return line_of(file.read_text("utf-8"), path), path


def _struct(file: Path, kind: type[_T]) -> _T:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as unread:
        raise FrameworkInvalid(file.name, 1, "", f"it cannot be read ({unread})") from None
    try:
        found = msgspec.convert(read_toml(text), kind, strict=False)
    except tomllib.TOMLDecodeError as broken:
        raise FrameworkInvalid(
            file.name, line_of_syntax(text, str(broken)), "", str(broken)
        ) from None
    except msgspec.ValidationError as broken:
        field = field_of(str(broken))
        raise FrameworkInvalid(
            file.name, line_of(text, field), field, reason_of(str(broken))
        ) from None
    for field in _unbounded(msgspec.to_builtins(found)):  # JSON could not bring it back: see thaw
        raise FrameworkInvalid(file.name, line_of(text, field), field, "it is no finite number")
    return found


def _unbounded(value: object, path: str = "") -> Iterator[str]:
    """Yield the path of each number that is infinite or none at all."""
    if isinstance(value, float) and not math.isfinite(value):
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _unbounded(inner, f"{path}.{name}".lstrip("."))
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _unbounded(inner, f"{path}[{place}]")


def line_of_syntax(text: str, message: str) -> int:
    """Return the line that a TOML error speaks of.

    >>> line_of_syntax("a = 1\\nb = c", "Invalid value (at line 2, column 5)")
    2
    >>> line_of_syntax("a = 1\\nb =", "Invalid value (at end of document)")
    2
    """
    named = message.rpartition("(at line ")[2].partition(",")[0]
    return int(named) if named.isdigit() else text.count("\n") + 1
