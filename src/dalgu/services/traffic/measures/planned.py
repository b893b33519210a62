"""When each group of a signal is green by its fixed plan, second by second of the cycle."""

from dataclasses import dataclass

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


def planned_greens(timing: Timing, plan: Plan) -> PlannedGreens:
    """Return when a plan shows green, by the rules of the phase machine.

    In a change each group starts when all that it conflicts with is cleared, and each that ends
    does so as late as what starts allows; pedestrians that hinder nobody end at once.
    """
    whole_s, begins = cycle_s(timing, plan), _change_begins(timing, plan)
    steps = len(plan.steps)
    rows: list[tuple[int, float, float]] = []
    for group in range(len(timing.groups)):
        shown = [group in timing.stages[step.stage].groups for step in plan.steps]
        if all(shown):
            rows.append((group, plan.offset_s % whole_s, whole_s))
        for first in range(steps):
            if not shown[first] or shown[first - 1]:
                continue
            last = first
            while shown[(last + 1) % steps]:
                last += 1
            start = begins[first] + _starts(timing, plan, first, group)
            after = (last + 1) % steps
            passed = whole_s * ((last + 1) // steps)
            end = begins[after] + passed + _ends(timing, plan, after, group)
            rows.append((group, (start + plan.offset_s) % whole_s, end - start))
    full = [begin + _length(timing, plan, step) for step, begin in enumerate(begins)]
    return PlannedGreens(
        whole_s,
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.float64),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.mod(np.array(full) + plan.offset_s, whole_s),
    )


def _change_begins(timing: Timing, plan: Plan) -> list[float]:
    """Where the change into each step begins; 0 is where the first step is full."""
    at = -_length(timing, plan, 0)
    begins = []
    for step, one in enumerate(plan.steps):
        begins.append(at)
        at += _length(timing, plan, step) + one.green_s
    return begins


def _sides(timing: Timing, plan: Plan, step: int) -> tuple[list[int], list[int]]:
    """Return the groups that end, and those that start, in the change into a step."""
    old = timing.stages[plan.steps[step - 1].stage].groups
    new = timing.stages[plan.steps[step].stage].groups
    return [one for one in old if one not in new], [one for one in new if one not in old]


def _length(timing: Timing, plan: Plan, step: int) -> float:
    return float(change_s(timing)[plan.steps[step - 1].stage, plan.steps[step].stage])


def _starts(timing: Timing, plan: Plan, step: int, group: int) -> float:
    ending, _ = _sides(timing, plan, step)
    return max((timing.intergreen_s[one][group] for one in ending), default=0.0)


def _ends(timing: Timing, plan: Plan, step: int, group: int) -> float:
    _, starting = _sides(timing, plan, step)
    hindered = [
        _starts(timing, plan, step, one) - timing.intergreen_s[group][one]
        for one in starting
        if timing.conflicts(group, one)
    ]
    if hindered:
        return max(min(hindered), 0.0)
    if timing.groups[group].kind is GroupKind.PEDESTRIAN:
        return 0.0
    return _length(timing, plan, step)
