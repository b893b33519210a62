"""Change over the periods of a panel."""

import numpy as np
import pytest

from dalgu.certification.composite.dataset import Table
from dalgu.certification.composite.errors import PanelRequired, TooFewValues, ValueNotPositive
from dalgu.certification.composite.trend import growth_rate, growth_rates, trends

NAN = np.nan
PANEL = Table(
    ("a", "b", "a", "b", "a", "c"),
    ("x", "y"),
    np.array([[100.0, 0], [50, 1], [NAN, 2], [NAN, NAN], [121, 4], [7, 7]]),
    (2020, 2020, 2021, 2021, 2022, 2022),
)


def test_growth_is_compound_from_the_first_value_to_the_last():
    assert growth_rates(PANEL, "x") == {"a": pytest.approx(0.1)}
    turned = growth_rate(np.array([121.0, 100]), np.array([2022.0, 2020]))
    assert turned == pytest.approx(0.1)


def test_slopes_are_those_of_the_least_squares_line():
    found = trends(PANEL)
    assert found.units == ("a", "b", "c")
    np.testing.assert_allclose(found.slope[0], [10.5, 2])
    assert np.isnan(found.slope[1:]).all()
    np.testing.assert_array_equal(found.values, [[2, 3], [1, 1], [1, 1]])


def test_growth_from_zero_or_of_one_value_is_refused():
    with pytest.raises(ValueNotPositive, match="'y' of unit 'a' is 0"):
        growth_rates(PANEL, "y")
    with pytest.raises(TooFewValues):
        growth_rate(np.array([1.0, NAN]), np.array([2020.0, 2021]))


def test_one_period_has_no_trend(asem):
    with pytest.raises(PanelRequired):
        trends(asem.table)
