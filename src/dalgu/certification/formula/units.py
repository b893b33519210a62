"""Whether the units of a formula fit, by pint: persons are never added to hours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

from dalgu.certification.errors import UnitClash, UnitUnknown
from dalgu.certification.formula import tree
from dalgu.certification.formula.parsing import Formula

if TYPE_CHECKING:
    from pint import UnitRegistry

SHIPPED = Path(__file__).parent.parent / "frameworks" / "units.txt"

LONGEST = 80  # characters of a unit
_POWER_OF_NUMBER = re.compile(r"[\d)]\s*(\*\*|\^)|(\*\*|\^)\s*[-(]*\d{2}")

Unit = Any  # pint's units are made per registry
Known = Unit | None
"""A unit, or None: a number as it is written takes whatever unit the sum around it needs."""


@cache
def registry() -> "UnitRegistry[Any]":
    """Return pint's units with the counting units of the frameworks."""
    import pint

    units: pint.UnitRegistry[Any] = pint.UnitRegistry(on_redefinition="ignore")
    units.load_definitions(str(SHIPPED))
    return units


@cache
def unit_of(text: str) -> Unit:
    """Return a unit as pint writes it; raise `UnitUnknown`.

    >>> str(unit_of("person / household"))
    'person / household'
    """
    import pint

    if len(text) > LONGEST or _POWER_OF_NUMBER.search(text):  # pint would compute it
        raise UnitUnknown(text[:LONGEST])
    try:
        return registry().parse_units(text)
    except (pint.errors.PintError, ValueError, TypeError, AttributeError, ArithmeticError,
            AssertionError, SyntaxError, TokenError):  # fmt: skip
        raise UnitUnknown(text) from None


def dimensions(unit: Unit) -> str:
    """Return what a unit measures, as people read it.

    >>> dimensions(unit_of("km / h"))
    '[length] / [time]'
    """
    text = str(unit.dimensionality)
    return "dimensionless" if text == "dimensionless" else text


def check_units(formula: Formula, units: Mapping[str, str], dimension: str) -> None:
    """Hold a formula to the units of its variables, and its value to a dimension.

    Raises
    ------
    UnitUnknown
        When pint knows no such unit.
    UnitClash
        When unlike units are added or compared, or the value is of another dimension.
    """
    found = _Units(formula.text, units).of(formula.tree)
    if formula.is_condition:
        return
    wanted = unit_of(dimension)
    given = unit_of("dimensionless") if found is None else found
    if given.dimensionality != wanted.dimensionality:
        raise UnitClash(formula.text, dimensions(given), dimensions(wanted))


@dataclass(frozen=True, slots=True)
class _Units:
    text: str
    units: Mapping[str, str]

    def of(self, node: tree.Node) -> Known:
        match node:
            case tree.Name(name) if name in self.units:
                return unit_of(self.units[name])
            case tree.Negative(operand):
                return self.of(operand)
            case tree.Arithmetic("+" | "-", left, right):
                return self._alike(left, right)
            case tree.Arithmetic(sign, left, right):
                return self._product(sign, self.of(left), self.of(right))
            case tree.Extreme(_, operands):
                return self._alike(*operands)
            case tree.Comparison(_, left, right):
                self._alike(left, right)
                return None
        for child in tree.children(node):  # of a condition
            self.of(child)
        return None

    def _alike(self, *operands: tree.Node) -> Known:
        """Return the unit that all operands have; numbers as written take it."""
        first: Known = None
        for one in operands:
            unit = self.of(one)
            if first is None:
                first = unit
            elif unit is not None and not _is_same(first, unit):
                raise UnitClash(self.text, str(first), str(unit))
        return first

    def _product(self, sign: str, left: Known, right: Known) -> Known:
        if left is None and right is None:
            return None
        one = unit_of("dimensionless")
        left, right = (one if unit is None else unit for unit in (left, right))
        return left / right if sign == "/" else left * right


def _is_same(one: Unit, other: Unit) -> bool:
    """Whether two units measure alike, to the same scale: hours are not added to minutes."""
    if one.dimensionality != other.dimensionality:
        return False
    scale = (1 * one).to_base_units().magnitude / (1 * other).to_base_units().magnitude
    return bool(abs(scale - 1) < 1e-12)  # the rounding of pint's factors
