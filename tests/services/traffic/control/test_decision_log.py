"""Decisions are kept whole, found by time, and never half read."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.traffic.control.decision_log import (
    KEEP_HOURS,
    DecisionLog,
    Record,
    pack,
    seal,
    unpack,
)
from dalgu.services.traffic.control.seeing import tenths
from dalgu.services.traffic.signals.layout import BINS, Decision, Seen

HOUR = 3_600
AT = 1_780_000_000.0


def seen(seed=0, lanes=7, signals=2, groups=5) -> Seen:
    chance = np.random.default_rng(seed)

    def some(*shape):
        return tenths(chance.uniform(0, 200, shape))

    return Seen(
        at_s=AT,
        stage=chance.integers(0, 6, signals),
        stage_age_s=some(signals),
        changing_s=some(signals),
        queue_veh=some(lanes),
        arriving_veh=some(lanes, BINS),
        waiting_s=some(lanes),
        exit_room_veh=some(lanes),
        red_s=some(groups),
        called_s=some(groups),
        healthy=chance.random(lanes) > 0.5,
        predicted_veh_h=np.where(chance.random(lanes) > 0.5, np.rint(some(lanes)), np.nan),
    )


def record(at_s=AT, controller="horizon") -> Record:
    return Record(
        at_s=at_s,
        network="abc",
        controller=controller,
        version="0",
        signals=np.arange(2, dtype="<i4").tobytes(),
        live=b"\x01\x00",
        wanted=np.array([1, 4], "<i4").tobytes(),
        seal=b"0" * 16,
        seen=pack(seen()),
    )


@given(st.integers(0, 1_000))
def test_what_was_seen_is_kept_without_loss(seed):
    before = seen(seed)
    after = unpack(AT, pack(before))
    for field in dataclasses.fields(Seen):
        np.testing.assert_array_equal(getattr(after, field.name), getattr(before, field.name))


def test_decisions_are_found_by_time_over_hours(tmp_path):
    log = DecisionLog(tmp_path)
    times = [AT, AT + 5, AT + HOUR, AT + HOUR + 5]
    for at_s in times:
        log.append(record(at_s))
    assert [one.at_s for one in log.frames(AT, AT + 2 * HOUR)] == times
    assert [one.at_s for one in log.frames(AT + 1, AT + HOUR)] == times[1:3]
    assert log.read(log.frames(AT, AT)[0]) == record(AT)
    log.append(record(AT + HOUR + 10))  # found though the file was read before
    assert len(log.frames(AT, AT + 2 * HOUR)) == 5


def test_a_frame_that_a_power_cut_broke_ends_the_reading_and_the_next_start_goes_on(tmp_path):
    log = DecisionLog(tmp_path)
    log.append(record(AT))
    log.append(record(AT + 5))
    log.close()
    path = next(tmp_path.glob("*.decisions"))
    path.write_bytes(path.read_bytes()[:-3])
    again = DecisionLog(tmp_path)
    assert [one.at_s for one in again.frames(AT, AT + 10)] == [AT]
    again.append(record(AT + 10))
    assert [one.at_s for one in again.frames(AT, AT + 20)] == [AT, AT + 10]


@pytest.mark.parametrize("place", [4, 9, 40])
def test_a_flipped_bit_is_never_read_as_a_decision(tmp_path, place):
    log = DecisionLog(tmp_path)
    log.append(record())
    log.close()
    path = next(tmp_path.glob("*.decisions"))
    body = bytearray(path.read_bytes())
    body[place] ^= 1
    path.write_bytes(body)
    assert DecisionLog(tmp_path).frames(AT, AT) == []


def test_old_hours_are_forgotten(tmp_path):
    log = DecisionLog(tmp_path)
    log.append(record(AT))
    log.append(record(AT + KEEP_HOURS * HOUR + HOUR))
    assert log.forget(AT + KEEP_HOURS * HOUR + HOUR) == 1
    assert len(log.frames(0, AT * 2)) == 1


def test_the_seal_changes_with_any_number_of_the_decision():
    one = Decision(np.array([1, 2]), np.array([0.5, 1.0]), {"queue": np.array([0.5, 1.0])})
    same = Decision(np.array([1, 2]), np.array([0.5, 1.0]), {"queue": np.array([0.5, 1.0])})
    other = Decision(np.array([1, 2]), np.array([0.5, 1.0]), {"queue": np.array([0.5, 1.1])})
    assert seal(one) == seal(same) != seal(other)
