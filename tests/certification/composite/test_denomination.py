"""Figures per head, area or income."""

import numpy as np
import pytest

from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.denomination import Denominate, Unknown, denominate
from dalgu.certification.composite.errors import (
    IndicatorUnknown,
    ParameterInvalid,
    ValueMissing,
    ValueNotPositive,
)
from dalgu.certification.composite.structure import Element, Structure

TREE = Structure.of(
    [Element("beds", 1, "All", denominator="people"), Element("noise", 1, "All"), Element("All", 2)]
)


def divided(people, spec=Denominate()):  # noqa: B008  # a frozen value
    values = np.array([[10.0, 60], [np.nan, 50], [30, 40]])
    below = {"people": np.array(people, float), "area": np.array([2.0, 2, 4])}
    dataset = Dataset.of(["a", "b", "c"], values, TREE, denominators=below)
    return denominate(dataset, spec).table.values.T.tolist()


def test_an_indicator_is_divided_by_the_column_its_metadata_names():
    beds, noise = divided([5, 5, 10])
    assert beds == [2, pytest.approx(np.nan, nan_ok=True), 3]
    assert noise == [60, 50, 40]


def test_a_quotient_is_scaled_and_divided_by_another_column_where_stated():
    spec = Denominate(by={"beds": "", "noise": "area"}, scale={"noise": 1000})
    beds, noise = divided([5, 5, 10], spec)
    assert (beds[0], beds[2]) == (10, 30)
    assert noise == pytest.approx([30_000, 25_000, 10_000])


def test_a_missing_divisor_is_refused_only_where_a_value_needs_it():
    assert divided([5, np.nan, 10])[0][2] == 3
    with pytest.raises(ValueMissing, match="'people' for unit 'c'"):
        divided([5, 5, np.nan])


def test_a_missing_divisor_makes_a_missing_value_where_that_is_stated():
    assert np.isnan(divided([5, 5, np.nan], Denominate(missing=Unknown.ABSENT))[0][2])


@pytest.mark.parametrize("people", [0, -3])
def test_a_divisor_that_is_not_positive_is_refused(people):
    with pytest.raises(ValueNotPositive, match="unit 'a'"):
        divided([people, 5, 10])


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        (Denominate(by={"jobs": "people"}), IndicatorUnknown),
        (Denominate(by={"noise": "income"}), IndicatorUnknown),
        (Denominate(scale={"noise": 1000}), IndicatorUnknown),
        (Denominate(scale={"beds": 0}), ParameterInvalid),
    ],
)
def test_what_the_data_does_not_hold_is_refused(spec, error):
    with pytest.raises(error):
        divided([5, 5, 10], spec)
