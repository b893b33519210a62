import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.center.learning.times import Instants, Measure, falls, grouped, spans, spread

GONE = float("nan")


def instants(*rows):
    return Instants(*(np.array(column, dtype=float) for column in zip(*rows, strict=True)))


def test_each_measure_runs_between_its_two_steps():
    found = spans(instants((90, 100, 130, 400, 1000)))
    assert {measure: float(span[0]) for measure, span in found.items()} == {
        Measure.DETECT: 10, Measure.ACKNOWLEDGE: 30, Measure.RESPOND: 300, Measure.CLOSE: 900,
    }  # fmt: skip


def test_a_step_that_did_not_happen_and_one_before_its_time_have_no_span():
    found = spans(instants((110, 100, GONE, GONE, GONE)))
    assert all(np.isnan(span[0]) for span in found.values())


def test_percentiles_are_those_of_a_published_example():
    # NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.6.2: its twelve gauge readings; its own
    # method is definition 6 of Hyndman & Fan, R's default and ours is 7: quantile(x, .9) = 95.1957
    gauge = np.array([95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610,
                      95.1591, 95.1195, 95.1065, 95.0925, 95.1990, 95.1682])  # fmt: skip
    assert spread(gauge).p90_s == pytest.approx(95.19568, abs=1e-4)
    assert spread(gauge).p50_s == pytest.approx((95.1567 + 95.1591) / 2)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_half_take_at_most_p50_and_nine_of_ten_at_most_p90(spans_s):
    found = spread(np.array(spans_s))
    assert np.mean(np.array(spans_s) <= found.p50_s) >= 0.5
    assert np.mean(np.array(spans_s) <= found.p90_s) >= 0.9 - 1 / len(spans_s)
    assert min(spans_s) <= found.p50_s <= found.p90_s <= max(spans_s)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 100)), min_size=1, max_size=30))
def test_groups_hold_all_cases_between_them(rows):
    keys, spans_s = zip(*rows, strict=True)
    found = grouped(keys, np.array(spans_s))
    assert sum(one.n for one in found.values()) == len(rows)
    assert min(one.p50_s for one in found.values()) <= spread(np.array(spans_s)).p90_s + 1e-9


def test_nothing_known_is_none_and_not_zero():
    assert spread(np.array([GONE, GONE])).p50_s is None
    assert spread(np.array([])).n == 0


def test_the_share_within_counts_only_cases_that_have_a_target():
    found = spread(np.array([50.0, 70.0, 10.0, GONE]), np.array([60.0, 60.0, GONE, 60.0]))
    assert found.within == 0.5


@pytest.mark.parametrize(
    ("values", "is_falling"),
    [((9.0, 7.0, 4.0), True), ((9.0, 9.0, 4.0), False), ((9.0, None, 4.0), False), ((4.0,), False)],
)
def test_a_fall_is_strict_and_leaves_nothing_out(values, is_falling):
    assert falls(values) is is_falling
