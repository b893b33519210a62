"""Planted bugs: each mutant of the machine, what the monitor sees of it and what the proof."""

import numpy as np

from benchmarks.traffic.safety.mutants import MUTANTS
from benchmarks.traffic.safety.outputs import district, drive
from benchmarks.traffic.safety.timings import crossroads, two_stages
from dalgu.devices.signals.machine import Machine
from dalgu.devices.signals.monitor import Violation
from dalgu.devices.signals.proof import prove
from dalgu.devices.signals.timing import Group, Plan, Stage, Step, Timing
from dalgu.devices.signals.timing import GroupKind as Kind


def small_walk():
    """A crossing in the middle of a road: small enough to prove in a second."""
    groups = (Group("road", Kind.VEHICLE, 5, 100, 3), Group("walk", Kind.PEDESTRIAN, 5, 100, 9))
    stages = (Stage("road", (0,)), Stage("walk", (1,)))
    plan = Plan("day", (Step(0, 30), Step(1, 8)))
    return Timing("walk", groups, ((0, 4), (10, 0)), stages, (plan,), ("road",))


def caught(machine, ticks=1_500, controllers=40, seed=2):
    """What the monitor says: the first violation, and at which second it tripped or told."""
    rng = np.random.default_rng(seed)
    monitor, _, _ = drive(district(controllers, rng), ticks, rng, machine)
    return {v: int(monitor.counts[v]) for v in list(Violation)[1:] if monitor.counts[v]}


def proved(machine):
    """The first invariant that the exhaustive check finds broken, of any of three timings."""
    for timing in (two_stages(), small_walk(), crossroads()):
        proof = prove(timing, machine, returns=False, reds=timing.id != "cross")
        if not proof.holds:
            return proof
    return None


def report():
    """Print the table; return how many mutants got through."""
    missed = 0
    print(f"{'planted bug':20}  {'the monitor sees':44}  the proof finds")
    for mutant in (Machine, *MUTANTS):
        seen, proof = caught(mutant), proved(mutant)
        told = ", ".join(f"{v.name.lower()} {n}" for v, n in seen.items()) or "-"
        found = "-" if proof is None else f"not: {proof.failed} ({len(proof.trace)} s)"
        print(f"{mutant.__name__:20}  {told[:44]:44}  {found}")
        got = bool(seen) or proof is not None
        missed += got if mutant is Machine else not got
    return missed
