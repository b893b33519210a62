"""The pure grouping: what belongs together, and what does not."""

import numpy as np
import pytest

from dalgu.center.alarms.grouping import Grouping
from dalgu.center.alarms.rules import SEVERITIES, load
from dalgu.center.alarms.signals import Signal
from dalgu.center.alarms.topology import Topology

CENTRE = (128.6, 35.87)
DEGREE_M = 111_194.9


def east(metres):
    return (CENTRE[0] + metres / (DEGREE_M * np.cos(np.radians(CENTRE[1]))), CENTRE[1])


def says(key, kind, at_s=0.0, place=CENTRE, severity="high", thing=None, is_ended=False):
    return Signal(
        id=key,
        thing=thing or f"thing:{key}",
        kind=kind,
        at_s=at_s,
        severity=SEVERITIES.index(severity),
        place=place,
        is_ended=is_ended,
    )


@pytest.fixture
def topology():
    told = Topology()
    for gateway in "AB":
        told.tell(f"gw:{gateway}", [("poweredBy", "feeder:1")])
        for device in range(6):
            told.tell(f"dev:{gateway}{device}", [("gateway", f"gw:{gateway}")])
    for meter in range(8):
        told.tell(f"meter:{meter}", [("dma", f"dma:{meter // 4}")])
    return told


@pytest.fixture
def desk(topology):
    return Grouping(load(), topology, CENTRE)


def groups_of(desk):
    return [set(group.things) for group in desk.groups]


def test_detectors_of_one_fire_are_one_incident_and_another_fire_is_its_own(desk):
    near = [says(f"s{k}", "security/smoke", k, east(60 * k)) for k in range(4)]
    far = says("far", "security/smoke", 2, east(3000))

    desk.take([*near, far], 10)

    assert groups_of(desk) == [{f"thing:s{k}" for k in range(4)}, {"thing:far"}]


def test_a_flood_that_spreads_stays_one_incident(desk):
    desk.take(
        [says(f"f{k}", "naturalDisaster/flood", 60 * k, east(500 * k)) for k in range(6)], 400
    )
    assert len(desk.groups) == 1


def test_two_incidents_of_one_kind_merge_where_one_spreads_into_the_other(desk):
    first = desk.take([says("a", "naturalDisaster/flood", 0, east(0))], 0)
    second = desk.take([says("b", "naturalDisaster/flood", 5, east(1200))], 5)
    third = desk.take([says("c", "naturalDisaster/flood", 9, east(600))], 9)

    assert (len(first.begun), len(second.begun)) == (1, 1)
    assert [(one.began_s, into.began_s) for one, into in third.merged] == [(5, 0)]
    assert groups_of(desk) == [{"thing:a", "thing:b", "thing:c"}]


def test_the_silence_of_a_gateway_explains_its_devices_however_they_come(desk):
    before = says("d0", "devices/silent", 0, thing="dev:A0", severity="medium")
    gateway = says("g", "devices/silent", 5, thing="gw:A", severity="medium")
    after = says("d1", "devices/silent", 9, thing="dev:A1", severity="medium")
    other = says("d2", "devices/silent", 9, thing="dev:B1", severity="medium")

    assert list(desk.take([before], 0).passed) == ["d0"]
    desk.take([gateway, after, other], 9)

    [group] = desk.groups
    assert group.scope == "gw:A"
    assert set(group.things) == {"gw:A", "dev:A0", "dev:A1"}


def test_a_parent_that_says_nothing_is_inferred_from_most_of_its_children(desk):
    desk.take(
        [
            says(f"d{k}", "devices/silent", k, thing=f"dev:A{k}", severity="medium")
            for k in range(6)
        ],
        9,
    )
    assert [(group.rule.name, group.scope) for group in desk.groups] == [
        ("gateway-failure", "gw:A")
    ]


def test_a_power_cut_explains_the_gateways_below_it(desk):
    silent = [
        says(f"{g}{k}", "devices/silent", k, thing=f"dev:{g}{k}", severity="medium")
        for k in range(6)
        for g in "AB"
    ]
    desk.take(silent, 9)
    desk.take([says("out", "power/outage", 12, thing="feeder:1")], 12)

    [group] = desk.groups
    assert (group.rule.name, group.scope) == ("power-cut", "feeder:1")
    assert len(group.things) == 13


def test_bursts_in_two_metered_areas_side_by_side_are_two(desk):
    desk.take(
        [says(f"m{k}", "water/burst", k, east(40 * k), thing=f"meter:{k}") for k in range(8)], 9
    )
    assert [group.scope for group in desk.groups] == ["dma:0", "dma:1"]


