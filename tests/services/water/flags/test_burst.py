import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dalgu.services.water.flags.burst import burst, limits_m3h

LIMIT = limits_m3h([15])


def test_two_hours_above_the_limit_are_a_burst_and_one_is_a_filled_pool():
    quiet = np.full(24, 0.05)
    twice, once = quiet.copy(), quiet.copy()
    twice[10:12], once[10] = 1.0, 3.0
    found = burst(np.stack([twice, once]), np.repeat(LIMIT, 2))
    assert found.is_burst.tolist() == [True, False]
    assert found.peak_m3h.tolist() == [1.0, 3.0]


def test_a_large_meter_passes_what_bursts_a_small_one():
    used = np.tile([0.05, 2.0, 2.0], 8)
    found = burst(np.stack([used, used]), limits_m3h([15, 50]))
    assert found.is_burst.tolist() == [True, False]


def test_yesterdays_burst_is_over():
    used = np.r_[np.full(24, 2.0), np.full(24, 0.01)]
    assert not burst(used[None], LIMIT).is_burst[0]


def test_a_gap_between_two_hours_is_no_row():
    used = np.full(24, 0.01)
    used[5:8] = [2.0, np.nan, 2.0]
    assert not burst(used[None], LIMIT).is_burst[0]


@given(
    hnp.arrays(np.float64, (3, 30), elements=st.floats(0, 5) | st.just(np.nan)),
    st.floats(0.1, 2.0),
)
def test_a_higher_limit_never_finds_more(used, more):
    low, high = np.full(3, 0.5), np.full(3, 0.5 + more)
    assert not (burst(used, high).is_burst & ~burst(used, low).is_burst).any()
