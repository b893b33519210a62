"""From the text of a formula to its tree: parsed by lark, bounded, never handed to `eval`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dalgu.certification.errors import FormulaInvalid, FormulaUndefined
from dalgu.certification.formula import tree
from dalgu.certification.formula.evaluating import evaluate
from dalgu.certification.formula.operand import Operand, of_number

if TYPE_CHECKING:
    from lark import Lark

LONGEST = 500  # characters; a formula that people are to read is shorter
DEEPEST = 40  # levels of the tree
DIVIDED_BY_ZERO = "a denominator is zero"
REFERENCE = "reference"  # the reference instant, in conditions

GRAMMAR = Path(__file__).with_name("grammar.lark")


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula: its text, its tree and what it names."""

    text: str
    tree: tree.Node
    variables: frozenset[str]  # `reference` is none of them
    indicators: frozenset[str]

    @property
    def is_condition(self) -> bool:
        """Whether it holds or not, instead of having a value."""
        return isinstance(self.tree, tree.CONDITIONS)

    def value(self, variables: Mapping[str, float]) -> float:
        """Return the formula's value over numbers.

        Raises
        ------
        FormulaUndefined
            When a denominator is zero, a variable has no value, or the result is not finite.
        """
        found = evaluate(self.tree, {name: of_number(one) for name, one in variables.items()}, {})
        if found.is_divided_by_zero:
            raise FormulaUndefined(self.text, DIVIDED_BY_ZERO)
        value = found.as_number()
        if value is None:
            raise FormulaUndefined(self.text, "a variable has no value, or the result is no number")
        return value

    def over(self, columns: Mapping[str, Operand]) -> Operand:
        """Return the formula's value, or whether it holds, for each row of some columns."""
        return evaluate(self.tree, columns, {})

    def holds(
        self, variables: Mapping[str, float | None], indicators: Mapping[str, float | None]
    ) -> bool | None:
        """Return whether a condition over numbers holds; `None` where a number is not there."""
        known = {name: one for name, one in variables.items() if one is not None}
        others = {code: one for code, one in indicators.items() if one is not None}
        if not (self.variables <= set(known) and self.indicators <= set(others)):
            return None
        found = evaluate(self.tree, {name: of_number(one) for name, one in known.items()}, others)
        return None if found.is_divided_by_zero else bool(found.truth())


@lru_cache(maxsize=4096)
def parse(text: str) -> Formula:
    """Parse a formula: a number from names, or a condition.

    Raises
    ------
    FormulaInvalid
        When the text is no such formula; the sentence says where.

    Examples
    --------
    >>> parse("100 * read / active").value({"read": 3, "active": 4})
    75.0
    >>> parse('stage in ["plan", "demo"] and has(plan)').is_condition
    True
    """
    import lark

    if len(text) > LONGEST:
        raise FormulaInvalid(text[:60] + "…", f"it is longer than {LONGEST} signs")
    try:
        parsed = _parser().parse(text)
    except lark.exceptions.UnexpectedCharacters as odd:
        raise FormulaInvalid(text, f"the sign at place {odd.column} is not expected") from None
    except lark.exceptions.UnexpectedToken as odd:
        where = "its end" if odd.token.type == "$END" else f"'{odd.token}' at place {odd.column}"
        raise FormulaInvalid(text, f"{where} is not expected") from None
    built = _Builder(text).node(parsed.children[0])
    if isinstance(built, tree.Text):
        raise FormulaInvalid(text, "it is a text")
    every = list(tree.nodes(built))
    names = {one.name for one in every if isinstance(one, tree.Name | tree.Has)}
    codes = {one.code for one in every if isinstance(one, tree.IndicatorValue)}
    return Formula(text, built, frozenset(names - {REFERENCE}), frozenset(codes))


@cache
def _parser() -> "Lark":
    from lark import Lark

    return Lark(GRAMMAR.read_text("utf-8"), parser="lalr", maybe_placeholders=False)


