"""One evaluator for numbers and for columns: every operand is an array, of one value or of n.

A value that is not there makes no number, and no comparison with it holds, `!=` included; what
is divided by zero is not there.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce

import numpy as np

from dalgu.certification.formula import tree
from dalgu.certification.formula.operand import (
    NO_WORD,
    Bools,
    Floats,
    Operand,
    Span,
    of_number,
    of_text,
    of_truths,
    span_of_text,
)

MICROSECONDS = 1e6
NOTHING = Operand()
_ARITHMETIC: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_ORDER: dict[str, Callable[[Floats, Floats], Bools]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def evaluate(
    node: tree.Node, names: Mapping[str, Operand], indicators: Mapping[str, float]
) -> Operand:
    """Return the value of a tree; a name that stands for nothing is not there."""
    with np.errstate(all="ignore"):
        evaluation = _Evaluation(names, indicators)
        found = evaluation.of(node)
    return replace(found, is_divided_by_zero=evaluation.is_divided_by_zero)


class _Evaluation:
    def __init__(self, names: Mapping[str, Operand], indicators: Mapping[str, float]) -> None:
        self._names = names
        self._indicators = indicators
        self.is_divided_by_zero = False

    def of(self, node: tree.Node) -> Operand:
        match node:
            case tree.Number(value):
                return of_number(value)
            case tree.Text(text):
                return of_text(text)
            case tree.Name(name):
                return self._names.get(name, NOTHING)
            case tree.IndicatorValue(code):
                return of_number(self._indicators.get(code, np.nan))
            case tree.Negative(operand):
                inner = self.of(operand)
                return Operand(number=-inner.numbers())
            case tree.Arithmetic(sign, left, right):
                return self._computed(sign, self.of(left), self.of(right))
            case tree.Extreme(which, operands):
                return _extreme(which, [self.of(one) for one in operands])
            case _:
                return of_truths(np.asarray(self.truth(node)))

    def _computed(self, sign: str, left: Operand, right: Operand) -> Operand:
        if left.number is not None and right.number is not None:
            value = _ARITHMETIC[sign](left.number, right.number)
            if sign == "/":
                by_zero = right.number == 0
                self.is_divided_by_zero |= bool(np.any(by_zero))
                value = np.where(by_zero, np.nan, value)[()]
            return Operand(number=value)
        since, until = right.span(), left.span()
        if sign != "-" or since is None or until is None:
            return of_number(np.nan)
        seconds = (until.first_us - since.first_us) / MICROSECONDS
        return Operand(number=np.where(since.is_there & until.is_there, seconds, np.nan)[()])

    def truth(self, node: tree.Node) -> Bools:
        match node:
            case tree.Truth(value):
                return np.bool_(value)  # type: ignore[return-value]
            case tree.Has(name):
                return self._names.get(name, NOTHING).is_there()
            case tree.Comparison(sign, left, right):
                return self._compared(sign, left, right)
            case tree.Member(operand, values):
                return reduce(np.logical_or, (self._compared("==", operand, one) for one in values))
            case tree.Every(operands):
                return reduce(np.logical_and, map(self.truth, operands))
            case tree.Either(operands):
                return reduce(np.logical_or, map(self.truth, operands))
            case tree.Opposite(operand):
                return np.logical_not(self.truth(operand))
            case _:
                return self.of(node).truth()

    def _compared(self, sign: str, left: tree.Node, right: tree.Node) -> Bools:
        for one, other, told in ((left, right, sign), (right, left, _TURNED[sign])):
            if isinstance(other, tree.Truth):
                return _flag(self.of(one), told, wanted=other.value)
            if isinstance(other, tree.Text):
                return _with_text(self.of(one), told, other.value)
        return compared(sign, self.of(left), self.of(right))


def _extreme(which: str, operands: list[Operand]) -> Operand:
    choose = np.minimum if which == "min" else np.maximum  # of a NaN both say NaN
    return Operand(number=reduce(choose, [one.numbers() for one in operands]))


def compared(sign: str, left: Operand, right: Operand) -> Bools:
    """Return where a comparison holds: of two numbers, two instants, two flags or two texts."""
    if left.number is not None and right.number is not None:
        there = ~(np.isnan(left.number) | np.isnan(right.number))
        return there & _ORDER[sign](left.number, right.number)
    one, other = left.span(), right.span()
    if one is not None and other is not None:
        return _of_spans(sign, one, other)
    if left.flag is not None and right.flag is not None and sign in ("==", "!="):
        there = (left.flag >= 0) & (right.flag >= 0)
        is_same: Bools = there & ((left.flag == right.flag) == (sign == "=="))
        return is_same
    return _of_words(sign, left, right)


def _of_spans(sign: str, left: Span, right: Span) -> Bools:
    """Return where instants compare so; of a date and an instant, unless they surely do not.

    `doneOn <= dueOn` holds for an instant within the day that is due.
    """
    not_after = left.first_us <= right.last_us
    not_before = left.last_us >= right.first_us
    held = {
        "<=": not_after,
        ">": ~not_after,
        ">=": not_before,
        "<": ~not_before,
        "==": not_after & not_before,
        "!=": ~(not_after & not_before),
    }[sign]
    return left.is_there & right.is_there & held


def _of_words(sign: str, left: Operand, right: Operand) -> Bools:
    if left.words is None or right.words is None or sign not in ("==", "!="):
        return np.bool_(False)  # type: ignore[return-value]
    place = {text: n for n, text in enumerate(left.words.texts)}
    codes = np.array([*(place.get(text, -2) for text in right.words.texts), NO_WORD], np.int64)
    there = (left.words.code != NO_WORD) & (right.words.code != NO_WORD)
    held: Bools = there & ((left.words.code == codes[right.words.code]) == (sign == "=="))
    return held


def _flag(left: Operand, sign: str, *, wanted: bool) -> Bools:
    if left.flag is None or sign not in ("==", "!="):
        return np.bool_(False)  # type: ignore[return-value]
    held: Bools = (left.flag >= 0) & ((left.flag == int(wanted)) == (sign == "=="))
    return held


def _with_text(left: Operand, sign: str, text: str) -> Bools:
    """Return where a value compares so with a text: as instants where both are, else as texts."""
    span, wanted = left.span(), span_of_text(text)
    if span is not None and wanted is not None:
        first, last = (np.int64(us) for us in wanted)
        return _of_spans(sign, span, Span(first, last, np.bool_(True)))  # type: ignore[arg-type]
    if left.words is None:
        return np.bool_(False)  # type: ignore[return-value]
    holds = [_ORDER[sign](one, text) for one in left.words.texts]  # type: ignore[arg-type]
    return np.array([*holds, False])[left.words.code]
