"""The tree of a formula: what it computes, before it is computed over anything."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, an attribute, or `reference`."""

    name: str


@dataclass(frozen=True, slots=True)
class Has:
    """Whether an attribute is there."""

    name: str


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """The value of another indicator of the framework."""

    code: str


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with its sign turned."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers and a sign of + - * /; of two instants the difference in seconds."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least (`min`) or the most (`max`) of some numbers."""

    which: str
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values and a sign of == != < <= > >=."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a value is one of a list."""

    operand: "Node"
    values: tuple["Number | Text | Truth", ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All conditions hold."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One condition holds."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """A condition does not hold."""

    operand: "Node"


Node = (
    Number | Text | Truth | Name | Has | IndicatorValue | Negative | Arithmetic | Extreme
    | Comparison | Member | Every | Either | Opposite
)  # fmt: skip

CONDITIONS = (Truth, Has, Comparison, Member, Every, Either, Opposite)
"""Nodes that hold or not; the others are numbers, or what a name stands for."""


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below one."""
    match node:
        case Negative(operand) | Opposite(operand) | Member(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Extreme(_, operands) | Every(operands) | Either(operands):
            return operands
        case _:
            return ()


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    for child in children(node):
        yield from nodes(child)
