"""What a register is: an entity type, its columns as offices name them, and who reads it.

Each register is one TOML file of the folder `registers`; adding one adds no code.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal
from urllib.parse import quote, unquote

import msgspec

from dalgu.governance.entities import TYPES
from dalgu.governance.errors import RegisterInvalid, RegisterUnknown
from dalgu.hub.model import Attribute, Entity, camel
from dalgu.hub.types import Feed
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text

Kind = Literal[
    "text", "label", "label_en", "int", "number", "won", "date", "month", "instant", "flag",
    "code", "link", "person", "share", "percent",
]  # fmt: skip
_UNSAID = re.compile(r"[\s·,_/-]")
_PLAIN = re.compile(r"[A-Za-z0-9._~+@=/-]+")  # needs no quoting
NUMBERS = frozenset(("int", "number", "won", "share", "percent"))
_ALL: tuple[type[Entity], ...] = (*TYPES, Feed)
KNOWN_TYPES: dict[str, type[Entity]] = {kind.type: kind for kind in _ALL}
# What every entry may say of itself; a register need not declare it.
STANDARD: tuple[tuple[str, Kind, Text, dict[str, list[str]]], ...] = (
    ("quality", "code", Text("값의 질", "Quality"), {
        "measured": ["실측", "measured"],
        "estimated": ["추정", "estimated"],
        "proxy": ["대리지표", "proxy"],
    }),
    ("source", "text", Text("출처", "Source"), {}),
    ("source_date", "date", Text("출처 기준일", "Source date"), {}),
)  # fmt: skip


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column: its names in files, what its cells hold, and what is plausible.

    `codes` are the words that stand for each code; `scope` keeps the pseudonyms of one kind of
    persons apart from those of another; with `past` a date must not lie ahead.
    """

    name: str
    kind: Kind
    ko: str
    en: str
    also: list[str] = []
    required: bool = False
    example: str = ""
    codes: dict[str, list[str]] = {}
    min: float | None = None
    max: float | None = None
    link: str = ""
    scope: str = ""
    past: bool = False
    words: dict[str, str] = {}  # from any word to its code; derived, never declared

    def __post_init__(self) -> None:
        """Lay the words of the codes out, once for all the cells that are looked up in them."""
        found = {word(one): code for code, also in self.codes.items() for one in (code, *also)}
        msgspec.structs.force_setattr(self, "words", found)

    @property
    def title(self) -> Text:
        """Return its header in both languages."""
        return Text(self.ko, self.en)

    @property
    def attribute(self) -> str:
        """Return the NGSI-LD name of the attribute that it fills."""
        return camel(self.name.removesuffix("_en") if self.kind == "label_en" else self.name)

    @property
    def is_personal(self) -> bool:
        """Whether its cells name persons: pseudonymised on the way in, never shown."""
        return bool(self.scope)


class _Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str
    title: Text
    source: Text
    renewed_days: int
    key: list[str]
    columns: list[Column]
    indicators: list[str] = []
    closes: str = ""
    observed: str = ""


@dataclass(frozen=True)
class Register:
    """One register, checked against the entity type that it fills.

    `closes` names the date column that ends an entry which a full export no longer has;
    `observed` the date column that says when the values of a row were observed.
    """

    name: str
    entity: type[Entity]
    title: Text
    source: Text
    renewed_days: int
    indicators: tuple[str, ...]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    closes: str = ""
    observed: str = ""

    def column(self, name: str) -> Column:
        """Return the column of a name."""
        return next(one for one in self.columns if one.name == name)

    def attribute_of(self, column: Column) -> Attribute | None:
        """Return the declared attribute that a column fills, `None` where it only makes the id."""
        return next((a for a in self.entity.attributes if a.name == column.attribute), None)

    @property
    def links(self) -> frozenset[str]:
        """Return the entity types that its links lead to."""
        return frozenset(one.link for one in self.columns if one.link)

    def id_of(self, parts: Iterable[str]) -> EntityId:
        """Return the id of the entry whose key has these parts, in the order of `key`.

        >>> register("feed-uses").id_of(["app 1", "water-oms"])
        'urn:ngsi-ld:FeedUse:app%201:water-oms'
        """
        return entity_id(self.entity.type, *(local_name(part) for part in parts))

    def key_of(self, entity: str) -> dict[str, str]:
        """Return the parts of an id by their columns; none where it is no id of this register.

        >>> register("feed-uses").key_of("urn:ngsi-ld:FeedUse:app%201:water-oms")
        {'consumer': 'app 1', 'feed': 'water-oms'}
        """
        prefix = entity_id(self.entity.type, "")
        parts = entity.removeprefix(prefix).split(":")
        if not entity.startswith(prefix) or len(parts) != len(self.key):
            return {}
        return dict(zip(self.key, map(unquote, parts), strict=True))


