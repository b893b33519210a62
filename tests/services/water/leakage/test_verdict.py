import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dalgu.services.water.leakage.verdict import Kind, Known, verdict


def test_water_that_comes_back_where_a_leak_is_known_ends_it():
    found = verdict(np.array([40.0, 25.0]), np.array([-5.0, -9.0]), [Known(7, 0, False)])
    assert (found.kind, found.flow) == (Kind.CEASED, 7)


def test_an_old_leak_does_not_grow_a_new_one_is_near():
    at = np.array([50.0, 49.0]), np.array([5.0, 5.0])
    assert verdict(*at, [Known(0, 0, False)]).kind is Kind.NEW
    assert verdict(*at, [Known(0, 0, True)]).kind is Kind.GROWN


def test_a_leak_elsewhere_is_not_the_growth_of_a_known_one():
    found = verdict(np.array([10.0, 90.0]), np.array([1.0, 5.0]), [Known(0, 0, True)])
    assert found.kind is Kind.NEW
    assert found.evidence == 90.0


def test_less_water_than_before_with_no_leak_known_is_nothing():
    assert verdict(np.array([30.0]), np.array([-4.0]), []) is None


@given(hnp.arrays(float, 5, elements=st.floats(-5, 500)), st.integers(0, 4))
def test_only_a_leak_that_runs_can_cease(evidence, pipe):
    found = verdict(evidence, np.full(5, 3.0), [Known(1, pipe, False)])
    assert found.kind is Kind.NEW
