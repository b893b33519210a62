"""Fixed plans run by absolute time, and the way back to them from anywhere.

A plan's zero is 1970 UTC: at `offset_s` of the cycle the last group of its first step becomes
green, the change into it has begun just before. What a controller serves next is looked up by the
clock alone, so controllers are coordinated without talking and one that was led astray finds
back (`returning`).
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.cycles import cycle_s, ends, greens
from dalgu.devices.signals.detours import Ask, detour
from dalgu.devices.signals.machine import Machine
from dalgu.devices.signals.report import Light
from dalgu.devices.signals.returning import Standing, Steps, Ways
from dalgu.devices.signals.tables import NEVER, TICK_S, Bools, Ints, Tables
from dalgu.devices.signals.timing import Plan, Timing

__all__ = ["Plans", "cycle_s"]


@dataclass(frozen=True, slots=True)
class _Running:
    """The plans that run, in ticks. N controllers, P steps of the longest, W groups."""

    exists: Bools  # (N, P)
    stage: Ints  # (N, P)
    end: Ints  # (N, P) of the cycle, when the next change begins
    later: Ints  # (N, P, W) from there to the group's next green in the plan
    cycle: Ints  # (N,)
    green: Ints  # (N, P) ticks before the end in which all groups of the step are green
    offset_s: NDArray[np.float64]  # (N,)

    @classmethod
    def of(cls, ones: "Sequence[_Running]", width: int) -> Self:
        """Put plans of one controller each together."""
        steps = max(one.stage.shape[1] for one in ones)

        def stacked(name: str) -> NDArray[Any]:
            arrays = [getattr(one, name) for one in ones]
            room = {1: (), 2: (steps,), 3: (steps, width)}[arrays[0].ndim]
            padded = [
                np.pad(a, [(0, 0), *((0, room[k] - a.shape[k + 1]) for k in range(len(room)))])
                for a in arrays
            ]
            return np.concatenate(padded)

        return cls(**{name: stacked(name) for name in cls.__slots__})

    def repeated(self, offset_s: NDArray[Any]) -> "_Running":
        """Return the plan of one controller run with many offsets."""
        count = len(offset_s)
        alike = {
            name: np.broadcast_to(array, (count, *array.shape[1:]))
            for name in self.__slots__
            for array in (getattr(self, name),)
        }
        return _Running(**{**alike, "offset_s": offset_s})


class Plans:
    """Which plan each controller runs, and what that plan wants now."""

    def __init__(self, timings: Sequence[Timing], tables: Tables, tick_s: float = TICK_S) -> None:
        self._tables, self._tick_s = tables, tick_s
        self._timings = list(timings)
        self.chosen: NDArray[np.int64] = np.zeros(len(timings), np.int64)
        self._each = [self._compiled(n) for n in range(len(timings))]
        self._running = _Running.of(self._each, tables.exists.shape[1])

    def choose(self, who: Iterable[int], plan: int) -> None:
        """Let controllers run one of their plans, by its position."""
        for n in who:
            self.chosen[n] = plan
            self._each[n] = self._compiled(n)
        self._running = _Running.of(self._each, self._tables.exists.shape[1])

    def replace(self, n: int, timing: Timing) -> None:
        """Take over new plans of a controller whose groups and stages stay as they are."""
        self._timings[n] = timing
        self.choose([n], min(int(self.chosen[n]), len(timing.plans) - 1))

    def plan(self, n: int) -> Plan:
        """Return the plan that a controller runs."""
        return self._timings[n].plans[int(self.chosen[n])]

    @property
    def cycle(self) -> Ints:
        """Ticks of the cycles that run, shape (N,)."""
        return self._running.cycle

    def phase(self, at_s: float) -> NDArray[np.int64]:
        """Return the tick of the cycle each controller's plan is at, shape (N,)."""
        ticks = np.floor((at_s - self._running.offset_s) / self._tick_s + 0.5).astype(np.int64)
        return ticks % self._running.cycle

    def stage(self, at_s: float) -> Ints:
        """Return the stage that the plans show, or are changing to, at an instant, (N,)."""
        run = self._running
        left = self._left(at_s)
        step = np.where(run.exists, left, NEVER).argmin(axis=1)
        shown: Ints = run.stage[np.arange(len(step)), step]
        return shown

    def in_step(self, at_s: float, stage: Ints, complete: Bools) -> Bools:
        """Return which controllers do what their plan says, (N,), after the tick at `at_s`.

        They show the plan's `stage`; one whose stage is `complete` before the plan's waits for it.
        """
        run = self._running
        left = np.where(run.exists, self._left(at_s), NEVER)
        row, step = np.arange(len(left)), left.argmin(axis=1)
        changing = left[row, step] > run.green[row, step]
        return np.asarray((stage == run.stage[row, step]) & (complete | changing))

    def spread(self, offset_s: NDArray[Any]) -> "Plans":
        """Return the first controller's plan run by many that are like it, each with its offset.

        Their tables are those of `Tables.repeated`.
        """
        alike = copy(self)
        alike._tables = self._tables.repeated(len(offset_s))
        alike._running = self._each[0].repeated(offset_s)
        return alike

    def ways(self, at_s: float, machine: Machine) -> Ways:
        """Return the ways back to the plan that are open.

        To be asked just before the machine makes the tick that begins at `at_s`.
        """
        run, state = self._running, machine.state
        green = state.light == Light.GREEN
        standing = Standing(
            stage=state.stage,
            free=np.maximum(machine.outlook.free - 1, 0).astype(np.int64),
            since=np.where(green, 0, -state.red.astype(np.int64) - 1),
        )
        steps = Steps(run.exists, run.stage, self._left(at_s), run.later)
        return Ways.of(self._tables, standing, steps)

    def wish(self, at_s: float, machine: Machine) -> NDArray[np.int64]:
        """Return the stage that each controller serves next to be on its plan soonest, (N,).

        To be asked as `ways`.
        """
        ways = self.ways(at_s, machine)
        wish = self._best(ways, machine)
        lost = ~ways.open.any(axis=1) & (machine.outlook.free <= 1)
        for n in np.flatnonzero(lost):
            found = self._detour(int(n), at_s, machine)
            wish[n] = wish[n] if found is None else found
        return wish

    def _detour(self, n: int, at_s: float, machine: Machine) -> int | None:
        run, state = self._running, machine.state
        steps = run.exists[n]
        ask = Ask(
            n=n,
            stage=int(state.stage[n]),
            free=0,
            red=state.red[n] + (state.light[n] != Light.GREEN),
            steps=run.stage[n, steps],
            left=self._left(at_s)[n, steps],
            later=run.later[n, steps],
        )
        return detour(self._tables, ask)

    def _best(self, ways: Ways, machine: Machine) -> NDArray[np.int64]:
        row, here = machine.row, machine.state.stage
        best = ways.rank.argmin(axis=1)
        return np.where(ways.open.any(axis=1), best, self._tables.next[row, here])

    def _left(self, at_s: float) -> NDArray[np.int64]:
        run = self._running
        left = (run.end - self.phase(at_s)[:, None]) % run.cycle[:, None]
        return np.where(left == 0, run.cycle[:, None], left)

    def _compiled(self, n: int) -> _Running:
        timing = self._timings[n]
        plan = timing.plans[int(self.chosen[n])]
        end, cycle = ends(timing, plan, self._tick_s)
        stages = [step.stage for step in plan.steps]
        return _Running(
            exists=np.ones((1, len(stages)), np.bool_),
            stage=np.array([stages], np.int32),
            end=np.array([end], np.int32),
            later=_later(stages, (end, cycle), self._tables, n)[None],
            cycle=np.array([cycle], np.int32),
            green=np.array([greens(timing, plan, self._tick_s)], np.int32),
            offset_s=np.array([plan.offset_s]),
        )


def _later(stages: list[int], times: tuple[list[int], int], tables: Tables, n: int) -> Ints:
    """Return the ticks from the end of each step to every group's next green, (P, W)."""
    end, cycle = times
    count = len(stages)
    later = np.full((count, tables.exists.shape[1]), NEVER, np.int32)
    for k in range(count):
        for j in range(k + count, k, -1):  # the soonest is written last
            last, now = stages[(j - 1) % count], stages[j % count]
            begun = end[(j - 1) % count] + cycle * ((j - 1) // count) - end[k]
            member = tables.member[n, now]
            later[k, member] = begun + tables.start[n, last, now, member]
    return later
