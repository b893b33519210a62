"""The filters of a variable as masks over a table: one flag for each entity, no row by row."""

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from dalgu.certification.formula.evaluating import compared
from dalgu.certification.formula.operand import Bools, Words, of_instant
from dalgu.certification.formula.parsing import parse
from dalgu.certification.framework.query import During, Linked, Valid, Variable
from dalgu.certification.measuring.city import City, operand, word_codes
from dalgu.certification.measuring.where import where_mask
from dalgu.certification.measuring.windows import window_us


def kept(city: City, entity_type: str, variable: Variable) -> Bools:
    """Return which entities of a type a variable's filters keep, its group aside; shape (n,)."""
    masks = [where(city, entity_type, variable.where)]
    if variable.condition:
        masks.append(fulfilling(city, entity_type, variable.condition))
    if variable.valid is not None:
        masks.append(in_force(city, entity_type, variable.valid))
    if variable.during is not None:
        masks.append(within(city, entity_type, variable.during))
    masks += [leading(city, entity_type, linked) for linked in variable.linked]
    return reduce(np.logical_and, masks)


def where(city: City, entity_type: str, q: str) -> Bools:
    """Return which entities match an NGSI-LD query; all where there is none."""
    table = city.table(entity_type)
    return where_mask(city.view, table, q) if q else np.ones(len(table.ids), bool)


def fulfilling(city: City, entity_type: str, condition: str) -> Bools:
    """Return which entities fulfil a condition of the formula language."""
    formula = parse(condition)
    held = formula.over(city.operands(entity_type, formula.variables)).truth()
    return _whole(held, len(city.table(entity_type).ids))


def in_force(city: City, entity_type: str, valid: Valid) -> Bools:
    """Return which entities are in force at the reference instant."""
    reference = of_instant(city.reference)
    names = (valid.since, valid.until) if valid.until else (valid.since,)
    columns = city.operands(entity_type, names)
    held = compared("<=", columns[valid.since], reference)
    if valid.until:
        until = columns[valid.until]
        held = held & (compared(">=", until, reference) | ~until.is_there())
    return _whole(held, len(city.table(entity_type).ids))


def within(city: City, entity_type: str, during: During) -> Bools:
    """Return which entities have a date in a window."""
    table = city.table(entity_type, during.attribute)
    span = operand(table.column(during.attribute)).span()
    if span is None:
        return np.zeros(len(table.ids), bool)
    low, high = window_us(during.window, city.reference)
    return span.is_there & (span.first_us >= low) & (span.first_us <= high)


def leading(city: City, entity_type: str, linked: Linked) -> Bools:
    """Return which entities have a link to one that is of a type and matches."""
    target = where(city, linked.type, linked.where)
    if linked.valid is not None:
        target = target & in_force(city, linked.type, linked.valid)
    table = city.table(entity_type, linked.via)
    place = places_of(city, linked.type, word_codes(table.column(linked.via), len(table.ids)))
    held: Bools = (place >= 0) & np.append(target, False)[place]
    return held


def places_of(city: City, entity_type: str, words: Words) -> NDArray[np.int64]:
    """Return where the entities that texts name stand in a type's table, -1 for none."""
    places = city.places(entity_type)
    of_word = np.array([*(places.get(text, -1) for text in words.texts), -1], np.int64)
    return of_word[words.code]


def _whole(held: Bools, n: int) -> Bools:
    return np.broadcast_to(held, (n,))
