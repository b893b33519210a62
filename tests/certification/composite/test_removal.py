"""Rankings without one of their parts."""

import numpy as np
import pytest

from dalgu.certification.composite.chain import run
from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import GroupWeightsZero, ParameterInvalid
from dalgu.certification.composite.normalisation import Normalise
from dalgu.certification.composite.ranking import ranks
from dalgu.certification.composite.recipe import Aggregate, Recipe
from dalgu.certification.composite.removal import remove_elements
from dalgu.certification.composite.structure import Element, Structure

VALUES = np.array([[1.0, 9, 3], [2, 4, 9], [3, 1, 1]])


def made(elements, columns):
    tree = Structure.of(elements)
    dataset = Dataset.of(["u", "v", "w"], VALUES[:, columns], tree)
    return run(dataset, Recipe((Normalise(), Aggregate())))


def test_an_index_without_an_indicator_is_that_of_the_others():
    flat = [Element(code, 1, "All") for code in "abc"]
    removal = remove_elements(made([*flat, Element("All", 2)], [0, 1, 2]))
    for place in range(3):
        others = [k for k in range(3) if k != place]
        alone = made([*(flat[k] for k in others), Element("All", 2)], others)
        np.testing.assert_allclose(removal.scores[place], alone.index)
        assert removal.ranks[place].tolist() == alone.ranks.tolist()


def test_a_group_goes_with_its_only_indicator():
    elements = [
        Element("a", 1, "P"), Element("b", 1, "Q"), Element("c", 1, "Q"),
        Element("P", 2, "All"), Element("Q", 2, "All"), Element("All", 3),
    ]  # fmt: skip
    whole = made(elements, [0, 1, 2])
    removal = remove_elements(whole)
    np.testing.assert_allclose(removal.scores[0], whole.scores.column("Q"))
    np.testing.assert_allclose(removal.scores[0], remove_elements(whole, 2).scores[0])
    assert (
        removal.shift[0]
        == np.abs(ranks(whole.scores, whole.scores.column("Q")) - whole.ranks).mean()
    )


def test_the_last_element_cannot_go():
    with pytest.raises(GroupWeightsZero):
        remove_elements(made([Element("a", 1, "All"), Element("All", 2)], [0]))


@pytest.mark.parametrize("level", [0, 4])
def test_a_level_that_has_no_elements_below_the_index_is_refused(result, level):
    with pytest.raises(ParameterInvalid):
        remove_elements(result, level)
