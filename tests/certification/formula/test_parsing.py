from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.certification.errors import FormulaInvalid, FormulaUndefined
from dalgu.certification.formula.expression import parse


def test_a_share_in_percent_is_computed():
    assert parse("100 * read / active").value({"read": 1, "active": 8}) == 12.5


def test_min_max_minus_and_parentheses_hold():
    assert parse("max(1, min(3, a)) - -(a / 2)").value({"a": 4.0}) == 5.0


def test_the_variables_are_named():
    assert parse("a * (b + a)").variables == {"a", "b"}


def test_a_zero_denominator_has_no_value():
    with pytest.raises(FormulaUndefined):
        parse("1 / a").value({"a": 0.0})


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
        "True",
        "'text'",
        "1e9" * 400,
        "\x00",
        "1j",
        "(" * 300 + "a" + ")" * 300,
    ],
)
def test_what_is_no_arithmetic_is_refused(text):
    with pytest.raises(FormulaInvalid):
        parse(text)


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused_with_a_sentence(text):
    with suppress(FormulaInvalid):
        assert parse(text).text == text


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.1, 1e6))
def test_it_agrees_with_python_arithmetic(a, b, c):
    assert parse("(a - b) / c + min(a, b)").value({"a": a, "b": b, "c": c}) == (a - b) / c + min(
        a, b
    )
