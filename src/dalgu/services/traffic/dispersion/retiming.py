"""New greens for signals that a closure gives other flows: the cycle stays, its parts move.

Greens are Webster's (`signals.webster`), asked for the cycle that runs. Order and offset stay too,
so corridors keep their coordination while the advice is out.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from dalgu.devices.signals.cycles import cycle_s
from dalgu.devices.signals.timing import Plan, Step, Timing
from dalgu.services.traffic.dispersion.streets_graph import StreetGraph, green_share
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.signals.webster import Limits, Retimed, retime

Array = NDArray[np.float64]

NOTABLE_S = 3.0  # a plan whose greens all change by less is no proposal
LEAST_RELIEF = 0.03  # of the largest degree of saturation
STRAINED = 0.85  # degree of saturation under which the plan that runs is good enough
LEAST_GREEN = 0.01


@dataclass(frozen=True, slots=True)
class Loaded:
    """A network under flows: `flow_vph` has shape (arcs,)."""

    compiled: Compiled
    streets: StreetGraph
    flow_vph: Array

    def retimed(self, signals: Sequence[str]) -> list[tuple[str, Plan, Plan]]:
        """Return signals, the plan that runs and a better one, where one gains enough."""
        arcs: dict[str, list[int]] = defaultdict(list)
        for arc, group in enumerate(self.streets.approach):
            arcs[group.signal].append(arc)
        by_cycle: dict[float, Retimed] = {}
        found = []
        for signal in signals:
            timing = self.compiled.timings[self.compiled.signal_at[signal]]
            before = timing.plans[0]
            strain = self._strain(timing, before, arcs[signal])
            if strain < STRAINED:
                continue
            after = self._webster(timing, before, by_cycle)
            relief = strain - self._strain(timing, after, arcs[signal])
            if relief >= LEAST_RELIEF * strain and _differ(before, after):
                found.append((signal, before, after))
        return found

    def _webster(self, timing: Timing, plan: Plan, by_cycle: dict[float, Retimed]) -> Plan:
        """Return the plan with Webster's greens, whole seconds that keep the cycle."""
        cycle = cycle_s(timing, plan)
        if cycle not in by_cycle:
            limits = Limits(cycle, cycle)
            by_cycle[cycle] = retime(self.compiled.layout, self._lanes(), limits)
        first = int(self.compiled.layout.plan_first[self.compiled.signal_at[timing.id]])
        wanted = by_cycle[cycle].green_s[first : first + len(plan.steps)]
        total = sum(step.green_s for step in plan.steps)
        least = np.array([_least_s(timing, step.stage) for step in plan.steps])
        greens = whole_seconds(total, least, wanted)
        steps = tuple(
            Step(step.stage, float(green)) for step, green in zip(plan.steps, greens, strict=True)
        )
        return replace(plan, name=f"dispersion-{timing.id}", steps=steps)

    def _lanes(self) -> Array:
        """Return the flow of every lane of the layout: a lane group's, in equal parts."""
        flow: Array = np.zeros(len(self.compiled.layout.lanes))
        for arc, group in enumerate(self.streets.approach):
            for lane in group.lanes:
                if lane in self.compiled.lane_at:
                    flow[self.compiled.lane_at[lane]] = self.flow_vph[arc] / len(group.lanes)
        return flow

    def _strain(self, timing: Timing, plan: Plan, arcs: Sequence[int]) -> float:
        """Return the largest degree of saturation of a signal's lane groups under a plan."""
        worst = 0.0
        for arc in arcs:
            group = self.streets.approach[arc]
            green = max(green_share(timing, plan, group.group), LEAST_GREEN)
            worst = max(worst, float(self.flow_vph[arc]) / (group.saturation_vph * green))
        return worst


def whole_seconds(total: float, least: Array, wanted: Array) -> Array:
    """Return whole seconds in the parts wanted that add up to the total, none under its least.

    >>> whole_seconds(30.0, np.array([5.0, 5.0]), np.array([2.0, 10.0])).tolist()
    [5.0, 25.0]
    """
    free = np.ones(len(least), np.bool_)
    green = least.astype(np.float64)
    while free.any():
        left = total - green[~free].sum()
        weight = np.where(free, wanted, 0.0)
        share = left * (weight / weight.sum() if weight.sum() > 0 else free / free.sum())
        short = free & (share < least)
        if not short.any():
            green = np.where(free, share, green)
            break
        free &= ~short
    whole = np.floor(green)
    rest = round(total - whole.sum())
    whole[np.argsort(whole - green, kind="stable")[:rest]] += 1
    return np.maximum(whole, least)


def _least_s(timing: Timing, stage: int) -> float:
    """Return the least green of a stage: that of its groups."""
    return max((timing.groups[one].min_green_s for one in timing.stages[stage].groups), default=0.0)


def _differ(before: Plan, after: Plan) -> bool:
    pairs = zip(before.steps, after.steps, strict=True)
    return any(abs(one.green_s - other.green_s) >= NOTABLE_S for one, other in pairs)