class _Builder:
    """Turns lark's tree into ours, bounds its depth, and holds numbers and conditions apart."""

    def __init__(self, text: str) -> None:
        self._whole = text
        self._level = 0

    def node(self, parsed: Any) -> tree.Node:
        """Return the node of a piece of lark's tree."""
        self._level += 1
        if self._level > DEEPEST:  # told here: deeper ones would exhaust the stack on the way
            raise FormulaInvalid(self._whole, f"it is nested more than {DEEPEST} levels deep")
        build: Callable[[list[Any]], tree.Node] = getattr(self, f"_{parsed.data}")
        built = build(parsed.children)
        self._level -= 1
        return built

    def _number_node(self, parsed: Any) -> tree.Node:
        node = self.node(parsed)
        if isinstance(node, tree.CONDITIONS):
            raise FormulaInvalid(self._whole, "it computes with a condition")
        if isinstance(node, tree.Text):
            raise FormulaInvalid(self._whole, "it computes with a text")
        return node

    def _value_node(self, parsed: Any) -> tree.Node:
        node = self.node(parsed)
        if isinstance(node, tree.CONDITIONS) and not isinstance(node, tree.Truth):
            raise FormulaInvalid(self._whole, "it compares a condition")
        return node

    def _condition_node(self, parsed: Any) -> tree.Node:
        node = self.node(parsed)
        if isinstance(node, tree.Name):  # a flag: `isOpen and …`
            return tree.Comparison("==", node, tree.Truth(True))
        if not isinstance(node, tree.CONDITIONS):
            raise FormulaInvalid(self._whole, "it joins what is no condition by and, or, not")
        return node

    def _number(self, parts: list[Any]) -> tree.Node:
        return tree.Number(float(parts[0]))

    def _minus(self, parts: list[Any]) -> tree.Node:
        return tree.Number(-float(parts[0]))

    def _text(self, parts: list[Any]) -> tree.Node:
        return tree.Text(str(parts[0])[1:-1])

    def _true(self, parts: list[Any]) -> tree.Node:
        return tree.Truth(True)

    def _false(self, parts: list[Any]) -> tree.Node:
        return tree.Truth(False)

    def _name(self, parts: list[Any]) -> tree.Node:
        return tree.Name(str(parts[0]))

    def _has(self, parts: list[Any]) -> tree.Node:
        return tree.Has(str(parts[0]))

    def _indicator(self, parts: list[Any]) -> tree.Node:
        return tree.IndicatorValue(str(parts[0])[1:-1])

    def _negative(self, parts: list[Any]) -> tree.Node:
        return tree.Negative(self._number_node(parts[0]))

    def _arithmetic(self, parts: list[Any]) -> tree.Node:
        left, sign, right = parts
        return tree.Arithmetic(str(sign), self._number_node(left), self._number_node(right))

    def _extreme(self, parts: list[Any]) -> tree.Node:
        which, *operands = parts
        return tree.Extreme(str(which), tuple(map(self._number_node, operands)))

    def _compared(self, parts: list[Any]) -> tree.Node:
        left, sign, right = parts
        return tree.Comparison(str(sign), self._value_node(left), self._value_node(right))

    def _member(self, parts: list[Any]) -> tree.Node:
        values = tuple(map(self.node, parts[1].children))
        return tree.Member(self._value_node(parts[0]), values)  # type: ignore[arg-type]  # literals

    def _outsider(self, parts: list[Any]) -> tree.Node:
        return tree.Opposite(self._member(parts))

    def _opposite(self, parts: list[Any]) -> tree.Node:
        return tree.Opposite(self._condition_node(parts[0]))

    def _both(self, parts: list[Any]) -> tree.Node:
        return tree.Every(tuple(map(self._condition_node, parts)))

    def _either(self, parts: list[Any]) -> tree.Node:
        return tree.Either(tuple(map(self._condition_node, parts)))
