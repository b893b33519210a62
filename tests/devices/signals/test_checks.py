"""A timing is refused by the rule that it breaks, and the refusal names the part."""

import numpy as np
import pytest
from benchmarks.traffic.safety.timings import crossroads, dual_ring, random_timing, two_stages
from msgspec.structs import replace

from dalgu.devices.signals.checks import check_timing
from dalgu.devices.signals.errors import (
    ClearanceTooShort,
    GroupNeverServed,
    IntergreenTooShort,
    PlanStepTooShort,
    RedTooLong,
    StageConflicting,
    TimingInvalid,
    TimingValueInvalid,
)
from dalgu.devices.signals.timing import Plan, Stage, Step

TWO = two_stages()


@pytest.mark.parametrize("timing", [TWO, crossroads(), dual_ring()], ids=lambda timing: timing.id)
def test_typical_timings_may_run(timing):
    check_timing(timing)


@pytest.mark.parametrize(
    ("change", "refusal", "named"),
    [
        ({"stages": (Stage("all", (0, 1)), TWO.stages[1])}, StageConflicting, "'main' and 'side'"),
        ({"stages": (Stage("none", ()), TWO.stages[1])}, TimingValueInvalid, "'none'"),
        ({"stages": (Stage("far", (7,)), TWO.stages[1])}, TimingValueInvalid, "does not exist"),
        ({"intergreen_s": ((0, 2), (6, 0))}, IntergreenTooShort, "at least the amber, 3 s"),
        ({"intergreen_s": ((0, 5), (0, 0))}, IntergreenTooShort, "from 'side' to 'main'"),
        ({"intergreen_s": ((0, 5),)}, TimingValueInvalid, "intergreens"),
        ({"plans": (Plan("day", (Step(0, 40),)),)}, GroupNeverServed, "'side'"),
        ({"plans": (Plan("day", (Step(0, 40), Step(1, 4))),)}, PlanStepTooShort, "5 s of green"),
        ({"plans": (Plan("day", (Step(0, 40), Step(2, 9))),)}, TimingValueInvalid, "stage"),
        ({"plans": (Plan("day", (Step(0, 190), Step(1, 9))),)}, RedTooLong, "'side'"),
        ({"plans": (Plan("day", TWO.plans[0].steps, float("nan")),)}, TimingValueInvalid, "offset"),
    ],
)
def test_each_rule_refuses(change, refusal, named):
    with pytest.raises(refusal, match=named):
        check_timing(replace(TWO, **change))


@pytest.mark.parametrize(
    "change",
    [{"min_green_s": -1.0}, {"min_green_s": 300.0}, {"amber_s": float("nan")}, {"max_red_s": 0.0}],
)
def test_values_out_of_range_are_refused(change):
    groups = (replace(TWO.groups[0], **change), TWO.groups[1])
    with pytest.raises(TimingInvalid):
        check_timing(replace(TWO, groups=groups))


def test_what_cannot_be_crossed_in_time_is_refused():
    check_timing(crossroads(walk_s=15), crossing_m={4: 15.0})
    with pytest.raises(ClearanceTooShort, match=r"needs 18\.8 s"):
        check_timing(crossroads(walk_s=15), crossing_m={4: 15.0}, walking_mps=0.8)


def test_a_rotation_longer_than_maximum_red_is_refused():
    groups = tuple(replace(group, max_red_s=70.0) for group in crossroads().groups)
    with pytest.raises(RedTooLong):
        check_timing(replace(crossroads(), groups=groups))


def test_random_timings_are_what_they_claim():
    rng = np.random.default_rng(5)
    for number in range(10):
        check_timing(random_timing(rng, f"r{number}"))
