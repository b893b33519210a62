from fractions import Fraction

import pytest
from tests.certification.planning.towns import instance

from dalgu.certification.planning import programme
from dalgu.certification.planning.errors import PlanUndecided
from dalgu.certification.planning.options import Choice, Stretch
from dalgu.certification.planning.programme import NoSolution, Programme, Wanted
from dalgu.certification.planning.whatif import what_if


def choice(code, cost, gain, stretch=None):
    return Choice(code, "INN", "quantitative", 1.0, cost, Fraction(gain), stretch=stretch)


def codes(found):
    return [one.choice.indicator for one in found]


def test_the_cheapest_choices_that_bring_enough_are_taken():
    one = Programme([choice("A", 5, 3), choice("B", 4, 2), choice("C", 2, 1)], [], [])
    assert codes(one.cheapest(Wanted(3, {}, None))) == ["A"]
    assert codes(one.cheapest(Wanted(4, {}, None))) == ["A", "C"]
    assert one.cheapest(Wanted(7, {}, None)) is NoSolution.INFEASIBLE
    assert one.cheapest(Wanted(3, {}, 4)) is NoSolution.INFEASIBLE
    assert codes(one.most(6)) == ["B", "C"]


def test_one_choice_of_an_indicator_excludes_its_others():
    one = Programme([choice("A", 1, 3), choice("A", 2, 4), choice("B", 9, 5)], [], [])
    assert codes(one.cheapest(Wanted(7, {}, None))) == ["A", "B"]


def test_an_area_has_a_least_of_its_own():
    other = Choice("G", "GOV", "quantitative", 1.0, 50.0, Fraction(1))
    one = Programme([choice("A", 1, 9), other], [], [])
    assert codes(one.cheapest(Wanted(5, {"GOV": 1.0}, None))) == ["A", "G"]


def test_a_stretch_is_paid_for_as_far_as_it_goes_and_its_lead_once():
    more = Stretch(begin=10, end=20, lead_cost=100, cost=1_000, gain=Fraction(10))
    [found] = Programme([choice("A", 7, 0, more)], [], []).cheapest(Wanted(2.5, {}, None))
    assert found.stretch == pytest.approx(0.25)
    assert found.cost == pytest.approx(7 + 100 + 250)
    assert (found.to, float(found.gain)) == (pytest.approx(12.5), pytest.approx(2.5))


def test_no_choices_are_a_solution_only_where_nothing_is_wanted():
    nothing = Programme([], [], [])
    assert nothing.cheapest(Wanted(0, {}, None)) == []
    assert nothing.cheapest(Wanted(1, {}, None)) is NoSolution.INFEASIBLE


def test_a_solver_without_time_is_no_answer(monkeypatch):
    monkeypatch.setattr(programme, "TIME_LIMIT_S", 0.0)
    one = instance(4)
    with pytest.raises(PlanUndecided, match="time limit"):
        what_if(one.framework, one.basis, 1, one.costs)
