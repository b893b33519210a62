"""The timings of many controllers as arrays of whole ticks: what the phase machine runs on.

Least times are rounded up to ticks and longest ones down, so what is legal here is legal in the
street. Sizes: N controllers, W groups of the widest, S stages of the one that has most.

A *change* from stage a to stage b begins at tick 0. A group h of b that was not in a starts after
the longest intergreen of those that end; a group e of a that is not in b ends as late as its own
intergreens allow, so pedestrians clear while the vehicles of the old stage still drive.

The *rescue rotation* is the order in which stages first appear in the first plan. From any stage
it is known how long each group waits at most when the rotation alone runs, each stage as short as
its minimum greens allow; the machine never lets more red run up than the rotation can still cure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.timing import GroupKind, Timing

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

TICK_S: Final = 1.0
ROUNDING: Final = 1e-6  # of seconds written as decimal fractions
LEAST_RED: Final = 1  # ticks that a group shows red before it may start again
NEVER: Final = 30_000  # ticks; more than any sum of times of one controller


@dataclass(frozen=True, slots=True)
class Tables:
    """Times in ticks. Positions beyond a controller's own groups or stages are padding."""

    exists: Bools  # (N, W)
    pedestrian: Bools  # (N, W)
    min_green: Ints  # (N, W)
    max_red: Ints  # (N, W)
    amber: Ints  # (N, W)
    clear: Ints  # (N, W) from the end of green until nothing waits for it
    intergreen: Ints  # (N, W, W)
    conflict: Bools  # (N, W, W)
    stages: Ints  # (N,) how many it has
    member: Bools  # (N, S, W)
    start: Ints  # (N, S, S, W) from the change's beginning to the group's green, 0 elsewhere
    busy: Ints  # (N, S, S) from the change's beginning until the stage can be left again
    next: Ints  # (N, S) stage that the rescue rotation serves after it
    wait: Ints  # (N, S, W) from a stage that can be left to the group's green in the rotation
    first: Ints  # (N,) stage that a controller starts with

    @classmethod
    def of(cls, timings: Sequence[Timing], tick_s: float = TICK_S) -> Self:
        """Compile timings; `checks.check_timing` says whether they may be used."""
        return cls._stacked([_one(timing, tick_s) for timing in timings])

    @classmethod
    def _stacked(cls, ones: "Sequence[Tables]") -> Self:
        width = max(one.exists.shape[1] for one in ones)
        count = max(one.member.shape[1] for one in ones)
        axes = {"W": width, "S": count}
        return cls(
            **{
                name: np.concatenate([_padded(getattr(one, name), shape, axes) for one in ones])
                for name, shape in _SHAPES.items()
            }
        )

    def repeated(self, times: int) -> "Tables":
        """Return the tables of `times` controllers that are all like the only one of these."""
        return Tables(
            **{
                name: np.broadcast_to(array, (times, *array.shape[1:]))
                for name in _SHAPES
                for array in (getattr(self, name),)
            }
        )

    def __len__(self) -> int:
        return len(self.stages)


_SHAPES: Final = {
    "exists": "W",
    "pedestrian": "W",
    "min_green": "W",
    "max_red": "W",
    "amber": "W",
    "clear": "W",
    "intergreen": "WW",
    "conflict": "WW",
    "stages": "",
    "member": "SW",
    "start": "SSW",
    "busy": "SS",
    "next": "S",
    "wait": "SW",
    "first": "",
}


def up(seconds: float, tick_s: float = TICK_S) -> int:
    """Return the least whole number of ticks that last so long."""
    return math.ceil(seconds / tick_s - ROUNDING)


def down(seconds: float, tick_s: float = TICK_S) -> int:
    """Return the greatest whole number of ticks that last no longer."""
    return math.floor(seconds / tick_s + ROUNDING)


def change_s(timing: Timing) -> NDArray[np.float64]:
    """Return the time of every change, shape (S, S): from its beginning until all is green."""
    member = _members(timing)
    intergreen = np.array(timing.intergreen_s, np.float64)
    result = np.zeros((len(member), len(member)))
    for a, old in enumerate(member):
        for b, new in enumerate(member):
            between = intergreen[np.ix_(old & ~new, new & ~old)]
            result[a, b] = between.max(initial=0.0)
    return result


