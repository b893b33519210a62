"""Columns: the same evaluator, one value for each row, and what is not there."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.certification.formula.operand import Operand, Words, of_instant
from dalgu.certification.formula.parsing import parse

REFERENCE = datetime(2026, 3, 1, 3, tzinfo=UTC)


def words(*texts):
    told = sorted({text for text in texts if text is not None})
    code = np.array([-1 if text is None else told.index(text) for text in texts], np.int64)
    return Operand(words=Words(code, tuple(told)))


def numbers(*values):
    return Operand(number=np.array([np.nan if v is None else v for v in values], float))


def flags(*values):
    return Operand(flag=np.array([-1 if v is None else v for v in values], np.int8))


COLUMNS = {
    "n": numbers(1, 2, None, 4),
    "stage": words("plan", "stopped", None, "operate"),
    "open": flags(1, 0, None, 1),
    "due": words("2026-03-01", "2026-02-28", "2026-03-01", None),
    "done": words("2026-03-01T14:00:00Z", "2026-03-01", None, "2026-01-01"),
    "reference": of_instant(REFERENCE),
}


def held(text):
    return np.broadcast_to(parse(text).over(COLUMNS).truth(), (4,)).tolist()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("n > 1", [False, True, False, True]),
        ("n != 1", [False, True, False, True]),
        ("not n == 1", [False, True, True, True]),
        ("2 <= n", [False, True, False, True]),
        ("n in [1, 4]", [True, False, False, True]),
        ("n not in [1, 4]", [False, True, True, False]),
        ('stage == "plan"', [True, False, False, False]),
        ('"plan" != stage', [False, True, False, True]),
        ('stage in ["plan", "operate"]', [True, False, False, True]),
        ("open", [True, False, False, True]),
        ("open == false", [False, True, False, False]),
        ("has(n) and has(stage)", [True, True, False, True]),
        ("not has(due)", [False, False, False, True]),
        ("has(nothing)", [False] * 4),
        ("nothing == 1", [False] * 4),
        ("due <= reference", [True, True, True, False]),
        ("due < reference", [False, True, False, False]),
        ('due == "2026-03-01"', [True, False, True, False]),
        ("done <= due", [True, False, False, False]),
        ("done > due", [False, True, False, False]),
        ("reference - done > 86400", [False, False, False, True]),
        ("n == 1 or stage == 'stopped'", [True, True, False, False]),
    ],
)
def test_a_condition_holds_row_by_row(condition, expected):
    assert held(condition) == expected


def test_two_instants_differ_by_seconds():
    found = parse("due - done").over(COLUMNS).numbers()
    # 14:00 UTC on 1 March is 23:00 in Korea, 23 hours after that day began there.
    assert found[0] == -23 * 3600
    assert found[1] == -24 * 3600
    assert np.isnan(found[2:]).all()


def test_what_is_divided_by_zero_is_not_there_and_is_told():
    found = parse("1 / (n - 1)").over(COLUMNS)
    assert found.is_divided_by_zero
    assert np.isnan(found.numbers()).tolist() == [True, False, True, False]


VALUES = st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=3, max_size=3)


@given(VALUES, VALUES, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
def test_comparisons_agree_with_python_where_both_are_there(left, right, sign):
    columns = {"a": numbers(*left), "b": numbers(*right)}
    found = parse(f"a {sign} b").over(columns).truth().tolist()
    python = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__",
              ">=": "__ge__"}[sign]  # fmt: skip
    expected = [
        a is not None and b is not None and getattr(a, python)(b)
        for a, b in zip(left, right, strict=True)
    ]
    assert found == expected


@given(VALUES, VALUES)
def test_one_row_says_what_a_number_says(left, right):
    columns = {"a": numbers(*left), "b": numbers(*right)}
    found = parse("min(a, b) * 2 - a").over(columns).numbers().tolist()
    for one, a, b in zip(found, left, right, strict=True):
        values = {"a": a, "b": b}
        expected = np.nan if None in values.values() else parse("min(a, b) * 2 - a").value(values)
        assert np.array_equal(one, expected, equal_nan=True)
