"""Similar past cases, the picture of the rate, dongs and what a rule has done."""

import asyncio
from datetime import timedelta

import pytest
from tests.center.alarms.around import NOW, alert

from dalgu import cities
from dalgu.access.actor import SYSTEM
from dalgu.center.alarms import views
from dalgu.center.alarms.asking import AlarmSettingInvalid, setting_of
from dalgu.center.alarms.past import precedent
from dalgu.center.incidents.deeds import Closed
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Outcome, Priority
from dalgu.cities.places import dong_at
from dalgu.kernel.text import Text


def case(number, outcome=None, *, rule="fire", lon=128.6, hours=0, drill=None, category="fire"):
    return Incident(
        number=number,
        title=Text("불", "Fire"),
        category=category,
        sub_category="buildingFire",
        priority=Priority.P1,
        raised_at=NOW + timedelta(hours=hours),
        rule=rule,
        lon=lon,
        lat=35.87,
        outcome=outcome,
        is_drill=drill is not None,
        drill=drill,
    )


def test_the_likest_come_first_and_their_outcomes_are_counted():
    past = [
        case(1, Outcome.FALSE_ALARM, hours=-24),
        case(2, Outcome.RESOLVED, lon=129.0, hours=-30),
        case(3, Outcome.FALSE_ALARM, lon=128.601, hours=-48),
        case(4, Outcome.MERGED, hours=-1),
        case(5, Outcome.FALSE_ALARM, drill="drill:1"),
        case(6, Outcome.RESOLVED, rule="crowd", category="crowd"),
        case(7),
    ]
    told = precedent(case(8), [*past, case(8)])
    assert [one.incident.number for one in told.cases] == [3, 1, 2]
    assert (told.false_alarms, told.count) == (2, 3)
    assert told.cases[0].likeness == ("rule", "kind", "near", "hour")


def test_midnight_is_near_to_one_in_the_morning():
    late, early = case(1, Outcome.RESOLVED, hours=11.5), case(2, hours=13)  # 23:30 and 01:00 here
    assert "hour" in precedent(early, [late]).cases[0].likeness


def test_a_place_is_looked_up_in_its_dong_and_outside_the_city_there_is_none():
    city = cities.load("daegu")
    inside = sum(dong_at(city, *dong.centre) == dong for dong in city.dongs)
    assert inside >= 0.95 * len(city.dongs)  # the centre of a crescent may lie outside
    assert dong_at(city, 126.98, 37.57) is None


def test_a_rule_is_known_by_how_often_it_was_false(house):
    house.take(alert("a", "security/smoke"))
    asyncio.run(house.incidents.note(1, [Closed(Outcome.FALSE_ALARM, "steam")], SYSTEM))
    house.take(alert("b", "security/smoke", place=(128.5, 35.9)))
    told = {one.rule.name: one for one in views.records(house.alarms, house.incidents.all.values())}
    fire = told["fire"]
    assert (fire.fired, fire.open, fire.judged, fire.false_rate) == (2, 1, 1, 1.0)
    assert told["flood"].false_rate is None


def test_the_report_counts_alerts_alarms_and_events_and_leaves_drills_out(house):
    house.take(alert("a", "security/smoke"), alert("c", "devices/lowBattery", severity="low"))
    house.take(alert("a2", "security/smoke", thing="urn:ngsi-ld:Device:of-a"))
    house.take(alert("d", "security/smoke", place=(128.5, 35.9)), drill="drill:1")
    asyncio.run(house.clock.advance(timedelta(minutes=1)))
    told = views.report(house.alarms, house.incidents.all.values(), house.clock.now(), "day", 1)
    assert told.alarms == 1
    assert (told.flow.heard, told.flow.repeated, told.flow.passed) == (3, 1, 1)
    assert sum(bar.count for bar in told.picture.bars) == 1
    assert told.picture.bars[-1].count == 1


@pytest.mark.parametrize("span", views.SPANS)
def test_the_picture_has_a_bar_for_each_stretch_and_shows_the_busiest(span, house):
    house.take(*(alert(f"x{k}", "security/smoke", place=(128.5 + k / 50, 35.87)) for k in range(9)))
    asyncio.run(house.clock.advance(timedelta(minutes=1)))
    told = views.report(house.alarms, house.incidents.all.values(), house.clock.now(), span, 1)
    assert len(told.picture.bars) == views.BARS[span]
    assert max(bar.count for bar in told.picture.bars) == 9
    assert all(0 <= bar.height <= views.HIGH for bar in told.picture.bars)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"rule": ["fire"]}, "reason"),
        ({"rule": ["fire"], "reason": ["x"], "priority": ["P9"]}, "priority"),
        ({"rule": ["fire"], "reason": ["x"], "radius_m": ["far"]}, "radius_m"),
        ({"rule": ["fire"], "reason": ["x"], "window_s": ["-1"]}, "window_s"),
        ({"rule": ["fire"], "reason": ["x"], "radius_m": ["nan"]}, "radius_m"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_field(sent, field):
    with pytest.raises(AlarmSettingInvalid) as refused:
        setting_of(sent)
    assert refused.value.parts["field"] == field


def test_what_a_form_leaves_empty_stays_as_written():
    deed = setting_of({"rule": ["fire"], "reason": ["repairs"], "is_on": ["off"], "radius_m": [""]})
    assert (deed.is_on, deed.priority, deed.radius_m) == (False, None, None)
