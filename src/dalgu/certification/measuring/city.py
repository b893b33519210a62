"""A city at a reference instant, as columns: each entity type is read once for all variables."""

from collections.abc import Callable, Iterable
from datetime import datetime

import numpy as np

from dalgu.certification.formula.operand import Operand, Words, of_instant
from dalgu.certification.formula.parsing import REFERENCE
from dalgu.certification.framework.query import Variable
from dalgu.certification.measuring.needs import attributes_needed
from dalgu.hub.table import Column, Table
from dalgu.hub.view import View

Told = Callable[[str], None]
"""Is told the entity type that has just been read."""


class City:
    """The tables of one view; they are read when they are first asked for."""

    def __init__(
        self, view: View, reference: datetime, variables: Iterable[Variable], told: Told
    ) -> None:
        self.view = view
        self.reference = reference
        self.types = view.types()
        self._told = told
        self._needed = attributes_needed(variables)
        self._tables: dict[str, Table] = {}
        self._places: dict[str, dict[str, int]] = {}

    def table(self, entity_type: str, attribute: str = "") -> Table:
        """Return all entities of a type; with an attribute that nobody foresaw, read anew."""
        known = self._needed.get(entity_type, ())
        if attribute and attribute not in known:
            self._needed[entity_type] = known = (*known, attribute)
            self._tables.pop(entity_type, None)
        if entity_type not in self._tables:
            self._tables[entity_type] = self.view.table(entity_type, known)
            self._told(entity_type)
        return self._tables[entity_type]

    def places(self, entity_type: str) -> dict[str, int]:
        """Return where each id of a type stands in its table."""
        if entity_type not in self._places:
            ids = self.table(entity_type).ids
            self._places[entity_type] = {one: place for place, one in enumerate(ids)}
        return self._places[entity_type]

    def operands(self, entity_type: str, names: Iterable[str]) -> dict[str, Operand]:
        """Return columns of a type as a formula reads them, with the reference instant."""
        found = {name: operand(self.table(entity_type, name).column(name)) for name in names}
        return found | {REFERENCE: of_instant(self.reference)}


def operand(column: Column) -> Operand:
    """Return a column as a formula reads it."""
    words = None if column.code is None else Words(column.code, column.texts)
    return Operand(number=column.number, words=words, flag=column.flag)


def word_codes(column: Column, n: int) -> Words:
    """Return the texts of a column; none in any row where it holds none."""
    if column.code is None:
        return Words(np.full(n, -1, np.int64), ())
    return Words(column.code, column.texts)
