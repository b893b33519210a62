"""Fixed plans, where nobody has told: cycle and greens after Webster (1958).

A stage lasts from the moment all its groups are green until all groups of the next one are. What
of it vehicles cannot use is the intergreen to the next stage; a change that must wait for
pedestrians keeps the vehicles of its stage green as long as their own intergreens allow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from dalgu.devices.signals.tables import Tables
from dalgu.devices.signals.timing import Group, GroupKind, Plan, Stage, Step, Timing

SHORTEST_CYCLE_S = 90.0
LONGEST_CYCLE_S = 180.0  # Korean arterials run 120 to 180 s
CYCLE_STEP_S = 10.0
GREEN_STEP_S = 1.0  # controllers count whole seconds
FULL = 0.9  # Webster's cycle has no sense above this sum of critical flow ratios
GOOD = 0.88  # degree of saturation that leaves room for chance
STARTING_S = 2.0  # lost when a queue starts

Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What plans are reckoned for: the controller, and the flow ratio (v/s) of each group."""

    groups: Sequence[Group]
    intergreen_s: Matrix
    stages: Sequence[Stage]
    ratio: Sequence[float]


def change_s(setting: Setting, start: int, end: int) -> float:
    """Return the time from the end of a stage's last step until all of the next is green."""
    return _change(setting, start, end, list(range(len(setting.groups))))


def shortest_cycle_s(setting: Setting) -> float:
    """Return the cycle in which every stage is held just long enough."""
    count = len(setting.stages)
    least = sum(_least_s(setting, k) + change_s(setting, k, (k + 1) % count) for k in range(count))
    return _up(least, CYCLE_STEP_S)


def fitting_cycle_s(setting: Setting) -> float:
    """Return the shortest cycle, in whole steps, in which no stage is saturated beyond `GOOD`.

    It is at least Webster's, C = (1.5 L + 5) / (1 - Y), which does not know that greens have
    least lengths; the longest cycle where none is good.
    """
    lost, ratios = _lost(setting), _stage_ratios(setting)
    best = (1.5 * sum(lost) + 5) / (1 - min(sum(ratios), FULL))
    cycle_s = max(_up(best, CYCLE_STEP_S), shortest_cycle_s(setting), SHORTEST_CYCLE_S)
    while cycle_s < LONGEST_CYCLE_S and saturation(setting, cycle_s) > GOOD:
        cycle_s += CYCLE_STEP_S
    return max(min(cycle_s, LONGEST_CYCLE_S), shortest_cycle_s(setting))


def saturation(setting: Setting, cycle_s: float) -> float:
    """Return the degree of saturation of the worst stage when `split` shares a cycle."""
    lost, ratios = _lost(setting), _stage_ratios(setting)
    length = _lengths(setting, cycle_s)
    return max(
        ratio * cycle_s / max(stage_s - lost_s, 1.0)
        for ratio, stage_s, lost_s in zip(ratios, length, lost, strict=True)
    )


def split(setting: Setting, name: str, cycle_s: float, *, offset_s: float = 0.0) -> Plan:
    """Return a plan of all stages in order that shares the cycle by the critical flow ratios.

    The cycle is lengthened where the stages' shortest greens do not fit into it.
    """
    count = len(setting.stages)
    cycle_s = max(cycle_s, shortest_cycle_s(setting))
    change = [change_s(setting, k, (k + 1) % count) for k in range(count)]
    length = _lengths(setting, cycle_s)
    greens = [_down(length[k] - change[k], GREEN_STEP_S) for k in range(count)]
    longest = max(range(count), key=lambda k: greens[k])
    greens[longest] += cycle_s - sum(greens) - sum(change)
    steps = tuple(Step(k, round(green, 3)) for k, green in enumerate(greens))
    return Plan(name, steps, offset_s % cycle_s)


def lengthened(timing: Timing, plan: Plan) -> Plan:
    """Return a plan whose steps are held as long as least greens and clearances ask for."""
    tables = Tables.of([msgspec.structs.replace(timing, plans=(plan,))])
    steps = []
    for n, step in enumerate(plan.steps):
        before = plan.steps[n - 1].stage
        binds = tables.busy[0, before, step.stage] - tables.start[0, before, step.stage].max()
        least = float(binds) if len(plan.steps) > 1 else 1.0
        steps.append(Step(step.stage, max(step.green_s, least, 1.0)))
    return msgspec.structs.replace(plan, steps=tuple(steps))


def _lengths(setting: Setting, cycle_s: float) -> list[float]:
    """Return how long each stage lasts with the change to the next one."""
    count = len(setting.stages)
    least = [_least_s(setting, k) + change_s(setting, k, (k + 1) % count) for k in range(count)]
    stages = zip(least, _lost(setting), _stage_ratios(setting), strict=True)
    return _shared(cycle_s, list(stages))


def _shared(cycle_s: float, stages: Sequence[tuple[float, float, float]]) -> list[float]:
    """Share the cycle over stages of (least, lost, ratio); those at their least stay there."""
    length = [least for least, _, _ in stages]
    free = set(range(len(stages)))
    while free:
        room = cycle_s - sum(length[k] for k in range(len(stages)) if k not in free)
        room -= sum(stages[k][1] for k in free)
        total = sum(stages[k][2] for k in free)
        wanted = {k: stages[k][1] + room * stages[k][2] / total for k in free}
        short = {k for k in free if wanted[k] < stages[k][0]}
        if not short:
            for k in free:
                length[k] = wanted[k]
            break
        free -= short
    return length


def _stage_ratios(setting: Setting) -> list[float]:
    """Return the critical ratio of each stage; a group of several stages counts in parts."""
    times = [sum(g in stage.groups for stage in setting.stages) for g in range(len(setting.groups))]
    return [
        max((setting.ratio[g] / times[g] for g in stage.groups), default=0.0) + 0.01
        for stage in setting.stages
    ]


def _lost(setting: Setting) -> list[float]:
    """Return what vehicles lose at the end of each stage and the start of the next."""
    vehicles = [g for g, group in enumerate(setting.groups) if group.kind is GroupKind.VEHICLE]
    count = len(setting.stages)
    # Half of the amber is driven through, and starting costs about as much.
    return [_change(setting, k, (k + 1) % count, vehicles) + STARTING_S / 2 for k in range(count)]


def _change(setting: Setting, start: int, end: int, among: Sequence[int]) -> float:
    old, new = setting.stages[start].groups, setting.stages[end].groups
    return max(
        (
            setting.intergreen_s[i][j]
            for i in old
            if i not in new and i in among
            for j in new
            if j not in old and j in among
        ),
        default=0.0,
    )


def _least_s(setting: Setting, stage: int) -> float:
    return max((setting.groups[g].min_green_s for g in setting.stages[stage].groups), default=5.0)


def _up(value: float, step: float) -> float:
    return -(-value // step) * step


def _down(value: float, step: float) -> float:
    return (value + 1e-9) // step * step
