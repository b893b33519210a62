import numpy as np
import pytest
from tests.certification.scoring.frameworks import (
    T,
    a_city,
    framework,
    measured,
    of_63,
    qualitative,
    quantitative,
)

from dalgu.certification.framework.model import Goalposts
from dalgu.certification.framework.query import Variable
from dalgu.certification.measurement import Maturity, Measurement, Status
from dalgu.certification.planning.effort import Effort, gains, nearest, sensitivity
from dalgu.certification.scoring.basis import Basis


def only(indicator, *measurements, judged=()):
    basis = Basis("large", {x.indicator: x for x in measurements}, {x.indicator: x for x in judged})
    return framework([indicator]), basis


def test_the_slope_is_points_per_unit_and_per_percent():
    [slope] = sensitivity(*only(quantitative("A", "I1", 40), measured("A", 50)))
    assert (slope.per_unit, slope.per_percent) == (0.4, pytest.approx(0.2))
    assert (slope.low, slope.high, slope.gap) == (-4, 4, 20)


def test_nothing_is_gained_beyond_the_goalposts():
    [full] = sensitivity(*only(quantitative("A", "I1", 40), measured("A", 120)))
    assert (full.per_unit, full.per_percent, full.high, full.gap) == (0, 0, 0, 0)
    [below] = sensitivity(*only(quantitative("A", "I1", 40), measured("A", -5)))
    assert (below.per_unit, below.low, below.high) == (0, 0, pytest.approx(2))


def test_where_less_is_better_an_improvement_lowers_the_value():
    posts = {"any": Goalposts(2.0, 1.0)}
    travel = quantitative("T", "S1", 20, goalposts=posts, direction="lower")
    [slope] = sensitivity(*only(travel, measured("T", 1.5)))
    assert (slope.per_unit, slope.per_percent) == (20, pytest.approx(0.3))
    assert (slope.low, slope.high) == (pytest.approx(-2), pytest.approx(2))


def test_a_level_is_worth_a_fifth():
    [slope] = sensitivity(*only(qualitative("L", "I1"), judged=[Maturity("L", levels=(4, 4, 5))]))
    assert (slope.per_unit, slope.low, slope.high, slope.gap) == (10, -10, 10, 10)


def test_the_slope_is_that_of_the_score_sheet():
    one = of_63()
    basis = Basis("large", *a_city(one, np.random.default_rng(1), 60))
    before = basis.score(one).total
    for slope in (x for x in sensitivity(one, basis) if x.kind == "quantitative"):
        now = basis.measurements[slope.indicator]
        better = basis.with_measurement(measured(now.indicator, now.value + 10))
        assert better.score(one).total - before == pytest.approx(slope.high, abs=0.011)


@pytest.mark.parametrize(
    ("value", "judged", "effort", "points"),
    [
        (measured("A", 50, snapshot=""), None, Effort.EVIDENCE, 20),
        (Measurement("A", Status.NOT_AVAILABLE), None, Effort.REGISTER, 40),
        (measured("A", 50, status=Status.PROXY), None, Effort.DEFINITION, 10),
        (measured("A", 50), None, Effort.IMPROVEMENT, 20),
        (None, Maturity("A", 4, (4,)), Effort.REVIEW, 32),
        (None, Maturity("A"), Effort.SELF_LEVEL, 40),
        (None, Maturity("A", 4, (3, 3, 3)), Effort.IMPROVEMENT, 16),
    ],
)
def test_each_line_says_what_is_to_be_done(value, judged, effort, points):
    variable = Variable(T, "count", ["Staff"])
    indicator = {
        True: qualitative("A", "I1", 40),
        False: quantitative("A", "I1", 40, variables={"x": variable}),
    }[value is None]
    first = gains(*only(indicator, *filter(None, [value]), judged=filter(None, [judged])))[0]
    assert (first.effort, first.points) == (effort, points)
    assert first.effort.text.say("ko")
    assert first.registers == {True: (), False: ("Staff",)}[value is None]


def test_the_least_effort_comes_first_and_full_lines_not_at_all():
    one = framework([quantitative(c, "I1", 40) for c in "ABCD"])
    basis = Basis(
        "large",
        {
            "A": measured("A", 10),
            "B": measured("B", 100),
            "C": measured("C", 10, snapshot=""),
        },
    )
    assert [(x.indicator, x.effort) for x in gains(one, basis)] == [
        ("C", Effort.EVIDENCE),
        ("D", Effort.REGISTER),
        ("A", Effort.IMPROVEMENT),
        ("C", Effort.IMPROVEMENT),
    ]


def test_a_rejected_line_asks_for_an_answer_and_a_released_one_for_nothing():
    one = framework([quantitative(c, "I1", 40) for c in "AB"])
    basis = Basis("large", {}, {}, not_applicable=["A"], rejected=["B"])
    assert [(x.indicator, x.effort) for x in gains(one, basis)] == [("B", Effort.OBJECTION)]


def test_the_next_grade_and_what_it_lacks():
    one, basis = only(quantitative("A", "I1", 2000), measured("A", 69.9995))
    grade, lacking = nearest(one, basis.score(one))
    assert (grade.grade, lacking) == (3, 0.01)
    assert nearest(one, only(one.indicators[0], measured("A", 95))[1].score(one)) is None
