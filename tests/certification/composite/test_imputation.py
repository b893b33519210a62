"""What stands in for a missing value, and what does not."""

import numpy as np
import pytest

from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import (
    GroupingUnknown,
    IndicatorUnknown,
    PanelRequired,
    ParameterInvalid,
    TooFewValues,
    ValueMissing,
)
from dalgu.certification.composite.imputation import Imputation, Impute, impute
from dalgu.certification.composite.structure import Element, Structure

NAN = np.nan
COLUMN = [1.0, 2.0, 6.0, NAN, NAN]
REGIONS = {"region": ["n", "n", "s", "s", "n"]}
ONE = Structure.of([Element("x0", 1, "All"), Element("All", 2)])


@pytest.mark.parametrize(
    ("method", "filled"),
    [("mean", [3, 3]), ("median", [2, 2]), ("group-mean", [6, 1.5]), ("group-median", [6, 1.5])],
)
def test_gaps_are_filled_and_marked(flat, method, filled):
    dataset = flat(COLUMN, groupings=REGIONS)
    done = impute(dataset, Impute(Imputation(method), group="region"))
    assert done.dataset.table.column("x0").tolist() == [1, 2, 6, *filled]
    assert done.cells[:, 0].tolist() == [False, False, False, True, True]


def test_single_indicators_have_their_own_method(flat):
    dataset = flat(COLUMN, COLUMN)
    spec = Impute(Imputation.MEAN, indicators={"x1": Imputation.NONE})
    assert np.isnan(impute(dataset, spec).dataset.table.values).sum(axis=0).tolist() == [0, 2]


def test_a_panel_is_filled_inside_each_period():
    dataset = Dataset.of(
        ["a", "b", "a", "b"], np.array([[1.0], [NAN], [9], [NAN]]), ONE,
        periods=[2020, 2020, 2021, 2021],
    )  # fmt: skip
    assert impute(dataset, Impute()).dataset.table.column("x0").tolist() == [1, 1, 9, 9]


@pytest.mark.parametrize(
    ("max_age", "last"), [(None, [1, 1, 1]), (2, [1, 1, NAN]), (1, [1, NAN, NAN])]
)
def test_the_latest_value_is_carried_as_far_as_allowed(max_age, last):
    dataset = Dataset.of(
        ["a", "a", "b", "a", "a"],
        np.array([[NAN], [1.0], [NAN], [NAN], [NAN]]),
        ONE,
        periods=[2023, 2020, 2022, 2021, 2022],
    )
    done = impute(dataset, Impute(Imputation.LATEST, max_age=max_age)).dataset.table
    filled = [done.values[done.row_of("a", year), 0] for year in (2021, 2022, 2023)]
    np.testing.assert_array_equal(filled, last)
    assert np.isnan(done.values[done.row_of("b", 2022), 0])


@pytest.mark.parametrize(
    ("column", "regions", "spec", "error"),
    [
        (COLUMN, "nnssn", Impute(Imputation.GROUP_MEAN, group="shore"), GroupingUnknown),
        (COLUMN, "nnnsn", Impute(Imputation.GROUP_MEAN, group="region"), TooFewValues),
        (COLUMN, ["n", "n", "s", "", "n"], Impute(Imputation.GROUP_MEAN, "region"), ValueMissing),
        ([NAN, NAN], "nn", Impute(), TooFewValues),
        (COLUMN, "nnssn", Impute(indicators={"x7": Imputation.MEAN}), IndicatorUnknown),
        (COLUMN, "nnssn", Impute(Imputation.LATEST), PanelRequired),
        (COLUMN, "nnssn", Impute(max_age=0), ParameterInvalid),
    ],
)
def test_what_cannot_be_filled_is_refused(flat, column, regions, spec, error):
    with pytest.raises(error):
        impute(flat(column, groupings={"region": list(regions)}), spec)
