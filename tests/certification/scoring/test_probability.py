from math import erf, sqrt

import numpy as np
import pytest
from tests.certification.scoring.frameworks import (
    a_city,
    framework,
    measured,
    of_63,
    qualitative,
    quantitative,
)

from dalgu.certification.measurement import Maturity
from dalgu.certification.scoring import probability
from dalgu.certification.scoring.probability import Measure, grade_probability


def rng(seed=7):
    return np.random.default_rng(seed)


def test_one_normal_error_gives_the_normal_probability():
    one = framework([quantitative("A", "I1", 2000)])
    city = {"A": measured("A", 71, standard_error=1.0)}
    found = grade_probability(one, "large", city, {}, rng=rng(), draws=40_000)
    normal = (1 + erf(1.00025 / sqrt(2))) / 2  # 1,399.995 is printed as 1,400.00
    assert found.certified_share == pytest.approx(normal, abs=0.007)
    assert sum(share for _, share in found.share_of_grade) == pytest.approx(1)
    assert (found.low, found.high) == (
        pytest.approx(1420 - 39.2, abs=1),
        pytest.approx(1420 + 39.2, abs=1),
    )


def test_three_reviewers_one_off_give_the_counted_probability():
    one = framework([qualitative("L", "I1", 2000)])
    found = grade_probability(
        one, "large", {}, {"L": Maturity("L", levels=(3, 3, 3))}, rng=rng(), draws=40_000
    )
    assert found.share(2) == pytest.approx(7 / 27, abs=0.008)  # at least two of three say 4
    assert found.share(5) == pytest.approx(7 / 27, abs=0.008)
    assert found.share(4) == pytest.approx(13 / 27, abs=0.008)


def test_the_same_seed_gives_the_same_answer():
    one = framework(of_63().indicators[:8])
    city = a_city(one, rng(1), 69)
    first, again = (grade_probability(one, "large", *city, rng=rng(5)) for _ in range(2))
    assert first == again
    assert first.draws == 2000
    assert first.flips


def test_a_city_far_from_every_line_has_one_grade_and_nothing_flips_it():
    one = of_63()
    full = {x.code: measured(x.code, 200) for x in one.indicators}
    levels = {x.code: Maturity(x.code, levels=(5, 5, 5), most=5) for x in one.indicators}
    found = grade_probability(one, "large", full, levels, rng=rng())
    assert (found.grade, found.share(1), found.flips) == (1, 1.0, ())
    assert found.measure is Measure.NONE


@pytest.mark.parametrize("measure", [Measure.TOTAL_ORDER_SOBOL, Measure.CORRELATION_RATIO])
def test_the_indicator_that_decides_comes_first(measure):
    pytest.importorskip("SALib", reason="needs dalgu[sensitivity]")
    one = framework([quantitative(c, "I1", 100) for c in "ABC"])
    city = {
        "A": measured("A", 70, standard_error=0.5),
        "B": measured("B", 70, standard_error=20.0),
        "C": measured("C", 70, standard_error=0.5),
    }
    found = grade_probability(one, "large", city, {}, rng=rng(), measure=measure)
    assert found.measure is measure
    assert found.flips[0].indicator == "B"
    assert found.flips[0].index > 0.6
    assert all(0 <= one.index <= 1.2 for one in found.flips)


def test_without_the_extra_the_cheaper_measure_is_named(monkeypatch):
    monkeypatch.setattr(probability, "find_spec", lambda name: None)
    one = of_63()
    found = grade_probability(one, "large", *a_city(one, rng(1)), rng=rng(2))
    assert found.measure is Measure.CORRELATION_RATIO
    assert found.flips


def test_an_indicator_that_does_not_matter_has_no_index():
    one = framework([quantitative("A", "I1", 100), quantitative("B", "I1", 100)])
    city = {"A": measured("A", 40, standard_error=10.0)}  # B is missing and stays so
    found = grade_probability(one, "large", city, {}, rng=rng(), measure=Measure.CORRELATION_RATIO)
    assert [x.indicator for x in found.flips] in ([], ["A"])


def test_the_points_of_the_estimator_are_those_that_salib_builds():
    sampling = pytest.importorskip("SALib.sample.sobol", reason="needs dalgu[sensitivity]")
    from scipy.stats import qmc

    groups = ["a", "b", "c", "b", "c"]
    problem = {
        "num_vars": 5,
        "names": list("vwxyz"),
        "bounds": [[0.0, 1.0]] * 5,
        "groups": groups,
    }
    theirs = sampling.sample(problem, 8, calc_second_order=False, seed=3)
    base = qmc.Sobol(10, seed=3).random(8)
    assert np.array_equal(probability.cross_sampled(base, groups), theirs)