def _padded(array: NDArray[np.generic], shape: str, axes: dict[str, int]) -> NDArray[np.generic]:
    missing = [(0, 0)]
    missing += [(0, axes[axis] - array.shape[k + 1]) for k, axis in enumerate(shape)]
    return np.pad(array, missing)


def _members(timing: Timing) -> Bools:
    member = np.zeros((len(timing.stages), len(timing.groups)), np.bool_)
    for position, stage in enumerate(timing.stages):
        member[position, list(stage.groups)] = True
    return member


def _one(timing: Timing, tick_s: float) -> Tables:
    groups = timing.groups
    intergreen = np.array(
        [[up(value, tick_s) for value in row] for row in timing.intergreen_s], np.int32
    )
    amber = np.array([up(group.amber_s, tick_s) for group in groups], np.int32)
    min_green = np.array([max(up(one.min_green_s, tick_s), 1) for one in groups], np.int32)
    pedestrian = np.array([one.kind is GroupKind.PEDESTRIAN for one in groups])
    clear = np.maximum(intergreen.max(axis=1), amber + LEAST_RED).astype(np.int32)
    max_red = np.array([down(one.max_red_s, tick_s) for one in groups], np.int32)
    member = _members(timing)
    start, busy = _changes(member, intergreen, (min_green, clear, pedestrian))
    order = list(dict.fromkeys(step.stage for step in timing.plans[0].steps))
    follow = _rotation(order, member, (start, busy, max_red))
    wait = _waits(follow, member, start, busy)
    return Tables(
        exists=np.ones((1, len(groups)), np.bool_),
        pedestrian=pedestrian[None],
        min_green=min_green[None],
        max_red=max_red[None],
        amber=amber[None],
        clear=clear[None],
        intergreen=intergreen[None],
        conflict=((intergreen > 0) | (intergreen.T > 0))[None],
        stages=np.array([len(member)], np.int32),
        member=member[None],
        start=start[None],
        busy=busy[None],
        next=follow[None],
        wait=wait[None],
        first=np.array([order[0]], np.int32),
    )


def _changes(
    member: Bools, intergreen: Ints, groups: tuple[Ints, Ints, Bools]
) -> tuple[Ints, Ints]:
    """Return when groups start in each change, (S, S, W), and how long it binds, (S, S)."""
    count, width = member.shape
    min_green, clear, pedestrian = groups
    start = np.zeros((count, count, width), np.int32)
    busy = np.zeros((count, count), np.int32)
    for a in range(count):
        for b in range(count):
            old, new = member[a] & ~member[b], member[b] & ~member[a]
            start[a, b, new] = intergreen[old][:, new].max(axis=0, initial=0)
            last = start[a, b].max(initial=0)
            binds = (start[a, b] + min_green)[new].max(initial=0)
            for e in np.flatnonzero(old):
                hinders = new & (intergreen[e] > 0)
                ends = (start[a, b] - intergreen[e])[hinders].min(initial=NEVER)
                if ends == NEVER:
                    ends = 0 if pedestrian[e] else last
                binds = max(binds, ends + clear[e])
            busy[a, b] = binds
    return start, busy


def _rotation(order: list[int], member: Bools, times: tuple[Ints, Ints, Ints]) -> Ints:
    """Return the stage after each: the next of the order, or where most time is left after."""
    start, busy, max_red = times
    follow = np.zeros(len(member), np.int32)
    for k, stage in enumerate(order):
        follow[stage] = order[(k + 1) % len(order)]
    wait = _waits(follow, member, start, busy)
    for stage in set(range(len(member))) - set(order):
        spare = [
            (max_red - busy[stage, to] - wait[to])[~member[to]].min(initial=NEVER) for to in order
        ]
        follow[stage] = order[int(np.argmax(spare))]
    return follow


def _waits(follow: Ints, member: Bools, start: Ints, busy: Ints) -> Ints:
    wait = np.zeros(member.shape, np.int32)
    for stage in range(len(member)):
        missing = ~member[stage]
        passed, here = 0, stage
        for _ in range(len(member) + 1):
            to = int(follow[here])
            served = missing & member[to]
            wait[stage, served] = passed + start[here, to, served]
            missing &= ~served
            passed, here = passed + int(busy[here, to]), to
        wait[stage, missing] = NEVER
    return wait
