import pytest

from dalgu.certification.scoring.points import judged_level
from dalgu.certification.scoring.settled import settled


@pytest.mark.parametrize("fewest", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("level", [0, 0.5, 1, 2.5, 4.5, 5])
def test_the_level_that_was_settled_is_the_one_that_counts(level, fewest):
    [maturity] = settled({"L": level}, fewest).values()
    assert judged_level(maturity, fewest) == level
