import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dalgu.services.water.balance.totals import district_totals


@given(
    hnp.arrays(np.float64, (7, 5), elements=st.floats(0, 1e6) | st.just(np.nan)),
    hnp.arrays(np.int64, 7, elements=st.integers(0, 2)),
)
def test_no_water_is_lost_between_meters_and_districts(used_m3, district):
    totals = district_totals(used_m3, district, 3)
    np.testing.assert_allclose(totals.consumption_m3.sum(axis=0), np.nansum(used_m3, axis=0))
    assert totals.received.sum() == np.isfinite(used_m3).sum()
    assert totals.meters.sum() == 7


def test_a_meter_without_a_district_counts_nowhere():
    totals = district_totals(np.ones((2, 3)), np.array([-1, 0]), 1)
    assert totals.consumption_m3.tolist() == [[1.0, 1.0, 1.0]]
    assert totals.meters.tolist() == [1]
