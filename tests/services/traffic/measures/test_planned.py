import msgspec
import numpy as np
import pytest
from tests.services.traffic.measures.streets import (
    CROSS,
    GROUPS,
    INTERGREEN_S,
    LEFT,
    MAIN,
    STAGES,
    STEPS,
    WALK,
)

from dalgu.devices.signals.machine import Machine
from dalgu.devices.signals.plans import Plans
from dalgu.devices.signals.report import Light
from dalgu.devices.signals.tables import Tables
from dalgu.devices.signals.timing import Plan, Stage, Step, Timing
from dalgu.services.traffic.measures.planned import planned_greens

TIMING = Timing("s0", GROUPS, INTERGREEN_S, STAGES, (Plan("day", STEPS, offset_s=7.0),))


def test_greens_overlap_stages_and_pedestrians_clear_while_vehicles_still_drive():
    made = planned_greens(TIMING, TIMING.plans[0])
    assert made.cycle_s == 80.0
    # main: full at 7 and until the change to cross begins at 7 + 30 + 10
    assert made.of(MAIN) == (7.0, 40.0)
    assert made.of(LEFT) == (37.0, 10.0)
    # cross starts 5 s after the main road ends and drives 7 s while pedestrians clear
    assert made.of(CROSS) == (52.0, 30.0)
    assert made.of(WALK) == (52.0, 23.0)


OTHERS = (
    (Step(1, 9.0), Step(2, 31.0), Step(0, 8.0)),
    (Step(2, 20.0), Step(0, 25.0), Step(2, 15.0), Step(1, 12.0)),
)


@pytest.mark.parametrize("steps", [STEPS, *OTHERS])
def test_the_phase_machine_shows_what_was_planned(steps):
    plan = Plan("any", steps, offset_s=13.0)
    timing = msgspec.structs.replace(TIMING, plans=(plan,))
    tables = Tables.of([timing])
    machine, plans = Machine(tables), Plans([timing], tables)
    made = planned_greens(timing, plan)
    cycle = int(made.cycle_s)
    shown = []
    for at in range(6 * cycle):
        machine.step(plans.wish(float(at), machine))
        shown.append(machine.state.light[0] == Light.GREEN)
    last = np.array(shown[-cycle:])  # begins at second 0 of the cycle
    told = np.zeros_like(last)
    for group, start, green in zip(made.group, made.start_s, made.green_s, strict=True):
        told[(np.arange(int(start), int(start + green))) % cycle, group] = True
    assert (last == told).all()


def test_a_group_of_every_stage_is_always_green():
    always = tuple(Stage(one.name, (*one.groups,)) for one in (STAGES[0], STAGES[1]))
    plan = Plan("main only", (Step(0, 20.0), Step(1, 10.0)))
    timing = msgspec.structs.replace(TIMING, stages=always, plans=(plan,))
    assert planned_greens(timing, plan).of(MAIN) == (0.0, 30.0)
