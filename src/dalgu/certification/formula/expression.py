"""Arithmetic expressions over named variables, parsed once, never handed to `eval`."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dalgu.certification.errors import FormulaInvalid, FormulaUndefined

LONGEST = 500  # characters; a formula that people are to read is shorter

_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {"min": min, "max": max}


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed formula: its text, its tree and the variables it names."""

    text: str
    tree: ast.expr
    variables: frozenset[str]

    def value(self, variables: Mapping[str, float]) -> float:
        """Return the formula's value.

        Raises
        ------
        FormulaUndefined
            When a denominator is zero.
        """
        try:
            return _value(self.tree, variables)
        except ZeroDivisionError:
            raise FormulaUndefined(self.text) from None


def parse(text: str) -> Expression:
    """Parse a formula of + - * /, parentheses, `min`, `max`, numbers and variables.

    Raises
    ------
    FormulaInvalid
        When the text is no such formula.

    Examples
    --------
    >>> parse("100 * read / active").value({"read": 3, "active": 4})
    75.0
    """
    if len(text) > LONGEST:
        raise FormulaInvalid(text[:60] + "…", f"it is longer than {LONGEST} signs")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaInvalid(text, "it is not an arithmetic expression") from None
    names: set[str] = set()
    _check(text, tree, names)
    return Expression(text, tree, frozenset(names))


def _check(text: str, node: ast.expr, names: set[str]) -> None:
    match node:
        case ast.Constant(value=bool()):
            raise FormulaInvalid(text, "it holds a truth value")
        case ast.Constant(value=int() | float()):
            return
        case ast.Name(id=name):
            names.add(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(text, operand, names)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            _check(text, left, names)
            _check(text, right, names)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if (
            name in _FUNCTIONS and args
        ):
            for argument in args:
                _check(text, argument, names)
        case _:
            raise FormulaInvalid(text, f"it holds {type(node).__name__}, which is not allowed")


def _value(node: ast.expr, variables: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return variables[name]
        case ast.UnaryOp(operand=operand):
            return -_value(operand, variables)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATIONS[type(op)](_value(left, variables), _value(right, variables))
        case ast.Call(func=ast.Name(id=name), args=args):
            values = [_value(argument, variables) for argument in args]
            return values[0] if len(values) == 1 else _FUNCTIONS[name](*values)
    raise AssertionError(node)  # `parse` lets nothing else through
