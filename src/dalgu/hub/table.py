"""Entities of a type as columns: only the attributes that somebody asks for are decoded.

A row whose attribute has several instances, or a value of another form than text, number or
flag, is marked as odd: who needs it asks for the entity.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from dalgu.store.documents import Selection
from dalgu.store.tables import Tables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE = 5_000  # entities that are decoded at a time
NO_WORD, NO_FLAG = -1, -1
MEMBERS = frozenset(("id", "type"))  # of an entity, that are no attributes


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of n entities: as numbers, as texts, as flags; `None` where no row is one.

    `number` is shape (n,), NaN where a row is none; `code` shape (n,), places in `texts` or -1;
    `flag` shape (n,), 1, 0 or -1; `is_odd` shape (n,). `is_link` tells a relationship.
    """

    number: "NDArray[np.float64] | None" = None
    code: "NDArray[np.int64] | None" = None
    texts: tuple[str, ...] = ()
    flag: "NDArray[np.int8] | None" = None
    is_odd: "NDArray[np.bool_] | None" = None
    is_link: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no entity has the attribute."""
        return all(one is None for one in (self.number, self.code, self.flag, self.is_odd))


@dataclass(frozen=True, slots=True)
class Table:
    """All entities of a type in order of creation: ids, the keys of their rows, columns."""

    ids: list[str]
    keys: "NDArray[np.int64]"
    columns: dict[str, Column] = field(default_factory=dict)

    def column(self, attribute: str) -> Column:
        """Return an attribute's column, an empty one where it was not read."""
        return self.columns.get(attribute, Column())


class _Instance(msgspec.Struct, gc=False):
    type: str = ""
    value: Any = None
    object: Any = None


_Cell = _Instance | list[Any] | str | None


def read_table(tables: Tables, tenant: str, entity_type: str, attributes: Sequence[str]) -> Table:
    """Return all entities of a type with some of their attributes; one pass over their bodies."""
    import numpy as np

    attributes = [one for one in attributes if one not in MEMBERS]
    decoder = _decoder(tuple(attributes))
    selection = Selection(tenant, (entity_type,))
    ids: list[str] = []
    keys: list[int] = []
    cells: list[list[_Cell]] = [[] for _ in attributes]
    after = 0
    while tables.names.find(entity_type) is not None:
        kept = tables.documents.after(selection, after, PAGE)
        decoded = [decoder.decode(row.body or b"{}") for row in kept]
        ids += [one.id for one in decoded]
        keys += [row.key for row in kept]
        for place, column in enumerate(cells):
            name = f"a{place}"
            column += [getattr(one, name) for one in decoded]
        if len(kept) < PAGE:
            break
        after = kept[-1].key
    columns = {name: _column(cell) for name, cell in zip(attributes, cells, strict=True)}
    return Table(ids, np.array(keys, np.int64), columns)


@lru_cache(maxsize=256)
def _decoder(attributes: tuple[str, ...]) -> "msgspec.json.Decoder[Any]":
    fields = [(f"a{place}", _Cell, None) for place in range(len(attributes))]
    names = {f"a{place}": name for place, name in enumerate(attributes)}
    narrow = msgspec.defstruct("Narrow", [("id", str, ""), *fields], rename=names, gc=False)
    return msgspec.json.Decoder(narrow)


def _column(cells: list[_Cell]) -> Column:
    import numpy as np

    forms = {type(one) for one in cells}
    if forms <= {type(None), str}:  # createdAt, modifiedAt
        return _typed(cells, False, None) if str in forms else Column()
    kinds = {one.type for one in cells if type(one) is _Instance}
    is_link = kinds == {"Relationship"}
    plain = "Relationship" if is_link else "Property"
    values = [_value(one, plain) for one in cells]
    there = [one is not None for one in cells]
    is_odd = np.array([
        had and (value is None or type(value) not in (int, float, str, bool))
        for had, value in zip(there, values, strict=True)
    ])  # fmt: skip
    return _typed(values, is_link, is_odd if is_odd.any() else None)


def _value(cell: _Cell, plain: str) -> Any:
    if type(cell) is not _Instance or cell.type != plain:
        return None
    return cell.value if plain == "Property" else cell.object


def _typed(values: Sequence[Any], is_link: bool, is_odd: Any) -> Column:
    import numpy as np

    kinds = set(map(type, values))
    number = code = flag = None
    places: dict[str, int] = {}
    if kinds & {int, float}:
        number = np.array([v if type(v) in (int, float) else np.nan for v in values], np.float64)
    if str in kinds:
        code = np.array(
            [places.setdefault(v, len(places)) if type(v) is str else NO_WORD for v in values],
            np.int64,
        )
    if bool in kinds:
        flag = np.array([int(v) if type(v) is bool else NO_FLAG for v in values], np.int8)
    return Column(number, code, tuple(places), flag, is_odd, is_link)
