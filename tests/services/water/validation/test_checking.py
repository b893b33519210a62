"""Faults of hours and days, each planted in a steady meter, and the same meter without it."""

import numpy as np
from tests.services.water.validation.conftest import DAILY_L, Bench, steady

from dalgu.services.water.validation.checking import check_sum
from dalgu.services.water.validation.rules import Check, load_rules
from dalgu.services.water.validation.sheet import Standing
from dalgu.services.water.validation.validating import Edit


def using(litres):
    """Reads of a first day with other hours: {hour: litres}."""
    use = np.array([*DAILY_L[21:], *DAILY_L, *DAILY_L, *DAILY_L[:3]])
    for hour, value in litres.items():
        use[3 + hour] = value
    registers = 100_000 + np.r_[0, np.cumsum(use)]
    return list(zip(range(-3, 52), registers.tolist(), strict=True))


def test_an_hour_far_above_all_before_is_a_spike():
    assert Bench(reads=using({4: 900})).has(Check.SPIKE)
    assert not Bench(reads=using({4: 110})).has(Check.SPIKE)
    assert not Bench(reads=using({4: 900}), history=3).has(Check.SPIKE)


def test_a_day_far_above_like_days_is_high():
    assert Bench(reads=using(dict.fromkeys(range(24), 100))).has(Check.HIGH)
    assert not Bench(reads=using(dict.fromkeys(range(24), 20))).has(Check.HIGH)


def test_a_day_far_below_like_days_is_low():
    few = dict.fromkeys(range(24), 0) | {7: 9}
    assert Bench(reads=using(few)).has(Check.LOW)
    assert not Bench(reads=using(few)).has(Check.ZERO)


def test_a_day_without_use_is_named():
    none = dict.fromkeys(range(24), 0)
    assert Bench(reads=using(none)).has(Check.ZERO)
    assert not Bench(reads=using(none), history=0).has(Check.ZERO)


def test_a_register_that_stands_while_water_flows_is_stuck():
    none = dict.fromkeys(range(24), 0)
    assert Bench(reads=using(none), flowing=(0,)).has(Check.STUCK)
    assert not Bench(reads=using(none)).has(Check.STUCK)
    assert not Bench(reads=steady(), flowing=(0,)).has(Check.STUCK)


def test_a_city_may_have_stuck_days_estimated():
    own = load_rules(b"[consequences]\nstuck = 'refuse'")
    none = dict.fromkeys(range(24), 0)
    judged = Bench(reads=using(none), flowing=(0,), rules=own).judge()
    np.testing.assert_allclose(judged.hours.use_l[0, :24], DAILY_L, atol=2)
    assert (judged.hours.standing[0, :24] == Standing.PROFILE).all()


def test_a_clock_that_moves_for_good_is_named():
    moved = [(h + (0.5 if h > 10 else 0.0), r) for h, r in steady()]
    assert Bench(reads=moved).has(Check.CLOCK)
    once = [(h + (0.3 if h == 10 else 0.0), r) for h, r in steady()]
    assert not Bench(reads=once).has(Check.CLOCK)


def test_a_read_of_the_future_and_a_contradiction_are_told_on_their_day():
    assert Bench(reads=[*steady(), (90, 200_000)]).has(Check.FUTURE, 1)
    assert Bench(reads=[*steady(), (10, 150_000)]).has(Check.DUPLICATE, 0)


def test_hours_that_do_not_add_up_to_the_register_are_named():
    assert Bench(reads=steady(), edits=(Edit(0, 5, (99,)),)).has(Check.SUM)
    assert not Bench(reads=steady(), edits=(Edit(0, 5, (20, 20)),)).has(Check.SUM)
    use_l = np.array([[1] * 23 + [2]], np.int32)
    start, end = np.array([[10]]), np.array([[34]])
    assert check_sum(use_l, start, end, load_rules())[0, 0] == Check.SUM.bit
    assert check_sum(use_l, start, end + 1, load_rules())[0, 0] == 0
    assert check_sum(use_l, start * 0 - 1, end, load_rules())[0, 0] == 0


def test_an_edited_hour_is_marked_and_nothing_is_likened_to_it():
    judged = Bench(reads=steady(), edits=(Edit(0, 5, (20, 20)),)).judge()
    assert judged.hours.standing[0, 4:8].tolist() == [1, 4, 4, 1]
    assert judged.hours.use_l[0, 5:7].tolist() == [20, 20]
