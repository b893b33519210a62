import math

import msgspec
import pytest
from tests.services.traffic.network.corners import EAST, NORTH, SOUTH, WEST, crossroads

from dalgu.devices.signals.checks import check_timing
from dalgu.devices.signals.cycles import cycle_s
from dalgu.devices.signals.timing import Group, GroupKind, Stage, Timing
from dalgu.services.traffic.network.default_plans import (
    Setting,
    fitting_cycle_s,
    saturation,
    shortest_cycle_s,
    split,
)
from dalgu.services.traffic.network.design import Site, design
from dalgu.services.traffic.network.junction import Arm
from dalgu.services.traffic.network.model import Movement, Turn, Zone
from dalgu.services.traffic.network.staging import Style, axes

BEARINGS = {"E": EAST, "N": NORTH, "W": WEST, "S": SOUTH}
TURNS = {
    ("S", "N"): Turn.THROUGH, ("S", "W"): Turn.LEFT, ("S", "E"): Turn.RIGHT,
    ("N", "S"): Turn.THROUGH, ("N", "E"): Turn.LEFT, ("N", "W"): Turn.RIGHT,
    ("E", "W"): Turn.THROUGH, ("E", "S"): Turn.LEFT, ("E", "N"): Turn.RIGHT,
    ("W", "E"): Turn.THROUGH, ("W", "N"): Turn.LEFT, ("W", "S"): Turn.RIGHT,
}  # fmt: skip


def designed(names="ENWS", *, lanes=("t", "l", "tr"), crossed=None, style=None, zone=Zone.NONE):
    """Design a crossing of arms; `lanes` says which turns each lane serves."""
    arms = tuple(Arm(BEARINGS[name], f"in{name}", f"out{name}", len(lanes), 2) for name in names)
    movements, lane_link = [], {}
    for (start, end), turn in TURNS.items():
        if start in names and end in names:
            serving = [n for n, lane in enumerate(lanes) if turn.value[0] in lane]
            for n in serving:
                lane = f"{start}{n}"
                lane_link[lane] = f"in{start}"
                movements.append(Movement(f"{lane}{end}", lane, f"out{end}", turn))
    chosen = range(len(arms)) if crossed is None else crossed
    site = Site(
        "x", ("x",), arms, tuple(chosen),
        styles=dict.fromkeys(axes(arms), style) if style else {},
        zones=dict.fromkeys(range(len(arms)), zone),
    )  # fmt: skip
    return design(site, movements, lane_link)


def stages(made):
    return {stage.name for stage in made.signal.stages}


def test_left_turns_with_lanes_of_their_own_go_first():
    made = designed()
    assert stages(made) == {"E-L+W-L", "E+W+N-P+S-P", "N-L+S-L", "N+S+E-P+W-P"}


def test_shared_lanes_are_served_approach_by_approach():
    made = designed(lanes=("tr", "tl"))
    assert len(made.signal.stages) == 4
    assert stages(made) == {"E+N-P", "W+S-P", "N+W-P", "S+E-P"}


def test_permissive_left_turns_make_two_stages():
    made = designed(lanes=("tlr",), style=Style.PERMISSIVE)
    assert stages(made) == {"E+W+N-P+S-P", "N+S+E-P+W-P"}
    lefts = [one for one in made.movements if one.turn is Turn.LEFT]
    assert all(one.permissive for one in lefts)


def test_three_arms_have_three_stages_and_no_crossing_that_is_never_safe():
    made = designed("EWS")
    assert len(made.signal.stages) == 3
    # Over the arm whose traffic is green in two stages pedestrians would need a stage of their own.
    assert {crossing.id for crossing in made.crossings} <= {"x-c0", "x-c1", "x-c2"}
    assert len(made.crossings) == 2


