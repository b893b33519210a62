from xml.etree import ElementTree

import pytest

from dalgu.center.pages.certification.mathematics import mathml
from dalgu.certification.framework import loading

FORMULAS = sorted(
    {
        one.formula
        for name in loading.names()
        for one in loading.load(name).indicators
        if one.formula
    }
)


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_shipped_formula_is_drawn_and_well_formed(formula):
    drawn = mathml(formula, str)
    assert drawn is not None
    ElementTree.fromstring(f"<math>{drawn}</math>")


def test_a_sum_inside_a_product_keeps_its_brackets():
    assert "<mo>(</mo><mrow><mtext>a</mtext>" in str(mathml("2 * (a + b)", str))
    assert "(" not in str(mathml("2 * a + b", str))
    assert "(" in str(mathml("a - (b - c)", str))


def test_names_are_escaped():
    assert "<b>" not in str(mathml("a + 1", lambda _: "<b>"))


def test_a_condition_is_not_drawn():
    assert mathml('stage in ["plan"]', str) is None
