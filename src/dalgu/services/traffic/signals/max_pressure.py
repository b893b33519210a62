"""Max-pressure: the stage whose lanes are fullest compared with where they lead.

Varaiya (2013), "Max pressure control of a network of signalized intersections", Transportation
Research C 36. Pressure of a movement is its share of the lane's vehicles less those of the lane it
leads to; a stage's is the sum over its green movements by their saturation flow.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.signals.choice import best_stage
from dalgu.services.traffic.signals.discharge import stage_movements
from dalgu.services.traffic.signals.layout import Bools, Decision, Floats, Layout, Seen
from dalgu.services.traffic.signals.sums import sum_by

RULES = ("changing", "min_green", "pressure", "max_red")


@dataclass(frozen=True, slots=True)
class MaxPressure:
    """Serves the greatest pressure; knows no lost time, as in the theory."""

    name: str = "max-pressure"
    interval_s: float = 10.0

    def decide(self, layout: Layout, seen: Seen) -> Decision:
        """Return the stages of greatest pressure; `terms` are vehicles before and behind."""
        before, behind = pressures(layout, seen)
        score = before - behind
        stage, ruled = best_stage(layout, seen, score)
        return Decision(stage, score, {"upstream_veh": before, "downstream_veh": -behind}, ruled)


def pressures(layout: Layout, seen: Seen) -> tuple[Floats, Floats]:
    """Return what stands and comes before each stage's greens, and behind them, (S,) each."""
    stage, movement = stage_movements(layout)
    group = layout.movement_group[movement]
    own = np.maximum(group - layout.group_first[layout.stage_signal[stage]], 0)
    green: Bools = layout.stage_group[stage, own] & (group >= 0)
    vehicles = seen.queue_veh + seen.arriving_veh.sum(axis=1)
    following = layout.movement_next[movement]
    beyond = np.where(following >= 0, vehicles[np.maximum(following, 0)], 0.0)
    share = layout.movement_share[movement] * green
    size = len(layout.stage_signal)
    before = sum_by(stage, share * vehicles[layout.movement_lane[movement]], size)
    return before, sum_by(stage, share * beyond, size)