@pytest.mark.parametrize("names", ["ENWS", "EWS", "ENW", "ENS"])
@pytest.mark.parametrize("lanes", [("tr", "t", "l"), ("tr", "tl"), ("tlr",), ("r", "t", "l")])
@pytest.mark.parametrize("style", [None, *Style])
def test_every_design_passes_the_safety_layer(names, lanes, style):
    made = designed(names, lanes=lanes, style=style)
    setting = made.setting([0.1] * len(made.signal.groups))
    plan = split(setting, "day", fitting_cycle_s(setting))
    one = made.signal
    check_timing(Timing("x", one.groups, one.intergreen_s, one.stages, (plan,)))


def test_conflicts_are_those_of_a_plain_crossing():
    made = designed(crossed=())
    at = {group.name: n for n, group in enumerate(made.signal.groups)}
    between = made.signal.intergreen_s
    apart = {(a, b) for a in at for b in at if between[at[a]][at[b]] > 0}
    assert ("E", "W") not in apart
    assert ("E-L", "W-L") not in apart
    assert ("E-L", "W") in apart
    assert ("E", "E-L") not in apart
    for one in ("E", "W"):
        assert {(one, "N"), (one, "S"), (one, "N-L"), (one, "S-L")} <= apart
    assert all((b, a) in apart for a, b in apart)


def test_an_intergreen_is_amber_and_what_clearing_takes_longer_than_entering():
    made = designed(crossed=())
    at = {group.name: n for n, group in enumerate(made.signal.groups)}
    # Straight over a crossing 16 + 18 m wide: the paths of E and N meet after about 23 m of the
    # one and 10 m of the other: 3 + (23 + 6) / 10 - 10 / 11.1 = 5.0 s.
    value = made.signal.intergreen_s[at["E"]][at["N"]]
    assert 4.0 <= value <= 7.0
    assert value == math.ceil(value)


def test_pedestrians_of_protection_zones_have_more_time():
    usual, school = designed(), designed(zone=Zone.SCHOOL)
    flashing = [one.amber_s for one in usual.signal.groups if one.kind is GroupKind.PEDESTRIAN]
    longer = [one.amber_s for one in school.signal.groups if one.kind is GroupKind.PEDESTRIAN]
    length_m = usual.crossings[0].length_m
    assert min(flashing) == math.ceil(length_m)
    assert min(longer) == math.ceil(length_m / 0.8)


def a_setting(ratios):
    groups = tuple(Group(f"g{n}", min_green_s=7.0) for n in range(len(ratios)))
    between = tuple(
        tuple(0.0 if i == j else 5.0 for j in range(len(ratios))) for i in range(len(ratios))
    )
    return Setting(groups, between, [Stage(f"s{n}", (n,)) for n in range(len(ratios))], ratios)


def test_the_cycle_is_websters_where_greens_are_long_enough():
    setting = a_setting([0.3, 0.3])
    lost_s = 2 * 6.0  # 5 s of intergreen and one of starting, twice; ratios are lifted by 0.01
    webster_s = (1.5 * lost_s + 5) / (1 - 0.62)
    assert fitting_cycle_s(setting) == max(math.ceil(webster_s / 10) * 10, 90.0)


def test_a_plan_fills_its_cycle_in_the_proportion_of_the_ratios():
    setting = a_setting([0.4, 0.2])
    plan = split(setting, "day", 100.0)
    timing = Timing(
        "x", tuple(setting.groups), setting.intergreen_s, tuple(setting.stages), (plan,)
    )
    assert cycle_s(timing, plan) == 100.0
    first, second = (step.green_s for step in plan.steps)
    assert first / second == pytest.approx(2.0, abs=0.15)
    assert saturation(setting, 100.0) < 1.0


def test_a_cycle_is_never_shorter_than_its_least_greens():
    setting = a_setting([0.1, 0.1, 0.1, 0.1])
    assert shortest_cycle_s(setting) == 50.0  # four times 7 + 5 s, in steps of 10
    plan = split(setting, "day", 10.0)
    assert sum(step.green_s for step in plan.steps) == 30.0


def test_the_example_network_is_sound():
    network = crossroads(2)
    assert len(network.signals) == 2
    assert {len(signal.stages) for signal in network.signals} == {4}
    assert msgspec.json.decode(msgspec.json.encode(network), type=type(network)) == network
