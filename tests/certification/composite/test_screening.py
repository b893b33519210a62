"""Which units have enough data."""

import numpy as np
import pytest

from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import NoUnitLeft, ParameterInvalid, UnitUnknown
from dalgu.certification.composite.screening import Screen, screen
from dalgu.certification.composite.structure import Element, Structure

NAN = np.nan
TWO_GROUPS = Structure.of(
    [
        Element("p1", 1, "P"),
        Element("q1", 1, "Q"),
        Element("p2", 1, "P"),
        Element("q2", 1, "Q"),
        Element("P", 2, "All"),
        Element("Q", 2, "All"),
        Element("All", 3),
    ]
)
GAPPY = Dataset.of(
    ["full", "half", "lopsided", "zeros"],
    np.array([[1, 2, 3, 4], [1, NAN, NAN, 4], [1, NAN, 3, NAN], [0, 0, 0, 4]]),
    TWO_GROUPS,
    groupings={"region": ["n", "s", "n", "s"]},
    denominators={"people": np.array([1.0, 2, 3, 4])},
)


def kept(**spec):
    return screen(GAPPY, Screen(**spec)).dataset.table.units


def test_units_below_the_share_go():
    assert kept(min_share=0.5) == ("full", "half", "lopsided", "zeros")
    assert kept(min_share=0.51) == ("full", "zeros")


def test_a_share_inside_each_group_sees_what_is_lopsided():
    assert kept(min_share=0.5, level=2) == ("full", "half", "zeros")


def test_units_of_zeros_go_where_that_is_asked():
    assert kept(min_share=0, min_nonzero=0.5) == ("full", "half", "lopsided")


def test_units_stay_and_go_by_name():
    assert kept(min_share=1, keep=("half",), drop=("full",)) == ("half", "zeros")


def test_labels_and_denominators_go_with_their_units():
    done = screen(GAPPY, Screen(min_share=0.51))
    assert done.dropped == ("half", "lopsided")
    assert done.dataset.groupings == {"region": ("n", "s")}
    assert done.dataset.denominators.column("people").tolist() == [1, 4]
    assert done.share.tolist() == [1, 0.5, 0.5, 1]


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ({"min_share": 1.2}, ParameterInvalid),
        ({"level": 1}, ParameterInvalid),
        ({"level": 4}, ParameterInvalid),
        ({"keep": ("nobody",)}, UnitUnknown),
        ({"min_share": 0, "min_nonzero": 1, "drop": ("full", "half", "lopsided")}, NoUnitLeft),
    ],
)
def test_what_cannot_be_screened_is_refused(spec, error):
    with pytest.raises(error):
        kept(**spec)


def test_a_unit_of_a_panel_goes_only_in_the_period_it_lacks_data():
    panel = Dataset.of(
        ["a", "b", "a", "b"],
        np.array([[1.0, 2, 3, 4], [1, 2, 3, 4], [NAN, NAN, NAN, 4], [1, 2, 3, 4]]),
        TWO_GROUPS,
        periods=[2020, 2020, 2021, 2021],
    )
    done = screen(panel, Screen())
    assert done.dropped == ("a 2021",)
    assert done.rows.tolist() == [0, 1, 3]
    assert done.dataset.table.periods == (2020, 2020, 2021)
