"""A field does its own plans when the city is late, lies or is gone; it never raises."""

import numpy as np
import pytest
from benchmarks.traffic.safety.timings import TinyStreet, crossroads, dual_ring, two_stages
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dalgu.devices.signals.diagnosis import Diagnosis
from dalgu.devices.signals.errors import PlanStepTooShort, TimingInvalid
from dalgu.devices.signals.field import Field, Order, Ordered, Taken
from dalgu.devices.signals.lanes import Lie, Reading, lied
from dalgu.devices.signals.machine import GREEN
from dalgu.devices.signals.report import Cause, Command, Light, Mode
from dalgu.devices.signals.timing import Plan, Step

AT_S = 1.8e9
TIMINGS = (crossroads("a"), dual_ring("b"), two_stages("c"))
GROUPS = sum(len(timing.groups) for timing in TIMINGS)


def a_field():
    return Field(TIMINGS, TinyStreet(TIMINGS))


def command(at_s, *, seen_s=None, stage=(0, 0, 0), extend_s=None):
    extend = np.zeros(GROUPS) if extend_s is None else extend_s
    return Command(at_s, at_s if seen_s is None else seen_s, np.array(stage), extend)


def led(field, since_s, seconds, **said):
    """Let seconds pass in which a command comes each second; return the last report."""
    for at_s in np.arange(since_s, since_s + seconds):
        report = field.step(at_s)
        field.take(command(at_s, **said))
    return report


def alone(field, since_s, seconds):
    return [field.step(at_s) for at_s in np.arange(since_s, since_s + seconds)]


def test_commands_are_followed():
    field = a_field()
    report = led(field, AT_S, 120, stage=(2, 5, 1))
    assert report.mode.tolist() == [Mode.REMOTE] * 3
    assert report.stage.tolist() == [2, 5, 1]
    assert (report.stage_age_s > 0).all()
    assert not report.changing_s.any()


def test_silence_falls_back_to_the_plan_within_a_cycle():
    field = a_field()
    led(field, AT_S, 150, stage=(2, 5, 1))
    reports = alone(field, AT_S + 150, 200)
    assert reports[4].mode.tolist() == [Mode.REMOTE] * 3
    assert reports[5].mode.tolist() == [Mode.FALLBACK] * 3
    assert reports[5].cause.tolist() == [Cause.SILENT] * 3
    cycle = int(field.plans.cycle.max())
    for report in reports[cycle:]:
        complete = report.changing_s == 0
        assert field.plans.in_step(report.at_s, report.stage, complete).all()


def test_data_too_old_fall_back_and_are_counted():
    field = a_field()
    led(field, AT_S, 60)
    report = led(field, AT_S + 60, 15, seen_s=AT_S + 50)
    assert report.cause.tolist() == [Cause.STALE] * 3
    assert field.counts[Taken.LATE] > 8


def test_the_city_leads_again_after_ten_good_seconds():
    field = a_field()
    led(field, AT_S, 30)
    alone(field, AT_S + 30, 30)
    assert led(field, AT_S + 60, 8).mode.tolist() == [Mode.FALLBACK] * 3
    assert led(field, AT_S + 68, 6).mode.tolist() == [Mode.REMOTE] * 3


def test_a_controller_that_is_not_led_runs_its_plan():
    field = a_field()
    report = led(field, AT_S, 30, stage=(-1, 0, 0))
    assert report.mode.tolist() == [Mode.PLAN, Mode.REMOTE, Mode.REMOTE]


def test_a_stage_that_does_not_exist_leads_nobody():
    field = a_field()
    report = led(field, AT_S, 30, stage=(0, 99, -7))
    assert report.mode.tolist() == [Mode.REMOTE, Mode.PLAN, Mode.PLAN]


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ({"stage": (0, 0)}, Taken.MALFORMED),
        ({"extend_s": np.full(GROUPS, np.nan)}, Taken.MALFORMED),
        ({"extend_s": np.zeros(1)}, Taken.MALFORMED),
        ({"seen_s": float("nan")}, Taken.MALFORMED),
        ({"seen_s": AT_S + 99}, Taken.MALFORMED),
        ({"seen_s": AT_S - 9}, Taken.LATE),
        ({"seen_s": AT_S}, Taken.ACCEPTED),
    ],
)
def test_what_is_wrong_with_a_command_is_said(said, taken):
    field = a_field()
    field.step(AT_S)
    assert field.take(command(AT_S, **said)) is taken
    assert field.counts == {taken: 1}


def test_an_older_command_does_not_replace_a_newer_one():
    field = a_field()
    alone(field, AT_S, 3)
    assert field.take(command(AT_S + 2)) is Taken.ACCEPTED
    assert field.take(command(AT_S + 1)) is Taken.REPEATED


