"""What an indicator looks like."""

import numpy as np
import pytest

from dalgu.certification.composite.errors import TooFewValues
from dalgu.certification.composite.statistics import Limits, Notice, describe

NAN = np.nan


def test_values_spread_and_shape_are_told(flat):
    [found] = describe(flat([1.0, 2, 2, 5, NAN]).table)
    assert (found.values, found.nonzero, found.different, found.same) == (4, 4, 3, 2)
    assert (found.low, found.high, found.mean, found.median) == (1, 5, 2.5, 2)
    assert found.sd == pytest.approx(np.std([1, 2, 2, 5], ddof=1))
    assert found.notices == ()


@pytest.mark.parametrize(
    ("column", "notice"),
    [
        ([1.0, 2, NAN, NAN], Notice.FEW_VALUES),
        ([0.0, 0, 0, 4], Notice.MANY_ZEROS),
        ([2.0, 2, 2, 2], Notice.FEW_DIFFERENT),
        ([1.0, 2, 3, 4, 5, 6, 7, 800], Notice.OUTLIERS),
    ],
)
def test_what_deserves_a_look_is_noticed(flat, column, notice):
    [found] = describe(flat(column).table)
    assert notice in found.notices


def test_the_fifteen_treated_indicators_of_the_example_are_the_outliers(result):
    outliers = {
        one.code for one in describe(result.stage("screen").table) if Notice.OUTLIERS in one.notices
    }
    assert outliers == {one.code for one in result.before.treated if one.points}


def test_limits_are_the_callers(flat):
    [found] = describe(flat([1.0, 2, NAN, NAN]).table, Limits(min_share=0.5, min_different=0))
    assert found.notices == ()


def test_an_indicator_without_any_value_is_refused(flat):
    with pytest.raises(TooFewValues):
        describe(flat([NAN, NAN]).table)
