"""Ways back to the fixed plan: over at most one other stage, and in step within a cycle.

A way leads from where a controller stands to a step of its plan, each stage on it as short as it
may be, the last one held until the plan leaves that step too; from then on the controller is in
step. It counts only if the phase machine would grant it and no group would be red too long, on
the way and in the plan behind it.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.tables import NEVER, Bools, Ints, Tables

Longs = NDArray[Any]  # whole numbers, of 32 or 64 bits

_NO_WAY: Final = NEVER * NEVER


@dataclass(frozen=True, slots=True)
class Steps:
    """What the plans of N controllers want from now on. P steps of the longest, W groups."""

    exists: Bools  # (N, P)
    stage: Ints  # (N, P)
    left: Longs  # (N, P) ticks until the plan leaves the step
    later: Ints  # (N, P, W) from there to the group's next green in the plan


@dataclass(frozen=True, slots=True)
class Standing:
    """Where N controllers stand (or would), times in ticks from now."""

    stage: Ints  # (N,)
    free: Longs  # (N,) when the stage can be left
    since: Longs  # (N, W) when the last green ended, negative; of green groups 0


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways that are open. S stages of the widest."""

    rank: Longs  # (N, S) of the best way that serves a stage next: the less the better
    open: Bools  # (N, S) there is one

    @classmethod
    def of(cls, tables: Tables, standing: Standing, steps: Steps) -> "Ways":
        """Find the ways, first over each stage, which may be the one shown."""
        rows = np.arange(len(standing.stage))
        stages = tables.member.shape[1]
        via = np.broadcast_to(np.arange(stages), (len(rows), stages))
        here = np.broadcast_to(standing.stage[:, None], via.shape)
        free = np.broadcast_to(standing.free[:, None], via.shape)
        since = np.broadcast_to(standing.since[:, None, :], (*via.shape, standing.since.shape[1]))
        first = _hop(tables, (rows[:, None], here, via), free, since)
        to = np.broadcast_to(steps.stage[:, None, :], (*via.shape, steps.stage.shape[1]))
        origin = np.broadcast_to(via[:, :, None], to.shape)
        free, since, may = (np.expand_dims(one, 2) for one in first)
        shape = (*to.shape, since.shape[3])
        free, since = np.broadcast_to(free, to.shape), np.broadcast_to(since, shape)
        last = _hop(tables, (rows[:, None, None], origin, to), free, since)
        known = (via < tables.stages[:, None])[:, :, None] & steps.exists[:, None, :]
        may = may & known & last[2] & _kept(tables, steps, last)
        # First what is soonest in step, of these what is soonest in the step's stage.
        rank = np.where(may, steps.left[:, None, :] * NEVER + last[0], _NO_WAY)
        best = rank.min(axis=2)
        best[rows, standing.stage] = _NO_WAY  # those ways go to the step itself
        np.minimum.at(best, (rows[:, None], steps.stage), rank[rows, standing.stage])
        return cls(best, best < _NO_WAY)


def _hop(
    tables: Tables, way: tuple[Longs, Longs, Longs], free: Longs, since: Longs
) -> tuple[Longs, Longs, Bools]:
    """Change stages, or stay: return `free` and `since` behind, and whether it would be granted."""
    row, here, there = way
    old, new = tables.member[row, here], tables.member[row, there]
    moves = here != there
    ended = np.where(old & ~new & moves[..., None], free[..., None], since)
    begun = np.where(old, free[..., None], since)  # what is green has not waited yet
    behind = free + np.where(moves, tables.busy[row, here, there], 0)
    soon = free[..., None] + tables.start[row, here, there]
    late = behind[..., None] + tables.wait[row, there]
    waited = np.where(new, soon, late) - begun
    in_time = (waited <= tables.max_red[row]) | ~tables.exists[row] | (new & old)
    return behind, ended, ~moves | in_time.all(axis=-1)


def _kept(tables: Tables, steps: Steps, last: tuple[Longs, Longs, Bools]) -> Bools:
    """Return where the last stage can be left in time and nobody waits too long for the plan."""
    row = np.arange(len(steps.stage))[:, None, None]
    free, since, _ = last
    left = steps.left[:, None, :]
    member = tables.member[row, steps.stage[:, None, :]]
    # Until the plan leaves the step the machine must not want to rescue anybody.
    rescue = tables.wait[row, steps.stage[:, None, :]]
    wait = left[..., None] + np.maximum(rescue, steps.later[:, None]) - since
    in_time = (wait <= tables.max_red[row]) | member | ~tables.exists[row]
    return (free <= left) & in_time.all(axis=-1)
