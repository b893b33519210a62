"""A million random controller outputs over random timings, watched by the conflict monitor."""

import time

import numpy as np

from benchmarks.traffic.safety.timings import crossroads, dual_ring, random_timing, two_stages
from dalgu.devices.signals.machine import Machine
from dalgu.devices.signals.monitor import Monitor, Violation
from dalgu.devices.signals.tables import Tables

NONSENSE = np.array([np.nan, np.inf, -np.inf, -7.0, 0.5, 99.0, 1e300, -1.0])
CHANGING = (0.0, 0.005, 0.02, 0.1, 0.5, 1.0)  # share of wishes that change each tick


def wishes(rng, stages, wish, share):
    """Other wishes for a share of controllers, of which one in ten is nonsense."""
    drawn = np.where(
        rng.random(len(wish)) < 0.1,
        rng.choice(NONSENSE, len(wish)),
        np.floor(rng.random(len(wish)) * stages),
    )
    return np.where(rng.random(len(wish)) < share, drawn, wish)


def drive(timings, ticks, rng, machine=Machine, *, trips=False):
    """Run a machine on random outputs; return what the monitor found, and CPU seconds."""
    tables = Tables.of(timings)
    ran, monitor = machine(tables), Monitor(timings, trips=trips)
    wish = np.full(len(timings), -1.0)
    begun, watched = time.process_time(), 0.0
    for tick in range(ticks):
        share = CHANGING[tick // 200 % len(CHANGING)]
        wish = wishes(rng, tables.stages, wish, share)
        ran.step(wish, rng.random(len(timings)) < 0.2)
        before = time.process_time()
        monitor.watch(ran.state.light[tables.exists], 1.0)
        watched += time.process_time() - before
    return monitor, time.process_time() - begun - watched, watched


def district(count, rng):
    """Typical timings, then random ones."""
    typical = [two_stages(), crossroads(), dual_ring(), crossroads("long", 35.0)]
    return typical + [random_timing(rng, f"r{k}") for k in range(count - len(typical))]


def report(outputs=1_000_000, controllers=250, seed=1):
    """Print the campaign; return the number of violations."""
    rng = np.random.default_rng(seed)
    timings = district(controllers, rng)
    ticks = -(-outputs // controllers)
    monitor, machine_s, monitor_s = drive(timings, ticks, rng)
    print(f"{ticks * controllers:,} random outputs, {controllers} controllers x {ticks:,} s")
    groups = sum(len(timing.groups) for timing in timings)
    print(f"  timings: 4 typical, {controllers - 4} random; {groups} groups")
    for violation in list(Violation)[1:]:
        print(f"  {violation.name.lower():17} {monitor.counts[violation]}")
    print(f"  machine {machine_s / ticks * 1e3:.2f} ms, monitor {monitor_s / ticks * 1e3:.2f} ms")
    print("  (CPU, one tick of all controllers)")
    return int(monitor.counts[1:].sum())
