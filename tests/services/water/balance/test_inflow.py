import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dalgu.services.water.balance.inflow import Inlets, net_inflow

places = hnp.arrays(np.int64, 6, elements=st.integers(-1, 3))


@given(
    hnp.arrays(np.float64, (6, 4), elements=st.floats(0, 1e6)),
    places,
    places,
)
def test_what_leaves_one_area_enters_the_next(passed, feeds, leaves):
    inflow = net_inflow(passed, Inlets(feeds, leaves, 4))
    outside = passed[leaves < 0].sum() - passed[(feeds < 0) & (leaves < 0)].sum()
    lost = passed[(feeds < 0) & (leaves >= 0)].sum()
    np.testing.assert_allclose(np.nansum(inflow), outside - lost, atol=1e-6)


def test_an_area_with_an_unknown_inlet_is_unknown():
    inlets = Inlets(np.array([0, 0, 1]), np.array([-1, -1, -1]), 2)
    inflow = net_inflow(np.array([[1.0], [np.nan], [2.0]]), inlets)
    assert np.isnan(inflow[0, 0])
    assert inflow[1, 0] == 2.0


def test_an_area_without_inlets_has_no_inflow():
    inlets = Inlets(np.array([0]), np.array([-1]), 2)
    assert np.isnan(net_inflow(np.array([[1.0]]), inlets)[1, 0])