def word(text: str) -> str:
    """Return a word for a code without what people write in many ways.

    >>> word("스마트도시 조성·운영"), word("Smart city")
    ('스마트도시조성운영', 'smartcity')
    """
    return _UNSAID.sub("", text).casefold()


def local_name(part: str) -> str:
    """Return a part of a key as a part of a URN; its colons would look like those between parts."""
    if _PLAIN.fullmatch(part):
        return part
    return quote(part, safe="._~+@=/-")


@cache
def registers() -> dict[str, Register]:
    """Return every declared register by name; those that others link to come first."""
    folder = files("dalgu.governance") / "registers"
    found = {
        file.name.removesuffix(".toml"): parse(
            file.name.removesuffix(".toml"), file.read_text("utf-8")
        )
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }
    return {one.name: one for one in _in_order(found)}


def register(name: str) -> Register:
    """Return a declared register; raise `RegisterUnknown`."""
    try:
        return registers()[name]
    except KeyError:
        raise RegisterUnknown(name, tuple(registers())) from None


def parse(name: str, text: str) -> Register:
    """Return the register that a TOML text declares; raise `RegisterInvalid` naming the key."""
    try:
        declared = msgspec.convert(tomllib.loads(text), _Declared)
    except tomllib.TOMLDecodeError as error:
        raise RegisterInvalid(name, "(file)", f"it is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise RegisterInvalid(name, "(file)", str(error)) from None
    if declared.type not in KNOWN_TYPES:
        raise RegisterInvalid(name, "type", f"no entity type '{declared.type}' exists")
    built = Register(
        name=name,
        entity=KNOWN_TYPES[declared.type],
        title=declared.title,
        source=declared.source,
        renewed_days=declared.renewed_days,
        indicators=tuple(declared.indicators),
        key=tuple(declared.key),
        columns=tuple(_completed(declared)),
        closes=declared.closes,
        observed=declared.observed,
    )
    _check(built)
    return built


def _completed(declared: _Declared) -> list[Column]:
    columns: list[Column] = []
    for column in declared.columns:
        columns.append(column)
        if column.kind == "label":
            name, ko, en = f"{column.name}_en", f"{column.ko}(영문)", f"{column.en} (English)"
            columns.append(Column(name, "label_en", ko, en))
    fields = {attribute.field for attribute in KNOWN_TYPES[declared.type].attributes}
    named = {column.name for column in columns}
    if not declared.observed:
        columns += [
            Column(name, kind, title.ko, title.en, codes=codes)
            for name, kind, title, codes in STANDARD
            if name in fields and name not in named
        ]
    return columns


def _check(built: Register) -> None:
    names = [column.name for column in built.columns]
    keyed = [name for name in built.key if name in names]
    if len(set(names)) < len(names):
        raise RegisterInvalid(built.name, "columns", "each column must have a name of its own")
    if not built.key or len(keyed) < len(built.key):
        raise RegisterInvalid(built.name, "key", "it must name columns of the register")
    for name in filter(None, (built.closes, built.observed)):
        if name not in names:
            raise RegisterInvalid(built.name, "columns", f"column '{name}' does not exist")
    for column in built.columns:
        _check_column(built, column)


def _check_column(built: Register, column: Column) -> None:
    key = f"columns.{column.name}"
    is_bare = built.attribute_of(column) is None and column.name != built.observed
    if is_bare and column.name not in built.key:
        raise RegisterInvalid(built.name, key, f"{built.entity.type} has no such attribute")
    if (column.kind == "code") != bool(column.codes):
        raise RegisterInvalid(built.name, key, "codes belong to a column of kind 'code'")
    if (column.kind == "link") != (column.link in KNOWN_TYPES):
        raise RegisterInvalid(built.name, key, "'link' must name an entity type of a register")
    if column.kind == "person" and not column.scope:
        raise RegisterInvalid(built.name, key, "a person needs a 'scope'")
    if column.name in built.key and not column.required:
        raise RegisterInvalid(built.name, key, "a key column must be required")


def _in_order(found: dict[str, Register]) -> list[Register]:
    """Return registers so that those come first whose entries others link to."""
    waiting = dict(sorted(found.items()))
    ordered: list[Register] = []
    while waiting:
        unfilled = {one.entity.type for one in waiting.values()}
        ready = [
            one
            for one in waiting.values()
            if not (one.links & unfilled) - {one.entity.type} and not _waits(one, waiting)
        ] or list(waiting.values())
        ordered += [waiting.pop(one.name) for one in ready]
    return ordered


def _waits(one: Register, waiting: dict[str, Register]) -> bool:
    """Tell whether observations wait for the register of what they speak of."""
    return bool(one.observed) and any(
        other.entity is one.entity and not other.observed for other in waiting.values()
    )
