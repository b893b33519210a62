"""A formula as people write it: its tree as MathML, which browsers draw and read aloud."""

from collections.abc import Callable

from markupsafe import Markup, escape

from dalgu.certification.formula import tree
from dalgu.certification.formula.parsing import parse

_SIGNS = {"*": "×", "+": "+", "-": "−"}

Say = Callable[[str], str]
"""What stands for a name: the variable's name in words, or its value."""


def mathml(formula: str, say: Say) -> Markup | None:
    """Return a formula as MathML; None where it holds what is not arithmetic.

    >>> str(mathml("100 * read / active", str))
    '<mfrac><mrow><mn>100</mn><mo>×</mo><mtext>read</mtext></mrow><mtext>active</mtext></mfrac>'
    """
    try:
        return Markup(_drawn(parse(formula).tree, say))  # noqa: S704 - every text is escaped
    except NotImplementedError:
        return None


def _drawn(node: tree.Node, say: Say) -> str:
    match node:
        case tree.Number(value):
            return f"<mn>{value:,g}</mn>"
        case tree.Name(name):
            return f"<mtext>{escape(say(name))}</mtext>"
        case tree.IndicatorValue(code):
            return f"<mtext>{escape(code)}</mtext>"
        case tree.Negative(operand):
            return f"<mrow><mo>−</mo>{_inside(operand, say)}</mrow>"
        case tree.Arithmetic():
            return _arithmetic(node, say)
        case tree.Extreme(which, operands):
            listed = "<mo>,</mo>".join(_drawn(one, say) for one in operands)
            return f"<mrow><mi>{which}</mi><mo>(</mo>{listed}<mo>)</mo></mrow>"
        case _:
            raise NotImplementedError


def _arithmetic(node: tree.Arithmetic, say: Say) -> str:
    left, right = _drawn(node.left, say), _drawn(node.right, say)
    if node.sign == "/":
        return f"<mfrac>{left}{right}</mfrac>"
    if node.sign == "*":
        left, right = _inside(node.left, say), _inside(node.right, say)
    if node.sign == "-":
        right = _inside(node.right, say)
    return f"<mrow>{left}<mo>{_SIGNS[node.sign]}</mo>{right}</mrow>"


def _inside(node: tree.Node, say: Say) -> str:
    """Return a part of a product, in brackets where it is a sum."""
    drawn = _drawn(node, say)
    if isinstance(node, tree.Arithmetic) and node.sign in "+-":
        return f"<mrow><mo>(</mo>{drawn}<mo>)</mo></mrow>"
    return drawn
