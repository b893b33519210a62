import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, lists, tuples

from dalgu.services.traffic.measures.offsets import Worth, best_offsets, shifted
from dalgu.services.traffic.measures.progression import (
    CorridorInvalid,
    Direction,
    Greens,
    green_band,
    open_ways,
    progression,
    repeated_greens,
    trajectories,
)

CYCLE_S = 60.0


def direction(travel, start, green):
    return Direction(*(np.array(column, dtype=float) for column in (travel, start, green)))


def back_of(out, start, green):
    return direction((out.travel_s[-1] - out.travel_s)[::-1], start, green)


signals = lists(
    tuples(integers(1, 40), integers(0, 59), integers(10, 50), integers(0, 59), integers(10, 50)),
    min_size=2,
    max_size=4,
)


def corridor(rows):
    gaps, start, green, back_start, back_green = zip(*rows, strict=True)
    out = direction(np.cumsum(gaps) - gaps[0], start, green)
    return out, back_of(out, back_start, back_green)


def test_greens_that_follow_the_platoon_leave_the_whole_band():
    out = direction([0, 25, 50], [10, 35, 0], [30, 30, 30])
    band = green_band(out, CYCLE_S)
    assert (band.start_s, band.width_s) == (10.0, 30.0)


def test_signals_half_a_cycle_apart_are_perfect_both_ways():
    out = direction([0, 30], [0, 30], [30, 30])
    made = progression(out, back_of(out, [30, 0], [30, 30]), CYCLE_S)
    assert (made.outbound.width_s, made.inbound.width_s) == (30.0, 30.0)
    assert (made.efficiency, made.attainability) == (0.5, 1.0)


def test_greens_that_miss_each_other_leave_no_band():
    assert green_band(direction([0, 0], [0, 30], [20, 20]), CYCLE_S).width_s == 0.0


@given(signals)
def test_the_band_is_what_seconds_tried_one_by_one_find(rows):
    out, _ = corridor(rows)

    def passes(second):
        since = (second + out.travel_s - out.start_s) % CYCLE_S
        return bool(np.all(since < out.green_s))

    tried = [passes(second) for second in range(60)] * 2
    longest = max(len(list(run)) if good else 0 for good, run in itertools.groupby(tried))
    assert green_band(out, CYCLE_S).width_s == min(longest, out.green_s.min())


@given(signals)
@settings(max_examples=15, deadline=None)
def test_no_offsets_tried_beat_the_solved_ones(rows):
    out, back = corridor(rows)
    made = best_offsets(out, back, CYCLE_S)
    both = progression(
        shifted(out, made.offset_s, CYCLE_S), shifted(back, made.offset_s[::-1], CYCLE_S), CYCLE_S
    )
    found = both.outbound.width_s + both.inbound.width_s
    assert found == pytest.approx(made.outbound_s + made.inbound_s, abs=1e-4)
    for tried in itertools.product(range(0, 60, 12), repeat=len(rows) - 1):
        offset = np.array([0.0, *tried])
        there = green_band(shifted(out, offset, CYCLE_S), CYCLE_S).width_s
        home = green_band(shifted(back, offset[::-1], CYCLE_S), CYCLE_S).width_s
        assert there + home <= found + 1e-4


def test_a_weighed_direction_gets_its_whole_green():
    out, back = corridor([(1, 0, 20, 40, 30), (17, 0, 30, 10, 20), (23, 0, 25, 5, 40)])
    made = best_offsets(out, back, CYCLE_S, Worth(outbound=100.0))
    assert made.proven
    assert made.outbound_s == pytest.approx(20.0)


def test_fair_offsets_never_leave_the_narrower_band_narrower():
    out, back = corridor([(1, 0, 20, 40, 30), (17, 0, 30, 10, 20), (23, 0, 25, 5, 40)])
    plain = best_offsets(out, back, CYCLE_S)
    fair = best_offsets(out, back, CYCLE_S, Worth(is_fair=True))
    assert min(fair.outbound_s, fair.inbound_s) >= min(plain.outbound_s, plain.inbound_s) - 1e-6
    assert fair.outbound_s + fair.inbound_s <= plain.outbound_s + plain.inbound_s + 1e-6


def test_a_corridor_without_signals_or_with_a_green_over_the_cycle_is_refused():
    with pytest.raises(CorridorInvalid, match="no signal"):
        green_band(direction([], [], []), CYCLE_S)
    with pytest.raises(CorridorInvalid, match="the cycle"):
        green_band(direction([0], [0], [61]), CYCLE_S)
    with pytest.raises(CorridorInvalid, match="same signals"):
        best_offsets(direction([0], [0], [30]), direction([0, 5], [0, 0], [30, 30]), CYCLE_S)


@given(signals)
def test_a_plan_opens_the_way_as_often_as_its_cycle_runs(rows):
    out, _ = corridor(rows)
    band = green_band(out, CYCLE_S)
    greens = repeated_greens(out, CYCLE_S, from_s=0.0, until_s=1_200.0)
    begins, ends = open_ways(greens, out.travel_s)
    inside = (begins > 120) & (ends < 900)
    widest = (ends - begins)[inside].max(initial=0.0)
    assert widest == pytest.approx(band.width_s)


@given(signals, lists(integers(120, 700), min_size=1, max_size=20))
def test_vehicles_of_the_band_stop_nowhere_and_nobody_drives_in_red(rows, starts):
    out, _ = corridor(rows)
    greens = repeated_greens(out, CYCLE_S, from_s=0.0, until_s=1_800.0)
    begins, ends = open_ways(greens, out.travel_s)
    at = np.array(sorted(starts), dtype=float)
    made = trajectories(at, greens, out.travel_s)
    free = np.array([bool(np.any((begins <= one) & (one < ends))) for one in at])
    assert ((made.stops == 0) == free).all()
    for signal in range(len(rows)):
        own = greens.signal == signal
        left = made.leave_s[:, signal]
        green = (greens.start_s[own] <= left[:, None]) & (left[:, None] < greens.end_s[own])
        assert green.any(axis=1).all()


def test_who_finds_no_more_green_does_not_leave():
    greens = Greens(np.array([0]), np.array([10.0]), np.array([20.0]))
    made = trajectories(np.array([5.0, 25.0]), greens, np.array([0.0]))
    assert made.leave_s[0, 0] == 10.0
    assert np.isnan(made.leave_s[1, 0])
    assert made.stops.tolist() == [1, 1]
