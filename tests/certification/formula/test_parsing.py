from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.certification.errors import FormulaInvalid, FormulaUndefined
from dalgu.certification.formula import tree
from dalgu.certification.formula.parsing import DEEPEST, LONGEST, parse


def test_a_share_in_percent_is_computed():
    assert parse("100 * read / active").value({"read": 1, "active": 8}) == 12.5


def test_min_max_minus_and_parentheses_hold():
    assert parse("max(1, min(3, a)) - -(a / 2)").value({"a": 4.0}) == 5.0


def test_the_variables_and_indicators_are_named():
    formula = parse('a * (b + a) <= indicator("K63-01") and has(c) and d < reference')
    assert formula.variables == {"a", "b", "c", "d"}
    assert formula.indicators == {"K63-01"}


def test_a_name_may_begin_with_a_word_of_the_language():
    assert parse("minutes + order + inside").variables == {"minutes", "order", "inside"}
    assert parse("min").variables == {"min"}


def test_and_binds_before_or_and_not_before_both():
    formula = parse("not a == 1 or b == 2 and c == 3")
    assert isinstance(formula.tree, tree.Either)
    assert [type(one) for one in formula.tree.operands] == [tree.Opposite, tree.Every]


def test_a_zero_denominator_has_no_value():
    with pytest.raises(FormulaUndefined, match="a denominator is zero"):
        parse("1 + 1 / a").value({"a": 0.0})


@pytest.mark.parametrize(("text", "values"), [("a * b", {"a": 1e300, "b": 1e300}), ("a", {})])
def test_what_is_not_finite_or_not_known_has_no_value(text, values):
    with pytest.raises(FormulaUndefined):
        parse(text).value(values)


def test_a_rule_over_what_is_not_there_holds_neither_way():
    rule = parse('value <= indicator("A")')
    assert rule.holds({"value": 1.0}, {"A": 2.0}) is True
    assert rule.holds({"value": 3.0}, {"A": 2.0}) is False
    assert rule.holds({"value": 3.0}, {"A": None}) is None
    assert rule.holds({"value": None}, {"A": 2.0}) is None
    assert parse("1 / value > 0").holds({"value": 0.0}, {}) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a +",
        "__import__('os').system('true')",
        "a ** b",
        "a if b else c",
        "[a]",
        "a.b",
        "max()",
        "max(a, key=b)",
        "lambda: 1",
        "'text'",
        "1e9" * 400,
        "\x00",
        "1j",
        "has(a) + 1",
        "(a == 1) == (b == 2)",
        "1 < 2 < 3",
        "a and 1",
        'a in "x"',
        "a in []",
        "a + " * 100 + "'x'",
    ],
)
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(FormulaInvalid):
        parse(text)


def test_a_formula_is_bounded_in_length_and_depth():
    with pytest.raises(FormulaInvalid, match="longer"):
        parse("a" * (LONGEST + 1))
    with pytest.raises(FormulaInvalid, match="nested"):
        parse("-" * (DEEPEST + 1) + "a")
    with pytest.raises(FormulaInvalid, match="nested"):
        parse("-" * (LONGEST - 1) + "a")  # deeper than the stack
    assert parse("(" * 200 + "a" + ")" * 200).value({"a": 1.0}) == 1.0


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused_with_a_sentence(text):
    with suppress(FormulaInvalid):
        assert parse(text).text == text


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.1, 1e6))
def test_it_agrees_with_python_arithmetic(a, b, c):
    found = parse("(a - b) / c + min(a, b)").value({"a": a, "b": b, "c": c})
    assert found == (a - b) / c + min(a, b)
