import numpy as np
import pytest
from tests.certification.planning.towns import by_brute_force, instance
from tests.certification.scoring.frameworks import (
    a_city,
    framework,
    measured,
    of_63,
    qualitative,
    quantitative,
)

from dalgu.certification.errors import IndicatorNotExisting
from dalgu.certification.framework.model import Goalposts
from dalgu.certification.measurement import Maturity, Status
from dalgu.certification.planning.costs import Costs, Improvement, Requires, Step
from dalgu.certification.planning.errors import (
    AreaNotInFramework,
    GradeNotInFramework,
    ImprovementInvalid,
)
from dalgu.certification.planning.whatif import Binding, OutOfReach, Plan, what_if
from dalgu.certification.scoring.basis import Basis


@pytest.mark.parametrize("seed", range(60))
def test_the_plan_is_the_one_that_brute_force_finds(seed):
    one = instance(seed)
    least, most = by_brute_force(one)
    found = what_if(one.framework, one.basis, one.grade, one.costs)
    assert isinstance(found, Plan) == (least is not None)
    assert found.cost == sum(change.cost for change in found.changes)
    answers = {Plan: (found.cost, least), OutOfReach: (found.after.total, most / 100)}
    assert answers[type(found)][0] == answers[type(found)][1]


def test_the_seeds_hold_both_kinds_of_answer():
    found = [by_brute_force(instance(seed))[0] for seed in range(60)]
    assert 10 < sum(cost is None for cost in found) < 50
    assert sum(cost not in (None, 0) for cost in found) > 10


def town(**values):
    """Three indicators of 100 points each, and one level of 50."""
    one = framework([*(quantitative(c, "I1", 100) for c in "ABC"), qualitative("L", "G1")])
    given = {code: measured(code, value) for code, value in values.items()}
    return one, Basis("large", given, {"L": Maturity("L", 3, (3, 3, 3))})


def test_an_even_improvement_goes_just_as_far_as_the_line_needs():
    one, basis = town(A=60.0, B=70.0, C=70.0)
    offer = Improvement("A", cost_per_unit=1_000_000, up_to=100)
    found = what_if(one, basis, 3, Costs([offer]))
    [change] = found.changes
    assert change.after == pytest.approx(74.995, abs=1e-4)  # 244.995 is printed as 245.00
    assert (found.after.total, found.after.grade.grade, found.target) == (245.0, 3, 245.0)
    assert found.cost == pytest.approx(14_995_000, abs=100)


def test_of_two_even_improvements_the_cheaper_points_are_taken_first():
    one, basis = town(A=50.0, B=50.0, C=70.0)
    costs = Costs(
        [
            Improvement("A", cost_per_unit=3_000_000, up_to=100),
            Improvement("B", cost_per_unit=1_000_000, up_to=80, fixed_cost=5_000_000),
        ]
    )
    found = what_if(one, basis, 3, costs)  # 200 of 245 points today: 30 from B, 15 from A
    after = {change.indicator: change.after for change in found.changes}
    assert after == {"A": pytest.approx(64.995, abs=1e-4), "B": pytest.approx(80)}
    assert found.cost == pytest.approx(35_000_000 + 3 * 14_995_000, abs=300)


def test_the_way_to_the_first_point_is_paid_too():
    posts = {"any": Goalposts(50, 100)}
    one = framework([quantitative("A", "I1", 100, goalposts=posts)])
    basis = Basis("large", {"A": measured("A", 10)})
    found = what_if(one, basis, 4, Costs([Improvement("A", cost_per_unit=1000, up_to=100)]))
    assert found.changes[0].after == pytest.approx(79.9975, abs=1e-4)
    assert found.cost == pytest.approx(69_998, abs=1)


def test_where_less_is_better_the_value_falls():
    posts = {"any": Goalposts(2.0, 1.0)}
    one = framework([quantitative("T", "S1", 100, goalposts=posts, direction="lower")])
    basis = Basis("large", {"T": measured("T", 1.8)})
    found = what_if(one, basis, 3, Costs([Improvement("T", cost_per_unit=100, up_to=1.0)]))
    assert found.changes[0].after == pytest.approx(1.3, abs=1e-3)
    with pytest.raises(ImprovementInvalid, match="worse"):
        what_if(one, basis, 3, Costs([Improvement("T", cost_per_unit=100, up_to=1.9)]))


def test_levels_are_whole():
    one, basis = town(A=70.0, B=70.0, C=70.0)
    found = what_if(one, basis, 3, Costs([Improvement("L", cost_per_unit=10, up_to=5)]))
    assert [(x.indicator, x.before, x.after, x.cost) for x in found.changes] == [("L", 3, 4, 10)]


def test_a_missing_value_needs_a_beginning_and_evidence_is_an_improvement():
    one, basis = town(A=70.0, B=70.0)
    with pytest.raises(ImprovementInvalid, match="starts_from"):
        what_if(one, basis, 3, Costs([Improvement("C", cost_per_unit=1, up_to=90)]))
    starts = Improvement("C", cost_per_unit=1, up_to=90, starts_from=0)
    assert what_if(one, basis, 3, Costs([starts])).changes[0].before is None
    unproved = Basis(
        "large", basis.measurements | {"C": measured("C", 75, snapshot="")}, basis.maturities
    )
    kept = Costs([Improvement("C", steps=[Step(75, 5_000)])])
    found = what_if(one, unproved, 3, kept)
    assert (found.cost, found.after.grade.grade) == (5_000, 3)


