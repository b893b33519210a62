"""Timings to try the safety layer on: typical ones, and random ones that nobody would design."""

import numpy as np

from dalgu.devices.signals.checks import check_timing
from dalgu.devices.signals.cycles import cycle_s
from dalgu.devices.signals.errors import TimingInvalid
from dalgu.devices.signals.lanes import Reading
from dalgu.devices.signals.report import BINS, Light
from dalgu.devices.signals.tables import Tables
from dalgu.devices.signals.timing import Group, GroupKind, Plan, Stage, Step, Timing

VEHICLE, PEDESTRIAN = GroupKind.VEHICLE, GroupKind.PEDESTRIAN


def two_stages(id="two"):
    """A side street and a main street, no pedestrians."""
    groups = (Group("main"), Group("side"))
    stages = (Stage("main", (0,)), Stage("side", (1,)))
    plan = Plan("day", (Step(0, 40), Step(1, 20)))
    return Timing(id, groups, ((0, 5), (6, 0)), stages, (plan,), ("m1", "s1"))


def crossroads(id="cross", walk_s=15.0, offset_s=0.0):
    """Four approaches: through with pedestrians, then left turns, as Korean arterials run."""
    names = ("NS", "NS-L", "EW", "EW-L")
    walks = (Group("NS-P", PEDESTRIAN, 7, 240, walk_s), Group("EW-P", PEDESTRIAN, 7, 240, walk_s))
    groups = (*(Group(name, VEHICLE, 5, 240, 3) for name in names), *walks)
    between = np.zeros((6, 6))
    for one in (0, 1):
        for other in (2, 3):
            between[one, other] = between[other, one] = 5
    between[0, 1] = between[1, 0] = between[2, 3] = between[3, 2] = 4.5
    for walk, hindered in ((4, (1, 2, 3)), (5, (0, 1, 3))):
        for one in hindered:
            between[walk, one], between[one, walk] = walk_s + 1, 6
    between[4, 5] = between[5, 4] = walk_s + 1
    stages = (Stage("NS", (0, 4)), Stage("NS-L", (1,)), Stage("EW", (2, 5)), Stage("EW-L", (3,)))
    greens = (25, 12, 25, 12)
    plan = Plan("day", tuple(Step(k, green) for k, green in enumerate(greens)), offset_s)
    night = Plan("night", tuple(Step(k, green) for k, green in enumerate((15, 8, 15, 8))))
    lanes = tuple(f"{id}-{name}" for name in names)
    return Timing(id, groups, tuple(map(tuple, between.tolist())), stages, (plan, night), lanes)


def dual_ring(id="ring"):
    """Eight phases in two rings with two barriers, as NEMA controllers run: 8 stages."""
    rings = ((0, 1, 2, 3), (4, 5, 6, 7))
    between = np.zeros((8, 8))
    for ring in rings:
        for one in ring:
            for other in ring:
                if one != other:
                    between[one, other] = 4 + (one % 2)
    for one in (0, 1, 4, 5):  # behind the other barrier
        for other in (2, 3, 6, 7):
            between[one, other] = between[other, one] = 5
    pairs = ((0, 4), (0, 5), (1, 4), (1, 5), (2, 6), (2, 7), (3, 6), (3, 7))
    stages = tuple(Stage(f"{a + 1}+{b + 1}", (a, b)) for a, b in pairs)
    groups = tuple(Group(f"{k + 1}", VEHICLE, 5 if k % 2 else 8, 240, 4) for k in range(8))
    steps = (Step(0, 12), Step(2, 9), Step(3, 25), Step(4, 12), Step(5, 10), Step(7, 25))
    return Timing(id, groups, tuple(map(tuple, between.tolist())), stages, (Plan("day", steps),))


def random_timing(rng, id="random"):
    """A timing that passes `check_timing` and is otherwise drawn."""
    while True:
        try:
            timing = _drawn(rng, id)
            check_timing(timing)
        except TimingInvalid:
            continue
        return timing


