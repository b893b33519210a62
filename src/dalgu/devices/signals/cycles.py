"""The cycle of a fixed plan in seconds and in ticks.

Ticks are shared out by the exact instants at which greens end, so a cycle of whole seconds stays
whole although intergreens of half seconds are rounded up: the green behind them gives the rest.
"""

import itertools

from dalgu.devices.signals.tables import TICK_S, change_s, up
from dalgu.devices.signals.timing import Plan, Timing


def cycle_s(timing: Timing, plan: Plan) -> float:
    """Return the length of a plan's cycle: its greens and the changes between them."""
    return _ends_s(timing, plan)[1]


def ends(timing: Timing, plan: Plan, tick_s: float = TICK_S) -> tuple[list[int], int]:
    """Return at which tick of the cycle the green of each step ends, and the cycle in ticks.

    Tick 0 is where the first step's last group becomes green.
    """
    ends_s, length_s = _ends_s(timing, plan)
    return [round(end / tick_s) for end in ends_s], max(round(length_s / tick_s), 1)


def greens(timing: Timing, plan: Plan, tick_s: float = TICK_S) -> list[int]:
    """Return how many ticks each step is held after its last group became green."""
    at, cycle = ends(timing, plan, tick_s)
    change = change_s(timing)
    stages = [step.stage for step in plan.steps]
    previous = [at[-1] - cycle, *at[:-1]]
    return [
        end - begun - up(float(change[stages[k - 1], stages[k]]), tick_s)
        for k, (begun, end) in enumerate(zip(previous, at, strict=True))
    ]


def _ends_s(timing: Timing, plan: Plan) -> tuple[list[float], float]:
    change = change_s(timing)
    stages = [step.stage for step in plan.steps]
    lasting = [
        step.green_s + (float(change[stages[k - 1], step.stage]) if k else 0.0)
        for k, step in enumerate(plan.steps)
    ]
    at = list(itertools.accumulate(lasting))
    return at, at[-1] + float(change[stages[-1], stages[0]])
