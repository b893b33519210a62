from dataclasses import replace

import numpy as np
import pytest

from dalgu.devices.signals.report import BINS, Light, Report
from dalgu.services.traffic.pedestrians.ledger import Ledger

GROUPS = 3  # the walk light is the third


def a_report(at_s: float, light: Light, *, called_s: float = 0.0, age_s: float = 0.0) -> Report:
    one, lane = np.zeros(1), np.zeros(0)
    called = np.array([0.0, 0.0, called_s])
    return Report(
        at_s, one.astype(int), one, one, one.astype(int), one.astype(int),
        np.array([0, 0, light.value]), np.array([0.0, 0.0, age_s]), called,
        lane, np.zeros((0, BINS)), lane, lane, lane, lane, lane > 0, np.zeros((0, 4)),
    )  # fmt: skip


def a_ledger() -> Ledger:
    return Ledger(np.array([2]), np.array([10.0]))


def test_a_wait_is_counted_once_and_lasts_until_the_light():
    ledger = a_ledger()
    for second, called in enumerate([0, 1, 2, 3, 0, 0, 1]):
        ledger.take(a_report(second, Light.RED, called_s=called))
    assert ledger.calls.tolist() == [2]
    assert ledger.waits.tolist() == [1]
    assert ledger.waited_s.tolist() == [3.0]


def run_out(ledger: Ledger, clear_at_s: float | None, seconds: int = 20) -> list[float]:
    """Let the flashing green run out second by second; return what was held."""
    held, frozen = [], 0.0
    for second in range(seconds):
        report = a_report(100.0 + second, Light.AMBER, age_s=float(second))
        ledger.take(report)
        if clear_at_s is not None and clear_at_s > report.at_s:
            ledger.seen_walking(0, report.at_s, clear_at_s - report.at_s)
        elif clear_at_s is not None:
            ledger.seen_clear(0)
        frozen += ledger.extend(report, GROUPS)[2]
        held.append(frozen)
        if second - frozen >= 10:
            break
    return held


def test_nobody_on_the_crossing_holds_nothing():
    assert run_out(a_ledger(), None)[-1] == 0.0


def test_who_arrives_in_time_holds_nothing():
    assert run_out(a_ledger(), 108.0)[-1] == 0.0


def test_who_is_still_crossing_is_let_arrive_with_a_margin():
    ledger = a_ledger()
    held = run_out(ledger, 113.0)[-1]
    assert 4.0 <= held <= 5.0
    assert ledger.extensions.tolist() == [1]
    assert ledger.extended_s[0] == pytest.approx(held)


def test_the_bounds_hold_whoever_stands_there():
    ledger = a_ledger()
    assert run_out(ledger, 500.0, seconds=60)[-1] == pytest.approx(ledger.bounds.cycle_max_s)


def test_a_new_green_may_be_extended_afresh():
    ledger = a_ledger()
    run_out(ledger, 500.0, seconds=60)
    ledger.take(a_report(200.0, Light.RED))
    ledger.take(a_report(260.0, Light.GREEN))
    late = a_report(270.0, Light.AMBER, age_s=9.0)
    ledger.take(late)
    ledger.seen_walking(0, 270.0, 20.0)
    assert ledger.extend(late, GROUPS)[2] > 0


def test_an_old_observation_holds_no_light():
    ledger = a_ledger()
    report = a_report(100.0, Light.AMBER, age_s=9.0)
    ledger.take(report)
    ledger.seen_walking(0, 90.0, 60.0)
    assert ledger.extend(report, GROUPS).tolist() == [0.0, 0.0, 0.0]


def test_a_green_is_not_held_as_its_flashing_is_still_to_come():
    ledger = a_ledger()
    report = replace(a_report(100.0, Light.GREEN, age_s=30.0))
    ledger.take(report)
    ledger.seen_walking(0, 100.0, 60.0)
    assert ledger.extend(report, GROUPS).tolist() == [0.0, 0.0, 0.0]
