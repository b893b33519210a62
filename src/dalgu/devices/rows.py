"""From a row's cells to the value of one entity, or the reason why there is none: pure."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from dalgu.devices.conversion import factor
from dalgu.devices.mapping import Attribute, Instant, Mapping
from dalgu.hub.model import JSON, Entity, prop, quantity
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)  # registers reach further back than devices
MAX_AHEAD = timedelta(days=1)
SHOWN_CHARACTERS = 60
REMEMBERED_IDS = 65_536
FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "y", "t"), True),
    **dict.fromkeys(("false", "0", "no", "n", "f"), False),
}
_DIRECTIVE = re.compile("%.")
_DIGITS = {
    "%Y": "year",
    "%m": "month",
    "%d": "day",
    "%H": "hour",
    "%M": "minute",
    "%S": "second",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Value = str | int | float | bool
Cell = Callable[[JSON], Value | None]


class RowRefused(Exception):
    """Why a row cannot become a value; the importer writes it into its report."""


class Translator:
    """Turns the cells of rows, in file order, into values of entities.

    Parameters
    ----------
    mapping
        Says what each column means; cells come in the order of `mapping.columns`.
    now
        Rows more than a day later than this are refused.
    """

    def __init__(self, mapping: Mapping, now: datetime) -> None:
        places = {column: n for n, column in enumerate(mapping.columns)}
        self._type = declared_type(mapping)
        self._constants: dict[str, JSON] = dict(mapping.constants)
        self._id = _id_reader(mapping, places)
        self._instant_place = places[mapping.instant.column]
        self._stamp = _stamp_reader(mapping.instant)
        self._to_utc = LocalTime(mapping.instant)
        self._latest = now + MAX_AHEAD
        self._attributes = [
            (name, places[one.column], _reader(one, mapping.source.decimal), one)
            for name, one in mapping.attributes.items()
        ]

    def translate(self, cells: Sequence[JSON]) -> Entity:
        """Return the value that a row tells, at its instant, UTC.

        Raises
        ------
        RowRefused
            When a cell cannot be read, is missing though required, or is implausible.
        """
        entity = EntityId(self._id(cells))
        at = self._to_utc(self._stamp(cells[self._instant_place]), entity)
        if not EARLIEST <= at <= self._latest:
            raise RowRefused(f"the instant {iso(at)} lies before 1900 or in the future")
        told: dict[str, JSON] = {}
        for name, place, read, attribute in self._attributes:
            value = _value(name, cells[place], read, attribute)
            if value is not None:
                told[name] = value
        if not told:
            raise RowRefused("it has no value")
        return self._type(id=entity, observed_at=at, **told)

    def constants(self, entity: EntityId) -> Entity | None:
        """Return what the mapping says of every entity, without an instant."""
        return self._type(id=entity, **self._constants) if self._constants else None


def declared_type(mapping: Mapping) -> type[Entity]:
    """Return an entity type with the attributes and units of a mapping."""
    fields = {name: _declared(one) for name, one in mapping.attributes.items()}
    fields |= {name: prop() for name in mapping.constants if name != "origin"}
    annotations = dict.fromkeys(fields, JSON)
    return type(mapping.entity.type, (Entity,), {"__annotations__": annotations, **fields})


def _declared(attribute: Attribute) -> JSON:
    unit = _unit(attribute)
    return prop() if unit is None else quantity(unit)


class LocalTime:
    """Turns stamps into UTC, through the hours that clock changes skip or repeat."""

    def __init__(self, instant: Instant) -> None:
        self._zone = None if instant.zone is None else ZoneInfo(instant.zone)
        self._rule = instant.repeated_hour
        self._last: dict[str, datetime] = {}  # newest stamp in a repeated hour, by entity

    def __call__(self, stamp: datetime, entity: str) -> datetime:
        """Return the instant of a stamp; those of one entity come in the file's order."""
        if stamp.tzinfo is not None:
            return stamp.astimezone(UTC)
        if self._zone is None:
            raise RowRefused("the stamp has no offset; set 'instant.zone'")
        first = stamp.replace(tzinfo=self._zone)
        second = first.replace(fold=1)
        before, after = first.utcoffset(), second.utcoffset()
        if before == after:
            return first.astimezone(UTC)
        if before is None or after is None or before < after:
            raise RowRefused(f"{stamp} does not exist in {self._zone}; clocks went forward then")
        return (second if self._is_second(stamp, entity) else first).astimezone(UTC)

    def _is_second(self, stamp: datetime, entity: str) -> bool:
        if self._rule != "in_order":
            return self._rule == "second"
        last = self._last.get(entity)
        # Once in the second pass (fold 1), an entity stays there until the next clock change.
        is_near = last is not None and abs(stamp - last) < timedelta(days=1)
        is_second = is_near and last is not None and (last.fold == 1 or stamp <= last)
        self._last[entity] = stamp.replace(fold=int(is_second))
        return is_second


