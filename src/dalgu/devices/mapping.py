"""What a mapping file says: how rows of a foreign file become values of entities.

A mapping is TOML; `docs/guide/examples/daiad.toml` shows one, `dalgu import` uses it.
"""

import codecs
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from dalgu.devices.conversion import factor
from dalgu.kernel.errors import DalguError, InvalidInput

Kind = Literal["number", "integer", "text", "flag"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")  # as NGSI-LD has it: availableSpotNumber
_COLUMN = re.compile(r"\{([^{}]+)\}")
_PATH = re.compile(r" - at `\$\.?([^`]*)`$")
_SIGN = Annotated[str, msgspec.Meta(min_length=1, max_length=1)]


class MappingInvalid(InvalidInput):
    """A mapping file cannot be used as it is; `key` names the place."""

    slug = "import-mapping-invalid"
    title = "The import mapping is invalid"

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"Key '{key}' of the mapping is invalid: {reason}.", key=key)


class Source(msgspec.Struct, forbid_unknown_fields=True):
    """How the file is written; `format` defaults to what the file's name says."""

    format: Literal["csv", "jsonl", "parquet"] | None = None
    delimiter: _SIGN = ","
    quote: Annotated[str, msgspec.Meta(max_length=1)] = '"'  # empty where nothing is quoted
    header: bool = True
    columns: list[str] = []  # names where the file has no header
    encoding: str = "utf-8-sig"
    decimal: Literal[".", ","] = "."


class Target(msgspec.Struct, forbid_unknown_fields=True):
    """The entities: their type and the template of their ids, as `urn:…:{column}`."""

    type: str
    id: str

    @property
    def columns(self) -> list[str]:
        """The columns that the id is made of."""
        return _COLUMN.findall(self.id)


class Instant(msgspec.Struct, forbid_unknown_fields=True):
    """Which column says when, and how to read it.

    `format` is `iso`, `unix_s`, `unix_ms` or a pattern as `%d/%m/%Y %H:%M`. `zone` applies
    where a stamp has no offset. The hour that a clock change repeats is ambiguous:
    `repeated_hour` takes its stamps as the first pass, as the second, or, `in_order`, as
    the second once the stamps of one entity no longer advance.
    """

    column: str
    format: str = "iso"
    zone: str | None = None
    repeated_hour: Literal["first", "second", "in_order"] = "first"


class Attribute(msgspec.Struct, forbid_unknown_fields=True, rename={"target_unit": "as"}):
    """One attribute: its column, what it holds, its units and what is plausible.

    `unit` is the column's unit, `as` the attribute's (the same when left out); `min` and
    `max` are in the attribute's unit.
    """

    column: str
    kind: Kind = "number"
    unit: str | None = None
    target_unit: str | None = None
    required: bool = True
    min: float | None = None
    max: float | None = None


class Mapping(msgspec.Struct, forbid_unknown_fields=True):
    """A whole mapping file."""

    entity: Target
    instant: Instant
    attributes: dict[str, Attribute]
    source: Source = msgspec.field(default_factory=Source)
    constants: dict[str, str | int | float | bool] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the mapping reads, each once."""
        wanted = [*self.entity.columns, self.instant.column]
        wanted += [attribute.column for attribute in self.attributes.values()]
        return tuple(dict.fromkeys(wanted))


def load_mapping(path: Path) -> Mapping:
    """Return the checked mapping of a TOML file.

    Raises
    ------
    MappingInvalid
        When the file does not exist, is no TOML, or a key of it cannot be used.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingInvalid(str(path), f"the file cannot be read ({error})") from None
    return parse_mapping(text)


