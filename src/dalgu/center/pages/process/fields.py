"""A command as the fields of a form: what each is, what may be chosen, what stands in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import msgspec
from msgspec import inspect

from dalgu.certification.process.acts.act import Command
from dalgu.certification.process.table import BY_NAME
from dalgu.certification.process.titles.words import WORDS, title_of
from dalgu.kernel.text import Text

LONGEST_LINE = 1_000  # signs; longer texts get a box of several lines
NULL = inspect.NoneType


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    title: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; `name` is dotted where it lies in a part of the command."""

    name: str
    kind: str  # line, prose, lines, number, date, check, choice, choices, json, given
    is_required: bool
    options: tuple[Option, ...] = ()
    values: tuple[str, ...] = ()
    longest: int | None = None
    step: str = "any"  # of a number: 1 for whole ones

    @property
    def value(self) -> str:
        """The one value, empty where there is none."""
        return self.values[0] if self.values else ""

    @property
    def key(self) -> str:
        """The last part of the name: what the field is called on the page."""
        return self.name.rpartition(".")[2]


def fields_of(
    command: str,
    given: Mapping[str, str],
    choices: Mapping[str, Sequence[Option]],
    defaults: Mapping[str, Sequence[str]],
) -> list[Field]:
    """Return the fields of a command; `given` are those that the page's address fixes."""
    found = list(_fields(BY_NAME[command].command, "", choices))
    return [_filled(field, given, defaults) for field in found]


def _filled(field: Field, given: Mapping[str, str], defaults: Mapping[str, Sequence[str]]) -> Field:
    if field.name in given:
        return replace(field, kind="given", values=(given[field.name],))
    found = defaults.get(field.name, defaults.get(field.key, ()))
    return replace(field, values=tuple(found) or field.values)


def _fields(
    kind: type[msgspec.Struct], prefix: str, choices: Mapping[str, Sequence[Option]]
) -> Iterable[Field]:
    for one in msgspec.structs.fields(kind):
        name, inner = f"{prefix}{one.name}", _bare(inspect.type_info(one.type))
        if isinstance(inner, inspect.StructType):
            parts = _fields(inner.cls, f"{name}.", choices)
            yield from (
                replace(part, is_required=part.is_required and one.required) for part in parts
            )
            continue
        default = one.default if one.default is not msgspec.NODEFAULT else None
        yield _field(name, inner, is_required=one.required, choices=choices, default=default)


def _field(
    name: str,
    kind: inspect.Type,
    *,
    is_required: bool,
    choices: Mapping[str, Sequence[Option]],
    default: object,
) -> Field:
    offered = tuple(choices.get(name, choices.get(name.rpartition(".")[2], ())))
    made = Field(name, "json", is_required, offered, values=_texts(default))
    match kind:
        case inspect.BoolType():
            return replace(made, kind="check", values=("yes",) if default is True else ())
        case inspect.EnumType(cls=words):
            return replace(made, kind="choice", options=options_of(words))
        case inspect.IntType():
            return replace(made, kind="number", step="1")
        case inspect.FloatType():
            return replace(made, kind="number")
        case inspect.DateType():
            return replace(made, kind="date")
        case inspect.StrType(max_length=longest):
            shape = "prose" if longest is not None and longest > LONGEST_LINE else "line"
            return replace(made, kind="choice" if offered else shape, longest=longest)
        case inspect.VarTupleType(item_type=item):
            return _many(made, _bare(item))
    return made


def _many(made: Field, item: inspect.Type) -> Field:
    if isinstance(item, inspect.EnumType):
        return replace(made, kind="choices", options=options_of(item.cls))
    if isinstance(item, inspect.StrType):
        return replace(made, kind="choices" if made.options else "lines")
    return made


def _bare(kind: inspect.Type) -> inspect.Type:
    """Return a type without its metadata and without `None`."""
    if isinstance(kind, inspect.Metadata):
        return _bare(kind.type)
    if isinstance(kind, inspect.UnionType):
        rest = [one for one in kind.types if not isinstance(one, NULL)]
        return _bare(rest[0]) if len(rest) == 1 else kind
    return kind


def options_of(words: Iterable[StrEnum]) -> tuple[Option, ...]:
    """Return a closed list of the process as things to choose."""
    return tuple(Option(word.value, _titled(word)) for word in words)


def _titled(word: StrEnum) -> Text:
    """Return a word of the process; kinds of files are the same in every language."""
    return title_of(word) if type(word) in WORDS else Text(word.upper(), word.upper())


def _texts(default: object) -> tuple[str, ...]:
    if default is None or isinstance(default, bool):
        return ()
    if isinstance(default, tuple | list):
        return tuple(str(one) for one in default)
    return (str(default),) if isinstance(default, str | int | float | date) else ()


def parts_of(fields: Iterable[Field], sent: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Return what a form sent as the parts of the command; what was left empty is left out."""
    found: dict[str, object] = {}
    for field in fields:
        value = _value(field, [one.strip() for one in sent.get(field.name, ())])
        if value is None:
            continue
        *path, last = field.name.split(".")
        place = found
        for part in path:
            place = place.setdefault(part, {})  # type: ignore[assignment]  # made here alone
        place[last] = value
    return {name: part for name, part in found.items() if not _is_blank(part)}


def _is_blank(part: object) -> bool:
    """Tell whether a part that may be left out was left out: no field of it says anything."""
    return isinstance(part, dict) and not any(part.values())


def _value(field: Field, texts: list[str]) -> object:
    text = texts[0] if texts else ""
    match field.kind:
        case "check":
            return bool(text)
        case "choices":
            return [one for one in texts if one]
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "given":
            return field.value
        case "number":
            return number(text)
        case "json":
            return decoded(text)
    return text or None


def number(text: str) -> object:
    """Return a number, or the text itself where it is none: the command says what is wrong.

    >>> number("3"), number("2.5"), number(""), number("x")
    (3, 2.5, None, 'x')
    """
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return text
    return found if abs(found) < float("inf") else text  # NaN is less than nothing either


def decoded(text: str) -> object:
    """Return JSON, or the text itself where it is none."""
    if not text:
        return None
    try:
        found: object = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return found


def kept(fields: Iterable[Field], sent: Mapping[str, Sequence[str]]) -> list[Field]:
    """Return fields with what was sent in them, for a form that is shown again."""
    return [
        field if field.kind == "given" else replace(field, values=tuple(sent.get(field.name, ())))
        for field in fields
    ]


def is_simple(command: type[Command]) -> bool:
    """Tell whether a command asks for nothing beyond its case or certificate."""
    return set(command.__struct_fields__) <= {"case", "certificate"}
