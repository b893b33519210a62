"""Arrays as a dataset."""

import numpy as np
import pytest

from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import (
    DataFileInvalid,
    GroupingUnknown,
    IndicatorUnknown,
    UnitUnknown,
)
from dalgu.certification.composite.structure import Element, Structure

TREE = Structure.of([Element("x", 1, "All"), Element("y", 1, "All"), Element("All", 2)])


def test_the_values_of_a_dataset_do_not_change_with_the_arrays_of_its_maker():
    values = np.ones((2, 2))
    dataset = Dataset.of(["a", "b"], values, TREE)
    values[:] = 9
    assert (dataset.table.values == 1).all()
    with pytest.raises(ValueError, match="read-only"):
        dataset.table.values[0, 0] = 9


@pytest.mark.parametrize(
    ("units", "values", "options", "reason"),
    [
        (["a"], [[1.0]], {}, "shape"),
        (["a", "a"], [[1.0, 2], [3, 4]], {}, "'a' stands twice"),
        (["a", "a"], [[1.0, 2], [3, 4]], {"periods": [2020, 2020]}, "twice in 2020"),
        (["a", "b"], [[1.0, 2], [3, 4]], {"periods": [2020]}, "one period a row"),
        (["a", "b"], [[1.0, 2], [3, np.inf]], {}, "row 2, column 'y': the value is infinite"),
    ],
)
def test_arrays_that_are_no_table_are_refused(units, values, options, reason):
    with pytest.raises(DataFileInvalid, match=reason):
        Dataset.of(units, np.array(values), TREE, **options)


def test_what_a_table_does_not_hold_is_refused(flat):
    dataset = flat([1.0, 2.0])
    with pytest.raises(IndicatorUnknown):
        dataset.table.column("z")
    with pytest.raises(UnitUnknown):
        dataset.table.row_of("z")
    with pytest.raises(GroupingUnknown, match="Known: none"):
        dataset.grouping("region", step="impute")


def test_a_unit_of_a_panel_has_a_row_for_each_period():
    values = np.arange(4.0).reshape(2, 2)
    table = Dataset.of(["a", "a"], values, TREE, periods=[2020, 2021]).table
    assert table.row_of("a", 2021) == 1
    with pytest.raises(UnitUnknown):
        table.row_of("a")
