"""Webster's re-timing: from flows of lanes to cycles and greens of the fixed plans.

Webster (1958), "Traffic signal settings", Road Research Technical Paper 39: the cycle of least
delay is (1.5 L + 5) / (1 - Y), L the time lost in a cycle and Y the sum of the critical flow
ratios. Greens are found so that the fullest lanes of all steps are equally saturated, which is
Webster's split also where lanes have green in several steps.
"""

from dataclasses import dataclass, replace

import numpy as np

from dalgu.devices.signals.timing import Plan, Step
from dalgu.services.traffic.signals.choice import best_stage, min_green_s
from dalgu.services.traffic.signals.discharge import Lanes, lanes_of
from dalgu.services.traffic.signals.fixed import RULES, before, plan_step
from dalgu.services.traffic.signals.layout import Decision, Floats, Ints, Layout, Seen
from dalgu.services.traffic.signals.sensing import inflow
from dalgu.services.traffic.signals.sums import sum_by

START_UP_S = 2.0  # lost at the start of each green; HCM 2010, 18.3
EQUALISING = 40  # rounds; each halves the distance to equal saturation
FULLEST = 0.95  # of the sum of flow ratios that the formula is asked for

__all__ = ["RULES", "Limits", "Retimed", "Webster", "plans", "retime"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which cycles are chosen; `step_s` is what greens are rounded to."""

    shortest_cycle_s: float = 40.0
    longest_cycle_s: float = 150.0


@dataclass(frozen=True, slots=True)
class Retimed:
    """Plans as arrays, with steps in the order of the layout's plans."""

    green_s: Floats  # (P,)
    cycle_s: Floats  # (N,) with changes
    flow_ratio: Floats  # (N,) Webster's Y; 1 and more: over capacity
    saturation: Floats  # (P,) of each step's fullest lane under the new plan


def retime(layout: Layout, flow_veh_h: Floats, limits: Limits | None = None) -> Retimed:
    """Return new greens of the fixed plans for these flows of lanes, (L,) in veh/h.

    Unknown flows (NaN) count as none. Every step keeps the minimum green of its groups.

    The example of a two-stage signal with flow ratios 0.25 and 0.375 and 10 s lost: the cycle is
    (15 + 5) / (1 - 0.625) = 53.3 s, and greens share 43.3 s as 2 to 3.
    """
    limits = limits or Limits()
    lanes = lanes_of(layout)
    signal = layout.stage_signal[layout.plan_stage]
    flow = np.nan_to_num(flow_veh_h) / 3_600.0
    size = len(layout.signals)
    share = _equalised(layout, lanes, flow)
    full = _saturation(layout, lanes, flow, share)
    ratio = np.maximum.reduceat(full, layout.plan_first[:-1])
    change_s = plan_changes_s(layout)
    lost_s = sum_by(signal, change_s + START_UP_S * (change_s > 0.0), size)
    best_s = (1.5 * lost_s + 5.0) / (1.0 - np.minimum(ratio, FULLEST))
    cycle_s = np.clip(best_s, limits.shortest_cycle_s, limits.longest_cycle_s)
    changes_s = sum_by(signal, change_s, size)
    least_s = min_green_s(layout, layout.plan_stage)
    green_s = _shared_out(share, least_s, np.maximum(cycle_s - changes_s, 0.0), signal)
    cycle_s = sum_by(signal, green_s, size) + changes_s
    saturation = _saturation(layout, lanes, flow, green_s / cycle_s[signal])
    return Retimed(green_s, cycle_s, ratio, saturation)


def plan_changes_s(layout: Layout) -> Floats:
    """Return the change into each plan step, (P,)."""
    first = layout.stage_first[layout.stage_signal[layout.plan_stage]]
    changes: Floats = layout.change_s[layout.plan_stage[before(layout)], layout.plan_stage - first]
    return changes


def _saturation(layout: Layout, lanes: Lanes, flow: Floats, share: Floats) -> Floats:
    """Return how full the fullest lane of each step is, (P,), with these shares of the cycle."""
    rate = lanes.rate_veh_s[layout.plan_stage]
    index = lanes.index[layout.plan_stage]
    size = len(layout.lanes)
    capacity = sum_by(index.ravel(), (rate * share[:, None]).ravel(), size)
    full = np.divide(flow, capacity, out=np.zeros(size), where=capacity > 0)
    steps: Floats = np.where(rate > 0, full[index], 0.0).max(axis=1, initial=0.0)
    return steps


def _equalised(layout: Layout, lanes: Lanes, flow: Floats) -> Floats:
    """Return shares of the green time, (P,), that make the fullest lanes of steps equally full."""
    signal = layout.stage_signal[layout.plan_stage]
    size = len(layout.signals)
    share = 1.0 / sum_by(signal, np.ones(len(signal)), size)[signal]
    for _ in range(EQUALISING):
        full = _saturation(layout, lanes, flow, share) + 1e-4
        share = share * np.sqrt(full)
        share = share / sum_by(signal, share, size)[signal]
    return share


def _shared_out(share: Floats, least_s: Floats, green_s: Floats, signal: Ints) -> Floats:
    """Return greens of at least `least_s` that share out each signal's green time."""
    size = len(green_s)
    held = np.zeros(len(share), bool)
    given = share * green_s[signal]
    for _ in range(8):  # steps below their minimum take it; the others share the rest
        held = held | (given < least_s)
        rest_s = green_s - sum_by(signal, np.where(held, least_s, 0.0), size)
        free = sum_by(signal, np.where(held, 0.0, share), size)
        part = np.divide(rest_s, free, out=np.zeros(size), where=free > 0)
        given = np.where(held, least_s, share * np.maximum(part, 0.0)[signal])
    return np.maximum(given, least_s)


def plans(layout: Layout, green_s: Floats, name: str) -> tuple[Plan, ...]:
    """Return the plan of each signal with these greens, (P,), rounded to whole seconds."""
    found = []
    for n, first in enumerate(layout.plan_first[:-1]):
        steps = range(first, layout.plan_first[n + 1])
        found.append(
            Plan(
                name,
                tuple(
                    Step(
                        int(layout.plan_stage[p] - layout.stage_first[n]), float(round(green_s[p]))
                    )
                    for p in steps
                ),
                float(layout.plan_offset_s[n]),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Webster:
    """Runs plans re-timed to the forecast flows; where there is no forecast, the plan as it is."""

    limits: Limits = Limits()
    name: str = "webster"
    interval_s: float = 1.0

    def decide(self, layout: Layout, seen: Seen) -> Decision:
        """Return the stage of the re-timed plan; `terms` are its green and how full it gets."""
        known = ~np.isnan(seen.predicted_veh_h)
        green_s = layout.plan_green_s
        terms = {}
        if known.any():
            retimed = retime(layout, 3_600.0 * inflow(layout, seen), self.limits)
            has = sum_by(layout.lane_signal, known, len(layout.signals)) > 0
            signal = layout.stage_signal[layout.plan_stage]
            green_s = np.where(has[signal], retimed.green_s, green_s)
            terms = {"green_s": _of_stages(layout, green_s)}
            terms["saturation"] = _of_stages(layout, retimed.saturation)
        step, left_s = plan_step(replace(layout, plan_green_s=green_s), seen.at_s)
        score = np.full(len(layout.stage_signal), np.nan)
        score[layout.plan_stage[step]] = left_s
        stage, ruled = best_stage(layout, seen, score)
        return Decision(stage, score, terms, ruled)


def _of_stages(layout: Layout, of_step: Floats) -> Floats:
    found = np.full(len(layout.stage_signal), np.nan)
    found[layout.plan_stage] = of_step
    return found
