"""NGSI-LD queries as masks over a table; what columns cannot tell is asked of the hub's matcher.

Texts and flags are put to the hub's own predicate once for each that occurs, so that a mask says
what the API would say.
"""

from collections.abc import Callable
from functools import reduce

import numpy as np

from dalgu.certification.formula.operand import Bools, Floats
from dalgu.hub.query.grammar import Both, Either, Literal, Node, Range, Term, plain
from dalgu.hub.query.pattern import Pattern
from dalgu.hub.query.q import predicate_of, tree
from dalgu.hub.table import MEMBERS, Column, Table
from dalgu.hub.view import View

NUMBERS: dict[str, Callable[[Floats, float], Bools]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def where_mask(view: View, table: Table, q: str) -> Bools:
    """Return which entities of a table match a query; shape (n,).

    Raises
    ------
    QueryInvalid, TooComplexQuery
        When the expression cannot be read.
    """
    node = tree(q)
    odd = np.zeros(len(table.ids), bool)
    if all(_is_plain(term) for term in _terms(node)):
        for term in _terms(node):
            column = table.column(plain(term.path[0]))
            if column.is_odd is not None:
                odd |= column.is_odd
        mask = _mask(table, node)
    else:
        odd[:] = True
        mask = np.zeros(len(table.ids), bool)
    if odd.any():
        places = np.flatnonzero(odd)
        mask[places] = view.matching([table.ids[place] for place in places.tolist()], q)
    return mask


def _terms(node: Node) -> list[Term]:
    if isinstance(node, Term):
        return [node]
    return [term for part in node.parts for term in _terms(part)]


def _is_plain(term: Term) -> bool:
    """Whether a term asks for the value of one attribute of the entity itself."""
    is_own = len(term.path) == 1 and not (term.inner or term.links)
    return is_own and term.path[0] not in MEMBERS


def _mask(table: Table, node: Node) -> Bools:
    if isinstance(node, Both):
        return reduce(np.logical_and, (_mask(table, part) for part in node.parts))
    if isinstance(node, Either):
        return reduce(np.logical_or, (_mask(table, part) for part in node.parts))
    return _of_term(table.column(plain(node.path[0])), node, len(table.ids))


def _of_term(column: Column, term: Term, n: int) -> Bools:
    there = np.zeros(n, bool)
    if not term.operator:
        for held in (
            None if column.number is None else ~np.isnan(column.number),
            None if column.code is None else column.code >= 0,
            None if column.flag is None else column.flag >= 0,
        ):
            there = there if held is None else there | held
        return there ^ term.negated
    accepts = predicate_of(term)

    def holds(value: str | bool) -> bool:
        member = "object" if column.is_link else "value"
        kind = "Relationship" if column.is_link else "Property"
        return accepts({plain(term.path[0]): {"type": kind, member: value}})

    if column.number is not None:
        there = there | (~np.isnan(column.number) & _of_numbers(column.number, term))
    if column.code is not None:
        there = there | np.array([*map(holds, column.texts), False])[column.code]
    if column.flag is not None:
        there = there | np.array([holds(False), holds(True), False])[column.flag]
    return there


def _of_numbers(number: Floats, term: Term) -> Bools:
    value, sign = term.value, term.operator
    if isinstance(value, Range):
        low, high = _number(value.low), _number(value.high)
        if low is None or high is None:
            inside = np.zeros(len(number), bool)
        else:
            inside = (number >= low) & (number <= high)
        return inside if sign == "==" else ~inside
    if isinstance(value, Pattern) or value is None:
        return np.zeros(len(number), bool)  # a pattern never holds of a number
    literals = value if isinstance(value, tuple) else (value,)
    wanted = [one for one in map(_number, literals) if one is not None]
    if sign in ("==", "!="):
        return np.isin(number, wanted, invert=sign == "!=")
    if not wanted:
        return np.zeros(len(number), bool)
    return NUMBERS[sign](number, wanted[0])


def _number(literal: Literal) -> float | None:
    value = literal.value
    return None if isinstance(value, str | bool) else float(value)
