import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dalgu.services.water.hourly import Doubt, Reads, hourly_consumption

HOUR_S = 3600.0


def reads_of(*meters):
    """Reads of meters given as lists of (hour, register)."""
    rows = [
        (m, hour * HOUR_S, register) for m, rows in enumerate(meters) for hour, register in rows
    ]
    meter, at_s, register = zip(*rows, strict=True) if rows else ((), (), ())
    return Reads(np.array(meter, dtype=np.int64), np.array(at_s, float), np.array(register, float))


def test_reads_on_the_hour_give_their_differences():
    hourly = hourly_consumption(reads_of([(0, 10.0), (1, 10.2), (2, 10.2)]), 1, 0.0, 2)
    np.testing.assert_allclose(hourly.consumption_m3, [[0.2, 0.0]])
    assert (hourly.doubt == Doubt.NONE).all()


def test_a_missing_hour_is_a_gap_and_stays_one():
    hourly = hourly_consumption(reads_of([(0, 1.0), (1, 1.1), (3, 1.3), (4, 1.4)]), 1, 0.0, 4)
    assert hourly.doubt.tolist() == [[Doubt.NONE, Doubt.GAP, Doubt.GAP, Doubt.NONE]]
    assert np.isnan(hourly.consumption_m3[0, 1:3]).all()


def test_water_that_ran_backwards_is_flagged_and_not_counted():
    hourly = hourly_consumption(reads_of([(0, 5.0), (1, 4.9), (2, 5.0)]), 1, 0.0, 2)
    assert hourly.doubt.tolist() == [[Doubt.REVERSED, Doubt.NONE]]
    assert np.isnan(hourly.consumption_m3[0, 0])


def test_meters_do_not_lend_each_other_reads():
    hourly = hourly_consumption(reads_of([(0, 1.0)], [(1, 9.0), (2, 9.5)]), 2, 0.0, 2)
    np.testing.assert_array_equal(hourly.doubt, [[Doubt.GAP, Doubt.GAP], [Doubt.GAP, Doubt.NONE]])


def test_a_meter_without_reads_has_only_gaps():
    hourly = hourly_consumption(reads_of(), 3, 0.0, 24)
    assert hourly.consumption_m3.shape == (3, 24)
    assert (hourly.doubt == Doubt.GAP).all()


def test_a_read_sent_twice_changes_nothing():
    once = hourly_consumption(reads_of([(0, 1.0), (1, 1.5)]), 1, 0.0, 1)
    twice = hourly_consumption(reads_of([(0, 1.0), (0, 1.0), (1, 1.5), (1, 1.5)]), 1, 0.0, 1)
    np.testing.assert_array_equal(once.consumption_m3, twice.consumption_m3)


def test_rounding_of_the_register_is_not_water():
    hourly = hourly_consumption(reads_of([(0, 1.0), (1, 1.0004)]), 1, 0.0, 1)
    assert hourly.consumption_m3[0, 0] == 0.0


@given(
    jitter=hnp.arrays(np.float64, 27, elements=st.floats(-0.2, 0.2)),
    used=hnp.arrays(np.float64, 26, elements=st.floats(0.01, 0.5)),
)
def test_the_hours_of_a_day_add_up_to_the_register(jitter, used):
    register = 100 + np.r_[0, np.cumsum(used)]
    at_h = np.arange(-1, 26) + jitter
    hourly = hourly_consumption(reads_of(list(zip(at_h, register, strict=True))), 1, 0.0, 24)
    start, end = np.interp([0.0, 24.0], at_h, register)
    np.testing.assert_allclose(np.nansum(hourly.consumption_m3), end - start, atol=1e-9)
