"""The subjects of a variable: the entities its filters keep, with what they say."""

from dataclasses import dataclass

import numpy as np

from dalgu.certification.formula import tree
from dalgu.certification.formula.operand import NO_WORD, Bools, Floats, Ints, Words
from dalgu.certification.formula.parsing import parse
from dalgu.certification.framework.query import Group, Variable
from dalgu.certification.measuring.city import City, operand, word_codes
from dalgu.certification.measuring.filters import kept
from dalgu.certification.measuring.needs import INTERVAL
from dalgu.certification.measuring.rows import QUALITIES, Rows

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Subjects:
    """Rows that know nothing of their histories yet, and what stands beside them.

    `dated_us` is when the newest of them was issued, None where none says so. `is_register`
    tells that some come from a register. `known` is how many entities of the types there are.
    """

    rows: Rows
    dated_us: int | None
    is_register: bool
    known: int


def nobody() -> Subjects:
    """Return the subjects of a variable that cannot be read."""
    return Subjects(Rows((), np.zeros(0), np.zeros(0, np.int8)), None, is_register=False, known=0)


@dataclass(frozen=True, slots=True)
class _Part:
    """The entities of one type that are kept; arrays are shape (k,)."""

    ids: list[str]
    value: Floats
    words: Words
    by_us: Ints
    group: Words
    total: Floats
    interval_s: Floats
    quality: Ints
    dated_us: Ints
    is_register: Bools


def subjects_of(city: City, variable: Variable) -> Subjects:
    """Return the entities that a variable counts, each once."""
    known = sum(city.types.get(one, 0) for one in variable.type)
    parts = [_part(city, one, variable) for one in variable.type]
    keep = np.concatenate([_first_seen(parts), np.zeros(0, bool)])
    if variable.group is not None:
        keep &= _in_large_groups(parts, variable.group, keep)
    if variable.aggregate == "latest":
        keep &= np.concatenate([one.by_us for one in parts]) > 0
    ids = np.array([one for part in parts for one in part.ids], object)[keep]
    max_age_us = None
    if variable.observed is not None:
        interval_s = np.concatenate([one.interval_s for one in parts])[keep]
        age_s = variable.max_age_s + variable.max_age_intervals * interval_s
        max_age_us = np.round(age_s * SECOND_US).astype(np.int64)
    is_distinct = variable.aggregate == "distinct"
    words = _joined([one.words for one in parts]) if is_distinct else None
    rows = Rows(
        subject=tuple(ids.tolist()),
        value=np.concatenate([one.value for one in parts])[keep],
        quality=np.concatenate([one.quality for one in parts])[keep].astype(np.int8),
        words=None if words is None or not words.texts else Words(words.code[keep], words.texts),
        by_us=_by(parts, keep) if variable.aggregate == "latest" else None,
        max_age_us=max_age_us,
    )
    dated_us = np.concatenate([one.dated_us for one in parts])[keep]
    is_register = np.concatenate([one.is_register for one in parts])[keep]
    newest = int(dated_us.max()) if len(dated_us) else 0
    return Subjects(rows, newest or None, bool(is_register.any()), known)


def _by(parts: list[_Part], keep: Bools) -> Ints:
    return np.concatenate([one.by_us for one in parts])[keep]


def _part(city: City, entity_type: str, variable: Variable) -> _Part:
    mask = kept(city, entity_type, variable)
    table = city.table(entity_type)
    n = len(table.ids)
    value, words = _values(city, entity_type, variable)
    group = Words(np.full(n, NO_WORD, np.int64), ())
    total = np.ones(n)
    if variable.group is not None:
        group = _keys(city, entity_type, variable.group.by)
        if variable.group.total:
            total = np.nan_to_num(_numbers(city, entity_type, variable.group.total), nan=0.0)
    places = np.flatnonzero(mask)
    by_us = _instants(city, entity_type, variable.by) if variable.by else np.zeros(n, np.int64)
    interval = _numbers(city, entity_type, INTERVAL) if variable.max_age_intervals else np.zeros(n)
    return _Part(
        ids=[table.ids[place] for place in places.tolist()],
        value=value[places],
        words=Words(words.code[places], words.texts),
        by_us=by_us[places],
        group=Words(group.code[places], group.texts),
        total=total[places],
        interval_s=np.nan_to_num(interval, nan=0.0)[places],
        quality=_quality(city, entity_type)[places],
        dated_us=_dated(city, entity_type)[places],
        is_register=_is_register(city, entity_type)[places],
    )


