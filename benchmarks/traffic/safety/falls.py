"""Falls of a whole city: all controllers led astray, then left alone, without sockets.

The 250 signals of the generated city (or typical and random ones) are led by random outputs; after
a random time the fixed plans take over. Told is when each controller is in step again.
"""

import numpy as np

from benchmarks.traffic.safety.outputs import wishes
from dalgu.devices.signals.checks import check_timing
from dalgu.devices.signals.errors import TimingInvalid
from dalgu.devices.signals.machine import Machine
from dalgu.devices.signals.plans import Plans
from dalgu.devices.signals.tables import Tables

START_S = 1.8e9
SETTLE_S = 400
SHARES = (1.0, 0.03, 0.01)


def city(seed=1):
    """Return the timings of the generated city's network."""
    from dalgu.cities import load
    from dalgu.services.traffic.network.compiled import compile_network
    from dalgu.simulation.city import plan_city
    from dalgu.simulation.street_network import street_network

    return list(compile_network(street_network(plan_city(load("daegu"), seed))).timings)


def fall(timings, falls, rng):
    """Return seconds until in step, shape (falls, N), and the cycles."""
    tables = Tables.of(timings)
    machine, plans = Machine(tables), Plans(timings, tables)
    at_s, told = START_S, []
    wish = np.zeros(len(timings))
    for number in range(falls):
        share = SHARES[number % len(SHARES)]
        for _ in range(int(rng.integers(50, SETTLE_S))):
            wish = wishes(rng, tables.stages, wish, share)
            machine.step(wish, rng.random(len(timings)) < 0.2)
            at_s += 1
        last = np.zeros(len(timings))
        for tick in range(2 * int(plans.cycle.max())):
            machine.step(plans.wish(at_s, machine))
            in_step = plans.in_step(at_s, machine.state.stage, machine.outlook.complete)
            last[~in_step] = tick + 1
            at_s += 1
        told.append(last)
    return np.array(told), plans.cycle.astype(float)


def fit(timings):
    """Return those that may run, and how many may not."""
    good = []
    for timing in timings:
        try:
            check_timing(timing)
        except TimingInvalid as refusal:
            print(f"  refused: {refusal}")
            continue
        good.append(timing)
    return good


def report(timings, falls=12, seed=3):
    """Print the campaign; return how many falls took longer than a cycle."""
    timings = fit(timings)
    told, cycle = fall(timings, falls, np.random.default_rng(seed))
    ratio = told / cycle
    over = int((ratio > 1).sum())
    print(
        f"{told.size:,} falls of {len(timings)} controllers, cycles {cycle.min():.0f} to ", end=""
    )
    print(f"{cycle.max():.0f} s: in step after {told.mean():.1f} s, at most {told.max():.0f} s;")
    print(f"  of the cycle: mean {ratio.mean():.2f}, 99 % {np.quantile(ratio, 0.99):.2f}, ", end="")
    print(f"most {ratio.max():.2f}; over a cycle: {over}")
    return over
