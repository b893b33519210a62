"""The tree of a composite."""

import pytest

from dalgu.certification.composite.errors import IndicatorUnknown, MetadataInvalid
from dalgu.certification.composite.structure import Element, Structure

THREE_LEVELS = [
    Element("a", 1, "P", weight=2),
    Element("b", 1, "Q"),
    Element("c", 1, "P"),
    Element("P", 2, "All"),
    Element("Q", 2, "All"),
    Element("All", 3),
]


def test_levels_groups_and_ancestors_are_told():
    tree = Structure.of(THREE_LEVELS)
    assert tree.levels == 3
    assert tree.all_codes() == ("a", "b", "c", "P", "Q", "All")
    assert [(group.code, group.children.tolist()) for group in tree.groups(2)] == [
        ("P", [0, 2]),
        ("Q", [1]),
    ]
    assert tree.ancestor("c", 3) == "All"
    assert tree.below("P") == ("a", "c")
    assert tree.weights(1).tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    ("elements", "row", "field"),
    [
        ([], 1, "iCode"),
        ([Element("a", 1, "P"), Element("a", 1, "P"), Element("P", 2)], 2, "iCode"),
        ([Element("a", 1, "All"), Element("P", 2, "All"), Element("All", 3)], 1, "Parent"),
        ([Element("a", 1, "P"), Element("P", 2), Element("Q", 2)], 2, "Level"),
        ([*THREE_LEVELS[:2], *THREE_LEVELS[3:], Element("R", 2, "All")], 6, "iCode"),
        ([Element("a", 0, "P"), Element("P", 1)], 1, "Level"),
        ([Element("a", 1, "P", weight=float("nan")), Element("P", 2)], 1, "Weight"),
        ([Element("a", 1, "P", goalposts=(2, 2)), Element("P", 2)], 1, "goalpost_lower"),
    ],
)
def test_what_is_no_tree_is_refused(elements, row, field):
    with pytest.raises(MetadataInvalid) as refused:
        Structure.of(elements)
    assert (refused.value.parts["row"], refused.value.parts["field"]) == (row, field)


def test_an_unknown_code_is_refused_on_behalf_of_the_step():
    with pytest.raises(IndicatorUnknown, match="Step 'weigh' speaks of 'z'"):
        Structure.of(THREE_LEVELS).element("z", step="weigh")
