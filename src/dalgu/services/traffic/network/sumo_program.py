"""Programs of a SUMO traffic light as groups, stages, intergreens and plans.

A phase without yellow is a stage; phases with yellow, or with no green, are changes. Links from one
edge that are green in the same stages are one group. Two groups conflict when links of them are
foes and no stage has both; how long their intergreen is, is what the programs leave between them
where they follow one another, and otherwise the usual change of the light.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import median

import msgspec

from dalgu.devices.signals.tables import change_s
from dalgu.devices.signals.timing import Group, GroupKind, Plan, Stage, Step, Timing
from dalgu.services.traffic.network.default_plans import lengthened
from dalgu.services.traffic.network.sumo_net import SumoPhase, SumoProgram

GREEN = frozenset("gGs")
CHANGING = frozenset("yYu")
AMBER_S, LEAST_ALL_RED_S = 3.0, 1.0
MIN_GREEN_S, LEAST_GREEN_S = 5.0, 1.0
MAX_RED_S, RED_CYCLES, RED_MORE_S = 180.0, 2.0, 60.0

Foes = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Lamp:
    """A link of a traffic light: whose it is, and how long its crossing takes pedestrians."""

    link: int
    approach: str
    walk_s: float = 0.0  # 0: vehicles


@dataclass(frozen=True, slots=True)
class Held:
    """A stage phase of a program, with the change before it."""

    at_s: float  # when it begins in the program
    seconds: float
    change_s: float
    green: frozenset[int]  # links


@dataclass(frozen=True, slots=True)
class Programmed:
    """What a traffic light's programs say.

    `group_of` is by link: -1 is always green. Links in `dark` are never green in its first
    program, and `left_out` names programs that do not serve every group.
    """

    timing: Timing
    group_of: Mapping[int, int]
    members: tuple[tuple[int, ...], ...]  # links of each group
    permissive: frozenset[int]
    dark: frozenset[int]
    left_out: tuple[str, ...]


def programmed(programs: Sequence[SumoProgram], lamps: Sequence[Lamp], foes: Foes) -> Programmed:
    """Return groups, stages and plans of a traffic light.

    Parameters
    ----------
    programs
        All its programs; the first becomes the plan to fall back to.
    lamps
        Its links that cars or pedestrians use.
    foes
        Pairs of links whose paths cross, both ways around.

    """
    free = _always_green(programs)
    programs = [_without(program, free) for program in programs]
    first = held(programs[0])
    when = {
        lamp.link: frozenset(n for n, one in enumerate(first) if lamp.link in one.green)
        for lamp in lamps
        if lamp.link not in free
    }
    always, never = frozenset(range(len(first))), frozenset[int]()
    ruled = [one for one in lamps if when.get(one.link, never) not in (always, never)]
    keys = list(dict.fromkeys((one.approach, when[one.link]) for one in ruled))
    group_of = {lamp.link: -1 for lamp in lamps if when.get(lamp.link, always) == always}
    group_of |= {one.link: keys.index((one.approach, when[one.link])) for one in ruled}
    members = tuple(
        tuple(one.link for one in ruled if group_of[one.link] == n) for n in range(len(keys))
    )
    timing, left_out = _timing(programs, ruled, members, foes)
    phases = [phase for program in programs for phase in program.phases]
    return Programmed(
        timing,
        group_of,
        members,
        permissive=frozenset(
            one.link for one in lamps if any(_letter(phase, one.link) == "g" for phase in phases)
        ),
        dark=frozenset(link for link, stages in when.items() if stages == never),
        left_out=left_out,
    )


def _always_green(programs: Sequence[SumoProgram]) -> frozenset[int]:
    """Return the links that are green in every phase: no signal rules them."""
    phases = [phase for program in programs for phase in program.phases]
    size = max((len(phase.state) for phase in phases), default=0)
    return frozenset(
        link for link in range(size) if all(_letter(phase, link) in GREEN for phase in phases)
    )


def _without(program: SumoProgram, links: frozenset[int]) -> SumoProgram:
    """Return a program in which some links show red, so that they make no stage."""
    phases = tuple(
        replace(
            phase,
            state="".join("r" if n in links else letter for n, letter in enumerate(phase.state)),
        )
        for phase in program.phases
    )
    return replace(program, phases=phases)


def held(program: SumoProgram) -> list[Held]:
    """Return the stages of a program in their order, alike neighbours as one."""
    found: list[Held] = []
    at_s = change = 0.0
    for phase in program.phases:
        if not _is_stage(phase):
            change += phase.seconds
        else:
            green = frozenset(n for n, letter in enumerate(phase.state) if letter in GREEN)
            if found and found[-1].green == green:
                found[-1] = replace(found[-1], seconds=found[-1].seconds + change + phase.seconds)
            else:
                found.append(Held(at_s, phase.seconds, change, green))
            change = 0.0
        at_s += phase.seconds
    return _closed(found, change)


def _closed(found: list[Held], change: float) -> list[Held]:
    """Let the end of a program meet its beginning."""
    if not found:
        return found
    if len(found) > 1 and found[0].green == found[-1].green:
        last = found.pop()
        seconds = last.seconds + change + found[0].change_s + found[0].seconds
        return [replace(last, seconds=seconds), *found[1:]]
    return [replace(found[0], change_s=found[0].change_s + change), *found[1:]]


def _timing(
    programs: Sequence[SumoProgram],
    lamps: Sequence[Lamp],
    members: tuple[tuple[int, ...], ...],
    foes: Foes,
) -> tuple[Timing, tuple[str, ...]]:
    walk_s = {lamp.link: lamp.walk_s for lamp in lamps}
    stages = _stages(programs, members)
    groups = tuple(_group(own, walk_s, programs) for own in members)
    bare = Timing(
        programs[0].signal,
        groups,
        _intergreens((programs, members), groups, stages, foes),
        tuple(Stage("+".join(str(g) for g in sorted(one)), tuple(sorted(one))) for one in stages),
        (),
    )
    plans, left_out = [], []
    for program in programs:
        plan = _plan(program, bare, stages, members)
        served = {group for step in plan.steps for group in bare.stages[step.stage].groups}
        if len(served) == len(groups) and plan.steps:
            plans.append(plan)
        else:
            left_out.append(program.name)
    return _limited(bare, plans), tuple(left_out)


def _stages(
    programs: Sequence[SumoProgram], members: tuple[tuple[int, ...], ...]
) -> list[frozenset[int]]:
    found = [_groups_of(one, members) for program in programs for one in held(program)]
    return [stage for stage in dict.fromkeys(found) if stage]


def _groups_of(one: Held, members: tuple[tuple[int, ...], ...]) -> frozenset[int]:
    return frozenset(n for n, own in enumerate(members) if one.green.issuperset(own))


def _group(
    own: tuple[int, ...], walk_s: Mapping[int, float], programs: Sequence[SumoProgram]
) -> Group:
    walk = max(walk_s[link] for link in own)
    if walk > 0:
        return Group("", GroupKind.PEDESTRIAN, MIN_GREEN_S, MAX_RED_S, math.ceil(walk))
    amber = [_amber_s(program, own[0]) for program in programs]
    return Group("", GroupKind.VEHICLE, MIN_GREEN_S, MAX_RED_S, max(amber) or AMBER_S)


def _amber_s(program: SumoProgram, link: int) -> float:
    """Return the longest yellow of a link."""
    longest = run = 0.0
    for phase in (*program.phases, *program.phases):
        run = run + phase.seconds if _letter(phase, link) in "yY" else 0.0
        longest = max(longest, run)
    return min(longest, program_cycle_s(program))


def program_cycle_s(program: SumoProgram) -> float:
    """Return how long a program takes."""
    return sum(phase.seconds for phase in program.phases)


def _intergreens(
    told: tuple[Sequence[SumoProgram], tuple[tuple[int, ...], ...]],
    groups: Sequence[Group],
    stages: Sequence[frozenset[int]],
    foes: Foes,
) -> tuple[tuple[float, ...], ...]:
    programs, members = told
    seen: dict[tuple[int, int], float] = {}
    for program in programs:
        _observe(program, members, seen)
    table = [[0.0] * len(groups) for _ in groups]
    pairs = [
        (i, j)
        for i, j in product(range(len(groups)), repeat=2)
        if i != j
        and not any({i, j} <= stage for stage in stages)
        and (not foes or any((a, b) in foes for a, b in product(members[i], members[j])))
    ]
    between = [seen[pair] for pair in pairs if pair in seen]
    usual = median(between) if between else AMBER_S + LEAST_ALL_RED_S
    for i, j in pairs:
        least = groups[i].amber_s
        if groups[i].kind is GroupKind.PEDESTRIAN:
            least += LEAST_ALL_RED_S
        table[i][j] = float(math.ceil(max(seen.get((i, j), usual), least)))
    return tuple(tuple(row) for row in table)


def _observe(
    program: SumoProgram, members: tuple[tuple[int, ...], ...], seen: dict[tuple[int, int], float]
) -> None:
    """Note the time from the end of a group's green to another's start in the next stage."""
    phases = program.phases
    for n, phase in enumerate(phases):
        for i, own in enumerate(members):
            if _letter(phase, own[0]) in GREEN and _letter(_next(phases, n), own[0]) not in GREEN:
                gap_s, m = 0.0, (n + 1) % len(phases)
                while m != n and not _is_stage(phases[m]):
                    gap_s, m = gap_s + phases[m].seconds, (m + 1) % len(phases)
                for j, other in enumerate(members):
                    is_new = _letter(phases[m], other[0]) in GREEN
                    if is_new and _letter(phase, other[0]) not in GREEN and gap_s > 0:
                        seen[i, j] = min(seen.get((i, j), gap_s), gap_s)


def _next(phases: Sequence[SumoPhase], n: int) -> SumoPhase:
    return phases[(n + 1) % len(phases)]


def _plan(
    program: SumoProgram,
    bare: Timing,
    stages: Sequence[frozenset[int]],
    members: tuple[tuple[int, ...], ...],
) -> Plan:
    """Return a program as a plan: what our changes take less or more, the greens have."""
    change = change_s(bare)
    all_ = [(one, _groups_of(one, members)) for one in held(program)]
    known = [(one, stages.index(groups)) for one, groups in all_ if groups]
    steps, offset_s = [], program.offset_s
    for n, (one, stage) in enumerate(known):
        into_s = float(change[known[n - 1][1], stage])
        green_s = one.seconds + one.change_s - into_s
        if n == 0:
            offset_s += one.at_s - one.change_s + into_s
        steps.append(Step(stage, max(float(round(green_s)), LEAST_GREEN_S)))
    cycle_s = max(program_cycle_s(program), 1.0)
    return Plan(program.name, _merged(steps), round(offset_s % cycle_s, 1))


def _merged(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Join steps of one stage that follow each other: links that differed have no group."""
    merged: list[Step] = []
    for step in steps:
        if merged and merged[-1].stage == step.stage:
            merged[-1] = Step(step.stage, merged[-1].green_s + step.green_s)
        else:
            merged.append(step)
    if len(merged) > 1 and merged[0].stage == merged[-1].stage:
        last = merged.pop()
        merged[0] = Step(last.stage, last.green_s + merged[0].green_s)
    return tuple(merged)


