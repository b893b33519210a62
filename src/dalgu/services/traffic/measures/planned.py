"""When each group of a signal is green by its fixed plan, second by second of the cycle."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dalgu.devices.signals.cycles import cycle_s
from dalgu.devices.signals.tables import change_s
from dalgu.devices.signals.timing import GroupKind, Plan, Timing
from dalgu.services.traffic.measures.events import Floats, Ints


@dataclass(frozen=True, slots=True)
class PlannedGreens:
    """Greens of one cycle; arrays of shape (n,), a group that is green twice has two.

    `start_s` is in the cycle from its zero at 1970 UTC, offset included; a green may pass the
    end of the cycle. `step_s` is where each step of the plan has all its groups green.
    """

    cycle_s: float
    group: Ints
    start_s: Floats
    green_s: Floats
    step_s: Floats  # shape (steps,)

    def of(self, group: int) -> tuple[float, float]:
        """Return start and length of a group's longest green; (0, 0) when it has none."""
        own = np.flatnonzero(self.group == group)
        if not len(own):
            return 0.0, 0.0
        best = own[np.argmax(self.green_s[own])]
        return float(self.start_s[best]), float(self.green_s[best])


@lru_cache(maxsize=1024)  # timings and plans are frozen values, and pages ask for them again
def planned_greens(timing: Timing, plan: Plan) -> PlannedGreens:
    """Return when a plan shows green, by the rules of the phase machine.

    In a change each group starts when all that it conflicts with is cleared, and each that ends
    does so as late as what starts allows; pedestrians that hinder nobody end at once.
    """
    cycle = _Cycle.of(timing, plan)
    rows = [row for group in range(len(timing.groups)) for row in cycle.greens(group)]
    full = np.array([begin + cycle.length[step] for step, begin in enumerate(cycle.begins)])
    start_s = np.array([row[1] for row in rows], dtype=np.float64)
    return PlannedGreens(
        cycle.whole_s,
        np.array([row[0] for row in rows], dtype=np.int64),
        np.mod(start_s + plan.offset_s, cycle.whole_s),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.mod(full + plan.offset_s, cycle.whole_s),
    )


@dataclass(frozen=True, slots=True)
class _Cycle:
    """The changes of one cycle; second 0 is where the first step is full."""

    timing: Timing
    plan: Plan
    whole_s: float
    length: tuple[float, ...]  # of the change into each step
    begins: tuple[float, ...]  # of the change into each step

    @classmethod
    def of(cls, timing: Timing, plan: Plan) -> "_Cycle":
        change = change_s(timing)
        stages = [step.stage for step in plan.steps]
        length = tuple(float(change[stages[k - 1], stages[k]]) for k in range(len(stages)))
        begins, at = [], -length[0]
        for step, lasting in zip(plan.steps, length, strict=True):
            begins.append(at)
            at += lasting + step.green_s
        return cls(timing, plan, cycle_s(timing, plan), length, tuple(begins))

    def greens(self, group: int) -> list[tuple[int, float, float]]:
        """Return (group, start, length) of each green of a group."""
        shown = [group in self.timing.stages[step.stage].groups for step in self.plan.steps]
        steps = len(shown)
        if all(shown):
            return [(group, 0.0, self.whole_s)]
        rows = []
        for first in range(steps):
            if not shown[first] or shown[first - 1]:
                continue
            last = first
            while shown[(last + 1) % steps]:
                last += 1
            after = (last + 1) % steps
            start = self.begins[first] + self._starts(first, group)
            end = self.begins[after] + self.whole_s * ((last + 1) // steps)
            rows.append((group, start, end + self._ends(after, group) - start))
        return rows

    def _sides(self, step: int) -> tuple[list[int], list[int]]:
        """Return the groups that end, and those that start, in the change into a step."""
        old = self.timing.stages[self.plan.steps[step - 1].stage].groups
        new = self.timing.stages[self.plan.steps[step].stage].groups
        return [one for one in old if one not in new], [one for one in new if one not in old]

    def _starts(self, step: int, group: int) -> float:
        ending, _ = self._sides(step)
        return max((self.timing.intergreen_s[one][group] for one in ending), default=0.0)

    def _ends(self, step: int, group: int) -> float:
        _, starting = self._sides(step)
        hindered = [
            self._starts(step, one) - self.timing.intergreen_s[group][one]
            for one in starting
            if self.timing.conflicts(group, one)
        ]
        if hindered:
            return max(min(hindered), 0.0)
        if self.timing.groups[group].kind is GroupKind.PEDESTRIAN:
            return 0.0
        return self.length[step]