def parse_mapping(text: str) -> Mapping:
    """Return the checked mapping of a TOML text; raise `MappingInvalid` naming the key."""
    try:
        mapping = msgspec.convert(tomllib.loads(text), Mapping)
    except tomllib.TOMLDecodeError as error:
        raise MappingInvalid("(file)", f"it is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        place = _PATH.search(str(error))
        reason = _PATH.sub("", str(error)).replace("Object", "The table")
        raise MappingInvalid((place and place[1]) or "(file)", reason) from None
    _check(mapping)
    return mapping


def _check(mapping: Mapping) -> None:
    _check_source(mapping.source)
    _check_target(mapping.entity)
    _check_instant(mapping.instant)
    if not mapping.attributes:
        raise MappingInvalid("attributes", "at least one attribute is required")
    for name, attribute in mapping.attributes.items():
        _check_attribute(name, attribute)
    for name in mapping.constants:
        if _NAME.fullmatch(name) is None or name in mapping.attributes:
            raise MappingInvalid(f"constants.{name}", "it must be a name of its own")
    unheard = sorted(set(mapping.columns) - set(mapping.source.columns))
    if not mapping.source.header and unheard:
        raise MappingInvalid("source.columns", f"column '{unheard[0]}' does not exist in it")


def _check_source(source: Source) -> None:
    try:
        codec = codecs.lookup(source.encoding)
    except LookupError:
        raise MappingInvalid("source.encoding", "no such encoding exists") from None
    if codec.name.startswith(("utf-16", "utf-32")):
        raise MappingInvalid("source.encoding", "lines of two-byte encodings cannot be told apart")
    if not source.header and not source.columns:
        raise MappingInvalid("source.columns", "it is required where the file has no header")
    if len(set(source.columns)) != len(source.columns):
        raise MappingInvalid("source.columns", "each column must have a name of its own")
    if source.delimiter == source.quote or source.delimiter in "\r\n":
        raise MappingInvalid("source.delimiter", "it must differ from the quote and end no line")


def _check_target(target: Target) -> None:
    if _NAME.fullmatch(target.type) is None:
        raise MappingInvalid("entity.type", "it must be a name of letters and digits")
    if not target.columns:
        raise MappingInvalid("entity.id", "it must hold a column, as in 'urn:…:{column}'")
    plain = _COLUMN.sub("x", target.id)
    if re.fullmatch(r"[a-z][a-z0-9+.-]*:[A-Za-z0-9._~/+@=:-]+", plain) is None:
        raise MappingInvalid("entity.id", "it must be a URI")


def _check_instant(instant: Instant) -> None:
    if instant.zone is not None:
        try:
            ZoneInfo(instant.zone)
        except (ValueError, OSError, LookupError):
            raise MappingInvalid("instant.zone", "no such time zone exists") from None
    is_pattern = "%" in instant.format
    if not is_pattern and instant.format not in ("iso", "unix_s", "unix_ms"):
        raise MappingInvalid("instant.format", "it must be iso, unix_s, unix_ms or a pattern")
    if is_pattern and "%z" not in instant.format and instant.zone is None:
        raise MappingInvalid("instant.zone", "it is required where the stamps have no offset")


def _check_attribute(name: str, attribute: Attribute) -> None:
    key = f"attributes.{name}"
    if _NAME.fullmatch(name) is None or name in ("id", "type"):
        raise MappingInvalid(key, "it must be the name of an attribute")
    is_measured = attribute.kind in ("number", "integer")
    if not is_measured and (attribute.unit or attribute.min or attribute.max):
        raise MappingInvalid(key, f"a {attribute.kind} has no unit and no range")
    if attribute.target_unit is not None and attribute.unit is None:
        raise MappingInvalid(f"{key}.unit", "it is required where 'as' is given")
    if attribute.unit is not None:
        try:
            factor(attribute.unit, attribute.target_unit or attribute.unit)
        except DalguError as error:
            raise MappingInvalid(f"{key}.unit", error.detail.rstrip(".")) from None
    low, high = attribute.min, attribute.max
    if low is not None and high is not None and low > high:
        raise MappingInvalid(f"{key}.min", "it is above 'max'")