def _limited(bare: Timing, plans: Sequence[Plan]) -> Timing:
    """Give groups least greens that the plans keep, and longest reds that they allow."""
    change = change_s(bare)
    greens = dict.fromkeys(range(len(bare.groups)), MIN_GREEN_S)
    for plan in plans:
        for step in plan.steps:
            for group in bare.stages[step.stage].groups:
                greens[group] = min(greens[group], step.green_s)
    cycles = [
        sum(step.green_s for step in plan.steps) + float(change.max(initial=0)) * len(plan.steps)
        for plan in plans
    ]
    longest_s = max(MAX_RED_S, RED_CYCLES * max(cycles, default=0.0) + RED_MORE_S)
    groups = tuple(
        msgspec.structs.replace(group, min_green_s=greens[n], max_red_s=longest_s)
        for n, group in enumerate(bare.groups)
    )
    limited = msgspec.structs.replace(bare, groups=groups)
    longer = tuple(lengthened(limited, plan) for plan in plans)
    return msgspec.structs.replace(limited, plans=longer)


def _is_stage(phase: SumoPhase) -> bool:
    letters = set(phase.state)
    return bool(letters & GREEN) and not letters & CHANGING


def _letter(phase: SumoPhase, link: int) -> str:
    return phase.state[link] if 0 <= link < len(phase.state) else "r"