def test_a_proxy_can_become_a_measured_value():
    one, basis = town(A=70.0, B=70.0)
    proxy = measured("C", 80.0, status=Status.PROXY)
    by_proxy = Basis("large", basis.measurements | {"C": proxy}, basis.maturities)
    offer = Improvement("C", steps=[Step(80, 900)], status=Status.MEASURED)
    found = what_if(one, by_proxy, 3, Costs([offer]))
    assert found.changes[0].points == 40


def test_a_rejected_value_counts_again_once_it_is_improved():
    one, basis = town(A=70.0, B=70.0, C=75.0)
    refused = Basis("large", basis.measurements, basis.maturities, rejected=["C"])
    found = what_if(one, refused, 3, Costs([Improvement("C", steps=[Step(75, 700)])]))
    assert (found.before.total, found.after.total, found.cost) == (170, 245, 700)


def test_what_is_reached_already_costs_nothing():
    one, basis = town(A=90.0, B=90.0, C=90.0)
    found = what_if(one, basis, 3, Costs())
    assert (found.cost, found.changes) == (0, ())


def test_the_answer_says_what_keeps_the_grade_out_of_reach():
    one, basis = town(A=50.0, B=50.0, C=50.0)  # 180 of 350; grade 3 needs 245
    a, b = (Improvement(c, steps=[Step(100, 1_000)]) for c in "AB")
    poor = what_if(one, basis, 3, Costs([a, b], budget=1_500))
    assert (poor.binding, poor.least_budget, poor.after.total) == ((Binding.BUDGET,), 2_000, 230)
    apart = what_if(one, basis, 3, Costs([a, b], excludes=[["A", "B"]]))
    assert (apart.binding, apart.least_budget) == ((Binding.RELATIONS,), None)
    alone = what_if(one, basis, 3, Costs([a]))
    assert (alone.binding, alone.cost) == ((Binding.BOUNDS,), 1_000)
    floor = what_if(one, basis, 3, Costs([a, b], floors={"GOV": 0.8}))
    assert floor.binding == (Binding.FLOORS,)
    nothing = what_if(one, basis, 3, Costs())
    assert (nothing.binding, nothing.changes) == ((Binding.BOUNDS,), ())


def test_a_required_partner_is_paid_with_it():
    one, basis = town(A=50.0, B=50.0, C=89.0)
    offers = [Improvement("A", steps=[Step(90, 10)]), Improvement("B", steps=[Step(51, 70)])]
    found = what_if(one, basis, 3, Costs(offers, requires=[Requires("A", "B")]))
    assert (found.cost, len(found.changes)) == (80, 2)


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        (Improvement("A"), "either"),
        (Improvement("A", cost_per_unit=1), "together"),
        (Improvement("A", steps=[Step(1, -1)]), "0 or more"),
        (Improvement("A", steps=[Step(float("inf"), 1)]), "finite"),
        (Improvement("A", steps=[Step(1, 1)], status=Status.NOT_AVAILABLE), "earns nothing"),
        (Improvement("L", steps=[Step(3.5, 1)]), "whole level"),
        (Improvement("L", cost_per_unit=1, up_to=2), "whole level"),
    ],
)
def test_an_odd_offer_is_refused_with_its_reason(offer, reason):
    one, basis = town(A=50.0)
    with pytest.raises(ImprovementInvalid, match=reason):
        what_if(one, basis, 3, Costs([offer]))


def test_questions_that_do_not_fit_the_framework_are_refused():
    one, basis = town(A=50.0)
    with pytest.raises(GradeNotInFramework, match="1, 2, 3, 4, 5"):
        what_if(one, basis, 7, Costs())
    with pytest.raises(AreaNotInFramework):
        what_if(one, basis, 3, Costs(floors={"XXX": 0.5}))
    with pytest.raises(IndicatorNotExisting):
        what_if(one, basis, 3, Costs([Improvement("Z", steps=[Step(1, 1)])]))
    with pytest.raises(IndicatorNotExisting):
        what_if(one, basis, 3, Costs(excludes=[["A", "Z"]]))
    released = Basis("large", basis.measurements, basis.maturities, not_applicable=["A"])
    with pytest.raises(ImprovementInvalid, match="does not apply"):
        what_if(one, released, 3, Costs([Improvement("A", steps=[Step(1, 1)])]))


def test_a_whole_city_of_63_is_planned_and_confirmed():
    one = of_63()
    basis = Basis("large", *a_city(one, np.random.default_rng(4), 65))
    offers = [
        Improvement(x.code, cost_per_unit=1_000_000 + 37_000 * n, up_to=100, fixed_cost=n * 10_000)
        if x.kind == "quantitative"
        else Improvement(x.code, cost_per_unit=40_000_000 + 1_000_000 * n, up_to=5)
        for n, x in enumerate(one.indicators)
        if basis.score(one).line(x.code).share < 1
    ]
    found = what_if(one, basis, 2, Costs(offers))
    assert isinstance(found, Plan)
    assert found.after.total == 1600.0
    assert sum(change.points for change in found.changes) == pytest.approx(
        1600 - found.before.total, abs=0.5
    )
