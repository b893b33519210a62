"""Whether a timing may run: each rule refuses with the part that breaks it and the way out.

The ranges are those that NTCIP 1202 gives the like objects: minimum green 0 to 255 s, yellow 3 to
25.5 s (here also 0, for groups without one), pedestrian clearance 0 to 255 s, 16 to 40 phases.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from dalgu.devices.signals.cycles import greens
from dalgu.devices.signals.errors import (
    ClearanceTooShort,
    GroupNeverServed,
    IntergreenTooShort,
    PlanStepTooShort,
    RedTooLong,
    StageConflicting,
    TimingValueInvalid,
)
from dalgu.devices.signals.tables import LEAST_RED, NEVER, TICK_S, Tables
from dalgu.devices.signals.timing import Group, GroupKind, Plan, Timing

GROUPS_MOST: Final = 40
STAGES_MOST: Final = 32
STEPS_MOST: Final = 32
PLANS_MOST: Final = 32
DETECTORS_MOST: Final = 128
MIN_GREEN_MOST_S: Final = 255.0
AMBER_MOST_S: Final = 25.5
CLEARANCE_MOST_S: Final = 255.0
RED_MOST_S: Final = 3_600.0
CYCLE_MOST_S: Final = 3_600.0
WALKING_MPS: Final = 1.0  # Korean manual of traffic signals: 1.0 m/s, 0.8 in protection zones


def check_timing(
    timing: Timing,
    *,
    crossing_m: Mapping[int, float] | None = None,
    walking_mps: float = WALKING_MPS,
) -> None:
    """Refuse a timing that is unsafe or cannot run.

    Parameters
    ----------
    timing
        What is to be set in a controller.
    crossing_m
        Length of the crossing of pedestrian groups, by position; where given, green's end plus
        flashing green must suffice to walk it.
    walking_mps
        Speed of those who walk.

    Raises
    ------
    TimingInvalid
        One of its subclasses, naming the part.

    """
    _check_sizes(timing)
    for group in timing.groups:
        _check_group(timing, group)
    _check_stages(timing)
    _check_intergreens(timing)
    for position, length_m in (crossing_m or {}).items():
        _check_clearance(timing, position, length_m / walking_mps)
    _check_steps(timing)
    tables = Tables.of([timing])
    for plan in timing.plans:
        _check_plan(timing, plan, tables)
    _check_rotation(timing, tables)


def _check_sizes(timing: Timing) -> None:
    limits = (
        ("groups", timing.groups, 1, GROUPS_MOST),
        ("stages", timing.stages, 1, STAGES_MOST),
        ("plans", timing.plans, 1, PLANS_MOST),
        ("detectors", timing.detectors, 0, DETECTORS_MOST),
        ("intergreens", timing.intergreen_s, len(timing.groups), len(timing.groups)),
        *((f"plan '{plan.name}' steps", plan.steps, 1, STEPS_MOST) for plan in timing.plans),
        *(
            (f"intergreens of group {row}", values, len(timing.groups), len(timing.groups))
            for row, values in enumerate(timing.intergreen_s)
        ),
    )
    for part, values, least, most in limits:
        if not least <= len(values) <= most:
            reason = f"has {len(values)} entries; {least} to {most} can be"
            raise TimingValueInvalid(timing.id, part, reason)


def _check_group(timing: Timing, group: Group) -> None:
    is_walk = group.kind is GroupKind.PEDESTRIAN
    limits = (
        ("minimum green", group.min_green_s, 0.0, MIN_GREEN_MOST_S),
        ("amber", group.amber_s, 0.0, CLEARANCE_MOST_S if is_walk else AMBER_MOST_S),
        ("maximum red", group.max_red_s, 1.0, RED_MOST_S),
    )
    for part, value, least, most in limits:
        if not least <= value <= most:
            where = f"{part} of group '{group.name}'"
            raise TimingValueInvalid(timing.id, where, f"is {value:g} s, not {least:g} to {most:g}")


def _check_stages(timing: Timing) -> None:
    for stage in timing.stages:
        where = f"stage '{stage.name}'"
        if not stage.groups or len(set(stage.groups)) != len(stage.groups):
            raise TimingValueInvalid(timing.id, where, "must name at least one group, each once")
        if not all(0 <= group < len(timing.groups) for group in stage.groups):
            raise TimingValueInvalid(timing.id, where, "names a group that does not exist")
        for one, other in itertools.combinations(stage.groups, 2):
            if timing.conflicts(one, other):
                names = timing.groups[one].name, timing.groups[other].name
                raise StageConflicting(timing.id, stage.name, *names)


def _check_intergreens(timing: Timing) -> None:
    for one, row in enumerate(timing.intergreen_s):
        for other, value in enumerate(row):
            pair = timing.groups[one].name, timing.groups[other].name
            if not 0 <= value <= CLEARANCE_MOST_S or (one == other and value > 0):
                where = f"the intergreen from '{pair[0]}' to '{pair[1]}'"
                raise TimingValueInvalid(timing.id, where, f"is {value:g} s")
            amber_s = timing.groups[one].amber_s
            if timing.conflicts(one, other) and value < max(amber_s, 1e-9):
                raise IntergreenTooShort(timing.id, pair, value, amber_s)


def _check_clearance(timing: Timing, position: int, need_s: float) -> None:
    group = timing.groups[position]
    if group.kind is GroupKind.PEDESTRIAN and group.amber_s + 1e-9 < need_s:
        raise ClearanceTooShort(timing.id, group.name, group.amber_s, need_s)


def _check_steps(timing: Timing) -> None:
    for plan in timing.plans:
        where = f"plan '{plan.name}'"
        if not math.isfinite(plan.offset_s):
            raise TimingValueInvalid(timing.id, where, "has no finite offset")
        for step in plan.steps:
            if not 0 <= step.stage < len(timing.stages):
                raise TimingValueInvalid(timing.id, where, "names a stage that does not exist")
            if not 0 <= step.green_s <= CYCLE_MOST_S:
                raise TimingValueInvalid(timing.id, where, f"has a green of {step.green_s:g} s")
        _check_repeats(timing, plan)
        served = {group for step in plan.steps for group in timing.stages[step.stage].groups}
        for position, group in enumerate(timing.groups):
            if position not in served:
                raise GroupNeverServed(timing.id, group.name, plan.name)


def _check_repeats(timing: Timing, plan: Plan) -> None:
    for k, step in enumerate(plan.steps):
        if len(plan.steps) > 1 and step.stage == plan.steps[k - 1].stage:
            reason = f"serves stage '{timing.stages[step.stage].name}' twice running"
            raise TimingValueInvalid(timing.id, f"plan '{plan.name}'", reason)


def _check_plan(timing: Timing, plan: Plan, tables: Tables) -> None:
    green = greens(timing, plan)
    stages = [step.stage for step in plan.steps]
    for k, here in enumerate(stages):
        before = stages[k - 1]
        least = int(tables.busy[0, before, here] - tables.start[0, before, here].max())
        if len(stages) > 1 and green[k] < max(least, 1):
            raise PlanStepTooShort(timing.id, plan.name, timing.stages[here].name, least * TICK_S)
    for group, red in _reds(stages, green, tables):
        if red > tables.max_red[0, group]:
            one = timing.groups[group]
            raise RedTooLong(timing.id, one.name, red * TICK_S, one.max_red_s)


def _reds(stages: list[int], green: list[int], tables: Tables) -> Iterator[tuple[int, int]]:
    """Yield each group and the most it could be red: all of a plan, or a plan left for rescue."""
    count = len(stages)
    for k, here in enumerate(stages):
        onward = stages[(k + 1) % count]
        ended = np.flatnonzero(tables.member[0, here] & ~tables.member[0, onward])
        for group in ended:
            red = 0
            for j in range(k + 1, k + 1 + count):
                last, now = stages[(j - 1) % count], stages[j % count]
                if tables.member[0, now, group]:
                    yield int(group), red + int(tables.start[0, last, now, group])
                    break
                red += int(tables.start[0, last, now].max()) + green[j % count]
                yield int(group), red + min(int(tables.wait[0, now, group]), NEVER)


def _check_start(timing: Timing, tables: Tables) -> None:
    """Refuse what could not even serve all in time after power comes back, from all red."""
    first = int(tables.first[0])
    shown = tables.member[0, first]
    start = np.maximum(tables.intergreen[0].max(axis=0), tables.amber[0] + LEAST_RED)
    free = max(
        int((start + tables.min_green[0])[shown].max(initial=0)),
        int(tables.clear[0][~shown].max(initial=0)),
    )
    red = np.where(shown, start, free + tables.wait[0, first])
    for group in np.flatnonzero(red > tables.max_red[0]):
        one = timing.groups[group]
        raise RedTooLong(timing.id, one.name, float(red[group]) * TICK_S, one.max_red_s)


def _check_rotation(timing: Timing, tables: Tables) -> None:
    _check_start(timing, tables)
    for here in range(len(timing.stages)):
        onward = int(tables.next[0, here])
        red = tables.busy[0, here, onward] + tables.wait[0, onward]
        ended = ~tables.member[0, onward]
        for group in np.flatnonzero(ended & (red > tables.max_red[0])):
            one = timing.groups[group]
            raise RedTooLong(timing.id, one.name, float(red[group]) * TICK_S, one.max_red_s)