def _id_reader(mapping: Mapping, places: dict[str, int]) -> Callable[[Sequence[JSON]], str]:
    template = mapping.entity.id
    wanted = [(column, places[column]) for column in mapping.entity.columns]

    @lru_cache(maxsize=REMEMBERED_IDS)
    def fill(*cells: str) -> str:
        entity = template
        for (column, _), cell in zip(wanted, cells, strict=True):
            text = cell.strip()
            if not text:
                raise RowRefused(f"column '{column}' of the id is empty")
            entity = entity.replace(f"{{{column}}}", quote(text, safe="._~+@=/:-"))
        return entity

    return lambda cells: fill(*("" if cells[n] is None else str(cells[n]) for _, n in wanted))


def _stamp_reader(instant: Instant) -> Callable[[JSON], datetime]:
    column, pattern = instant.column, instant.format
    named = {"iso": datetime.fromisoformat, "unix_s": _unix_s, "unix_ms": _unix_ms}
    read = named.get(pattern) or _pattern_reader(pattern)

    def stamp(cell: JSON) -> datetime:
        if isinstance(cell, datetime):
            return cell
        if isinstance(cell, date):
            return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - its zone comes next
        text = "" if cell is None else str(cell).strip()
        if not text:
            raise RowRefused(f"column '{column}' has no instant")
        try:
            return read(text)
        except (ValueError, OverflowError):
            raise RowRefused(f"column '{column}': {_shown(text)} is not as '{pattern}'") from None

    return stamp


def _pattern_reader(pattern: str) -> Callable[[str], datetime]:
    """Return a reader of a strptime pattern; one of digits only is read six times as fast.

    >>> _pattern_reader("%d.%m.%Y %H:%M")("1.3.2016 00:28")
    datetime.datetime(2016, 3, 1, 0, 28)
    """
    directives = _DIRECTIVE.findall(pattern)
    fields = [_DIGITS.get(directive) for directive in directives]
    if (
        None in fields
        or not {"year", "month", "day"} <= set(fields)
        or len(set(fields)) < len(fields)
    ):
        return lambda text: datetime.strptime(text, pattern)  # noqa: DTZ007 - its zone comes next
    names = [field for field in fields if field is not None]
    literals = [re.escape(part) for part in _DIRECTIVE.split(pattern)]
    groups = [r"(\d{4})" if name == "year" else r"(\d{1,2})" for name in names]
    shape = re.compile(
        "".join(a + b for a, b in zip(literals, [*groups, ""], strict=True)), re.ASCII
    )

    def read(text: str) -> datetime:
        match = shape.fullmatch(text)
        if match is None:
            raise ValueError(pattern)
        parts = dict(zip(names, map(int, match.groups()), strict=True))
        return datetime(**parts)  # type: ignore[arg-type]  # noqa: DTZ001 - its zone comes next

    return read


def _unix_s(text: str) -> datetime:
    return _EPOCH + timedelta(seconds=float(text))


def _unix_ms(text: str) -> datetime:
    return _EPOCH + timedelta(milliseconds=float(text))


def _unit(attribute: Attribute) -> str | None:
    return attribute.target_unit or attribute.unit


def _value(name: str, cell: JSON, read: Cell, attribute: Attribute) -> Value | None:
    value = None if cell is None or cell == "" else read(cell)
    if value is None:
        if attribute.required:
            raise RowRefused(f"column '{attribute.column}' is empty, and '{name}' is required")
        return None
    if isinstance(value, (int, float)):
        low, high = attribute.min, attribute.max
        if (low is not None and value < low) or (high is not None and value > high):
            raise RowRefused(f"'{name}' is {value}; plausible is {_range(low, high)}")
    return value


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def _reader(attribute: Attribute, decimal: str) -> Cell:
    if attribute.kind == "text":
        return lambda cell: str(cell).strip() or None
    if attribute.kind == "flag":
        return lambda cell: _flag(attribute.column, cell)
    is_whole = attribute.kind == "integer"
    up, down = (1, 1) if attribute.unit is None else factor(attribute.unit, _unit(attribute) or "")

    def number(cell: JSON) -> Value | None:
        value = _number(attribute.column, cell, decimal)
        if value is None:
            return None
        value = value * up / down
        if is_whole and not value.is_integer():
            raise RowRefused(f"column '{attribute.column}': {value} is not a whole number")
        return int(value) if is_whole else value

    return number


def _number(column: str, cell: JSON, decimal: str) -> float | None:
    if isinstance(cell, bool):
        raise RowRefused(f"column '{column}': {cell} is not a number")
    text = str(cell).strip()
    if not text:
        return None
    if decimal == ",":
        text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        raise RowRefused(f"column '{column}': {_shown(text)} is not a number") from None
    # Python reads '1_000' and 'nan' as numbers; no meter writes them.
    if "_" in text or not math.isfinite(value):
        raise RowRefused(f"column '{column}': {_shown(text)} is not a number")
    return value


def _flag(column: str, cell: JSON) -> bool | None:
    text = str(cell).strip().lower()
    if not text:
        return None
    try:
        return FLAGS[text]
    except KeyError:
        raise RowRefused(f"column '{column}': {_shown(text)} is neither true nor false") from None


def _shown(text: str) -> str:
    return repr(text[:SHOWN_CHARACTERS])
