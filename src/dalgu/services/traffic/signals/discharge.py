"""How a stage discharges its lanes: a queue model that all predictive controllers share.

Tables have one row for each of the S stages and one column for each lane of its signal (W, the
widest). A lane is first in, first out: who may not go yet holds those behind. What it discharges
in a stage follows from the shares of its turns: those that have green, those that give way, those
that have red (after a run whose expected length is (1 - b) / b for a share b) and those that need
no signal.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.signals.layout import BIN_S, BINS, Bools, Floats, Ints, Layout, Seen
from dalgu.services.traffic.signals.sums import sum_by

GIVE_WAY_HEADWAYS = 2.5  # a vehicle that gives way takes as long as so many that need not
FREE_HEADWAYS = 2.0  # the same of one that goes without a signal: it stops first
LONGEST_RUN_VEH = 60.0


@dataclass(frozen=True, slots=True)
class Lanes:
    """Which lanes the columns are, and what each stage does for them."""

    index: Ints  # (S, W) over all lanes; 0 where there is none: see `real`
    real: Bools  # (S, W)
    rate_veh_s: Floats  # (S, W) of a queue in that stage
    run_veh: Floats  # (S, W) expected to go before one that has red holds the lane


def lanes_of(layout: Layout) -> Lanes:
    """Return the tables of a layout; they change only with its shares of turns."""
    index, real = lane_table(layout)
    going, slow, held = _shares(layout)
    headways = going + GIVE_WAY_HEADWAYS * slow[0] + FREE_HEADWAYS * slow[1]
    moving = going + slow[0] + slow[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = np.where(moving > 0, moving / headways, 0.0)
        run = np.where(held > 1e-9, moving / held, LONGEST_RUN_VEH)
    rate = layout.lane_saturation_veh_s[index] * pace * real
    if layout.stage_rate_veh_s is not None:
        rate = np.where(rate > 0, layout.stage_rate_veh_s, 0.0)
    return Lanes(index, real, rate, np.minimum(run, LONGEST_RUN_VEH) * real)


def lane_table(layout: Layout) -> tuple[Ints, Bools]:
    """Return which lanes belong to the columns of each stage, (S, W), and where there are any."""
    first = layout.lane_first[layout.stage_signal][:, None]
    count = np.diff(layout.lane_first)[layout.stage_signal][:, None]
    column = np.arange(layout.stage_lane.shape[1])[None, :]
    real = column < count
    return np.where(real, first + column, 0), real


@dataclass(frozen=True, slots=True)
class _Ways:
    """All pairs of a stage and a movement of its signal, and what it may do there."""

    stage: Ints
    movement: Ints
    cell: Ints  # position of its lane in a table (S, W)
    green: Bools
    yields: Bools


def _ways(layout: Layout) -> _Ways:
    stage, movement = stage_movements(layout)
    group = layout.movement_group[movement]
    signal = layout.stage_signal[stage]
    own = np.maximum(group - layout.group_first[signal], 0)
    green = layout.stage_group[stage, own] & (group >= 0)
    if layout.stage_yields is None:
        yields = green & layout.movement_permissive[movement]
    else:
        yields = green & layout.stage_yields[stage, own]
    column = layout.movement_lane[movement] - layout.lane_first[signal]
    return _Ways(stage, movement, stage * layout.stage_lane.shape[1] + column, green, yields)


def _summed(layout: Layout, ways: _Ways, weight: Floats | Bools) -> Floats:
    """Return the sums of shares of movements with these weights, (S, W)."""
    share = layout.movement_share[ways.movement] * weight
    size = layout.stage_lane.size
    return sum_by(ways.cell, share, size).reshape(layout.stage_lane.shape)


def _shares(layout: Layout) -> tuple[Floats, tuple[Floats, Floats], Floats]:
    """Return each lane's share going, (giving way, free) and held in each stage, (S, W)."""
    ways = _ways(layout)
    free = layout.movement_group[ways.movement] < 0
    going = _summed(layout, ways, ways.green & ~ways.yields)
    slow = (_summed(layout, ways, ways.yields), _summed(layout, ways, free))
    return going, slow, _summed(layout, ways, ~ways.green & ~free)


def released(layout: Layout, tried: Bools) -> Floats:
    """Return how likely each stage lets go who could not go so far, (S, W).

    `tried` says which movements had green while the first of their lane stood, (M,). What it wants
    is then none of these; or one of them that gave way and goes freely in another stage.
    """
    ways = _ways(layout)
    freely = ways.green & ~ways.yields
    gives_way = np.zeros(len(tried), bool)
    gives_way[ways.movement[ways.yields]] = True
    fresh = ~tried[ways.movement]
    hoped = ways.green & (fresh | (freely & gives_way[ways.movement]))
    able = (fresh | gives_way[ways.movement]) & (layout.movement_group[ways.movement] >= 0)
    wants = _summed(layout, ways, able)
    gets = _summed(layout, ways, hoped)
    return np.divide(gets, wants, out=np.zeros_like(gets), where=wants > 1e-9)


def stage_movements(layout: Layout) -> tuple[Ints, Ints]:
    """Return all pairs of a stage and a movement of its signal: two equally long arrays."""
    signal_of = layout.lane_signal[layout.movement_lane]
    order = np.argsort(signal_of, kind="stable")
    count = np.bincount(signal_of, minlength=len(layout.signals))
    first = np.concatenate([[0], np.cumsum(count)])
    per_stage = count[layout.stage_signal]
    stage = np.repeat(np.arange(len(per_stage)), per_stage)
    within = np.arange(len(stage)) - np.repeat(np.cumsum(per_stage) - per_stage, per_stage)
    return stage, order[first[layout.stage_signal[stage]] + within]


def served(lanes: Lanes, seen: Seen, start_s: Floats) -> Floats:
    """Return how many vehicles have left by the end of each bin, (S, W, BINS).

    `start_s` (S, W) is when a stage's lane begins to discharge. Standing vehicles leave at the
    lane's rate; moving ones no sooner than they come. What fits behind the crossing bounds it.
    """
    waiting = seen.queue_veh[lanes.index] * lanes.real
    arriving = seen.arriving_veh[lanes.index] * lanes.real[:, :, None]
    bound = np.minimum(lanes.run_veh, seen.exit_room_veh[lanes.index])
    gone = np.zeros_like(waiting)
    total = np.empty((*waiting.shape, BINS))
    for b in range(BINS):
        waiting = waiting + arriving[:, :, b]
        open_s = np.clip((b + 1) * BIN_S - start_s, 0.0, BIN_S)
        leaving = np.minimum(np.minimum(lanes.rate_veh_s * open_s, waiting), bound - gone)
        leaving = np.maximum(leaving, 0.0)
        gone = gone + leaving
        waiting = waiting - leaving
        total[:, :, b] = gone
    return total
