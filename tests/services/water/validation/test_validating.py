"""The same reads give the same sheets: in any order, however often, by area or at once."""

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.water.validation.conftest import MIDNIGHT_S, Bench, steady

from dalgu.kernel.ids import entity_id
from dalgu.services.water.validation.hours import Window
from dalgu.services.water.validation.registers import meter_reads
from dalgu.services.water.validation.rules import Check, load_rules
from dalgu.services.water.validation.sheet import Standing, encode
from dalgu.services.water.validation.validating import Ground, history_of, judge, sheet_of

AREA = entity_id("DistrictMeteredArea", "west")
METERS = 6


def sheets(columns, days=3):
    meter, hour, register, message = columns
    reads = meter_reads(meter, MIDNIGHT_S + 3600.0 * hour, register / 1000, message)
    window = Window(MIDNIGHT_S, days, 0, np.full((METERS, 672), 7, np.int32))
    ground = Ground(
        tuple(entity_id("WaterMeter", str(i)) for i in range(METERS)),
        np.full(METERS, 15.0),
        reads,
        window,
        history_of(window),
        np.zeros((METERS, days), bool),
    )
    judged = judge(ground, MIDNIGHT_S + 86400.0 * days, load_rules())
    first = date(2026, 3, 2)
    return [encode(sheet_of(AREA, first, ground, judged, day)) for day in range(days)]


def a_town(seed):
    """Reads of some meters with gaps, wild registers and a change: columns in order."""
    random = np.random.default_rng(seed)
    hour = np.tile(np.arange(-5.0, 76.0), METERS)
    meter = np.repeat(np.arange(METERS), 81)
    register = 1e5 + np.cumsum(random.poisson(8, (METERS, 81)), axis=1).ravel()
    wild = random.random(len(hour)) < 0.01
    register = np.where(wild, random.integers(0, 10**6, len(hour)), register)
    keep = random.random(len(hour)) > 0.1
    message = np.arange(1, len(hour) + 1)
    return tuple(column[keep] for column in (meter, hour, register, message))


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6))
def test_order_duplicates_and_replays_leave_every_byte_as_it_is(seed):
    columns = a_town(seed)
    random = np.random.default_rng(seed + 1)
    shuffled = random.permutation(len(columns[0]))
    again = np.r_[shuffled, random.integers(0, len(shuffled), 50)]
    meter, hour, register, message = (column[again] for column in columns)
    message = np.r_[message[: len(shuffled)], message[len(shuffled) :] + 10**6]  # a later replay
    assert sheets((meter, hour, register, message)) == sheets(columns)


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6))
def test_hours_are_whole_and_add_up_unless_a_rule_says_otherwise(seed):
    meter, hour, register, _ = a_town(seed)
    judged_of = Bench(days=3)
    for one in range(METERS):
        mine = meter == one
        judged_of.reads = list(zip(hour[mine].tolist(), register[mine].tolist(), strict=True))
        judged = judged_of.judge()
        hours = judged.hours
        assert (hours.use_l >= 0).all()
        known = (hours.register_l[:, :-1] >= 0) & (hours.register_l[:, 1:] >= 0)
        breaks = judged.raised & (Check.CHANGE.bit | Check.RATE.bit | Check.ROLLOVER.bit)
        sums = hours.use_l.reshape(1, -1, 24).sum(axis=2)
        off = sums - np.diff(hours.register_l, axis=1)
        assert (off[known & (breaks == 0)] == 0).all()


def test_the_messages_behind_a_day_are_its_first_and_last():
    judged = Bench(reads=steady()).judge()
    assert judged.first_message.tolist() == [[4, 28]]  # reads at midnight are of both days
    assert judged.last_message.tolist() == [[28, 52]]


def test_a_day_without_reads_has_no_message_and_is_cut():
    bench = Bench(reads=[(h, r) for h, r in steady() if h > 24])
    judged = bench.judge()
    assert judged.first_message[0, 0] == judged.last_message[0, 0] == 0
    assert judged.is_cut[0].tolist() == [True, True]
    assert (judged.hours.standing[0, :24] == Standing.PROFILE).all()
    assert not Bench(reads=steady()).judge().is_cut.any()


def test_no_meter_and_no_read_give_empty_sheets():
    nothing = np.zeros(0, np.int64)
    reads = meter_reads(nothing, np.zeros(0), np.zeros(0), nothing)
    window = Window(MIDNIGHT_S, 1, 0, np.zeros((0, 672), np.int32))
    ground = Ground((), np.zeros(0), reads, window, history_of(window), np.zeros((0, 1), bool))
    judged = judge(ground, MIDNIGHT_S, load_rules())
    assert sheet_of(AREA, date(2026, 3, 2), ground, judged, 0).meters == ()
