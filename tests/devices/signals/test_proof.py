"""The exhaustive check visits every state, and finds planted bugs with the way to them."""

import pytest
from benchmarks.traffic.safety import mutants
from benchmarks.traffic.safety.bugs import small_walk
from benchmarks.traffic.safety.timings import crossroads, two_stages

from dalgu.devices.signals.proof import prove


def test_a_small_controller_is_proved_whole():
    proof = prove(two_stages())
    assert proof.holds, proof
    # 5 ticks of minimum green, 5 and 6 of change, for two stages, and the start from all red.
    assert 20 <= proof.states <= 40
    assert 0 < proof.return_most_s <= proof.cycle_s


@pytest.mark.slow
def test_pedestrians_holding_are_part_of_the_proof():
    proof = prove(small_walk())
    assert proof.holds, proof
    assert proof.red_states > proof.states


def test_lamps_and_times_of_a_crossroads_are_proved():
    proof = prove(crossroads(walk_s=10), reds=False, returns=False)
    assert proof.holds, proof


@pytest.mark.parametrize(
    ("mutant", "invariant"),
    [
        (mutants.NoIntergreen, "no short intergreen"),
        (mutants.MinGreenIgnored, "no short green"),
        (mutants.WrongStage, "no conflicting greens, none against amber"),
        (mutants.NoAmber, "no short amber or clearance"),
        (mutants.ClockJumps, "elapsed time never runs ahead"),
        (mutants.LampSticks, "every stage can be reached"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_planted_bug_is_found(mutant, invariant):
    proof = prove(two_stages(), mutant, reds=False, returns=False)
    assert proof.failed == invariant


def test_a_counter_example_leads_to_the_bug():
    proof = prove(two_stages(), mutants.NoIntergreen, reds=False, returns=False)
    assert proof.trace
    assert all(step.startswith("wish") for step in proof.trace)


def test_maximum_red_ignored_is_found():
    proof = prove(two_stages(), mutants.MaxRedIgnored, returns=False)
    assert "is never red beyond its maximum" in proof.failed


def test_holding_without_end_is_found():
    proof = prove(small_walk(), mutants.HeldWithoutEnd, reds=False, returns=False)
    assert proof.failed == "pedestrians hold a change up no longer than may be"
