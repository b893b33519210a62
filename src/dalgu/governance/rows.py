"""From the rows of a table to entries of a register, or the reasons why there are none: pure."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from dalgu.governance.cells import CellRefused, Value, is_blank, names_somebody, read
from dalgu.governance.headers import Place
from dalgu.governance.pseudonyms import Pseudonyms
from dalgu.governance.register import KNOWN_TYPES, Column, Register, local_name
from dalgu.governance.report import Rejection, shown
from dalgu.governance.sheets import Row, Table
from dalgu.hub.model import JSON, Entity
from dalgu.kernel.clock import LOCAL, local
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text

ONE_DAY = timedelta(days=1)
NO_COLUMN = Text("", "")
EMPTY = Text("필수 항목이 비어 있습니다", "it is required and empty")
AHEAD = Text("앞으로의 날짜입니다", "it lies in the future")


@dataclass(frozen=True, slots=True)
class Entry:
    """One good row: its number and the value that the hub is to hold."""

    row: int
    entity: Entity


@dataclass(slots=True)
class Sorted:
    """The good rows of a table, how many repeat another one, and why the others are refused."""

    entries: list[Entry] = field(default_factory=list)
    repeated: int = 0
    rejections: list[Rejection] = field(default_factory=list)


class Translator:
    """Turns rows into entries of one register.

    Parameters
    ----------
    register, pseudonyms, origin
        What the columns mean, how persons are hidden, and what `origin` the entries have.
    places, constants
        Where in a row each column stands; what is so of every row.
    known
        By entity type, the ids that links may lead to; a type that is left out is not checked.
    now
        Dates that must be past are not later than this.
    """

    def __init__(  # noqa: PLR0913 - the parts of one import, each its caller's to choose
        self,
        register: Register,
        pseudonyms: Pseudonyms,
        places: Mapping[str, Place],
        *,
        now: datetime,
        constants: Mapping[str, JSON] | None = None,
        known: Mapping[str, Set[str]] | None = None,
        origin: str = "register",
    ) -> None:
        self._register = register
        self._pseudonyms = pseudonyms
        self._constants = dict(constants or {})
        self._known = dict(known or {})
        self._origin = origin
        tomorrow = local(now) + ONE_DAY
        self._latest = tomorrow.date().isoformat()
        self._latest_month = f"{self._latest[:7]}-31"
        self._filling = [
            column
            for column in register.columns
            if column.kind != "label_en" and register.attribute_of(column) is not None
        ]
        self._columns = [
            (column, places.get(column.name))
            for column in register.columns
            if column.name in places or column.name in self._constants or column.required
        ]

    def entity(self, cells: Sequence[JSON]) -> tuple[Entity | None, list[Rejection]]:
        """Return the entry that the cells of a row tell, or every reason why there is none."""
        values: dict[str, Value] = {}
        problems: list[Rejection] = []
        for column, place in self._columns:
            cell = self._cell(column, place, cells)
            try:
                value = self._value(column, place, cell)
            except CellRefused as refused:
                is_hidden = column.is_personal or names_somebody(cell)
                value_shown = "" if is_hidden else shown(cell)
                problems.append(Rejection(0, column.title, value_shown, refused.reason))
                continue
            if value is not None:
                values[column.name] = value
        if not problems:
            problems += self._order(values)
        return (None, problems) if problems else (self._built(values), [])

    def _cell(self, column: Column, place: Place | None, cells: Sequence[JSON]) -> JSON:
        if place is None:
            return self._constants.get(column.name)
        cell = cells[place.index] if place.index < len(cells) else None
        return self._constants.get(column.name) if cell is None or cell == "" else cell

    def _value(self, column: Column, place: Place | None, cell: JSON) -> Value | None:
        if is_blank(column, cell):
            if column.required:
                raise CellRefused(EMPTY.ko, EMPTY.en)
            return None
        value = read(column, cell)
        if place is not None and place.factor != 1 and isinstance(value, int):
            value *= place.factor
        if column.past and isinstance(value, str):
            latest = self._latest_month if column.kind == "month" else self._latest
            if value[:10] > latest:
                raise CellRefused(AHEAD.ko, AHEAD.en)
        return self._named(column, value)

    def _named(self, column: Column, value: Value) -> Value:
        """Return a value with persons hidden and links led to entities."""
        if column.is_personal and not str(value).startswith("urn:"):
            value = self._pseudonyms.of(column.scope, str(value))
        if not column.link:
            return value
        target = str(value)
        if not target.startswith("urn:"):
            target = entity_id(column.link, local_name(target))
        known = self._known.get(column.link)
        if known is not None and target not in known:
            title = KNOWN_TYPES[column.link].__name__
            raise CellRefused(
                f"그런 {title} 항목이 대장에 없습니다. 그 대장을 먼저 올려 주십시오",
                f"no {title} entry has this key; fill that register first",
            )
        return target

    def _order(self, values: Mapping[str, Value]) -> list[Rejection]:
        """Return what is wrong between columns: a term that ends before it begins."""
        for first, last in (
            ("since", "until"),
            ("certificate_since", "certificate_until"),
            ("called_at", "arrived_at"),
        ):
            begin, end = values.get(first), values.get(last)
            if isinstance(begin, str) and isinstance(end, str) and end < begin:
                title = self._register.column(last).title
                reason = Text("시작보다 이릅니다", f"it lies before {first.replace('_', ' ')}")
                return [Rejection(0, title, end, reason)]
        return []

    def _built(self, values: dict[str, Value]) -> Entity:
        register = self._register
        entity = register.id_of(_key_part(values[name]) for name in register.key)
        fields: dict[str, Any] = {}
        for column in self._filling:
            if column.name in values:
                is_label = column.kind == "label"
                fields[column.name] = _label(column, values) if is_label else values[column.name]
        observed = values.get(register.observed) if register.observed else None
        if observed is not None:
            fields = {name: _as_number(value) for name, value in fields.items()}
            fields["observed_at"] = datetime.fromisoformat(f"{observed}T12:00:00").replace(
                tzinfo=LOCAL  # the middle of the local day, so that no zone makes it another
            )
        return register.entity(id=EntityId(entity), origin=self._origin, **fields)


def sort_rows(table: Table, translator: Translator, register: Register) -> Sorted:
    """Return the rows of a table as entries, with every row that cannot be used named.

    Of two rows with one key the first is taken; one that says the same is a repetition, one
    that says otherwise is refused, as nobody can tell which of them holds.
    """
    found = Sorted()
    seen: dict[object, Entry] = {}
    for row in table.rows:
        entity, problems = _tried(row, translator)
        found.rejections += [Rejection(row.number, p.column, p.value, p.reason) for p in problems]
        if entity is None:
            continue
        key = (entity.id, entity.observed_at)
        first = seen.setdefault(key, Entry(row.number, entity))
        if first.row == row.number:
            found.entries.append(first)
        elif first.entity == entity:
            found.repeated += 1
        else:
            found.rejections.append(_contradiction(row, first, register))
    return found


def _tried(row: Row, translator: Translator) -> tuple[Entity | None, list[Rejection]]:
    if row.problem is not None:
        return None, [Rejection(row.number, NO_COLUMN, "", row.problem)]
    return translator.entity(row.cells)


def _contradiction(row: Row, first: Entry, register: Register) -> Rejection:
    columns = [register.column(name).title for name in register.key]
    title = Text(", ".join(c.ko for c in columns), ", ".join(c.en for c in columns))
    reason = Text(
        f"{first.row}행과 같은 키인데 내용이 다릅니다",
        f"row {first.row} has the same key and says otherwise",
    )
    return Rejection(row.number, title, "", reason)


def _key_part(value: Value) -> str:
    """Return a value as a part of an id; of a link the key that it leads to."""
    if isinstance(value, Text):
        return value.ko
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return unquote(text.split(":", 3)[3]) if text.startswith("urn:ngsi-ld:") else text


def _label(column: Column, values: Mapping[str, Value]) -> Value:
    """Return a name in both languages; where a file has one only, it stands for both."""
    ko = values[column.name]
    return ko if isinstance(ko, Text) else Text(str(ko), str(values.get(f"{column.name}_en", ko)))


def _as_number(value: Value) -> Value:
    """Return an observed flag as 0 or 1: the history that formulas read holds numbers."""
    return float(value) if isinstance(value, bool) else value
