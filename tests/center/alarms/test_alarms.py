"""Alerts become incidents in the book: once each, also after a restart."""

import asyncio
from datetime import timedelta

import pytest
from tests.center.alarms.around import NOW, alert

from dalgu.access.actor import SYSTEM, Actor, Role
from dalgu.center.alarms.alarms import AlarmRuleNotExisting
from dalgu.center.alarms.deeds import Ended, RuleSet
from dalgu.center.incidents.deeds import Closed
from dalgu.center.incidents.words import Outcome, Priority
from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter

CHIEF = Actor("person:chief", Role.ADMINISTRATOR)
NEAR = (128.6203, 35.85)


def smoke(key, **more):
    return alert(key, "security/smoke", **more)


def test_the_alerts_of_one_fire_are_one_incident_with_its_place_and_rule(house):
    taken = house.take(smoke("a"), smoke("b", place=NEAR, severity="critical"))

    [incident] = house.incidents.open_ones()
    assert taken.raised == (incident.number,)
    assert (incident.rule, incident.category, incident.priority) == ("fire", "fire", "P1")
    assert incident.district == "22060"
    assert incident.title.ko.endswith("화재 의심")
    assert list(incident.alerts) == ["urn:ngsi-ld:Alert:a", "urn:ngsi-ld:Alert:b"]


def test_an_alert_that_comes_again_changes_nothing(house):
    house.take(smoke("a"))
    head = house.ground.logbook.head
    assert house.take(smoke("a")).raised == ()
    assert house.ground.logbook.head == head


def test_an_incident_goes_on_after_a_restart(house):
    house.take(smoke("a"))
    house.take(alert("jam", "traffic/trafficJam", place=(128.7, 35.9), severity="low"))
    house.reopen()

    house.take(smoke("b", place=NEAR), smoke("a"))
    house.take(alert("crash", "traffic/carAccident", place=(128.7, 35.9)))

    fire, crash = house.incidents.open_ones()
    assert list(fire.alerts) == ["urn:ngsi-ld:Alert:a", "urn:ngsi-ld:Alert:b"]
    assert set(crash.alerts) == {"urn:ngsi-ld:Alert:jam", "urn:ngsi-ld:Alert:crash"}


def test_an_alert_without_need_of_action_is_kept_as_an_event(house):
    house.take(alert("bat", "devices/lowBattery", severity="low"))
    assert house.incidents.open_ones() == []
    house.reopen()
    [(event, _)] = house.alarms.tally.events.values()
    assert (event.alert, event.rule) == ("urn:ngsi-ld:Alert:bat", "maintenance")


def test_what_rises_again_after_it_was_closed_is_a_new_incident(house):
    house.take(smoke("a"))
    asyncio.run(house.incidents.note(1, [Closed(Outcome.RESOLVED, "put out")], SYSTEM))
    assert house.take(smoke("a")).raised == ()
    asyncio.run(house.clock.advance(timedelta(hours=1)))
    assert house.take(smoke("a", at=house.clock.now())).raised == (2,)


def test_a_drill_never_joins_what_is_real(house):
    house.take(smoke("a"))
    house.take(smoke("drill-a", place=NEAR), drill="drill:1")
    real, drill = house.incidents.open_ones()
    assert (real.is_drill, drill.is_drill, drill.drill) == (False, True, "drill:1")


def test_the_gateway_that_meters_name_explains_their_silence(house):
    gateway = entity_id("Device", "gateway:hill")
    meters = [
        WaterMeter(id=entity_id("WaterMeter", str(k)), gateway="gateway:hill") for k in range(4)
    ]
    devices = [
        Device(id=entity_id("Device", f"m{k}"), controlled_asset=meter.id)
        for k, meter in enumerate(meters)
    ]
    hill = Device(
        id=gateway,
        name=Text("앞산 기지국", "Apsan gateway"),
        location={"type": "Point", "coordinates": [128.59, 35.83]},
    )
    asyncio.run(house.ground.hub.upsert([hill, *meters, *devices]))

    house.take(
        *(
            alert(f"s{k}", "devices/silent", thing=d.id, place=None, severity="medium")
            for k, d in enumerate(devices)
        )
    )
    house.take(alert("g", "devices/silent", thing=gateway, place=None, severity="medium"))

    [incident] = house.incidents.open_ones()
    assert (incident.rule, incident.cause, len(incident.alerts)) == ("gateway-failure", gateway, 5)
    assert incident.title.en == "Gateway failure, Apsan gateway"
    assert (incident.lon, incident.lat) == (128.59, 35.83)