def test_one_jam_alone_is_an_event_that_joins_the_crash_beside_it(desk):
    jam = says("jam", "traffic/trafficJam", 0, east(100), severity="medium")
    assert list(desk.take([jam], 0).passed) == ["jam"]

    changes = desk.take([says("crash", "traffic/carAccident", 30)], 30)

    assert groups_of(desk) == [{"thing:crash", "thing:jam"}]
    assert not changes.passed


def test_a_thing_that_chatters_begins_nothing_until_another_agrees(desk):
    again = [
        says(f"c{k}", "naturalDisaster/flood", 5 * k, thing="thing:loose", severity="medium")
        for k in range(9)
    ]
    changes = desk.take(again, 60)
    assert desk.groups == []
    assert list(changes.chattering) == [("thing:loose", "naturalDisaster/flood")]
    assert len(changes.passed) == 9

    desk.take([says("other", "naturalDisaster/flood", 50, east(80), severity="medium")], 60)
    assert groups_of(desk) == [{"thing:other", "thing:loose"}]


def test_what_chattered_long_before_a_burst_is_no_part_of_it(desk):
    loose = [
        says(f"c{k}", "water/pressureLow", 5 * k, thing="meter:0", severity="low") for k in range(9)
    ]
    desk.take(loose, 60)
    desk.take([says("b", "water/burst", 60, east(40), thing="meter:1")], 60)
    desk.take([says("again", "water/pressureLow", 62, thing="meter:0", severity="low")], 62)
    assert groups_of(desk) == [{"meter:1"}]


def test_a_repetition_joins_the_same_incident_and_begins_none(desk):
    desk.take([says("a", "security/smoke", 0, thing="x")], 0)
    changes = desk.take([says("b", "security/smoke", 20, thing="x")], 20)
    assert (len(desk.groups), changes.repeated) == (1, 1)


def test_a_signal_fault_begins_an_incident_only_when_it_has_stood_a_while(desk):
    fault = says("sig", "traffic/signalFault", 0)
    assert not desk.take([fault], 5).begun
    assert not desk.take([], 29).begun
    assert len(desk.take([], 30).begun) == 1


def test_a_fault_that_ends_before_its_delay_is_fleeting(desk):
    desk.take([says("sig", "traffic/signalFault", 0)], 5)
    changes = desk.take([says("sig", "traffic/signalFault", 0, is_ended=True)], 20)
    assert changes.fleeting == 1
    assert not desk.take([], 60).begun


def test_closing_is_proposed_once_all_sources_have_ended_for_a_while(desk):
    desk.take([says("a", "security/smoke"), says("b", "security/smoke", 1)], 1)
    desk.take([says("a", "security/smoke", is_ended=True)], 100)
    assert not desk.take([], 2000).quiet
    desk.take([says("b", "security/smoke", is_ended=True)], 3000)
    assert not desk.take([], 3800).quiet
    assert len(desk.take([], 3900).quiet) == 1
    assert not desk.take([], 3901).quiet


def test_what_was_found_false_waits_before_it_begins_again(desk):
    desk.take([says("a", "security/smoke", 0, thing="x")], 0)
    desk.end(desk.groups[0], calm_until_s=600)
    assert not desk.take([says("b", "security/smoke", 599, thing="x")], 599).begun
    assert desk.take([says("c", "security/smoke", 601, thing="x")], 601).begun


def test_a_grave_alert_that_no_rule_names_is_shown_and_a_slight_one_is_an_event(desk):
    changes = desk.take([says("odd", "sky/falling"), says("meh", "sky/cloudy", severity="low")], 0)
    assert [group.rule.name for group in changes.begun.values()] == ["other"]
    assert list(changes.passed) == ["meh"]


def test_every_alert_is_in_exactly_one_group_or_an_event(desk):
    chance = np.random.default_rng(4)
    kinds = [*load().joining, "sky/falling", "sky/cloudy"]
    held, passed, begun = {}, set(), 0
    for k in range(2000):
        one = says(
            f"r{k}",
            str(chance.choice(kinds)),
            k / 10,
            east(float(chance.uniform(-4000, 4000))),
            str(chance.choice(SEVERITIES)),
            thing=f"t{chance.integers(300)}",
        )
        changes = desk.take([one], k / 10)
        begun += len(changes.begun)
        passed |= changes.passed.keys()
        for key, signals in changes.joined.items():
            for signal in signals:
                passed.discard(signal.id)
                held.setdefault(signal.id, []).append(key)
    assert held.keys() | passed == {f"r{k}" for k in range(2000)}
    assert not held.keys() & passed
    assert all(len(keys) == 1 for keys in held.values())
    assert 0 < len(desk.groups) <= begun
