"""Short-horizon optimisation."""
from dataclasses import dataclass
import numpy as np
from dalgu.services.traffic.signals.choice import best_stage
from dalgu.services.traffic.signals.discharge import lanes_of, served
from dalgu.services.traffic.signals.layout import BIN_S, BINS, Decision, Floats, Layout, Seen

RULES = ("changing", "min_green", "served", "max_red")

@dataclass(frozen=True, slots=True)
class Horizon:
    name: str = "horizon"
    interval_s: float = 5.0
    wait: float = 0.05
    startup: float = 1.0
    shortest: float = 5.0
    longest: float = 30.0
    switch: float = 0.0

    def decide(self, layout: Layout, seen: Seen) -> Decision:
        lanes = lanes_of(layout)
        sig = layout.stage_signal
        cur = seen.stage[sig]
        change = layout.change_s[cur, np.arange(len(sig)) - layout.stage_first[sig]]
        change = np.where(cur == np.arange(len(sig)), seen.changing_s[sig], change + seen.changing_s[sig])
        running = (cur == np.arange(len(sig))) & (seen.changing_s[sig] <= 0)
        # lanes already flowing have no start-up loss and no change
        flowing = (lanes.rate_veh_s[cur] > 0) & (seen.changing_s[sig] <= 0)[:, None]
        start = np.where(running[:, None] | (flowing & (lanes.rate_veh_s > 0)), 0.0, change[:, None] + self.startup)
        blocked = running[:, None] & (seen.waiting_s[lanes.index] > np.minimum(seen.stage_age_s[sig][:, None], 20.0)) & (seen.stage_age_s[sig][:, None] > 4)
        total = served(lanes, seen, start)
        total = total * ~blocked[:, :, None]
        w = 1.0 + self.wait * seen.waiting_s[lanes.index]
        value = (total * w[:, :, None]).sum(axis=1)
        t = (np.arange(BINS) + 1) * BIN_S
        rate = value / (np.maximum(t[None, :], change[:, None] + self.shortest) + np.where(running, 0, self.switch)[:, None])
        rate = np.where((t[None, :] >= np.maximum(self.shortest, change[:, None] + self.shortest)) & (t <= self.longest), rate, -np.inf)
        score = rate.max(axis=1)
        stage, ruled = best_stage(layout, seen, score)
        return Decision(stage, score, {}, ruled)
