"""How fast a queue discharges in each stage, learned from stop-line counts alone.

What is reckoned from shares of turns knows neither how much the opposing traffic lets through nor
who stands first. Counts know both: while a lane has a queue and its stage is steady, what passes
in that time is what it discharges (HCM 2010, 31.6, field measurement of saturation flow).
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.signals.discharge import lanes_of
from dalgu.services.traffic.signals.layout import Floats, Ints, Layout, Seen

PRIOR_S = 30.0  # what was reckoned weighs as much as so much observed green with a queue
FORGETTING_S = 1_200.0  # observed green that is remembered at most
QUEUED_VEH = 2.0  # present near the stop line: a queue
NEAR_BINS = 3
STARTED_S = 2.0  # of green, before which a queue has not begun to move
SLOWEST = 0.25  # of what was reckoned: who never gets green teaches nothing


@dataclass(frozen=True, slots=True)
class Discharged:
    """Sums of observed discharge, (S, W) each; a value, so each look gives the next one."""

    gone_veh: Floats
    open_s: Floats


def nothing_yet(layout: Layout) -> Discharged:
    """Return the sums before the first look."""
    shape = layout.stage_lane.shape
    return Discharged(np.zeros(shape), np.zeros(shape))


def observe(
    layout: Layout, sums: Discharged, before: Seen, after: Seen, passed_veh: Floats
) -> Discharged:
    """Return the sums with what passed between two looks, (L,), where there was a queue."""
    steady = (before.changing_s <= 0.0) & (before.stage == after.stage)
    steady &= before.stage_age_s >= STARTED_S
    steady &= after.stage_age_s > before.stage_age_s
    present = before.queue_veh + before.arriving_veh[:, :NEAR_BINS].sum(axis=1)
    lanes = np.flatnonzero(steady[layout.lane_signal] & (present >= QUEUED_VEH))
    stage = before.stage[layout.lane_signal[lanes]]
    column = lanes - layout.lane_first[layout.lane_signal[lanes]]
    gone, open_s = sums.gone_veh.copy(), sums.open_s.copy()
    gone[stage, column] += passed_veh[lanes]
    open_s[stage, column] += after.at_s - before.at_s
    keep = np.minimum(1.0, FORGETTING_S / np.maximum(open_s, 1.0))
    return Discharged(gone * keep, open_s * keep)


def learned_rates(layout: Layout, sums: Discharged) -> Floats:
    """Return the discharge of each stage's lanes, (S, W) in veh/s: as reckoned, then as seen."""
    reckoned = lanes_of(layout).rate_veh_s
    learned = (reckoned * PRIOR_S + sums.gone_veh) / (PRIOR_S + sums.open_s)
    rates: Floats = np.where(reckoned > 0.0, np.maximum(learned, SLOWEST * reckoned), 0.0)
    return rates


__all__ = ["Discharged", "Ints", "learned_rates", "nothing_yet", "observe"]