def test_a_home_in_care_has_a_dong_and_no_place(house):
    meter = WaterMeter(
        id=entity_id("WaterMeter", "home"),
        district="2206056",
        location={"type": "Point", "coordinates": [128.69, 35.84]},
    )
    asyncio.run(house.ground.hub.upsert([meter]))
    house.take(alert("care", "care/careNoUse", thing=meter.id, place=None))
    [incident] = house.incidents.open_ones()
    assert (incident.lon, incident.lat, incident.dong) == (None, None, "2206056")


def test_two_metered_areas_are_two_incidents_named_after_them(house):
    areas = [
        DistrictMeteredArea(
            id=entity_id("DistrictMeteredArea", n), name=Text(f"{n}블록", f"Area {n}")
        )
        for n in ("1", "2")
    ]
    meters = [WaterMeter(id=entity_id("WaterMeter", a.id[-1]), dma=a.id) for a in areas]
    asyncio.run(house.ground.hub.upsert([*areas, *meters]))
    asyncio.run(house.alarms.read_topology())
    house.take(*(alert(f"l{a.id[-1]}", "water/districtLeak", thing=a.id) for a in areas))
    assert [one.title.en for one in house.incidents.open_ones()] == [
        "Suspected leak in a metered area, Area 1",
        "Suspected leak in a metered area, Area 2",
    ]


def test_a_rule_that_is_switched_off_leaves_its_alerts_events(house):
    off = RuleSet("fire", "repairs of the detectors until Friday", is_on=False)
    asyncio.run(house.alarms.set_rule(off, CHIEF))
    house.take(smoke("a"))
    assert house.incidents.open_ones() == []

    asyncio.run(house.alarms.set_rule(RuleSet("fire", "repaired", priority=Priority.P2), CHIEF))
    house.reopen()
    house.take(smoke("b"))
    [incident] = house.incidents.open_ones()
    assert incident.priority == "P2"
    assert [one.actor for one in house.alarms.tally.set_before] == ["person:chief"] * 2


def test_a_rule_that_does_not_exist_cannot_be_set(house):
    with pytest.raises(AlarmRuleNotExisting):
        asyncio.run(house.alarms.set_rule(RuleSet("sky", "why not"), CHIEF))


def test_a_rule_of_a_test_bed_applies_there_alone(house):
    inside, outside = (128.689, 35.837), (128.56, 35.87)
    house.take(
        alert("in", "water/noUse", place=inside, severity="low"),
        alert("out", "water/noUse", place=outside, severity="low"),
    )
    [incident] = house.incidents.open_ones()
    assert (incident.rule, list(incident.alerts)) == ("no-use-two-days", ["urn:ngsi-ld:Alert:in"])


def test_it_says_when_all_sources_have_ended(house):
    house.take(smoke("a"))
    asyncio.run(house.clock.advance(timedelta(minutes=5)))
    house.take(smoke("a", status="closed"))
    assert house.alarms.quiet_since(1) is None
    asyncio.run(house.clock.advance(timedelta(minutes=20)))
    house.take()
    assert house.alarms.quiet_since(1) == house.clock.now()
    assert isinstance(house.ground.logbook.about("urn:ngsi-ld:Incident:1")[-1].deed, Ended)


def test_the_follower_takes_what_the_hub_hears_and_what_it_missed(house):
    async def until(count):
        while sum(len(one.alerts) for one in house.incidents.all.values()) < count:
            await house.ground.logbook.wait(house.ground.logbook.head)

    async def follow(alerts, count):
        running = asyncio.create_task(house.alarms.run())
        await house.ground.hub.upsert(alerts)
        await asyncio.wait_for(until(count), 10)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(follow([smoke("a")], 1))
    house.reopen()
    asyncio.run(house.ground.hub.upsert([smoke("missed", place=NEAR)]))
    asyncio.run(follow([smoke("b", place=NEAR)], 3))

    [incident] = house.incidents.all.values()
    assert {one.rpartition(":")[2] for one in incident.alerts} == {"a", "missed", "b"}


def test_what_the_book_refused_is_taken_again_from_the_book(house):
    write = house.ground.logbook.write

    async def broken(*given):
        raise OSError("disk full")

    house.ground.logbook.write = broken
    with pytest.raises(OSError, match="disk full"):
        house.take(smoke("a"))
    house.ground.logbook.write = write
    assert house.take(smoke("a")).raised == (1,)


def test_a_graver_alert_raises_the_priority_unless_an_operator_set_it(house):
    house.take(alert("a", "traffic/carAccident"))
    house.take(alert("b", "traffic/carAccident", severity="critical", at=NOW))
    assert house.incidents.get(1).priority == "P1"
