"""The fixed plan, as the street itself would run it."""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.signals.layout import Decision, Floats, Ints, Layout, Seen

RULES = ("plan",)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Holds each signal to its plan, by the time of day: coordinated without talking."""

    name: str = "fixed"
    interval_s: float = 1.0

    def decide(self, layout: Layout, seen: Seen) -> Decision:
        """Return the stage that the plan shows at `seen.at_s`; `score` is what is left of it."""
        step, left_s = plan_step(layout, seen.at_s)
        stage = layout.plan_stage[step]
        score = np.full(len(layout.stage_signal), np.nan)
        score[stage] = left_s
        return Decision(stage, score, {"left_s": score}, np.zeros(len(stage), np.int64))


def plan_lengths_s(layout: Layout) -> Floats:
    """Return how long each plan step lasts with the change into it, (P,)."""
    first = layout.stage_first[layout.stage_signal[layout.plan_stage]]
    change_s = layout.change_s[layout.plan_stage[before(layout)], layout.plan_stage - first]
    lengths: Floats = layout.plan_green_s + change_s
    return lengths


def before(layout: Layout) -> Ints:
    """Return each step's predecessor in its cycle, (P,)."""
    step = np.arange(len(layout.plan_stage)) - 1
    step[layout.plan_first[:-1]] = layout.plan_first[1:] - 1
    return step


def plan_step(layout: Layout, at_s: float) -> tuple[Ints, Floats]:
    """Return each signal's step at a time, (N,), over all steps, and what is left of it, s.

    A step begins with the change into it; the first one's green begins at the plan's offset.
    """
    lengths_s = plan_lengths_s(layout)
    ends_s = np.cumsum(lengths_s)
    first, last = layout.plan_first[:-1], layout.plan_first[1:] - 1
    begins_s = ends_s[first] - lengths_s[first]
    change_s = lengths_s[first] - layout.plan_green_s[first]
    cycle_s = ends_s[last] - begins_s
    place_s = begins_s + np.mod(at_s - layout.plan_offset_s + change_s, cycle_s)
    step = np.minimum(np.searchsorted(ends_s, place_s, side="right"), last)
    left: Floats = ends_s[step] - place_s
    return step, left
