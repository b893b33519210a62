"""Outliers are drawn in, never further than declared."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from dalgu.certification.composite.errors import (
    IndicatorUnknown,
    ParameterInvalid,
    RangeZero,
    TooFewValues,
)
from dalgu.certification.composite.treatment import (
    Fallback,
    First,
    Treat,
    Treatment,
    excess_kurtosis,
    skewness,
    treat,
)

NAN = np.nan
PLAIN = [float(value) for value in range(20)]
ONE_FAR = [*PLAIN[:19], 500.0]
EXPONENTIAL = [float(3**value) for value in range(20)]
numbers = st.integers(-1_000, 1_000).map(float)


@settings(deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(4, 30), st.just(3)), elements=numbers))
def test_skewness_and_kurtosis_are_those_of_scipy(x):
    varies = np.ptp(x, axis=0) > 0
    gappy = np.vstack([x, np.full(3, NAN)])
    np.testing.assert_allclose(
        skewness(gappy)[varies], stats.skew(x[:, varies], bias=False), rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(
        excess_kurtosis(gappy)[varies],
        stats.kurtosis(x[:, varies], bias=False),
        rtol=1e-9,
        atol=1e-9,
    )
    assert np.isnan(skewness(gappy)[~varies]).all()


def test_one_far_value_becomes_its_neighbour(flat):
    dataset, [report] = treat(flat(ONE_FAR), Treat())
    assert dataset.table.column("x0").tolist() == [*PLAIN[:19], 18.0]
    assert (report.points, report.transform, report.passes) == (1, Fallback.NONE, True)
    assert abs(report.skew_before) > 2 >= abs(report.skew)


def test_low_outliers_are_drawn_up(flat):
    dataset, [report] = treat(flat([-500.0, *PLAIN[1:]]), Treat())
    assert dataset.table.column("x0").min() == 1
    assert report.points == 1


def test_missing_values_stay_and_stop_nothing(flat):
    dataset, [report] = treat(flat([NAN, *ONE_FAR, NAN]), Treat())
    np.testing.assert_array_equal(dataset.table.column("x0"), [NAN, *PLAIN[:19], 18.0, NAN])
    assert report.points == 1


def test_what_has_two_values_is_not_winsorised_to_one(flat):
    dataset, [report] = treat(flat([0.0] * 19 + [5.0]), Treat())
    assert np.ptp(dataset.table.column("x0")) > 0
    assert (report.points, report.transform, report.passes) == (0, Fallback.LOG_CT, False)


@pytest.mark.parametrize("size", [1e-150, 1e150])
def test_the_size_of_the_unit_does_not_matter(flat, size):
    _, [report] = treat(flat([value * size for value in ONE_FAR]), Treat())
    assert (report.points, report.passes) == (1, True)


@pytest.mark.parametrize("allowed", range(5))
def test_no_more_points_are_moved_than_allowed(flat, allowed):
    method = Treatment(max_points=allowed, fallback=Fallback.NONE)
    dataset, [report] = treat(flat([*PLAIN, 900.0, 900.0, 4_000.0]), Treat(method))
    moved = (dataset.table.column("x0") != [*PLAIN, 900.0, 900.0, 4_000.0]).sum()
    assert moved == report.points
    assert moved == {0: 0, 1: 1, 2: 1}.get(allowed, 3)  # the tied pair moves as one


def test_what_winsorising_does_not_reach_is_transformed_from_its_original(flat):
    dataset, [report] = treat(flat(EXPONENTIAL), Treat(Treatment(max_points=1)))
    x = np.array(EXPONENTIAL)
    expected = np.log(x - x.min() + 0.01 * np.ptp(x))
    np.testing.assert_allclose(dataset.table.column("x0"), expected)
    assert (report.points, report.transform) == (0, Fallback.LOG_CT)


def test_a_mirrored_logarithm_keeps_the_order_of_low_outliers(flat):
    falling = [-(1.7**value) for value in range(20)]
    method = Treatment(First.NONE, fallback=Fallback.LOG_CT_PLUS)
    dataset, [report] = treat(flat(falling), Treat(method))
    assert (np.diff(dataset.table.column("x0")) < 0).all()
    assert report.passes


def test_box_cox_is_that_of_scipy(flat):
    method = Treatment(First.NONE, fallback=Fallback.BOX_COX)
    dataset, [report] = treat(flat([*EXPONENTIAL, NAN]), Treat(method))
    x = np.array(EXPONENTIAL)
    np.testing.assert_allclose(
        dataset.table.column("x0")[:-1], stats.boxcox(x - x.min() + 0.01 * np.ptp(x))[0]
    )
    assert report.transform is Fallback.BOX_COX


def test_an_indicator_has_its_own_treatment(flat):
    alone = Treatment(First.NONE, fallback=Fallback.NONE)
    dataset, reports = treat(flat(ONE_FAR, ONE_FAR), Treat(indicators={"x1": alone}))
    assert dataset.table.values.max(axis=0).tolist() == [18, 500]
    assert [one.passes for one in reports] == [True, False]


@settings(deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=5, max_size=40, unique=True), st.integers(0, 6))
def test_treatment_never_turns_an_order_around(values, allowed):
    from dalgu.certification.composite.treatment import treat_columns

    x = np.array(values, float)[:, None]
    treated, points, _ = treat_columns(x, ("x",), Treat(Treatment(max_points=allowed)))
    order = x[:, 0].argsort()
    assert (np.diff(treated[order, 0]) >= 0).all()
    assert points[0] <= allowed


@pytest.mark.parametrize(
    ("column", "spec", "error"),
    [
        ([1.0, 2.0, 9.0, NAN], Treat(), TooFewValues),
        ([3.0] * 8, Treat(), RangeZero),
        (ONE_FAR, Treat(indicators={"x9": Treatment()}), IndicatorUnknown),
        (ONE_FAR, Treat(Treatment(max_points=-1)), ParameterInvalid),
        (ONE_FAR, Treat(Treatment(max_skew=0)), ParameterInvalid),
    ],
)
def test_what_cannot_be_treated_is_refused(flat, column, spec, error):
    with pytest.raises(error):
        treat(flat(column), spec)
