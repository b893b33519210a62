import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from dalgu.services.traffic.dispersion.costs import ArcCosts, SignalDelay
from dalgu.services.traffic.dispersion.errors import AssignmentShapeInvalid

GREENS = st.floats(0.1, 0.9)
FLOWS = st.floats(1.0, 2_000.0)


def a_signal(green=0.4, cycle_s=120.0, saturation_vph=1_800.0):
    return SignalDelay(
        np.array([0]), np.array([cycle_s]), np.array([green]), np.array([saturation_vph])
    )


def an_arc(signal=None):
    return ArcCosts.bpr(np.array([60.0]), np.array([1_000.0]), signal)


def test_the_bureau_of_public_roads_adds_15_percent_at_capacity():
    assert an_arc().time_s(np.array([1_000.0]))[0] == pytest.approx(69.0)


def test_uniform_delay_is_that_of_webster_where_arrivals_are_few():
    # d1 = 0.5 C (1 - g/C)^2 / (1 - x g/C), HCM 2010 equation 18-20, worked by hand at x = 0.
    assert a_signal(0.5, 100.0).delay_s(np.array([0.0]))[0] == pytest.approx(12.5)


def test_delay_at_a_full_signal_is_that_of_the_manual():
    # c = 720, x = 1: d1 = 0.5 * 120 * 0.6^2 / (1 - 0.4) = 36; d2 = 225 sqrt(4 / (720 * 0.25)).
    expected = 36.0 + 225.0 * np.sqrt(4.0 / 180.0)
    assert a_signal().delay_s(np.array([720.0]))[0] == pytest.approx(expected)


@given(green=GREENS, flow=FLOWS)
def test_the_integral_is_what_a_quadrature_finds(green, flow):
    costs = an_arc(a_signal(green))
    capacity = float(costs.signals.capacity_vph[0])
    found, _ = quad(
        lambda v: float(costs.time_s(np.array([v]))[0]), 0.0, flow, points=[min(capacity, flow)]
    )
    assert costs.integral(np.array([flow]))[0] == pytest.approx(found, rel=1e-6)


@given(green=GREENS, flow=FLOWS)
def test_the_slope_is_a_small_difference(green, flow):
    costs = an_arc(a_signal(green))
    step = 1e-4
    if abs(flow - float(costs.signals.capacity_vph[0])) < 1.0:
        return  # the uniform delay has a kink there
    ahead, behind = costs.time_s(np.array([flow + step])), costs.time_s(np.array([flow - step]))
    assert costs.slope(np.array([flow]))[0] == pytest.approx(
        (ahead[0] - behind[0]) / (2 * step), rel=1e-4, abs=1e-8
    )


@given(green=GREENS, flow=FLOWS, more=FLOWS)
def test_more_flow_never_takes_less_time(green, flow, more):
    costs = an_arc(a_signal(green))
    assert costs.time_s(np.array([flow + more]))[0] >= costs.time_s(np.array([flow]))[0]


def test_a_closed_arc_is_infinitely_far_and_a_narrow_one_saturates_sooner():
    costs = an_arc(a_signal())
    assert np.isinf(costs.narrowed(np.array([0.0])).time_s(np.array([0.0]))[0])
    half = costs.narrowed(np.array([0.5]))
    assert half.degree_of_saturation(np.array([360.0]))[0] == pytest.approx(1.0)


def test_a_signal_without_green_is_refused():
    with pytest.raises(AssignmentShapeInvalid, match="green"):
        an_arc(a_signal(green=0.0))


def test_a_negative_capacity_is_refused():
    with pytest.raises(AssignmentShapeInvalid, match="negative"):
        ArcCosts.bpr(np.array([60.0]), np.array([-1.0]))