@settings(max_examples=30, deadline=None)
@given(
    sent=st.lists(
        st.tuples(
            st.floats(),
            st.floats(),
            st.lists(st.integers(-(2**31), 2**31), max_size=4),
            st.lists(st.floats(), max_size=3),
        ),
        max_size=8,
    )
)
def test_no_command_breaks_a_field(sent):
    field = a_field()
    for number, (sent_s, seen_s, stage, extend) in enumerate(sent):
        field.step(AT_S + number)
        wanted = Command(
            sent_s, seen_s, np.array(stage, np.int64), np.resize(extend or [0], GROUPS)
        )
        field.take(wanted)
        field.take(
            Command(AT_S + number, AT_S + number, np.resize(stage or [0], 3), np.zeros(GROUPS))
        )
    field.step(AT_S + 99)
    assert not field.monitor.counts.any()


def test_lying_detectors_are_found_and_take_a_controller_off():
    field = a_field()
    led(field, AT_S, 60)
    field.lie([0, 1], Lie.BROKEN)  # half of the crossroads' lanes
    report = led(field, AT_S + 60, 3)
    assert report.fault[:2].all()
    assert report.mode.tolist() == [Mode.FALLBACK, Mode.REMOTE, Mode.REMOTE]
    assert report.cause[0] == Cause.DETECTORS
    field.lie([0, 1], Lie.NONE)
    report = led(field, AT_S + 63, 320)
    assert not report.fault.any()
    assert report.mode[0] == Mode.REMOTE


@pytest.mark.parametrize(
    ("lie", "within_s"), [(Lie.FROZEN, 65), (Lie.ERRATIC, 60), (Lie.STUCK_ON, 310)]
)
def test_each_lie_is_found(lie, within_s):
    field = a_field()
    alone(field, AT_S, 30)
    field.lie([3], lie)
    assert alone(field, AT_S + 30, within_s)[-1].fault[3]


def test_a_detector_that_sees_nothing_is_found_by_its_neighbours():
    diagnosis, street = Diagnosis(TIMINGS[:1]), TinyStreet(TIMINGS[:1])
    green = np.full(6, Light.GREEN)
    for second in range(2_000):
        told = lied(Reading.of(street.step(green, 1.0)), None, np.array([0, 0, 0, Lie.STUCK_OFF]))
        fault = diagnosis.observe(told, 1.0)
        assert not fault[:3].any()
        assert fault[3] == (second >= 1_800)


def test_true_detectors_are_believed():
    field = a_field()
    assert not any(report.fault.any() for report in alone(field, AT_S, 300))


def test_an_operator_takes_controllers_off_and_gives_them_back():
    field = a_field()
    led(field, AT_S, 30)
    field.order(Order(Ordered.PLAN, (1,)))
    report = led(field, AT_S + 30, 5)
    assert report.mode.tolist() == [Mode.REMOTE, Mode.PLAN, Mode.REMOTE]
    assert report.cause[1] == Cause.ORDERED
    field.order(Order(Ordered.REMOTE, (1, 77)))
    assert led(field, AT_S + 35, 5).mode[1] == Mode.REMOTE


def test_a_conflict_puts_one_controller_to_flash_until_reset():
    field = a_field()
    led(field, AT_S, 60)
    field.machine.state.light[0, :4] = GREEN  # a short between lamps
    report = led(field, AT_S + 60, 2)
    assert report.mode[0] == Mode.FLASH
    assert report.cause[0] == Cause.CONFLICT
    assert (report.light[:6] == Light.DARK).all()
    assert report.mode[1] == Mode.REMOTE
    field.order(Order(Ordered.RESET, (0,)))
    assert led(field, AT_S + 62, 2).mode[0] == Mode.REMOTE
    assert not field.monitor.tripped.any()


def test_a_plan_is_loaded_if_it_is_safe():
    field = a_field()
    alone(field, AT_S, 10)
    night = Plan("late", tuple(Step(k, 20.0) for k in range(4)))
    field.load(0, night)
    assert field.plans.plan(0) == night
    with pytest.raises(PlanStepTooShort):
        field.load(0, replace(night, steps=tuple(Step(k, 1.0) for k in range(4))))
    assert field.plans.plan(0) == night


def test_an_unsafe_timing_does_not_start():
    with pytest.raises(TimingInvalid):
        Field([replace(TIMINGS[2], intergreen_s=((0, 1), (1, 0)))], TinyStreet(TIMINGS))


def test_pedestrians_who_need_longer_are_waited_for():
    def walk_s(extend_s):
        field = a_field()
        led(field, AT_S, 100)
        extend = np.zeros(GROUPS)
        extend[4] = extend_s
        for at_s in np.arange(AT_S + 100, AT_S + 160):
            report = field.step(at_s)
            if report.light[4] != Light.GREEN:
                return at_s - AT_S
            field.take(command(at_s, stage=(1, 0, 0), extend_s=extend))
        return 0.0

    assert walk_s(5.0) - walk_s(0.0) == 10.0  # asked again each second, ten at most


def test_a_clock_that_is_set_moves_the_plan_and_not_the_lamps():
    field = a_field()
    alone(field, AT_S, 200)
    reports = alone(field, AT_S + 237, 250)
    assert not field.monitor.counts.any()
    report = reports[-1]
    assert field.plans.in_step(report.at_s, report.stage, report.changing_s == 0).all()