def _values(city: City, entity_type: str, variable: Variable) -> tuple[Floats, Words]:
    """Return what `of` says of each entity, as number and as text; 1 where nothing is asked."""
    n = len(city.table(entity_type).ids)
    nothing = Words(np.full(n, NO_WORD, np.int64), ())
    if not variable.of:
        return np.ones(n), nothing
    formula = parse(variable.of)
    if variable.aggregate == "distinct" and isinstance(formula.tree, tree.Name):
        return _numbers(city, entity_type, variable.of), _keys(city, entity_type, variable.of)
    columns = city.operands(entity_type, formula.variables)
    if variable.aggregate == "count" and variable.observed is None:
        there = np.broadcast_to(formula.over(columns).is_there(), (n,))
        return np.where(there, 1.0, np.nan), nothing
    return np.broadcast_to(formula.over(columns).numbers(), (n,)), nothing


def _numbers(city: City, entity_type: str, attribute: str) -> Floats:
    table = city.table(entity_type, attribute)
    number = table.column(attribute).number
    return np.full(len(table.ids), np.nan) if number is None else number


def _keys(city: City, entity_type: str, attribute: str) -> Words:
    """Return what tells groups apart: texts and links as they are, numbers as they print."""
    table = city.table(entity_type, attribute)
    column = table.column(attribute)
    if column.code is None and column.number is not None:
        numbers, code = np.unique(column.number, return_inverse=True)
        there = ~np.isnan(column.number)
        texts = tuple(repr(one) for one in numbers.tolist())
        return Words(np.where(there, code.astype(np.int64), NO_WORD), texts)
    return word_codes(column, len(table.ids))


def _instants(city: City, entity_type: str, attribute: str) -> Ints:
    table = city.table(entity_type, attribute)
    span = operand(table.column(attribute)).span()
    if span is None:
        return np.zeros(len(table.ids), np.int64)
    return np.where(span.is_there, span.first_us, 0)


def _quality(city: City, entity_type: str) -> Ints:
    table = city.table(entity_type)
    words = word_codes(table.column("quality"), len(table.ids))
    known = [QUALITIES.index(text) if text in QUALITIES else 0 for text in words.texts]
    return np.array([*known, 0], np.int64)[words.code]


def _dated(city: City, entity_type: str) -> Ints:
    """Return when each entry was issued: by its source's date, else when the hub heard of it."""
    issued = _instants(city, entity_type, "sourceDate")
    return np.where(issued > 0, issued, _instants(city, entity_type, "modifiedAt"))


def _is_register(city: City, entity_type: str) -> Bools:
    """Return which entries came by an import, not from a device."""
    table = city.table(entity_type)
    held = np.zeros(len(table.ids), bool)
    for attribute in ("source", "sourceDate"):
        code = table.column(attribute).code
        held = held if code is None else held | (code != NO_WORD)
    origin = word_codes(table.column("origin"), len(table.ids))
    of_word = np.array([*(text == "register" for text in origin.texts), False])
    found: Bools = held | of_word[origin.code]
    return found


def _first_seen(parts: list[_Part]) -> Bools:
    """Return which entities are seen for the first time: some are of several types."""
    ids = [one for part in parts for one in part.ids]
    if len(set(ids)) == len(ids):
        return np.ones(len(ids), bool)
    _, first = np.unique(np.array(ids), return_index=True)
    keep = np.zeros(len(ids), bool)
    keep[first] = True
    return keep


def _in_large_groups(parts: list[_Part], group: Group, keep: Bools) -> Bools:
    keys = _joined([one.group for one in parts])
    total = np.concatenate([one.total for one in parts])
    counted = keep & (keys.code != NO_WORD)
    sums = np.bincount(keys.code[counted], weights=total[counted], minlength=len(keys.texts) + 1)
    is_large = sums >= group.at_least
    is_large[-1] = False  # the place of those without a key
    return is_large[keys.code]


def _joined(parts: list[Words]) -> Words:
    """Return the words of several tables as one column."""
    places: dict[str, int] = {}
    codes = []
    for part in parts:
        of_word = [places.setdefault(text, len(places)) for text in part.texts]
        codes.append(np.array([*of_word, NO_WORD], np.int64)[part.code])
    return Words(np.concatenate(codes), tuple(places))