def _drawn(rng, id):
    count = int(rng.integers(2, 11))
    kinds = rng.random(count) < 0.3
    groups = tuple(
        Group(
            f"g{k}",
            PEDESTRIAN if walks else VEHICLE,
            float(rng.integers(4, 13)),
            3_000.0,
            float(rng.integers(5, 25)) if walks else float(rng.choice([3.0, 3.5, 4.0, 5.0])),
        )
        for k, walks in enumerate(kinds)
    )
    conflict = np.triu(rng.random((count, count)) < rng.uniform(0.3, 0.9), 1)
    conflict |= conflict.T
    between = np.zeros((count, count))
    for one in range(count):
        for other in np.flatnonzero(conflict[one]):
            between[one, other] = groups[one].amber_s + rng.integers(0, 9) / 2
    stages = tuple(Stage(f"s{k}", members) for k, members in enumerate(_stages(rng, conflict)))
    bare = Timing(
        id, groups, tuple(map(tuple, between.tolist())), stages, (_plan(stages, [99.0] * 99),)
    )
    tables = Tables.of([bare])
    busy = tables.busy[0]
    least = [float(busy[k - 1, k]) for k in range(len(stages))]
    plan = _plan(stages, [one + float(rng.integers(3, 20)) for one in least])
    cycle = cycle_s(bare, plan)
    red = float(np.ceil(cycle * rng.uniform(1.3, 2.2)))
    groups = tuple(Group(g.name, g.kind, g.min_green_s, red, g.amber_s) for g in groups)
    lanes = tuple(f"{id}-{k}" for k in range(count))
    return Timing(id, groups, bare.intergreen_s, stages, (plan,), lanes)


def _stages(rng, conflict):
    """Cliques of what does not conflict, until every group is in one."""
    stages, served = [], set()
    while len(served) < len(conflict) or (len(stages) < 2):
        order = list(rng.permutation(len(conflict)))
        order.sort(key=lambda group: group in served)
        members = []
        for group in order:
            if not conflict[group, members].any():
                members.append(int(group))
        served |= set(members)
        stages.append(tuple(sorted(members)))
        if len(stages) > 12:
            break
    return list(dict.fromkeys(stages))


def _plan(stages, greens):
    return Plan(
        "day", tuple(Step(k, green) for k, green in zip(range(len(stages)), greens, strict=False))
    )


class TinyStreet:
    """One queue a lane: arrivals by a fixed pattern, discharge while the lane's group is green.

    Lane k of a controller belongs to its group k, modulo the number of its groups.
    """

    def __init__(self, timings, seed=0):
        self.rng = np.random.default_rng(seed)
        first, lanes = 0, []
        for timing in timings:
            lanes += [first + k % len(timing.groups) for k in range(len(timing.detectors))]
            first += len(timing.groups)
        self.group = np.array(lanes, np.int64)
        self.queue = np.zeros(len(lanes))
        self.waiting = np.zeros(len(lanes))
        self.called = np.zeros(first)

    def step(self, light, dt_s):
        light = np.asarray(light)
        self.queue += self.rng.random(len(self.queue)) < 0.12 * dt_s
        green = light[self.group] == Light.GREEN
        passed = np.where(green & (self.rng.random(len(green)) < 0.5 * dt_s), self.queue >= 1, 0.0)
        self.queue = np.minimum(self.queue - passed, 40.0)
        self.waiting = np.where(self.queue >= 1, self.waiting + dt_s, 0.0)
        pressed = self.rng.random(len(self.called)) < 0.02
        waits = (self.called > 0) | pressed
        self.called = np.where(waits & (light != Light.GREEN), self.called + dt_s, 0.0)
        arriving = self.rng.random((len(self.queue), BINS)) * 0.3
        return Reading(
            queue_veh=self.queue.copy(),
            arriving_veh=arriving,
            waiting_s=self.waiting.copy(),
            passed_veh=passed.astype(float),
            speed_mps=np.where(passed > 0, 8.0, np.nan),
            exit_room_veh=np.full(len(self.queue), 20.0),
            called_s=self.called.copy(),
        )
