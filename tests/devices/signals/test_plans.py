"""Fixed plans keep absolute time, and controllers find back to them."""

import numpy as np
import pytest
from benchmarks.traffic.safety.falls import fall
from benchmarks.traffic.safety.timings import crossroads, dual_ring, two_stages
from msgspec.structs import replace

from dalgu.devices.signals.cycles import cycle_s, ends, greens
from dalgu.devices.signals.machine import GREEN, Machine
from dalgu.devices.signals.plans import Plans
from dalgu.devices.signals.tables import Tables, change_s
from dalgu.devices.signals.timing import Plan, Step

AT_S = 1.8e9


def settled(timings, until_s=AT_S):
    tables = Tables.of(timings)
    machine, plans = Machine(tables), Plans(timings, tables)
    for at_s in np.arange(until_s - 300, until_s + 1):
        machine.step(plans.wish(at_s, machine))
    return machine, plans


def test_the_cycle_is_greens_and_changes():
    timing = two_stages()
    assert cycle_s(timing, timing.plans[0]) == 40 + 5 + 20 + 6
    assert (change_s(timing) == [[0, 5], [6, 0]]).all()


def test_half_seconds_do_not_lengthen_a_cycle():
    timing = replace(two_stages(), intergreen_s=((0, 4.5), (5.5, 0)))
    plan = Plan("day", (Step(0, 40), Step(1, 20)))
    assert cycle_s(timing, plan) == 70
    end, cycle = ends(timing, plan)
    assert cycle == 70
    assert sum(greens(timing, plan)) + 5 + 6 == 70
    assert end == [40, 64]


def test_the_first_step_begins_at_the_offset():
    timings = [
        two_stages(),
        replace(two_stages(), plans=(replace(two_stages().plans[0], offset_s=30.0),)),
    ]
    cycle = 71
    zero_s = AT_S - AT_S % cycle + cycle
    machine, plans = settled(timings, zero_s - 1)
    begun = {}
    for at_s in np.arange(zero_s, zero_s + cycle):
        was = machine.state.light[:, 0] == GREEN
        machine.step(plans.wish(at_s, machine))
        for n in np.flatnonzero(~was & (machine.state.light[:, 0] == GREEN)):
            begun[int(n)] = at_s - zero_s
    assert begun == {0: 0.0, 1: 30.0}


def test_a_plan_that_runs_is_in_step_and_never_forced():
    timings = [two_stages(), crossroads(), dual_ring(), crossroads("y", 30.0)]
    machine, plans = settled(timings)
    for at_s in np.arange(AT_S + 1, AT_S + 300):
        machine.step(plans.wish(at_s, machine))
        complete = machine.outlook.complete
        assert plans.in_step(at_s, machine.state.stage, complete).all()
        assert not machine.forced.any()


def test_every_controller_is_in_step_within_a_cycle():
    timings = [two_stages(), crossroads(), dual_ring(), crossroads("y", 30.0)] * 4
    told, cycle = fall(timings, 2, np.random.default_rng(6))
    assert (told <= cycle).all()


def test_another_plan_can_be_chosen_and_replaced():
    timing = crossroads()
    plans = Plans([timing, timing], Tables.of([timing, timing]))
    plans.choose([1], 1)
    assert plans.plan(0).name == "day"
    assert plans.plan(1).name == "night"
    assert plans.cycle.tolist() == [round(cycle_s(timing, one)) for one in timing.plans]
    longer = replace(timing.plans[1], steps=tuple(Step(k, 30.0) for k in range(4)))
    plans.replace(1, replace(timing, plans=(timing.plans[0], longer)))
    assert plans.cycle[1] == pytest.approx(cycle_s(timing, longer), abs=0.5)
