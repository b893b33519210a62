"""From scores of stages to one stage for each signal, under the rules no controller may break."""

import numpy as np

from dalgu.services.traffic.signals.layout import Bools, Floats, Ints, Layout, Seen

CHANGING, MIN_GREEN, SCORED, MAX_RED = range(4)  # positions in each controller's `RULES`


def min_green_s(layout: Layout, stage: Ints) -> Floats:
    """Return how long stages must be held: the longest minimum of their groups, (len(stage),)."""
    first = layout.group_first[layout.stage_signal[stage]][:, None]
    own = layout.stage_group[stage]
    column = np.arange(own.shape[1])[None, :]
    group = np.minimum(first + column, len(layout.group_signal) - 1)
    longest: Floats = np.where(own, layout.group_min_green_s[group], 0.0).max(axis=1, initial=0.0)
    return longest


def may_change(layout: Layout, seen: Seen) -> tuple[Bools, Bools]:
    """Return which signals are changing, and which are still in their minimum green, (N,)."""
    changing = seen.changing_s > 0.0
    held = ~changing & (seen.stage_age_s + 1e-6 < min_green_s(layout, seen.stage))
    return changing, held


def best_of(layout: Layout, score: Floats) -> Ints:
    """Return each signal's stage with the largest score, (N,), the first of equals."""
    first = layout.stage_first[:-1]
    known = np.where(np.isnan(score), -np.inf, score)
    best = np.maximum.reduceat(known, first)
    hit = known == best[layout.stage_signal]
    order = np.where(hit, np.arange(len(score)), len(score))
    chosen: Ints = np.minimum.reduceat(order, first)
    return chosen


def overdue_stage(layout: Layout, seen: Seen) -> Ints:
    """Return the stage that a group kept red for too long needs, (N,), -1 for none.

    Of several groups the one that is furthest over its limit counts, if anybody wants it: a
    vehicle in reach of one of its lanes, a pedestrian who called, or a detector that lies.
    """
    over_s = seen.red_s - layout.group_max_red_s
    over_s = np.where(group_wanted(layout, seen), over_s, -np.inf)
    first = layout.group_first[layout.stage_signal][:, None]
    column = np.arange(layout.stage_group.shape[1])[None, :]
    group = np.minimum(first + column, len(over_s) - 1)
    stage_over_s = np.where(layout.stage_group, over_s[group], -np.inf).max(axis=1)
    worst = best_of(layout, stage_over_s)
    return np.where(stage_over_s[worst] > 0.0, worst, -1)


def group_wanted(layout: Layout, seen: Seen) -> Bools:
    """Return which groups somebody waits for or comes to, (G,)."""
    wanted = seen.called_s > 0.0
    there = (seen.queue_veh > 0.05) | ~seen.healthy | (seen.arriving_veh.sum(axis=1) > 0.05)
    controlled = layout.movement_group >= 0
    by = there[layout.movement_lane[controlled]]
    wanted[layout.movement_group[controlled][by]] = True
    return wanted


def best_stage(layout: Layout, seen: Seen, score: Floats) -> tuple[Ints, Ints]:
    """Return the stage of each signal, (N,), and by which rule it was chosen, (N,)."""
    changing, held = may_change(layout, seen)
    overdue = overdue_stage(layout, seen)
    stage = best_of(layout, score)
    ruled = np.full(len(stage), SCORED, np.int64)
    stage = np.where(overdue >= 0, overdue, stage)
    ruled[overdue >= 0] = MAX_RED
    stage = np.where(held | changing, seen.stage, stage)
    ruled[held], ruled[changing] = MIN_GREEN, CHANGING
    return stage, ruled
