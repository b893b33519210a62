"""Traffic-actuated control: green is held while vehicles follow each other, then the next's turn.

As isolated controllers do it (HCM 2010 ch. 18; RiLSA 2015, 4.3): a stage ends when nobody has
come within the gap or when its longest green is over; stages that nobody wants are skipped; with
nobody waiting elsewhere it rests.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.signals.choice import best_stage, group_wanted
from dalgu.services.traffic.signals.discharge import lane_table
from dalgu.services.traffic.signals.layout import BIN_S, Decision, Floats, Layout, Seen
from dalgu.services.traffic.signals.sensing import imputed

HOLD = 1e3  # score of a stage that is still being extended


@dataclass(frozen=True, slots=True)
class Actuated:
    """Gap-out, max-out, in the order of the stages."""

    gap_s: float = 3.0
    longest_green_s: float = 50.0
    name: str = "actuated"
    interval_s: float = 1.0

    def decide(self, layout: Layout, seen: Seen) -> Decision:
        """Return the stages; `terms` are who extends the green, who waits, and whose turn it is."""
        seen = imputed(layout, seen)
        extending = self.extending(layout, seen)
        waiting = wanted(layout, seen)
        turn = turns_away(layout, seen)
        running = turn == 0
        over = seen.stage_age_s[layout.stage_signal] >= self.longest_green_s
        held = running & (extending > 0.0) & ~over
        score = np.where(waiting > 0.0, 1.0 - turn / (turn.max() + 1.0), -1.0)
        score = np.where(running, np.where(held, HOLD, 0.0), score)
        stage, ruled = best_stage(layout, seen, score)
        terms = {"extending_veh": extending, "waiting_veh": waiting, "turn": turn}
        return Decision(stage, score, terms, ruled)

    def extending(self, layout: Layout, seen: Seen) -> Floats:
        """Return the vehicles that come within the gap in each stage's lanes, (S,)."""
        bins = max(1, round(self.gap_s / BIN_S))
        return over_lanes(layout, seen.queue_veh + seen.arriving_veh[:, :bins].sum(axis=1))


def over_lanes(layout: Layout, of_lane: Floats) -> Floats:
    """Return the sum over the lanes that discharge in each stage, (S,)."""
    index, real = lane_table(layout)
    total: Floats = np.where(layout.stage_lane & real, of_lane[index], 0.0).sum(axis=1)
    return total


def wanted(layout: Layout, seen: Seen) -> Floats:
    """Return who waits or comes for each stage: vehicles, and one for each pedestrian call."""
    called = group_wanted(layout, seen) & layout.group_is_pedestrian
    first = layout.group_first[layout.stage_signal][:, None]
    column = np.arange(layout.stage_group.shape[1])[None, :]
    group = np.minimum(first + column, len(called) - 1)
    calls = (layout.stage_group & called[group]).sum(axis=1)
    vehicles = over_lanes(layout, seen.queue_veh + seen.arriving_veh.sum(axis=1))
    return np.asarray(np.where(vehicles > 0.05, vehicles, 0.0) + calls, np.float64)


def turns_away(layout: Layout, seen: Seen) -> Floats:
    """Return how many stages further in order each stage is than the running one, (S,)."""
    count = np.diff(layout.stage_first)[layout.stage_signal]
    own = np.arange(len(layout.stage_signal)) - layout.stage_first[layout.stage_signal]
    running = seen.stage[layout.stage_signal] - layout.stage_first[layout.stage_signal]
    return np.asarray(np.mod(own - running, count), np.float64)
