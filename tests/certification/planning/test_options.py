from fractions import Fraction

import pytest
from tests.certification.scoring.frameworks import framework, measured, qualitative, quantitative

from dalgu.certification.framework.model import Goalposts
from dalgu.certification.measurement import Maturity, Status
from dalgu.certification.planning.costs import Improvement, Step
from dalgu.certification.planning.options import Offers
from dalgu.certification.scoring.basis import Basis


def choices(indicator, offer, *values, levels=()):
    one = framework([indicator])
    basis = Basis("large", {x.indicator: x for x in values}, {x.indicator: x for x in levels})
    return Offers(one, basis, basis.score(one)).choices(offer)


def test_an_even_improvement_starts_and_goes_on_to_the_last_point():
    even = Improvement("A", cost_per_unit=10, up_to=150, fixed_cost=7)
    [found] = choices(quantitative("A", "I1", 40), even, measured("A", 25))
    assert (found.to, found.cost, found.gain) == (25, 7, 0)
    more = found.stretch
    assert (more.begin, more.end, more.lead_cost, more.cost) == (25, 100, 0, 750)
    assert more.gain == 30


def test_below_the_goalposts_the_way_to_them_is_a_cost_of_its_own():
    posts = {"any": Goalposts(50, 100)}
    even = Improvement("A", cost_per_unit=10, up_to=100)
    [found] = choices(quantitative("A", "I1", 40, goalposts=posts), even, measured("A", 20))
    assert (found.stretch.begin, found.stretch.lead_cost, found.stretch.cost) == (50, 300, 500)
    short = Improvement("A", cost_per_unit=10, up_to=40)
    [found] = choices(quantitative("A", "I1", 40, goalposts=posts), short, measured("A", 20))
    assert found.stretch is None


def test_a_step_gains_what_it_reaches_less_what_there_is():
    steps = Improvement("A", steps=[Step(50, 5), Step(200, 9)], status=Status.MEASURED)
    found = choices(quantitative("A", "I1", 40), steps, measured("A", 50, status=Status.PROXY))
    assert [one.gain for one in found] == [10, 30]


@pytest.mark.parametrize(
    ("judged", "to", "costs", "gains"),
    [
        (Maturity("L", 1, (2, 3, 2, 3)), [3, 4], [5, 15], [Fraction(5), Fraction(15)]),
        (Maturity("L", 3), [3, 4], [0, 10], [30, 40]),
        (Maturity("L"), [0, 1, 2, 3, 4], [0, 10, 20, 30, 40], [0, 10, 20, 30, 40]),
    ],
)
def test_levels_are_reached_one_by_one(judged, to, costs, gains):
    offer = Improvement("L", cost_per_unit=10, up_to=4)
    found = choices(qualitative("L", "I1"), offer, levels=[judged])
    assert [one.to for one in found] == to
    assert [one.cost for one in found] == costs
    assert [one.gain for one in found] == gains
