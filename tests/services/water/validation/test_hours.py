import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.water.validation.conftest import DAILY_L, Bench, steady

from dalgu.services.water.hourly import Reads, hourly_consumption
from dalgu.services.water.validation.rules import Check
from dalgu.services.water.validation.sheet import Standing


def without(reads, *hours):
    return [(h, r) for h, r in reads if h not in hours]


def test_a_day_read_by_the_hour_is_as_read():
    judged = Bench(reads=steady()).judge()
    assert judged.hours.use_l[0].tolist() == [*DAILY_L, *DAILY_L]
    assert (judged.hours.standing == Standing.ACTUAL).all()
    assert np.diff(judged.hours.register_l[0]).tolist() == [sum(DAILY_L)] * 2


def test_a_gap_of_three_hours_is_drawn_straight():
    judged = Bench(reads=without(steady(), 6, 7, 8)).judge()
    gap = judged.hours.use_l[0, 5:9]
    assert (judged.hours.standing[0, 5:9] == Standing.LINEAR).all()
    assert gap.tolist() == [25, 25, 25, 25]  # 10 + 30 + 40 + 20
    assert judged.raised[0].tolist() == [Check.GAP_SHORT.bit, 0]


def test_a_longer_gap_follows_like_days():
    judged = Bench(reads=without(steady(), *range(3, 20))).judge()
    gap = judged.hours.use_l[0, 2:20]
    assert (judged.hours.standing[0, 2:20] == Standing.PROFILE).all()
    assert gap.sum() == sum(DAILY_L[2:20])
    assert gap[0] == 0
    assert gap[5] > gap[7]
    assert judged.raised[0].tolist() == [Check.GAP_DAY.bit, 0]


def test_a_gap_over_days_is_conserved_as_a_whole():
    bench = Bench(days=9, reads=without(steady(9), *range(20, 150)))
    judged = bench.judge()
    assert judged.hours.use_l[0].sum() == 9 * sum(DAILY_L)
    assert judged.raised[0, 3] == Check.GAP_WEEK.bit
    assert (judged.hours.register_l[0, 1:7] == -1).all()
    bench = Bench(days=12, reads=without(steady(12), *range(20, 250)))
    assert bench.has(Check.GAP_LONG, 4)


def test_without_an_ending_register_like_days_alone_speak():
    judged = Bench(reads=[(h, r) for h, r in steady() if h <= 30]).judge()
    np.testing.assert_allclose(judged.hours.use_l[0, 30:], DAILY_L[6:], atol=2)
    assert (judged.hours.standing[0, 30:] == Standing.PROFILE).all()
    assert judged.raised[0].tolist() == [0, Check.OPEN.bit]
    assert judged.hours.register_l[0, 2] == -1


def test_without_any_past_an_open_hour_stays_missing():
    judged = Bench(history=0, reads=[(h, r) for h, r in steady() if h <= 0]).judge()
    assert (judged.hours.use_l == -1).all()
    assert (judged.hours.standing == Standing.MISSING).all()


def test_a_household_away_uses_nothing():
    reads = [(-1, 5000), (0, 5000), (48, 5000), (49, 5000)]
    judged = Bench(reads=reads).judge()
    assert (judged.hours.use_l == 0).all()


def test_reads_beside_the_hour_give_what_the_plain_hours_give():
    reads = [(h + 0.4, r) for h, r in steady()]
    judged = Bench(reads=reads).judge()
    at_s, litres = np.array(reads).T
    plain = hourly_consumption(
        Reads(np.zeros(len(reads), np.int64), at_s * 3600, litres / 1000), 1, 0.0, 48
    )
    np.testing.assert_allclose(judged.hours.use_l, plain.consumption_m3 * 1000, atol=1.0)


@settings(max_examples=40)
@given(
    used=st.lists(st.integers(0, 400), min_size=72, max_size=72),
    hidden=st.sets(st.integers(-2, 68), max_size=70),
    jitter=st.floats(0, 0.4),
)
def test_whatever_is_hidden_the_register_is_conserved_to_the_litre(used, hidden, jitter):
    registers = 1000 + np.r_[0, np.cumsum(used)]
    hours = np.arange(-3, 70)
    reads = [
        (h + (jitter if 0 < h < 48 else 0.0), r)
        for h, r in zip(hours.tolist(), registers.tolist(), strict=True)
        if h not in hidden - {0, 48}
    ]
    judged = Bench(reads=reads).judge()
    use_l, register_l = judged.hours.use_l[0], judged.hours.register_l[0]
    assert (use_l >= 0).all()
    assert use_l.sum() == registers[51] - registers[3] == register_l[2] - register_l[0]
    assert not (judged.raised & Check.SUM.bit).any()


def test_a_meter_never_read_has_missing_hours():
    judged = Bench(history=0).judge()
    assert (judged.hours.standing == Standing.MISSING).all()
    assert not judged.raised.any()
