"""The way back to the plan over several stages, where none over one other stage is open.

All short sequences of stages are tried at once, each stage as short as it may be, the last held
until the plan leaves it. For one controller at a time: few ever need it.
"""

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.tables import NEVER, Ints, Tables

PATHS_MOST: Final = 1_000
LONGEST: Final = 4


@dataclass(frozen=True, slots=True)
class Ask:
    """Where one controller stands and what its plan asks. W groups, P steps."""

    n: int  # row of the tables
    stage: int
    free: int  # ticks until it can leave the stage
    red: Ints  # (W,) ticks
    steps: Ints  # (P,) stage of each step
    left: NDArray[np.int64]  # (P,) ticks until the plan leaves each step
    later: Ints  # (P, W) from there to each group's next green


def detour(tables: Tables, ask: Ask) -> int | None:
    """Return the next stage of the sequence that is soonest in step, None if there is none."""
    paths = _paths(int(tables.stages[ask.n]), ask.stage)
    ready, since, may = _walk(tables, ask, paths)
    groups = tables.exists[ask.n]
    soonest = np.full(len(paths), NEVER, np.int64)
    for step, stage in enumerate(ask.steps):
        there = may & (paths[:, -1] == stage) & (ready <= ask.left[step])
        wait = ask.left[step] + ask.later[step] - since
        idle = tables.member[ask.n, stage] | ~groups
        there &= (idle | (wait <= tables.max_red[ask.n])).all(axis=1)
        soonest = np.where(there, np.minimum(soonest, ask.left[step]), soonest)
    best = int(soonest.argmin())
    if soonest[best] >= NEVER:
        return None
    onward = paths[best][paths[best] != ask.stage]
    return int(onward[0]) if len(onward) else ask.stage


def _walk(tables: Tables, ask: Ask, paths: Ints) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return when each path's last stage can be left, since when groups are red, and if in time."""
    start, busy, member = tables.start[ask.n], tables.busy[ask.n], tables.member[ask.n]
    here = np.full(len(paths), ask.stage)
    ready = np.full(len(paths), ask.free)
    since = np.broadcast_to(-ask.red, (len(paths), len(ask.red))).astype(np.int64)
    may = np.ones(len(paths), np.bool_)
    for there in paths.T:
        starts = member[there] & ~member[here]
        green = ready[:, None] + start[here, there]
        may &= (~starts | (green - since <= tables.max_red[ask.n])).all(axis=1)
        ends = member[here] & ~member[there]
        since = np.where(ends, ready[:, None], since)
        ready = ready + busy[here, there]
        here = there
    return ready, since, may


@lru_cache(maxsize=256)
def _paths(stages: int, here: int) -> Ints:
    """Return sequences of stages, shape (paths, LONGEST); shorter ones begin by staying."""
    found: list[tuple[int, ...]] = []
    for length in range(1, LONGEST + 1):
        some = [
            path
            for path in itertools.product(range(stages), repeat=length)
            if all(a != b for a, b in itertools.pairwise((here, *path)))
        ]
        if len(found) + len(some) > PATHS_MOST:
            break
        found += [(here,) * (LONGEST - length) + path for path in some]
    return np.array(found, np.int32).reshape(-1, LONGEST)
