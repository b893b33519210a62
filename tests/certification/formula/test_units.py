import pytest

from dalgu.certification.errors import UnitClash, UnitUnknown
from dalgu.certification.formula.parsing import parse
from dalgu.certification.formula.units import check_units, unit_of

FITTING = [
    ("100 * a / b", {"a": "person", "b": "person"}, "dimensionless"),
    ("100000 * a / b", {"a": "case", "b": "person"}, "case / person"),
    ("min(5, a)", {"a": "case"}, "case"),
    ("a / 60", {"a": "s"}, "minute"),
    ("a - b / c", {"a": "KRW", "b": "KRW * person", "c": "person"}, "KRW"),
    ("-a + 1", {"a": "hour"}, "s"),
    ("a <= b and not b > 2 * a", {"a": "m", "b": "m"}, "dimensionless"),
    ("7", {}, "dimensionless"),
]
CLASHING = [
    ("a + b", {"a": "person", "b": "hour"}, "person"),
    ("a - b", {"a": "person", "b": "household"}, "person"),
    ("max(a, b)", {"a": "m", "b": "km"}, "m"),
    ("a / b", {"a": "person", "b": "hour"}, "dimensionless"),
    ("a * a", {"a": "m"}, "m"),
    ("a <= b", {"a": "person", "b": "meter_device"}, "dimensionless"),
    ("not a > b or a == b", {"a": "lamp", "b": "camera"}, "dimensionless"),
]


@pytest.mark.parametrize(("formula", "units", "dimension"), FITTING)
def test_units_that_fit_are_let_through(formula, units, dimension):
    check_units(parse(formula), units, dimension)


@pytest.mark.parametrize(("formula", "units", "dimension"), CLASHING)
def test_unlike_units_are_refused(formula, units, dimension):
    with pytest.raises(UnitClash):
        check_units(parse(formula), units, dimension)


@pytest.mark.parametrize(
    "text", ["bogus", "person +", "1 / 0", "__import__", "9**9**9**9", "m**99999", "m" * 99]
)
def test_an_unknown_unit_is_refused(text):
    with pytest.raises(UnitUnknown):
        unit_of(text)


def test_every_counting_unit_is_a_dimension_of_its_own():
    assert unit_of("person").dimensionality != unit_of("household").dimensionality
    assert unit_of("point").dimensionality == unit_of("point").dimensionality
