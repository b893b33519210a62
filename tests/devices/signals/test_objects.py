"""A controller as objects like those of NTCIP 1202."""

import contextlib

import numpy as np
import pytest
from benchmarks.traffic.safety.timings import TinyStreet, crossroads, dual_ring, two_stages
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.signals.errors import ObjectNotExisting
from dalgu.devices.signals.field import Field
from dalgu.devices.signals.objects import ControllerObjects
from dalgu.devices.signals.report import Command

TIMINGS = (two_stages(), dual_ring(), crossroads())
AT_S = 1.8e9


def a_field(seconds=120):
    field = Field(TIMINGS, TinyStreet(TIMINGS))
    for at_s in np.arange(AT_S, AT_S + seconds):
        field.step(at_s)
    return field


def test_a_phase_is_one_bit_and_shows_one_colour():
    field = a_field(1)
    ring, cross = ControllerObjects(field, 1), ControllerObjects(field, 2)
    for at_s in np.arange(AT_S + 1, AT_S + 200):
        field.step(at_s)
        colours = [ring.get(f"phaseStatusGroup{name}.1") for name in ("Reds", "Yellows", "Greens")]
        assert sum(colours) == 255
        walks = ("Walks", "PedClears", "DontWalks")
        assert sum(cross.get(f"phaseStatusGroup{name}.1") for name in walks) == 0b110000


def test_walk_lists_what_get_returns():
    objects = ControllerObjects(a_field(), 2)
    walked = dict(objects.walk())
    assert walked["maxPhases.0"] == 6
    assert walked["phaseMinimumGreen.1"] == 5
    assert walked["phaseYellowChange.1"] == 30
    assert walked["phasePedestrianClear.5"] == 15
    assert walked["coordPatternStatus.0"] == 1
    assert walked["globalTime.0"] == AT_S + 119
    assert {name: objects.get(name) for name in walked} == walked


def test_a_name_without_index_walks_its_objects_or_the_only_one():
    objects = ControllerObjects(a_field(2), 2)
    assert list(objects.walk("phaseMinimumGreen")) == [
        f"phaseMinimumGreen.{n}" for n in range(1, 7)
    ]
    assert objects.walk("phaseMinimumGreen.6") == {"phaseMinimumGreen.6": 7}
    assert objects.get("maxPhases") == 6
    with pytest.raises(ObjectNotExisting, match=r"needs an index, as in 'phaseMinimumGreen\.1'"):
        objects.get("phaseMinimumGreen")
    for unknown in ("phaseMinimumGreen.", "phaseMinimumGreen.01", "phaseMinimumGreen.7", ".", "x"):
        with pytest.raises(ObjectNotExisting, match="does not exist"):
            objects.walk(unknown)


def test_a_pattern_can_be_set_and_led_again():
    field = a_field()
    objects = ControllerObjects(field, 2)
    objects.set("systemPatternControl.0", 2)
    field.step(AT_S + 120)
    assert objects.get("coordPatternStatus.0") == 2
    assert objects.get("systemPatternControl.0") == 2
    objects.set("systemPatternControl.0", 254)
    assert objects.get("systemPatternControl.0") == 254
    for at_s in np.arange(AT_S + 121, AT_S + 124):
        field.step(at_s)
        groups = sum(len(timing.groups) for timing in TIMINGS)
        field.take(Command(at_s, at_s, np.zeros(3), np.zeros(groups)))
    assert objects.get("coordPatternStatus.0") == 254


def test_hold_keeps_a_green_and_runs_out():
    field = a_field()
    objects = ControllerObjects(field, 0)
    while not objects.get("phaseStatusGroupGreens.1") & 2:
        field.step(field.at_s + 1)
    for _ in range(40):
        objects.set("phaseControlGroupHold.1", 2)
        field.step(field.at_s + 1)
        assert objects.get("phaseStatusGroupGreens.1") == 2
    shown = set()
    for _ in range(40):
        field.step(field.at_s + 1)
        shown.add(objects.get("phaseStatusGroupGreens.1"))
    assert 0 in shown
    assert objects.get("phaseControlGroupHold.1") == 0


def test_force_off_ends_a_green_after_its_minimum():
    field = a_field()
    objects = ControllerObjects(field, 0)
    for wanted in (2, 1):
        while objects.get("phaseStatusGroupGreens.1") != wanted:
            field.step(field.at_s + 1)
    ticks = 0
    while objects.get("phaseStatusGroupGreens.1") == 1:
        objects.set("phaseControlGroupForceOff.1", 1)
        field.step(field.at_s + 1)
        ticks += 1
    assert ticks == 5
    assert not field.monitor.counts.any()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("phaseStatusGroupGreens.1", 1),
        ("phaseControlGroupHold.9", 1),
        ("phaseControlGroupHold.1", 256),
        ("systemPatternControl.0", 7),
        ("systemPatternControl.0", 0),
        ("", 1),
        ("nothing.0", 0),
        ("maxPhases.x", 0),
    ],
)
def test_what_cannot_be_set_is_refused(name, value):
    with pytest.raises(ObjectNotExisting):
        ControllerObjects(a_field(2), 0).set(name, value)


def test_the_short_alarm_tells_a_lost_city_and_a_trip():
    field = a_field()
    objects = ControllerObjects(field, 0)
    assert objects.get("shortAlarmStatus.0") == 0
    field.monitor.tripped[0] = True
    field.step(AT_S + 120)
    assert objects.get("shortAlarmStatus.0") == 1 << 7
    assert objects.get("unitFlashStatus.0") == 6


NAMES = [
    f"{name}.{index}"
    for name in (
        "phaseControlGroupHold",
        "phaseControlGroupForceOff",
        "phaseControlGroupPhaseOmit",
        "systemPatternControl",
        "phaseMinimumGreen",
        "unitFlashStatus",
    )
    for index in (0, 1, 2)
]
VALUES = st.one_of(st.integers(0, 255), st.sampled_from([1, 2, 254]), st.integers())


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(NAMES), VALUES, st.integers(0, 12)),
        max_size=20,
    )
)
def test_no_set_brings_the_monitor_to_speak(sets):
    """What `prove` shows for every wish, seen once more from the objects' side."""
    field = a_field(1)
    for n, name, value, seconds in sets:
        with contextlib.suppress(ObjectNotExisting):
            ControllerObjects(field, n).set(name, value)
        for _ in range(seconds):
            field.step(field.at_s + 1)
    assert not field.monitor.counts.any()
    assert not field.monitor.tripped.any()
