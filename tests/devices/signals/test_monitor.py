"""The conflict monitor catches planted bugs, each by what it does to the lamps."""

import numpy as np
import pytest
from benchmarks.traffic.safety import mutants
from benchmarks.traffic.safety.bugs import caught
from benchmarks.traffic.safety.timings import two_stages

from dalgu.devices.signals.machine import Machine
from dalgu.devices.signals.monitor import Monitor, Violation

R, A, G, D = 0, 1, 2, 3


def watched(*lamps):
    """Show lamps one second each, after ten seconds of red."""
    monitor = Monitor([two_stages()])
    for shown in ([R, R],) * 10 + lamps:
        monitor.watch(np.array(shown), 1.0)
    return monitor


GREENS = ([G, R],) * 6
ENDED = ([A, R],) * 3


@pytest.mark.parametrize(
    ("lamps", "violation"),
    [
        ((*GREENS, [G, G]), Violation.CONFLICT),
        ((*GREENS, *ENDED, [R, R], [R, G]), Violation.SHORT_INTERGREEN),
        ((*GREENS[:3], *ENDED), Violation.SHORT_GREEN),
        ((*GREENS, [R, R]), Violation.SHORT_CLEARANCE),
        ((*GREENS, *ENDED[:2], [R, R]), Violation.SHORT_CLEARANCE),
        (([A, R],), Violation.BAD_ORDER),
        ((*GREENS, *ENDED, [G, R]), Violation.BAD_ORDER),
        (([7, R],), Violation.BAD_LAMP),
    ],
)
def test_a_dangerous_lamp_trips(lamps, violation):
    monitor = watched(*lamps)
    assert monitor.counts[violation] == 1
    assert monitor.tripped[0]


def test_legal_lamps_do_not_trip():
    monitor = watched(*GREENS, *ENDED, [R, R], [R, R], *([R, G],) * 9)
    assert not monitor.counts.any()


def test_a_red_too_long_is_told_once_and_does_not_trip():
    monitor = watched(*([R, R],) * 300)
    assert monitor.counts[Violation.LONG_RED] == 1
    assert not monitor.tripped.any()


def test_a_reset_starts_anew():
    monitor = watched([G, G])
    monitor.reset(np.array([True]))
    for shown in ([R, R],) * 6:
        assert not monitor.watch(np.array(shown), 1.0).any()


SEEN = {
    mutants.NoIntergreen: Violation.SHORT_INTERGREEN,
    mutants.IntergreenOffByOne: Violation.SHORT_INTERGREEN,
    mutants.MatrixSwapped: Violation.SHORT_INTERGREEN,
    mutants.ConflictForgotten: Violation.CONFLICT,
    mutants.MinGreenIgnored: Violation.SHORT_GREEN,
    mutants.WrongStage: Violation.CONFLICT,
    mutants.ClockJumps: Violation.SHORT_INTERGREEN,
    mutants.NoAmber: Violation.SHORT_CLEARANCE,
    mutants.ShortClearance: Violation.SHORT_CLEARANCE,
    mutants.MaxRedIgnored: Violation.LONG_RED,
    mutants.LampSticks: Violation.LONG_RED,
}


@pytest.mark.parametrize("mutant", SEEN, ids=lambda mutant: mutant.__name__)
def test_a_planted_bug_is_seen(mutant):
    assert caught(mutant, ticks=500, controllers=8)[SEEN[mutant]] > 0


def test_the_machine_itself_gives_no_cause():
    assert not caught(Machine, ticks=500, controllers=8)
