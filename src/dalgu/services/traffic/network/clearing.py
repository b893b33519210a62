"""Intergreens from distances and speeds, where nobody has told.

The time from the end of one group's green to the start of a conflicting group's is what the last
vehicle needs to clear the point where the paths meet, less what the first one needs to get there:
amber + (way + vehicle) / speed - way / speed (RiLSA 2015, 2.5; the Korean manual reckons the same
as amber and all-red).
"""

import math
from collections.abc import Sequence
from itertools import product

from dalgu.devices.signals.timing import Group, Stage
from dalgu.services.traffic.network.junction import Arm, Path, length_m, meeting
from dalgu.services.traffic.network.model import Turn
from dalgu.services.traffic.network.staging import Flow, Staged, Walk, conflict

VEHICLE_M = 6.0
CLEARING_MPS = {Turn.THROUGH: 10.0, Turn.LEFT: 7.0, Turn.RIGHT: 7.0, Turn.U_TURN: 5.0}
ENTERING_MPS = 11.1  # the first of those who arrive at green, 40 km/h
LEAST_ALL_RED_S = 1.0
AFTER_FLASHING_S = 1.0  # of pedestrians, red before the vehicles start
STEP_S = 1.0  # controllers count whole seconds
CROSSING_M = 4.0  # a crossing lies so far inside the far edge

Matrix = tuple[tuple[float, ...], ...]


def intergreens(
    arms: Sequence[Arm], staged: Staged, flows: Sequence[Flow], walks: Sequence[Walk]
) -> Matrix:
    """Return the intergreen of each pair of groups in s, 0 where they do not conflict.

    Groups that `staged` lets be green together do not: one of them gives way.
    """
    groups, group_of = staged.groups, staged.group_of
    table = [[0.0] * len(groups) for _ in groups]
    ruled = [flow for flow in flows if group_of.get(flow.id, -1) >= 0]
    for one, other in product(ruled, ruled):
        i, j = group_of[one.id], group_of[other.id]
        if i != j and conflict(arms, one, other):
            table[i][j] = max(table[i][j], _between(arms, groups[i].amber_s, one, other))
    for walk in walks:
        if walk.id in group_of:
            _walk(arms, staged, (ruled, walk), table)
    _allow_together(staged.stages, table)
    _both_ways(groups, table)
    return tuple(tuple(row) for row in table)


def _allow_together(stages: Sequence[Stage], table: list[list[float]]) -> None:
    for stage in stages:
        for i, j in product(stage.groups, stage.groups):
            table[i][j] = 0.0


def _both_ways(groups: Sequence[Group], table: list[list[float]]) -> None:
    """Let a conflict hold in both directions, with at least amber and the least all-red."""
    for i, j in product(range(len(groups)), repeat=2):
        if table[j][i] > 0 and table[i][j] == 0:
            table[i][j] = groups[i].amber_s + LEAST_ALL_RED_S


def _walk(
    arms: Sequence[Arm],
    staged: Staged,
    walking: tuple[Sequence[Flow], Walk],
    table: list[list[float]],
) -> None:
    flows, walk = walking
    groups, group_of = staged.groups, staged.group_of
    p = group_of[walk.id]
    for flow in flows:
        g = group_of[flow.id]
        if not _passes(flow.path, walk):
            continue
        table[p][g] = groups[p].amber_s + AFTER_FLASHING_S
        way_m = 0.0 if flow.path.start == walk.arm else length_m(arms, flow.path) - CROSSING_M
        clearing_s = (max(way_m, 0.0) + VEHICLE_M) / CLEARING_MPS[flow.path.turn]
        table[g][p] = max(table[g][p], _rounded(groups[g].amber_s, clearing_s))


def _passes(path: Path, walk: Walk) -> bool:
    """Return whether a path passes a crossing and does not merely give way to it."""
    if path.turn is Turn.RIGHT:
        return path.start == walk.arm
    return walk.arm in (path.start, path.end)


def _between(arms: Sequence[Arm], amber_s: float, one: Flow, other: Flow) -> float:
    where = meeting(arms, one.path, other.path)
    if where is None:
        return 0.0
    clearing_s = (where.first_m + VEHICLE_M) / CLEARING_MPS[one.path.turn]
    return _rounded(amber_s, clearing_s - where.second_m / ENTERING_MPS)


def _rounded(amber_s: float, clearing_s: float) -> float:
    exact = amber_s + max(clearing_s, LEAST_ALL_RED_S)
    return math.ceil(exact / STEP_S) * STEP_S
