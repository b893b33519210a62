"""Reads that cannot be: each is planted in a steady meter and named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.water.validation.conftest import Bench, steady

from dalgu.services.water.validation.registers import meter_reads, trail_of
from dalgu.services.water.validation.rules import Check, load_rules
from dalgu.services.water.validation.sheet import Standing


def trail(registers, hours=None, diameter_mm=15.0, now_h=10_000):
    hours = range(len(registers)) if hours is None else hours
    n = len(registers)
    reads = meter_reads(
        np.zeros(n, np.int64),
        3600.0 * np.array(hours, float),
        np.array(registers, float) / 1000,
        np.arange(n),
    )
    return trail_of(reads, np.array([diameter_mm]), 3600.0 * now_h, load_rules())


def checks(found):
    return {Check(check) for check in found.findings.check.tolist()}


def test_a_read_of_tomorrow_is_refused():
    found = trail([1, 2, 3], now_h=1)
    assert checks(found) == {Check.FUTURE}
    assert found.count_l.tolist() == [1, 2]


def test_two_registers_of_one_instant_are_both_refused():
    found = trail([10, 20, 90, 30], hours=[0, 1, 1, 2])
    assert checks(found) == {Check.DUPLICATE}
    assert found.count_l.tolist() == [10, 30]


def test_a_litre_of_rounding_at_one_instant_is_no_contradiction():
    found = trail([10, 20, 21, 30], hours=[0, 1, 1, 2])
    assert not checks(found)
    assert found.count_l.tolist() == [10, 20, 30]


@pytest.mark.parametrize("wild", [900_000, 0])
def test_one_wild_register_is_left_out(wild):
    found = trail([5000, 5010, wild, 5020, 5030])
    assert checks(found) == {Check.OUTLIER}
    assert found.count_l.tolist() == [5000, 5010, 5020, 5030]


def test_a_few_litres_back_are_held_level_until_made_up():
    found = trail([500, 510, 505, 506, 512, 520])
    assert checks(found) == {Check.REVERSE}
    assert np.all(np.diff(found.count_l) >= 0)
    assert found.count_l[-1] - found.count_l[0] == 20


def test_a_register_that_rolls_over_goes_on():
    found = trail([9_999_990, 9_999_998, 4, 12])
    assert checks(found) == {Check.ROLLOVER}
    assert np.diff(found.count_l).tolist() == [8, 6, 8]
    assert len(set(found.epoch.tolist())) == 1


def test_another_meter_begins_another_epoch():
    found = trail([800_000, 800_010, 800_020, 5, 15, 25])
    assert checks(found) == {Check.CHANGE}
    assert len(set(found.epoch.tolist())) == 2


def test_more_than_the_diameter_passes_links_nothing():
    found = trail([100, 110, 250_000, 250_010])
    assert checks(found) == {Check.RATE}
    assert len(set(found.epoch.tolist())) == 2
    assert not checks(trail([100, 110, 250_000, 250_010], diameter_mm=300))


def test_what_is_no_register_is_no_read():
    reads = meter_reads(
        np.zeros(5, np.int64),
        np.arange(5.0),
        np.array([np.nan, -1.0, np.inf, 1e300, 1.0]),
        np.zeros(5, np.int64),
    )
    assert reads.register_l.tolist() == [1000]


@settings(max_examples=40)
@given(st.lists(st.integers(0, 10**9), max_size=40), st.randoms(use_true_random=False))
def test_a_trail_never_falls_within_an_epoch(registers, random):
    hours = list(range(len(registers)))
    random.shuffle(hours)
    found = trail(registers, hours)
    within = np.diff(found.epoch) == 0
    assert np.all(np.diff(found.count_l)[within] >= 0)


@pytest.mark.parametrize(
    ("check", "plant"),
    [
        (Check.OUTLIER, {10: 900_000}),
        (Check.REVERSE, {8: 100_055}),
        (Check.RATE, {h: 400_000 + h for h in range(10, 80)}),
        (Check.CHANGE, {h: 10 * h for h in range(10, 80)}),
    ],
)
def test_a_planted_register_is_named_on_its_day(check, plant):
    bench = Bench(reads=[(h, plant.get(h, r)) for h, r in steady()])
    assert bench.has(check, 0)
    assert not Bench(reads=steady()).judge().raised.any()
    assert (bench.judge().hours.use_l >= 0).all()


def test_an_hour_between_two_meters_is_estimated():
    bench = Bench(reads=[(h, r if h < 10 else 10 * h) for h, r in steady()])
    judged = bench.judge()
    assert judged.hours.standing[0, 9] == Standing.PROFILE
    assert judged.hours.use_l[0, 9] == 5  # what like days use from nine to ten
    assert judged.raised[0, 0] & Check.OPEN.bit
    assert not judged.raised[0, 0] & Check.SUM.bit


def test_a_roll_over_shows_the_dial_and_conserves():
    reads = [(h, (r - 100_000 + 9_999_900) % 10_000_000) for h, r in steady()]
    judged = Bench(reads=reads).judge()
    assert judged.raised[0, 0] & Check.ROLLOVER.bit
    assert judged.hours.use_l[0].sum() == 2 * 270
    assert judged.hours.register_l[0, 2] < 10_000
