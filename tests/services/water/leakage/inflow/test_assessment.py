import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.water.leakage.inflow.district import demand_of, expected_of

from dalgu.services.water.leakage.inflow.assessment import assess_inflow
from dalgu.services.water.leakage.inflow.events import ChangeKind
from dalgu.services.water.leakage.inflow.history import LEARNED, WEEK_KNOWN, InflowHistory


def assessed(inflow, prior=WEEK_KNOWN):
    return assess_inflow(InflowHistory(inflow, expected_of(inflow.shape[1]), prior))


def test_a_burst_is_told_within_two_days_and_measured():
    inflow = demand_of(80)
    inflow[:, 50:] += 9.0
    found = assessed(inflow)
    [start] = found.starts
    assert start.kind is ChangeKind.BURST
    assert abs(start.began_day - 50) <= 1
    assert start.told_day <= 52
    assert found.leakage_m3d[0, 75] / 24 == pytest.approx(9.0, abs=3.0)
    assert abs(found.leakage_m3d[0, 75] / 24 - 9.0) < 3 * found.leakage_sd_m3d[0, 75] / 24


def test_a_repair_is_a_step_down():
    inflow = demand_of(100)
    inflow[:, 30:70] += 12.0
    found = assessed(inflow)
    [repair] = found.repairs
    assert abs(repair.began_day - 70) <= 1
    assert repair.step_m3h == pytest.approx(-12.0, abs=3.0)
    assert found.is_leaking[0, 35:69].all()
    assert found.leakage_m3d[0, 75:].max() < found.leakage_m3d[0, 40:69].min() / 2


def test_a_leak_that_grows_is_followed():
    inflow = demand_of(120)
    grown = np.clip((np.arange(120) - 40) / 60, 0, 1) ** 2 * 20.0
    found = assessed(inflow + grown[:, None])
    assert any(start.told_day < 100 for start in found.starts)
    assert abs(found.leakage_m3d[0] / 24 - grown).mean() < 3.0


def test_a_season_is_not_leakage():
    found = assessed(demand_of(240, season=0.1))
    assert found.leakage_m3d.mean() / 24 < 2.5
    assert len(found.starts) <= 1


def test_a_holiday_is_not_a_leak():
    inflow = demand_of(90)
    inflow[:, 60] *= 1.12
    inflow[:, 75] *= 0.85
    assert assessed(inflow).alarms == []


def test_leakage_of_the_first_day_is_seen_when_the_week_is_known():
    found = assessed(demand_of(40) + 15.0)
    assert found.leakage_m3d[0, -1] / 24 == pytest.approx(15.0, abs=3.0)


def test_without_an_expectation_the_week_is_learned_first():
    inflow = demand_of(80)
    inflow[:, 50:] += 12.0
    found = assess_inflow(InflowHistory(inflow))
    [start] = found.starts
    assert abs(start.began_day - 50) <= 1
    assert not found.is_leaking[0, :50].any()


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(1, 35))
def test_later_days_change_nothing_before_them(seed, cut):
    random = np.random.default_rng(seed)
    inflow = demand_of(36, seed)
    other = inflow.copy()
    other[:, cut:] = random.uniform(0, 200, other[:, cut:].shape)
    for prior, expected in ((WEEK_KNOWN, expected_of(36)), (LEARNED, None)):
        one = assess_inflow(InflowHistory(inflow, expected, prior))
        two = assess_inflow(InflowHistory(other, expected, prior))
        assert np.array_equal(one.leakage_m3d[:, :cut], two.leakage_m3d[:, :cut], equal_nan=True)
        assert np.array_equal(
            one.leakage_sd_m3d[:, :cut], two.leakage_sd_m3d[:, :cut], equal_nan=True
        )
        told = [[c for c in a.alarms if c.told_day < cut] for a in (one, two)]
        assert told[0] == told[1]


@settings(max_examples=3, deadline=None)
@given(scale=st.floats(1e-3, 1e3))
def test_a_district_of_another_size_leaks_the_same_share(scale):
    inflow = demand_of(40)
    inflow[:, 25:] += 9.0
    one = assessed(inflow)
    two = assess_inflow(InflowHistory(inflow * scale, expected_of(40) * scale, WEEK_KNOWN))
    assert two.leakage_m3d == pytest.approx(one.leakage_m3d * scale, rel=1e-6, abs=1e-6 * scale)
    assert [c.told_day for c in two.alarms] == [c.told_day for c in one.alarms]


def test_gaps_are_bridged():
    inflow = demand_of(80)
    inflow[:, 40:] += 12.0
    whole = assessed(inflow)
    random = np.random.default_rng(1)
    inflow[random.random(inflow.shape) < 0.1] = np.nan
    inflow[:, 20:27] = np.nan
    inflow[:, 60] = np.nan
    found = assessed(inflow)
    assert np.isfinite(found.leakage_m3d).all()
    assert abs(found.leakage_m3d - whole.leakage_m3d)[0, 45:].max() / 24 < 3.0


def test_districts_do_not_touch_one_another():
    quiet, leaking = demand_of(60, 1), demand_of(60, 2)
    leaking[:, 30:] += 12.0
    both = np.concatenate([quiet, leaking])
    expected = np.concatenate([expected_of(60)] * 2)
    together = assess_inflow(InflowHistory(both, expected, WEEK_KNOWN))
    alone = assessed(quiet)
    assert together.leakage_m3d[0] == pytest.approx(alone.leakage_m3d[0], rel=1e-9)
    assert {c.district for c in together.starts} == {1}


@pytest.mark.filterwarnings("error")
def test_an_empty_or_unknown_district_is_quiet():
    assert assess_inflow(InflowHistory(np.zeros((0, 3, 24)))).alarms == []
    for nothing in (np.nan, 0.0):
        silent = assess_inflow(InflowHistory(np.full((1, 30, 24), nothing)))
        assert not silent.is_leaking.any()
        assert silent.alarms == []


def test_before_the_week_is_learned_leakage_is_unknown():
    found = assess_inflow(InflowHistory(demand_of(30)))
    assert np.isnan(found.leakage_m3d[0, :14]).all()
    assert np.isfinite(found.leakage_m3d[0, 14:]).all()
